//! The addresses and ports of the other side, or of this one.

use std::fmt;
use std::net::IpAddr;

/// Why an address is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressError {
    /// `127.0.0.1:3001`.
    WithPort,
    NotAnAddress,
}

impl fmt::Display for AddressError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            AddressError::WithPort => "le port se donne à part, avec --port",
            AddressError::NotAnAddress => {
                "il faut une adresse de cette machine, en chiffres : 127.0.0.1 (ce poste seulement), \
                 0.0.0.0 (toutes), ::1 ou :: (les mêmes en IPv6)"
            }
        })
    }
}

impl std::error::Error for AddressError {}

/// Reads an address of this machine, with or without the brackets of a URL.
///
/// # Errors
/// A name, an address with a port, anything else.
pub(in crate::cli) fn address(typed: &str) -> Result<IpAddr, AddressError> {
    let bare = typed.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(typed);
    if typed.parse::<std::net::SocketAddr>().is_ok() {
        return Err(AddressError::WithPort);
    }
    bare.parse().map_err(|_| AddressError::NotAnAddress)
}

/// Why the port of a client's command line is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemotePortError {
    Zero,
    OutOfRange,
    NotANumber,
}

impl fmt::Display for RemotePortError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            RemotePortError::Zero => "le port 0 ne désigne personne ; donnez un nombre de 1 à 65535",
            RemotePortError::OutOfRange => "un port tient sur 16 bits ; donnez un nombre de 1 à 65535",
            RemotePortError::NotANumber => "un port est un nombre de 1 à 65535, par exemple 3001",
        })
    }
}

impl std::error::Error for RemotePortError {}

/// Reads a port from 1 to 65535.
///
/// # Errors
/// Anything else.
pub(in crate::cli) fn remote_port(typed: &str) -> Result<u16, RemotePortError> {
    let digits = typed.strip_prefix('-').unwrap_or(typed);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(RemotePortError::NotANumber);
    }
    if digits.bytes().all(|byte| byte == b'0') {
        return Err(RemotePortError::Zero);
    }
    typed.parse().map_err(|_| RemotePortError::OutOfRange)
}

#[cfg(test)]
mod tests {
    use super::{AddressError, RemotePortError, address, remote_port};
    use std::net::{Ipv4Addr, Ipv6Addr};

    #[test]
    fn an_address_is_in_figures() {
        assert_eq!(address("127.0.0.1"), Ok(Ipv4Addr::LOCALHOST.into()));
        assert_eq!(address("::"), Ok(Ipv6Addr::UNSPECIFIED.into()));
        assert_eq!(address("[::1]"), Ok(Ipv6Addr::LOCALHOST.into()));
        assert_eq!(address("127.0.0.1:80"), Err(AddressError::WithPort));
        assert_eq!(address("[::1]:80"), Err(AddressError::WithPort));
        for bad in ["", "localhost", "127.0.0", "256.0.0.1", "127.0.0.1 ", "[", "[]"] {
            assert_eq!(address(bad), Err(AddressError::NotAnAddress), "{bad:?}");
        }
    }

    #[test]
    fn a_port_is_a_number() {
        assert_eq!(remote_port("65535"), Ok(65535));
        for (typed, error) in [
            ("0", RemotePortError::Zero),
            ("-0", RemotePortError::Zero),
            ("65536", RemotePortError::OutOfRange),
            ("-1", RemotePortError::OutOfRange),
            ("http", RemotePortError::NotANumber),
            ("", RemotePortError::NotANumber),
            ("+1", RemotePortError::NotANumber),
        ] {
            assert_eq!(remote_port(typed), Err(error), "{typed:?}");
        }
    }
}
