//! Somebody who is not to be asked, for the tests and for what the fuzzer checks.

use dockgen::answers::Value;
use dockgen::error::Result;
use dockgen::prompt::{Ask, Asked, Offer, Verdict};

/// Asked where nothing may be asked: the test fails.
pub struct Nobody;

impl Ask for Nobody {
    fn ask(&mut self, asked: &Asked<'_>) -> Result<Value> {
        panic!("asked for {}.{}", asked.alias, asked.question.key)
    }
    fn details(&mut self, alias: &str, _: &str, _: &[&str]) -> Result<bool> {
        panic!("asked for details of {alias}")
    }
    fn pick_one(&mut self, prompt: &str, _: &[Offer], _: usize) -> Result<usize> {
        panic!("asked: {prompt}")
    }
    fn pick_many(&mut self, prompt: &str, _: &[Offer], _: &[usize]) -> Result<Vec<usize>> {
        panic!("asked: {prompt}")
    }
    fn name(&mut self, prompt: &str, _: &str, _: &dyn Fn(&str) -> Result<()>) -> Result<String> {
        panic!("asked: {prompt}")
    }
    fn verdict(&mut self, path: &str, _: &str) -> Result<Verdict> {
        panic!("asked about {path}")
    }
    fn confirm(&mut self, _: &str) -> Result<()> {
        panic!("asked to confirm")
    }
}
