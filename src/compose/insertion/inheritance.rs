//! Values that are seen through an alias or a merge key: what is put beside them hides nothing.

use super::list::{Held, held};
use super::{Host, Walk, is_flow, joined, one_line};
use crate::compose::fragment::Lines;
use crate::compose::tree::{Entry, Kind, Node};
use crate::compose::value::{self, Value};
use crate::compose::want::{Base, Body, Made, Role, Want};
use crate::compose::{Cause, Note, Refusal};

impl Walk<'_> {
    /// An entry that is wanted and there through a merge key: one of the same name would hide it.
    fn inherit<'f>(
        &mut self,
        host: &Host,
        entry: &Entry,
        want: Want<'f>,
    ) -> Result<Option<Want<'f>>, Refusal> {
        let path = joined(host.path, &want.name);
        let Body::Made(mut made) = want.body else {
            return match self.says(&path, &want.body, &entry.node) {
                true => Ok(None),
                false => Err(self.refusal(host.node.start, Cause::Conflict { path })),
            };
        };
        if made.role != Role::Attribute {
            return Err(self.refusal(host.node.start, Cause::Form { path }));
        }
        made.wants = self.absent(&path, &entry.node, made.wants, host.node.start)?;
        if made.wants.is_empty() {
            return Ok(None);
        }
        made.base = self.base(&entry.node, host.node.start);
        if let Base::Copy(value) = &made.base {
            if matches!(value, Value::Seq(_)) {
                self.note_start_only(&path, &made.wants);
            }
            self.notes.push(Note::Copied { path });
        }
        Ok(Some(Want { name: want.name, body: Body::Made(made) }))
    }

    /// Those gains that an inherited value does not hold.
    pub(super) fn absent<'f>(
        &self,
        path: &[String],
        node: &Node,
        wants: Vec<Want<'f>>,
        at: usize,
    ) -> Result<Vec<Want<'f>>, Refusal> {
        let mut absent = Vec::new();
        for want in wants {
            let Body::Gain(gain) = &want.body else { continue };
            match held(gain, node) {
                Held::Same => {}
                Held::Absent => absent.push(want),
                Held::Other => {
                    let path = joined(path, &want.name);
                    return Err(self.refusal(at, Cause::Conflict { path }));
                }
            }
        }
        Ok(absent)
    }

    /// How a new value keeps what it hides: by its anchor when that is a mapping's and in force at
    /// `at`, or else as a copy.
    fn base(&self, node: &Node, at: usize) -> Base {
        let node = node.resolved();
        match (&node.kind, &node.anchor) {
            (Kind::Map { .. }, Some(name)) if node.end <= at && self.only(name) => Base::Merge(name.clone()),
            (Kind::Null { .. }, _) => Base::Nothing,
            _ => Base::Copy(value::value(node)),
        }
    }

    /// Whether one anchor only has that name.
    fn only(&self, name: &str) -> bool {
        let root = self.file.root();
        root.is_some_and(|root| root.anchors(name) == 1)
    }

    /// Those entries that are to stand beside the merge of `source`: what it has is inherited.
    pub(super) fn beside<'f>(
        &mut self,
        host: &Host,
        source: &Node,
        wants: Vec<Want<'f>>,
    ) -> Result<Vec<Want<'f>>, Refusal> {
        let Kind::Map { entries, .. } = &source.kind else { return Ok(wants) };
        let visible = value::visible(entries);
        let mut new = Vec::new();
        for want in wants {
            match visible.iter().find(|entry| entry.key.as_deref() == Some(&want.name)) {
                Some(entry) => new.extend(self.inherit(host, entry, want)?),
                None => new.push(want),
            }
        }
        Ok(new)
    }

    /// An alias to a mapping becomes a mapping that merges it: `key: *a` to `key:`, `<<: *a`.
    pub(super) fn unalias(
        &mut self,
        host: &Host,
        entry: &Entry,
        path: &[String],
        mut made: Made,
        (name, target): (&str, &Node),
    ) -> Result<(), Refusal> {
        made.wants = match made.role {
            Role::Attribute => self.absent(path, target, made.wants, entry.start)?,
            role => {
                let aliased = Host { node: &entry.node, role, path, column: 0, limit: 0 };
                self.beside(&aliased, target, made.wants)?
            }
        };
        if made.wants.is_empty() {
            return Ok(());
        }
        let map = matches!(target.kind, Kind::Map { .. });
        if is_flow(host.node) || !map || !one_line(self.text(), entry.start, entry.end()) {
            let cause = Cause::Alias { path: path.to_vec(), name: name.to_owned() };
            return Err(self.with_paste(entry.node.start, cause, host, entry, &made));
        }
        let column = host.column + self.style.unit;
        let colon = entry.colon.unwrap_or(entry.key_end) + 1;
        let lead = format!("{}{}", self.style.eol, " ".repeat(column));
        let merge = Lines { text: format!("{lead}<<:"), lead: lead.len() };
        self.parts(colon, path.len() + 1, vec![(joined(path, "<<"), merge)]);
        self.first_lines(entry, path, made, column, column);
        Ok(())
    }
}
