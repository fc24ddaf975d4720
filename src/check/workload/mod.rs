//! The rules on workloads that ask for a role: what their pod template says, and whether their
//! namespace lets them.

mod namespace;
mod template;

use self::namespace::Home;
use self::template::{Keys, Workload};
use super::problems::placed;
use super::single::Single;
use crate::domain::facts::ClusterFacts;
use crate::domain::finding::{Finding, Level};
use crate::domain::kube2iam::{Decision, Question, Settings, decide};
use crate::domain::role_arn::RoleArn;
use crate::domain::shell::CommandLine;
use crate::manifests::yaml::Node;
use crate::tree::YamlFile;

/// What is wrong with the workloads in a file.
pub(super) fn findings(single: &Single<'_>, file: &YamlFile) -> Vec<Finding> {
    let workloads: Vec<Workload<'_>> = file.yaml.documents().filter_map(Workload::of).collect();
    let mut out = Vec::new();
    for workload in &workloads {
        let home = Home::find(single, workload);
        let assumed = ClusterFacts::assumed();
        let facts = home.as_ref().map_or(&assumed, |home| &home.survey.facts);
        let keys = Keys { role: &facts.role_key, external_id: &facts.external_id_key };
        let path = file.path.as_str();
        let rules = Rules { workload, keys, path, facts, home: home.as_ref() };
        out.extend(rules.findings());
        out.extend(rules.external_id_missing(&workloads));
    }
    out
}

struct Rules<'a> {
    workload: &'a Workload<'a>,
    keys: Keys<'a>,
    path: &'a str,
    facts: &'a ClusterFacts,
    home: Option<&'a Home<'a>>,
}

impl Rules<'_> {
    fn findings(&self) -> Vec<Finding> {
        let mut out = Vec::new();
        let role = self.workload.annotation(self.keys.role);
        if role.is_none() {
            out.extend(self.annotation_level());
        }
        out.extend(self.role_label());
        if let Some(role) = role {
            match self.bad_role(role) {
                Some(bad) => out.push(bad),
                None => out.extend(self.role_not_allowed(role)),
            }
            out.extend(self.host_network());
            out.extend(self.account_not_selected(role));
        }
        out
    }

    fn finding(
        &self,
        rule: &'static str,
        level: Level,
        node: Node<'_>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Finding {
        placed(Finding::on_disk(rule, level, self.path, message, help), Some(node.place()))
    }

    /// kube2iam looks at pods, and a workload's own annotations never get there.
    fn annotation_level(&self) -> Option<Finding> {
        let key = self.workload.misplaced(self.keys.role)?;
        let kind = self.workload.kind;
        let message = format!(
            "{} is on the {kind}, not on its pod template: no pod gets the role",
            self.keys.role
        );
        let help = format!("move it to {}.metadata.annotations", self.workload.template_path());
        Some(self.finding("pod/annotation-level", Level::Error, key, message, help))
    }

    fn role_label(&self) -> Option<Finding> {
        let key = self.workload.label(self.keys.role)?;
        let message = format!("{} is a label here: kube2iam reads annotations", self.keys.role);
        let help = format!("move it to {}metadata.annotations", self.workload.template_prefix());
        Some(self.finding("pod/role-label", Level::Error, key, message, help))
    }

    /// A short name may be right: what it means depends on the base ARN.
    fn bad_role(&self, role: Node<'_>) -> Option<Finding> {
        let Some(text) = role.string() else {
            let help = "write the role's ARN as a text";
            let message = format!("{} is no text", self.keys.role);
            return Some(self.finding("pod/bad-role", Level::Error, role, message, help));
        };
        let message = if text.trim().is_empty() {
            "the role's name is empty".to_owned()
        } else if text.trim() != text {
            format!("blanks round the role's name {text:?} are taken for a part of it")
        } else if text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("arn:")) {
            let invalid = RoleArn::parse(text).err()?;
            format!("{text} is no role: {}", invalid.line())
        } else if text.contains(char::is_whitespace) {
            format!("{text:?} is no role's name: it has a blank in it")
        } else {
            return None;
        };
        let help = "a role such as arn:aws:iam::123456789098:role/report-portal";
        Some(self.finding("pod/bad-role", Level::Error, role, message, help))
    }

    fn role_not_allowed(&self, role: Node<'_>) -> Option<Finding> {
        let home = self.home?;
        let built = home.built()?;
        let allowed_roles = built.annotations.get(&self.facts.allowed_roles_key).cloned();
        let text = role.text()?;
        let question =
            Question { allowed_roles, role: Some(text.to_owned()), namespace_missing: false };
        let answer = decide(&Settings::of(self.facts), &question);
        if answer.decision != Decision::Deny {
            return None;
        }
        let why = answer.reasons.first().map(|reason| format!(": {reason}")).unwrap_or_default();
        let (cluster, namespace) = (&home.survey.cluster, &built.name);
        let message = format!("{namespace} on {cluster} does not allow this role{why}");
        let command = CommandLine::of("gangplank onboard").flag("--cluster", cluster.as_str());
        let command = command.flag("--namespace", namespace).flag("--role", text);
        let help = command.to_string();
        Some(self.finding("pod/role-not-allowed", Level::Error, role, message, help))
    }

    /// Without the cluster's network nothing sends the pod's questions to kube2iam.
    fn host_network(&self) -> Option<Finding> {
        let node = self.workload.spec("hostNetwork").filter(|node| node.text() == Some("true"))?;
        let message = "a pod on the host's network gets the node's role, not its own";
        let help = "take hostNetwork away, or the role";
        Some(self.finding("pod/host-network", Level::Warning, node, message, help))
    }

    /// Only where the namespace's policies choose pods by their service account.
    fn account_not_selected(&self, role: Node<'_>) -> Option<Finding> {
        let home = self.home?;
        let (account, place) = self.workload.service_account();
        let chosen = home.policy_without(account, &self.workload.labels())?;
        let message = format!(
            "the policy {chosen} selects other service accounts than `{account}`: this pod has not what it opens"
        );
        let help =
            format!("select {account} in the policy too, or run the pod as one of its accounts");
        let node = place.unwrap_or(role);
        Some(self.finding("pod/account-not-selected", Level::Warning, node, message, help))
    }

    /// Which roles ask for an external id only IAM knows; but one that another workload of the file
    /// sends for the same role, or that stands at the wrong place, is missing here.
    fn external_id_missing(&self, all: &[Workload<'_>]) -> Option<Finding> {
        let role = self.workload.annotation(self.keys.role)?;
        if self.workload.annotation(self.keys.external_id).is_some() {
            return None;
        }
        let sends = |other: &&Workload<'_>| {
            let its = other.annotation(self.keys.role).and_then(Node::text);
            its == role.text() && other.annotation(self.keys.external_id).is_some()
        };
        let (node, message) = match self.workload.misplaced(self.keys.external_id) {
            Some(key) => {
                let key_text = self.keys.external_id;
                (key, format!("{key_text} is not on the pod template: it is not sent"))
            }
            None => {
                let other = all.iter().find(sends)?;
                let (kind, name) = (other.kind, other.name());
                (
                    role,
                    format!("{kind} {name} sends an external id for this role, this pod does not"),
                )
            }
        };
        let path = self.workload.template_prefix();
        let help = format!("write {} in {path}metadata.annotations", self.keys.external_id);
        Some(self.finding("pod/external-id-missing", Level::Error, node, message, help))
    }
}
