//! Compose files: what goes in comes out again, and nothing else has changed in between.

use dockgen::compose::{Compose, Edit, Gain, Link, Note, Piece, Request, Why};

use crate::Input;

const FRAGMENTS: &[Option<&str>] = &[
    Some(
        "services:\n  cache:\n    # in memory\n    image: redis:8\n    volumes:\n      - cache:/data # kept\n\nvolumes:\n  cache:\n",
    ),
    Some(
        "services:\n  mail:\n    image: mailpit:v1\n    ports:\n      - target: 8025\n        published: \"8025\"\n\nnetworks:\n  back:\n    internal: true\n",
    ),
    Some("secrets:\n  cache_key:\n    file: ./secrets/cache_key.txt\n"),
    None,
];
const SERVICES: &[&str] = &["app", "web", "db", "new", "cache"];

/// The first bytes say what is asked for, the others are the file.
pub fn check(data: &[u8]) {
    let mut input = Input(data);
    let fragment = *input.one_of(FRAGMENTS);
    let service = *input.one_of(SERVICES);
    let asked = input.byte();
    let request = Request {
        fragment,
        links: links(service, asked),
        depends_on_healthy: asked & 0x20 != 0,
        ours: asked & 0x40 != 0,
    };
    let text = input.text();
    let Ok(file) = Compose::parse(&text) else { return };
    only_bytes_go(&file);
    let Ok(edit) = file.insert(&request) else { return };
    let after = Compose::parse(&edit.text).expect("what was written can be read");
    let again = after.insert(&request).expect("what is there can be asked for again");
    assert!(again.insertions.is_empty() && again.text == edit.text, "twice is once");
    let names = after.names("services");
    assert!(file.names("services").iter().all(|name| names.contains(name)), "a service is gone");
    if !edit.notes.iter().any(|note| matches!(note, Note::Rewritten { .. })) {
        assert_eq!(without(&edit), text, "only insertions");
        let removal = after.remove(&pieces(&edit));
        // What the file asked for before it was there cannot go again.
        let asked_for = |piece: &Piece| piece.path.last().is_some_and(|name| text.contains(name.as_str()));
        let stays = removal.left.iter().any(|(piece, why)| *why == Why::Needed && asked_for(piece));
        assert!(stays || removal.text == text, "left: {:?}\n{}", removal.left, removal.text);
    }
}

fn links(service: &str, asked: u8) -> Vec<Link> {
    let gains = [
        Gain::DependsOn { on: "db".to_owned(), condition: "service_healthy".to_owned() },
        Gain::Environment { key: "CACHE_PORT".to_owned(), value: "25".to_owned() },
        Gain::Environment { key: "CACHE_URL".to_owned(), value: "${URL:?} # 'é: \"".to_owned() },
        Gain::Secret { name: "cache_key".to_owned() },
        Gain::Network { name: "back".to_owned() },
    ];
    let asked = gains.into_iter().enumerate().filter(|(bit, _)| asked >> bit & 1 == 1);
    asked.map(|(_, gain)| Link { service: service.to_owned(), gain }).collect()
}

/// Whatever is taken out of a file that nobody inserted anything into: it can be read, and it is shorter.
fn only_bytes_go(file: &Compose) {
    let example = Compose::parse("services:\n  app:\n    image: a\n").expect("an example");
    let request = Request { fragment: FRAGMENTS[0], links: links("app", 0x1f), ..Request::default() };
    let Ok(edit) = example.insert(&request) else { return };
    let removal = file.remove(&pieces(&edit));
    assert_eq!(removal.removed.len() + removal.left.len(), edit.insertions.len());
    let mut bytes = file.text().bytes();
    assert!(removal.text.bytes().all(|byte| bytes.any(|other| other == byte)), "only bytes go");
    assert!(Compose::parse(&removal.text).is_ok(), "what is left can be read");
}

fn pieces(edit: &Edit) -> Vec<Piece> {
    edit.insertions.iter().map(dockgen::compose::Insertion::piece).collect()
}

fn without(edit: &Edit) -> String {
    let (mut text, mut done, mut added) = (String::new(), 0, 0);
    for insertion in &edit.insertions {
        let start = insertion.at + added;
        text.push_str(&edit.text[done..start]);
        added += insertion.text.len();
        done = start + insertion.text.len();
    }
    text + &edit.text[done..]
}
