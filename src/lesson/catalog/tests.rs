use std::fs;
use std::path::Path;

use crate::lesson::catalog::{Catalog, CatalogError, Entry};
use crate::lesson::parse::LARGEST;

const FRONT: &str = "+++\nformat = 1\nnumero = 5\nslug = \"accept\"\n+++\n";

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

#[test]
fn a_lesson_is_found_by_number_slug_or_file_name() {
    let folder = folder(&[("b.md", FRONT), ("03-bind.md", "?"), ("README.md", ""), (".x.md", ""), ("x.txt", "")]);
    let catalog = Catalog::folder(folder.path()).unwrap();
    let numbers: Vec<_> = catalog.entries.iter().map(|entry| entry.number).collect();
    assert_eq!(numbers, [Some(3), Some(5)]);
    for (what, number) in
        [("5", 5), ("05", 5), ("accept", 5), ("Accept", 5), ("b", 5), ("b.md", 5), ("bind", 3), ("03-bind", 3)]
    {
        assert_eq!(catalog.find(what).unwrap().number, Some(number), "{what}");
    }
}

#[test]
fn what_is_missing_is_named_with_its_neighbours() {
    let folder = folder(&[("b.md", FRONT), ("03-bind.md", "?")]);
    let catalog = Catalog::folder(folder.path()).unwrap();
    let Err(CatalogError::NoSuchLesson { near, numbers, .. }) = catalog.find("acept") else { panic!() };
    assert_eq!((near.as_deref(), numbers), (Some("accept"), vec![3, 5]));
    assert!(matches!(catalog.find("99"), Err(CatalogError::NoSuchLesson { near: None, .. })));
}

#[test]
fn paths_are_opened_as_they_are() {
    let folder = folder(&[("b.md", FRONT)]);
    let catalog = Catalog::default();
    let path = folder.path().join("b.md");
    assert_eq!(catalog.open(path.to_str().unwrap()).unwrap().number, Some(5));
    assert!(matches!(catalog.open(folder.path().to_str().unwrap()), Err(CatalogError::NotAFile(_))));
    let below = path.join("x");
    assert!(matches!(catalog.open(below.to_str().unwrap()), Err(CatalogError::Unreadable { .. })));
    assert!(matches!(catalog.open("/nulle/part.md"), Err(CatalogError::NoSuchFile(_))));
    assert!(matches!(Entry::open(Path::new("/dev/null")), Err(CatalogError::NotAFile(_))));
    assert!(matches!(Catalog::folder(&path), Err(CatalogError::NotAFolder(_))));
    assert!(matches!(Catalog::folder(Path::new("/nulle/part")), Err(CatalogError::NoSuchFolder(_))));
}

#[test]
fn a_folder_gives_its_lessons_by_number_then_name() {
    let folder = folder(&[
        ("z.md", FRONT),
        ("a.md", FRONT),
        ("07-sept.md", "?"),
        ("b-c.md", "?"),
        ("08-Huit.md", "?"),
        ("readme.md", FRONT),
        ("x.MD", FRONT),
        ("md", FRONT),
    ]);
    fs::create_dir(folder.path().join("01-dossier.md")).unwrap();
    let catalog = Catalog::folder(folder.path()).unwrap();
    let name = |entry: &Entry| entry.path.file_name().unwrap().to_string_lossy().into_owned();
    let found: Vec<_> =
        catalog.entries.iter().map(|entry| (name(entry), entry.number, entry.slug.as_deref())).collect();
    assert_eq!(
        found,
        [
            ("a.md".into(), Some(5), Some("accept")),
            ("z.md".into(), Some(5), Some("accept")),
            ("07-sept.md".into(), Some(7), Some("sept")),
            ("08-Huit.md".into(), Some(8), None),
            ("b-c.md".into(), None, None),
        ]
    );
}

#[test]
fn the_front_matter_says_more_than_the_name_of_the_file() {
    let folder = folder(&[("07-sept.md", FRONT), ("08-huit.md", "+++\nnumero = 9\n+++\n")]);
    let identity = |name: &str| {
        let entry = Entry::open(&folder.path().join(name)).unwrap();
        (entry.number, entry.slug)
    };
    assert_eq!(identity("07-sept.md"), (Some(5), Some("accept".into())));
    assert_eq!(identity("08-huit.md"), (Some(9), Some("huit".into())));
}

#[test]
fn a_file_is_read_just_behind_what_a_lesson_may_have() {
    let large = "é".repeat(LARGEST);
    let folder = folder(&[("x.md", &large), ("y.md", "a")]);
    let entry = Entry::open(&folder.path().join("x.md")).unwrap();
    assert_eq!(entry.bytes.len(), LARGEST + 1);
    assert!(entry.text().ends_with("é\u{fffd}"));
    assert_eq!(Entry::open(&folder.path().join("y.md")).unwrap().text(), "a");
}

#[test]
fn a_name_is_a_lesson_of_the_catalog_before_a_path() {
    let catalog = Catalog::embedded();
    assert_eq!(catalog.open("5").unwrap().number, Some(5));
    assert!(matches!(catalog.open("Cargo.toml"), Err(CatalogError::NoSuchLesson { what, .. }) if what == "Cargo.toml"));
    assert!(matches!(catalog.open("README.md"), Err(CatalogError::NoSuchLesson { .. })));
    assert!(matches!(catalog.open("nulle-part.md"), Err(CatalogError::NoSuchLesson { .. })));
}

#[test]
fn every_embedded_lesson_parses() {
    for entry in Catalog::embedded().entries {
        assert!(entry.parse().is_ok(), "{}", entry.path.display());
        assert!(entry.number.is_some() && entry.slug.is_some());
    }
}
