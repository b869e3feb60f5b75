//! A line of an `etat` block that says something else than it did.

/// Every spoiled line, with the index of the line of the file.
pub fn spoilings(text: &str) -> Vec<(usize, String)> {
    let mut all = Vec::new();
    let mut inside = false;
    for (index, line) in text.lines().enumerate() {
        match line.trim() {
            "```etat" => inside = true,
            "```" => inside = false,
            line if inside && !line.is_empty() => {
                all.extend(spoiled(line).into_iter().map(|spoiled| (index, spoiled)));
            }
            _ => {}
        }
    }
    all
}

fn spoiled(line: &str) -> Vec<String> {
    let line = line.split("//").next().unwrap_or_default();
    let words: Vec<&str> = line.split_whitespace().collect();
    let mut lines = Vec::new();
    for (index, word) in words.iter().enumerate() {
        let before = if index > 0 { words[index - 1] } else { "" };
        for other in others(before, word, &words) {
            let mut changed: Vec<&str> = words.clone();
            changed[index] = &other;
            lines.push(changed.join(" "));
        }
    }
    if let [actor, "fd", number, rest @ ..] = words.as_slice() {
        match rest {
            ["absent"] => {
                lines.extend([format!("{actor} fd {number}"), format!("{actor} fd {number} CLOSE")]);
            }
            _ => lines.push(format!("{actor} fd {number} absent")),
        }
    }
    if let ["port", port, "aucun" | "aucune", state] = words.as_slice() {
        lines.push(format!("port {port} {state}"));
    }
    if let ["port", port, state, ..] = words.as_slice()
        && !state.starts_with("aucun")
    {
        lines.extend([format!("port {port} aucun {state}"), format!("port {port} aucun")]);
    }
    if let [actor, "endormi", _] = words.as_slice() {
        lines.extend([format!("{actor} mort"), format!("{actor} zombie")]);
    }
    if let [actor, "vivant"] = words.as_slice() {
        lines.extend([format!("{actor} mort"), format!("{actor} zombie"), format!("{actor} endormi accept")]);
    }
    lines
}

fn others(before: &str, word: &str, words: &[&str]) -> Vec<String> {
    match before {
        "en_attente" | "backlog" | "a_lire" | "non_acquitte" => match word.parse::<u32>() {
            Ok(count) => vec![(count + 1).to_string(), format!("{}..", count + 1)],
            Err(_) => Vec::new(),
        },
        "local" | "distant" => addresses(word),
        "fd" if !words.contains(&"absent") => vec!["77".to_owned()],
        "endormi" => vec![if word == "accept" { "recv" } else { "accept" }.to_owned()],
        "port" if !words.contains(&"aucun") => vec!["7".to_owned()],
        // What no socket has is said of any other state too.
        "aucun" => Vec::new(),
        _ if word.len() > 3 && word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_') => {
            ["CLOSING", "LAST_ACK"].map(str::to_owned).to_vec()
        }
        _ => Vec::new(),
    }
}

fn addresses(word: &str) -> Vec<String> {
    let Some((ip, port)) = word.rsplit_once(':') else { return Vec::new() };
    let mut others = vec![format!("127.0.0.9:{port}")];
    if let Ok(number) = port.parse::<u16>() {
        others.push(format!("{ip}:{}", number + 1));
    } else {
        others.push(format!("{ip}:7"));
    }
    others
}
