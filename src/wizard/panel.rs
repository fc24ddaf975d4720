//! The checks beside a question: each with a sign and words, filled in while one types.

use super::listed_roles::Progress;
use super::state::{RoleState, Wizard};
use crate::aws::{Outcome, RoleCheck, Statement, statements};
use crate::domain::finding::{Finding, Level};
use crate::domain::role_arn::RoleArn;
use crate::questions::{QuestionId, Step};

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// Yes.
    Ok,
    /// No.
    No,
    /// Look here.
    Look,
    /// It can't be told.
    Unknown,
    /// Under way.
    Asking,
    /// Not yet.
    NotYet,
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckLine {
    /// How it came out.
    pub sign: Sign,
    /// In words.
    pub text: String,
    /// What to do about it, with the place; only where something is wrong.
    pub help: Option<String>,
}

pub(super) fn line(sign: Sign, text: impl Into<String>) -> CheckLine {
    CheckLine { sign, text: text.into(), help: None }
}

impl Wizard {
    /// The checks for the step that is shown.
    pub fn checks(&self) -> Vec<CheckLine> {
        match self.step() {
            Step::Namespace => self.namespace_checks(),
            Step::Role => self.role_checks(),
            Step::Network | Step::Pods => self.finding_checks(&["policy/"]),
            Step::Review => self.review_checks(),
            _ => Vec::new(),
        }
    }

    fn namespace_checks(&self) -> Vec<CheckLine> {
        let Some(name) = self.value(QuestionId::Namespace).filter(|_| self.survey().is_some())
        else {
            return Vec::new();
        };
        if self.local_error(QuestionId::Namespace).is_some() {
            return Vec::new();
        }
        let mut lines = Vec::new();
        if self.namespaces().contains(&name) {
            lines.push(line(Sign::Ok, "an existing namespace: what stands there stays"));
        } else {
            lines.push(line(Sign::Ok, "a new namespace"));
        }
        lines.extend(self.finding_checks(&["layout/", "kustomization/"]));
        lines
    }

    fn role_checks(&self) -> Vec<CheckLine> {
        let typed = self.value(QuestionId::Role).unwrap_or_default();
        let role = RoleArn::parse(&typed).ok();
        let Some(role) = role else {
            let waiting =
                ["a role ARN", "the cluster's account", "exists in IAM", "kube2iam would allow it"];
            let waiting = waiting.map(|text| line(Sign::NotYet, text));
            return self.list_check().into_iter().chain(waiting).collect();
        };
        let mut lines = vec![line(Sign::Ok, format!("a role ARN of account {}", role.account()))];
        lines.push(self.account_check(&role));
        lines.extend(self.iam_checks());
        lines.extend(self.kube2iam_checks(Some(&role)));
        lines.extend(self.finding_checks(&["role/", "annotation/", "cluster/", "kustomization/"]));
        lines
    }

    /// How far the list of IAM's roles is: a help, and never more than one quiet line.
    fn list_check(&self) -> Option<CheckLine> {
        match self.listed.progress() {
            Progress::NotAsked => None,
            Progress::Reading(0) => Some(line(Sign::Asking, "reading the roles of IAM …")),
            Progress::Reading(count) => {
                Some(line(Sign::Asking, format!("reading the roles of IAM: {count} so far")))
            }
            Progress::Complete(count) => {
                Some(line(Sign::Ok, format!("{count} roles in IAM to choose from")))
            }
            Progress::Broken(why) => {
                Some(line(Sign::Unknown, format!("IAM's roles are not listed: {why}")))
            }
        }
    }

    fn account_check(&self, role: &RoleArn) -> CheckLine {
        let cluster = self.value(QuestionId::Cluster).unwrap_or_default();
        let Some(survey) = self.survey() else {
            return line(Sign::NotYet, "the cluster's account");
        };
        let facts = &survey.facts;
        match &facts.account {
            None => CheckLine {
                help: Some("account in gangplank.yaml would tell a foreign role".to_owned()),
                ..line(Sign::Unknown, format!("the account of {cluster} is not known"))
            },
            Some(own) if own.value == role.account() && own.is_assumed() => {
                line(Sign::Unknown, format!("the account of {cluster}, as its siblings show"))
            }
            Some(own) if own.value == role.account() => {
                line(Sign::Ok, format!("the account of {cluster}"))
            }
            Some(_) if facts.trusted_accounts.iter().any(|a| a == role.account()) => {
                line(Sign::Ok, "a trusted account")
            }
            Some(own) => line(Sign::Look, format!("{cluster} is account {}", own.value)),
        }
    }

    pub(super) fn iam_checks(&self) -> Vec<CheckLine> {
        let check = match self.role_state() {
            RoleState::Idle | RoleState::Known(RoleCheck::NotAsked) => {
                return vec![line(Sign::NotYet, "IAM was not asked whether it exists")];
            }
            RoleState::Asking => return vec![line(Sign::Asking, "asking IAM …")],
            RoleState::Known(check) => check,
        };
        let said = self.role_asked.iter().flat_map(|question| statements(question, check));
        said.map(statement_line).collect()
    }

    /// The findings of the plan whose rules begin like this.
    fn finding_checks(&self, rules: &[&str]) -> Vec<CheckLine> {
        let Some(plan) = self.shown_plan() else {
            return Vec::new();
        };
        let findings =
            plan.findings.iter().filter(|f| rules.iter().any(|rule| f.rule.starts_with(rule)));
        findings.map(finding_line).collect()
    }

    fn review_checks(&self) -> Vec<CheckLine> {
        let Some(plan) = self.plan() else {
            return Vec::new();
        };
        let mut lines: Vec<CheckLine> = plan.findings.iter().map(finding_line).collect();
        if plan.obstacle().is_none() {
            lines.push(line(Sign::Ok, "kustomize builds it, with the roles that were meant"));
            lines.extend(self.value(QuestionId::Role).iter().filter_map(|typed| {
                RoleArn::parse(typed).ok().map(|role| self.account_check(&role))
            }));
            lines.extend(self.iam_checks());
            lines.extend(self.kube2iam_checks(None));
        }
        lines
    }
}

fn statement_line(statement: Statement) -> CheckLine {
    let sign = match statement.outcome {
        Outcome::Yes => Sign::Ok,
        Outcome::No => Sign::No,
        Outcome::NotAsked | Outcome::Open => Sign::Unknown,
    };
    let help = Some(statement.help).filter(|help| !help.is_empty());
    CheckLine { sign, text: statement.text, help }
}

fn finding_line(finding: &Finding) -> CheckLine {
    let place = finding.location();
    let place = if place.is_empty() { place } else { format!("{place}\n") };
    let help = match finding.level {
        Level::Error => Some(format!("{place}{}", finding.help)),
        Level::Warning => Some(finding.help.clone()).filter(|help| !help.is_empty()),
        Level::Note => None,
    };
    CheckLine { help, ..line(sign_of(finding.level), finding.message.clone()) }
}

fn sign_of(level: Level) -> Sign {
    match level {
        Level::Error => Sign::No,
        Level::Warning => Sign::Look,
        Level::Note => Sign::Unknown,
    }
}
