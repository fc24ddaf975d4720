//! Patches as people write them: operations or a merge body, in block style or as JSON, with the
//! list of roles in every kind of quotes.

use serde_json::json;

use super::Choices;

/// The annotation with the list of roles.
pub(crate) const ROLES_KEY: &str = "iam.amazonaws.com/allowed-roles";
const POINTER: &str = "/metadata/annotations/iam.amazonaws.com~1allowed-roles";

/// The text of a patch.
pub(crate) struct PatchText {
    pub(crate) text: String,
    /// Whether line breaks in it are blanks as well.
    pub(crate) is_json: bool,
    /// Whether it names the object that it is for.
    pub(crate) is_merge: bool,
}

/// Entries of an allowed-roles list.
pub(crate) fn roles(choices: &mut Choices) -> Vec<String> {
    let names = ["old", "team/b", "x+y=z@w", r"a\.b", "long-name-with-many-words"];
    let count = 1 + choices.below(3);
    let first = choices.below(names.len());
    let name = |at: usize| format!("arn:aws:iam::123456789098:role/{}", names[(first + at) % 5]);
    (0..count).map(name).collect()
}

/// A patch that sets the list of roles of the Namespace.
pub(crate) fn roles_patch(choices: &mut Choices, roles: &[String], plain_json: bool) -> PatchText {
    let list = list_text(choices, roles);
    let kind = if plain_json { 3 } else { choices.below(5) };
    let (text, is_merge) = match kind {
        0 | 1 => (operations(choices, &list), false),
        2 => (merge(choices, &list), true),
        3 => (json!([{"op": "add", "path": POINTER, "value": list}]).to_string(), false),
        _ => (merge_json(&list), true),
    };
    PatchText { text, is_json: kind >= 3, is_merge }
}

/// A patch that changes labels of the LimitRange.
pub(crate) fn other_patch(choices: &mut Choices, plain_json: bool) -> PatchText {
    let key = choices.pick(&["a", "b.c", "d"]);
    let path = format!("/metadata/labels/{key}");
    if plain_json || choices.one_in(4) {
        let text = json!([{"op": "add", "path": "/metadata/labels", "value": {key: "1"}}]);
        return PatchText { text: text.to_string(), is_json: true, is_merge: false };
    }
    let text = format!(
        "- op: add\n  path: /metadata/labels\n  value: {{}}\n- op: add\n  path: {path}\n  value: x\n"
    );
    PatchText { text, is_json: false, is_merge: false }
}

fn list_text(choices: &mut Choices, roles: &[String]) -> String {
    let separator = choices.pick(&[",", ", "]);
    let items: Vec<String> = roles.iter().map(|role| json!(role).to_string()).collect();
    let (open, close) = choices.pick(&[("[", "]"), ("[", "]"), ("[ ", " ]")]);
    format!("{open}{}{close}", items.join(separator))
}

/// Operations in block style, the list among others.
fn operations(choices: &mut Choices, list: &str) -> String {
    let mut operations = vec![operation(choices, list)];
    if choices.one_in(3) {
        let other = "- op: add\n  path: /metadata/labels/team\n  value: x # t1\n";
        operations.insert(choices.below(2), other.to_owned());
    }
    if choices.one_in(4) {
        operations.push("- {op: add, path: /metadata/annotations/other, value: \"1\"}\n".into());
    }
    let between = choices.pick(&["", "", "\n", "# t2 between\n"]);
    operations.join(between)
}

fn operation(choices: &mut Choices, list: &str) -> String {
    let op = choices.pick(&["add", "replace"]);
    if choices.one_in(6) {
        let value = serde_json::Value::from(list);
        return format!("- {{op: {op}, path: {POINTER}, value: {value}}}\n");
    }
    let tail = choices.pick(&["", "", " # t3 must be a string"]);
    let value = scalar(choices, "  value:", list, 4, tail);
    match choices.below(4) {
        0 => format!("- op: {op}\n  path: \"{POINTER}\"\n{value}"),
        1 => format!("- path: {POINTER}\n  # t4 ü\n  op: {op}\n{value}"),
        _ => format!("- op: {op}\n  path: {POINTER}\n{value}"),
    }
}

fn merge(choices: &mut Choices, list: &str) -> String {
    let head = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: placeholder\n";
    let labels = choices.pick(&["", "  labels: {team: x} # t5\n"]);
    let other = choices.pick(&["", "    other: \"1\"\n", "    # t6 roles\n"]);
    let value = scalar(choices, &format!("    {ROLES_KEY}:"), list, 6, "");
    if choices.one_in(3) {
        return format!("{head}{labels}  annotations:\n{value}{other}");
    }
    format!("{head}{labels}  annotations:\n{other}{value}")
}

fn merge_json(list: &str) -> String {
    let metadata = json!({"name": "placeholder", "annotations": {ROLES_KEY: list}});
    json!({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}).to_string()
}

/// A key with a text in one of YAML's styles.
fn scalar(choices: &mut Choices, key: &str, text: &str, column: usize, tail: &str) -> String {
    let pad = " ".repeat(column);
    match choices.below(8) {
        0..=2 => format!("{key} '{text}'{tail}\n"),
        3 => format!("{key} {}{tail}\n", serde_json::Value::from(text)),
        4 => format!("{key} |-\n{pad}{text}\n"),
        5 => format!("{key} >-\n{pad}{}\n", text.replace(", ", &format!(",\n{pad}"))),
        6 => format!("{key} |\n{pad}{text}\n"),
        _ => format!("{key} '{}'{tail}\n", text.replace(", ", &format!(",\n{pad}"))),
    }
}
