//! What the program may take while templates of an overlay are rendered: they are somebody else's, and a text
//! that doubles itself again and again is too large long before any count of instructions ends it.

use std::process::exit;
use std::thread;
use std::time::Duration;

use dockgen::disk::resident;
use dockgen::error::Error;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// More memory than this is refused, in bytes: the largest Compose file that is read takes less.
const MOST: u64 = 1024 * 1024 * 1024;
/// How often that is looked at.
const EACH: Duration = Duration::from_millis(5);

/// From now on the program ends when it holds more than [`MOST`].
pub fn hold() {
    // What a single step asks for beyond that is not given by the system.
    let old = getrlimit(Resource::Data);
    let limit = Rlimit { current: Some(2 * MOST), ..old };
    if old.current.is_none_or(|current| current > 2 * MOST) {
        let _ = setrlimit(Resource::Data, limit);
    }
    let watch = move || {
        loop {
            thread::sleep(EACH);
            if resident().is_some_and(|bytes| bytes > MOST) {
                let error = Error::TooMuchMemory { bytes: MOST };
                crate::say(&format!("error: {error}\nhint: {}\n", error.hint().unwrap_or_default()));
                end();
            }
        }
    };
    let _ = thread::Builder::new().name("bounds".to_owned()).spawn(watch);
}

#[expect(
    clippy::disallowed_methods,
    clippy::exit,
    reason = "the thread that is to end will not do so by itself"
)]
fn end() {
    exit(1)
}
