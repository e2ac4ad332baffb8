//! New entries as whole lines.

use super::change::Change;
use super::{Host, Parts, Walk, joined};
use crate::compose::fragment::Lines;
use crate::compose::place::Place;
use crate::compose::render::{self, Form, Like};
use crate::compose::style;
use crate::compose::tree::{Entry, Kind};
use crate::compose::want::{Base, Body, Made, Role, Want, arranged, form_of};

impl Walk<'_> {
    /// New whole lines for `want` at `place`.
    pub(super) fn block(
        &mut self,
        want: &Want,
        place: Place,
        column: usize,
        gap: bool,
        path: &[String],
        like: Like,
    ) {
        let mut pieces = Vec::new();
        self.pieces(want, column, path, like, &mut pieces);
        self.lines(pieces, place, gap);
    }

    /// The pieces of `want` in block style: a made mapping is one, each of its entries another.
    pub(super) fn pieces(&self, want: &Want, column: usize, path: &[String], like: Like, out: &mut Parts) {
        match &want.body {
            Body::Text(excerpt) => out.push((path.to_vec(), excerpt.lines(column, &self.style))),
            Body::Gain(gain) => {
                let lines = render::block_gain(gain, Form::Map, column, like, &self.style);
                out.push((path.to_vec(), lines));
            }
            Body::Made(made) => {
                out.push((path.to_vec(), self.opening(&want.name, made, column, like)));
                let form = form_of(&want.name, made);
                self.made_pieces(made, form, column, path, like.inside(), out);
            }
        }
    }

    pub(super) fn made_pieces(
        &self,
        made: &Made,
        form: Form,
        column: usize,
        path: &[String],
        like: Like,
        out: &mut Parts,
    ) {
        let spaced = path == ["services"] && self.service_gap();
        for (index, inner) in arranged(made.wants.clone(), made.role.order(true)).into_iter().enumerate() {
            let first = out.len();
            match (&inner.body, form) {
                (Body::Gain(gain), Form::List) => {
                    let column = column + self.style.dash;
                    let lines = render::block_gain(gain, Form::List, column, like, &self.style);
                    out.push((joined(path, &gain.item()), lines));
                }
                _ => {
                    let path = joined(path, &inner.name);
                    self.pieces(&inner, column + self.style.unit, &path, like, out);
                }
            }
            if let Some((_, lines)) = out.get_mut(first).filter(|_| spaced && index > 0) {
                lines.text.insert_str(0, self.style.eol);
                lines.lead += self.style.eol.len();
            }
        }
    }

    /// The line of a made mapping's key, and what it begins with.
    pub(super) fn opening(&self, name: &str, made: &Made, column: usize, like: Like) -> Lines {
        if let Some(head) = &made.head {
            return head.head(column, &self.style);
        }
        let margin = " ".repeat(column);
        let mut text = format!("{margin}{}:", render::key(name, like, false));
        match &made.base {
            Base::Nothing => {}
            Base::Merge(anchor) => {
                let inner = " ".repeat(column + self.style.unit);
                text.push_str(&format!("{}{inner}<<: *{anchor}", self.style.eol));
            }
            Base::Copy(value) => {
                for line in render::block_value(value, column, like, &self.style) {
                    text.push_str(self.style.eol);
                    text.push_str(&line);
                }
            }
        }
        Lines { text, lead: column }
    }

    /// Puts pieces of whole lines at a place, with a blank line between them and their neighbour.
    pub(super) fn lines(&mut self, pieces: Parts, place: Place, gap: bool) {
        let eol = self.style.eol;
        let last = pieces.len().saturating_sub(1);
        let depth = pieces.first().map_or(0, |(path, _)| path.len());
        for (index, (path, lines)) in pieces.into_iter().enumerate() {
            let mut text = String::new();
            if place.open {
                text.push_str(eol);
            }
            if gap && !place.before && index == 0 {
                text.push_str(eol);
            }
            let lead = text.len() + lines.lead;
            text.push_str(&lines.text);
            if !place.open {
                text.push_str(eol);
            }
            if gap && place.before && index == last {
                text.push_str(eol);
            }
            self.changes.push(Change { at: place.at, gone: 0, text, makes: Some((path, lead)), depth });
        }
    }

    pub(super) fn gap(&self, host: &Host, entries: &[Entry]) -> bool {
        match (style::gaps(self.text(), entries), host.role) {
            (Some(gap), _) => gap,
            (None, Role::File) => true,
            (None, Role::Section) if host.path == ["services"] => self.service_gap(),
            (None, _) => false,
        }
    }

    /// Whether services stand apart in a file that has fewer than two: as its sections do.
    pub(super) fn service_gap(&self) -> bool {
        match self.file.root().map(|root| &root.kind) {
            Some(Kind::Map { entries, .. }) => style::gaps(self.text(), entries).unwrap_or(true),
            _ => true,
        }
    }

    pub(super) fn like(&self, entries: &[Entry], flow: bool) -> Like {
        let key = entries.last().map_or(self.style.key, |entry| entry.key_style);
        let value = style::quotes(entries.iter().map(|entry| &*entry.node), flow);
        Like { key, value: value.unwrap_or(key) }
    }
}
