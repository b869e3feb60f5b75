//! Which files are the system's, and which are the program's own.

/// Where distributions keep libraries (hier(7)); /lib64 and /usr/lib32 too.
const LIBRARIES: &[&str] = &["/lib", "/usr/lib"];

/// Where the sources of compilers and of standard libraries lie, or lay when they were built.
const SOURCES: &[&str] = &[
    "/usr/include/",
    "/usr/lib/",
    "/usr/lib32/",
    "/usr/lib64/",
    "/usr/local/go/src/",
    "/usr/local/include/",
    "/usr/share/go",
    "/usr/src/",
    "/build/glibc",
    "/rustc/",
];

/// Where package managers of languages keep what the program is made with.
const PACKAGES: &[&str] = &["/.cargo/registry/", "/.rustup/toolchains/", "/go/pkg/mod/"];

pub fn is_system_library(path: &[u8]) -> bool {
    LIBRARIES.iter().any(|folder| path.starts_with(folder.as_bytes()))
}

pub fn is_system_source(path: &str) -> bool {
    SOURCES.iter().any(|folder| path.starts_with(folder)) || PACKAGES.iter().any(|folder| path.contains(folder))
}
