//! Privileges that a program would have had alone, and has not under us.

use std::ffi::CString;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;

use nix::unistd::{getegid, geteuid};

/// The program of a process, where it is set-user-ID or set-group-ID for somebody else, or has capabilities that root
/// would not notice.
#[must_use]
pub fn lost(pid: i32) -> Option<String> {
    let link = format!("/proc/{pid}/exe");
    let file = fs::metadata(&link).ok()?;
    let mode = file.mode();
    let (user, group) = (geteuid().as_raw(), getegid().as_raw());
    let by_user = mode & libc::S_ISUID != 0 && file.uid() != user;
    let executed_by_group = libc::S_ISGID | libc::S_IXGRP;
    let by_group = mode & executed_by_group == executed_by_group && file.gid() != group;
    if !by_user && !by_group && (user == 0 || !has_capabilities(&link)) {
        return None;
    }
    let path = fs::read_link(link).ok()?;
    Some(path.as_os_str().as_bytes().escape_ascii().to_string())
}

#[allow(unsafe_code, reason = "getxattr(2) is not in nix")]
fn has_capabilities(path: &str) -> bool {
    let Ok(path) = CString::new(path) else { return false };
    // SAFETY: both strings end with a NUL; a length of 0 asks for the size only.
    let size = unsafe { libc::getxattr(path.as_ptr(), c"security.capability".as_ptr(), std::ptr::null_mut(), 0) };
    size > 0
}
