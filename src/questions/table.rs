//! The questions themselves.

use super::step::Step;
use crate::domain::cilium_version::CiliumVersion;
use crate::domain::conflict::ConflictAnswer;
use crate::domain::dns_peer::DnsPeer;
use crate::domain::external_id::ExternalId;
use crate::domain::invalid::Invalid;
use crate::domain::name::{ClusterName, Namespace, PolicyName};
use crate::domain::pods::Selection;
use crate::domain::region::{Region, Service};
use crate::domain::role_arn::RoleArn;

/// Names a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the table right below says what each one asks")]
pub enum QuestionId {
    Cluster,
    From,
    Namespace,
    Defaults,
    Role,
    Select,
    Network,
    Region,
    Service,
    Egress,
    Dns,
    NoDnsRule,
    NoMetadataRule,
    DualStack,
    CiliumVersion,
    Style,
    PolicyName,
    ExternalId,
    NodeRole,
    RecordFacts,
    OnConflict,
}

/// The questions of `gangplank revoke`.
pub const REVOKE_QUESTIONS: [QuestionId; 4] =
    [QuestionId::Cluster, QuestionId::Namespace, QuestionId::Role, QuestionId::PolicyName];

/// One of a few answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// As flags and files say it.
    pub value: &'static str,
    /// As the screen says it.
    pub label: &'static str,
    /// What it does, a few words.
    pub hint: &'static str,
}

/// How a question is answered.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// With a text, which this function checks.
    Text(fn(&str) -> Result<(), Invalid>),
    /// With one of these.
    Choice(&'static [Choice]),
    /// With yes or no; no unless answered.
    Switch,
}

/// A question.
#[derive(Debug, Clone, Copy)]
pub struct Question {
    /// Which one.
    pub id: QuestionId,
    /// Its key in files; the flag is the same with `-`.
    pub key: &'static str,
    /// The step in which the wizard asks it.
    pub step: Step,
    /// How it is answered.
    pub kind: Kind,
    /// Whether there can be several answers.
    pub repeatable: bool,
    /// What stands for the value in `--help`; empty for a switch.
    pub value_name: &'static str,
    /// The question, as the screen asks it.
    pub title: &'static str,
    /// One line for `--help` and below the field.
    pub help: &'static str,
    /// An answer that would do.
    pub example: &'static str,
}

const STYLES: &[Choice] = &[
    Choice { value: "json-patch", label: "JSON patch", hint: "short; builds faster" },
    Choice {
        value: "strategic-merge",
        label: "strategic merge",
        hint: "looks like the Namespace itself",
    },
];

const NETWORKS: &[Choice] = &[
    Choice {
        value: "regional",
        label: "the endpoints of certain regions",
        hint: "as narrow as the names allow",
    },
    Choice {
        value: "portable",
        label: "every AWS endpoint",
        hint: "the same file works in every region",
    },
    Choice { value: "none", label: "no policy", hint: "another policy opens the way already" },
];

const EGRESS: &[Choice] = &[
    Choice {
        value: "restrict",
        label: "restrict",
        hint: "the pods reach only what some policy lists",
    },
    Choice { value: "add-only", label: "only add", hint: "nothing that works today is cut off" },
];

fn text<T>(parse: Result<T, Invalid>) -> Result<(), Invalid> {
    parse.map(drop)
}

/// A role may hold placeholders, which are filled in per cluster; what stands for them here has
/// their length, so that columns stay right.
fn check_role(value: &str) -> Result<(), Invalid> {
    let account = value.find("{account}").map(|at| at + "{account}".len());
    let plain = value
        .replace("{account}", "123456789098")
        .replace("{cluster}", "cluster01")
        .replace("{namespace}", "namespace-x");
    text(RoleArn::parse(&plain)).map_err(|invalid| match (invalid.column, account) {
        // Twelve digits stand for nine characters.
        (Some(column), Some(end)) if column > end => {
            Invalid { column: Some(column.saturating_sub(3)), ..invalid }
        }
        _ => invalid,
    })
}

/// Checks the form of `--from`.
///
/// # Errors
/// Anything but a cluster and a namespace with a slash between.
pub fn check_from(value: &str) -> Result<(), Invalid> {
    let Some((cluster, namespace)) = value.split_once('/') else {
        return Err(Invalid::whole("a cluster and a namespace", "dev-eu1/report-portal"));
    };
    text(ClusterName::parse(cluster))?;
    text(Namespace::parse(namespace))
        .map_err(|invalid| invalid.shifted(cluster.chars().count() + 1))
}

fn check_defaults(value: &str) -> Result<(), Invalid> {
    match crate::system::RepoPath::parse(value) {
        Some(path) if !path.as_str().is_empty() => Ok(()),
        _ => Err(Invalid::whole(
            "a folder inside the repository, from its root",
            "clusters/dev/defaults",
        )),
    }
}

/// All questions, in the order in which they are asked.
pub const TABLE: [Question; 21] = [
    Question {
        id: QuestionId::Cluster,
        key: "cluster",
        step: Step::Cluster,
        kind: Kind::Text(|value| text(ClusterName::parse(value))),
        repeatable: true,
        value_name: "CLUSTER",
        title: "On which cluster?",
        help: "The cluster: a folder under clusters/",
        example: "prod-us1",
    },
    Question {
        id: QuestionId::From,
        key: "from",
        step: Step::Cluster,
        kind: Kind::Text(check_from),
        repeatable: false,
        value_name: "CLUSTER/NAMESPACE",
        title: "Which namespace's answers are copied?",
        help: "Copy the answers of another namespace, with this cluster's account",
        example: "dev-eu1/report-portal",
    },
    Question {
        id: QuestionId::Namespace,
        key: "namespace",
        step: Step::Namespace,
        kind: Kind::Text(|value| text(Namespace::parse(value))),
        repeatable: false,
        value_name: "NAMESPACE",
        title: "Which namespace?",
        help: "The namespace: an existing one, or a new name",
        example: "report-portal",
    },
    Question {
        id: QuestionId::Defaults,
        key: "defaults_folder",
        step: Step::Namespace,
        kind: Kind::Text(check_defaults),
        repeatable: false,
        value_name: "DIR",
        title: "Which folder brings the Namespace object?",
        help: "The defaults folder, where the repository leaves a choice",
        example: "clusters/prod-us1/defaults",
    },
    Question {
        id: QuestionId::Role,
        key: "role",
        step: Step::Role,
        kind: Kind::Text(check_role),
        repeatable: true,
        value_name: "ARN",
        title: "Which IAM role may it assume?",
        help: "The role's ARN; may hold {account}, {cluster} and {namespace}",
        example: "arn:aws:iam::123456789098:role/report-portal",
    },
    Question {
        id: QuestionId::Select,
        key: "select",
        step: Step::Pods,
        kind: Kind::Text(|value| text(Selection::parse(value))),
        repeatable: true,
        value_name: "PODS",
        title: "For which pods is the policy?",
        help: "sa=NAME, label=KEY=VALUE or all; any of several accounts, all of several labels",
        example: "sa=report-portal",
    },
    Question {
        id: QuestionId::Network,
        key: "network",
        step: Step::Network,
        kind: Kind::Choice(NETWORKS),
        repeatable: false,
        value_name: "BREADTH",
        title: "What should they reach in AWS?",
        help: "What the policy opens: regional, portable or none",
        example: "regional",
    },
    Question {
        id: QuestionId::Region,
        key: "region",
        step: Step::Network,
        kind: Kind::Text(|value| text(Region::parse(value))),
        repeatable: true,
        value_name: "REGION",
        title: "In which region?",
        help: "A region, for --network regional",
        example: "us-east-1",
    },
    Question {
        id: QuestionId::Service,
        key: "service",
        step: Step::Network,
        kind: Kind::Text(|value| text(Service::parse(value))),
        repeatable: true,
        value_name: "SERVICE",
        title: "Only certain services? (none: all)",
        help: "Only this service in the regions; without it all",
        example: "sqs",
    },
    Question {
        id: QuestionId::Egress,
        key: "egress",
        step: Step::Network,
        kind: Kind::Choice(EGRESS),
        repeatable: false,
        value_name: "EFFECT",
        title: "Nothing here restricts these pods' egress yet. May the policy?",
        help: "Whether a first egress policy may restrict: restrict or add-only",
        example: "restrict",
    },
    Question {
        id: QuestionId::Dns,
        key: "dns",
        step: Step::Network,
        kind: Kind::Text(|value| text(DnsPeer::parse(value))),
        repeatable: true,
        value_name: "PEER",
        title: "Where do its pods ask for names?",
        help: "NAMESPACE/KEY=VALUE[,KEY=VALUE…][:PORT] or CIDR[@PORT]",
        example: "kube-system/k8s-app=kube-dns",
    },
    Question {
        id: QuestionId::NoDnsRule,
        key: "no_dns_rule",
        step: Step::Network,
        kind: Kind::Switch,
        repeatable: false,
        value_name: "",
        title: "leave the DNS rule out",
        help: "Leave the DNS rule out, because another policy has it",
        example: "true",
    },
    Question {
        id: QuestionId::NoMetadataRule,
        key: "no_metadata_rule",
        step: Step::Network,
        kind: Kind::Switch,
        repeatable: false,
        value_name: "",
        title: "leave the metadata rule out",
        help: "Leave the rule for 169.254.169.254 out, because another policy has it",
        example: "true",
    },
    Question {
        id: QuestionId::DualStack,
        key: "dual_stack",
        step: Step::Network,
        kind: Kind::Switch,
        repeatable: false,
        value_name: "",
        title: "dual-stack endpoints too",
        help: "Open the dual-stack endpoints (api.aws) too",
        example: "true",
    },
    Question {
        id: QuestionId::CiliumVersion,
        key: "cilium_version",
        step: Step::Network,
        kind: Kind::Text(|value| text(CiliumVersion::parse(value))),
        repeatable: false,
        value_name: "VERSION",
        title: "Which Cilium runs on the cluster?",
        help: "The cluster's Cilium; add-only needs 1.16 or newer",
        example: "1.17",
    },
    Question {
        id: QuestionId::Style,
        key: "style",
        step: Step::Style,
        kind: Kind::Choice(STYLES),
        repeatable: false,
        value_name: "STYLE",
        title: "How should the patch be written?",
        help: "The patch: json-patch or strategic-merge",
        example: "json-patch",
    },
    Question {
        id: QuestionId::PolicyName,
        key: "policy_name",
        step: Step::Style,
        kind: Kind::Text(|value| {
            text(PolicyName::parse(&value.replace("{namespace}", "n").replace("{cluster}", "c")))
        }),
        repeatable: false,
        value_name: "NAME",
        title: "What is the policy called?",
        help: "The policy's name, and that of its file cnp.NAME.yaml",
        example: "report-portal",
    },
    Question {
        id: QuestionId::ExternalId,
        key: "external_id",
        step: Step::Style,
        kind: Kind::Text(|value| text(ExternalId::parse(value))),
        repeatable: false,
        value_name: "ID",
        title: "External id, if the role asks for one",
        help: "The external id that the team's pods send",
        example: "report-portal-prod",
    },
    Question {
        id: QuestionId::NodeRole,
        key: "node_role",
        step: Step::Style,
        kind: Kind::Text(|value| text(RoleArn::parse(value))),
        repeatable: false,
        value_name: "ARN",
        title: "Which role does kube2iam run under there, if you know?",
        help: "The cluster's node role, which assumes all others: with it IAM tells whether they trust it",
        example: "arn:aws:iam::123456789098:role/k8s-node",
    },
    Question {
        id: QuestionId::RecordFacts,
        key: "record_facts",
        step: Step::Style,
        kind: Kind::Switch,
        repeatable: false,
        value_name: "",
        title: "write what was found out into gangplank.yaml too",
        help: "Write the cluster's facts that were typed or found into gangplank.yaml, for the next time",
        example: "true",
    },
    Question {
        id: QuestionId::OnConflict,
        key: "on_conflict",
        step: Step::Style,
        kind: Kind::Text(|value| text(ConflictAnswer::parse(value))),
        repeatable: true,
        value_name: "WHAT",
        title: "If a policy of this name is there with other content?",
        help: "A policy file with other content: fail, skip, beside or apply; FILE=WHAT for one file",
        example: "fail",
    },
];

/// The question with this id.
pub fn question(id: QuestionId) -> &'static Question {
    // Every id has its row; a test holds the table against the ids.
    TABLE.iter().find(|question| question.id == id).unwrap_or(&TABLE[0])
}

/// The question with this key.
pub fn question_by_key(key: &str) -> Option<&'static Question> {
    TABLE.iter().find(|question| question.key == key)
}

impl Question {
    /// Its flag, with the dashes.
    pub fn flag(&self) -> String {
        format!("--{}", self.flag_name())
    }

    /// Its flag without the dashes.
    pub fn flag_name(&self) -> String {
        match self.id {
            QuestionId::Defaults => "defaults".to_owned(),
            _ => self.key.replace('_', "-"),
        }
    }

    /// Its name for people, for a line of its own.
    pub fn label(&self) -> String {
        let name = self.key.replace('_', " ");
        let mut chars = name.chars();
        let first = chars.next().map(|c| c.to_ascii_uppercase());
        first.into_iter().chain(chars).collect()
    }

    /// Its environment variable.
    pub fn variable(&self) -> String {
        format!("GANGPLANK_{}", self.flag_name().replace('-', "_").to_ascii_uppercase())
    }

    /// Checks one value.
    ///
    /// # Errors
    /// Why it will not do.
    pub fn check(&self, value: &str) -> Result<(), Invalid> {
        match self.kind {
            Kind::Text(check) => check(value),
            Kind::Choice(choices) => {
                let known = choices.iter().any(|choice| choice.value == value);
                let words: Vec<&str> = choices.iter().map(|choice| choice.value).collect();
                let message = || format!("this is one of {}", words.join(", "));
                if known { Ok(()) } else { Err(Invalid::whole(message(), self.example)) }
            }
            Kind::Switch if matches!(value, "true" | "false") => Ok(()),
            Kind::Switch => Err(Invalid::whole("this is true or false", "true")),
        }
    }

    /// Whether the wizard asks it in a line of its own even if it has a default.
    pub fn is_text(&self) -> bool {
        matches!(self.kind, Kind::Text(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_found_by_its_id_and_its_example_will_do() {
        for row in &TABLE {
            assert_eq!(question(row.id).key, row.key);
            assert!(row.check(row.example).is_ok(), "{}", row.key);
        }
        assert!(TABLE.is_sorted_by_key(|row| row.step), "asked in the order of the steps");
    }

    #[test]
    fn a_role_with_placeholders_is_checked_like_any_other() {
        let check = |value| question(QuestionId::Role).check(value);
        assert!(check("arn:aws:iam::{account}:role/{cluster}/{namespace}").is_ok());
        assert_eq!(check("arn:aws:iam::{account}:user/x").unwrap_err().column, Some(24));
    }
}
