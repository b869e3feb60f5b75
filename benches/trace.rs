//! What tracing costs, beside strace(1) with the same calls: `cargo bench --bench trace`, with `-- --long` for ten
//! million calls. Every figure is a median of runs in alternation, every ratio comes from the same runs.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a benchmark talks, and may fail"
)]

#[path = "../tests/support/mod.rs"]
mod support;

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use support::binary::{self, socketlab};
use support::{LIMIT, find, network, repository, root, until};
use tempfile::TempDir;

const ROUNDS: usize = 7;
const ITERATIONS: &str = "3000";

/// The calls that socketlab follows, by strace's names.
const CALLS: &str = "read,write,close,readv,writev,socket,socketpair,bind,listen,accept,accept4,connect,getsockname,\
    getpeername,shutdown,setsockopt,getsockopt,sendto,recvfrom,sendmsg,recvmsg,sendmmsg,recvmmsg,sendfile,splice,\
    close_range,dup,dup2,dup3,fcntl,ioctl,poll,ppoll,select,pselect6,epoll_create,epoll_create1,epoll_ctl,epoll_wait,\
    epoll_pwait,epoll_pwait2,pipe,pipe2,fork,vfork,clone,clone3,wait4,waitid,kill,rt_sigaction,pause,alarm,setitimer,\
    nanosleep,clock_nanosleep,io_uring_setup,ptrace,restart_syscall";

fn main() {
    if find("gcc").is_none() || find("strace").is_none() {
        return row("tracing", "non exécuté : gcc ou strace manque");
    }
    let folder = TempDir::new().unwrap();
    mixed(folder.path());
    alone(|| server(folder.path()));
    many(folder.path());
}

/// In a private network where that is possible: the server's port is then nobody else's.
fn alone(body: impl FnOnce() + Send) {
    if root() { network::private("main", body) } else { body() }
}

fn row(what: &str, figure: &str) {
    println!("{what:<66} {figure}");
}

fn compiled(name: &str, folder: &Path) -> PathBuf {
    let source = repository().join(format!("benches/trace/{name}.c"));
    let program = folder.join(name);
    quiet(Command::new("gcc").args(["-O2", "-o"]).arg(&program).arg(source));
    program
}

fn quiet(command: &mut Command) -> Duration {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let begun = Instant::now();
    assert!(command.status().unwrap().success(), "{command:?}");
    begun.elapsed()
}

fn tracer(output: &Path, format: &str) -> Command {
    socketlab(&["trace", "--format", format, "--output", output.to_str().unwrap(), "--"])
}

fn strace(output: &Path, filtered: bool) -> Command {
    let mut command = Command::new("strace");
    command.arg("-f").arg("-o").arg(output);
    if filtered {
        command.args(["--seccomp-bpf", "-e"]).arg(format!("trace={CALLS}"));
    }
    command
}

/// The middle times of several commands, run in alternation; a first round does not count.
fn medians<const N: usize>(mut round: impl FnMut(usize) -> f64) -> [f64; N] {
    let mut times: [Vec<f64>; N] = std::array::from_fn(|_| Vec::new());
    for turn in 0..=ROUNDS {
        for (index, times) in times.iter_mut().enumerate() {
            let time = round(index);
            if turn > 0 {
                times.push(time);
            }
        }
    }
    times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    })
}

fn mixed(folder: &Path) {
    let program = compiled("mixed", folder);
    let output = folder.join("narration");
    let [alone, ours, filtered, plain] = medians(|index| {
        let mut command = match index {
            0 => Command::new(&program),
            1 => tracer(&output, "text"),
            2 => strace(&output, true),
            _ => strace(&output, false),
        };
        if index > 0 {
            command.arg(&program);
        }
        quiet(command.arg(ITERATIONS)).as_secs_f64()
    });
    row("mixed load alone", &format!("{alone:.3} s"));
    row("mixed load under socketlab trace", &format!("{ours:.3} s"));
    row("mixed load under strace -f --seccomp-bpf, the same calls", &format!("{filtered:.3} s"));
    row("  ratio (at most 0.5)", &format!("{:.2}", ours / filtered));
    row("mixed load under strace -f", &format!("{plain:.3} s"));
    row("  ratio (at most 0.1)", &format!("{:.2}", ours / plain));
}

/// Requests a second of a web server, alone and traced.
fn server(folder: &Path) {
    let (Some(nginx), Some(wrk)) = (find("nginx"), find("wrk")) else {
        return row("a web server under load", "non exécuté : nginx ou wrk manque");
    };
    let configuration = "daemon off; worker_processes 1; pid pid; error_log errors; events {}\n\
        http { access_log off; server { listen 127.0.0.1:18345; return 200 \"served\\n\"; } }\n";
    fs::write(folder.join("conf"), configuration).unwrap();
    let output = folder.join("narration");
    let [alone, ours, filtered] = medians(|index| {
        let mut command = match index {
            0 => Command::new(&nginx),
            1 => tracer(&output, "text"),
            _ => strace(&output, true),
        };
        if index > 0 {
            command.arg(&nginx);
        }
        command.arg("-p").arg(folder).args(["-c", "conf"]);
        served(&mut command, &wrk)
    });
    row("nginx alone", &format!("{alone:.0} requests a second"));
    row("nginx under socketlab trace", &format!("{ours:.0} ({:.1} times slower)", alone / ours));
    row("nginx under strace -f --seccomp-bpf", &format!("{filtered:.0} ({:.1} times slower)", alone / filtered));
    row("  ratio of the slowdowns (at most 0.7)", &format!("{:.2}", filtered / ours));
}

fn served(command: &mut Command, wrk: &Path) -> f64 {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut server = quiet.spawn().unwrap();
    let listens = || std::net::TcpStream::connect("127.0.0.1:18345").is_ok().then_some(());
    until(LIMIT, listens).expect("nginx listens");
    let load = Command::new(wrk).args(["-t1", "-c8", "-d2s", "http://127.0.0.1:18345/"]).output().unwrap();
    let master =
        fs::read_to_string(Path::new(command.get_args().skip_while(|word| *word != "-p").nth(1).unwrap()).join("pid"));
    let master: i32 = master.unwrap().trim().parse().unwrap();
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(master), nix::sys::signal::SIGTERM).unwrap();
    binary::wait(&mut server, LIMIT).expect("nginx ends");
    let report = String::from_utf8(load.stdout).unwrap();
    let line = report.lines().find_map(|line| line.strip_prefix("Requests/sec:")).unwrap();
    line.trim().parse().unwrap()
}

/// Memory and completeness over many calls.
fn many(folder: &Path) {
    let program = compiled("calls", folder);
    let long = env::args().any(|argument| argument == "--long");
    let most: u64 = if long { 10_000_000 } else { 1_000_000 };
    let output = folder.join("events");
    for calls in [most / 10, most] {
        let mut command = tracer(&output, "json");
        command.arg(&program).arg(calls.to_string()).stdout(Stdio::null()).stderr(Stdio::null());
        let begun = Instant::now();
        let mut child = command.spawn().unwrap();
        let mut peak = 0;
        while child.try_wait().unwrap().is_none() {
            peak = high_water(child.id()).unwrap_or(peak);
            std::thread::sleep(Duration::from_millis(50));
        }
        let elapsed = begun.elapsed();
        row(&format!("{calls} calls in JSON"), &format!("{elapsed:.1?}"));
        row("  largest resident size", &format!("{peak} KiB"));
        row("  returns in the file, and whether it is whole", &whole(&output, calls));
    }
}

/// VmHWM, in KiB (proc_pid_status(5)).
fn high_water(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}

fn whole(output: &Path, calls: u64) -> String {
    let lines = BufReader::new(fs::File::open(output).unwrap()).lines();
    let (mut returned, mut last) = (0_u64, Value::Null);
    for line in lines {
        let event: Value = serde_json::from_str(&line.unwrap()).unwrap();
        returned += u64::from(event["event"] == "returned" && event["call"] == "close" && event["fd"] == -1);
        last = event;
    }
    let ended = last["event"] == "trace-finished";
    assert!(returned == calls && ended, "{returned} of {calls}: {last}");
    format!("{returned}, whole")
}
