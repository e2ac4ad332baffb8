//! Minimal Compose files and what an edit of each has to give: the forms first, one law for all of
//! them, then one claim a test.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failure here fails the test")]

use std::collections::BTreeSet;

use dockgen::compose::{Cause, Compose, Edit, Gain, Link, Note, Piece, Refusal, Request, Value, Why};

use Expect::{Refused, Served};
use Form::{List, Map};

/// The form that an attribute has after the edit.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Form {
    List,
    Map,
}

/// What is expected of a case: the forms of `depends_on` and `environment`, or the cause.
#[derive(Debug, Clone, Copy)]
enum Expect {
    Served(Form, Form),
    Refused(&'static str),
}

/// Name, service to connect, what is expected, text.
type Case = (&'static str, &'static str, Expect, &'static str);

#[rustfmt::skip]
const CASES: &[Case] = &[
    ("env-null", "app", Served(Map, Map), "services:\n  app:\n    image: a\n    environment:\n    restart: always\n"),
    ("env-null-tilde", "app", Refused("Null"), "services:\n  app:\n    image: a\n    environment: ~\n"),
    ("env-null-comment", "app", Served(Map, Map), "services:\n  app:\n    image: a\n    environment: # none\n      # A: 1\n    restart: always\n"),
    ("env-flow-empty-map", "app", Served(Map, Map), "services:\n  app:\n    image: a\n    environment: {}\n"),
    ("env-flow-empty-list", "app", Served(Map, List), "services:\n  app:\n    image: a\n    environment: []\n"),
    ("dep-flow-list", "app", Served(List, Map), "services:\n  app:\n    image: a\n    depends_on: [db]\n  db:\n    image: d\n"),
    ("dep-flow-list-spaces", "app", Served(List, Map), "services:\n  app:\n    image: a\n    depends_on: [ db , b2 ]  # two\n  db: {image: d}\n  b2: {image: d}\n"),
    ("dep-flow-trailing-comma", "app", Served(List, Map), "services:\n  app:\n    image: a\n    depends_on: [db, ]\n  db: {image: d}\n"),
    ("dep-flow-multiline", "app", Served(List, Map), "services:\n  app:\n    image: a\n    depends_on: [\n      db, # first\n      b2  # second\n    ]\n  db: {image: d}\n  b2: {image: d}\n"),
    ("dep-flow-multiline-close-col", "app", Served(List, Map), "services:\n  app:\n    image: a\n    depends_on: [\n    db\n    ]\n  db: {image: d}\n"),
    ("dep-flow-map", "app", Served(Map, Map), "services:\n  app:\n    image: a\n    depends_on: {db: {condition: service_started}}\n  db: {image: d}\n"),
    ("env-flow-map-null-last", "app", Served(Map, Map), "services:\n  app:\n    image: a\n    environment: {A: 1, B: }\n"),
    ("env-flow-map-novalue", "app", Served(Map, Map), "services:\n  app:\n    image: a\n    environment: {A: 1, B}\n"),
    ("env-map-null-last", "app", Served(Map, Map), "services:\n  app:\n    image: a\n    environment:\n      A: 1\n      B:\n"),
    ("env-quoted-list", "app", Served(Map, List), "services:\n  app:\n    image: a\n    environment:\n      - 'A=1'\n      - 'B=2'\n"),
    ("env-indentless", "app", Served(Map, List), "services:\n  app:\n    image: a\n    environment:\n    - A=1\n    - B=2\n    restart: always\n"),
    ("env-indentless-comment", "app", Served(Map, List), "services:\n  app:\n    image: a\n    environment:\n    - A=1\n    # about restart\n    restart: always\n"),
    ("env-list-commented-tail", "app", Served(Map, List), "services:\n  app:\n    image: a\n    environment:\n      - A=1\n      # - B=2\n    restart: always\n"),
    ("svc-commented-tail", "app", Served(Map, Map), "services:\n  app:\n    image: a\n    # ports:\n    #   - \"80:80\"\n\n  # db:\n  #   image: d\n\nnetworks:\n  n: {}\n"),
    ("top-comment-section", "app", Served(Map, Map), "services:\n  app:\n    image: a\n\n# --- networks ---\nnetworks:\n  n: {}\n"),
    ("dep-map-commented-tail", "app", Served(Map, Map), "services:\n  app:\n    image: a\n    depends_on:\n      db:\n        condition: service_started\n      # b2:\n      #   condition: service_started\n  db:\n    image: d\n"),
    ("last-keep-scalar", "app", Served(Map, Map), "services:\n  app:\n    image: a\n    command: |+\n      x\n\n\nnetworks:\n  n: {}\n"),
    ("last-literal-comment", "app", Served(Map, Map), "services:\n  app:\n    image: a\n    command: |\n      x\n    # not text\nnetworks:\n  n: {}\n"),
    ("last-literal-eof-nonl", "app", Served(Map, Map), "services:\n  app:\n    image: a\n    command: |\n      x"),
    ("last-literal-strip-eof-nonl", "app", Served(Map, Map), "services:\n  app:\n    image: a\n    command: |-\n      x"),
    ("list-item-literal-indentless", "app", Served(Map, List), "services:\n  app:\n    image: a\n    environment:\n    - |\n      X=1\n      y\n    - Z=2\n"),
    ("list-item-literal-last", "app", Served(Map, List), "services:\n  app:\n    image: a\n    environment:\n    - |\n      X=1\n      y\n    restart: always\n"),
    ("multiline-plain-last", "app", Served(Map, Map), "services:\n  app:\n    image: a\n    command: foo\n      bar\n      baz\n"),
    ("multiline-dq-last", "app", Served(Map, Map), "services:\n  app:\n    image: a\n    command: \"foo\n      # not a comment\n      baz\"\n"),
    ("alias-env-map", "app", Served(Map, Map), "x-e: &e\n  A: \"1\"\nservices:\n  app:\n    image: a\n    environment: *e\n  b:\n    image: b\n    environment: *e\n"),
    ("alias-env-list", "app", Refused("Alias"), "x-e: &e\n  - A=1\nservices:\n  app:\n    image: a\n    environment: *e\n  b:\n    image: b\n    environment: *e\n"),
    ("inherited-env-anchored", "app", Served(Map, Map), "x-c: &c\n  environment: &ce\n    A: \"1\"\nservices:\n  app:\n    <<: *c\n    image: a\n  b:\n    <<: *c\n    image: b\n"),
    ("inherited-env-plain", "app", Served(Map, Map), "x-c: &c\n  environment:\n    A: \"1\"\nservices:\n  app:\n    <<: *c\n    image: a\n  b:\n    <<: *c\n    image: b\n"),
    ("inherited-dep-list", "app", Served(List, Map), "x-c: &c\n  depends_on:\n    - b\nservices:\n  app:\n    <<: *c\n    image: a\n  b:\n    image: b\n"),
    ("merge-inside-env", "app", Served(Map, Map), "x-e: &e\n  A: \"1\"\nservices:\n  app:\n    image: a\n    environment:\n      <<: *e\n      B: \"2\"\n"),
    ("anchored-env-shared", "app", Refused("Shared"), "services:\n  app:\n    image: a\n    environment: &e\n      A: \"1\"\n  b:\n    image: b\n    environment: *e\n"),
    ("anchored-service-merged", "app", Refused("Shared"), "services:\n  app: &app\n    image: a\n    environment:\n      A: \"1\"\n  b:\n    <<: *app\n    image: b\n"),
    ("service-null-sibling", "app", Served(Map, Map), "services:\n  app:\n    image: a\n  b:\n    extends: app\n"),
    ("service-flow", "app", Served(Map, Map), "services:\n  app: {image: a, environment: {A: \"1\"}}\n"),
    ("services-flow", "app", Served(Map, Map), "services: {app: {image: a}}\n"),
    ("json", "app", Served(Map, List), "{\n  \"services\": {\n    \"app\": {\n      \"image\": \"a\",\n      \"environment\": [\"A=1\"]\n    }\n  }\n}\n"),
    ("json-tabs", "app", Served(Map, Map), "{\n\t\"services\": {\n\t\t\"app\": {\n\t\t\t\"image\": \"a\"\n\t\t}\n\t}\n}\n"),
    ("quoted-keys", "app", Served(Map, Map), "\"services\":\n  \"app\":\n    \"image\": \"a\"\n    \"environment\":\n      \"A\": \"1\"\n"),
    ("key-space-colon", "app", Served(Map, Map), "services :\n  app :\n    image : a\n    environment :\n      A : \"1\"\n"),
    ("tab-after-colon", "app", Served(Map, Map), "services:\n  app:\n    image:\ta\n    environment:\t# c\n      A:\t\"1\"\t# x\n"),
    ("indent1", "app", Served(Map, Map), "services:\n app:\n  image: a\n  environment:\n   A: \"1\"\n"),
    ("indent3", "app", Served(Map, List), "services:\n   app:\n      image: a\n      environment:\n         - A=1\n"),
    ("indent8", "app", Served(Map, Map), "services:\n        app:\n                image: a\n"),
    ("mixed-indent", "app", Served(Map, Map), "services:\n    app:\n      image: a\n      environment:\n          A: \"1\"\n    b:\n        image: b\n"),
    ("root-indented", "app", Served(Map, Map), "  services:\n    app:\n      image: a\n"),
    ("docmark-tail", "app", Served(Map, Map), "%YAML 1.2\n---\nservices:\n  app:\n    image: a\n...\n"),
    ("docmark-comment", "app", Served(Map, Map), "---  # compose\n# head\nservices:\n  app:\n    image: a\n\n# tail\n...\n# after\n"),
    ("multi-doc", "app", Refused("Documents"), "services:\n  app:\n    image: a\n---\nservices:\n  b:\n    image: b\n"),
    ("bom", "app", Served(Map, Map), "\u{feff}services:\n  app:\n    image: a\n"),
    ("bom-docmark-crlf", "app", Served(Map, Map), "\u{feff}---\r\nservices:\r\n  app:\r\n    image: a\r\n    environment:\r\n      A: \"1\"\r\n"),
    ("crlf-nonl", "app", Served(Map, List), "services:\r\n  app:\r\n    image: a\r\n    environment:\r\n      - A=1"),
    ("mixed-eol", "app", Served(Map, Map), "services:\r\n  app:\n    image: a\r\n    environment:\n      A: \"1\"\r\n"),
    ("tagged-override", "app", Served(Map, Map), "services:\n  app:\n    image: a\n    environment: !override\n      A: \"1\"\n"),
    ("tagged-reset", "app", Refused("Tag"), "services:\n  app:\n    image: a\n    environment: !reset []\n"),
    ("volumes-empty-flow", "app", Served(Map, Map), "services:\n  app:\n    image: a\nvolumes: {}\n"),
    ("volumes-flow", "app", Served(Map, Map), "services:\n  app:\n    image: a\nvolumes: {a: {}, b: }\n"),
    ("volumes-first", "app", Served(Map, Map), "volumes:\n  a:\nservices:\n  app:\n    image: a\n"),
    ("volumes-null-commented", "app", Served(Map, Map), "services:\n  app:\n    image: a\nvolumes:\n  # a:\n"),
    ("dotted-service-name", "my.app", Served(Map, Map), "services:\n  my.app:\n    image: a\n    environment:\n      A: \"1\"\n"),
    ("numeric-service-name", "8", Served(Map, Map), "services:\n  8:\n    image: a\n"),
    ("unicode", "app", Served(Map, Map), "# ключ — über\nservices:\n  app:\n    image: a\n    labels:\n      имя: \"значение — é\"  # 日本語\n    environment:\n      A: \"ü\"\n"),
    ("env-value-next-line", "app", Served(Map, Map), "services:\n  app:\n    image: a\n    environment:\n\n      # first\n      A:\n        \"1\"\n"),
    ("complex-key", "app", Served(Map, Map), "services:\n  app:\n    image: a\n    environment:\n      ? A\n      : \"1\"\n"),
    ("seq-dash-own-line", "app", Served(Map, List), "services:\n  app:\n    image: a\n    environment:\n      -\n        A=1\n      -   B=2\n"),
    ("anchored-seq-items", "app", Served(Map, List), "services:\n  app:\n    image: a\n    environment:\n      - &x A=1\n      - B=2\n"),
    ("key-eq-in-comment", "app", Served(Map, Map), "services:\n  app:\n    image: a\n    environment:   # environment: {x}\n      A: \"1\" # } ] ,\n"),
    ("env-env-like-strings", "app", Served(Map, Map), "services:\n  app:\n    image: a\n    environment:\n      A: \"a: b # c\"\n      B: 'it''s'\n      C: yes\n"),];

const CACHE: &str = r#"services:
  cache:
    image: redis:8-alpine
    healthcheck:
      test: ["CMD", "redis-cli", "ping"]
    volumes:
      - cache-data:/data

volumes:
  cache-data:
"#;

fn link(service: &str, gain: Gain) -> Link {
    Link { service: service.to_owned(), gain }
}

fn depends_on(on: &str) -> Gain {
    Gain::DependsOn { on: on.to_owned(), condition: "service_healthy".to_owned() }
}

fn environment(key: &str, value: &str) -> Gain {
    Gain::Environment { key: key.to_owned(), value: value.to_owned() }
}

fn secret(name: &str) -> Gain {
    Gain::Secret { name: name.to_owned() }
}

fn network(name: &str) -> Gain {
    Gain::Network { name: name.to_owned() }
}

fn cache_for(service: &str) -> Request<'static> {
    let gains = [depends_on("cache"), environment("CACHE_URL", "redis://cache:6379/0")];
    let links = gains.into_iter().map(|gain| link(service, gain)).collect();
    Request { fragment: Some(CACHE), links, ..Request::default() }
}

fn gains(service: &str, gains: Vec<Gain>) -> Request<'static> {
    let links = gains.into_iter().map(|gain| link(service, gain)).collect();
    Request { links, ..Request::default() }
}

fn insert(text: &str, request: &Request) -> Result<Edit, Refusal> {
    Compose::parse(text)?.insert(request)
}

/// The edited text, after all that holds for every edit was asserted.
fn edited(text: &str, request: &Request) -> String {
    let edit = insert(text, request).unwrap();
    assert_laws(text, request, &edit);
    edit.text
}

fn refused(text: &str, request: &Request) -> Refusal {
    insert(text, request).expect_err("a refusal")
}

fn pieces(edit: &Edit) -> Vec<Piece> {
    edit.insertions.iter().map(|insertion| insertion.piece()).collect()
}

fn assert_laws(text: &str, request: &Request, edit: &Edit) {
    assert_eq!(taken_out(edit), text, "nothing is lost");
    let after = Compose::parse(&edit.text).unwrap();
    assert_eq!(after.insert(request).unwrap().insertions, [], "twice is once");
    let removal = after.remove(&pieces(edit));
    assert_eq!((removal.text.as_str(), removal.left), (text, vec![]), "add, then remove");
}

fn taken_out(edit: &Edit) -> String {
    let mut text = edit.text.clone();
    for insertion in edit.insertions.iter().rev() {
        let before: usize = edit
            .insertions
            .iter()
            .take_while(|other| !std::ptr::eq(*other, insertion))
            .map(|other| other.text.len())
            .sum();
        let start = insertion.at + before;
        assert_eq!(&text[start..start + insertion.text.len()], insertion.text);
        text.replace_range(start..start + insertion.text.len(), "");
    }
    text
}

fn cause(refusal: &Refusal) -> String {
    format!("{:?}", refusal.cause).split([' ', '{']).next().unwrap().to_owned()
}

fn form(value: &Value) -> Form {
    match value {
        Value::Seq(_) => List,
        Value::Map(_) => Map,
        other => panic!("{other:?}"),
    }
}

/// What was there is there still.
fn assert_kept(old: &Value, new: &Value) {
    match (old, new) {
        (Value::Map(entries), _) => {
            entries.iter().for_each(|(key, value)| assert_kept(value, new.get(key).expect(key)));
        }
        (Value::Seq(items), Value::Seq(now)) => assert!(items.iter().all(|item| now.contains(item))),
        (Value::Null, _) => {}
        _ => assert_eq!(old, new),
    }
}

#[test]
fn every_form_of_a_file_is_edited_or_refused_as_it_should() {
    for (name, service, expect, text) in CASES {
        let request = cache_for(service);
        match (insert(text, &request), expect) {
            (Ok(edit), Served(depends_on, environment)) => {
                assert_laws(text, &request, &edit);
                let (before, after) = (Compose::parse(text).unwrap(), Compose::parse(&edit.text).unwrap());
                assert_kept(&before.get(&[]).unwrap_or(Value::Null), &after.get(&[]).unwrap());
                let waits = after.get(&["services", service, "depends_on"]).expect(name);
                let has = after.get(&["services", service, "environment"]).expect(name);
                assert_eq!((form(&waits), form(&has)), (*depends_on, *environment), "{name}");
                assert!(after.get(&["volumes", "cache-data"]).is_some(), "{name}");
            }
            (Err(refusal), Refused(expected)) => assert_eq!(cause(&refusal), *expected, "{name}"),
            (Ok(edit), Refused(_)) => panic!("{name} was edited:\n{}", edit.text),
            (Err(refusal), Served(..)) => panic!("{name}: {refusal}"),
        }
    }
}

#[test]
fn a_hundred_comments_before_the_next_key_stay_with_it() {
    let comments: String = (0..120).map(|line| format!("    # line {line}\n")).collect();
    let text = format!("services:\n  app:\n    image: a\n{comments}    restart: always\n");
    let after = edited(&text, &gains("app", vec![depends_on("db")]));
    assert!(after.starts_with("services:\n  app:\n    image: a\n    depends_on:\n"), "{after}");
}

#[test]
fn an_anchor_may_have_hundreds_of_users() {
    let users: String =
        (0..300).map(|n| format!("  s{n}:\n    image: x\n    environment:\n      <<: *a\n")).collect();
    let text = format!("x-a: &a {{A: \"1\"}}\nservices:\n{users}");
    let after = edited(&text, &cache_for("s7"));
    let after = Compose::parse(&after).unwrap();
    assert_eq!(after.get(&["services", "s8", "environment", "CACHE_URL"]), None);
    assert!(after.get(&["services", "s7", "environment", "A"]).is_some());
}

#[test]
fn ten_thousand_services_are_edited_in_seconds() {
    let services: String = (0..10_000)
        .map(|n| format!("  s{n:05}:\n    image: x\n    environment:\n      - A=1\n    ports:\n      - 80\n"))
        .collect();
    let text = format!("services:\n{services}");
    let start = std::time::Instant::now();
    let edit = insert(&text, &cache_for("s05000")).unwrap();
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
    assert_eq!(taken_out(&edit), text);
    assert!(edit.text.starts_with("services:\n  cache:\n"));
}

#[test]
fn an_empty_file_becomes_the_fragment() {
    assert_eq!(edited("", &Request { fragment: Some(CACHE), ..Request::default() }), CACHE);
}

#[test]
fn a_file_of_comments_keeps_them_on_top() {
    let after = edited("# ours\n", &Request { fragment: Some(CACHE), ..Request::default() });
    assert_eq!(after, format!("# ours\n\n{CACHE}"));
}

#[test]
fn a_document_that_is_empty_is_filled_between_its_marks() {
    let after = edited("---\n# c\n...\n", &gains("app", vec![network("back")]));
    assert_eq!(after, "---\n# c\n\nservices:\n  app:\n    networks:\n      - back\n...\n");
}

#[test]
fn a_service_that_only_another_file_has_is_made_with_just_what_it_gains() {
    let request = gains("app", vec![environment("SMTP_HOST", "mailpit"), secret("key"), network("back")]);
    assert_eq!(
        edited("services:\n  mailpit:\n    image: m\n", &request),
        "services:\n  mailpit:\n    image: m\n\n  app:\n    secrets:\n      - key\n    environment:\n      \
         SMTP_HOST: mailpit\n    networks:\n      - back\n"
    );
}

#[test]
fn links_of_a_service_of_the_fragment_go_into_it() {
    let request = Request {
        fragment: Some("services:\n  app:\n    image: a\n    restart: always\n"),
        links: vec![link("app", depends_on("db"))],
        ..Request::default()
    };
    let after = edited("services:\n  db:\n    image: d\n", &request);
    assert!(after.contains("  app:\n    image: a\n    depends_on:\n      db:\n"), "{after}");
}

#[test]
fn a_block_scalar_that_the_file_ends_in_keeps_its_value() {
    for header in ["|", ">", "|+", ">+", "|2", "|-"] {
        let text = format!("services:\n  app:\n    image: a\n    command: {header}\n      x");
        let after = edited(&text, &cache_for("app"));
        let read = |text: &str| Compose::parse(text).unwrap().get(&["services", "app", "command"]);
        assert_eq!(read(&text), read(&after), "{after}");
        assert!(!after.ends_with('\n'), "no final newline is added");
    }
}

#[test]
fn a_list_item_that_is_a_block_scalar_at_the_end_keeps_its_value() {
    let text = "services:\n  app:\n    environment:\n      - |\n        Z=1";
    let after = edited(text, &gains("app", vec![environment("B", "2")]));
    assert_eq!(after, "services:\n  app:\n    environment:\n      - B=2\n      - |\n        Z=1");
}

#[test]
fn comments_stay_where_they_belong() {
    let text = "services:\n  app:\n    environment:\n      - B=1\n# at the margin\n    # about restart\n    \
                restart: always\n    # ports:\n    #   - 80\n\n  # db:\n  #   image: d\n\n# --- volumes ---\n\
                volumes:\n  # first\n  z: {}\n";
    let after = edited(text, &cache_for("app"));
    assert!(after.contains("- B=1\n      - CACHE_URL=redis://cache:6379/0\n# at the margin\n"), "{after}");
    assert!(after.contains("    #   - 80\n\n  # db:\n"), "{after}");
    assert!(after.contains("  #   image: d\n\n  cache:\n"), "{after}");
    assert!(after.contains("- cache-data:/data\n\n# --- volumes ---\nvolumes:\n"), "{after}");
}

#[test]
fn a_commented_out_tail_stays_with_its_service() {
    let text = "services:\n  web:\n    image: b\n    # deploy:\n    #   replicas: 2\n";
    let after = edited(text, &Request { fragment: Some(CACHE), ..Request::default() });
    assert!(after.contains("    #   replicas: 2\n\n  cache:\n"), "{after}");
}

#[test]
fn windows_line_ends_are_kept() {
    let text = "services:\r\n  app:\r\n    image: a\r\n";
    let after = edited(text, &cache_for("app"));
    assert_eq!(after.matches('\n').count(), after.matches("\r\n").count());
}

#[test]
fn a_byte_order_mark_stays_in_front() {
    let after = edited("\u{feff}services:\n  app:\n    command: |\n      x", &cache_for("app"));
    assert!(after.starts_with("\u{feff}volumes:\n"), "{after}");
}

#[test]
fn service_keys_and_sections_go_to_their_canonical_place() {
    let text = "services:\n  app:\n    image: a\n    ports:\n      - \"80\"\n    restart: always\n\nvolumes:\n  v: {}\n";
    let request = Request {
        fragment: Some("networks:\n  back: {}\n\nsecrets:\n  key:\n    file: key\n"),
        links: vec![
            link("app", depends_on("db")),
            link("app", environment("A", "1")),
            link("app", network("back")),
            link("app", secret("key")),
        ],
        ..Request::default()
    };
    assert_eq!(
        edited(text, &request),
        "services:\n  app:\n    image: a\n    depends_on:\n      db:\n        condition: service_healthy\n    \
         secrets:\n      - key\n    environment:\n      A: \"1\"\n    ports:\n      - \"80\"\n    networks:\n      \
         - back\n    restart: always\n\nnetworks:\n  back: {}\n\nvolumes:\n  v: {}\n\nsecrets:\n  key:\n    file: key\n"
    );
}

#[test]
fn keys_in_an_order_of_their_own_are_followed_at_the_end() {
    let text = "services:\n  app:\n    restart: always\n    image: a\n";
    let after = edited(text, &gains("app", vec![depends_on("db")]));
    assert!(after.contains("    image: a\n    depends_on:\n"), "{after}");
}

#[test]
fn sorted_services_stay_sorted() {
    let text = "services:\n  api:\n    image: a\n\n  web:\n    image: b\n";
    let after = edited(text, &Request { fragment: Some(CACHE), ..Request::default() });
    assert!(after.starts_with("services:\n  api:\n    image: a\n\n  cache:\n"), "{after}");
    assert!(after.contains("- cache-data:/data\n\n  web:\n"), "{after}");
    assert_eq!(Compose::parse(&after).unwrap().names("services"), ["api", "cache", "web"]);
}

#[test]
fn one_service_counts_as_sorted_only_in_a_file_of_ours() {
    let text = "services:\n  web:\n    image: b\n";
    let names = |ours| {
        let request = Request { fragment: Some(CACHE), ours, ..Request::default() };
        Compose::parse(&edited(text, &request)).unwrap().names("services")
    };
    assert_eq!(names(false), ["web", "cache"]);
    assert_eq!(names(true), ["cache", "web"]);
}

#[test]
fn blank_lines_follow_the_neighbours() {
    let tight = "services:\n  b:\n    image: b\n  a:\n    image: a\nvolumes:\n  v: {}\n";
    let after = edited(tight, &Request { fragment: Some(CACHE), ..Request::default() });
    assert!(!after.contains("\n\n"), "{after}");
}

#[test]
fn lists_follow_the_dashes_of_the_file() {
    let text = "services:\n    app:\n        ports:\n        - \"80\"\n";
    let after = edited(text, &cache_for("app"));
    assert!(after.contains("        volumes:\n        - cache-data:/data\n"), "{after}");
}

#[test]
fn nested_items_keep_their_shape_in_another_indentation() {
    let fragment = "services:\n  c:\n    # above\n    ports:\n      # the port\n      - target: 80 # inside\n        \
                    published: \"80\"\n      - target: 81\n    deploy:\n      resources:\n        limits:\n          \
                    cpus: \"1\"\n";
    let text = "services:\n    a:\n        image: a\n        ports:\n        - \"1\"\n";
    let after = edited(text, &Request { fragment: Some(fragment), ..Request::default() });
    let expected = "    c:\n        # above\n        ports:\n        # the port\n        - target: 80 # inside\n          \
                    published: \"80\"\n        - target: 81\n        deploy:\n            resources:\n                \
                    limits:\n                    cpus: \"1\"\n";
    assert!(after.ends_with(expected), "{after}");
}

#[test]
fn values_that_any_reader_could_take_for_something_else_are_quoted() {
    let values = [
        "yes",
        "No",
        "on",
        "OFF",
        "y",
        "true",
        "null",
        "~",
        "",
        "1",
        "0440",
        "0o17",
        "0x1F",
        "1_000",
        "3.10",
        "1e3",
        ".5",
        "+1",
        "-1",
        "2024-01-01",
        "12:30:45",
        ".inf",
        ".NaN",
        "<<",
        "=",
        "a: b",
        "a #b",
        "a:",
        "- a",
        "-",
        "#a",
        "*a",
        "&a",
        "!a",
        "@a",
        "`a`",
        "%a",
        "{a",
        "[a",
        "a\nb",
        " a",
        "a ",
        "'a'",
        "\"a\"",
        "|",
        ">",
        "?",
        ",a",
    ];
    for value in values {
        let after =
            edited("services:\n  app:\n    image: a\n", &gains("app", vec![environment("KEY", value)]));
        let read = Compose::parse(&after).unwrap().get(&["services", "app", "environment", "KEY"]).unwrap();
        assert_eq!(read, Value::Scalar { text: value.to_owned(), quoted: true }, "{after}");
    }
    for value in
        ["redis://cache:6379/0", "${NAME:-x}", "a$$b", "info", "db-1", "/run/secrets/key", "v1.2.3-rc"]
    {
        let after =
            edited("services:\n  app:\n    image: a\n", &gains("app", vec![environment("KEY", value)]));
        assert!(after.contains(&format!("KEY: {value}\n")), "{after}");
    }
}

#[test]
fn quotes_follow_the_neighbours() {
    let single = "services:\n  app:\n    environment:\n      A: 'x'\n    depends_on: ['b']\n";
    let after = edited(single, &cache_for("app"));
    assert!(after.contains("      CACHE_URL: 'redis://cache:6379/0'\n"), "{after}");
    assert!(after.contains("depends_on: ['b', 'cache']"), "{after}");
}

#[test]
fn neighbours_that_need_their_quotes_show_no_habit() {
    let cases = [
        ("      PORT: \"8000\"\n", "      HOST: db\n"),
        ("      PORT: '8000'\n", "      HOST: db\n"),
        ("      GREETING: \"a: b\"\n", "      HOST: db\n"),
        ("      NAME: \"a\"\n      PORT: \"8000\"\n", "      HOST: \"db\"\n"),
        ("      NAME: 'a'\n      PORT: \"8000\"\n", "      HOST: 'db'\n"),
        ("      NAME: \"a\"\n      PORT: 8000\n", "      HOST: \"db\"\n"),
        ("      NAME: a\n      PORT: \"8000\"\n", "      HOST: db\n"),
        ("      - \"GREETING=a: b\"\n", "      - HOST=db\n"),
        ("      - \"NAME=a\"\n      - 'GREETING=a: b'\n", "      - \"HOST=db\"\n"),
        ("      \"PORT\": \"8000\"\n", "      \"HOST\": \"db\"\n"),
    ];
    let request = gains("app", vec![environment("HOST", "db")]);
    for (there, expected) in cases {
        let after = edited(&format!("services:\n  app:\n    environment:\n{there}"), &request);
        assert!(after.contains(expected), "{after}");
    }
    let brackets = [
        ("{PORT: \"8000\"}", "{HOST: db, PORT: \"8000\"}"),
        ("{NAMES: \"a,b\"}", "{HOST: db, NAMES: \"a,b\"}"),
        ("[\"NAMES=a,b\"]", "[HOST=db, \"NAMES=a,b\"]"),
    ];
    for (there, expected) in brackets {
        let after = edited(&format!("services:\n  app:\n    environment: {there}\n"), &request);
        assert!(after.ends_with(&format!("environment: {expected}\n")), "{after}");
    }
}

#[test]
fn a_value_that_needs_quotes_gets_double_ones_where_no_neighbour_shows_others() {
    for there in ["PORT: '8000'", "NAME: a", "NAME: \"a\""] {
        let text = format!("services:\n  app:\n    environment:\n      {there}\n");
        let after = edited(&text, &gains("app", vec![environment("DEBUG", "on")]));
        assert!(after.contains("      DEBUG: \"on\"\n"), "{after}");
    }
}

#[test]
fn json_stays_json_whatever_its_neighbours_show() {
    for (depends_on, environment) in
        [("[]", "{}"), ("[\"8\"]", "{\"PORT\": \"8000\"}"), ("[\"8\"]", "[\"A=b c: d\"]")]
    {
        let text = format!(
            "{{\"services\": {{\"app\": {{\"depends_on\": {depends_on}, \"environment\": {environment}}}}}}}\n"
        );
        let after = edited(&text, &cache_for("app"));
        assert!(serde_json::from_str::<serde_json::Value>(&after).is_ok(), "{after}");
    }
}

#[test]
fn a_list_of_dependencies_gains_an_item_and_says_that_it_waits_for_the_start() {
    let text = "services:\n  app:\n    depends_on:\n      - db # first\n";
    let edit = insert(text, &gains("app", vec![depends_on("cache")])).unwrap();
    assert_eq!(edit.text, "services:\n  app:\n    depends_on:\n      - cache\n      - db # first\n");
    assert_eq!(edit.notes, [Note::StartOnly { service: "app".into(), on: "cache".into() }]);
}

#[test]
fn the_rewrite_of_depends_on_keeps_its_comments_and_is_reported() {
    let request = Request { depends_on_healthy: true, ..gains("app", vec![depends_on("z")]) };
    let cases = [
        (
            "services:\n  app:\n    depends_on: # c\n      # why\n      - db # first\n      - 'b2'\n    restart: always\n",
            "services:\n  app:\n    depends_on: # c\n      # why\n      db: # first\n        condition: \
             service_started\n      'b2':\n        condition: service_started\n      'z':\n        'condition': \
             'service_healthy'\n    restart: always\n",
        ),
        (
            "services:\n  app:\n    depends_on:\n    - db",
            "services:\n  app:\n    depends_on:\n      db:\n        condition: service_started\n      z:\n        \
             condition: service_healthy",
        ),
        (
            "services:\n  app:\n    depends_on: [db] # c\n",
            "services:\n  app:\n    depends_on: {db: {condition: service_started}, z: {condition: service_healthy}} # c\n",
        ),
    ];
    for (text, expected) in cases {
        let edit = insert(text, &request).unwrap();
        assert_eq!(edit.text, expected);
        assert!(matches!(edit.notes.as_slice(), [Note::Rewritten { .. }]), "{:?}", edit.notes);
        assert!(insert(&edit.text, &request).unwrap().insertions.is_empty());
    }
}

#[test]
fn an_inherited_value_is_kept_beside_what_is_added() {
    let text = "x-c: &c\n  networks:\n    - n1\nservices:\n  app:\n    <<: *c\n    image: a\n";
    let edit = insert(text, &gains("app", vec![network("n2")])).unwrap();
    assert!(edit.text.ends_with("    networks:\n      - n1\n      - n2\n"), "{}", edit.text);
    assert_eq!(edit.notes, [Note::Copied { path: vec!["services".into(), "app".into(), "networks".into()] }]);
}

#[test]
fn what_is_inherited_already_is_not_added() {
    let text = "x-c: &c\n  networks: [n1]\nservices:\n  app:\n    <<: *c\n    image: a\n";
    assert!(insert(text, &gains("app", vec![network("n1")])).unwrap().insertions.is_empty());
}

#[test]
fn an_anchor_that_is_defined_twice_is_copied_rather_than_merged() {
    let text = "x-c: &c\n  environment: &e {A: \"1\"}\nx-d: &e {B: \"2\"}\nservices:\n  app:\n    <<: *c\n    image: a\n";
    let edit = insert(text, &gains("app", vec![environment("Z", "z")])).unwrap();
    assert!(edit.text.ends_with("    environment:\n      A: \"1\"\n      Z: z\n"), "{}", edit.text);
}

#[test]
fn networks_and_secrets_are_found_in_all_their_forms() {
    let text = "services:\n  app:\n    networks:\n      back:\n        aliases: [a]\n    secrets:\n      - source: key\n        \
                target: k\n";
    assert!(insert(text, &gains("app", vec![network("back"), secret("key")])).unwrap().insertions.is_empty());
    let after = edited(text, &gains("app", vec![network("front"), secret("other")]));
    assert!(after.contains("        aliases: [a]\n      front:\n"), "{after}");
    assert!(after.contains("        target: k\n      - other\n"), "{after}");
}

#[test]
fn a_network_that_exists_is_kept_as_it_is() {
    let text = "services: {}\nnetworks:\n  back:\n    external: true\n";
    let request =
        Request { fragment: Some("networks:\n  back:\n    internal: true\n"), ..Request::default() };
    assert!(insert(text, &request).unwrap().insertions.is_empty());
}

#[test]
fn equal_entries_are_left_and_others_are_a_conflict() {
    let same = "services:\n  cache: {image: 'redis:8-alpine', healthcheck: {test: [CMD, redis-cli, ping]}, \
                volumes: [\"cache-data:/data\"]}\nvolumes:\n  cache-data: ~\n";
    let request = Request { fragment: Some(CACHE), ..Request::default() };
    assert!(insert(same, &request).unwrap().insertions.is_empty());
    let refusal = refused("services:\n  cache:\n    image: redis:7\n", &request);
    assert_eq!((refusal.line, refusal.column), (2, 3));
    assert_eq!(refusal.cause, Cause::Conflict { path: vec!["services".into(), "cache".into()] });
    for text in [
        "services:\n  app:\n    environment:\n      KEY: other\n",
        "services:\n  app:\n    environment: [KEY=other]\n",
        "services:\n  app:\n    environment:\n      - KEY\n",
    ] {
        assert_eq!(cause(&refused(text, &gains("app", vec![environment("KEY", "v")]))), "Conflict", "{text}");
    }
}

#[test]
fn each_refusal_says_where_and_what_to_paste() {
    let request = gains("app", vec![environment("B", "2")]);
    type Case = (&'static str, &'static str, (usize, usize), Option<&'static str>);
    let cases: &[Case] = &[
        ("services:\n  app:\n    ports: a: b\n", "Syntax", (3, 13), None),
        ("services:\n  app:\n    image: {{ image }}\n", "Template", (3, 13), None),
        ("{% if a %}\nservices: {}\n{% endif %}\n", "Template", (1, 2), None),
        ("services:\n  app:\n    labels: [!t, a]\n", "Syntax", (3, 16), None),
        // Only the second reader minds a tab in a line of its own
        ("services:\n  app:\n    image: a\n\t\n  b:\n    image: b\n", "Syntax", (4, 1), None),
        ("\u{feff}services:\r\n  app:\r\n    image: a\r\n\t\r\n", "Syntax", (4, 1), None),
        ("services: {}\n---\nservices: {}\n", "Documents", (2, 1), None),
        // Found by the fuzzer
        ("services:\r\n  app: {}\r  web: {}\r\n", "CarriageReturn", (2, 10), None),
        ("services: {}\r", "CarriageReturn", (1, 13), None),
        ("\u{feff}\u{feff}services: {}\n", "Syntax", (1, 2), None),
        ("services:\n  app:\n    <<:\n", "Form", (3, 5), None),
        ("services:\n  app:\n    <<: [a]\n", "Form", (3, 5), None),
        ("services:\n  app: {}\n  app: {}\n", "DuplicateKey", (3, 3), None),
        ("services:\n  app:\n    labels:\n      a: 1\n      \"a\": 2\n", "DuplicateKey", (5, 7), None),
        ("x-a: &a\n  - *a\n", "Cycle", (2, 5), None),
        ("- a\n", "NotMapping", (1, 1), None),
        ("x-a: {image: a}\napp:\n  build: .\n", "Version1", (2, 1), None),
        ("services: [app]\n", "NotMapping", (1, 11), None),
        ("services:\n  app: text\n", "NotMapping", (2, 8), None),
        (
            "services:\n  app:\n    environment: text\n",
            "Form",
            (3, 18),
            Some("    environment:\n      B: \"2\""),
        ),
        (
            "services:\n  app:\n    environment: null\n",
            "Null",
            (3, 18),
            Some("    environment:\n      B: \"2\""),
        ),
        ("services:\n  app: ~\n", "Null", (2, 8), Some("  app:\n    environment:\n      B: \"2\"")),
        (
            "x-e: &e [A=1]\nservices:\n  app:\n    environment: *e\n",
            "Alias",
            (4, 18),
            Some("    environment:\n      - A=1\n      - B=2"),
        ),
        (
            "services:\n  app:\n    environment: !reset {}\n",
            "Tag",
            (3, 18),
            Some("    environment:\n      B: \"2\""),
        ),
        (
            "services:\n  app:\n    environment: &e {A: \"1\"}\n  b:\n    environment: *e\n",
            "Shared",
            (3, 18),
            Some("services:\n  app:\n    environment:\n      B: \"2\"\n"),
        ),
    ];
    for (text, expected, at, paste) in cases {
        let refusal = refused(text, &request);
        assert_eq!(cause(&refusal), *expected, "{text}");
        assert_eq!((refusal.line, refusal.column), *at, "{text}");
        assert_eq!(refusal.paste.as_deref(), *paste, "{text}");
        let line = refusal.to_string();
        assert!(
            line.starts_with(&format!("line {}, column {}: ", at.0, at.1)) && !line.ends_with('.'),
            "{line}"
        );
        assert!(!refusal.hint().is_empty());
    }
}

#[test]
fn aliases_that_unfold_without_end_are_refused() {
    let mut text = "x-0: &x0 [a, a, a, a, a, a, a, a, a, a]\n".to_owned();
    for n in 1..12 {
        let uses = vec![format!("*x{}", n - 1); 10].join(", ");
        text.push_str(&format!("x-{n}: &x{n} [{uses}]\n"));
    }
    assert_eq!(cause(&Compose::parse(&text).unwrap_err()), "Aliases");
}

#[test]
fn a_text_on_which_yaml_readers_differ_is_refused() {
    let refusal =
        refused("services:\n  app:\n    command: [a,\u{85} ]\n", &gains("app", vec![depends_on("db")]));
    let path = ["services", "app", "command"].map(str::to_owned).to_vec();
    assert_eq!((refusal.line, refusal.cause), (3, Cause::Disputed { path }));
}

#[test]
fn deep_nesting_is_an_error_and_no_overflow() {
    let text = format!("a: {}", "[".repeat(100_000));
    assert_eq!(cause(&Compose::parse(&text).unwrap_err()), "Syntax");
}

#[test]
fn dockers_own_templates_are_text() {
    let text =
        "services:\n  app:\n    hostname: node-{{.Node.ID}}\n    labels: [\"{{ a }}\"]\n    # {% c %}\n";
    edited(text, &cache_for("app"));
}

#[test]
fn a_made_mapping_goes_with_its_last_entry_and_not_before() {
    let text = "services:\n  app:\n    image: a\n";
    let one = insert(text, &gains("app", vec![depends_on("a")])).unwrap();
    let both = insert(&one.text, &gains("app", vec![depends_on("b")])).unwrap();
    let first = Compose::parse(&both.text).unwrap().remove(&pieces(&one));
    assert_eq!(
        first.left.iter().map(|(piece, why)| (piece.path.len(), *why)).collect::<Vec<_>>(),
        [(3, Why::Used)]
    );
    let mut rest = pieces(&both);
    rest.extend(first.left.into_iter().map(|(piece, _)| piece));
    let second = Compose::parse(&first.text).unwrap().remove(&rest);
    assert_eq!((second.text.as_str(), second.left), (text, vec![]));
}

#[test]
fn what_was_changed_since_is_left_and_named() {
    let text = "services:\n  app:\n    image: a\n";
    let edit = insert(text, &cache_for("app")).unwrap();
    let changed = edit.text.replace("redis:8-alpine", "redis:8");
    let removal = Compose::parse(&changed).unwrap().remove(&pieces(&edit));
    let left: Vec<_> = removal.left.iter().map(|(piece, why)| (piece.path.join("."), *why)).collect();
    // It mounts the volume still.
    let volume = [("volumes.cache-data".to_owned(), Why::Needed), ("volumes".to_owned(), Why::Used)];
    assert_eq!(left, [&[("services.cache".to_owned(), Why::Changed)][..], &volume].concat());
    assert_eq!(
        removal.text,
        changed
            .replace("    depends_on:\n      cache:\n        condition: service_healthy\n", "")
            .replace("    environment:\n      CACHE_URL: redis://cache:6379/0\n", "")
    );
}

#[test]
fn what_others_refer_to_is_left() {
    let text = "services:\n  app:\n    image: a\n";
    let edit = insert(text, &cache_for("app")).unwrap();
    for (by_hand, needed) in [
        ("  job:\n    image: j\n    depends_on: [cache]\n", &["services.cache", "volumes.cache-data"][..]),
        (
            "  job:\n    image: j\n    network_mode: service:cache\n",
            &["services.cache", "volumes.cache-data"],
        ),
        ("  job:\n    image: j\n    volumes: [\"cache-data:/d\"]\n", &["volumes.cache-data"]),
        (
            "  job:\n    image: j\n    volumes: [{type: volume, source: cache-data, target: /d}]\n",
            &["volumes.cache-data"],
        ),
        ("  job:\n    image: j\n    volumes: [\"./cache-data:/d\", cache-data]\n", &[]),
    ] {
        let edited = edit.text.replace("services:\n", &format!("services:\n{by_hand}"));
        let removal = Compose::parse(&edited).unwrap().remove(&pieces(&edit));
        let left = removal.left.iter().filter(|(_, why)| *why == Why::Needed);
        let left: BTreeSet<String> = left.map(|(piece, _)| piece.path.join(".")).collect();
        assert_eq!(left, needed.iter().map(|name| (*name).to_owned()).collect(), "{by_hand}");
    }
}

#[test]
fn a_volume_that_another_service_has_is_not_shared() {
    let other =
        "services:\n  app:\n    image: a\n  old:\n    image: o\n    volumes:\n      - cache-data:/data\n";
    for there in ["", " {}"] {
        let text = format!("{other}volumes:\n  cache-data:{there}\n");
        let refusal = insert(&text, &cache_for("app")).expect_err("two servers in one volume");
        let path = vec!["volumes".to_owned(), "cache-data".to_owned()];
        assert_eq!(refusal.cause, Cause::Mounted { path, by: "old".to_owned() }, "{text}");
        // Nobody's: the data of the same service before it was taken out.
        let text = format!("services:\n  app:\n    image: a\nvolumes:\n  cache-data:{there}\n");
        edited(&text, &cache_for("app"));
    }
}

#[test]
fn a_variable_that_is_a_whole_number_needs_no_quotes_to_say_the_same() {
    let port = || vec![Gain::Environment { key: "PORT".to_owned(), value: "6379".to_owned() }];
    for (there, same) in
        [("6379", true), ("'6379'", true), ("06379", false), ("0x18eb", false), ("6380", false)]
    {
        let text = format!("services:\n  app:\n    environment:\n      PORT: {there}\n");
        assert_eq!(insert(&text, &gains("app", port())).is_ok(), same, "{there}");
    }
}

#[test]
fn what_is_gone_is_named() {
    let edit = insert("services: {}\n", &Request { fragment: Some(CACHE), ..Request::default() }).unwrap();
    let removal = Compose::parse("services: {}\n").unwrap().remove(&pieces(&edit));
    assert!(removal.removed.is_empty());
    assert!(removal.left.iter().all(|(_, why)| *why == Why::Gone));
}

#[test]
fn entries_of_a_flow_list_go_in_any_order() {
    for text in ["services:\n  app:\n    depends_on: []\n", "services:\n  app:\n    depends_on: [m]\n"] {
        for (first, second) in [("a", "z"), ("z", "a")] {
            let one = insert(text, &gains("app", vec![depends_on(first)])).unwrap();
            let both = insert(&one.text, &gains("app", vec![depends_on(second)])).unwrap();
            for (go, then) in [(&one, &both), (&both, &one)] {
                let half = Compose::parse(&both.text).unwrap().remove(&pieces(go));
                assert!(half.left.is_empty(), "{:?} of {}", half.left, both.text);
                let whole = Compose::parse(&half.text).unwrap().remove(&pieces(then));
                assert_eq!((whole.text.as_str(), whole.left), (text, vec![]));
            }
        }
    }
}

#[test]
fn removing_an_unknown_piece_changes_nothing() {
    let text = "services:\n  app:\n    image: a\n";
    let piece = Piece { path: vec!["services".into(), "app".into()], lead: 2, length: 9, hash: 1 };
    let removal = Compose::parse(text).unwrap().remove(std::slice::from_ref(&piece));
    assert_eq!((removal.text.as_str(), removal.left), (text, vec![(piece, Why::Changed)]));
}

#[test]
fn a_file_that_one_reader_takes_for_a_comment_is_refused() {
    // U+0085 ends a line for YAML 1.1 and not for YAML 1.2.
    let text = "\u{85}#s: db{}\n";
    let request = Request { fragment: Some("services:\n  cache:\n    image: c\n"), ..Request::default() };
    let refusal = Compose::parse(text).unwrap().insert(&request).expect_err("the readers disagree");
    assert!(matches!(refusal.cause, Cause::Disputed { .. }), "{refusal:?}");
}

#[test]
fn a_tag_that_ends_the_second_reader_is_refused() {
    // Found by the fuzzer.
    let text = "r :\r\n  {a,?: .\u{fffd} b,:!., c}\n";
    let request = Request { fragment: Some("services:\n  cache:\n    image: c\n"), ..Request::default() };
    let refusal = Compose::parse(text).unwrap().insert(&request).expect_err("it cannot be read again");
    assert!(refusal.to_string().contains("between the tag and the comma"), "{refusal}");
    let plain = "x-a: really?! yes, {a}\nservices: {}\n";
    assert!(Compose::parse(plain).unwrap().insert(&request).is_ok());
}

#[test]
fn values_that_unfold_without_end_are_refused_before_they_do() {
    let mut text = "x-a0: &a0 [a, a, a, a, a, a, a, a, a, a]\n".to_owned();
    for level in 1..9 {
        let below = vec![format!("*a{}", level - 1); 10].join(", ");
        text.push_str(&format!("x-a{level}: &a{level} [{below}]\n"));
    }
    text.push_str("services:\n  app:\n    command: *a8\n");
    let refusal = Compose::parse(&text).expect_err("a thousand million values");
    assert_eq!(refusal.cause, Cause::Aliases);
}

#[test]
fn services_are_found_by_name_among_own_entries_and_those_of_a_merge_key() {
    let text = "x-more: &more\n  b: {image: merged}\n  c: {image: merged}\nservices:\n  a: {image: own}\n  <<: *more\n  b: {image: own}\n";
    let compose = Compose::parse(text).unwrap();
    assert_eq!(compose.names("services"), ["a", "b", "c"]);
    let image =
        |name: &str| compose.get(&["services", name, "image"]).and_then(|v| v.text().map(str::to_owned));
    assert_eq!(
        ["a", "b", "c", "d"].map(image),
        [Some("own".into()), Some("own".into()), Some("merged".into()), None]
    );
}
