//! What the fuzzer checks (`fuzz/`), without a fuzzer: each check over its seeds, and over each of them changed
//! in a few places. `FUZZED` sets how many changes of a seed are tried.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    reason = "a failure here fails the test"
)]

#[path = "../fuzz/src/lib.rs"]
mod checks;
use checks::Nobody;
use checks::{Input, catalog};
pub(crate) use checks::{answers, compose, detection, overlay, seeds, texts};

/// What a change puts in: what means something to one reader or another.
const TOKENS: &[&str] = &[
    "\n",
    "\r\n",
    "\t",
    " ",
    "  ",
    "\0",
    "\0\0",
    "#",
    ":",
    ": ",
    "- ",
    "\"",
    "'",
    "{",
    "}",
    "[",
    "]",
    ",",
    "&a ",
    "*a",
    "!t ",
    "|",
    ">",
    "?",
    "%",
    "$",
    "${A}",
    "`",
    "\\",
    "{{",
    "}}",
    "{% ",
    "%}",
    "<<: ",
    "---\n",
    "...\n",
    "\u{feff}",
    "\u{85}",
    "é",
    "=",
    "[[x]]\n",
    "<a>",
    "</a>",
    "<!-- ",
    "999999999999999999999",
    "-1",
    "null",
    "services:\n",
    "\u{1f}",
];

/// Numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    /// A number below `end` (splitmix64).
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) as usize % end.max(1)
    }

    /// The text with one to four changes.
    fn changed(&mut self, seed: &[u8]) -> Vec<u8> {
        let mut bytes = seed.to_vec();
        for _ in 0..=self.below(4) {
            let at = self.below(bytes.len() + 1);
            let end = (at + 1 + self.below(12)).min(bytes.len());
            let token = TOKENS[self.below(TOKENS.len())].as_bytes();
            match self.below(6) {
                0 => drop(bytes.splice(at..at, token.iter().copied())),
                1 => drop(bytes.splice(at..end, token.iter().copied())),
                2 => drop(bytes.drain(at..end)),
                3 => {
                    let part = bytes[at..end].to_vec();
                    let to = self.below(bytes.len() + 1);
                    bytes.splice(to..to, part);
                }
                4 => bytes.truncate(at),
                _ => bytes[at..end].fill(self.below(256) as u8),
            }
        }
        bytes
    }
}

/// The check on every seed, and on `count` texts that came from seeds.
fn run(target: &str, count: usize, check: fn(&[u8])) {
    let seeds = seeds::of(target);
    assert!(seeds.len() > 20, "{} seeds", seeds.len());
    let count = std::env::var("FUZZED").ok().and_then(|count| count.parse().ok()).unwrap_or(count);
    let mut dice = Dice(7);
    let changed = (0..count).map(|number| dice.changed(&seeds[number % seeds.len()])).collect::<Vec<_>>();
    for text in seeds.iter().chain(&changed) {
        let done = std::panic::catch_unwind(|| check(text));
        assert!(done.is_ok(), "{target}: {:?}", String::from_utf8_lossy(text));
    }
}

#[test]
fn compose_files_get_back_what_they_were() {
    run("compose", 20_000, compose::check);
}

#[test]
fn manifests_answers_and_records_are_read_or_refused() {
    run("texts", 5000, texts::check);
}

#[test]
fn any_project_can_be_looked_at() {
    run("detection", 1000, detection::check);
}

#[test]
fn an_overlay_ends_and_stays_inside() {
    // The stack that the program has; a test's is a quarter of it
    let whole = std::thread::Builder::new().stack_size(8 << 20);
    whole.spawn(|| run("overlay", 5000, overlay::check)).unwrap().join().unwrap();
}

#[test]
fn what_is_answered_is_data() {
    run("answers", 2000, answers::check);
}
