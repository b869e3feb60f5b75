//! Words that discourage who does not understand yet.

/// Words that lessons avoid, in lower case.
pub const DISCOURAGED: [&str; 5] = ["simplement", "il suffit de", "il suffit d’", "évidemment", "bien sûr"];
