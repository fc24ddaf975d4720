//! "Did you mean": the known word nearest to a misspelt one, and the names that hold what is typed.

/// The known word nearest to a misspelt one, if any is near.
pub fn closest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let scored = known.map(|other| (strsim::damerau_levenshtein(word, other), other));
    let near = scored.filter(|(distance, other)| *distance <= (other.len() / 3).max(1));
    near.min().map(|(_, other)| other)
}

/// Whether a word is another one with a few letters wrong.
pub fn is_misspelt(word: &str, meant: &str) -> bool {
    word != meant && strsim::damerau_levenshtein(word, meant) <= (meant.len() / 8).max(1)
}

/// Whether all characters of what is typed are in a text in this order, with others between them.
pub fn holds_in_order(text: &str, typed: &str) -> bool {
    let mut rest = text.chars();
    typed.chars().all(|c| rest.any(|other| other == c))
}
