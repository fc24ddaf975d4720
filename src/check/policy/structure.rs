//! Compares a policy with the CustomResourceDefinition: types, unknown fields, and what the shape
//! of each value asks for. All of it is refused by the API server, unless a value says otherwise.

use super::parts::{Type, effective, text};
use super::report::{Fault, Report};
use super::shape::{Field, Place, Shape};
use super::values::Check;
use crate::domain::near::closest;
use crate::manifests::yaml::{Entry, Node, Scalar};

/// Looks at a value under a name; `at` is what to point at for something that it lacks.
pub(super) fn check(report: &mut Report<'_>, shape: &Shape, name: &str, place: Place<'_>) {
    let node = place.map;
    match (shape, Type::of(node)) {
        (Shape::Any, _) | (Shape::Flag, Type::Flag) => {}
        (Shape::Text(look) | Shape::WholeOrText(look), Type::Text) => {
            check_text(report, *look, node)
        }
        (Shape::WholeOrText(_), Type::Whole) => {}
        (Shape::Whole(rule, least, most), Type::Whole) => {
            check_number(report, rule, (*least, *most), name, node);
        }
        (Shape::List(item, most), Type::List) => {
            check_items(report, item, name, node);
            check_count(report, *most, name, node);
        }
        (Shape::Rules(item), Type::List) => check_items(report, item, name, node),
        (Shape::Map(value), Type::Map) => {
            for entry in effective(node) {
                check_entry(report, value, entry);
            }
        }
        (Shape::Fields(fields), Type::Map) => {
            for entry in effective(node) {
                check_field(report, fields.known, name, entry);
            }
            (fields.whole)(place, report);
        }
        (_, found) => report.api_server(node, wrong_type(shape, name, node, found)),
    }
}

fn check_text(report: &mut Report<'_>, look: Check, node: Node<'_>) {
    if let Some((who, fault)) = text(node).and_then(look) {
        report.refused(who, node, fault);
    }
}

fn check_number(
    report: &mut Report<'_>,
    rule: &'static str,
    (least, most): (i64, i64),
    name: &str,
    node: Node<'_>,
) {
    let number = node.scalar();
    if !matches!(number, Some(Scalar::Int(number)) if (least..=most).contains(&number)) {
        let message = format!("`{name}` is a whole number from {least} to {most}");
        report.api_server(node, Fault::of(rule, message, "write a number in these bounds"));
    }
}

fn check_items(report: &mut Report<'_>, shape: &Shape, name: &str, list: Node<'_>) {
    for item in list.items() {
        check(report, shape, name, Place { map: item, at: item });
    }
}

fn check_count(report: &mut Report<'_>, most: usize, name: &str, list: Node<'_>) {
    let count = list.items().len();
    let is_server_names = name == "serverNames";
    if count > most {
        let rule = if name == "ports" { "policy/bad-port" } else { "policy/wrong-type" };
        let message = format!("`{name}` has up to {most} entries, this has {count}");
        report.api_server(list, Fault::of(rule, message, "write the rest as another entry"));
    } else if is_server_names && count == 0 {
        let fault = Fault::of("policy/wrong-type", "`serverNames` has no entry", "leave it out");
        report.api_server(list, fault);
    }
}

/// An entry without a value is as good as none.
fn check_entry(report: &mut Report<'_>, shape: &Shape, entry: Entry<'_>) {
    if Type::of(entry.value) != Type::Null {
        let name = entry.key.text().unwrap_or_default();
        check(report, shape, name, Place { map: entry.value, at: entry.key });
    }
}

fn check_field(report: &mut Report<'_>, known: &[Field], parent: &str, entry: Entry<'_>) {
    let name = entry.key.text().unwrap_or_default();
    match known.iter().find(|field| field.name == name) {
        Some(field) => check_entry(report, field.shape, entry),
        None => report.api_server(entry.key, unknown_field(known, parent, name)),
    }
}

fn unknown_field(known: &[Field], parent: &str, name: &str) -> Fault {
    let mut names = known.iter().map(|field| field.name);
    let in_another_case = names.find(|known| known.eq_ignore_ascii_case(name));
    let near = in_another_case.or_else(|| closest(name, known.iter().map(|field| field.name)));
    let help = match (parent, name) {
        ("toPorts", "port" | "protocol" | "endPort") => {
            "ports are a list of their own: `- ports: [{port: \"443\", protocol: TCP}]`".to_owned()
        }
        (_, "toPorts") => "`toPorts` stands beside the peers, in the same rule".to_owned(),
        _ => match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                let names: Vec<&str> = known.iter().map(|field| field.name).collect();
                format!("known here: {}", names.join(", "))
            }
        },
    };
    let message = match parent {
        "" => format!("a policy has no field `{name}`"),
        parent => format!("`{parent}` has no field `{name}`"),
    };
    Fault::of("policy/unknown-field", message, help)
}

fn wrong_type(shape: &Shape, name: &str, node: Node<'_>, found: Type) -> Fault {
    let (wanted, rule) = match shape {
        Shape::Rules(_) => ("a list of rules", "policy/ingress-not-list"),
        Shape::List(..) => ("a list", "policy/wrong-type"),
        Shape::Text(_) => ("a text", "policy/wrong-type"),
        Shape::WholeOrText(_) => ("a number or a text", "policy/wrong-type"),
        Shape::Whole(..) => ("a whole number", "policy/wrong-type"),
        Shape::Flag => ("true or false", "policy/wrong-type"),
        Shape::Map(_) | Shape::Fields(_) | Shape::Any => ("a map", "policy/wrong-type"),
    };
    let what = if name.is_empty() { "a policy".to_owned() } else { format!("`{name}`") };
    let message = format!("{what} is {wanted}, and this is {}", found.in_words());
    Fault::of(rule, message, type_help(shape, name, node, found))
}

fn type_help(shape: &Shape, name: &str, node: Node<'_>, found: Type) -> String {
    let is_empty = node.entries().len() == 0;
    match (shape, found) {
        (Shape::Text(_), Type::Whole | Type::Number | Type::Flag) => {
            format!("write it in quotes: \"{}\"", node.text().unwrap_or_default())
        }
        (Shape::Rules(_), Type::Map) if is_empty && name == "ingress" => {
            "leave `ingress` out, or write `ingress: [{}]` to deny all ingress".to_owned()
        }
        (Shape::Rules(_), Type::Map) if is_empty => format!("leave `{name}` out"),
        (Shape::Rules(_), Type::Map) => {
            "begin each rule with a dash: `- toFQDNs:` instead of `toFQDNs:`".to_owned()
        }
        (Shape::Rules(_), _) => format!("write its rules as a list, or leave `{name}` out"),
        (Shape::List(..), Type::Map) => "begin each entry with a dash".to_owned(),
        (Shape::List(..), _) => format!("write a list: `{name}: [{}]`", node.text().unwrap_or("…")),
        (Shape::Fields(fields), Type::Flag) if fields.known.len() == 2 => {
            let [first, second] = [0, 1].map(|at| fields.known[at].name);
            format!("write `{first}:` and `{second}:` below it, each true or false")
        }
        (Shape::Fields(fields), _) => {
            let names: Vec<&str> = fields.known.iter().map(|field| field.name).collect();
            format!("known here: {}", names.join(", "))
        }
        (Shape::Whole(..), Type::Text) => "write it without quotes".to_owned(),
        _ => "see Cilium's documentation of this field".to_owned(),
    }
}
