//! Versions as projects ask for them, and the newest offered one that satisfies.

use crate::manifest::Bare;

/// The newest of `offered` that satisfies `wanted`, or the oldest when the nearest is meant. An offered version stands for its newest release:
/// `3.13` for the last `3.13.x`.
pub fn newest<'o>(wanted: &str, bare: Bare, offered: impl Iterator<Item = &'o str>) -> Option<&'o str> {
    let ranges = ranges(wanted, bare)?;
    let all = offered
        .filter_map(|text| Some((numbers(text)?, text)))
        .filter(|(version, _)| ranges.iter().any(|all| all.iter().all(|one| one.admits(version))));
    let best = match bare {
        Bare::Nearest => all.min_by(|a, b| a.0.cmp(&b.0)),
        Bare::Exact | Bare::Least => all.max_by(|a, b| a.0.cmp(&b.0)),
    };
    best.map(|(_, text)| text)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Any,
    Same,
    Not,
    Least,
    Above,
    Most,
    Below,
    Caret,
    Tilde,
    Compatible,
}

#[derive(Debug)]
struct One {
    operator: Operator,
    version: Vec<u64>,
}

impl One {
    fn admits(&self, offered: &[u64]) -> bool {
        let version = &self.version;
        // The newest release of the series: greater than all that begins with its numbers.
        let series = |other: &[u64]| offered.iter().zip(other).all(|(a, b)| a == b);
        let newest_is_at_least = offered.get(..version.len().min(offered.len()))
            >= version.get(..version.len().min(offered.len()));
        let shared = version.len().min(offered.len());
        let below = offered.get(..shared) < version.get(..shared);
        match self.operator {
            Operator::Any => true,
            Operator::Same => series(version),
            // One release less leaves the others of its series.
            Operator::Not => version.len() > offered.len() || !series(version),
            Operator::Least => newest_is_at_least,
            Operator::Above => newest_is_at_least && !(series(version) && version.len() <= offered.len()),
            Operator::Most | Operator::Below => below,
            Operator::Caret => {
                let fixed = version.iter().position(|number| *number != 0).map_or(version.len(), |at| at + 1);
                newest_is_at_least && series(version.get(..fixed).unwrap_or(version))
            }
            Operator::Tilde => newest_is_at_least && series(version.get(..2).unwrap_or(version)),
            Operator::Compatible => {
                let fixed = version.len().saturating_sub(1).max(1);
                newest_is_at_least && series(version.get(..fixed).unwrap_or(version))
            }
        }
    }
}

/// Alternatives of what must hold together; `None` for what is no range of versions.
fn ranges(wanted: &str, bare: Bare) -> Option<Vec<Vec<One>>> {
    wanted.split("||").map(|all| together(all.trim(), bare)).collect()
}

fn together(text: &str, bare: Bare) -> Option<Vec<One>> {
    // `18 - 22` is `>=18 <=22.x`.
    if let Some((least, most)) = text.split_once(" - ") {
        let most = version(most.trim())?;
        let last = most.split_last().map(|(last, rest)| [rest, &[last + 1]].concat()).unwrap_or_default();
        return Some(vec![
            One { operator: Operator::Least, version: version(least.trim())? },
            One { operator: Operator::Below, version: last },
        ]);
    }
    let mut words: Vec<String> = Vec::new();
    for word in text.split([',', ' ', '\t']).filter(|word| !word.is_empty()) {
        match words.last_mut() {
            // `>= 3.12` is one word.
            Some(last) if last.chars().all(|c| "<>=!~^".contains(c)) => last.push_str(word),
            _ => words.push(word.to_owned()),
        }
    }
    if words.is_empty() { None } else { words.iter().map(|word| one(word, bare)).collect() }
}

fn one(word: &str, bare: Bare) -> Option<One> {
    const OPERATORS: [(&str, Operator); 10] = [
        ("===", Operator::Same),
        ("==", Operator::Same),
        ("~=", Operator::Compatible),
        ("!=", Operator::Not),
        (">=", Operator::Least),
        ("<=", Operator::Most),
        (">", Operator::Above),
        ("<", Operator::Below),
        ("^", Operator::Caret),
        ("~", Operator::Tilde),
    ];
    let named = word.to_lowercase();
    if ["*", "x", "latest", "current", "stable", "lts", "lts/*"].contains(&named.as_str()) {
        return Some(One { operator: Operator::Any, version: Vec::new() });
    }
    let found = OPERATORS.iter().find_map(|(sign, operator)| Some((word.strip_prefix(sign)?, *operator)));
    let bare = if bare == Bare::Exact { Operator::Same } else { Operator::Least };
    let (rest, operator) =
        found.or_else(|| Some((word.strip_prefix('=')?, Operator::Same))).unwrap_or((word, bare));
    Some(One { operator, version: version(rest)? })
}

/// `v1.2.3`, `1.x`, `1.2.*`: the numbers that are fixed. What follows a release's number says nothing here.
fn version(text: &str) -> Option<Vec<u64>> {
    let text = text.trim().trim_start_matches(['v', 'V']);
    let text = text.split(['-', '+']).next().unwrap_or_default();
    let mut numbers = Vec::new();
    for part in text.split('.') {
        if ["*", "x", "X"].contains(&part) {
            break;
        }
        let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
        numbers.push(digits.parse().ok()?);
        if digits.len() < part.len() {
            break;
        }
    }
    if numbers.is_empty() { None } else { Some(numbers) }
}

fn numbers(text: &str) -> Option<Vec<u64>> {
    text.split('.').map(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::newest;
    use crate::manifest::Bare;

    const PYTHON: [&str; 4] = ["3.14", "3.13", "3.12", "3.11"];
    const NODE: [&str; 3] = ["26", "24", "22"];

    fn check(offered: &[&'static str], rows: &[(&str, Option<&str>)]) {
        for (wanted, best) in rows {
            assert_eq!(newest(wanted, Bare::Exact, offered.iter().copied()), *best, "{wanted}");
        }
    }

    #[test]
    fn the_newest_that_satisfies_is_taken() {
        check(
            &PYTHON,
            &[
                (">=3.12", Some("3.14")),
                (">= 3.12, < 3.14", Some("3.13")),
                ("<3.14,>=3.11", Some("3.13")),
                ("<3.13.2", Some("3.12")),
                ("~=3.12", Some("3.14")),
                ("~=3.12.1", Some("3.12")),
                ("==3.12.*", Some("3.12")),
                ("3.12.4", Some("3.12")),
                ("3.12", Some("3.12")),
                ("3.13-dev", Some("3.13")),
                ("^3.11", Some("3.14")),
                ("~3.12", Some("3.12")),
                (">3.12", Some("3.14")),
                (">3.13", Some("3.14")),
                (">=3.11,!=3.14.*", Some("3.13")),
                (">=3.11,!=3.14.1", Some("3.14")),
                ("<=3.13", Some("3.12")),
                ("*", Some("3.14")),
            ],
        );
        check(
            &NODE,
            &[
                ("^22", Some("22")),
                ("20 || >=22", Some("26")),
                ("^22.3.0 || ^24.1", Some("24")),
                ("22.x", Some("22")),
                ("v24.1.0", Some("24")),
                (">=18 <25", Some("24")),
                ("18 - 24", Some("24")),
                ("lts/*", Some("26")),
            ],
        );
    }

    #[test]
    fn nothing_is_taken_that_does_not_satisfy() {
        check(
            &PYTHON,
            &[("3.9", None), ("<3.11", None), ("^2.7", None), ("pypy3.10", None), ("", None), ("3.99", None)],
        );
        check(&NODE, &[("^20", None), ("lts/iron", None), ("18", None), ("garbage", None), ("~23.4", None)]);
    }

    #[test]
    fn a_least_version_is_no_exact_one() {
        let go = ["1.27", "1.26"];
        assert_eq!(newest("1.24", Bare::Least, go.into_iter()), Some("1.27"));
        assert_eq!(newest("1.26.3", Bare::Least, go.into_iter()), Some("1.27"));
        assert_eq!(newest("1.28", Bare::Least, go.into_iter()), None);
        let java = ["25", "21", "17"];
        assert_eq!(newest("21", Bare::Nearest, java.into_iter()), Some("21"));
        assert_eq!(newest("11", Bare::Nearest, java.into_iter()), Some("17"));
    }
}
