use std::process::ExitCode;

fn main() -> ExitCode {
    socketlab::command::main(std::env::args_os().collect()).into()
}
