//! A header line, or a trailer, read strictly (RFC 9110, 5; RFC 9112, 5).

use httparse::{EMPTY_HEADER, Status};

use super::fault::Kind;
use crate::peer::field::{NameFault, is_folded, name_fault};

/// The name and the value of a line without its CR LF.
///
/// # Errors
/// What is wrong with it.
pub fn read(line: &[u8]) -> Result<(String, Vec<u8>), Kind> {
    if is_folded(line) {
        return Err(Kind::OBS_FOLD);
    }
    // httparse says that a line is wrong, not how.
    match name_fault(line) {
        Some(NameFault::MissingColon) => return Err(Kind::MISSING_COLON),
        Some(NameFault::SpaceBeforeColon) => return Err(Kind::SPACE_BEFORE_COLON),
        Some(NameFault::NoToken) => return Err(Kind::BAD_HEADER_NAME),
        None => {}
    }
    let whole = [line, b"\r\n\r\n"].concat();
    let mut headers = [EMPTY_HEADER];
    // Its lines hold no byte that a value may not hold: only a name can be wrong.
    match httparse::parse_headers(&whole, &mut headers) {
        Ok(Status::Complete((_, [field]))) => Ok((field.name.to_ascii_lowercase(), field.value.trim_ascii().to_vec())),
        Ok(_) | Err(_) => Err(Kind::BAD_HEADER_NAME),
    }
}
