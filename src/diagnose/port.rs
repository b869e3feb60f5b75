//! Ports whose two bytes look swapped: a forgotten htons.

/// Ports that courses, books and programs choose, and those of well-known services.
const CHOSEN: &[u16] = &[
    21, 22, 23, 25, 53, 79, 80, 110, 143, 443, 1024, 1111, 1234, 1337, 2222, 2345, 3333, 3490, 4242, 4321, 4444, 4567,
    5432, 5555, 6379, 6666, 6667, 7777, 8008, 8081, 8082, 8083, 8088, 8443, 8888, 8889, 9090, 9876, 9999, 12321, 12345,
    23456, 31337, 33333, 44444, 50000, 54321, 55555, 60000,
];

/// The same two bytes in the other order.
#[must_use]
pub fn other_order(port: u16) -> u16 {
    port.swap_bytes()
}

/// The port that was meant where `used` is surely a swapped one: the program was given the other, or only the other
/// is a number that people choose.
pub fn meant(used: u16, was_given: impl Fn(u16) -> bool) -> Option<u16> {
    let other = other_order(used);
    let given = was_given(other) && other >= 10;
    (!was_given(used) && (given || is_chosen(other) && !is_plausible(used))).then_some(other)
}

fn is_chosen(port: u16) -> bool {
    CHOSEN.contains(&port) || (2000..=9999).contains(&port) && (port % 1000 <= 10 || port % 1000 == 80)
}

/// Somebody may have chosen it.
fn is_plausible(port: u16) -> bool {
    is_chosen(port) || port.is_multiple_of(1000) || port < 1024
}

#[cfg(test)]
mod tests {
    use super::{is_chosen, is_plausible, meant};

    #[test]
    fn a_swapped_port_is_told_from_a_chosen_one() {
        let none = |_: u16| false;
        for port in [3001_u16, 8080, 80, 4242, 12345, 5000] {
            assert_eq!(meant(port.swap_bytes(), none), Some(port));
            assert_eq!(meant(port, none), None, "{port}");
        }
        assert_eq!(meant(45117, none), None);
        let given = |port: u16| port == 45117;
        assert_eq!(meant(45117_u16.swap_bytes(), given), Some(45117));
        let asked = 8080_u16.swap_bytes();
        assert_eq!(meant(asked, |port| port == asked), None, "the program was given that very port");
    }

    #[test]
    fn the_same_in_both_orders_is_never_swapped() {
        for port in [0, 0x0101, 0x2222] {
            assert_eq!(meant(port, |_| false), None);
            assert_eq!(meant(port, |given| given == port), None);
        }
        assert_eq!(meant(9_u16.swap_bytes(), |given| given == 9), None, "too small for an argument that is a port");
        assert_eq!(meant(10_u16.swap_bytes(), |given| given == 10), Some(10));
    }

    #[test]
    fn what_people_choose() {
        for port in [80, 2000, 3001, 3010, 3080, 9080, 9999, 60000] {
            assert!(is_chosen(port) && is_plausible(port), "{port}");
        }
        for port in [3011, 3079, 3081, 10001, 10080, 1001, 1080, 47371] {
            assert!(!is_chosen(port), "{port}");
        }
        assert!([1, 1023, 1024, 1000, 20000].into_iter().all(is_plausible));
        assert!(![1025, 20001, 47371].into_iter().any(is_plausible));
    }
}
