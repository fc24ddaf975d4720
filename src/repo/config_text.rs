//! Reading YAML files of gangplank's own into types, with errors that point at the place.

use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, MapAccess, SeqAccess, Visitor};
use thiserror::Error;

use super::node_reader::Reader;
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

/// A file of gangplank's own, to say what is wrong in it and where.
#[derive(Clone, Copy)]
pub(super) struct OwnFile<'a> {
    pub(super) path: &'a str,
    pub(super) text: &'a str,
}

impl OwnFile<'_> {
    pub(super) fn error(
        self,
        place: Option<Place>,
        message: impl Into<String>,
        help: &str,
    ) -> ConfigError {
        let (path, help) = (self.path.to_owned(), help.to_owned());
        ConfigError { path, place, message: message.into(), help }
    }

    /// An error at the value under a chain of keys.
    pub(super) fn wrong(
        self,
        keys: &[&str],
        message: impl Into<String>,
        help: &str,
    ) -> ConfigError {
        self.error(place_of(self.text, keys, None), message, help)
    }

    /// An error at one item of the list under a chain of keys.
    pub(super) fn wrong_item(
        self,
        keys: &[&str],
        item: &str,
        message: impl Into<String>,
        help: &str,
    ) -> ConfigError {
        self.error(place_of(self.text, keys, Some(item)), message, help)
    }

    /// An error at the last key of a chain.
    pub(super) fn wrong_key(
        self,
        keys: &[&str],
        message: impl Into<String>,
        help: &str,
    ) -> ConfigError {
        self.error(place_of_key(self.text, keys), message, help)
    }

    /// The file as YAML.
    pub(super) fn parse(self) -> Result<Yaml, ConfigError> {
        Yaml::parse(self.text).map_err(|error| {
            let message = format!("not valid YAML: {}", error.message);
            self.error(Some(error.place), message, "mend the file")
        })
    }

    /// Reads one node of it.
    pub(super) fn read_node<T: DeserializeOwned>(self, node: Node<'_>) -> Result<T, ConfigError> {
        T::deserialize(Reader(node))
            .map_err(|error| self.error(error.place, error.message, &error.help))
    }

    /// Reads the whole file.
    pub(super) fn read<T: DeserializeOwned + Default>(self) -> Result<T, ConfigError> {
        let yaml = self.parse()?;
        if let Some(second) = yaml.documents().nth(1) {
            let help = "keep one document, without `---` between";
            return Err(self.error(Some(second.place()), "a second document", help));
        }
        let Some(root) = yaml.root().filter(|root| !root.is_null()) else {
            return Ok(T::default());
        };
        self.read_node(root)
    }
}

/// Where the value under a chain of keys stands, or an item of it with this text.
pub fn place_of(text: &str, keys: &[&str], item: Option<&str>) -> Option<Place> {
    let yaml = Yaml::parse(text).ok()?;
    let value = yaml.root()?.at(keys)?;
    let found = item.and_then(|item| value.items().find(|node| node.text() == Some(item)));
    Some(found.unwrap_or(value).place())
}

/// Where the last key of a chain stands.
pub(super) fn place_of_key(text: &str, keys: &[&str]) -> Option<Place> {
    let (last, above) = keys.split_last()?;
    let yaml = Yaml::parse(text).ok()?;
    let entry = yaml.root()?.at(above)?.entry(last)?;
    Some(entry.key.place())
}

/// One text, or several.
#[derive(Debug, Clone)]
pub(super) struct TextList(pub(super) Vec<String>);

impl<'de> Deserialize<'de> for TextList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ListVisitor;
        impl<'de> Visitor<'de> for ListVisitor {
            type Value = TextList;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("one text, or a list of texts")
            }
            fn visit_str<E>(self, text: &str) -> Result<TextList, E> {
                Ok(TextList(vec![text.to_owned()]))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<TextList, A::Error> {
                let mut texts = Vec::new();
                while let Some(text) = items.next_element()? {
                    texts.push(text);
                }
                Ok(TextList(texts))
            }
        }
        deserializer.deserialize_any(ListVisitor)
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
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Ordered(entries))
            }
        }
        deserializer.deserialize_map(MapVisitor(std::marker::PhantomData))
    }
}
