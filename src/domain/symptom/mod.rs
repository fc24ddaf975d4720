//! Texts of errors that people meet, and what each one means. Pure.
//!
//! The tables are by who says it: kube2iam and the SDKs behind it, AWS, kustomize, Cilium and the API
//! server. From their sources and from measured answers.

mod aws;
mod cilium;
mod kube2iam;
mod kustomize;
mod plain;

/// A known error text.
#[derive(Debug, PartialEq, Eq)]
pub struct Symptom {
    /// A short name for programs.
    pub name: &'static str,
    /// Pieces that stand in the text in this order, with what differs from time to time in between.
    pieces: &'static [&'static str],
    /// What it means.
    pub meaning: &'static str,
    /// What to do next: the command or the rule that settles it.
    pub next: &'static str,
}

/// A row of a table.
const fn row(
    name: &'static str,
    pieces: &'static [&'static str],
    meaning: &'static str,
    next: &'static str,
) -> Symptom {
    Symptom { name, pieces, meaning, next }
}

/// All symptoms.
pub fn all_symptoms() -> impl Iterator<Item = &'static Symptom> {
    let tables = [kube2iam::SYMPTOMS, aws::SYMPTOMS, kustomize::SYMPTOMS, cilium::SYMPTOMS];
    tables.into_iter().flatten()
}

/// The symptoms that a text shows, in the order of the tables. How it is wrapped, indented, quoted,
/// coloured and capitalised makes no difference, nor what stands before and after. A text that has
/// one meaning in two of its places is said once.
pub fn symptoms_in(text: &str) -> Vec<&'static Symptom> {
    let text = plain::plain(text);
    let mut found: Vec<&Symptom> = Vec::new();
    for symptom in all_symptoms() {
        let is_known =
            found.iter().any(|one| (one.name, one.meaning) == (symptom.name, symptom.meaning));
        if !is_known && shows(&text, symptom) {
            found.push(symptom);
        }
    }
    found
}

fn shows(text: &str, symptom: &Symptom) -> bool {
    let mut rest = Some(text);
    for piece in symptom.pieces {
        let piece = plain::plain(piece);
        rest = rest.and_then(|rest| rest.split_once(piece.as_str())).map(|(_, after)| after);
    }
    rest.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rule::{all_rules, rule_by_id};

    #[test]
    fn every_piece_says_enough_to_be_told_apart() {
        for symptom in all_symptoms() {
            let length: usize = symptom.pieces.iter().map(|piece| plain::plain(piece).len()).sum();
            assert!(length >= 8, "{}: {:?}", symptom.name, symptom.pieces);
        }
    }

    #[test]
    fn rules_that_are_named_stand_in_the_catalogue() {
        let mut named = 0;
        for symptom in all_symptoms() {
            for word in symptom.next.split([' ', ',', ':', ';', '(', ')']) {
                let is_id = word.split_once('/').is_some_and(|(group, name)| {
                    let is_name = |c: char| c.is_ascii_lowercase() || c == '-';
                    let group = format!("{group}/");
                    !name.is_empty()
                        && name.chars().all(is_name)
                        && all_rules().any(|rule| rule.id.starts_with(&group))
                });
                if is_id {
                    assert!(rule_by_id(word).is_some(), "{}: {word}", symptom.name);
                    named += 1;
                }
            }
        }
        assert!(named > 40, "{named}");
    }
}
