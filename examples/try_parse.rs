fn main() {
    for path in std::env::args().skip(1) {
        let bytes = std::fs::read(&path).unwrap();
        match socketlab::lesson::parse::parse_bytes(&bytes) {
            Ok(lesson) => println!("{path}: ok, {} steps", lesson.steps.len()),
            Err(problems) => print!("{}", socketlab::text::problem::report(&path, &String::from_utf8_lossy(&bytes), &problems)),
        }
    }
}
