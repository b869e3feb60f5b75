//! Files made to mislead: nothing read from them may end the tracer, or keep it busy.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;
use std::time::Instant;

use proptest::prelude::{Strategy, any, proptest};
use proptest::sample::Index;

use super::elf::Elf;
use super::image::Image;
use super::imports;

const SOURCE: &str = "
static inline __attribute__((always_inline)) long twice(long n) { return n + *(volatile long *)n; }
__attribute__((noinline)) long serve(long n) { return twice(n) + twice(n + 1); }
extern long gethostbyname(long);
long _start(long n) { return serve(n) + gethostbyname(n); }
";

const BUILDS: &[&[&str]] = &[
    &["-O2"],
    &["-O0", "-gdwarf-4"],
    &["-O2", "-m32"],
    &["-O1", "-gz=zlib"],
    &["-O1", "-Wl,--no-eh-frame-hdr", "-fdebug-types-section"],
];

/// Small programs of every kind; none where there is no compiler.
static PROGRAMS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| BUILDS.iter().filter_map(|flags| build(flags)).collect());

fn build(flags: &[&str]) -> Option<Vec<u8>> {
    let folder = tempfile::tempdir().ok()?;
    let (source, program) = (folder.path().join("own.c"), folder.path().join("own"));
    fs::write(&source, SOURCE).ok()?;
    let mut gcc = Command::new("gcc");
    gcc.args(["-g", "-shared", "-nostdlib", "-fPIC"]).args(flags).arg(&source).arg("-o").arg(&program);
    gcc.status().ok()?.success().then(|| fs::read(&program).unwrap())
}

/// Asks all there is to ask of a file.
fn look(bytes: &[u8]) -> usize {
    let names = Elf::from_memory(bytes.to_vec()).and_then(|elf| imports::undefined(&elf)).unwrap_or_default();
    let Some(image) = Elf::from_memory(bytes.to_vec()).map(Image::new) else { return 0 };
    let places: Vec<u64> = (0x1000..0x1200).step_by(3).chain([0, 1, u64::MAX]).collect();
    let addresses = places.iter().filter_map(|offset| image.address(*offset)).chain(places.iter().copied());
    let found = addresses.filter(|address| image.line(*address).is_some() | image.rule(*address).is_some());
    found.count() + names.len()
}

/// A change to a file.
#[derive(Clone, Debug)]
enum Damage {
    Flip(Index, u8),
    Word(Index, u32),
    Cut(Index),
}

impl Damage {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            _ if bytes.is_empty() => {}
            Damage::Flip(at, bits) => {
                let index = at.index(bytes.len());
                bytes[index] ^= bits;
            }
            Damage::Word(at, word) => {
                let start = at.index(bytes.len()) & !3;
                let end = bytes.len().min(start + 4);
                bytes[start..end].copy_from_slice(&word.to_le_bytes()[..end - start]);
            }
            Damage::Cut(at) => bytes.truncate(at.index(bytes.len())),
        }
    }
}

fn damage() -> impl Strategy<Value = Damage> {
    let bits = (0_u8..8).prop_map(|bit| 1 << bit);
    proptest::prop_oneof![
        8 => (any::<Index>(), bits).prop_map(|(at, bits)| Damage::Flip(at, bits)),
        4 => (any::<Index>(), any::<u32>()).prop_map(|(at, word)| Damage::Word(at, word)),
        4 => (any::<Index>(), proptest::sample::select(vec![0, 1, u32::MAX, 0x7fff_ffff]))
            .prop_map(|(at, word)| Damage::Word(at, word)),
        1 => any::<Index>().prop_map(Damage::Cut),
    ]
}

#[test]
fn sound_files_answer() {
    for (program, flags) in PROGRAMS.iter().zip(BUILDS) {
        assert!(look(program) > 10, "{flags:?}: {}", look(program));
    }
}

proptest! {
    #[test]
    fn damaged_files_end_nothing(program: Index, damages in proptest::collection::vec(damage(), 1..12)) {
        if !PROGRAMS.is_empty() {
            let mut bytes = program.get(&PROGRAMS).clone();
            for damage in &damages {
                damage.apply(&mut bytes);
            }
            let begun = Instant::now();
            look(&bytes);
            assert!(begun.elapsed().as_secs() < 30);
        }
    }

    #[test]
    fn noise_is_no_file(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        look(&bytes);
        look(&[b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0".as_slice(), &bytes].concat());
    }
}

#[test]
fn large_files_and_other_files_are_left_alone() {
    let file = tempfile::tempfile().unwrap();
    file.set_len(513 << 20).unwrap();
    assert!(Elf::open(file).is_none());
    assert!(Elf::open(fs::File::open("/dev/zero").unwrap()).is_none());
    assert!(Elf::open(fs::File::open(Path::new("/")).unwrap()).is_none());
}

/// A section said to be as large as the file is not read where it is above its limit.
#[test]
fn a_section_above_its_limit_is_not_read() {
    let Some(mut program) = PROGRAMS.first().cloned() else { return };
    let elf = Elf::from_memory(program.clone()).unwrap();
    assert!(elf.section(".debug_line").is_some());
    let table = usize::try_from(u64::from_le_bytes(*program[0x28..].first_chunk().unwrap())).unwrap();
    for header in program[table..].chunks_exact_mut(64) {
        header[32..40].copy_from_slice(&(33_u64 << 20).to_le_bytes());
    }
    program.resize(64 << 20, 0);
    let elf = Elf::from_memory(program).unwrap();
    assert!(elf.section(".debug_line").is_none());
}
