//! Runs a test again, alone, in a process of its own inside a private network: every port is free there, and nobody
//! else's sockets are seen.

use std::env;
use std::io;
use std::os::unix::process::CommandExt;

use socketlab::sandbox::network::enter_private;

use crate::support::{again, forget_the_caller, not_run};

/// Set in the private network, to the link of the network outside.
pub const MARK: &str = "SOCKETLAB_TEST_PRIVATE";

/// True in the private network, where the test's body is to run. Elsewhere, runs the test there and passes on its
/// failure; where the machine allows no private network, says so, and fails under CI.
pub fn entered(test: &str) -> bool {
    forget_the_caller();
    if env::var_os(MARK).is_some() {
        return true;
    }
    if let Err(refused) = socketlab::sandbox::network::private_network_allowed() {
        not_run(&format!("réseau privé refusé ({refused:?})"));
        return false;
    }
    let mut child = again(test);
    child.env(MARK, std::fs::read_link("/proc/self/ns/net").unwrap());
    // SAFETY: between fork and exec there is one thread; what it allocates is allowed by glibc after fork.
    #[allow(unsafe_code)]
    unsafe {
        child.pre_exec(|| enter_private().map_err(|refused| io::Error::from_raw_os_error(refused.errno)));
    }
    let output = child.output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
    print!("{said}");
    false
}
