use std::process::ExitCode;

fn main() -> ExitCode {
    socketlab::run(std::env::args_os().collect()).into()
}
