//! Bash, which takes `=` for the end of a word: `--set redis.version=8` reaches the program as three.

use std::ffi::OsString;
use std::io::{Error, Write};
use std::path::Path;

use clap::Command;
use clap_complete::env::{Bash as Plain, EnvCompleter};

/// As the completions of the crate, for arguments with `=`.
pub struct Bash;

impl EnvCompleter for Bash {
    fn name(&self) -> &'static str {
        Plain.name()
    }

    fn is(&self, name: &str) -> bool {
        Plain.is(name)
    }

    fn write_registration(
        &self,
        var: &str,
        name: &str,
        bin: &str,
        completer: &str,
        buf: &mut dyn Write,
    ) -> Result<(), Error> {
        let mut script = Vec::new();
        Plain.write_registration(var, name, bin, completer, &mut script)?;
        // Behind a `=` the word that is typed is empty, and would take the place of the `=`.
        let script = String::from_utf8_lossy(&script).replace(
            r#"words[COMP_CWORD]="$2""#,
            r#"[[ "${words[COMP_CWORD]}" == "=" ]] || words[COMP_CWORD]="$2""#,
        );
        buf.write_all(script.as_bytes())
    }

    #[expect(clippy::disallowed_methods, reason = "bash says in the environment which word is typed")]
    fn write_complete(
        &self,
        command: &mut Command,
        words: Vec<OsString>,
        folder: Option<&Path>,
        buf: &mut dyn Write,
    ) -> Result<(), Error> {
        let place = std::env::var("_CLAP_COMPLETE_INDEX").ok().and_then(|place| place.parse().ok());
        let (words, place) = joined(words, place.unwrap_or_default());
        let typed = words.get(place).map(|word| word.to_string_lossy().into_owned()).unwrap_or_default();
        // Bash replaces only what stands behind the last `=`.
        let kept = typed.rfind('=').map_or(0, |at| at + 1);
        let found = clap_complete::engine::complete(command, words, place, folder)?;
        let values = found.iter().filter_map(|candidate| candidate.get_value().to_str()?.get(kept..));
        let separator = std::env::var("_CLAP_IFS").unwrap_or_else(|_| "\n".to_owned());
        buf.write_all(values.collect::<Vec<_>>().join(&separator).as_bytes())
    }
}

/// The words with those joined again that bash split at `=`, and the new place of the one at `place`.
pub fn joined(words: Vec<OsString>, place: usize) -> (Vec<OsString>, usize) {
    let mut whole: Vec<OsString> = Vec::new();
    let mut target = place;
    let mut open = false;
    for (at, word) in words.into_iter().enumerate() {
        let sign = word == "=";
        match whole.last_mut() {
            Some(last) if sign || open => last.push(&word),
            _ => whole.push(word),
        }
        if at == place {
            target = whole.len() - 1;
        }
        open = sign;
    }
    (whole, target)
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn what_bash_split_is_one_word_again() {
        for (words, place, whole, at) in [
            ("dockgen new -l go", 3, "dockgen new -l go", 3),
            ("dockgen add redis = cache --to a", 6, "dockgen add redis=cache --to a", 4),
            ("dockgen new --set redis.version = 8", 5, "dockgen new --set redis.version=8", 3),
            ("dockgen new --set redis.version =", 4, "dockgen new --set redis.version=", 3),
        ] {
            let (joined, target) = joined(words.split(' ').map(Into::into).collect(), place);
            assert_eq!((joined.join(" ".as_ref()).to_str(), target), (Some(whole), at), "{words}");
        }
    }
}
