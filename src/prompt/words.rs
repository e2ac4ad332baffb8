//! Picking from a list by words, where a terminal is too narrow to draw it.

use super::Offer;
use crate::error::{Error, Result};

/// The answer that picks nothing.
const NOTHING: &str = "none";

/// What is offered, as it is read out.
pub(super) fn list(offers: &[Offer]) -> String {
    let names: Vec<&str> = offers.iter().map(|offer| offer.name.as_str()).collect();
    names.join(", ")
}

/// The names of those at these places.
pub(super) fn names(offers: &[Offer], places: &[usize]) -> String {
    let names: Vec<&str> =
        places.iter().filter_map(|place| offers.get(*place)).map(|offer| offer.name.as_str()).collect();
    if names.is_empty() { NOTHING.to_owned() } else { names.join(", ") }
}

/// The place of the one that is meant: its name, or a beginning that no other has.
pub(super) fn one(offers: &[Offer], said: &str) -> Result<usize> {
    let said = said.trim();
    let begins = |offer: &Offer| !said.is_empty() && offer.name.starts_with(said);
    let mut found = (0..offers.len()).filter(|place| offers.get(*place).is_some_and(begins));
    let whole = offers.iter().position(|offer| offer.name == said);
    match (whole, found.next(), found.next()) {
        (Some(place), ..) | (None, Some(place), None) => Ok(place),
        _ => Err(Error::BadAnswer {
            source: "the terminal".to_owned(),
            question: String::new(),
            given: said.to_owned(),
            allowed: list(offers),
            nearest: None,
        }),
    }
}

/// The places of those that are meant, in order.
pub(super) fn some(offers: &[Offer], said: &str) -> Result<Vec<usize>> {
    if said.trim() == NOTHING {
        return Ok(Vec::new());
    }
    let words = said.split([',', ' ']).filter(|word| !word.is_empty());
    let mut places = words.map(|word| one(offers, word)).collect::<Result<Vec<_>>>()?;
    places.sort_unstable();
    places.dedup();
    Ok(places)
}
