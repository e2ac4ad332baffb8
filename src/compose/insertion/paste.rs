//! What a person can paste where no insertion does it.

use super::{Host, Walk};
use crate::compose::render::{self, Form};
use crate::compose::tree::Entry;
use crate::compose::value::{self, Value};
use crate::compose::want::{self, Base, Body, Made, Role, Want};
use crate::compose::{Cause, Refusal};

impl Walk<'_> {
    pub(super) fn with_paste(
        &self,
        at: usize,
        cause: Cause,
        host: &Host,
        entry: &Entry,
        made: &Made,
    ) -> Refusal {
        Refusal { paste: Some(self.paste(host, entry, made)), ..self.refusal(at, cause) }
    }

    /// The text that would have to stand in place of `entry`.
    pub(super) fn paste(&self, host: &Host, entry: &Entry, made: &Made) -> String {
        let name = entry.key.as_deref().unwrap_or("");
        let like = self.like(std::slice::from_ref(entry), false);
        let old = value::value(&entry.node);
        if made.role == Role::Attribute {
            let value = with_gains(old, name, &made.wants);
            let lines = render::block_entry(name, &value, host.column, like, &self.style);
            return lines.join(self.style.eol);
        }
        let mut pieces = Vec::new();
        let mut made = made.clone();
        if !matches!(old, Value::Null) {
            made.head = None;
            made.base = Base::Copy(old);
        }
        let want = Want { name: name.to_owned(), body: Body::Made(made) };
        self.pieces(&want, host.column, &[name.to_owned()], like, &mut pieces);
        let texts: Vec<String> = pieces.into_iter().map(|(_, lines)| lines.text).collect();
        texts.join(self.style.eol)
    }
}

fn with_gains(old: Value, attribute: &str, wants: &[Want]) -> Value {
    let gains = wants.iter().filter_map(|want| match &want.body {
        Body::Gain(gain) => Some(gain),
        _ => None,
    });
    let list = matches!(old, Value::Null) && Form::of_new(attribute) == Form::List;
    match old {
        Value::Seq(mut items) => {
            items.extend(gains.map(want::item));
            Value::Seq(items)
        }
        _ if list => Value::Seq(gains.map(want::item).collect()),
        Value::Map(mut entries) => {
            entries.extend(gains.map(|gain| (gain.key().to_owned(), want::keyed(gain))));
            Value::Map(entries)
        }
        _ => Value::Map(gains.map(|gain| (gain.key().to_owned(), want::keyed(gain))).collect()),
    }
}
