use crate::lesson::model::{Kind, Range, Settings};
use crate::lesson::parse::parse;

#[test]
fn bounds_belong_to_their_range() {
    for (value, inside) in [(1, false), (2, true), (3, true), (4, true), (5, false)] {
        assert_eq!(Range { from: 2, to: 4 }.contains(value), inside, "{value}");
    }
    assert_eq!(Range::exactly(3), Range { from: 3, to: 3 });
}

#[test]
fn a_step_is_played_once_where_nothing_is_said() {
    let settings = Settings::default();
    assert_eq!((settings.times, settings.points, settings.most_descriptors), (1, 0, None));
}

#[test]
fn a_file_is_called_by_its_number_and_a_step_by_its_id() {
    let lesson = "+++\nformat = 1\nnumero = 5\nslug = \"x\"\ntitre = \"x\"\nresume = \"x\"\nminutes = 10\n\
                  acteurs = [\"a\"]\nobjectifs = [\"x\"]\n+++\n\n## Un\n\nx\n\n## Deux\n\nx\n\n## Trois\n\nx\n";
    let lesson = parse(lesson).unwrap();
    assert!(matches!(lesson.kind, Kind::Lesson(_)));
    assert_eq!(lesson.number(), 5);
    let places = ["un", "deux", "trois", "quatre"].map(|id| lesson.step_index(id));
    assert_eq!(places, [Some(0), Some(1), Some(2), None]);

    let checks = "+++\nformat = 1\nexercice = 7\ntitre = \"x\"\npoints = 2\nacteurs = [\"a\"]\n\n\
                  [programmes.serveur]\ncommande = []\n+++\n\n## Un\n\n```etape\npoints = 2\n```\n\n```lancer serveur\n```\n";
    let checks = parse(checks).unwrap_or_else(|problems| panic!("{problems:?}"));
    assert_eq!((checks.number(), checks.steps[0].settings.points), (7, 2));
}
