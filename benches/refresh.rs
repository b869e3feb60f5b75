//! How long a refresh of a lesson's sockets takes, beside `ss -tanpemi` on the same machine at the same time:
//! `cargo bench --bench refresh`. The sockets are those of a lesson: a listener, its queue, three connections.

#![allow(clippy::unwrap_used, clippy::print_stdout)] // A benchmark talks, and may fail.

use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use socketlab::observe::{Observer, Watched};

const ROUNDS: usize = 200;

fn median(mut run: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .collect();
    times.sort();
    times[ROUNDS / 2]
}

fn main() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let clients = [(); 5].map(|()| TcpStream::connect(address).unwrap());
    let servers = [(); 3].map(|()| listener.accept().unwrap().0);
    // An actor asleep in a read, with a listener and both ends of a connection.
    let [reader, ..] = servers.each_ref().map(|server| OwnedFd::from(server.try_clone().unwrap()));
    let [writer, ..] = clients.each_ref().map(|client| OwnedFd::from(client.try_clone().unwrap()));
    let shared = OwnedFd::from(listener.try_clone().unwrap());
    let mut actor = Command::new("cat").stdin(reader).stdout(shared).stderr(writer).spawn().unwrap();
    let me = Watched { actor: "cat".into(), pid: actor.id().cast_signed(), hidden: Vec::new() };
    let mut observer = Observer::new().unwrap();
    let mut fallback = Observer::without_sock_diag();
    let ports = [address.port()];
    let view = median(|| drop(observer.view(std::slice::from_ref(&me), &ports).unwrap()));
    let sockets = median(|| drop(observer.sockets().unwrap()));
    let listeners = median(|| drop(observer.listeners().unwrap()));
    let proc_net = median(|| drop(fallback.view(std::slice::from_ref(&me), &ports).unwrap()));
    let start = || Command::new("ss").arg("-tanpemi").stdout(Stdio::null()).status();
    println!("Observer::view       {view:?}");
    println!("Observer::sockets    {sockets:?}");
    println!("Observer::listeners  {listeners:?}");
    println!("view by /proc/net    {proc_net:?}");
    match start() {
        Ok(_) => println!("ss -tanpemi          {:?}", median(|| drop(start()))),
        Err(error) => println!("non exécuté : ss ({error})"),
    }
    clients[0].shutdown(Shutdown::Both).unwrap();
    actor.wait().unwrap();
}
