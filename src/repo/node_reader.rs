//! Reads nodes of the one YAML model into types of our own. Scalars stay the text that was written:
//! a namespace called `010`, `1e3` or `on` is just that, and every error knows its place.

use std::fmt::Display;

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{
    self, DeserializeSeed, Deserializer, Expected, MapAccess, SeqAccess, Unexpected, Visitor,
};
use serde::forward_to_deserialize_any;

use crate::domain::near::closest;
use crate::manifests::yaml::{Entry, Node, Place, Scalar};

/// Why a node can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(super) struct Unreadable {
    pub(super) message: String,
    pub(super) help: String,
    /// The innermost node or key that it is about.
    pub(super) place: Option<Place>,
}

impl Unreadable {
    fn at(node: Node<'_>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Unreadable { message: message.into(), help: help.into(), place: Some(node.place()) }
    }

    fn or_at(self, node: Node<'_>) -> Self {
        Unreadable { place: self.place.or(Some(node.place())), ..self }
    }
}

impl de::Error for Unreadable {
    fn custom<T: Display>(message: T) -> Self {
        Unreadable { message: message.to_string(), help: String::new(), place: None }
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Unreadable::custom(format!("{expected} is meant here"))
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        let help = match closest(field, expected.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known here: {}", expected.join(", ")),
        };
        Unreadable { message: format!("unknown key `{field}`"), help, place: None }
    }
}

/// A node that is read into a type.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a>(pub(super) Node<'a>);

impl<'a> Reader<'a> {
    /// The text as it was written, which a null is not.
    fn text(self) -> Result<&'a str, Unreadable> {
        let Reader(node) = self;
        if node.is_null() {
            let help = "write one, or leave the key out; quote it if it is meant as a text";
            return Err(Unreadable::at(node, "there is no value here", help));
        }
        node.text().ok_or_else(|| Unreadable::at(node, "one text is meant here", ""))
    }

    /// The entries of a section; one whose lines are all commented out has none.
    fn entries(self) -> Result<Vec<Entry<'a>>, Unreadable> {
        let Reader(node) = self;
        if !node.is_mapping() && !node.is_null() {
            return Err(Unreadable::at(node, "keys with values are meant here", ""));
        }
        if let Some(key) = node.duplicate_keys().first() {
            let message = format!("`{}` is here twice", key.text().unwrap_or_default());
            return Err(Unreadable::at(*key, message, "keep one of them"));
        }
        Ok(node.entries().collect())
    }
}

impl<'de> Deserializer<'de> for Reader<'de> {
    type Error = Unreadable;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        if self.0.is_mapping() {
            self.deserialize_map(visitor)
        } else if self.0.is_sequence() {
            self.deserialize_seq(visitor)
        } else {
            self.deserialize_str(visitor)
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_borrowed_str(self.text()?).map_err(|error: Unreadable| error.or_at(self.0))
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.0.scalar() {
            Some(Scalar::Bool(value)) => visitor.visit_bool(value),
            _ => Err(Unreadable::at(self.0, "this is true or false", "for example: true")),
        }
    }

    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        let wrong =
            |_| Unreadable::at(self.0, "this is a port, from 0 to 65535", "for example: 53");
        visitor.visit_u16(self.text()?.parse().map_err(wrong)?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        if !self.0.is_sequence() && !self.0.is_null() {
            return Err(Unreadable::at(self.0, "a list is meant here", "for example: [a, b]"));
        }
        let items: Vec<Node<'de>> = self.0.items().collect();
        visitor.visit_seq(Items(items.into_iter())).map_err(|error| error.or_at(self.0))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        let entries = Entries { rest: self.entries()?.into_iter(), value: None };
        visitor.visit_map(entries).map_err(|error| error.or_at(self.0))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.deserialize_map(visitor)
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 u8 u32 u64 f32 f64 char string bytes byte_buf unit unit_struct newtype_struct
        tuple tuple_struct enum identifier ignored_any
    }
}

struct Items<'a>(std::vec::IntoIter<Node<'a>>);

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Unreadable;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Unreadable> {
        self.0.next().map(|node| seed.deserialize(Reader(node))).transpose()
    }
}

struct Entries<'a> {
    rest: std::vec::IntoIter<Entry<'a>>,
    value: Option<Node<'a>>,
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = Unreadable;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Unreadable> {
        let Some(Entry { key, value }) = self.rest.next() else {
            return Ok(None);
        };
        self.value = Some(value);
        // A key is a text, whatever it looks like.
        let Some(text) = key.text() else {
            return Err(Unreadable::at(key, "a key is one text", ""));
        };
        let key_reader = BorrowedStrDeserializer::<Unreadable>::new(text);
        seed.deserialize(key_reader).map(Some).map_err(|error| error.or_at(key))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, Unreadable> {
        // serde asks for a value only after its key.
        let value = self.value.take().ok_or_else(|| de::Error::custom("a value without a key"))?;
        seed.deserialize(Reader(value))
    }
}
