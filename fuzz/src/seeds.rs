//! Where the fuzzer starts: the examples and the tests' own projects, in the form that each target reads.

use std::fs;
use std::path::{Path, PathBuf};

/// The seeds of one target.
pub fn of(target: &str) -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = if root.join("examples").is_dir() { root } else { root.parent().unwrap_or(root) };
    let examples = files(&root.join("examples"));
    match target {
        "compose" => {
            let written = files(&root.join("tests/add"));
            examples.iter().chain(&written).filter(|file| is_yaml(file)).enumerate().map(compose).collect()
        }
        "texts" => {
            let templates = files(&root.join("templates"));
            let rows = [("", 0), ("answers", 1), (".dockgen", 2)];
            let toml = templates.iter().chain(&examples).filter(|file| ends(file, &[".toml"]));
            let form =
                |file: &PathBuf| rows.iter().rev().find(|(part, _)| holds(file, part)).map_or(0, |row| row.1);
            let mut seeds: Vec<Vec<u8>> = toml.map(|file| with(&[form(file)], file)).collect();
            seeds.push(ANSWERS.to_vec());
            seeds
        }
        "detection" => {
            let detect = files(&root.join("tests/detect"));
            examples.iter().chain(&detect).filter_map(|file| detected(file)).collect()
        }
        "overlay" => {
            let templates = files(&root.join("templates/services"));
            let overlay = |file: &PathBuf| with(&[u8::from(ends(file, &[".toml"])) * 128], file);
            let mut seeds: Vec<Vec<u8>> =
                templates.iter().filter(|file| ends(file, &[".toml", ".j2"])).map(overlay).collect();
            seeds.extend(TEMPLATES.iter().map(|text| [&[0], text.as_bytes()].concat()));
            seeds
        }
        "answers" => {
            (0..6_u8).flat_map(|language| WORDS.iter().map(move |words| answers(language, words))).collect()
        }
        _ => Vec::new(),
    }
}

const ANSWERS: &[u8] = b"\x01name = \"shop\"\nlanguage = \"python\"\nservices = [\"postgres\", \"redis=cache\"]\n\n[answers.app]\nport = 8080\nstart = [\"a\", \"b\"]\n\n[answers.cache]\nmemory = \"64m\"\n";
/// Templates that do not come to an end, or that come to a very large one.
const TEMPLATES: &[&str] = &[
    "{% for i in range(1000000) %}{{ i }}{% endfor %}",
    "{% macro f(n) %}{{ f(n + 1) }}{% endmacro %}{{ f(0) }}",
    "{% include 'compose.yaml.j2' %}",
    "services:\n  {{ name }}:\n    image: {{ 'a' * 100 }}\n",
    "{{ ''.join([name] * 10) }}{{ name | replace('t', 'tt') | upper | indent(4) }}",
];
const WORDS: &[&str] = &[
    "serve --verbose",
    "sh -c 'echo \"$HOME\" ${A:-b} `id` $(id) && exit 1 # x'",
    "a \"b c\" 'd'\\''e' \\$f {{ g }} {% h %} %i [j] {k: l} - * & ! | > @ \\\\ \\n",
    "",
    "./src/main",
    "/health?a=1&b=2",
    "localhost example.com",
];

fn compose((number, file): (usize, &PathBuf)) -> Vec<u8> {
    let number = number as u8;
    with(&[number, number / 4, 0x1f | number << 5], file)
}

fn answers(language: u8, words: &str) -> Vec<u8> {
    let mut seed = vec![language, language * 3, language * 5, u8::from(words.len().is_multiple_of(2))];
    for question in 0..40 {
        seed.push(question);
        seed.extend(words.as_bytes());
        seed.push(0);
    }
    seed
}

/// A file that detection reads, by the place of its name.
fn detected(file: &Path) -> Option<Vec<u8>> {
    let place = crate::detection::FILES.iter().position(|name| file.ends_with(name))?;
    Some(with(&[u8::try_from(place).ok()?], file))
}

fn with(head: &[u8], file: &Path) -> Vec<u8> {
    [head, &fs::read(file).unwrap_or_default()].concat()
}

fn is_yaml(file: &Path) -> bool {
    ends(file, &[".yaml", ".yml"])
}

fn ends(file: &Path, endings: &[&str]) -> bool {
    endings.iter().any(|ending| file.to_string_lossy().ends_with(ending))
}

fn holds(file: &Path, part: &str) -> bool {
    file.to_string_lossy().contains(part)
}

/// All files below a folder, by name.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(found) = fs::read_dir(folder) else { return Vec::new() };
    let mut found: Vec<PathBuf> = found.flatten().map(|entry| entry.path()).collect();
    found.sort();
    let below = |path: PathBuf| if path.is_dir() { files(&path) } else { vec![path] };
    found
        .into_iter()
        .flat_map(below)
        .filter(|path| !path.to_string_lossy().ends_with("package-lock.json"))
        .collect()
}
