//! What is wrong, or worth a look, about one onboarding as a whole: the rules that a new folder or
//! an added role can break. Each finding names its rule in the catalogue.

use super::folder::FolderPlan;
use crate::check::folder::not_delivered;
use crate::check::{self, ReachQuestion};
use crate::domain::answers::{Answers, Egress, PolicyAnswers};
use crate::domain::cilium_version::CiliumVersion;
use crate::domain::endpoints::Breadth;
use crate::domain::facts::Source;
use crate::domain::finding::{Finding, Level};
use crate::domain::pods::Pods;
use crate::domain::reach::Reachable;
use crate::domain::reserved_role::{Reserved, TAKE_ANOTHER};
use crate::domain::role_arn::RoleArn;
use crate::kustomize::Build;
use crate::manifests::network_policy::{PodSet, Selects};
use crate::manifests::reach::Target;
use crate::manifests::yaml::Node;
use crate::repo::Survey;
use crate::repo::config::Config;
use crate::system::RepoPath;

/// What the checks look at.
pub(super) struct Checked<'a> {
    pub(super) survey: &'a Survey,
    pub(super) config: &'a Config,
    pub(super) answers: &'a Answers,
    pub(super) folder: &'a RepoPath,
    pub(super) plan: &'a FolderPlan,
    /// The build as it will be.
    pub(super) after: &'a Build,
}

impl<'a> Checked<'a> {
    /// What the selected pods reach, on the tree as it will be.
    pub(super) fn reach_question(&self) -> ReachQuestion<'a> {
        const ALL: &Pods = &Pods { service_accounts: Vec::new(), labels: Vec::new() };
        let policy = self.answers.policy.as_ref();
        ReachQuestion {
            survey: self.survey,
            folder: self.folder,
            build: self.after,
            namespace: &self.answers.namespace,
            pods: policy.map_or(ALL, |policy| &policy.pods),
            policy,
            partition: self.answers.roles.first().map(RoleArn::partition),
        }
    }
}

/// All findings beside those of the folder itself.
pub(super) fn findings(checked: &Checked<'_>) -> Vec<Finding> {
    let mut out = Vec::new();
    out.extend(not_delivered(checked.survey, checked.folder));
    for role in &checked.answers.roles {
        account(checked, role, &mut out);
        special_role(role, &mut out);
    }
    cluster(checked, &mut out);
    // One that stays as it is was looked at when it was written.
    let is_written = checked.plan.policy.listed.as_ref().is_some_and(|name| {
        let file = checked.folder.child(name);
        checked.plan.files.iter().any(|change| change.path == file && change.verb.writes())
    });
    if let Some(policy) = checked.answers.policy.as_ref().filter(|_| is_written) {
        policy_rules(checked, policy, &mut out);
        name_taken(checked, &mut out);
    }
    built(checked, &mut out);
    out
}

/// A role of another account than the cluster's.
fn account(checked: &Checked<'_>, role: &RoleArn, out: &mut Vec<Finding>) {
    let facts = &checked.survey.facts;
    let account = role.account();
    let trusted = facts.trusted_accounts.iter().any(|trusted| trusted == account);
    let Some(own) = facts.account.as_ref() else {
        return unknown_account(checked, role, out);
    };
    if own.value == account || trusted {
        return;
    }
    let other = checked.config.accounts().find(|(_, known)| *known == account);
    let cluster = &checked.answers.cluster;
    let finding = match (other, &own.source) {
        (Some((name, _)), Source::Config) => Finding::in_answer(
            "annotation/other-environment",
            Level::Error,
            format!("account {account} is that of {name}, not of {cluster} ({})", own.value),
            format!(
                "take the role of account {}, or list {account} in trusted_accounts",
                own.value
            ),
        ),
        (_, source) => {
            let assumed =
                if *source == Source::Config { "" } else { ", as far as its siblings show" };
            Finding::in_answer(
                "annotation/other-account",
                Level::Warning,
                format!("{role} is of account {account}, {cluster} is {}{assumed}", own.value),
                "both accounts must allow it: the role's trust policy and the node role's permissions",
            )
        }
    };
    out.push(finding);
}

/// Nobody says which account the cluster has, but another cluster has the role's.
fn unknown_account(checked: &Checked<'_>, role: &RoleArn, out: &mut Vec<Finding>) {
    let cluster = checked.answers.cluster.as_str();
    let mut others = checked.config.accounts().filter(|(_, known)| *known == role.account());
    if let Some((name, _)) = others.find(|(name, _)| *name != cluster) {
        out.push(Finding::in_answer(
            "annotation/other-environment",
            Level::Warning,
            format!("account {} is that of {name}; that of {cluster} is not known", role.account()),
            format!("set clusters.{cluster}.account in gangplank.yaml"),
        ));
    }
}

/// Roles that only AWS itself may hand out.
fn special_role(role: &RoleArn, out: &mut Vec<Finding>) {
    if let Some(reserved) = Reserved::of(role) {
        let message = format!("{role} {}", reserved.reason());
        out.push(Finding::in_answer(reserved.rule(), Level::Error, message, TAKE_ANOTHER));
    }
}

fn cluster(checked: &Checked<'_>, out: &mut Vec<Finding>) {
    let facts = &checked.survey.facts;
    out.extend(check::cluster_findings(checked.survey, checked.config));
    if let Some(default) = &facts.default_role {
        let is_default = |role: &RoleArn| role.as_str() == default || role.name() == default;
        if checked.answers.roles.iter().any(is_default) {
            out.push(Finding::in_answer(
                "annotation/default-role",
                Level::Warning,
                format!(
                    "{default} is the cluster's default role: every pod has it, list or no list"
                ),
                "no list restricts a default role",
            ));
        }
    }
}

fn policy_rules(checked: &Checked<'_>, policy: &PolicyAnswers, out: &mut Vec<Finding>) {
    let pods = PodSet { namespace: &checked.answers.namespace, pods: &policy.pods };
    let restricted = checked.survey.egress_restricted(&checked.plan.before, pods) == Selects::All;
    if policy.egress == Egress::AddOnly {
        add_only(policy, out);
    } else if !restricted {
        out.push(Finding::in_answer(
            "policy/first-egress",
            Level::Warning,
            format!(
                "nothing in this repository restricts egress of {} on {} yet: this policy cuts off everything it does not list, their own namespace and every other host included",
                policy.pods.in_words(),
                checked.answers.cluster
            ),
            "--egress add-only cuts nothing off",
        ));
    }
    let asked = checked.reach_question();
    let host = policy.breadth.hosts(false).into_iter().next();
    let host = host.map(|host| host.text().replace('*', "any")).unwrap_or_default();
    if policy.dns.is_empty() && !asked.with_policies(|set, _| set.learns(&host)) {
        out.push(Finding::in_answer(
            "policy/no-dns-rule",
            Level::Warning,
            "without a DNS rule, here or in another policy for these pods, no AWS name ever gets an address",
            "leave --no-dns-rule out",
        ));
    }
    let metadata = || asked.with_policies(|set, _| set.answer(Target::Metadata).verdict);
    if !policy.metadata && metadata() != Reachable::Yes {
        out.push(Finding::in_answer(
            "policy/no-metadata",
            Level::Warning,
            "nothing opens the metadata address for these pods, and without it they get no credentials",
            "leave --no-metadata-rule out",
        ));
    }
    partition(checked, policy, out);
}

fn add_only(policy: &PolicyAnswers, out: &mut Vec<Finding>) {
    let message = match policy.cilium_version {
        Some(version) if version >= CiliumVersion::FIRST_WITH_DEFAULT_DENY_FIELD => return,
        Some(version) => format!("Cilium {version} drops enableDefaultDeny, and the policy would restrict"),
        None => "which Cilium runs there is not known: an older one drops enableDefaultDeny, and the policy restricts".to_owned(),
    };
    out.push(Finding::in_answer(
        "policy/add-only-version",
        Level::Error,
        message,
        "--cilium-version 1.17 if it is, or --egress restrict; better, set clusters.NAME.cilium.version",
    ));
}

fn partition(checked: &Checked<'_>, policy: &PolicyAnswers, out: &mut Vec<Finding>) {
    let Breadth::Regional { regions, .. } = &policy.breadth else {
        return;
    };
    for role in &checked.answers.roles {
        let foreign = regions.iter().find(|region| region.partition() != role.partition());
        if let Some(region) = foreign {
            out.push(Finding::in_answer(
                "policy/wrong-partition",
                Level::Warning,
                format!("{region} is not in the partition of {role} ({})", role.partition().id),
                format!("a region there: {}", role.partition().example_region),
            ));
        }
    }
}

/// Another resource of the build with this kind and name: kustomize refuses both.
fn name_taken(checked: &Checked<'_>, out: &mut Vec<Finding>) {
    let Some(name) = &checked.plan.policy.name else {
        return;
    };
    let same = |object: &&crate::kustomize::Object| {
        object.kind() == "CiliumNetworkPolicy" && object.name() == name.as_str()
    };
    let own = format!("cnp.{name}.yaml");
    let taken = checked.plan.before.objects.iter().filter(same);
    let taken = taken.filter(|object| object.file.path != checked.folder.child(&own));
    if let Some(other) = taken.into_iter().next() {
        out.push(Finding::in_answer(
            "policy/name-taken",
            Level::Error,
            format!("a policy called {name} is in this build already: {}", other.file.path),
            "give it another name with --policy-name",
        ));
    }
}

/// The last gate: what will be built must be what was meant.
fn built(checked: &Checked<'_>, out: &mut Vec<Finding>) {
    let Some(effect) = &checked.plan.effect else {
        return;
    };
    let writes = checked.plan.files.iter().any(|file| file.verb.writes());
    let has_conflict = checked.plan.files.iter().any(|file| file.verb == super::Verb::Conflict);
    if !writes || has_conflict {
        return;
    }
    let wrong = |message: String, help: &str| {
        let path = checked.folder.as_str();
        Finding::on_disk("kustomization/unexpected-build", Level::Error, path, message, help)
    };
    let [namespace] = &checked.after.namespaces[..] else {
        return out.push(wrong(
            "the build would not have exactly one Namespace".to_owned(),
            "look at the folder by hand",
        ));
    };
    if let [before] = &checked.plan.before.namespaces[..] {
        if before.without_annotation(&checked.survey.facts.allowed_roles_key)
            != namespace.without_annotation(&checked.survey.facts.allowed_roles_key)
        {
            let message = "more of the Namespace would change than its list of roles";
            return out.push(wrong(message.to_owned(), "look at the folder by hand"));
        }
    }
    if namespace.name != effect.namespace {
        out.push(other_name(checked, &namespace.name, &effect.namespace));
    }
    policy_namespace(checked, &namespace.name, out);
    let key = &checked.survey.facts.allowed_roles_key;
    let value = namespace.annotations.get(key).map_or("", String::as_str);
    let built = crate::domain::allowed_roles::AllowedRoles::parse(value).unwrap_or_default();
    if built.entries() != effect.after {
        out.push(wrong(
            format!(
                "the annotation would be built as {value:?}, which is not the list that was meant"
            ),
            "another patch wins: look at the folder by hand",
        ));
    }
}

/// The Namespace has another name than its folder: meant, if a `namespace:` says so.
fn other_name(checked: &Checked<'_>, built: &str, folder: &str) -> Finding {
    let is_renamed =
        checked.after.objects.iter().any(|object| object.namespace.as_deref() == Some(built));
    let path = checked.folder.as_str();
    let message = format!("the Namespace is built as `{built}`, in a folder called `{folder}`");
    if is_renamed {
        let help = "the role is granted to the Namespace as it is built";
        Finding::on_disk("kustomization/namespace-mismatch", Level::Warning, path, message, help)
    } else {
        let help = format!("write `namespace: {folder}` in its kustomization");
        Finding::on_disk("kustomization/no-namespace", Level::Error, path, message, help)
    }
}

/// The policy must land in the Namespace that it is for.
fn policy_namespace(checked: &Checked<'_>, namespace: &str, out: &mut Vec<Finding>) {
    let Some(name) = &checked.plan.policy.name else {
        return;
    };
    let path = checked.folder.child(&format!("cnp.{name}.yaml"));
    let built = checked.after.objects.iter().find(|object| object.file.path == path);
    let Some(object) = built.filter(|o| o.namespace.as_deref() != Some(namespace)) else {
        return;
    };
    let lands = object.namespace.as_deref().unwrap_or("no namespace");
    out.push(Finding::on_disk(
        "kustomization/no-namespace",
        Level::Error,
        path.as_str(),
        format!("the policy would be built into {lands}, the Namespace is `{namespace}`"),
        format!("write `namespace: {namespace}` in the folder's kustomization"),
    ));
}

/// What the defaults bring along, in words.
pub(super) fn brought_along(build: &Build, folder: &RepoPath) -> Option<String> {
    let inherited = build.objects.iter().filter(|object| !object.file.path.is_within(folder));
    let mut parts: Vec<String> = Vec::new();
    for object in inherited {
        let words = match object.kind() {
            "Namespace" => continue,
            "ResourceQuota" => quota(object.root()),
            kind => format!("{kind} {}", object.name()),
        };
        if !parts.contains(&words) {
            parts.push(words);
        }
    }
    (!parts.is_empty()).then(|| format!("the defaults bring: {}", parts.join(", ")))
}

fn quota(root: Option<Node<'_>>) -> String {
    let hard = root.and_then(|root| root.at(&["spec", "hard"]));
    let limits = hard.into_iter().flat_map(Node::entries);
    let limits: Vec<String> = limits
        .filter_map(|entry| Some(format!("{} {}", entry.key.text()?, entry.value.text()?)))
        .collect();
    format!("a quota ({})", limits.join(", "))
}
