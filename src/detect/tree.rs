//! JSON, TOML, XML and YAML as one tree, each value with its line.

use jsonc_parser::ast::Value as Json;
use toml::de::{DeTable, DeValue};

use crate::compose::tree as yaml;

/// The deepest nesting that is read.
const DEEPEST: usize = 100;

/// A value, and the line where it stands.
#[derive(Debug)]
pub struct Node {
    pub line: usize,
    pub value: Value,
}

/// What a [`Node`] is.
#[derive(Debug)]
pub enum Value {
    Text(String),
    List(Vec<Node>),
    /// Keys in their order. XML has one of a name for each element.
    Table(Vec<(String, Node)>),
}

/// Why a text could not be read, and where.
#[derive(Debug)]
pub struct Broken {
    pub line: Option<usize>,
    pub why: String,
}

impl Node {
    /// The nodes at a dotted path; `*` stands for any key, lists are gone through, and a part may be quoted.
    pub fn at(&self, path: &str) -> Vec<&Self> {
        let mut nodes = vec![self];
        for part in parts(path) {
            nodes = nodes.iter().flat_map(|node| node.step(&part)).collect();
        }
        nodes
    }

    fn step(&self, part: &str) -> Vec<&Self> {
        match &self.value {
            Value::Text(_) => Vec::new(),
            Value::List(items) if part == "*" => items.iter().collect(),
            Value::List(items) => items.iter().flat_map(|item| item.step(part)).collect(),
            Value::Table(entries) => {
                entries.iter().filter(|(key, _)| part == "*" || key == part).map(|(_, node)| node).collect()
            }
        }
    }

    /// The texts in it: itself, or those of its items.
    pub fn texts(&self) -> Vec<(usize, &str)> {
        match &self.value {
            Value::Text(text) => vec![(self.line, text.as_str())],
            Value::List(items) => items.iter().flat_map(Self::texts).collect(),
            Value::Table(_) => Vec::new(),
        }
    }
}

fn parts(path: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quoted = false;
    for letter in path.chars() {
        match letter {
            '"' => quoted = !quoted,
            '.' if !quoted => parts.push(String::new()),
            _ => parts.last_mut().into_iter().for_each(|part| part.push(letter)),
        }
    }
    parts
}

/// Reads a text in the form that the file's ending tells.
///
/// # Errors
/// The first mistake in it.
pub fn read(path: &str, text: &str) -> Result<Node, Broken> {
    let lines = Lines::of(text);
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    match ending {
        "json" | "jsonc" | "json5" => from_json(text, &lines),
        "xml" => from_xml(text, &lines),
        "yaml" | "yml" => from_yaml(text, &lines),
        _ => from_toml(text, &lines),
    }
}

struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        Self(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at).collect())
    }

    fn at(&self, offset: usize) -> usize {
        self.0.partition_point(|end| *end < offset) + 1
    }
}

fn deepest(text: &str) -> usize {
    let (mut depth, mut deepest, mut quoted, mut escaped) = (0_usize, 0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => depth += 1,
            b']' | b'}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

fn from_json(text: &str, lines: &Lines) -> Result<Node, Broken> {
    if deepest(text) > DEEPEST {
        return Err(Broken { line: None, why: format!("nested more than {DEEPEST} deep") });
    }
    let options = jsonc_parser::ParseOptions { allow_missing_commas: false, ..Default::default() };
    let parsed = jsonc_parser::parse_to_ast(text, &Default::default(), &options).map_err(|error| Broken {
        line: Some(error.line_display()),
        why: error.kind().to_string().to_lowercase(),
    })?;
    match parsed.value {
        Some(value) => Ok(json_node(&value, lines)),
        None => Err(Broken { line: Some(1), why: "nothing in it".to_owned() }),
    }
}

fn json_node(value: &Json<'_>, lines: &Lines) -> Node {
    let (start, value) = match value {
        Json::StringLit(text) => (text.range.start, Value::Text(text.value.to_string())),
        Json::NumberLit(number) => (number.range.start, Value::Text(number.value.to_owned())),
        Json::BooleanLit(yes) => (yes.range.start, Value::Text(yes.value.to_string())),
        Json::NullKeyword(null) => (null.range.start, Value::List(Vec::new())),
        Json::Array(array) => (
            array.range.start,
            Value::List(array.elements.iter().map(|item| json_node(item, lines)).collect()),
        ),
        Json::Object(object) => {
            let entries = object.properties.iter();
            let entry = |entry: &jsonc_parser::ast::ObjectProp<'_>| {
                (entry.name.as_str().to_owned(), json_node(&entry.value, lines))
            };
            (object.range.start, Value::Table(entries.map(entry).collect()))
        }
    };
    Node { line: lines.at(start), value }
}

fn from_toml(text: &str, lines: &Lines) -> Result<Node, Broken> {
    let table = DeTable::parse(text).map_err(|error| Broken {
        line: error.span().map(|span| lines.at(span.start)),
        why: error.message().trim().replace('\n', ", "),
    })?;
    Ok(Node { line: 1, value: toml_table(table.get_ref(), lines) })
}

fn toml_table(table: &DeTable<'_>, lines: &Lines) -> Value {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    let entries = entries.into_iter().map(|(key, value)| {
        let node = Node { line: lines.at(key.span().start), value: toml_value(value.get_ref(), lines) };
        (key.get_ref().to_string(), node)
    });
    Value::Table(entries.collect())
}

fn toml_value(value: &DeValue<'_>, lines: &Lines) -> Value {
    match value {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => Value::Text(number.to_string()),
        DeValue::Float(number) => Value::Text(number.to_string()),
        DeValue::Boolean(yes) => Value::Text(yes.to_string()),
        DeValue::Datetime(time) => Value::Text(time.to_string()),
        DeValue::Array(items) => Value::List(
            items
                .iter()
                .map(|item| Node {
                    line: lines.at(item.span().start),
                    value: toml_value(item.get_ref(), lines),
                })
                .collect(),
        ),
        DeValue::Table(table) => toml_table(table, lines),
    }
}

fn from_xml(text: &str, lines: &Lines) -> Result<Node, Broken> {
    let options = roxmltree::ParsingOptions { nodes_limit: 200_000, ..Default::default() };
    let document = roxmltree::Document::parse_with_options(text, options)
        .map_err(|error| Broken { line: Some(error.pos().row as usize), why: error.to_string() })?;
    let root = document.root_element();
    let value = Value::Table(vec![(root.tag_name().name().to_owned(), xml_node(root, lines, 0))]);
    Ok(Node { line: 1, value })
}

fn xml_node(element: roxmltree::Node<'_, '_>, lines: &Lines, depth: usize) -> Node {
    let children: Vec<_> = element.children().filter(roxmltree::Node::is_element).collect();
    let value = if children.is_empty() || depth > DEEPEST {
        Value::Text(element.text().unwrap_or_default().trim().to_owned())
    } else {
        let name = |child: &roxmltree::Node<'_, '_>| child.tag_name().name().to_owned();
        Value::Table(children.iter().map(|child| (name(child), xml_node(*child, lines, depth + 1))).collect())
    };
    Node { line: lines.at(element.range().start), value }
}

fn from_yaml(text: &str, lines: &Lines) -> Result<Node, Broken> {
    let tree = yaml::read(text).map_err(|refusal| Broken { line: None, why: refusal.to_string() })?;
    match &tree.root {
        Some(root) => Ok(yaml_node(root, lines)),
        None => Ok(Node { line: 1, value: Value::List(Vec::new()) }),
    }
}

fn yaml_node(node: &yaml::Node, lines: &Lines) -> Node {
    let value = match &node.resolved().kind {
        yaml::Kind::Scalar { text, .. } => Value::Text(text.clone()),
        yaml::Kind::Seq { items, .. } => {
            Value::List(items.iter().map(|item| yaml_node(&item.node, lines)).collect())
        }
        yaml::Kind::Map { entries, .. } => {
            let entry = |entry: &yaml::Entry| Some((entry.key.clone()?, yaml_node(&entry.node, lines)));
            Value::Table(entries.iter().filter_map(entry).collect())
        }
        yaml::Kind::Null { .. } | yaml::Kind::Alias { .. } => Value::List(Vec::new()),
    };
    Node { line: lines.at(node.start), value }
}

#[cfg(test)]
mod tests {
    use super::{Value, read};

    fn texts(path: &str, text: &str, key: &str) -> Vec<(usize, String)> {
        let tree = read(path, text).expect("it can be read");
        tree.at(key)
            .iter()
            .flat_map(|node| node.texts())
            .map(|(line, text)| (line, text.to_owned()))
            .collect()
    }

    #[test]
    fn every_form_gives_texts_with_their_lines() {
        let json = "{\n  // a comment\n  \"engines\": {\n    \"node\": \">=22\",\n  },\n}";
        assert_eq!(texts("package.json", json, "engines.node"), [(4, ">=22".to_owned())]);
        let toml = "[project]\nname = 'x'\n\n[project.\"a.b\"]\nc = [\n 'd',\n 'e',\n]\n";
        assert_eq!(texts("p.toml", toml, "project.\"a.b\".c"), [(6, "d".to_owned()), (7, "e".to_owned())]);
        let xml = "<project xmlns='x'>\n <a>\n  <b>1</b>\n </a>\n <a><b>2</b></a>\n</project>";
        assert_eq!(texts("pom.xml", xml, "project.a.b"), [(3, "1".to_owned()), (5, "2".to_owned())]);
        let yaml = "server:\n  port: 9090\n";
        assert_eq!(texts("application.yml", yaml, "server.port"), [(2, "9090".to_owned())]);
    }

    #[test]
    fn a_star_is_any_key_and_lists_are_gone_through() {
        let toml = "[[bin]]\nname = 'a'\n[[bin]]\nname = 'b'\n[group.x]\nd = 1\n[group.y]\nd = 2\n";
        assert_eq!(texts("Cargo.toml", toml, "bin.name").len(), 2);
        assert_eq!(texts("Cargo.toml", toml, "group.*.d").len(), 2);
    }

    #[test]
    fn what_is_broken_says_where() {
        for (path, text, line) in [
            ("a.json", "{\n \"a\": 1\n \"b\": 2\n}", 2),
            ("a.toml", "a = 1\nb = = 2\n", 2),
            ("a.xml", "<a>\n<b></a>", 2),
        ] {
            let broken = read(path, text).expect_err("it is broken");
            assert_eq!(broken.line, Some(line), "{path}: {}", broken.why);
        }
    }

    #[test]
    fn deep_nesting_is_refused_and_not_followed() {
        for text in ["[".repeat(500_000), format!("{}1{}", "[".repeat(500_000), "]".repeat(500_000))] {
            assert!(read("a.json", &text).is_err());
        }
        assert!(read("a.toml", &format!("a = {}", "[".repeat(500_000))).is_err());
        assert!(read("a.xml", &"<a>".repeat(100_000)).is_err());
        let closed = format!("{}{}", "<a>".repeat(300), "</a>".repeat(300));
        assert!(matches!(read("a.xml", &closed).map(|node| node.value), Ok(Value::Table(_)) | Err(_)));
    }
}
