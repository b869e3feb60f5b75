//! Capabilities that an actor does without (capabilities(7)).

use std::io;

use crate::state::Privilege;

/// The number of a capability, from `linux/capability.h`.
pub(super) fn number(privilege: Privilege) -> u8 {
    match privilege {
        Privilege::NetBindService => 10,
        Privilege::NetRaw => 13,
    }
}

/// `_LINUX_CAPABILITY_VERSION_3`: 64 bits in two structures.
const VERSION: u32 = 0x2008_0522;

#[repr(C)]
struct Header {
    version: u32,
    pid: i32,
}

#[repr(C)]
#[derive(Clone, Copy, Default)]
struct Sets {
    effective: u32,
    permitted: u32,
    inheritable: u32,
}

/// Drops these capabilities from the five sets of the calling thread. It has no other thread yet.
///
/// # Errors
/// Those of capset(2).
pub(super) fn renounce(capabilities: &[u8]) -> io::Result<()> {
    if capabilities.is_empty() {
        return Ok(());
    }
    for capability in capabilities {
        leave_inherited_sets(*capability);
    }
    let mut sets = read()?;
    for capability in capabilities {
        let kept = !(1_u32 << (capability % 32));
        if let Some(half) = sets.get_mut(usize::from(capability / 32)) {
            half.effective &= kept;
            half.permitted &= kept;
            half.inheritable &= kept;
        }
    }
    write(&sets)
}

/// The bounding and ambient sets. A process that may not change them (no CAP_SETPCAP) has nothing to lose by them:
/// it executes no other program.
#[allow(unsafe_code, reason = "prctl options that have no wrapper")]
fn leave_inherited_sets(capability: u8) {
    let capability = libc::c_ulong::from(capability);
    // SAFETY: both options take numbers only.
    unsafe {
        libc::prctl(libc::PR_CAP_AMBIENT, libc::PR_CAP_AMBIENT_LOWER as libc::c_ulong, capability, 0, 0);
        libc::prctl(libc::PR_CAPBSET_DROP, capability, 0, 0, 0);
    }
}

#[allow(unsafe_code, reason = "capget has no wrapper in libc")]
fn read() -> io::Result<[Sets; 2]> {
    let mut header = Header { version: VERSION, pid: 0 };
    let mut sets = [Sets::default(); 2];
    // SAFETY: version 3 fills exactly two structures, which outlive the call.
    let done = unsafe { libc::syscall(libc::SYS_capget, &raw mut header, sets.as_mut_ptr()) };
    if done == 0 { Ok(sets) } else { Err(io::Error::last_os_error()) }
}

#[allow(unsafe_code, reason = "capset has no wrapper in libc")]
fn write(sets: &[Sets; 2]) -> io::Result<()> {
    let mut header = Header { version: VERSION, pid: 0 };
    // SAFETY: version 3 reads exactly two structures, which outlive the call.
    let done = unsafe { libc::syscall(libc::SYS_capset, &raw mut header, sets.as_ptr()) };
    if done == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}
