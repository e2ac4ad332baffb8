//! What a program or a piece of work takes.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};

/// The word that has this program measure the memory of another one, as its only child.
pub const PEAK: &str = "--peak-of";

/// The least that was seen of several runs: what everything else on the machine adds is left out.
#[derive(Debug, Clone, Copy)]
pub struct Taken {
    /// By the clock on the wall.
    pub wall: Duration,
    /// By the processor, for the program and what it starts.
    pub cpu: Duration,
}

impl Taken {
    /// How much more than another.
    pub fn times(self, other: Self) -> f64 {
        self.cpu.as_secs_f64() / other.cpu.as_secs_f64()
    }

    fn least(self, other: Self) -> Self {
        Self { wall: self.wall.min(other.wall), cpu: self.cpu.min(other.cpu) }
    }
}

/// Runs each work `rounds` times in turn, so that all of them see the same machine.
pub fn in_turn(rounds: usize, works: &mut [&mut dyn FnMut()]) -> Vec<Taken> {
    let mut least: Vec<Option<Taken>> = vec![None; works.len()];
    for _ in 0..rounds {
        for (work, least) in works.iter_mut().zip(&mut least) {
            let taken = once(work);
            *least = Some(least.map_or(taken, |least| least.least(taken)));
        }
    }
    least.into_iter().flatten().collect()
}

fn once(work: &mut dyn FnMut()) -> Taken {
    let before = cpu();
    let start = Instant::now();
    work();
    let wall = start.elapsed();
    Taken { wall, cpu: cpu() - before }
}

/// Of this program and its children that have ended.
fn cpu() -> Duration {
    let of = |who| {
        let usage = getrusage(who).expect("what was used");
        let times = [usage.user_time(), usage.system_time()];
        times
            .iter()
            .map(|time| Duration::new(time.tv_sec() as u64, time.tv_usec() as u32 * 1000))
            .sum::<Duration>()
    };
    of(UsageWho::RUSAGE_SELF) + of(UsageWho::RUSAGE_CHILDREN)
}

/// Runs a program that has to end well; what it says is not read.
pub fn run(command: &mut Command) {
    let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    assert!(command.status().expect("it runs").success(), "{command:?}");
}

/// The most memory that a program held, in kilobytes: measured by a process that has no other child.
pub fn peak(words: &[&str]) -> u64 {
    let own = std::env::current_exe().expect("this program");
    let output = Command::new(own).arg(PEAK).args(words).output().expect("it runs");
    String::from_utf8_lossy(&output.stdout).trim().parse().expect("a number")
}

/// What [`peak`] asks for.
pub fn peak_here(words: &[String]) -> u64 {
    run(Command::new(&words[0]).args(&words[1..]));
    getrusage(UsageWho::RUSAGE_CHILDREN).expect("what was used").max_rss().unsigned_abs()
}
