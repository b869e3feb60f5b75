use std::fs;
use std::path::Path;

use crate::lesson::catalog::{Catalog, CatalogError, Entry};

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
    assert!(matches!(catalog.open("/nulle/part.md"), Err(CatalogError::NoSuchFile(_))));
    assert!(matches!(Entry::open(Path::new("/dev/null")), Err(CatalogError::NotAFile(_))));
    assert!(matches!(Catalog::folder(&path), Err(CatalogError::NotAFolder(_))));
    assert!(matches!(Catalog::folder(Path::new("/nulle/part")), Err(CatalogError::NoSuchFolder(_))));
}

#[test]
fn every_embedded_lesson_parses() {
    for entry in Catalog::embedded().entries {
        assert!(entry.parse().is_ok(), "{}", entry.path.display());
        assert!(entry.number.is_some() && entry.slug.is_some());
    }
}
