//! One run of a program of the corpus, with its peers; nothing of it is left behind.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{binary, until};

use super::peers::{PATIENCE, Peers};
use super::script::{Action, Language, Script, Step};
use super::tasks::Tasks;

/// CPU time after which a program is said to spin; much more where the language itself needs some.
const BURNT: Duration = Duration::from_millis(50);
const BURNT_BY_A_MACHINE: Duration = Duration::from_millis(150);
/// How much of a program's output is kept.
const KEPT: usize = 1 << 20;

/// Where the kernel puts the memory of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    Random,
    /// As `setarch -R` has it: each time the same.
    Fixed,
}

/// How a program is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    Bare,
    Traced(Layout),
}

pub struct Run {
    child: Child,
    keyboard: Option<ChildStdin>,
    output: Arc<Mutex<Vec<u8>>>,
    tasks: Tasks,
    folder: TempDir,
    traced: bool,
    patient: bool,
    spins: bool,
}

/// Plays the scenario, and gives the events of the trace, where there was one.
pub fn played(script: &Script, command: &[String], how: How) -> Result<Vec<Value>, String> {
    let folder = TempDir::new().unwrap();
    let mut peers = Peers::prepared(&script.steps, folder.path())?;
    let mut run = Run::start(script, command, (folder, how));
    for step in &script.steps {
        run.step(&mut peers, step)
            .map_err(|why| format!("« {step:?} »: {why}\n{}", String::from_utf8_lossy(&run.output.lock().unwrap())))?;
    }
    Ok(run.events())
}

impl Run {
    fn start(script: &Script, words: &[String], (folder, how): (TempDir, How)) -> Run {
        let story = story(folder.path());
        let traced = how != How::Bare;
        let mut command = if traced {
            let mut command = tool(how);
            command.args(["trace", "--format", "json", "--output"]).arg(&story);
            command.args(script.faults.iter().flat_map(|fault| ["--fault", fault]));
            command.arg("--").args(words);
            command
        } else {
            let mut command = Command::new(&words[0]);
            command.args(&words[1..]);
            command
        };
        binary::settled(&mut command);
        command.args(&script.arguments).current_dir(folder.path()).process_group(0);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let output = Arc::default();
        kept(child.stdout.take(), &output);
        kept(child.stderr.take(), &output);
        let tasks = Tasks { root: child.id().cast_signed(), traced };
        let patient = script.language != Language::Java;
        Run { keyboard: child.stdin.take(), child, output, tasks, folder, traced, patient, spins: false }
    }

    fn step(&mut self, peers: &mut Peers, step: &Step) -> Result<(), String> {
        match &step.action {
            Action::Keys(bytes) => self.type_in(bytes),
            Action::Eof => {
                self.keyboard = None;
                Ok(())
            }
            Action::Settle => {
                self.spins = false;
                self.settle()
            }
            Action::Spin => self.spin(),
            Action::Deadlock => self.deadlock(),
            Action::Said(bytes) => self.said(bytes),
            Action::Interrupt => self.signal(Signal::SIGINT),
            Action::Terminate => self.signal(Signal::SIGTERM),
            Action::Exit => self.exit(),
            _ => peers.play(step),
        }
    }

    fn type_in(&mut self, bytes: &[u8]) -> Result<(), String> {
        let keyboard = self.keyboard.as_mut().ok_or("the keyboard is closed")?;
        keyboard.write_all(bytes).and_then(|()| keyboard.flush()).or(Ok(()))
    }

    fn settle(&mut self) -> Result<(), String> {
        let done = until(PATIENCE, || (self.ended() || self.tasks.are_asleep(self.patient)).then_some(()));
        done.ok_or_else(|| "it never sleeps".to_owned())
    }

    fn spin(&mut self) -> Result<(), String> {
        self.spins = true;
        let limit = if self.patient { BURNT } else { BURNT_BY_A_MACHINE };
        let wanted = self.tasks.burnt() + limit;
        let done = until(PATIENCE, || (self.ended() || self.tasks.burnt() >= wanted).then_some(()));
        done.ok_or_else(|| "it does not spin".to_owned())
    }

    /// Without a trace, the program is only seen asleep.
    fn deadlock(&mut self) -> Result<(), String> {
        if !self.traced {
            return self.settle();
        }
        let story = story(self.folder.path());
        let told = || fs::read_to_string(&story).is_ok_and(|text| text.contains(":\"both-receive\""));
        let _told_or_not = until(PATIENCE / 3, || told().then_some(()));
        Ok(())
    }

    fn said(&mut self, wanted: &[u8]) -> Result<(), String> {
        let output = Arc::clone(&self.output);
        let seen = || output.lock().unwrap().windows(wanted.len()).any(|window| window == wanted);
        until(PATIENCE, || seen().then_some(())).ok_or_else(|| "never said".to_owned())
    }

    /// To every process of the program, as a terminal does; once it has nothing left to do, unless it spins.
    fn signal(&mut self, signal: Signal) -> Result<(), String> {
        if !self.spins {
            self.settle()?;
        }
        for pid in self.tasks.processes() {
            let _gone_already = kill(Pid::from_raw(pid), signal);
        }
        Ok(())
    }

    fn ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    fn exit(&mut self) -> Result<(), String> {
        until(PATIENCE, || self.ended().then_some(())).ok_or_else(|| "it did not end".to_owned())
    }

    fn events(&self) -> Vec<Value> {
        let told = fs::read_to_string(story(self.folder.path())).unwrap_or_default();
        told.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        for pid in self.tasks.processes() {
            let _gone_already = kill(Pid::from_raw(pid), Signal::SIGKILL);
        }
        let _gone_already = kill(Pid::from_raw(-self.tasks.root), Signal::SIGKILL);
        let _reaped = self.child.wait();
    }
}

/// The tool, in the layout of memory that it hands on to what it traces.
fn tool(how: How) -> Command {
    if how != How::Traced(Layout::Fixed) {
        return Command::new(binary::path());
    }
    let mut command = Command::new("setarch");
    command.arg("-R").arg(binary::path());
    command
}

fn story(folder: &Path) -> PathBuf {
    folder.join("trace.json")
}

/// Reads all, keeps the beginning: a program that spins may write without end.
fn kept(pipe: Option<impl Read + Send + 'static>, output: &Arc<Mutex<Vec<u8>>>) {
    let output = Arc::clone(output);
    let Some(mut pipe) = pipe else { return };
    thread::spawn(move || {
        let mut bytes = [0; 16384];
        while let Ok(count @ 1..) = pipe.read(&mut bytes) {
            let mut output = output.lock().unwrap();
            if output.len() < KEPT {
                output.extend_from_slice(&bytes[..count]);
            }
        }
    });
}
