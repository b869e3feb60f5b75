//! `serve` and `connect` beside the tools that people use: `cargo bench --bench peers`, with `-- --hour` for the hour of
//! mixed clients (a minute otherwise), and `-- --nginx` for the rounds beside nginx alone. Every ratio comes from one run.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a benchmark talks, and may fail"
)]

#[path = "../tests/support/mod.rs"]
mod support;

use std::env;
use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use socket2::SockRef;
use support::binary::{self, public_folder, socketlab};
use support::running::Running;
use support::{Sample, find, network, root};

const MODES: [&str; 4] = ["threads", "fork", "poll", "epoll"];
const SECONDS: u64 = 4;
/// Rounds beside nginx, and the seconds of each: where others work on the machine, only the median of many counts.
const ROUNDS: usize = 11;
const ROUND_SECONDS: u64 = 3;
/// What connect and nc move.
const BYTES: u64 = 1 << 30;

fn main() {
    let asked = |option: &str| env::args().any(|argument| argument == option);
    let body = || {
        beside_nginx();
        if asked("--nginx") {
            return;
        }
        http();
        throughput();
        mixed(Duration::from_secs(if asked("--hour") { 3600 } else { 60 }));
    };
    if root() { network::private("main", body) } else { body() }
}

fn row(what: &str, figure: &str) {
    println!("{what:<58} {figure}");
}

struct Load {
    /// A second.
    requests: f64,
    /// In all.
    count: f64,
    errors: bool,
}

fn wrk(port: u16, connections: u32) -> Load {
    wrk_for(port, connections, SECONDS)
}

fn wrk_for(port: u16, connections: u32, seconds: u64) -> Load {
    let url = format!("http://127.0.0.1:{port}/index.html");
    let connections = format!("-c{connections}");
    let ended = binary::run(Command::new("wrk").args(["-t1", &connections, &format!("-d{seconds}s"), &url]));
    let said = ended.text();
    let requests = said.lines().find_map(|line| line.strip_prefix("Requests/sec:")?.trim().parse().ok());
    let count = said.lines().find_map(|line| line.trim().split_once(" requests in ")?.0.parse().ok());
    let errors = said.contains("Socket errors") || said.contains("Non-2xx");
    Load { requests: requests.unwrap_or(0.0), count: count.unwrap_or(0.0), errors }
}

/// One process of nginx at its best for a small file that is asked for again and again: no sendfile, the file kept open
/// without being looked at again for a minute.
fn nginx(folder: &Path) -> Option<Command> {
    find("nginx")?;
    let conf = folder.join("nginx.conf");
    let here = folder.display();
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let temporary = temporary.map(|name| format!("{name}_temp_path {here}/t-{name};\n")).concat();
    let content = format!(
        "daemon off; master_process off; pid {here}/pid; error_log {here}/errors;\n\
         events {{ worker_connections 4096; }}\nhttp {{ access_log off; sendfile off; keepalive_requests 100000000;\n\
         open_file_cache max=100 inactive=60s; open_file_cache_valid 60s;\n{temporary}\
         server {{ listen 127.0.0.1:8104 backlog=1024; root {here}; }} }}\n"
    );
    fs::write(&conf, content).unwrap();
    let mut command = Command::new("nginx");
    command.args(["-c", conf.to_str().unwrap()]).stdout(Stdio::null()).stderr(Stdio::null());
    Some(command)
}

/// `serve --http` and nginx, in turn; requests per second beside nginx's of the same round, and processor time a request.
fn beside_nginx() {
    let folder = public_folder();
    let page = folder.path().join("index.html");
    fs::write(&page, vec![b'a'; 1000]).unwrap();
    let Some(mut nginx) = nginx(folder.path()).filter(|_| find("wrk").is_some()) else {
        return row("serve --http beside nginx", "non exécuté : nginx ou wrk manque");
    };
    let modes = [("epoll", 8105), ("threads", 8106)];
    let others = modes.map(|(mode, port)| {
        let mut command = socketlab(&["serve", "--backlog", "1024", "--quiet", "--mode", mode]);
        Running::start(command.args(["--port", &port.to_string(), "--http", page.to_str().unwrap()]), port)
    });
    let servers = [(Running::start(&mut nginx, 8104), 8104)];
    let servers: Vec<_> =
        servers.into_iter().chain(others.into_iter().zip(modes).map(|(running, (_, port))| (running, port))).collect();
    let mut ratios = [Vec::new(), Vec::new(), Vec::new()];
    let mut costs = [Vec::new(), Vec::new(), Vec::new()];
    for _ in 0..=ROUNDS {
        let mut first = None;
        for (index, (running, port)) in servers.iter().enumerate() {
            let before = processor(running.0.id());
            let load = wrk_for(*port, 100, ROUND_SECONDS);
            assert!(!load.errors, "{port}");
            costs[index].push((processor(running.0.id()) - before) / load.count);
            ratios[index].push(load.requests / *first.get_or_insert(load.requests));
        }
    }
    for (index, name) in ["nginx", "serve --http --mode epoll", "serve --http --mode threads"].into_iter().enumerate() {
        // The first round warms up.
        let (ratios, costs) = (sorted(&ratios[index][1..]), sorted(&costs[index][1..]));
        let all: Vec<String> = ratios.iter().map(|ratio| format!("{ratio:.2}")).collect();
        row(
            &format!("{name}, {ROUNDS} rounds: median ratio; CPU a request"),
            &format!("{:.2}; {:.1} µs ({})", ratios[ROUNDS / 2], costs[ROUNDS / 2], all.join(" ")),
        );
    }
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values
}

/// Microseconds of processor time that a process has used.
fn processor(pid: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    let ticks: f64 = fields[11..13].iter().map(|ticks| ticks.parse::<f64>().unwrap()).sum();
    let a_second = nix::unistd::sysconf(nix::unistd::SysconfVar::CLK_TCK).unwrap().unwrap();
    ticks * 1e6 / a_second as f64
}

fn http() {
    if find("wrk").is_none() || find("python3").is_none() || find("socat").is_none() {
        return row("serve --http under wrk", "non exécuté : wrk, python3 ou socat manque");
    }
    let folder = public_folder();
    let page = folder.path().join("index.html");
    fs::write(&page, vec![b'a'; 1024]).unwrap();
    for connections in [100, 1000] {
        let python = python(folder.path(), connections);
        let socat = socat(&page, connections);
        for mode in MODES {
            ours(&page, (mode, connections), &[("python3 -m http.server", python), ("socat …,fork", socat)]);
        }
    }
    narrated(&page);
}

fn python(folder: &Path, connections: u32) -> f64 {
    let mut command = Command::new("python3");
    command.args(["-m", "http.server", "8100", "--bind", "127.0.0.1", "--protocol", "HTTP/1.1"]).current_dir(folder);
    let _running = Running::start(&mut command, 8100);
    report("python3 -m http.server", connections, &wrk(8100, connections))
}

fn socat(page: &Path, connections: u32) -> f64 {
    let folder = public_folder();
    let script = folder.path().join("answer");
    let content = format!(
        "#!/bin/sh\nwhile read -r line && [ \"$line\" != \"$(printf '\\r')\" ]; do :; done\nprintf 'HTTP/1.1 200 OK\\r\\n\
         Content-Length: 1024\\r\\nConnection: close\\r\\n\\r\\n'\ncat {}\n",
        page.display()
    );
    fs::write(&script, content).unwrap();
    let mut command = Command::new("socat");
    command.args(["TCP-LISTEN:8101,fork,reuseaddr,backlog=1024", &format!("EXEC:/bin/sh {}", script.display())]);
    let _running = Running::start(&mut command, 8101);
    report("socat TCP-LISTEN,fork", connections, &wrk(8101, connections))
}

fn serve(page: &Path, more: &[&str]) -> Command {
    let mut command = socketlab(&["serve", "--port", "8102", "--backlog", "1024", "--http", page.to_str().unwrap()]);
    command.args(more);
    command
}

fn ours(page: &Path, (mode, connections): (&str, u32), others: &[(&str, f64)]) {
    let _running = Running::start(&mut serve(page, &["--quiet", "--mode", mode]), 8102);
    let requests = report(&format!("serve --http --quiet --mode {mode}"), connections, &wrk(8102, connections));
    for (name, other) in others {
        row(&format!("  beside {name}"), &format!("{:.2}", requests / other));
    }
}

/// The peer is not slowed by being told: what cannot be shown is counted.
fn narrated(page: &Path) {
    for format in ["text", "json"] {
        let _running = Running::start(&mut serve(page, &["--format", format]), 8102);
        report(&format!("serve --http --format {format}, told to /dev/null"), 100, &wrk(8102, 100));
    }
}

fn report(what: &str, connections: u32, load: &Load) -> f64 {
    let errors = if load.errors { ", ERRORS" } else { "" };
    row(&format!("{what}, {connections} connections"), &format!("{:.0} requests/s{errors}", load.requests));
    load.requests
}

fn throughput() {
    if find("nc").is_none() {
        return row("connect beside nc", "non exécuté : nc manque");
    }
    let folder = public_folder();
    let file = folder.path().join("grand");
    let content = fs::File::create(&file).unwrap();
    content.set_len(BYTES).unwrap();
    let mut best = [[Duration::MAX; 2]; 2];
    for _ in 0..3 {
        for (index, ours) in [true, false].into_iter().enumerate() {
            best[index][0] = best[index][0].min(uploads(&file, ours));
            best[index][1] = best[index][1].min(downloads(ours));
        }
    }
    for (way, what) in ["file to socket", "socket to file"].into_iter().enumerate() {
        let rate = |time: Duration| BYTES as f64 / time.as_secs_f64() / f64::from(1 << 20);
        row(&format!("nc, {what}"), &format!("{:.0} MiB/s", rate(best[1][way])));
        row(&format!("connect --quiet, {what}"), &format!("{:.0} MiB/s", rate(best[0][way])));
        row("  ratio (at least 0.8)", &format!("{:.2}", best[1][way].as_secs_f64() / best[0][way].as_secs_f64()));
    }
}

fn client(port: u16, ours: bool) -> Command {
    let port = port.to_string();
    if ours {
        return socketlab(&["connect", "127.0.0.1", &port, "--quiet"]);
    }
    let mut command = Command::new("nc");
    command.args(["-N", "127.0.0.1", &port]);
    command
}

fn uploads(file: &Path, ours: bool) -> Duration {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut command = client(listener.local_addr().unwrap().port(), ours);
    command.stdin(fs::File::open(file).unwrap()).stdout(Stdio::null());
    let begun = Instant::now();
    let mut child = command.spawn().unwrap();
    let (mut peer, _) = listener.accept().unwrap();
    let mut buffer = vec![0; 1 << 18];
    let mut count = 0;
    loop {
        match peer.read(&mut buffer).unwrap() {
            0 => break,
            more => count += more as u64,
        }
    }
    drop(peer);
    assert!(child.wait().unwrap().success());
    assert_eq!(count, BYTES);
    begun.elapsed()
}

fn downloads(ours: bool) -> Duration {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut command = client(listener.local_addr().unwrap().port(), ours);
    // A pipe rather than /dev/null: somebody reads what a client writes.
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let begun = Instant::now();
    let mut child = command.spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let reader = thread::spawn(move || std::io::copy(&mut stdout, &mut std::io::sink()).unwrap());
    let (mut peer, _) = listener.accept().unwrap();
    let chunk = vec![b'x'; 1 << 18];
    for _ in 0..BYTES / (1 << 18) {
        peer.write_all(&chunk).unwrap();
    }
    peer.shutdown(Shutdown::Write).unwrap();
    assert_eq!(reader.join().unwrap(), BYTES);
    drop(peer);
    child.wait().unwrap();
    begun.elapsed()
}

/// Resets, slow, half-closed clients and garbage: no descriptor, no process and no memory is lost.
fn mixed(duration: Duration) {
    for mode in MODES {
        let running = Running::start(&mut socketlab(&["serve", "--port", "8103", "--quiet", "--mode", mode]), 8103);
        let pid = running.0.id();
        clients(8103, Duration::from_secs(1));
        settle(pid);
        let before = held(pid);
        let count = clients(8103, duration / u32::try_from(MODES.len()).unwrap());
        settle(pid);
        let after = held(pid);
        row(
            &format!("serve --mode {mode}, {count} mixed clients: descriptors"),
            &format!("{} then {}", before.0, after.0),
        );
        row("  processes and threads", &format!("{} then {}", before.1, after.1));
        row("  resident", &format!("{} KiB then {} KiB", before.2, after.2));
    }
}

fn clients(port: u16, duration: Duration) -> u64 {
    let deadline = Instant::now() + duration;
    let crowd = (0..8_u64).map(|_| thread::spawn(move || crowd(port, deadline)));
    crowd.collect::<Vec<_>>().into_iter().map(|thread| thread.join().unwrap()).sum()
}

fn crowd(port: u16, deadline: Instant) -> u64 {
    let mut sample = Sample::seeded();
    let mut count = 0;
    while Instant::now() < deadline {
        one(port, sample.below(5));
        count += 1;
    }
    count
}

fn one(port: u16, kind: usize) {
    let Ok(mut client) = TcpStream::connect(("127.0.0.1", port)) else { return };
    let mut buffer = [0; 4096];
    let garbage = [0xff, 0, 0x1b, b'[', b'2', b'J', 0x80, b'\n'].repeat(300);
    let _result = match kind {
        0 => SockRef::from(&client).set_linger(Some(Duration::ZERO)),
        1 => client.write_all(&garbage).and_then(|()| SockRef::from(&client).set_linger(Some(Duration::ZERO))),
        2 => client.write_all(&garbage).and_then(|()| client.shutdown(Shutdown::Write)).and_then(|()| {
            while client.read(&mut buffer)? > 0 {}
            Ok(())
        }),
        3 => garbage.chunks(7).take(20).try_for_each(|piece| client.write_all(piece)),
        _ => client.shutdown(Shutdown::Write),
    };
}

/// Waits until the server has seen its last client off.
fn settle(pid: u32) {
    let mut last = held(pid);
    let steady = support::until(Duration::from_secs(20), || {
        let now = held(pid);
        let same = (now.0, now.1) == (last.0, last.1);
        last = now;
        thread::sleep(Duration::from_millis(200));
        same.then_some(())
    });
    assert!(steady.is_some(), "the server never rests");
}

/// Descriptors, tasks of the process and its children, and resident KiB.
fn held(pid: u32) -> (usize, usize, u64) {
    let count = |path: String| fs::read_dir(path).map_or(0, Iterator::count);
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let resident =
        status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB")?.parse().ok());
    let tasks = count(format!("/proc/{pid}/task")) + children.split_whitespace().count();
    (count(format!("/proc/{pid}/fd")), tasks, resident.unwrap_or(0))
}
