//! YAML as JSON values, read by the program's own model: the form in which tests compare.

use gangplank::manifests::yaml::{Node, Scalar, Value, Yaml};
use serde_json::Value as Json;

/// The documents of a text.
pub(crate) fn documents(text: &str) -> Vec<Json> {
    let yaml = Yaml::parse(text).unwrap_or_else(|error| panic!("{error}:\n{text}"));
    yaml.documents().map(json_of).collect()
}

/// The only document of a text.
pub(crate) fn json(text: &str) -> Json {
    let mut all = documents(text);
    assert_eq!(all.len(), 1, "one document:\n{text}");
    all.remove(0)
}

/// A node as JSON.
pub(crate) fn json_of(node: Node<'_>) -> Json {
    convert(Value::of(node).expect("a file of a sane size"))
}

fn convert(value: Value) -> Json {
    match value {
        Value::Scalar(Scalar::Null) => Json::Null,
        Value::Scalar(Scalar::Bool(value)) => value.into(),
        Value::Scalar(Scalar::Int(value)) => value.into(),
        Value::Scalar(Scalar::Float(value)) => whole(value),
        Value::Scalar(Scalar::String(text)) => text.into(),
        Value::List(items) => items.into_iter().map(convert).collect(),
        Value::Map(entries) => {
            entries.into_iter().map(|(key, value)| (key, convert(value))).collect()
        }
    }
}

/// JSON does not tell 1000.0 from 1000.
#[expect(clippy::cast_possible_truncation, reason = "only whole numbers get there")]
fn whole(value: f64) -> Json {
    if value.fract() == 0.0 && value.abs() < 9e15 { (value as i64).into() } else { value.into() }
}
