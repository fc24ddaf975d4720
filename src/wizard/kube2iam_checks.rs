//! Whether kube2iam would allow a role: its own decision on the list as it will be built, and what
//! that list allows beyond what is meant.

use super::panel::{CheckLine, Sign, line};
use super::state::Wizard;
use crate::domain::allowed_roles::{AllowedRoles, RestrictionFormat};
use crate::domain::kube2iam::{Answer, Decision, Question, Reason, decide};
use crate::domain::role_arn::RoleArn;
use crate::plan::Effective;
use crate::questions::QuestionId;
use crate::repo::Survey;

impl Wizard {
    /// What kube2iam on the first cluster does with a role, or with all that are granted.
    pub(super) fn kube2iam_checks(&self, typed: Option<&RoleArn>) -> Vec<CheckLine> {
        let waiting = || vec![line(Sign::NotYet, "kube2iam would allow it")];
        let Some(survey) = self.survey().filter(|_| self.is_up_to_date()) else {
            return waiting();
        };
        let cluster = self.value(QuestionId::Cluster).unwrap_or_default();
        let effects = self.shown_plan().into_iter().flat_map(|plan| &plan.effects);
        let Some(effect) = effects.into_iter().find(|effect| effect.cluster == cluster) else {
            return waiting();
        };
        let mut lines: Vec<CheckLine> = Vec::new();
        for role in effect.roles.iter().filter(|role| typed.is_none_or(|typed| typed == *role)) {
            for line in checks(survey, effect, role) {
                if !lines.contains(&line) {
                    lines.push(line);
                }
            }
        }
        if lines.is_empty() { waiting() } else { lines }
    }
}

fn checks(survey: &Survey, effect: &Effective, role: &RoleArn) -> Vec<CheckLine> {
    let question = Question {
        allowed_roles: Some(AllowedRoles::to_json_of(&effect.after)),
        role: Some(role.to_string()),
        namespace_missing: false,
    };
    let answer = decide(&survey.facts.kube2iam(), &question);
    let mut lines = vec![decision(survey, &answer)];
    // The list restricts nothing then, which is a finding of its own.
    if survey.facts.namespace_restrictions != Some(false) {
        lines.extend(answer.reasons.iter().filter_map(remark));
    }
    lines
}

fn decision(survey: &Survey, answer: &Answer) -> CheckLine {
    let format = &survey.facts.format;
    match answer.decision {
        Decision::Allow => {
            let how = match (&answer.matched, format.value) {
                (None, _) => "whatever the list says",
                (Some(_), RestrictionFormat::Glob) => "exact match",
                (Some(_), RestrictionFormat::Regexp) => "escaped, closed with $",
            };
            let text = format!("kube2iam would allow it: {how}");
            if !format.is_assumed() {
                return line(Sign::Ok, text);
            }
            let help = "restriction_format in gangplank.yaml would settle it".to_owned();
            let text = format!("{text} (format: {})", format.origin());
            CheckLine { help: Some(help), ..line(Sign::Unknown, text) }
        }
        Decision::Deny => {
            let why = answer.reasons.first().map(ToString::to_string).unwrap_or_default();
            line(Sign::No, format!("kube2iam would deny it: {why}"))
        }
        Decision::CannotTell => {
            let why = answer.reasons.first().map(ToString::to_string).unwrap_or_default();
            line(Sign::Unknown, format!("whether kube2iam would allow it can't be told: {why}"))
        }
    }
}

/// What the list allows beyond what is meant.
fn remark(reason: &Reason) -> Option<CheckLine> {
    let help = match reason {
        Reason::Entry { .. } => "an entry that was there before; it stays as it is",
        Reason::DefaultForAll(_) => "no list restricts a default role",
        Reason::Decoding(_) => "kube2iam logs an error for the whole list",
        _ => return None,
    };
    Some(CheckLine { help: Some(help.to_owned()), ..line(Sign::Look, reason.to_string()) })
}
