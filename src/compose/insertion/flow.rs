//! New entries between brackets.

use super::change::Change;
use super::{Host, Parts, Walk, joined, one_line};
use crate::compose::fragment::Lines;
use crate::compose::render::{self, Form, Like, Spread};
use crate::compose::source;
use crate::compose::tree::{self, Node};
use crate::compose::want::{Body, Made, Want, arranged, form_of};

impl Walk<'_> {
    /// An entry or item of a flow collection, at `index` of those at `spots`.
    pub(super) fn flow_change(
        &mut self,
        host: &Host,
        spots: &[(usize, usize, bool)],
        index: usize,
        mut parts: Parts,
    ) {
        let depth = host.path.len() + 1;
        let Some(&(start, end, open)) = spots.last() else {
            let at = host.node.end - 1;
            if self.changes.iter().any(|change| change.at == at && change.depth == depth) {
                prefix(&mut parts, ", ");
            }
            return self.parts(at, depth, parts);
        };
        let break_line = |start: usize| {
            let margin = source::margin(source::line(self.text(), start));
            format!("{}{margin}", self.style.eol)
        };
        if let Some(&(start, ..)) = spots.get(index) {
            let between = if source::leads(self.text(), start) { break_line(start) } else { " ".to_owned() };
            if let Some((_, lines)) = parts.last_mut() {
                lines.text.push(',');
                lines.text.push_str(&between);
            }
            return self.parts(start, depth, parts);
        }
        let noted = source::slice(self.text(), end..source::line_end(self.text(), end)).contains('#');
        let lead = match (open, source::leads(self.text(), start) && !noted) {
            (true, _) => " , ".to_owned(),
            (false, true) => format!(",{}", break_line(start)),
            (false, false) => ", ".to_owned(),
        };
        prefix(&mut parts, &lead);
        self.parts(end, depth, parts);
    }

    /// The parts of `want` in flow style: of a made mapping its opening, its entries, its end.
    pub(super) fn flow(
        &self,
        want: &Want,
        like: Like,
        spread: Option<&Spread>,
        path: &[String],
        parts: &mut Parts,
    ) {
        let name = render::key(&want.name, like, true);
        let whole = |text: String| (path.to_vec(), Lines { text, lead: 0 });
        match &want.body {
            Body::Text(excerpt) => {
                let value = render::flow_node(excerpt.node(), like, spread);
                parts.push(whole(format!("{name}: {value}")));
            }
            Body::Gain(gain) => parts.push(whole(render::flow_gain(gain, Form::Map, like))),
            Body::Made(made) => {
                let form = form_of(&want.name, made);
                let (open, close) = render::bracket_pair(form);
                let like = like.inside();
                parts.push(whole(format!("{name}: {open}")));
                self.flow_inside(made, form, path, like, spread, parts);
                let text = format!("{}{close}", spread.map_or(String::new(), Spread::last));
                let lead = text.len() - close.len();
                parts.push((joined(path, close), Lines { text, lead }));
            }
        }
    }

    pub(super) fn flow_inside(
        &self,
        made: &Made,
        form: Form,
        path: &[String],
        like: Like,
        spread: Option<&Spread>,
        parts: &mut Parts,
    ) {
        let first = spread.map_or(String::new(), Spread::first);
        let next = spread.map_or(", ".to_owned(), Spread::next);
        let base = render::flow_base(&made.base, like);
        let empty = base.is_empty();
        if let Some((_, lines)) = parts.last_mut().filter(|_| !empty) {
            lines.text.push_str(&first);
            lines.text.push_str(&base.join(&next));
        }
        let deeper = spread.map(Spread::deeper);
        for (index, want) in arranged(made.wants.clone(), made.role.order(true)).into_iter().enumerate() {
            let mut inner = Vec::new();
            match (&want.body, form) {
                (Body::Gain(gain), Form::List) => {
                    let text = render::flow_gain(gain, Form::List, like);
                    inner.push((joined(path, &gain.item()), Lines { text, lead: 0 }));
                }
                _ => self.flow(&want, like, deeper.as_ref(), &joined(path, &want.name), &mut inner),
            }
            prefix(&mut inner, if index == 0 && empty { &first } else { &next });
            parts.append(&mut inner);
        }
    }

    /// Puts parts that follow one another at an offset.
    pub(super) fn parts(&mut self, at: usize, depth: usize, parts: Parts) {
        for (path, Lines { text, lead }) in parts {
            self.changes.push(Change { at, gone: 0, text, makes: Some((path, lead)), depth });
        }
    }

    /// One entry a line, when the neighbour of a new entry is written so.
    pub(super) fn spread(&self, node: &Node, last: Option<(usize, &Node)>, like: Like) -> Option<Spread> {
        let (start, value) = last?;
        if !source::leads(self.text(), start)
            || (like.key != tree::Style::Double && one_line(self.text(), value.start, value.end))
        {
            return None;
        }
        let margin = source::margin(source::line(self.text(), start)).to_owned();
        let close = source::margin(source::line(self.text(), node.end.saturating_sub(1)));
        let step = margin.strip_prefix(close).filter(|step| !step.is_empty()).unwrap_or("  ").to_owned();
        Some(Spread { eol: self.style.eol, margin, step })
    }
}

/// Puts a text in front of the first part.
pub(super) fn prefix(parts: &mut Parts, text: &str) {
    if let Some((_, lines)) = parts.first_mut() {
        lines.text.insert_str(0, text);
        lines.lead += text.len();
    }
}
