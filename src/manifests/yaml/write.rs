//! A value as text in block style, for what is put into a file that people wrote.

use super::quote::{annotation_value, quoted};
use super::scalar::Scalar;
use super::value::Value;

/// `value` as an item of a list, with its dash and its final line break, not indented.
pub fn block_item(value: &Value) -> String {
    let mut out = String::new();
    write_item(value, 0, &mut out);
    out
}

/// `value` as a document.
pub fn block_text(value: &Value) -> String {
    let mut out = String::new();
    write_block(value, 0, &mut out);
    out
}

fn write_item(value: &Value, indent: usize, out: &mut String) {
    let start = out.len();
    write_block(value, indent + 2, out);
    // The dash stands in the first line's indentation.
    let dash = start + indent;
    out.replace_range(dash..=dash, "-");
}

fn write_block(value: &Value, indent: usize, out: &mut String) {
    let pad = " ".repeat(indent);
    match value {
        Value::Map(entries) if !entries.is_empty() => {
            for (key, value) in entries {
                let is_nested = match value {
                    Value::Map(entries) => !entries.is_empty(),
                    Value::List(items) => !items.is_empty(),
                    Value::Scalar(_) => false,
                };
                out.push_str(&format!("{pad}{}:", quoted(key)));
                if is_nested {
                    out.push('\n');
                    write_block(value, indent + 2, out);
                } else {
                    out.push_str(&format!(" {}\n", inline(value)));
                }
            }
        }
        Value::List(items) if !items.is_empty() => {
            for item in items {
                write_item(item, indent, out);
            }
        }
        other => out.push_str(&format!("{pad}{}\n", inline(other))),
    }
}

fn inline(value: &Value) -> String {
    match value {
        Value::Scalar(scalar) => scalar_text(scalar),
        Value::List(_) => "[]".to_owned(),
        Value::Map(_) => "{}".to_owned(),
    }
}

/// A scalar that Go reads as this one.
pub fn scalar_text(scalar: &Scalar) -> String {
    match scalar {
        // JSON reads better in single quotes.
        Scalar::String(text) if text.contains('"') => annotation_value(text),
        Scalar::String(text) => quoted(text),
        Scalar::Bool(value) => value.to_string(),
        Scalar::Int(value) => value.to_string(),
        Scalar::Float(value) => value.to_string(),
        Scalar::Null => "null".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Yaml;
    use super::*;

    #[test]
    fn an_item_reads_back() {
        let text = "- a: {b: [x, {c: \"on\"}], d: 1}\n  e: []\n  f: {}\n  g: \"*\"\n";
        let yaml = Yaml::parse(text).unwrap();
        let value = Value::of(yaml.root().unwrap().items().next().unwrap()).unwrap();
        let again = Yaml::parse(&block_item(&value)).unwrap();
        assert_eq!(Value::of(again.root().unwrap()).unwrap(), Value::List(vec![value]));
    }
}
