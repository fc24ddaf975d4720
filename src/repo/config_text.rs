//! Reading YAML files of gangplank's own into types, with errors that point at the place.

use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, MapAccess, Visitor};
use thiserror::Error;

use crate::manifests::yaml::{Node, Place, Yaml};

pub(super) const LAYOUT_HELP: &str =
    "for example: clusters/{cluster}/namespaces/application/{namespace}";

/// A config or answers file that can't be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct ConfigError {
    /// The file.
    pub path: String,
    /// Where in it.
    pub place: Option<Place>,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: String,
}

impl ConfigError {
    /// An error at the value under a chain of keys.
    pub(super) fn at(
        path: &str,
        text: &str,
        keys: &[&str],
        message: impl Into<String>,
        help: &str,
    ) -> Self {
        let yaml = Yaml::parse(text).ok();
        let node = yaml.as_ref().and_then(|yaml| yaml.root()?.at(keys));
        ConfigError {
            path: path.to_owned(),
            place: node.map(Node::place),
            message: message.into(),
            help: help.to_owned(),
        }
    }
}

impl ConfigError {
    /// An error at the last key of a chain.
    pub(super) fn at_key(
        path: &str,
        text: &str,
        keys: &[&str],
        message: impl Into<String>,
        help: &str,
    ) -> Self {
        let yaml = Yaml::parse(text).ok();
        let (last, above) = keys.split_last().unwrap_or((&"", &[]));
        let entry = yaml.as_ref().and_then(|yaml| yaml.root()?.at(above)?.entry(last));
        let place = entry.map(|entry| entry.key.place());
        ConfigError { path: path.to_owned(), place, message: message.into(), help: help.to_owned() }
    }
}

/// Reads a whole file.
pub(super) fn read<T: DeserializeOwned + Default>(
    path: &str,
    text: &str,
) -> Result<T, ConfigError> {
    // The one YAML model sees duplicate keys and says where; serde only says that.
    let yaml = Yaml::parse(text).map_err(|error| ConfigError {
        path: path.to_owned(),
        place: Some(error.place),
        message: format!("not valid YAML: {}", error.message),
        help: "mend the file".to_owned(),
    })?;
    if yaml.root().is_none_or(Node::is_null) {
        return Ok(T::default());
    }
    serde_yaml::from_str(text).map_err(|error| typed_error(path, &yaml, &error))
}

fn typed_error(path: &str, yaml: &Yaml, error: &serde_yaml::Error) -> ConfigError {
    let full = error.to_string();
    let message = full.split(" at line ").next().unwrap_or(&full).to_owned();
    let place = error.location().map(|at| Place { line: at.line(), column: at.column() });
    let Some((unknown, known)) = unknown_field(&message) else {
        return ConfigError { path: path.to_owned(), place, message, help: String::new() };
    };
    let help = match closest(&unknown, known.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known here: {}", known.join(", ")),
    };
    // serde points at the map, the model at the key.
    let key = yaml.root().and_then(|root| find_key(root, &unknown, place));
    ConfigError {
        path: path.to_owned(),
        place: key.or(place),
        message: format!("unknown key `{unknown}`"),
        help,
    }
}

/// Takes serde's "unknown field `x`, expected one of `a`, `b`" apart.
fn unknown_field(message: &str) -> Option<(String, Vec<String>)> {
    let (_, rest) = message.split_once("unknown field `")?;
    let mut words = rest.split('`');
    let unknown = words.next()?.to_owned();
    Some((unknown, words.skip(1).step_by(2).map(str::to_owned).collect()))
}

fn find_key(
    root: crate::manifests::yaml::Node<'_>,
    key: &str,
    from: Option<Place>,
) -> Option<Place> {
    let mut waiting = vec![root];
    let mut found: Option<Place> = None;
    while let Some(node) = waiting.pop() {
        for entry in node.entries() {
            let place = entry.key.place();
            let behind = from.is_none_or(|from| place >= from);
            if entry.key.text() == Some(key) && behind && found.is_none_or(|f| place < f) {
                found = Some(place);
            }
            waiting.push(entry.value);
        }
        waiting.extend(node.items());
    }
    found
}

/// The known word nearest to a misspelt one, if any is near.
pub(super) fn closest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let scored = known.map(|other| (strsim::damerau_levenshtein(word, other), other));
    let near = scored.filter(|(distance, other)| *distance <= (other.len() / 3).max(1));
    near.min().map(|(_, other)| other)
}

/// A text that people also write as a number, such as an account or a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text(pub(super) String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl Visitor<'_> for TextVisitor {
            type Value = Text;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }
            fn visit_str<E>(self, text: &str) -> Result<Text, E> {
                Ok(Text(text.to_owned()))
            }
            fn visit_u64<E>(self, number: u64) -> Result<Text, E> {
                Ok(Text(number.to_string()))
            }
            fn visit_bool<E>(self, value: bool) -> Result<Text, E> {
                Ok(Text(value.to_string()))
            }
        }
        deserializer.deserialize_any(TextVisitor)
    }
}

/// One text, or several.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum TextList {
    One(Text),
    Several(Vec<Text>),
}

impl TextList {
    pub(super) fn into_texts(self) -> Vec<String> {
        match self {
            TextList::One(Text(text)) => vec![text],
            TextList::Several(texts) => texts.into_iter().map(|Text(text)| text).collect(),
        }
    }
}

/// A map that keeps its order.
#[derive(Debug, Clone)]
pub(super) struct Ordered<T>(pub(super) Vec<(String, T)>);

impl<T> Default for Ordered<T> {
    fn default() -> Self {
        Ordered(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Ordered<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MapVisitor<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for MapVisitor<T> {
            type Value = Ordered<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some((Text(key), value)) = map.next_entry()? {
                    entries.push((key, value));
                }
                Ok(Ordered(entries))
            }
        }
        deserializer.deserialize_map(MapVisitor(std::marker::PhantomData))
    }
}
