//! Answers under which an entry is tried: the defaults, every answer, and every two answers to questions that are
//! no details together.

use std::collections::BTreeSet;

use crate::manifest::{Form, Manifest, Question};

/// Answers by question key.
pub type Given = Vec<(String, String)>;

/// The defaults alone, each value, and each two values of two questions, with the rest at its defaults.
pub fn combinations(manifest: &Manifest) -> Vec<Given> {
    let open: Given = manifest
        .questions
        .iter()
        .filter(|question| {
            question.default.is_none() && question.from.is_none() && question.when.0.is_empty()
        })
        .filter_map(|question| Some((question.key.clone(), some_answer(question)?)))
        .collect();
    let varied: Vec<(&Question, Vec<String>)> =
        manifest.questions.iter().map(|question| (question, values(question))).collect();
    let mut all = BTreeSet::from([Given::new()]);
    for (at, (one, values)) in varied.iter().enumerate() {
        for value in values {
            let first = (one.key.clone(), value.clone());
            all.insert(vec![first.clone()]);
            for (other, others) in
                varied.iter().skip(at + 1).filter(|(other, _)| !one.detail && !other.detail)
            {
                all.extend(
                    others.iter().map(|second| vec![first.clone(), (other.key.clone(), second.clone())]),
                );
            }
        }
    }
    let whole = |given: Given| {
        let missing = open.iter().filter(|(key, _)| !given.iter().any(|(there, _)| there == key));
        missing.cloned().chain(given.clone()).collect()
    };
    all.into_iter().map(whole).collect()
}

/// The values of a question that has few.
fn values(question: &Question) -> Vec<String> {
    let mut values: Vec<String> = question.choices.iter().map(|choice| choice.value.clone()).collect();
    if question.kind == Form::Boolean {
        values.extend(["true", "false"].map(str::to_owned));
    }
    // A template that forgets that there may be none says so only then.
    if question.or_none {
        values.push("none".to_owned());
    }
    values
}

/// An answer to a question that has no default.
fn some_answer(question: &Question) -> Option<String> {
    match question.kind {
        _ if question.or_none => Some("none".to_owned()),
        Form::Choice => question.choices.first().map(|choice| choice.value.clone()),
        Form::Integer => Some(question.min.unwrap_or(1).to_string()),
        Form::Boolean => Some("true".to_owned()),
        Form::Text | Form::Command => Some("x".to_owned()),
    }
}
