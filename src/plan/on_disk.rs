//! The answers that a namespace's folder holds already: those that its policy was made from.

use super::own_policy::{OwnPolicy, own_policies};
use crate::domain::answers::Egress;
use crate::domain::endpoints::Breadth;
use crate::domain::name::Namespace;
use crate::kustomize::Build;
use crate::manifests::template::Templates;
use crate::questions::{GivenAnswers, Origin, QuestionId};
use crate::repo::NamespacePlace;

/// Answers with the name of the file that holds them.
#[derive(Debug, Default)]
pub(super) struct OnDisk {
    /// Where they come from, in words.
    words: String,
    answers: Vec<(QuestionId, Vec<String>)>,
}

/// The answers in a folder; none for a new one, or one whose policy says something else.
pub(super) fn answers(
    place: Option<&NamespacePlace>,
    before: Option<&Build>,
    templates: &Templates,
) -> OnDisk {
    let (Some(place), Some(before)) = (place.filter(|place| place.exists), before) else {
        return OnDisk::default();
    };
    // A template that does not work is said where it is needed.
    let own = own_policies(&place.folder, &before.objects, templates).unwrap_or_default();
    let namesake = own.iter().find(|policy| policy.name().as_str() == place.folder.name());
    let only = own.first().filter(|_| own.len() == 1);
    namesake.or(only).map(|policy| OnDisk::of(policy, place.folder.name())).unwrap_or_default()
}

impl OnDisk {
    fn of(policy: &OwnPolicy, namespace: &str) -> Self {
        let said = &policy.answers;
        let one = |text: &str| vec![text.to_owned()];
        let mut answers = vec![
            (QuestionId::Select, said.pods.selections()),
            (
                QuestionId::Egress,
                one(if said.egress == Egress::AddOnly { "add-only" } else { "restrict" }),
            ),
        ];
        match &said.breadth {
            Breadth::Portable(_) => answers.push((QuestionId::Network, one("portable"))),
            Breadth::Regional { regions, services } => {
                answers.push((QuestionId::Network, one("regional")));
                answers
                    .push((QuestionId::Region, regions.iter().map(ToString::to_string).collect()));
                answers.push((
                    QuestionId::Service,
                    services.iter().map(ToString::to_string).collect(),
                ));
            }
        }
        let switches = [
            (QuestionId::NoDnsRule, said.dns.is_empty()),
            (QuestionId::NoMetadataRule, !said.metadata),
            (QuestionId::DualStack, said.dual_stack),
        ];
        answers.push((QuestionId::Dns, said.dns.iter().map(ToString::to_string).collect()));
        answers.extend(
            switches.into_iter().filter(|(_, is_on)| *is_on).map(|(id, _)| (id, one("true"))),
        );
        if policy.name().as_str() != namespace {
            answers.push((QuestionId::PolicyName, one(policy.name().as_str())));
        }
        OnDisk { words: policy.path.name().to_owned(), answers }
    }

    /// The answers of another namespace's policy, without what belongs to its cluster.
    pub(super) fn copied(from: &str, policy: Option<&OwnPolicy>, namespace: &Namespace) -> Self {
        let all = policy.map(|policy| OnDisk::of(policy, namespace.as_str()).answers);
        let belongs = |id: QuestionId| matches!(id, QuestionId::Region | QuestionId::Dns);
        let answers = match all {
            Some(all) => all.into_iter().filter(|(id, _)| !belongs(*id)).collect(),
            None => vec![(QuestionId::Network, vec!["none".to_owned()])],
        };
        OnDisk { words: format!("from {from}"), answers }
    }

    /// One more answer; no values are none.
    pub(super) fn add(&mut self, id: QuestionId, values: Vec<String>) {
        self.answers.push((id, values));
    }

    /// Where the answers come from.
    pub(super) fn origin(&self) -> Origin {
        Origin::Disk(self.words.clone())
    }

    /// The values of an answer.
    pub(super) fn value(&self, id: QuestionId) -> Option<&str> {
        let found = self.answers.iter().find(|(own, values)| *own == id && !values.is_empty());
        found.and_then(|(_, values)| values.first()).map(String::as_str)
    }

    /// Puts the answers behind those that were given; one that contradicts them does not hold.
    pub(super) fn give(&self, settled: &mut GivenAnswers) {
        let given = settled.clone();
        let holds = |id: QuestionId| match id {
            QuestionId::Region | QuestionId::Service => {
                given.value(QuestionId::Network).is_none_or(|network| network == "regional")
            }
            QuestionId::Network => given.get(QuestionId::Region).is_none(),
            QuestionId::Dns => given.value(QuestionId::NoDnsRule) != Some("true"),
            QuestionId::NoDnsRule => given.get(QuestionId::Dns).is_none(),
            _ => true,
        };
        for (id, values) in self.answers.iter().filter(|(id, _)| holds(*id)) {
            settled.give(*id, values.clone(), self.origin());
        }
    }
}
