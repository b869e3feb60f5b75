//! The signals that the tracer itself hears: Ctrl-C, the wishes to end, and its clock. Handlers are installed without
//! SA_RESTART, so that a sleeping waitpid(2) returns. A signal that comes just before the sleep is heard at the next
//! ring of the clock. Everything is put back when this is dropped.

use std::mem::MaybeUninit;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

static INTERRUPTS: AtomicU32 = AtomicU32::new(0);
static ENDED: AtomicBool = AtomicBool::new(false);
static ALARMED: AtomicBool = AtomicBool::new(false);

/// Signals that ask to end, unless they are ignored already, as nohup(1) and shells do.
const TERMINATIONS: [i32; 3] = [libc::SIGINT, libc::SIGTERM, libc::SIGHUP];

/// How often the clock rings again where one ring was lost.
const AGAIN: Duration = Duration::from_millis(10);

extern "C" fn hear(signal: i32) {
    match signal {
        libc::SIGINT => drop(INTERRUPTS.fetch_add(1, Ordering::SeqCst)),
        libc::SIGALRM => ALARMED.store(true, Ordering::SeqCst),
        _ => ENDED.store(true, Ordering::SeqCst),
    }
}

/// What was before; a child that runs another program puts it back too.
#[derive(Clone, Copy)]
pub struct Inherited {
    actions: [(i32, libc::sigaction); 5],
    mask: libc::sigset_t,
}

/// Whether a second SIGINT, or another wish to end, came since the present trace began: whoever waits gives up.
#[must_use]
pub fn is_hurried() -> bool {
    INTERRUPTS.load(Ordering::Relaxed) > 1 || ENDED.load(Ordering::Relaxed)
}

pub struct Signals {
    inherited: Inherited,
}

impl std::fmt::Debug for Signals {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Signals")
    }
}

impl Signals {
    /// Listens from now on.
    #[must_use]
    pub fn open() -> Signals {
        INTERRUPTS.store(0, Ordering::SeqCst);
        ENDED.store(false, Ordering::SeqCst);
        ALARMED.store(false, Ordering::SeqCst);
        let listened = [libc::SIGINT, libc::SIGTERM, libc::SIGHUP, libc::SIGALRM, libc::SIGCHLD];
        let inherited = Inherited { actions: listened.map(|signal| (signal, action(signal, None))), mask: mask(None) };
        for (signal, before) in inherited.actions {
            let ignored = before.sa_sigaction == libc::SIG_IGN && TERMINATIONS.contains(&signal);
            if !ignored {
                action(signal, Some(&ours(signal)));
            }
        }
        mask(Some((libc::SIG_UNBLOCK, &set(&listened))));
        Signals { inherited }
    }

    /// What a new program must find.
    #[must_use]
    pub fn inherited(&self) -> Inherited {
        self.inherited
    }

    /// How many times SIGINT came.
    #[must_use]
    pub fn interrupts() -> u32 {
        INTERRUPTS.load(Ordering::Relaxed)
    }

    /// Whether SIGTERM or SIGHUP came.
    #[must_use]
    pub fn asked_to_end() -> bool {
        ENDED.load(Ordering::Relaxed)
    }

    /// Whether SIGALRM came since this was asked.
    #[must_use]
    pub fn take_alarm() -> bool {
        ALARMED.load(Ordering::Relaxed) && ALARMED.swap(false, Ordering::SeqCst)
    }

    /// Rings at this moment, and again until it is set anew.
    pub fn set_alarm(moment: Instant) {
        set_timer(moment.saturating_duration_since(Instant::now()).max(Duration::from_micros(50)), AGAIN);
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        set_timer(Duration::ZERO, Duration::ZERO);
        self.inherited.restore();
    }
}

impl Inherited {
    /// Async-signal-safe.
    pub fn restore(&self) {
        for (signal, before) in &self.actions {
            action(*signal, Some(before));
        }
        mask(Some((libc::SIG_SETMASK, &self.mask)));
    }
}

/// Blocks every signal, and gives the mask that was; async-signal-safe.
#[must_use]
pub fn block_all() -> libc::sigset_t {
    let mut all = MaybeUninit::uninit();
    #[allow(unsafe_code, reason = "a signal set is filled in place")]
    // SAFETY: sigfillset initialises the whole set.
    let all = unsafe {
        libc::sigfillset(all.as_mut_ptr());
        all.assume_init()
    };
    mask(Some((libc::SIG_SETMASK, &all)))
}

pub fn set_mask(set: &libc::sigset_t) {
    mask(Some((libc::SIG_SETMASK, set)));
}

/// As every program expects it, and as Rust's runtime does not leave it.
pub fn default_sigpipe() {
    action(libc::SIGPIPE, Some(&disposition(libc::SIG_DFL, 0)));
}

fn ours(signal: i32) -> libc::sigaction {
    match signal {
        // A stopped task wakes waitpid all the same: the signal would only cost time.
        libc::SIGCHLD => disposition(libc::SIG_DFL, libc::SA_NOCLDSTOP),
        _ => disposition(hear as *const () as usize, 0),
    }
}

#[allow(unsafe_code, reason = "struct sigaction is a structure of C")]
fn disposition(handler: usize, flags: i32) -> libc::sigaction {
    // SAFETY: zeros are an empty mask and no restorer.
    let mut new: libc::sigaction = unsafe { std::mem::zeroed() };
    new.sa_sigaction = handler;
    new.sa_flags = flags;
    new
}

/// The disposition that was, and a new one where one is given.
#[allow(unsafe_code, reason = "sigaction(2)")]
fn action(signal: i32, new: Option<&libc::sigaction>) -> libc::sigaction {
    let mut old = disposition(libc::SIG_DFL, 0);
    // SAFETY: the handler only touches atomics; both structures live.
    unsafe { libc::sigaction(signal, new.map_or(ptr::null(), ptr::from_ref), &raw mut old) };
    old
}

#[allow(unsafe_code, reason = "a signal set is filled in place")]
fn set(signals: &[i32]) -> libc::sigset_t {
    let mut set = MaybeUninit::uninit();
    // SAFETY: sigemptyset initialises the whole set.
    unsafe {
        libc::sigemptyset(set.as_mut_ptr());
        for signal in signals {
            libc::sigaddset(set.as_mut_ptr(), *signal);
        }
        set.assume_init()
    }
}

/// The mask that was, and a change where one is given.
#[allow(unsafe_code, reason = "sigprocmask(2)")]
fn mask(change: Option<(i32, &libc::sigset_t)>) -> libc::sigset_t {
    let mut old = set(&[]);
    let (how, new) = change.map_or((libc::SIG_BLOCK, ptr::null()), |(how, new)| (how, ptr::from_ref(new)));
    // SAFETY: both sets live, or the new one is NULL.
    unsafe { libc::pthread_sigmask(how, new, &raw mut old) };
    old
}

#[allow(unsafe_code, reason = "setitimer(2) is not in nix")]
fn set_timer(first: Duration, again: Duration) {
    let timer = libc::itimerval { it_interval: timeval(again), it_value: timeval(first) };
    // SAFETY: the new value lives, the old one is not asked for.
    unsafe { libc::setitimer(libc::ITIMER_REAL, &raw const timer, ptr::null_mut()) };
}

fn timeval(duration: Duration) -> libc::timeval {
    let seconds = i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
    libc::timeval { tv_sec: seconds, tv_usec: i64::from(duration.subsec_micros()) }
}
