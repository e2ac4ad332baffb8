//! A small set of rows in which every pair of levels of every two factors occurs, as far as it is allowed.

use std::collections::{BTreeSet, VecDeque};

/// Something that is chosen: a question, or whether a service is there.
pub struct Factor {
    pub name: String,
    pub levels: Vec<String>,
    /// Other spaces have the same one: a pair of such factors that was covered there is covered.
    pub shared: bool,
}

/// Pairs of levels of shared factors that a row somewhere holds, each as `name=level`.
pub type Covered = BTreeSet<(String, String)>;

/// A combination that is not allowed: every named factor has one of the named levels.
pub struct Forbidden(pub Vec<(usize, BTreeSet<usize>)>);

/// What is to be covered.
pub struct Space {
    pub factors: Vec<Factor>,
    pub forbidden: Vec<Forbidden>,
}

/// The level of each factor; `None` while it is open.
pub type Partial = Vec<Option<usize>>;
type Pair = ((usize, usize), (usize, usize));

/// The rows, and the pairs that no row may hold.
pub struct Cover {
    pub rows: Vec<Vec<usize>>,
    pub impossible: Vec<Pair>,
    pub pairs: usize,
}

impl Space {
    /// Whether no forbidden combination is complete.
    pub fn allows(&self, row: &Partial) -> bool {
        !self.forbidden.iter().any(|Forbidden(all)| {
            all.iter().all(|(factor, levels)| row[*factor].is_some_and(|level| levels.contains(&level)))
        })
    }

    /// Fills the open factors: first the levels that `gain` likes best, going back where that leads nowhere.
    /// The number of steps is bounded, so that a space that cannot be filled is given up.
    fn complete(&self, row: Partial, gain: &dyn Fn(&Partial, usize, usize) -> usize) -> Option<Vec<usize>> {
        fn fill(
            space: &Space,
            row: &mut Partial,
            at: usize,
            steps: &mut usize,
            gain: &dyn Fn(&Partial, usize, usize) -> usize,
        ) -> bool {
            let Some(factor) = (at..row.len()).find(|factor| row[*factor].is_none()) else { return true };
            let mut order: Vec<usize> = (0..space.factors[factor].levels.len()).collect();
            order.sort_by_key(|level| std::cmp::Reverse(gain(row, factor, *level)));
            for level in order {
                *steps += 1;
                if *steps > 20_000 {
                    return false;
                }
                row[factor] = Some(level);
                if space.allows(row) && fill(space, row, factor + 1, steps, gain) {
                    return true;
                }
                row[factor] = None;
            }
            false
        }
        let mut row = row;
        (self.allows(&row) && fill(self, &mut row, 0, &mut 0, gain))
            .then(|| row.into_iter().flatten().collect())
    }

    /// Every allowed combination of these factors' levels, all others open.
    pub fn product(&self, of: &[usize]) -> Vec<Partial> {
        let mut rows: Vec<Partial> = vec![vec![None; self.factors.len()]];
        for factor in of {
            rows = rows
                .into_iter()
                .flat_map(|row| {
                    (0..self.factors[*factor].levels.len()).map(move |level| {
                        let mut row = row.clone();
                        row[*factor] = Some(level);
                        row
                    })
                })
                .filter(|row| self.allows(row))
                .collect();
        }
        rows
    }

    /// A row for each of `seeds` that can be completed, then rows until every possible pair is covered.
    /// Pairs of shared factors that are `covered` already are left out, and those of the rows put in.
    pub fn cover(&self, seeds: Vec<Partial>, covered: &mut Covered) -> Cover {
        let named = |(a, b): Pair| {
            let (one, other) = (&self.factors[a.0], &self.factors[b.0]);
            let name = |factor: &Factor, level: usize| format!("{}={}", factor.name, factor.levels[level]);
            (one.shared && other.shared).then(|| (name(one, a.1), name(other, b.1)))
        };
        let mut open: BTreeSet<Pair> = BTreeSet::new();
        for a in 0..self.factors.len() {
            for b in a + 1..self.factors.len() {
                for x in 0..self.factors[a].levels.len() {
                    for y in 0..self.factors[b].levels.len() {
                        let pair = ((a, x), (b, y));
                        if named(pair).is_none_or(|pair| !covered.contains(&pair)) {
                            open.insert(pair);
                        }
                    }
                }
            }
        }
        let pairs = open.len();
        let (mut rows, mut impossible) = (Vec::new(), Vec::new());
        let mut seeds = VecDeque::from(seeds);
        loop {
            let pair = open.first().copied();
            let (start, seeded) = match (seeds.pop_front(), pair) {
                (Some(seed), _) => (seed, true),
                (None, Some((a, b))) => {
                    let mut row = vec![None; self.factors.len()];
                    (row[a.0], row[b.0]) = (Some(a.1), Some(b.1));
                    (row, false)
                }
                (None, None) => break,
            };
            // pairs that the level completes now, and then pairs that it may still complete
            let gain = |row: &Partial, factor: usize, level: usize| {
                let (mut now, mut later) = (0, 0);
                for (other, chosen) in row.iter().enumerate().filter(|(other, _)| *other != factor) {
                    let is_open =
                        |other_level| open.contains(&ordered((other, other_level), (factor, level)));
                    match chosen {
                        Some(chosen) => now += usize::from(is_open(*chosen)),
                        None => {
                            later += (0..self.factors[other].levels.len()).filter(|l| is_open(*l)).count()
                        }
                    }
                }
                now * 1000 + later
            };
            match self.complete(start, &gain) {
                Some(row) => {
                    for a in 0..row.len() {
                        for b in a + 1..row.len() {
                            let pair = ((a, row[a]), (b, row[b]));
                            open.remove(&pair);
                            covered.extend(named(pair));
                        }
                    }
                    rows.push(row);
                }
                None if seeded => {}
                None => impossible.extend(open.pop_first()),
            }
        }
        Cover { rows, impossible, pairs }
    }
}

fn ordered(a: (usize, usize), b: (usize, usize)) -> Pair {
    if a < b { (a, b) } else { (b, a) }
}

/// Every pair that a brute-force look at all rows of a small space finds is in the cover, and no row of the
/// cover is forbidden.
pub fn covers_what_it_says() {
    let space = Space {
        factors: [4, 3, 3, 2, 2]
            .iter()
            .enumerate()
            .map(|(at, n)| Factor {
                name: at.to_string(),
                levels: (0..*n).map(|l| l.to_string()).collect(),
                shared: at < 2,
            })
            .collect(),
        forbidden: vec![
            Forbidden(vec![(0, [3].into()), (1, [1, 2].into())]),
            Forbidden(vec![(2, [0].into()), (3, [0].into()), (4, [1].into())]),
            // 0=3 leaves only 1=0, which this takes away from 2=2: a pair that is impossible by two rules
            Forbidden(vec![(1, [0].into()), (2, [2].into())]),
        ],
    };
    let all = space.product(&[0, 1, 2, 3, 4]);
    let cover = space.cover(Vec::new(), &mut Covered::new());
    let holds = |row: &[usize], ((a, x), (b, y)): Pair| row[a] == x && row[b] == y;
    for row in &cover.rows {
        let row: Partial = row.iter().copied().map(Some).collect();
        assert!(all.contains(&row), "{row:?} is forbidden");
    }
    for row in all.iter().map(|row| row.iter().copied().flatten().collect::<Vec<_>>()) {
        for a in 0..row.len() {
            for b in a + 1..row.len() {
                let pair = ((a, row[a]), (b, row[b]));
                assert!(cover.rows.iter().any(|row| holds(row, pair)), "{pair:?} is not covered");
            }
        }
    }
    assert!(cover.impossible.contains(&((0, 3), (2, 2))), "{:?}", cover.impossible);
    let both = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    let mut covered = Covered::from([both("0=0", "1=1"), both("2=0", "3=1")]);
    assert_eq!(space.cover(Vec::new(), &mut covered).pairs, cover.pairs - 1, "only 0 and 1 are shared");
    assert!(covered.contains(&both("0=3", "1=0")) && !covered.contains(&both("0=3", "1=1")), "{covered:?}");
    assert!(cover.rows.len() < all.len() / 3, "{} rows of {}", cover.rows.len(), all.len());
}
