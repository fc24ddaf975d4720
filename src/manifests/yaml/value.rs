//! A node as plain data, aliases followed and merge keys applied: for comparing what two texts mean.

use super::node::Node;
use super::scalar::Scalar;

/// More nodes than any manifest has; aliases of aliases reach it quickly.
const MOST_NODES: usize = 100_000;

/// Deeper than a text can nest; aliases of aliases reach it quickly.
const MOST_LEVELS: usize = 300;

/// What a YAML node means to Go.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A scalar.
    Scalar(Scalar),
    /// A sequence.
    List(Vec<Value>),
    /// A mapping, in the order written; of duplicate keys only the last.
    Map(Vec<(String, Value)>),
}

impl Value {
    /// Reads `node`, or `None` if it expands to an unreasonable number of nodes or levels.
    pub fn of(node: Node<'_>) -> Option<Self> {
        let mut budget = Budget { nodes: MOST_NODES, levels: MOST_LEVELS };
        budget.read(node)
    }

    /// The value of `key` in a map.
    pub fn get(&self, key: &str) -> Option<&Value> {
        match self {
            Value::Map(entries) => entries.iter().find(|(k, _)| k == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// A string value.
    pub fn string(text: impl Into<String>) -> Self {
        Value::Scalar(Scalar::String(text.into()))
    }
}

/// What may still be read.
struct Budget {
    nodes: usize,
    levels: usize,
}

impl Budget {
    fn read(&mut self, node: Node<'_>) -> Option<Value> {
        self.nodes = self.nodes.checked_sub(1)?;
        if let Some(scalar) = node.scalar() {
            return Some(Value::Scalar(scalar));
        }
        self.levels = self.levels.checked_sub(1)?;
        let value = if node.is_sequence() {
            Value::List(node.items().map(|item| self.read(item)).collect::<Option<_>>()?)
        } else {
            Value::Map(self.map(node)?)
        };
        self.levels += 1;
        Some(value)
    }

    fn map(&mut self, node: Node<'_>) -> Option<Vec<(String, Value)>> {
        let mut map: Vec<(String, Value)> = Vec::new();
        for entry in node.entries() {
            let key = entry.key.text().unwrap_or_default();
            if key == "<<" {
                self.merge(entry.value, &mut map)?;
                continue;
            }
            let value = self.read(entry.value)?;
            match map.iter_mut().find(|(k, _)| k == key) {
                Some(slot) => slot.1 = value,
                None => map.push((key.to_owned(), value)),
            }
        }
        Some(map)
    }

    fn merge(&mut self, source: Node<'_>, map: &mut Vec<(String, Value)>) -> Option<()> {
        let sources = source.items().chain(std::iter::once(source).filter(|s| s.is_mapping()));
        for entry in sources.flat_map(Node::entries) {
            let key = entry.key.text().unwrap_or_default();
            if !map.iter().any(|(k, _)| k == key) {
                map.push((key.to_owned(), self.read(entry.value)?));
            }
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifests::yaml::Yaml;

    #[test]
    fn aliases_without_end_are_refused_by_the_parser() {
        for text in ["&a [*a]", "a: &a\n  b: {c: *a}", "&a {<<: *a}", "x: 1\ny: &a [&b [*a]]"] {
            let error = Yaml::parse(text).expect_err(text);
            assert!(error.message.contains("contains itself"), "{text}: {error}");
        }
        Yaml::parse("a: &a [1]\nb: [*a, *a]").expect("aliases beside their anchor");
    }

    #[test]
    fn aliases_of_aliases_are_read_to_a_sane_depth() {
        let line = |at: usize| format!("- &a{at} [*a{}]\n", at - 1);
        let chain =
            |length: usize| "- &a0 x\n".to_owned() + &(1..length).map(line).collect::<String>();
        let value = |text: &str| Value::of(Yaml::parse(text).unwrap().root().unwrap());
        assert!(value(&chain(200)).is_some());
        assert_eq!(value(&chain(20_000)), None);
    }
}
