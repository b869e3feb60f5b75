//! A header line, or a trailer, read strictly (RFC 9110, 5; RFC 9112, 5).

use httparse::{EMPTY_HEADER, Status};

use super::fault::Kind;

/// The name and the value of a line without its CR LF.
///
/// # Errors
/// What is wrong with it.
pub fn read(line: &[u8]) -> Result<(String, Vec<u8>), Kind> {
    if line.starts_with(b" ") || line.starts_with(b"\t") {
        return Err(Kind::OBS_FOLD);
    }
    check_name(line)?;
    let whole = [line, b"\r\n\r\n"].concat();
    let mut headers = [EMPTY_HEADER];
    // Its lines hold no byte that a value may not hold: only a name can be wrong.
    match httparse::parse_headers(&whole, &mut headers) {
        Ok(Status::Complete((_, [field]))) => Ok((field.name.to_ascii_lowercase(), field.value.trim_ascii().to_vec())),
        Ok(_) | Err(_) => Err(Kind::BAD_HEADER_NAME),
    }
}

/// httparse says that a line is wrong, not how.
fn check_name(line: &[u8]) -> Result<(), Kind> {
    let colon = line.iter().position(|byte| *byte == b':').ok_or(Kind::MISSING_COLON)?;
    let name = &line[..colon];
    if name.ends_with(b" ") || name.ends_with(b"\t") {
        return Err(Kind::SPACE_BEFORE_COLON);
    }
    if name.is_empty() || !name.iter().all(|byte| is_token(*byte)) { Err(Kind::BAD_HEADER_NAME) } else { Ok(()) }
}

/// RFC 9110, 5.6.2.
#[must_use]
pub fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}
