fn main() {
    for path in std::env::args().skip(1) {
        let bytes = std::fs::read(&path).unwrap();
        match socketlab::lesson::parse::parse_bytes(&bytes) {
            Ok(lesson) => println!("{path}: ok, {} steps", lesson.steps.len()),
            Err(problems) => {
                let text = String::from_utf8_lossy(&bytes);
                let lines = socketlab::lesson::position::Lines::new(&text);
                for p in problems {
                    let at = lines.position(p.span.start);
                    println!("{path}:{}:{}: {:?} {:?}", at.line, at.column, p.kind, text.get(p.span.start..p.span.end));
                }
            }
        }
    }
}
