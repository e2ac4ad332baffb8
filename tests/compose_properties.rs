//! The laws of the Compose editor on files that nobody wrote: minimal files with lines cut, doubled
//! and moved, comments and blank lines between them, other line ends. Each is edited by the laws or
//! refused; nothing panics.
//!
//! `PROPTEST_CASES` sets how many are tried.
#![expect(clippy::unwrap_used, reason = "a failure here fails the test")]

use dockgen::compose::{Compose, Edit, Gain, Link, Piece, Request, Value, Why};
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// Files in the styles that people write.
const FILES: &[&str] = &[
    "services:\n  app:\n    build: .\n    environment:\n      A: \"1\"\n      B: two\n    depends_on:\n      - db\n  db:\n    image: d\n\nvolumes:\n  data:\n",
    "# head\nservices:\n    app: # the app\n        image: a\n        command: |\n            run\n            # text\n        ports:\n        - \"80:80\"\n    # db:\n    #     image: d\n\nnetworks:\n    back: {}\n",
    "x-env: &env\n  A: \"1\"\nx-base: &base\n  environment: *env\n  restart: always\nservices:\n  app:\n    <<: *base\n    image: a\n  web:\n    <<: [*base]\n    environment:\n      <<: *env\n      B: b\n",
    "services:\n  app: {image: a, environment: {A: \"1\", B: }, depends_on: [db, ]}\n  db: {image: d}\nvolumes: {}\n",
    "{\n  \"services\": {\n    \"app\": {\n      \"image\": \"a\",\n      \"environment\": [\"A=1\"],\n      \"depends_on\": []\n    }\n  }\n}\n",
    "services:\n  app:\n    environment:\n    - A=1\n    - |\n      B=1\n      2\n    # about restart\n    restart: always\n    depends_on: [\n      db, # first\n      b2\n    ]\n  db: {image: d}\n  b2: {image: d}\n",
    "---\nservices:\n app:\n  image: 'a'\n  secrets:\n   - source: key\n  networks:\n   back:\n  command: >+\n    x\n\n\nsecrets:\n key:\n  file: key\n...\n",
    "\"services\":\n  \"app\":\n    ? environment\n    : \"A\": \"1\"\n    \"command\": foo\n      bar\n    \"labels\": \"a\n      b\"\nvolumes:\n  # none\n",
    "services:\n  app: &app\n    image: a\n    environment: !override\n      A: \"1\"\n  other:\n    <<: *app\n    environment: !reset []\n",
    "services:\n  ключ:\n    image: \"é — 日本\"\n  app:\n    image: ü # ö\n",
];

/// One change of a file that is to be edited then.
#[derive(Debug, Clone)]
enum Mutation {
    Cut(Index),
    Double(Index),
    Indent(Index, usize),
    Outdent(Index, usize),
    Comment(Index, usize),
    TailComment(Index),
    Blank(Index),
    Swap(Index, Index),
    Replace(Index, &'static str, &'static str),
    Windows,
    MixedEnds(Index),
    Unfinished,
    ByteOrderMark,
    Truncate(Index),
    Insert(Index, &'static str),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let at = any::<Index>;
    let swaps = select(vec![
        ("- ", "-   "),
        (": ", ":  "),
        ("\"", "'"),
        (": \"1\"", ":"),
        ("[", "{"),
        ("{}", ""),
        ("|", "|-"),
        ("|", "|+"),
        ("|", ">2"),
        ("a", "~"),
        ("*env", "*base"),
        ("  ", "\t"),
        (":", ": !override"),
        (":", ": &n"),
    ]);
    let texts = select(vec![
        "#", ":", "-", "\t", "\"", "'", "{", "}", "[", "]", ",", "&a ", "*a", "!t ", "|", ">", "?", "%",
        "\u{feff}", "\u{85}", "\u{2028}", "\r", "\0", "é", "{{", "---", "...",
    ]);
    prop_oneof![
        at().prop_map(Mutation::Cut),
        at().prop_map(Mutation::Double),
        (at(), 1..5_usize).prop_map(|(line, by)| Mutation::Indent(line, by)),
        (at(), 1..5_usize).prop_map(|(line, by)| Mutation::Outdent(line, by)),
        (at(), 0..10_usize).prop_map(|(line, column)| Mutation::Comment(line, column)),
        at().prop_map(Mutation::TailComment),
        at().prop_map(Mutation::Blank),
        (at(), at()).prop_map(|(one, other)| Mutation::Swap(one, other)),
        (at(), swaps).prop_map(|(line, (from, to))| Mutation::Replace(line, from, to)),
        Just(Mutation::Windows),
        at().prop_map(Mutation::MixedEnds),
        Just(Mutation::Unfinished),
        Just(Mutation::ByteOrderMark),
        at().prop_map(Mutation::Truncate),
        (at(), texts).prop_map(|(place, text)| Mutation::Insert(place, text)),
    ]
}

fn mutated(text: &str, mutations: &[Mutation]) -> String {
    mutations.iter().fold(text.to_owned(), |text, mutation| mutate(&text, mutation))
}

fn mutate(text: &str, mutation: &Mutation) -> String {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    if lines.is_empty() {
        return text.to_owned();
    }
    let count = lines.len();
    match mutation {
        Mutation::Cut(at) => drop(lines.remove(at.index(count))),
        Mutation::Double(at) => lines.insert(at.index(count), lines[at.index(count)].clone()),
        Mutation::Indent(at, by) => lines[at.index(count)].insert_str(0, &" ".repeat(*by)),
        Mutation::Outdent(at, by) => {
            let line = &mut lines[at.index(count)];
            let margin = line.len() - line.trim_start_matches(' ').len();
            line.replace_range(..margin.min(*by), "");
        }
        Mutation::Comment(at, column) => {
            lines.insert(at.index(count), format!("{}# a: [b\n", " ".repeat(*column)));
        }
        Mutation::TailComment(at) => {
            let line = &mut lines[at.index(count)];
            line.insert_str(line.trim_end().len(), " # it's: {");
        }
        Mutation::Blank(at) => lines.insert(at.index(count), "\n".to_owned()),
        Mutation::Swap(one, other) => lines.swap(one.index(count), other.index(count)),
        Mutation::Replace(at, from, to) => {
            let line = &mut lines[at.index(count)];
            *line = line.replacen(from, to, 1);
        }
        Mutation::Windows => return text.replace("\r\n", "\n").replace('\n', "\r\n"),
        Mutation::MixedEnds(at) => {
            let line = &mut lines[at.index(count)];
            *line = line.replace('\n', "\r\n");
        }
        Mutation::Unfinished => return text.trim_end_matches(['\r', '\n']).to_owned(),
        Mutation::ByteOrderMark => return format!("\u{feff}{text}"),
        Mutation::Truncate(at) => return text.chars().take(at.index(text.chars().count() + 1)).collect(),
        Mutation::Insert(at, new) => {
            let mut chars: Vec<char> = text.chars().collect();
            let place = at.index(chars.len() + 1);
            chars.splice(place..place, new.chars());
            return chars.into_iter().collect();
        }
    }
    lines.concat()
}

fn file() -> impl Strategy<Value = String> {
    (select(FILES), prop::collection::vec(mutation(), 0..4))
        .prop_map(|(text, changes)| mutated(text, &changes))
}

const CACHE: &str = "services:\n  cache:\n    # in memory\n    image: redis:8\n    volumes:\n      - cache:/data # kept\n\nvolumes:\n  cache:\n";
const MAIL: &str = "services:\n  mail:\n    image: mailpit:v1\n    ports:\n      - target: 8025\n        published: \"8025\"\n\nnetworks:\n  back:\n    internal: true\n";

fn request(fragment: &'static str, name: &str, service: &str) -> Request<'static> {
    let gains = [
        Gain::DependsOn { on: name.to_owned(), condition: "service_healthy".to_owned() },
        Gain::Environment { key: format!("{name}_PORT"), value: "25".to_owned() },
        Gain::Environment { key: format!("{name}_HOST"), value: name.to_owned() },
        Gain::Secret { name: format!("{name}_key") },
        Gain::Network { name: "back".to_owned() },
    ];
    let links = gains.into_iter().map(|gain| Link { service: service.to_owned(), gain }).collect();
    Request { fragment: Some(fragment), links, ..Request::default() }
}

fn insert(text: &str, request: &Request) -> Option<Edit> {
    Compose::parse(text).ok()?.insert(request).ok()
}

fn taken_out(edit: &Edit) -> String {
    let (mut text, mut done, mut added) = (String::new(), 0, 0);
    for insertion in &edit.insertions {
        let start = insertion.at + added;
        text.push_str(&edit.text[done..start]);
        added += insertion.text.len();
        done = start + insertion.text.len();
    }
    text + &edit.text[done..]
}

fn pieces(edit: &Edit) -> Vec<Piece> {
    edit.insertions.iter().map(|insertion| insertion.piece()).collect()
}

/// The value of a text in which the order of mappings and lists does not count.
fn meaning(text: &str) -> String {
    fn sorted(value: Value) -> String {
        match value {
            Value::Map(entries) => {
                let mut entries: Vec<String> =
                    entries.into_iter().map(|(key, value)| format!("{key:?}: {}", sorted(value))).collect();
                entries.sort();
                format!("{{{}}}", entries.join(", "))
            }
            Value::Seq(items) => {
                let mut items: Vec<String> = items.into_iter().map(sorted).collect();
                items.sort();
                format!("[{}]", items.join(", "))
            }
            Value::Scalar { text, .. } => format!("{text:?}"),
            Value::Null => "null".to_owned(),
        }
    }
    sorted(Compose::parse(text).unwrap().get(&[]).unwrap_or(Value::Null))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_edit_keeps_the_laws_or_is_refused(text in file(), service in select(vec!["app", "web", "new", "cache"])) {
        let request = request(CACHE, "cache", service);
        if let Some(edit) = insert(&text, &request) {
            prop_assert_eq!(taken_out(&edit), text.as_str());
            let after = Compose::parse(&edit.text).unwrap();
            prop_assert!(after.insert(&request).unwrap().insertions.is_empty(), "twice is once");
            let removal = after.remove(&pieces(&edit));
            prop_assert_eq!(&removal.text, &text, "left: {:?}", removal.left);
        }
    }

    #[test]
    fn the_rewrite_of_depends_on_is_checked_as_well(text in file()) {
        let request = Request { depends_on_healthy: true, ..request(CACHE, "cache", "app") };
        if let Some(edit) = insert(&text, &request) {
            prop_assert!(insert(&edit.text, &request).unwrap().insertions.is_empty());
        }
    }

    #[test]
    fn two_edits_mean_the_same_in_either_order(text in file()) {
        let (cache, mail) = (request(CACHE, "cache", "app"), request(MAIL, "mail", "app"));
        let both = |one: &Request, other: &Request| insert(&insert(&text, one)?.text, other);
        if let (Some(one), Some(other)) = (both(&cache, &mail), both(&mail, &cache)) {
            prop_assert_eq!(meaning(&one.text), meaning(&other.text));
        }
    }

    #[test]
    fn two_edits_are_taken_out_in_either_order(text in file()) {
        let Some(one) = insert(&text, &request(CACHE, "cache", "app")) else { return Ok(()) };
        let Some(two) = insert(&one.text, &request(MAIL, "mail", "app")) else { return Ok(()) };
        let mut first = pieces(&one);
        let half = Compose::parse(&two.text).unwrap().remove(&first);
        first.retain(|piece| half.left.iter().any(|(left, _)| left == piece));
        first.extend(pieces(&two));
        let whole = Compose::parse(&half.text).unwrap().remove(&first);
        let needed = whole.left.iter().any(|(_, why)| *why == Why::Needed);
        prop_assert!(needed || meaning(&whole.text) == meaning(&text), "{:?}\n{}", whole.left, whole.text);
    }

    #[test]
    fn what_is_removed_from_an_edited_file_is_only_what_was_added(
        text in file(),
        changes in prop::collection::vec(mutation(), 1..4),
    ) {
        let Some(edit) = insert(&text, &request(CACHE, "cache", "app")) else { return Ok(()) };
        let Ok(compose) = Compose::parse(&mutated(&edit.text, &changes)) else { return Ok(()) };
        let removal = compose.remove(&pieces(&edit));
        prop_assert!(Compose::parse(&removal.text).is_ok());
        prop_assert_eq!(removal.removed.len() + removal.left.len(), edit.insertions.len());
        prop_assert!(is_within(&removal.text, compose.text()), "only bytes go");
    }
}

/// Whether `shorter` is `longer` with some bytes taken out.
fn is_within(shorter: &str, longer: &str) -> bool {
    let mut bytes = longer.bytes();
    shorter.bytes().all(|byte| bytes.any(|other| other == byte))
}
