//! A node as plain data, aliases followed and merge keys applied: for comparing what two texts mean.

use super::node::Node;
use super::scalar::Scalar;

/// More nodes than any manifest has; aliases of aliases reach it quickly.
const MOST_NODES: usize = 100_000;

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
    /// Reads `node`, or `None` if it expands to an unreasonable number of nodes.
    pub fn of(node: Node<'_>) -> Option<Self> {
        let mut budget = MOST_NODES;
        read(node, &mut budget)
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

fn read(node: Node<'_>, budget: &mut usize) -> Option<Value> {
    *budget = budget.checked_sub(1)?;
    if let Some(scalar) = node.scalar() {
        return Some(Value::Scalar(scalar));
    }
    if node.is_sequence() {
        return node.items().map(|item| read(item, budget)).collect::<Option<_>>().map(Value::List);
    }
    let mut map: Vec<(String, Value)> = Vec::new();
    for entry in node.entries() {
        let key = entry.key.text().unwrap_or_default();
        if key == "<<" {
            merge(entry.value, &mut map, budget)?;
            continue;
        }
        let value = read(entry.value, budget)?;
        match map.iter_mut().find(|(k, _)| k == key) {
            Some(slot) => slot.1 = value,
            None => map.push((key.to_owned(), value)),
        }
    }
    Some(Value::Map(map))
}

fn merge(source: Node<'_>, map: &mut Vec<(String, Value)>, budget: &mut usize) -> Option<()> {
    let sources = source.items().chain(std::iter::once(source).filter(|s| s.is_mapping()));
    for entry in sources.flat_map(Node::entries) {
        let key = entry.key.text().unwrap_or_default();
        if !map.iter().any(|(k, _)| k == key) {
            map.push((key.to_owned(), read(entry.value, budget)?));
        }
    }
    Some(())
}
