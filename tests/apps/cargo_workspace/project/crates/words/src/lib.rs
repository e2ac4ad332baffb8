//! Words.

/// How many there are.
pub fn count(text: &str) -> usize {
    text.split_whitespace().count()
}
