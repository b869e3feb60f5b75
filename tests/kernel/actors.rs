//! Actors on the real kernel: processes, calls, signals, forks, threads, and their end with socketlab.
//!
//! Each test takes a network namespace of its own where the account may (the thread leaves the host's before it
//! spawns actors, which inherit the thread's), and uses ports that the kernel chooses everywhere. Nothing sleeps to
//! synchronise: every wait ends with a report, or with the state of a process.

use std::io::{BufRead, BufReader};
use std::os::fd::AsRawFd;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::sched::{CloneFlags, unshare};
use socketlab::live::kernel::{Birth, Identity, Kernel, KernelError, Refusal, Report};
use socketlab::live::launch::ActorProgram;
use socketlab::live::real::LiveKernel;
use socketlab::live::watch::Blind;
use socketlab::state::Privilege;
use socketlab::syscall::address::Address;
use socketlab::syscall::call::{Answer, Call, Outcome, Value};
use socketlab::syscall::errno::Errno;
use socketlab::syscall::parse;
use socketlab::syscall::signal::Signal;

use crate::support::{again, only};

const PATIENCE: Duration = Duration::from_secs(20);

/// Actors, and the reports that no test has asked for yet.
struct Lab {
    kernel: LiveKernel,
    waiting: Vec<(String, Report)>,
}

/// The end of a statement.
#[derive(Debug)]
struct Done {
    call: Option<Call>,
    outcome: Outcome,
}

impl Done {
    fn number(&self) -> i64 {
        self.outcome.number().unwrap_or_else(|| panic!("{self:?}"))
    }

    fn errno(&self) -> Errno {
        self.outcome.errno().unwrap_or_else(|| panic!("{self:?}"))
    }

    fn argument(&self, index: usize) -> &Value {
        &self.call.as_ref().expect("a call").arguments[index]
    }
}

impl Lab {
    fn new(actors: &[&str]) -> Lab {
        enter_private_network();
        let program = ActorProgram::at(env!("CARGO_BIN_EXE_socketlab"));
        let mut kernel = LiveKernel::new(program, Box::new(Blind)).unwrap();
        for actor in actors {
            kernel.spawn(actor, &Birth::default()).unwrap();
        }
        Lab { kernel, waiting: Vec::new() }
    }

    /// Hands over the last statement of a text; those before are run to their end.
    fn start(&mut self, actor: &str, text: &str) {
        self.start_naming(actor, text, None);
    }

    fn start_naming(&mut self, actor: &str, text: &str, births: Option<&str>) {
        let block = parse::block(text, 0);
        assert!(block.errors.is_empty(), "{text}: {:?}", block.errors);
        let (last, before) = block.statements.split_last().expect("a statement");
        for statement in before {
            self.kernel.run(actor, statement, None).unwrap();
            self.finish(actor);
        }
        self.kernel.run(actor, last, births).unwrap();
    }

    /// Runs statements; the end of the last.
    fn c(&mut self, actor: &str, text: &str) -> Done {
        self.start(actor, text);
        self.finish(actor)
    }

    fn finish(&mut self, actor: &str) -> Done {
        let report = self.await_report(actor, |report| {
            matches!(report, Report::Finished { .. } | Report::Ended { .. } | Report::Refused { .. })
        });
        match report {
            Report::Finished { call, outcome, .. } => Done { call, outcome },
            Report::Ended { outcome } => Done { call: None, outcome },
            other => panic!("{actor}: {other:?}"),
        }
    }

    fn refused(&mut self, actor: &str, text: &str) -> Refusal {
        self.start(actor, text);
        match self.await_report(actor, |report| matches!(report, Report::Refused { .. } | Report::Finished { .. })) {
            Report::Refused { reason } => reason,
            other => panic!("{text}: {other:?}"),
        }
    }

    fn ended(&mut self, actor: &str) -> Outcome {
        match self.await_report(actor, |report| matches!(report, Report::Ended { .. })) {
            Report::Ended { outcome } => outcome,
            other => panic!("{other:?}"),
        }
    }

    fn born(&mut self, parent: &str) -> Identity {
        match self.await_report(parent, |report| matches!(report, Report::Born { .. })) {
            Report::Born { identity, .. } => identity,
            other => panic!("{other:?}"),
        }
    }

    fn await_report(&mut self, actor: &str, wanted: impl Fn(&Report) -> bool) -> Report {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let found = self.waiting.iter().position(|(from, report)| from == actor && wanted(report));
            if let Some(index) = found {
                return self.waiting.remove(index).1;
            }
            assert!(Instant::now() < deadline, "nothing from {actor}; there is {:?}", self.waiting);
            self.waiting.extend(self.kernel.report(Duration::from_millis(100)).unwrap());
        }
    }

    /// Waits until the actor sleeps inside the call that it has entered.
    fn asleep(&mut self, actor: &str) {
        self.await_report(actor, |report| matches!(report, Report::Entered { .. }));
        let deadline = Instant::now() + PATIENCE;
        while !self.kernel.activity(actor).is_some_and(|activity| activity.asleep()) {
            assert!(Instant::now() < deadline, "{actor} does not sleep");
            self.waiting.extend(self.kernel.report(Duration::from_millis(1)).unwrap());
        }
    }

    fn is_quiet(&mut self, actor: &str) -> bool {
        self.waiting.extend(self.kernel.report(Duration::ZERO).unwrap());
        !self.waiting.iter().any(|(from, report)| from == actor && matches!(report, Report::Finished { .. }))
    }

    fn wrote(&mut self, actor: &str) -> String {
        match self.await_report(actor, |report| matches!(report, Report::Wrote { .. })) {
            Report::Wrote { fd, bytes } => format!("{fd}:{}", String::from_utf8_lossy(&bytes)),
            other => panic!("{other:?}"),
        }
    }

    /// A server that listens on a port of the kernel's choice, as descriptor 3.
    fn listen(&mut self, actor: &str, backlog: i32) -> u16 {
        let done = self.c(
            actor,
            &format!(
                "int server_fd = socket(AF_INET, SOCK_STREAM, 0);
                 struct sockaddr_in a = {{ .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) }};
                 bind(server_fd, (struct sockaddr *)&a, sizeof a);
                 listen(server_fd, {backlog});
                 socklen_t la = sizeof a;
                 getsockname(server_fd, (struct sockaddr *)&a, &la);"
            ),
        );
        let Value::Address(address) = done.argument(1) else { panic!("{done:?}") };
        address.port().unwrap()
    }

    fn connect(&mut self, actor: &str, port: u16) -> Done {
        self.c(
            actor,
            &format!(
                "struct sockaddr_in a = {{ .sin_family = AF_INET, .sin_port = htons({port}),
                     .sin_addr.s_addr = htonl(INADDR_LOOPBACK) }};
                 int fd = socket(AF_INET, SOCK_STREAM, 0);
                 connect(fd, (struct sockaddr *)&a, sizeof a);"
            ),
        )
    }

    /// A server and a client, connected by their descriptors `client_fd` and `fd`.
    fn connected() -> Lab {
        let mut lab = Lab::new(&["serveur", "client"]);
        let port = lab.listen("serveur", 4);
        lab.connect("client", port);
        lab.c("serveur", "int client_fd = accept(server_fd, NULL, NULL);");
        lab
    }
}

/// A network of our own, with its loopback up; the host's where the account may not.
fn enter_private_network() {
    if unshare(CloneFlags::CLONE_NEWNET).is_err() {
        eprintln!("réseau de la machine : un espace de noms est refusé");
        return;
    }
    let status = Command::new("ip").args(["link", "set", "lo", "up"]).status();
    if !status.is_ok_and(|status| status.success()) {
        loopback_up();
    }
}

/// What `ip link set lo up` does, where `ip` is missing.
#[allow(unsafe_code, reason = "an ioctl")]
fn loopback_up() {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::DGRAM, None).unwrap();
    // SAFETY: zero bytes are a valid ifreq.
    let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
    request.ifr_name[0] = libc::c_char::from_ne_bytes([b'l']);
    request.ifr_name[1] = libc::c_char::from_ne_bytes([b'o']);
    request.ifr_ifru.ifru_flags = i16::try_from(libc::IFF_UP | libc::IFF_RUNNING).unwrap();
    // SAFETY: the request names an interface and outlives the call.
    let done = unsafe { libc::ioctl(socket.as_raw_fd(), libc::SIOCSIFFLAGS, &raw mut request) };
    assert_eq!(done, 0, "{}", std::io::Error::last_os_error());
}

fn is_root() -> bool {
    nix::unistd::geteuid().is_root()
}

fn bytes(data: &[u8]) -> Value {
    Value::Bytes { data: data.to_vec(), total: data.len() }
}

#[test]
fn the_first_socket_is_three() {
    let mut lab = Lab::new(&["serveur"]);
    let done = lab.c("serveur", "int fd = socket(AF_INET, SOCK_STREAM, 0);");
    assert_eq!(done.number(), 3);
    let symbol = |name: &str| Value::Symbol(name.to_owned());
    let call = done.call.unwrap();
    assert_eq!(call.arguments, [symbol("AF_INET"), symbol("SOCK_STREAM"), Value::Number(0)]);
    assert_eq!(lab.c("serveur", "int copie = fd;").number(), 3);
    assert_eq!(lab.c("serveur", "close(fd);").number(), 0);
}

/// Run by the next test in a process of another shape.
#[test]
#[ignore = "an inner test"]
fn inner_first_socket() {
    let mut lab = Lab::new(&["un", "deux"]);
    for actor in ["un", "deux"] {
        assert_eq!(lab.c(actor, "int fd = socket(AF_INET, SOCK_STREAM, 0);").number(), 3);
        assert_eq!(lab.c(actor, "int copie = dup(fd);").number(), 4);
    }
}

#[test]
fn descriptors_inherited_and_low_limits_change_nothing() {
    let itself = std::env::current_exe().unwrap();
    let inherited = (3..=9).map(|fd| format!(" {fd}</dev/null")).collect::<Vec<_>>().concat();
    for setting in [format!("exec{inherited}"), "ulimit -n 64".to_owned(), format!("exec{inherited}; ulimit -n 64")] {
        let script = format!("{setting}; exec \"$0\" \"$@\"");
        let only = only("inner_first_socket");
        let output = Command::new("sh").arg("-c").arg(&script).arg(&itself).args(only).output().unwrap();
        assert!(output.status.success(), "{setting}: {}", String::from_utf8_lossy(&output.stdout));
    }
}

#[test]
fn a_sleeping_accept_takes_its_client() {
    let mut lab = Lab::new(&["serveur", "client"]);
    let port = lab.listen("serveur", 2);
    lab.start(
        "serveur",
        "struct sockaddr_in pair; socklen_t lp = sizeof pair;
         int client_fd = accept(server_fd, (struct sockaddr *)&pair, &lp);",
    );
    lab.asleep("serveur");
    assert!(lab.is_quiet("serveur"));
    assert_eq!(lab.connect("client", port).number(), 0);
    let done = lab.finish("serveur");
    assert_eq!(done.number(), 4);
    let Value::Address(Address::Inet(address)) = done.argument(1) else { panic!("{done:?}") };
    assert!(address.ip().is_loopback());
    assert_eq!(done.argument(2), &Value::Length(16));
    assert_eq!(lab.c("client", "send(fd, \"salut\", 5, 0);").number(), 5);
    let received = lab.c("serveur", "char t[64]; ssize_t n = recv(client_fd, t, sizeof t, 0);");
    assert_eq!((received.number(), received.argument(1)), (5, &bytes(b"salut")));
    assert_eq!(lab.c("serveur", "n + 1;").number(), 6);
}

#[test]
fn wrong_values_reach_the_kernel() {
    let mut lab = Lab::new(&["a"]);
    lab.c("a", "struct sockaddr_in s = { .sin_family = AF_INET };");
    for (text, errno) in [
        ("socket(12345, SOCK_STREAM, 0);", Errno::EAFNOSUPPORT),
        ("socket(AF_INET, SOCK_STREAM, 99);", Errno::EPROTONOSUPPORT),
        ("close(-1);", Errno::EBADF),
        ("listen(0, 3);", Errno::ENOTSOCK),
        ("int fd = socket(AF_INET, SOCK_STREAM, 0); bind(fd, (struct sockaddr *)&s, 3);", Errno::EINVAL),
        ("bind(fd, (struct sockaddr *)&s, -1);", Errno::EINVAL),
        ("bind(fd, NULL, sizeof s);", Errno::EFAULT),
        ("bind(fd, (struct sockaddr *)1, sizeof s);", Errno::EFAULT),
        ("recv(fd, &s, sizeof s, 0);", Errno::ENOTCONN),
        ("accept(fd, NULL, NULL);", Errno::EINVAL),
        ("lseek(fd, 0, SEEK_SET);", Errno::ESPIPE),
        ("getsockname(fd, (struct sockaddr *)&s, (socklen_t *)1);", Errno::EFAULT),
    ] {
        assert_eq!(lab.c("a", text).errno(), errno, "{text}");
    }
    assert_eq!(lab.c("a", "listen(fd, -1);").number(), 0);
}

#[test]
fn an_accept_with_a_bad_length_faults() {
    let mut lab = Lab::new(&["serveur", "client"]);
    let port = lab.listen("serveur", 2);
    lab.connect("client", port);
    let done = lab.c("serveur", "accept(server_fd, (struct sockaddr *)&a, (socklen_t *)1);");
    assert_eq!(done.errno(), Errno::EFAULT);
    assert_eq!(done.argument(2), &Value::Opaque("(socklen_t *)1".to_owned()));
}

#[test]
fn perror_writes_what_a_c_program_would() {
    let mut lab = Lab::new(&["a"]);
    lab.c("a", "socket(12345, SOCK_STREAM, 0); perror(\"socket\");");
    assert_eq!(lab.wrote("a"), "2:socket: Address family not supported by protocol\n");
    assert_eq!(
        lab.c("a", "strerror(98);").outcome,
        Outcome::Returned(Answer::Text(b"Address already in use".to_vec()))
    );
    let done = lab.c("a", "printf(\"%s %d %.*s|%zu\\n\", \"abc\", -4, 2, \"xyz\", sizeof(int));");
    assert_eq!(done.number(), 12);
    assert_eq!(lab.wrote("a"), "1:abc -4 xy|4\n");
}

#[test]
fn text_is_searched_and_read_as_numbers() {
    let mut lab = Lab::new(&["a"]);
    lab.c("a", r#"char lu[64] = "HTTP/1.1 200 OK\r\n\r\ncorps"; char *fin = strstr(lu, "\r\n\r\n");"#);
    for (text, expected) in [
        ("fin - lu;", 15),
        ("strlen(fin + 4);", 5),
        (r#"strstr(lu, "") == lu;"#, 1),
        (r#"strstr(lu, "absent") == NULL;"#, 1),
        ("atoi(lu + 9);", 200),
        (r#"atoi(" -12x");"#, -12),
        (r#"atoi("rien");"#, 0),
        (r#"atol("5000000000");"#, 5_000_000_000),
    ] {
        assert_eq!(lab.c("a", text).number(), expected, "{text}");
    }
    let absent = lab.c("a", r#"strstr(lu, "absent");"#).outcome;
    assert_eq!(absent, Outcome::Returned(Answer::Pointer { null: true }));
    for text in ["strstr(NULL, lu);", "strstr(lu, NULL);", "atoi(NULL);", "atol((char *)1);"] {
        assert_eq!(lab.refused("a", text), Refusal::OutOfBounds, "{text}");
    }
}

/// What the kernel tells of a statement, word by word: a different wait each time, so that it looks at other moments.
fn told(lab: &mut Lab, actor: &str, round: u64) -> Vec<String> {
    let mut told = Vec::new();
    let deadline = Instant::now() + PATIENCE;
    while told.last().is_none_or(|last: &String| last != "finished") {
        assert!(Instant::now() < deadline, "{told:?}");
        let Some((from, report)) = lab.kernel.report(Duration::from_millis(round % 3)).unwrap() else { continue };
        assert_eq!(from, actor);
        told.push(match report {
            Report::Entered { call } => format!("entered {}", call.name),
            Report::Wrote { fd, bytes } => format!("wrote {fd} {}", String::from_utf8_lossy(&bytes)),
            Report::Finished { .. } => "finished".to_owned(),
            other => panic!("{other:?}"),
        });
    }
    told
}

#[test]
fn what_a_call_writes_comes_between_its_start_and_its_end() {
    let mut lab = Lab::new(&["a"]);
    for round in 0..400 {
        for (text, name, wrote) in [
            ("errno = 98; perror(\"x\");", "perror", "wrote 2 x: Address already in use\n"),
            ("printf(\"%d\\n\", 7);", "printf", "wrote 1 7\n"),
            ("write(2, \"brut\", 4);", "write", "wrote 2 brut"),
        ] {
            lab.start("a", text);
            assert_eq!(told(&mut lab, "a", round), [&format!("entered {name}"), wrote, "finished"], "round {round}");
        }
    }
}

/// Two threads share descriptor 1; what they write is told as their process's.
#[test]
fn threads_that_write_together_have_entered_before() {
    let mut lab = Lab::new(&["a"]);
    lab.c("a", "pthread_t t;");
    lab.start_naming("a", "pthread_create(&t, NULL, servir, NULL);", Some("fil"));
    lab.finish("a");
    lab.born("a");
    lab.waiting.clear();
    for round in 0..200 {
        lab.start("a", "write(1, \"A\", 1);");
        lab.start("fil", "write(1, \"F\", 1);");
        let mut seen = String::new();
        let deadline = Instant::now() + PATIENCE;
        while seen.matches('.').count() < 2 {
            assert!(Instant::now() < deadline, "{seen}");
            let Some((from, report)) = lab.kernel.report(Duration::from_millis(round % 3)).unwrap() else { continue };
            match (from.as_str(), report) {
                ("a", Report::Entered { .. }) => seen.push('a'),
                ("fil", Report::Entered { .. }) => seen.push('f'),
                ("a", Report::Finished { .. }) => seen.push_str("1."),
                ("fil", Report::Finished { .. }) => seen.push_str("2."),
                (_, Report::Wrote { bytes, .. }) => seen.push_str(&String::from_utf8_lossy(&bytes)),
                (_, other) => panic!("{other:?}"),
            }
        }
        for order in ["aA1", "fF2"] {
            let places: Vec<_> = order.chars().map(|mark| seen.find(mark)).collect();
            assert!(places.iter().all(Option::is_some) && places.is_sorted(), "round {round}: {seen}");
        }
    }
}

#[test]
fn a_sigpipe_kills() {
    let mut lab = Lab::connected();
    lab.c("serveur", "close(client_fd);");
    lab.c("client", "send(fd, \"un\", 2, 0);");
    // The RST comes back before the client's next call: the loopback delivers within send.
    let done = lab.c("client", "send(fd, \"deux\", 4, 0);");
    assert_eq!(done.outcome, Outcome::Killed(Signal::SIGPIPE));
    assert!(lab.kernel.activity("client").is_none());
    let gone = lab.kernel.run("client", &parse::block("close(3);", 0).statements[0], None);
    assert!(matches!(gone, Err(KernelError::NoSuchActor(_))));
    assert_eq!(lab.c("serveur", "close(server_fd);").number(), 0);
}

#[test]
fn fork_makes_an_actor_that_becomes_a_zombie() {
    let mut lab = Lab::new(&["serveur"]);
    lab.c("serveur", "int fd = socket(AF_INET, SOCK_STREAM, 0);");
    lab.start_naming("serveur", "pid_t pid = fork();", Some("enfant"));
    let pid = lab.finish("serveur").number();
    let identity = lab.born("serveur");
    assert_eq!(i64::from(identity.pid), pid);
    assert_eq!(lab.c("enfant", "pid_t rendu = pid;").number(), 0);
    assert_eq!(lab.c("enfant", "getpid();").number(), pid);
    let father = lab.c("serveur", "getpid();").number();
    assert_eq!(lab.c("enfant", "getppid();").number(), father);
    lab.c("enfant", "printf(\"je suis %d\\n\", fd);");
    assert_eq!(lab.wrote("enfant"), "1:je suis 3\n");
    assert_eq!(lab.c("enfant", "int copie = dup(fd);").number(), 4);
    lab.c("enfant", "close(copie); fd = 77;");
    assert_eq!(lab.c("serveur", "fd + 0;").number(), 3, "the memory is a copy");
    assert_eq!(lab.c("serveur", "waitpid(pid, NULL, WNOHANG);").number(), 0);
    lab.start("enfant", "exit(3);");
    assert_eq!(lab.ended("enfant"), Outcome::Exited(3));
    assert_eq!(lab.kernel.activity("enfant").unwrap().state, 'Z');
    let done = lab.c("serveur", "int statut; waitpid(pid, &statut, 0);");
    assert_eq!(done.number(), pid);
    assert_eq!(lab.c("serveur", "int code = WEXITSTATUS(statut);").number(), 3);
    assert!(lab.kernel.activity("enfant").is_none());
    assert_eq!(lab.c("serveur", "waitpid(pid, &statut, 0);").errno(), Errno::ECHILD);
}

#[test]
fn a_child_outlives_its_parent_and_ends_with_its_group() {
    let mut lab = Lab::new(&["serveur"]);
    lab.start_naming("serveur", "pid_t pid = fork();", Some("enfant"));
    lab.finish("serveur");
    let child = lab.born("serveur").pid;
    lab.start("serveur", "_exit(0);");
    assert_eq!(lab.ended("serveur"), Outcome::Exited(0));
    let ours = i64::from(std::process::id());
    assert_eq!(lab.c("enfant", "getppid();").number(), ours, "an orphan is adopted by socketlab");
    lab.start("enfant", "pause();");
    lab.asleep("enfant");
    lab.kernel.end_all();
    assert!(!std::path::Path::new(&format!("/proc/{child}")).exists());
}

#[test]
fn a_child_killed_by_its_parent_says_by_what() {
    let mut lab = Lab::new(&["serveur"]);
    lab.start_naming("serveur", "pid_t pid = fork();", Some("enfant"));
    lab.finish("serveur");
    lab.born("serveur");
    lab.start("enfant", "pause();");
    lab.asleep("enfant");
    lab.start("serveur", "int s; waitpid(pid, &s, 0);");
    lab.asleep("serveur");
    lab.kernel.interrupt("serveur").unwrap();
    assert_eq!(lab.finish("serveur").errno(), Errno::EINTR);
    assert_eq!(lab.c("serveur", "kill(pid, SIGTERM);").number(), 0);
    assert_eq!(lab.ended("enfant"), Outcome::Killed(Signal::SIGTERM));
    let done = lab.c("serveur", "waitpid(pid, &s, 0);");
    assert_eq!(
        done.argument(1),
        &Value::List(vec![Value::Symbol("WIFSIGNALED(s) && WTERMSIG(s) == SIGTERM".to_owned())])
    );
}

#[test]
fn a_parent_that_waits_reaps_before_we_look() {
    let mut lab = Lab::new(&["serveur"]);
    for round in 0..20 {
        let name = format!("enfant{round}");
        lab.start_naming("serveur", if round == 0 { "pid_t pid = fork();" } else { "pid = fork();" }, Some(&name));
        lab.finish("serveur");
        lab.born("serveur");
        lab.start("serveur", "waitpid(pid, NULL, 0);");
        lab.asleep("serveur");
        lab.start(&name, if round % 2 == 0 { "_exit(7);" } else { "pid_t moi = getpid(); kill(moi, SIGUSR1);" });
        let expected = if round % 2 == 0 { Outcome::Exited(7) } else { Outcome::Killed(Signal::SIGUSR1) };
        assert_eq!(lab.ended(&name), expected);
        assert!(lab.finish("serveur").number() > 0);
    }
}

#[test]
fn a_handled_signal_interrupts_a_sleeping_accept() {
    let mut lab = Lab::new(&["serveur"]);
    lab.listen("serveur", 2);
    lab.start_naming("serveur", "pid_t pid = fork();", Some("enfant"));
    lab.finish("serveur");
    lab.born("serveur");
    let done = lab.c(
        "serveur",
        "struct sigaction action = { .sa_handler = sur_sigchld, .sa_flags = 0 };
         sigaction(SIGCHLD, &action, NULL);",
    );
    let Value::Record(fields) = done.argument(1) else { panic!("{done:?}") };
    assert_eq!(fields[0].1, Value::Symbol("sur_sigchld".to_owned()));
    lab.start("serveur", "int c = accept(server_fd, NULL, NULL);");
    lab.asleep("serveur");
    lab.start("enfant", "exit(0);");
    assert_eq!(lab.ended("enfant"), Outcome::Exited(0));
    assert_eq!(lab.finish("serveur").errno(), Errno::EINTR);
    assert_eq!(lab.c("serveur", "waitpid(-1, NULL, WNOHANG);").number(), i64::from(lab.kernel_pid_of_last_child()));
}

impl Lab {
    fn kernel_pid_of_last_child(&mut self) -> i32 {
        i32::try_from(self.c("serveur", "pid + 0;").number()).unwrap()
    }
}

#[test]
fn an_interruption_is_a_real_eintr() {
    let mut lab = Lab::new(&["serveur"]);
    lab.listen("serveur", 2);
    for _ in 0..3 {
        lab.start("serveur", "accept(server_fd, NULL, NULL);");
        lab.asleep("serveur");
        lab.kernel.interrupt("serveur").unwrap();
        assert_eq!(lab.finish("serveur").errno(), Errno::EINTR);
    }
    lab.kernel.interrupt("serveur").unwrap();
    assert_eq!(lab.c("serveur", "close(server_fd);").number(), 0, "an idle actor is not disturbed");
}

#[test]
fn threads_lose_an_update() {
    let mut lab = Lab::new(&["serveur"]);
    lab.c("serveur", "int nb = 0; int clients[4] = {0}; pthread_t t1; pthread_t t2;");
    for (thread, name) in [("t1", "fil1"), ("t2", "fil2")] {
        lab.start_naming("serveur", &format!("pthread_create(&{thread}, NULL, servir, &nb);"), Some(name));
        assert_eq!(lab.finish("serveur").number(), 0);
    }
    let (one, two) = (lab.born("serveur"), lab.born("serveur"));
    assert_eq!(one.pid, two.pid);
    assert_ne!(one.tid, two.tid);
    assert_eq!(lab.c("fil1", "getpid();").number(), i64::from(one.pid));
    assert_eq!(lab.c("fil1", "int n = nb;").number(), 0);
    assert_eq!(lab.c("fil2", "int n = nb; clients[n] = 5; nb = n + 1;").number(), 1);
    assert_eq!(lab.c("fil1", "clients[n] = 4; nb = n + 1;").number(), 1);
    assert_eq!(lab.c("serveur", "nb + 0;").number(), 1, "two clients, one counted");
    assert_eq!(lab.c("serveur", "clients[0];").number(), 4);
    assert_eq!(lab.c("fil1", "int s = socket(AF_INET, SOCK_STREAM, 0);").number(), 3);
    assert_eq!(lab.c("fil2", "close(3);").number(), 0);
    assert_eq!(lab.c("fil1", "close(s);").errno(), Errno::EBADF);
    lab.start("serveur", "pthread_join(t1, NULL);");
    lab.asleep("serveur");
    lab.start("fil1", "pthread_exit(NULL);");
    assert_eq!(lab.ended("fil1"), Outcome::Exited(0));
    assert_eq!(lab.finish("serveur").number(), 0);
    assert!(matches!(lab.refused("serveur", "pthread_join(t1, NULL);"), Refusal::BadArgument { index: 0, .. }));
}

#[test]
fn a_mutex_makes_the_other_thread_wait() {
    let mut lab = Lab::new(&["serveur"]);
    lab.c("serveur", "pthread_mutex_t verrou = PTHREAD_MUTEX_INITIALIZER; pthread_t t;");
    lab.start_naming("serveur", "pthread_create(&t, NULL, servir, NULL);", Some("fil"));
    lab.finish("serveur");
    lab.born("serveur");
    assert_eq!(lab.c("serveur", "pthread_mutex_lock(&verrou);").number(), 0);
    assert_eq!(lab.c("fil", "pthread_mutex_trylock(&verrou);").errno(), Errno::EBUSY);
    lab.start("fil", "pthread_mutex_lock(&verrou);");
    lab.asleep("fil");
    assert_eq!(lab.c("serveur", "pthread_mutex_unlock(&verrou);").number(), 0);
    assert_eq!(lab.finish("fil").number(), 0);
    // A thread that blocks does not stop the others.
    lab.listen("serveur", 1);
    lab.start("fil", "accept(server_fd, NULL, NULL);");
    lab.asleep("fil");
    assert!(lab.c("serveur", "dup(server_fd);").number() > 3);
    lab.kernel.interrupt("fil").unwrap();
    assert_eq!(lab.finish("fil").errno(), Errno::EINTR);
    assert_eq!(lab.c("serveur", "close(server_fd);").number(), 0);
}

#[test]
fn a_fork_in_a_thread_makes_a_process_of_one_thread() {
    let mut lab = Lab::new(&["serveur"]);
    lab.c("serveur", "pthread_t t; int nb = 5;");
    lab.start_naming("serveur", "pthread_create(&t, NULL, servir, NULL);", Some("fil"));
    lab.finish("serveur");
    lab.born("serveur");
    lab.start_naming("fil", "pid_t pid = fork();", Some("enfant"));
    lab.finish("fil");
    let child = lab.born("fil");
    assert_eq!(child.pid, child.tid);
    assert_eq!(lab.c("enfant", "pid + nb;").number(), 5);
    assert_eq!(lab.c("enfant", "int fd = socket(AF_INET, SOCK_STREAM, 0);").number(), 3);
    lab.start("enfant", "exit(1);");
    assert_eq!(lab.ended("enfant"), Outcome::Exited(1));
    assert_eq!(lab.c("fil", "waitpid(pid, NULL, 0);").number(), i64::from(child.pid));
}

#[test]
fn what_is_outside_its_memory_is_refused() {
    let mut lab = Lab::new(&["a"]);
    lab.c("a", "int fd = socket(AF_INET, SOCK_STREAM, 0); char t[8]; char *p = t;");
    for text in [
        "send(fd, t, 99999999, 0);",
        "recv(fd, t, -1, 0);",
        "write(1, (char *)4096, 1);",
        "send(fd, p - 99999999, 4, 0);",
        "memset(t, 0, 99999999);",
        "strlen((char *)1);",
        "t[99999999] = 1;",
        "inet_pton(AF_INET, \"127.0.0.1\", NULL);",
    ] {
        assert_eq!(lab.refused("a", text), Refusal::OutOfBounds, "{text}");
    }
    let deep = format!("fd = {}1{};", "1 + (".repeat(50), ")".repeat(50));
    if parse::block(&deep, 0).errors.is_empty() {
        assert!(matches!(lab.refused("a", &deep), Refusal::NotSupported(_)));
    }
    assert_eq!(lab.refused("a", "inconnu + 1;"), Refusal::UnknownVariable("inconnu".to_owned()));
    assert_eq!(lab.refused("a", "int fd = 4;"), Refusal::AlreadyDeclared("fd".to_owned()));
    assert_eq!(lab.c("a", "fd + 0;").number(), 3, "refusals change nothing");
}

#[test]
fn an_overflow_reaches_the_next_variable() {
    let mut lab = Lab::connected();
    lab.c("serveur", "char petit[4]; char voisin[8]; strcpy(voisin, \"intact\");");
    lab.c("client", "send(fd, \"debordement\", 11, 0);");
    assert_eq!(lab.c("serveur", "recv(client_fd, petit, 64, 0);").number(), 11);
    let done = lab.c("serveur", "printf(\"%.*s\\n\", 7, voisin);");
    assert_eq!(done.number(), 8);
    assert_eq!(lab.wrote("serveur"), "1:rdement\n");
    // A literal sent with too long a length takes its neighbours along.
    lab.c("client", "char *secret = \"secret\";");
    assert_eq!(lab.c("client", "write(fd, \"ok\", 18);").number(), 18);
}

#[test]
fn a_lesson_cannot_reach_beyond_its_sockets() {
    let mut lab = Lab::new(&["a", "b"]);
    let other = lab.c("b", "getpid();").number();
    assert!(matches!(lab.refused("a", &format!("kill({other}, SIGKILL);")), Refusal::BadArgument { .. }));
    assert!(matches!(
        lab.refused("a", &format!("kill({}, SIGKILL);", std::process::id())),
        Refusal::BadArgument { .. }
    ));
    assert!(matches!(lab.refused("a", "kill(-1, SIGKILL);"), Refusal::BadArgument { .. }));
    assert!(matches!(lab.refused("a", "unlink(\"/etc/hostname\");"), Refusal::BadArgument { .. }));
    for fd in 900..1024 {
        assert_eq!(lab.c("a", &format!("close({fd});")).errno(), Errno::EBADF);
    }
    assert_eq!(lab.c("a", "dup2(0, 1023);").errno(), Errno::EBADF);
    assert_eq!(lab.c("a", "pid_t moi = getpid(); kill(moi, 0);").number(), 0);
}

#[test]
fn a_privilege_can_be_left_out() {
    if !is_root() {
        eprintln!("non exécuté : il faut être root pour perdre un privilège");
        return;
    }
    let mut lab = Lab::new(&[]);
    lab.kernel.spawn("simple", &Birth { without: vec![Privilege::NetBindService, Privilege::NetRaw] }).unwrap();
    lab.kernel.spawn("root", &Birth::default()).unwrap();
    let text = "int fd = socket(AF_INET, SOCK_STREAM, 0);
        struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(80) };
        bind(fd, (struct sockaddr *)&a, sizeof a);";
    assert_eq!(lab.c("simple", text).errno(), Errno::EACCES);
    assert_eq!(lab.c("root", text).number(), 0);
    assert_eq!(lab.c("simple", "socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);").errno(), Errno::EPERM);
    let pid = lab.c("simple", "getpid();").number();
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    for set in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] {
        let line = status.lines().find(|line| line.starts_with(set)).unwrap();
        let bits = u64::from_str_radix(line.split_whitespace().nth(1).unwrap(), 16).unwrap();
        assert_eq!(bits & (1 << 10 | 1 << 13), 0, "{line}");
    }
}

#[test]
fn names_are_resolved_into_its_memory() {
    let mut lab = Lab::new(&["a"]);
    let done = lab.c(
        "a",
        "struct addrinfo indices = { .ai_family = AF_INET, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST };
         struct addrinfo *res;
         getaddrinfo(\"127.0.0.1\", \"3001\", &indices, &res);",
    );
    assert_eq!(done.number(), 0);
    let Value::List(list) = done.argument(3) else { panic!("{done:?}") };
    let Value::Record(fields) = &list[0] else { panic!("{done:?}") };
    assert_eq!(fields[2].1, Value::Address(Address::Inet("127.0.0.1:3001".parse().unwrap())));
    assert_eq!(lab.c("a", "res->ai_addrlen;").number(), 16);
    assert_eq!(lab.c("a", "int fd = socket(res->ai_family, res->ai_socktype, res->ai_protocol);").number(), 3);
    assert_eq!(lab.c("a", "connect(fd, res->ai_addr, res->ai_addrlen);").errno(), Errno::ECONNREFUSED);
    lab.c("a", "freeaddrinfo(res);");
    assert_eq!(lab.refused("a", "res->ai_addrlen;"), Refusal::OutOfBounds);
    let done = lab.c("a", "getaddrinfo(\"pas.un.nombre\", NULL, &indices, &res);");
    assert!(matches!(&done.outcome, Outcome::Unresolved(error) if error.name() == Some("EAI_NONAME")), "{done:?}");
    let text = |done: Done| match done.outcome {
        Outcome::Returned(Answer::Text(text)) => String::from_utf8(text).unwrap(),
        other => panic!("{other:?}"),
    };
    lab.c("a", "struct in_addr b; inet_pton(AF_INET, \"10.0.0.7\", &b);");
    assert_eq!(text(lab.c("a", "inet_ntoa(b);")), "10.0.0.7");
    assert_eq!(text(lab.c("a", "char tampon[16]; inet_ntop(AF_INET, &b, tampon, sizeof tampon);")), "10.0.0.7");
    assert_eq!(text(lab.c("a", "gai_strerror(EAI_NONAME);")), "Name or service not known");
    assert_eq!(lab.c("a", "inet_pton(AF_INET, \"10.0.0\", &b);").number(), 0);
    assert_eq!(lab.c("a", "inet_addr(\"back.monsite.com\") == INADDR_NONE;").number(), 1);
    assert_eq!(lab.c("a", "inet_ntop(AF_INET, &b, tampon, 3);").errno(), Errno::ENOSPC);
    assert_eq!(lab.c("a", "htons(3001);").number(), i64::from(3001_u16.to_be()));
}

#[test]
fn who_is_ready_is_told() {
    let mut lab = Lab::connected();
    lab.c(
        "serveur",
        "struct pollfd p[2] = { { .fd = server_fd, .events = POLLIN }, { .fd = client_fd, .events = POLLIN } };",
    );
    assert_eq!(lab.c("serveur", "poll(p, 2, 0);").number(), 0);
    lab.start("serveur", "poll(p, 2, -1);");
    lab.asleep("serveur");
    lab.c("client", "send(fd, \"x\", 1, 0);");
    assert_eq!(lab.finish("serveur").number(), 1);
    assert_eq!(lab.c("serveur", "p[1].revents == POLLIN;").number(), 1);
    let done = lab.c(
        "serveur",
        "fd_set lecture; FD_ZERO(&lecture); FD_SET(server_fd, &lecture); FD_SET(client_fd, &lecture);
         struct timeval delai = {0};
         select(client_fd + 1, &lecture, NULL, NULL, &delai);",
    );
    assert_eq!((done.number(), done.argument(1)), (1, &Value::List(vec![Value::Number(4)])));
    assert_eq!(lab.c("serveur", "FD_ISSET(client_fd, &lecture);").number(), 1);
    assert_eq!(lab.c("serveur", "FD_ISSET(server_fd, &lecture);").number(), 0);
    let done = lab.c(
        "serveur",
        "int e = epoll_create1(0);
         struct epoll_event guet = { .events = EPOLLIN, .data.fd = client_fd };
         epoll_ctl(e, EPOLL_CTL_ADD, client_fd, &guet);
         struct epoll_event prets[4];
         epoll_wait(e, prets, 4, 0);",
    );
    assert_eq!(done.number(), 1);
    assert_eq!(lab.c("serveur", "prets[0].data.fd;").number(), 4);
}

#[test]
fn options_are_shown_by_what_they_hold() {
    let mut lab = Lab::new(&["a"]);
    let done = lab.c(
        "a",
        "int fd = socket(AF_INET, SOCK_STREAM, 0);
         struct linger l = { .l_onoff = 1, .l_linger = 5 };
         setsockopt(fd, SOL_SOCKET, SO_LINGER, &l, sizeof l);",
    );
    let field = |name: &str, value| (name.to_owned(), Value::Number(value));
    assert_eq!(done.argument(3), &Value::Record(vec![field("l_onoff", 1), field("l_linger", 5)]));
    assert_eq!(done.argument(2), &Value::Symbol("SO_LINGER".to_owned()));
    let done = lab.c("a", "int type; socklen_t lt = sizeof type; getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &lt);");
    assert_eq!(done.argument(3), &Value::List(vec![Value::Symbol("SOCK_STREAM".to_owned())]));
    assert_eq!(done.argument(4), &Value::Length(4));
    let done = lab.c("a", "int paire[2]; socketpair(AF_UNIX, SOCK_STREAM, 0, paire);");
    assert_eq!(done.argument(3), &Value::List(vec![Value::Number(4), Value::Number(5)]));
}

#[test]
fn memory_is_shown_byte_by_byte() {
    let mut lab = Lab::new(&["a"]);
    lab.c(
        "a",
        "struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3001),
             .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };",
    );
    lab.kernel.inspect("a", &parse::expression("a", 0).unwrap()).unwrap();
    let report = lab.await_report("a", |report| matches!(report, Report::Memory { .. }));
    let Report::Memory { ctype, bytes, fields } = report else { panic!("{report:?}") };
    assert_eq!(ctype, "struct sockaddr_in");
    assert_eq!(bytes[2..8], [0x0b, 0xb9, 127, 0, 0, 1]);
    let names: Vec<_> = fields.iter().map(|(name, offset, size)| (name.as_str(), *offset, *size)).collect();
    assert_eq!(names, [("sin_family", 0, 2), ("sin_port", 2, 2), ("sin_addr.s_addr", 4, 4), ("sin_zero", 8, 8)]);
}

#[test]
fn declarations_are_those_of_c() {
    let mut lab = Lab::new(&["a"]);
    for (text, expected) in [
        ("sizeof(struct sockaddr_in);", 16),
        ("char m[] = \"salut\"; sizeof m;", 6),
        ("strlen(m);", 5),
        (
            "struct sockaddr_in6 s = { .sin6_family = AF_INET6, .sin6_addr = in6addr_loopback }; s.sin6_addr.s6_addr[15];",
            1,
        ),
        ("struct sockaddr_storage v = {0}; v.ss_family;", 0),
        ("int t[3] = { 1, 2, 3 }; t[2] + t[0];", 4),
        ("int *q = t; q = q + 1; *q;", 2),
        ("socklen_t len = sizeof len; len == 4;", 1),
        ("uint16_t port = 70000; port + 0;", 4464),
        ("char c = 'a'; c + 1;", 98),
        ("errno = 0; errno + 0;", 0),
        ("close(-1); errno == EBADF;", 1),
        ("struct sockaddr_in copie = { .sin_port = 7 }; struct sockaddr_in autre = copie; autre.sin_port;", 7),
        ("snprintf(m, sizeof m, \"%d\", 1234567);", 7),
        ("strlen(m) == 5;", 1),
    ] {
        let block = parse::block(text, 0);
        assert!(block.errors.is_empty(), "{text}: {:?}", block.errors);
        assert_eq!(lab.c("a", text).number(), expected, "{text}");
    }
}

#[test]
fn the_last_words_come_before_the_end() {
    let mut lab = Lab::new(&["a"]);
    lab.c("a", "printf(\"adieu\\n\");");
    lab.start("a", "exit(300);");
    let order: Vec<_> = std::iter::from_fn(|| {
        if let Some(next) = (!lab.waiting.is_empty()).then(|| lab.waiting.remove(0)) {
            return Some(next.1);
        }
        lab.kernel.report(PATIENCE).unwrap().map(|next| next.1)
    })
    .take_while(|report| !matches!(report, Report::Ended { .. }))
    .collect();
    assert!(order.iter().any(|report| matches!(report, Report::Wrote { bytes, .. } if bytes == b"adieu\n")));
}

#[test]
fn an_actor_is_asleep_in_its_own_group_with_default_signals() {
    let mut lab = Lab::new(&["serveur"]);
    lab.listen("serveur", 1);
    lab.start("serveur", "accept(server_fd, NULL, NULL);");
    lab.asleep("serveur");
    let activity = lab.kernel.activity("serveur").unwrap();
    assert_eq!(activity.syscall, Some(libc::SYS_accept));
    assert_eq!(activity.arguments[0], 3);
    lab.kernel.interrupt("serveur").unwrap();
    lab.finish("serveur");
    let pid = i32::try_from(lab.c("serveur", "getpid();").number()).unwrap();
    let group = nix::unistd::getpgid(Some(nix::unistd::Pid::from_raw(pid))).unwrap();
    assert_eq!(group.as_raw(), pid);
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let mask = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name)).unwrap();
        u64::from_str_radix(line.split_whitespace().nth(1).unwrap(), 16).unwrap()
    };
    assert_eq!((mask("SigBlk"), mask("SigIgn")), (0, 0));
    assert_eq!(mask("SigCgt"), 1 << (libc::SIGRTMAX() - 2), "the interruption alone");
    assert_eq!(status.lines().next(), Some("Name:\tserveur"));
    assert_eq!(std::fs::read_link(format!("/proc/{pid}/fd/0")).unwrap().to_str(), Some("/dev/null"));
}

/// Run by the next test as a socketlab to kill: two actors, one forked child, one thread, all asleep.
#[test]
#[ignore = "an inner test"]
fn inner_socketlab_to_kill() {
    let mut lab = Lab::new(&["serveur", "autre"]);
    let mut pids = vec![lab.c("serveur", "getpid();").number(), lab.c("autre", "getpid();").number()];
    lab.listen("serveur", 1);
    lab.start_naming("serveur", "pid_t pid = fork();", Some("enfant"));
    pids.push(lab.finish("serveur").number());
    lab.born("serveur");
    lab.start_naming("enfant", "pid_t petit = fork();", Some("petit_enfant"));
    pids.push(lab.finish("enfant").number());
    lab.born("enfant");
    lab.start("serveur", "exit(0);");
    lab.ended("serveur");
    pids.remove(0);
    lab.start("enfant", "accept(server_fd, NULL, NULL);");
    lab.asleep("enfant");
    // One asleep in a call, one idle.
    println!("pids {}", pids.iter().map(i64::to_string).collect::<Vec<_>>().join(" "));
    loop {
        lab.kernel.report(PATIENCE).unwrap();
    }
}

#[test]
fn nothing_outlives_a_killed_socketlab() {
    let mut inner = again("inner_socketlab_to_kill").stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(inner.stdout.take().unwrap()).lines().map_while(Result::ok);
    let line = lines.find(|line| line.contains("pids ")).expect("the inner test speaks");
    let (_, list) = line.split_once("pids ").unwrap();
    let pids: Vec<i32> = list.split_whitespace().map(|pid| pid.parse().unwrap()).collect();
    assert_eq!(pids.len(), 3);
    let ends: Vec<_> = pids.iter().map(|pid| pidfd(*pid)).collect();
    inner.kill().unwrap();
    inner.wait().unwrap();
    for (pid, end) in pids.iter().zip(ends) {
        let mut watched = [nix::poll::PollFd::new(std::os::fd::AsFd::as_fd(&end), nix::poll::PollFlags::POLLIN)];
        assert_eq!(nix::poll::poll(&mut watched, 10_000_u16), Ok(1), "{pid} lives on");
    }
}

#[allow(unsafe_code, reason = "pidfd_open has no wrapper")]
fn pidfd(pid: i32) -> std::os::fd::OwnedFd {
    use std::os::fd::FromRawFd;
    // SAFETY: two numbers.
    let fd = unsafe { libc::syscall(libc::SYS_pidfd_open, pid, 0) };
    assert!(fd >= 0, "{pid}: {}", std::io::Error::last_os_error());
    // SAFETY: the kernel has just made it.
    unsafe { std::os::fd::OwnedFd::from_raw_fd(i32::try_from(fd).unwrap()) }
}

#[test]
fn a_kernel_that_is_dropped_leaves_nobody() {
    let mut lab = Lab::connected();
    let pids = [lab.c("serveur", "getpid();").number(), lab.c("client", "getpid();").number()];
    lab.start("serveur", "char t[4]; recv(client_fd, t, 4, 0);");
    lab.asleep("serveur");
    drop(lab);
    for pid in pids {
        assert!(!std::path::Path::new(&format!("/proc/{pid}")).exists());
    }
}

#[test]
fn an_actor_born_again_is_fresh() {
    let mut lab = Lab::new(&["a"]);
    lab.c("a", "int fd = socket(AF_INET, SOCK_STREAM, 0);");
    let before = lab.c("a", "getpid();").number();
    let again = lab.kernel.spawn("a", &Birth::default()).unwrap();
    assert_ne!(i64::from(again.pid), before);
    assert_eq!(lab.c("a", "int fd = socket(AF_INET, SOCK_STREAM, 0);").number(), 3);
}

/// A sequence that looks random and is the same at each run (xorshift64).
struct Sequence(u64);

impl Sequence {
    fn pick<'a>(&mut self, items: &[&'a str]) -> &'a str {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        items[usize::try_from(self.0 % items.len() as u64).unwrap()]
    }
}

/// Functions whose effect is to end, to sleep for long, to signal, or to make processes and threads.
const UNTRIED: [&str; 13] = [
    "fork",
    "exit",
    "_exit",
    "pause",
    "sleep",
    "usleep",
    "alarm",
    "kill",
    "pthread_create",
    "pthread_exit",
    "signal",
    "sigaction",
    "pthread_mutex_lock",
];

/// Right, wrong and absurd values: pointers to what is too short, unmapped, in the middle of nothing.
const ARGUMENTS: [&str; 22] = [
    "0",
    "1",
    "-1",
    "3",
    "4",
    "16",
    "4096",
    "99999999",
    "NULL",
    "(char *)1",
    "(char *)4096",
    "(char *)-8",
    "t",
    "t + 60",
    "&n",
    "&s",
    "(int *)&n + 1",
    "\"127.0.0.1\"",
    "\"%s %d\"",
    "s.sin_addr",
    "n",
    "p",
];

#[test]
fn absurd_arguments_never_end_an_actor() {
    use socketlab::syscall::vocabulary::FUNCTIONS;
    let mut lab = Lab::new(&["a"]);
    lab.c(
        "a",
        "struct sockaddr_in s; int n = 7; char t[64]; char *p = (char *)123456789;
         int fd = socket(AF_INET, SOCK_STREAM, 0); int q = socket(AF_INET, SOCK_DGRAM, 0);
         signal(SIGPIPE, SIG_IGN);",
    );
    let mut sequence = Sequence(0x2545_f491_4f6c_dd1d);
    let tried = FUNCTIONS.iter().filter(|function| !UNTRIED.contains(&function.name.as_str()));
    for function in tried.cycle().take(6000) {
        let (least, most) = function.arity();
        let count = most.unwrap_or(least + 2);
        let arguments: Vec<_> = (0..count).map(|_| sequence.pick(&ARGUMENTS)).collect();
        let text = format!("{}({});", function.name, arguments.join(", "));
        let block = parse::block(&text, 0);
        let Some(statement) = block.statements.first().filter(|_| block.errors.is_empty()) else { continue };
        lab.kernel.run("a", statement, None).unwrap();
        lab.settle("a", &text);
    }
}

impl Lab {
    /// Waits until a statement is over, whatever it does; a call that sleeps is interrupted.
    fn settle(&mut self, actor: &str, text: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.kernel.report(Duration::from_millis(50)).unwrap() {
                Some((_, Report::Finished { .. } | Report::Refused { .. })) => return,
                Some((_, Report::Ended { outcome })) => panic!("{text} ended the actor: {outcome:?}"),
                Some(_) => {}
                None => self.kernel.interrupt(actor).unwrap(),
            }
            assert!(Instant::now() < deadline, "{text} does not end");
        }
    }
}

#[test]
fn an_end_that_nobody_waits_for_is_told() {
    let mut lab = Lab::new(&["serveur"]);
    lab.c("serveur", "signal(SIGCHLD, SIG_IGN);");
    lab.start_naming("serveur", "pid_t pid = fork();", Some("enfant"));
    lab.finish("serveur");
    lab.born("serveur");
    lab.start("enfant", "exit(4);");
    assert_eq!(lab.ended("enfant"), Outcome::Exited(4));
    assert!(lab.kernel.activity("enfant").is_none());
    lab.start_naming("serveur", "pid = fork();", Some("enfant"));
    lab.finish("serveur");
    lab.born("serveur");
    lab.c("serveur", "kill(pid, SIGKILL);");
    assert_eq!(lab.ended("enfant"), Outcome::Killed(Signal::SIGKILL));
}

/// Not a test: how long things take, with `--ignored --nocapture how_long`.
#[test]
#[ignore = "a measure"]
fn how_long() {
    let start = Instant::now();
    let mut lab = Lab::new(&[]);
    println!("kernel {:?}", start.elapsed());
    for index in 0..5 {
        let start = Instant::now();
        lab.kernel.spawn(&format!("a{index}"), &Birth::default()).unwrap();
        println!("spawn {:?}", start.elapsed());
    }
    let start = Instant::now();
    for _ in 0..1000 {
        lab.c("a0", "close(-1);");
        lab.waiting.clear();
    }
    println!("statement {:?}", start.elapsed() / 1000);
    let start = Instant::now();
    lab.kernel.end_all();
    println!("end of five {:?}", start.elapsed());
}

/// A bind on this port as lessons do it: without SO_REUSEADDR, which `TcpListener` sets.
fn bind_plainly(port: u16) -> std::io::Result<()> {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None)?;
    socket.bind(&std::net::SocketAddr::from(([127, 0, 0, 1], port)).into())
}

fn stranger(port: u16) -> std::net::TcpStream {
    std::net::TcpStream::connect(("127.0.0.1", port)).unwrap()
}

#[test]
fn the_end_leaves_the_port_free_though_a_stranger_is_connected() {
    let sleeps = [
        "",
        "accept(server_fd, NULL, NULL);",
        "char t[4]; recv(client_fd, t, 4, 0);",
        "shutdown(client_fd, SHUT_WR);",
        "sleep(1000);",
    ];
    for statement in sleeps {
        let mut lab = Lab::new(&["serveur"]);
        let port = lab.listen("serveur", 4);
        let _accepted = stranger(port);
        lab.c("serveur", "int client_fd = accept(server_fd, NULL, NULL);");
        let _waiting = (!statement.starts_with("accept")).then(|| stranger(port));
        match statement {
            "" => {}
            "shutdown(client_fd, SHUT_WR);" => drop(lab.c("serveur", statement)),
            _ => {
                lab.start("serveur", statement);
                lab.asleep("serveur");
            }
        }
        let start = Instant::now();
        lab.kernel.end_all();
        assert!(start.elapsed() < Duration::from_millis(150), "{statement}: {:?}", start.elapsed());
        bind_plainly(port).unwrap_or_else(|error| panic!("{statement}: {error}"));
        assert_eq!(lab.kernel.report(Duration::ZERO).unwrap(), None, "{statement}");
    }
}

#[test]
fn a_forked_child_leaves_the_port_free_too() {
    let mut lab = Lab::new(&["serveur"]);
    let port = lab.listen("serveur", 4);
    let _accepted = stranger(port);
    lab.start_naming("serveur", "pid_t pid = fork();", Some("enfant"));
    lab.finish("serveur");
    lab.born("serveur");
    lab.c("enfant", "int client_fd = accept(server_fd, NULL, NULL);");
    lab.start("enfant", "char t[4]; recv(client_fd, t, 4, 0);");
    lab.asleep("enfant");
    lab.start("serveur", "waitpid(pid, NULL, 0);");
    lab.asleep("serveur");
    lab.kernel.end_all();
    bind_plainly(port).unwrap();
}

#[test]
fn a_thread_leaves_for_one_that_cannot_be_interrupted() {
    let mut lab = Lab::new(&["serveur"]);
    let port = lab.listen("serveur", 4);
    let _accepted = stranger(port);
    lab.c("serveur", "int client_fd = accept(server_fd, NULL, NULL);");
    lab.start_naming("serveur", "pthread_t fil; pthread_create(&fil, NULL, f, NULL);", Some("fil"));
    lab.finish("serveur");
    lab.start("fil", "pause();");
    lab.asleep("fil");
    lab.start("serveur", "pthread_join(fil, NULL);");
    lab.asleep("serveur");
    lab.kernel.end_all();
    bind_plainly(port).unwrap();
}

/// An actor whose name is given to another is killed as ever: its peers, which go on, see an ordinary end.
#[test]
fn an_actor_replaced_closes_its_connections_in_the_ordinary_way() {
    let mut lab = Lab::connected();
    lab.kernel.spawn("client", &Birth::default()).unwrap();
    assert_eq!(lab.c("serveur", "char t[4]; recv(client_fd, t, 4, 0);").number(), 0);
}

#[test]
fn idle_actors_end_at_once() {
    let durations = (0..5).map(|_| {
        let mut lab = Lab::connected();
        lab.kernel.spawn("a", &Birth::default()).unwrap();
        lab.kernel.spawn("b", &Birth::default()).unwrap();
        let start = Instant::now();
        lab.kernel.end_all();
        start.elapsed()
    });
    let least = durations.min().unwrap();
    println!("end of four {least:?}");
    // The best of several: the machine may be busy with other tests.
    assert!(least < Duration::from_millis(40), "{least:?}");
}
