//! The nearest known name of a misspelt word.

/// Longer words have no neighbour: measuring them would only take time.
const LONGEST: usize = 40;

/// The candidate that differs least from `word`, if one is near enough to be meant: another case, or at most
/// one edit in three letters (Damerau-Levenshtein).
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let length = word.chars().count();
    if length == 0 || length > LONGEST {
        return None;
    }
    let folded = word.to_lowercase();
    let allowed = length.div_ceil(3).min(3);
    candidates
        .into_iter()
        .filter(|candidate| *candidate != word && candidate.chars().count().abs_diff(length) <= allowed)
        .map(|candidate| (strsim::damerau_levenshtein(&folded, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= allowed && *distance < candidate.chars().count())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate.to_owned())
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn near_words_are_found_and_far_ones_are_not() {
        let names = ["socket", "bind", "listen", "accept", "AF_INET"];
        for (word, expected) in [
            ("sokcet", Some("socket")),
            ("SOCKET", Some("socket")),
            ("acept", Some("accept")),
            ("af_inet", Some("AF_INET")),
            ("xyz", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, names).as_deref(), expected, "{word}");
        }
    }

    #[test]
    fn one_edit_in_three_letters_is_near_and_three_at_most() {
        let long = "a".repeat(40);
        for (word, candidates, expected) in [
            ("a", ["b", "c"], None),
            ("ab", ["xy", "ac"], Some("ac")),
            ("ab", ["abc", "x"], Some("abc")),
            ("abc", ["axy", "xyz"], None),
            ("abcd", ["abxy", "axyz"], Some("abxy")),
            ("abcdefghijkl", ["abcdefghiXYZ", "abcdefghijkX"], Some("abcdefghijkX")),
            ("abcdefghijkl", ["abcdefghiXYZ", "abcdefgh"], Some("abcdefghiXYZ")),
            ("abcdefghijkl", ["abcdefghWXYZ", "abcdefgh"], None),
            ("ab", ["ab", "ba"], Some("ba")),
            (long.as_str(), [&long[1..], "b"], Some(&long[1..])),
        ] {
            assert_eq!(nearest(word, candidates).as_deref(), expected, "{word}");
        }
    }

    #[test]
    fn a_very_long_word_has_no_neighbour() {
        assert_eq!(nearest(&"a".repeat(1_000_000), ["socket"]), None);
        let word = "a".repeat(41);
        assert_eq!(nearest(&word, [&word[1..]]), None);
    }
}
