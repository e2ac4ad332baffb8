//! Where among its neighbours an entry goes: the order that dclint checks.

use std::cmp::Ordering;

/// The keys of a service in the order of dclint's rule `service-keys-order`; all others follow by
/// their names.
const SERVICE: &[&str] = &[
    "image",
    "build",
    "container_name",
    "depends_on",
    "volumes",
    "volumes_from",
    "configs",
    "secrets",
    "environment",
    "env_file",
    "ports",
    "networks",
    "network_mode",
    "extra_hosts",
    "command",
    "entrypoint",
    "working_dir",
    "restart",
    "healthcheck",
    "logging",
    "labels",
    "user",
    "isolation",
];

/// The sections of a file in the order of dclint's rule `top-level-properties-order`; `x-` keys
/// stand before them.
const FILE: &[&str] =
    &["version", "name", "include", "services", "networks", "volumes", "secrets", "configs"];

/// How the entries of a mapping or list are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The sections of a file.
    Sections,
    /// The keys of a service.
    Keys,
    /// By name, when the neighbours are; a single one shows that only when `one` is set.
    Names { one: bool },
}

impl Order {
    /// The index before which `new` goes; the number of neighbours when that is the end. A
    /// neighbour without a name, or a merge key, shows nothing and stays where it is.
    pub fn place(self, neighbours: &[Option<&str>], new: &str) -> usize {
        let named: Vec<(usize, &str)> = neighbours
            .iter()
            .enumerate()
            .filter_map(|(index, name)| Some((index, (*name)?)))
            .filter(|(_, name)| *name != "<<")
            .collect();
        let end = neighbours.len();
        if !self.followed(&named) {
            return end;
        }
        let after = |(_, name): &&(usize, &str)| self.compare(name, new) == Ordering::Greater;
        named.iter().find(after).map_or(end, |(index, _)| *index)
    }

    fn followed(self, named: &[(usize, &str)]) -> bool {
        let enough = match self {
            Order::Names { one: false } => named.len() > 1,
            _ => true,
        };
        enough
            && named.windows(2).all(|pair| match pair {
                [(_, one), (_, next)] => self.compare(one, next) == Ordering::Less,
                _ => true,
            })
    }

    /// Which of two names comes first.
    pub fn compare(self, one: &str, other: &str) -> Ordering {
        match self {
            Order::Sections => rank(FILE, one).cmp(&rank(FILE, other)).then_with(|| by_name(one, other)),
            Order::Keys => rank(SERVICE, one).cmp(&rank(SERVICE, other)).then_with(|| by_name(one, other)),
            Order::Names { .. } => by_name(one, other),
        }
    }
}

fn rank(order: &[&str], name: &str) -> usize {
    if name.starts_with("x-") && order.contains(&"services") {
        return 0;
    }
    order.iter().position(|known| *known == name).map_or(order.len() + 1, |at| at + 1)
}

/// The order of Unicode's root collation for the characters of Compose names, which is what dclint
/// sorts by: `_`, `-`, `.`, digits, letters without regard to case, small before capital.
fn by_name(one: &str, other: &str) -> Ordering {
    let primary = |name: &str| name.chars().map(weight).collect::<Vec<_>>();
    let capitals = |name: &str| name.chars().map(char::is_uppercase).collect::<Vec<_>>();
    primary(one)
        .cmp(&primary(other))
        .then_with(|| capitals(one).cmp(&capitals(other)))
        .then_with(|| one.cmp(other))
}

fn weight(c: char) -> (u8, char) {
    match c {
        '_' => (0, c),
        '-' => (1, c),
        c if c.is_ascii_punctuation() => (2, c),
        c if c.is_numeric() => (3, c),
        c => (4, c.to_lowercase().next().unwrap_or(c)),
    }
}
