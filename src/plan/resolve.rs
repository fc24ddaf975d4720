//! The one resolver: given answers, what the repository says, and defaults become typed answers.
//!
//! Precedence: what was given (typed, flag, environment, answers file), what is on disk,
//! repository config, user config, default. It also decides which questions apply at all and which
//! of them are still open.

use std::collections::BTreeMap;

use super::config_facts;
use super::on_disk::OnDisk;
use crate::domain::answers::{Answers, Egress, PatchStyle, PolicyAnswers};
use crate::domain::cilium_version::CiliumVersion;
use crate::domain::conflict::ConflictAnswer;
use crate::domain::dns_peer::DnsPeer;
use crate::domain::endpoints::Breadth;
use crate::domain::external_id::ExternalId;
use crate::domain::facts::{Fact, Source};
use crate::domain::invalid::Invalid;
use crate::domain::name::{ClusterName, Namespace, PolicyName};
use crate::domain::partition::Partition;
use crate::domain::pods::{Pods, Selection};
use crate::domain::region::{Region, Service};
use crate::domain::role_arn::RoleArn;
use crate::questions::{Given, GivenAnswers, Origin, QuestionId, question};
use crate::repo::{DefaultsChoice, Survey};

/// What is settled for one cluster, and what is open.
#[derive(Debug, Clone, Default)]
pub struct Resolved {
    /// Every answer that holds, defaults included, with its origin.
    pub settled: GivenAnswers,
    /// The questions that apply.
    pub asked: Vec<QuestionId>,
    /// Those of them that need an answer and have none.
    pub missing: Vec<QuestionId>,
    /// Answers that will not do: the question, the value, and why.
    pub invalid: Vec<(QuestionId, String, Invalid)>,
    /// The typed answers, if nothing is missing or invalid.
    pub answers: Option<Answers>,
}

/// What the resolver asks the repository.
pub(super) struct Surroundings<'a> {
    /// The cluster's survey.
    pub(super) survey: &'a Survey,
    /// What the namespace's folder holds already.
    pub(super) on_disk: &'a OnDisk,
    /// What is copied from another namespace.
    pub(super) copied: &'a OnDisk,
    /// Whether the namespace's folder would be new.
    pub(super) is_new: bool,
    /// Whether policies of the repository restrict all of these pods' egress already.
    pub(super) restricts_egress: &'a dyn Fn(&Pods) -> bool,
    /// `defaults:` of the repository's config.
    pub(super) repository_defaults: &'a BTreeMap<String, Vec<String>>,
    /// `defaults:` of the user's config.
    pub(super) user_defaults: &'a BTreeMap<String, Vec<String>>,
}

/// Settles the answers for one cluster.
pub(super) fn resolve(
    given: &GivenAnswers,
    cluster: &ClusterName,
    around: &Surroundings<'_>,
) -> Resolved {
    let is_alone = given.values(QuestionId::Cluster).len() < 2;
    let mut resolver = Resolver { around, cluster, is_alone, out: Resolved::default() };
    resolver.out.settled = given.clone();
    let one = Given {
        values: vec![cluster.to_string()],
        origin: given.get(QuestionId::Cluster).map_or(Origin::Default, |g| g.origin.clone()),
    };
    resolver.out.settled.replace(QuestionId::Cluster, one.values, one.origin);
    around.on_disk.give(&mut resolver.out.settled);
    around.copied.give(&mut resolver.out.settled);
    resolver.run();
    resolver.out
}

struct Resolver<'a> {
    around: &'a Surroundings<'a>,
    cluster: &'a ClusterName,
    /// Whether no other cluster is answered for.
    is_alone: bool,
    out: Resolved,
}

impl Resolver<'_> {
    fn run(&mut self) {
        self.out.asked.push(QuestionId::Cluster);
        if self.out.settled.get(QuestionId::From).is_some() {
            self.out.asked.push(QuestionId::From);
        }
        self.out.asked.push(QuestionId::Namespace);
        let namespace = self.required(QuestionId::Namespace, Namespace::parse);
        let defaults = self.defaults_folder();
        self.out.asked.push(QuestionId::Role);
        let roles = namespace.as_ref().map(|namespace| self.roles(namespace));
        if namespace.is_none() {
            self.needs(QuestionId::Role);
        }
        let policy = self.policy(namespace.as_ref(), roles.as_deref().unwrap_or_default());
        self.out.asked.push(QuestionId::Style);
        let style = self.style();
        self.out.asked.push(QuestionId::ExternalId);
        let external_id = self.optional(QuestionId::ExternalId, ExternalId::parse);
        let node_role = self.node_role();
        let record_facts = self.record_facts(node_role.is_some());
        self.out.asked.push(QuestionId::OnConflict);
        let on_conflict = self.on_conflict();
        let complete = self.out.missing.is_empty() && self.out.invalid.is_empty();
        if let (Some(namespace), Some(roles), true) = (namespace, roles, complete) {
            self.out.answers = Some(Answers {
                cluster: self.cluster.clone(),
                namespace,
                roles,
                style,
                policy,
                external_id,
                node_role,
                record_facts,
                on_conflict,
                defaults,
            });
        }
    }

    // --- one answer at a time ---

    /// The values that hold: given, else from the configs.
    fn values(&mut self, id: QuestionId) -> Vec<String> {
        if self.out.settled.get(id).is_none() {
            let key = question(id).key;
            let repository = self.around.repository_defaults.get(key).cloned();
            self.out.settled.give(id, repository.unwrap_or_default(), Origin::RepositoryConfig);
            let user = self.around.user_defaults.get(key).cloned();
            if self.out.settled.get(id).is_none() {
                self.out.settled.give(id, user.unwrap_or_default(), Origin::UserConfig);
            }
        }
        self.out.settled.values(id).to_vec()
    }

    fn settle(&mut self, id: QuestionId, values: Vec<String>, origin: Origin) {
        if self.out.settled.get(id).is_none() {
            self.out.settled.give(id, values, origin);
        }
    }

    fn refuse(&mut self, id: QuestionId, value: impl Into<String>, invalid: Invalid) {
        self.out.invalid.push((id, value.into(), invalid));
    }

    fn parse_all<T>(
        &mut self,
        id: QuestionId,
        parse: impl Fn(&str) -> Result<T, Invalid>,
    ) -> Vec<T> {
        let mut parsed = Vec::new();
        for value in self.values(id) {
            match parse(&value) {
                Ok(item) => parsed.push(item),
                Err(invalid) => self.refuse(id, value, invalid),
            }
        }
        parsed
    }

    fn optional<T>(
        &mut self,
        id: QuestionId,
        parse: impl Fn(&str) -> Result<T, Invalid>,
    ) -> Option<T> {
        self.parse_all(id, parse).into_iter().next()
    }

    fn needs(&mut self, id: QuestionId) {
        if self.values(id).is_empty() {
            self.out.missing.push(id);
        }
    }

    fn required<T>(
        &mut self,
        id: QuestionId,
        parse: impl Fn(&str) -> Result<T, Invalid>,
    ) -> Option<T> {
        self.needs(id);
        self.optional(id, parse)
    }

    fn switch(&mut self, id: QuestionId) -> bool {
        self.out.asked.push(id);
        let values = self.values(id);
        if let Some(wrong) = values.iter().find(|value| question(id).check(value).is_err()) {
            let invalid = Invalid::whole("this is true or false", "true");
            self.refuse(id, wrong.clone(), invalid);
        }
        values.iter().any(|value| value == "true")
    }

    // --- the questions ---

    fn defaults_folder(&mut self) -> Option<String> {
        let DefaultsChoice::Ask(candidates) = &self.around.survey.defaults else {
            return None;
        };
        if !self.around.is_new {
            return None;
        }
        self.out.asked.push(QuestionId::Defaults);
        self.needs(QuestionId::Defaults);
        let value = self.optional(QuestionId::Defaults, |text| {
            question(QuestionId::Defaults).check(text).map(|()| text.to_owned())
        })?;
        let folders: Vec<&str> = candidates.iter().map(|c| c.folder.as_str()).collect();
        let chosen = value.trim_end_matches('/');
        if !folders.is_empty() && !folders.contains(&chosen) {
            let message = format!("no folder here brings a Namespace but {}", folders.join(", "));
            self.refuse(
                QuestionId::Defaults,
                &value,
                Invalid::whole(message, "a folder that is named there"),
            );
        }
        Some(chosen.to_owned())
    }

    fn roles(&mut self, namespace: &Namespace) -> Vec<RoleArn> {
        self.needs(QuestionId::Role);
        let mut roles: Vec<RoleArn> = Vec::new();
        for value in self.values(QuestionId::Role) {
            let expanded = self.expand(&value, namespace);
            match expanded.and_then(|text| RoleArn::parse(&text)) {
                Ok(role) if roles.contains(&role) => {}
                Ok(role) => roles.push(role),
                Err(invalid) => self.refuse(QuestionId::Role, value, invalid),
            }
        }
        roles
    }

    /// Fills in the placeholders of a role or a policy name.
    fn expand(&self, text: &str, namespace: &Namespace) -> Result<String, Invalid> {
        let text = text
            .replace("{cluster}", self.cluster.as_str())
            .replace("{namespace}", namespace.as_str());
        if !text.contains("{account}") {
            return Ok(text);
        }
        let Some(account) = &self.around.survey.facts.account else {
            let message = format!(
                "the account of {} is not known: write it, or set clusters.{}.account in gangplank.yaml",
                self.cluster, self.cluster
            );
            return Err(Invalid::whole(message, question(QuestionId::Role).example));
        };
        Ok(text.replace("{account}", &account.value))
    }

    fn style(&mut self) -> PatchStyle {
        if let Some((style, count)) = self.around.survey.house.style {
            let words = if count == 1 { "sibling" } else { "siblings" };
            let origin = Origin::Disk(format!("like {count} {words}"));
            self.settle(QuestionId::Style, vec![style.as_str().to_owned()], origin);
        }
        self.values(QuestionId::Style);
        self.settle(QuestionId::Style, vec!["json-patch".to_owned()], Origin::Default);
        match self.choice(QuestionId::Style).as_str() {
            "strategic-merge" => PatchStyle::StrategicMerge,
            _ => PatchStyle::JsonPatch,
        }
    }

    /// Asked for only where nothing states it. What is given all the same holds for this run.
    fn node_role(&mut self) -> Option<RoleArn> {
        let is_known = self.around.survey.facts.node_role.is_some();
        if !is_known || self.out.settled.get(QuestionId::NodeRole).is_some() {
            self.out.asked.push(QuestionId::NodeRole);
        }
        let role = self.optional(QuestionId::NodeRole, RoleArn::parse)?;
        if let Some(message) = self.why_no_node_role(&role) {
            let invalid = Invalid::whole(message, question(QuestionId::NodeRole).example);
            self.refuse(QuestionId::NodeRole, role.as_str(), invalid);
            return None;
        }
        Some(role)
    }

    /// A node is in its cluster's account, and runs under a role of its own.
    fn why_no_node_role(&self, role: &RoleArn) -> Option<String> {
        if !self.is_alone {
            return Some(
                "each cluster has a node role of its own: one cluster at a time".to_owned(),
            );
        }
        let account = self.around.survey.facts.account.as_ref()?;
        let is_stated = account.source == Source::Config && account.value != role.account();
        is_stated.then(|| {
            format!(
                "a node role is in its cluster's account: {} is {}",
                self.cluster, account.value
            )
        })
    }

    /// Asked only where there is something to write.
    fn record_facts(&mut self, has_node_role: bool) -> bool {
        let facts = &self.around.survey.facts;
        let typed = [
            (QuestionId::Region, facts.regions.is_some()),
            (QuestionId::CiliumVersion, facts.cilium_version.is_some()),
        ];
        let is_typed =
            |(id, is_known): &(QuestionId, bool)| !is_known && self.out.settled.get(*id).is_some();
        let has_any = config_facts::has_found(facts)
            || (has_node_role && facts.node_role.is_none())
            || typed.iter().any(is_typed);
        if has_any || self.out.settled.get(QuestionId::RecordFacts).is_some() {
            return self.switch(QuestionId::RecordFacts);
        }
        false
    }

    fn on_conflict(&mut self) -> Vec<ConflictAnswer> {
        self.values(QuestionId::OnConflict);
        self.settle(QuestionId::OnConflict, vec!["fail".to_owned()], Origin::Default);
        self.parse_all(QuestionId::OnConflict, ConflictAnswer::parse)
    }

    /// The value of a choice, checked.
    fn choice(&mut self, id: QuestionId) -> String {
        let value = self.out.settled.value(id).unwrap_or_default().to_owned();
        if let Err(invalid) = question(id).check(&value) {
            self.refuse(id, value.clone(), invalid);
        }
        value
    }

    fn policy(
        &mut self,
        namespace: Option<&Namespace>,
        roles: &[RoleArn],
    ) -> Option<PolicyAnswers> {
        let network = self.network();
        if network == "none" {
            self.out.asked.push(QuestionId::Network);
            self.refuse_policy_answers();
            return None;
        }
        self.out.asked.push(QuestionId::Select);
        let pods = self.pods();
        self.out.asked.push(QuestionId::Network);
        let breadth = self.breadth(&network, roles);
        let cilium_version = self.cilium_version();
        let egress = self.egress(pods.as_ref());
        let dns = self.dns();
        let metadata = !self.switch(QuestionId::NoMetadataRule);
        let dual_stack = self.switch(QuestionId::DualStack);
        let name = namespace.and_then(|namespace| self.policy_name(namespace));
        Some(PolicyAnswers {
            name: name?,
            pods: pods?,
            breadth: breadth?,
            egress: egress?,
            dns,
            metadata,
            dual_stack,
            cilium_version,
        })
    }

    /// Answers about a policy that is not written would be ignored without a word. What was typed
    /// before `none` was chosen just doesn't count any more.
    fn refuse_policy_answers(&mut self) {
        for id in [
            QuestionId::Region,
            QuestionId::Service,
            QuestionId::Egress,
            QuestionId::Dns,
            QuestionId::NoDnsRule,
            QuestionId::NoMetadataRule,
            QuestionId::DualStack,
            QuestionId::PolicyName,
        ] {
            let Some(given) = self.out.settled.get(id).cloned() else {
                continue;
            };
            if matches!(given.origin, Origin::Flag | Origin::Environment | Origin::AnswersFile) {
                let message = format!("{} means nothing with --network none", question(id).flag());
                let value = given.values.first().cloned().unwrap_or_default();
                self.refuse(id, value, Invalid::whole(message, "--network none alone"));
            } else {
                self.out.settled.replace(id, Vec::new(), Origin::Default);
            }
        }
    }

    fn network(&mut self) -> String {
        self.values(QuestionId::Network);
        let regions = self.around.survey.facts.regions.is_some()
            || self.out.settled.get(QuestionId::Region).is_some();
        let value = if regions { "regional" } else { "portable" };
        self.settle(QuestionId::Network, vec![value.to_owned()], Origin::Default);
        self.choice(QuestionId::Network)
    }

    fn pods(&mut self) -> Option<Pods> {
        self.needs(QuestionId::Select);
        let selections = self.parse_all(QuestionId::Select, Selection::parse);
        if selections.is_empty() {
            return None;
        }
        match Pods::of(selections) {
            Ok(pods) => Some(pods),
            Err(invalid) => {
                let value = self.out.settled.values(QuestionId::Select).join(" ");
                self.refuse(QuestionId::Select, value, invalid);
                None
            }
        }
    }

    fn breadth(&mut self, network: &str, roles: &[RoleArn]) -> Option<Breadth> {
        if network != "regional" {
            return self.portable(roles);
        }
        self.out.asked.push(QuestionId::Region);
        if let Some(Fact { value, source }) = &self.around.survey.facts.regions {
            let origin = match source {
                Source::Config => Origin::RepositoryConfig,
                Source::Repository(path) => Origin::Disk(path.clone()),
                Source::Assumed => Origin::Default,
            };
            let regions = value.iter().map(ToString::to_string).collect();
            self.settle(QuestionId::Region, regions, origin);
        }
        self.needs(QuestionId::Region);
        let regions = self.parse_all(QuestionId::Region, Region::parse);
        self.out.asked.push(QuestionId::Service);
        let services = self.parse_all(QuestionId::Service, Service::parse);
        (!regions.is_empty()).then_some(Breadth::Regional { regions, services })
    }

    fn portable(&mut self, roles: &[RoleArn]) -> Option<Breadth> {
        for id in [QuestionId::Region, QuestionId::Service] {
            let Some(given) = self.out.settled.get(id).cloned() else {
                continue;
            };
            if matches!(given.origin, Origin::Typed | Origin::Disk(_)) {
                // Typed before another breadth was chosen, or written for another.
                self.out.settled.replace(id, Vec::new(), Origin::Default);
                continue;
            }
            let message = format!("{} needs --network regional", question(id).flag());
            let value = given.values.first().cloned().unwrap_or_default();
            self.refuse(id, value, Invalid::whole(message, "--network regional"));
        }
        let mut partitions: Vec<Partition> = roles.iter().map(RoleArn::partition).collect();
        partitions.sort_unstable();
        // GovCloud and aws have one suffix.
        partitions.dedup_by_key(|partition| partition.suffix);
        (!partitions.is_empty()).then_some(Breadth::Portable(partitions))
    }

    fn cilium_version(&mut self) -> Option<CiliumVersion> {
        if let Some(fact) = &self.around.survey.facts.cilium_version {
            let value = fact.value.to_string();
            self.settle(QuestionId::CiliumVersion, vec![value], Origin::RepositoryConfig);
        }
        self.optional(QuestionId::CiliumVersion, CiliumVersion::parse)
    }

    /// A first egress policy cuts pods off from everything it does not list, so somebody has to
    /// say whether it may; where a policy restricts them already, this one takes nothing away.
    fn egress(&mut self, pods: Option<&Pods>) -> Option<Egress> {
        let restricted = pods.is_some_and(|pods| (self.around.restricts_egress)(pods));
        if restricted {
            let origin = Origin::Disk("another policy restricts already".to_owned());
            self.settle(QuestionId::Egress, vec!["restrict".to_owned()], origin);
        } else {
            self.out.asked.push(QuestionId::Egress);
        }
        self.values(QuestionId::Egress);
        if self.out.settled.get(QuestionId::Egress).is_none() {
            self.out.missing.push(QuestionId::Egress);
            return None;
        }
        match self.choice(QuestionId::Egress).as_str() {
            "add-only" => {
                self.out.asked.push(QuestionId::CiliumVersion);
                Some(Egress::AddOnly)
            }
            _ => Some(Egress::Restrict),
        }
    }

    fn dns(&mut self) -> Vec<DnsPeer> {
        let given = self.values(QuestionId::Dns);
        if self.switch(QuestionId::NoDnsRule) {
            if let Some(value) = given.first() {
                let invalid =
                    Invalid::whole("--dns contradicts --no-dns-rule", "--no-dns-rule alone");
                self.refuse(QuestionId::Dns, value, invalid);
            }
            return Vec::new();
        }
        self.out.asked.push(QuestionId::Dns);
        let Fact { value, source } = self.around.survey.dns();
        let origin = match source {
            Source::Config => Origin::RepositoryConfig,
            Source::Repository(path) => Origin::Disk(path.clone()),
            Source::Assumed => Origin::Default,
        };
        let peers = value.iter().map(ToString::to_string).collect();
        self.settle(QuestionId::Dns, peers, origin);
        self.parse_all(QuestionId::Dns, DnsPeer::parse)
    }

    fn policy_name(&mut self, namespace: &Namespace) -> Option<PolicyName> {
        self.out.asked.push(QuestionId::PolicyName);
        self.values(QuestionId::PolicyName);
        self.settle(QuestionId::PolicyName, vec!["{namespace}".to_owned()], Origin::Default);
        let value = self.out.settled.value(QuestionId::PolicyName).unwrap_or_default().to_owned();
        let name = self.expand(&value, namespace);
        match name.and_then(|name| PolicyName::parse(&name)) {
            Ok(name) => Some(name),
            Err(invalid) => {
                self.refuse(QuestionId::PolicyName, value, invalid);
                None
            }
        }
    }
}
