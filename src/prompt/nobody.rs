//! Nobody to ask.

use super::{Ask, Asked, Offer, Verdict};
use crate::answers::Value;
use crate::error::{Error, Result};

/// Who answers nothing: for requests that take defaults or refuse, and for programs that embed dockgen.
#[derive(Debug, Clone, Copy)]
pub struct Nobody;

impl Ask for Nobody {
    fn ask(&mut self, _: &Asked<'_>) -> Result<Value> {
        Err(Error::Interrupted)
    }
    fn details(&mut self, _: &str, _: &str, _: &[&str]) -> Result<bool> {
        Err(Error::Interrupted)
    }
    fn pick_one(&mut self, _: &str, _: &[Offer], _: usize) -> Result<usize> {
        Err(Error::Interrupted)
    }
    fn pick_many(&mut self, _: &str, _: &[Offer], _: &[usize]) -> Result<Vec<usize>> {
        Err(Error::Interrupted)
    }
    fn name(&mut self, _: &str, _: &str, _: &dyn Fn(&str) -> Result<()>) -> Result<String> {
        Err(Error::Interrupted)
    }
    fn verdict(&mut self, _: &str, _: &str) -> Result<Verdict> {
        Err(Error::Interrupted)
    }
    fn confirm(&mut self, _: &str) -> Result<()> {
        Err(Error::Interrupted)
    }
}
