//! `gangplank.yaml`: the layout, the defaults of a repository, and the facts of its clusters.
//!
//! All of it is optional. Cluster names may be globs: an exact name beats a glob, and among globs
//! the later one wins, field by field.

use std::collections::BTreeMap;

use globset::GlobBuilder;
use serde::Deserialize;

use super::answers_file::check_answers;
use super::config_text::{ConfigError, LAYOUT_HELP, Ordered, OwnFile, TextList, place_of_key};
use super::protected;
use crate::domain::allowed_roles::RestrictionFormat;
use crate::domain::cilium_version::CiliumVersion;
use crate::domain::dns_peer::DnsPeer;
use crate::domain::facts::{ClusterFacts, Fact};
use crate::domain::finding::Level;
use crate::domain::invalid::Invalid;
use crate::domain::near::closest;
use crate::domain::region::Region;
use crate::domain::role_arn::RoleArn;
use crate::domain::rule::{all_rules, rule_by_id};
use crate::domain::session_ttl::SessionTtl;
use crate::manifests::yaml::Place;

/// The repository's config, checked.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// `layout.namespaces`.
    pub namespaces_layout: Option<String>,
    /// `defaults:`, the answers that hold unless another one is given, by question key.
    pub defaults: BTreeMap<String, Vec<String>>,
    /// `protected:`
    pub protected: Vec<String>,
    /// `rules:`; `None` is off.
    pub rules: BTreeMap<String, Option<Level>>,
    clusters: Vec<ClusterEntry>,
}

/// An entry under `clusters:`.
#[derive(Debug, Clone)]
struct ClusterEntry {
    /// A cluster's name, or a glob.
    name: String,
    place: Option<Place>,
    config: ClusterConfig,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    layout: LayoutSection,
    defaults: Ordered<TextList>,
    protected: Vec<String>,
    rules: Ordered<String>,
    clusters: Ordered<ClusterConfig>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct LayoutSection {
    namespaces: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ClusterConfig {
    account: Option<String>,
    trusted_accounts: Option<Vec<String>>,
    aws_profile: Option<String>,
    regions: Option<Vec<String>>,
    cilium: CiliumSection,
    kube2iam: Kube2iamSection,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct CiliumSection {
    version: Option<String>,
    dns: Option<Vec<DnsSection>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct DnsSection {
    namespace: Option<String>,
    labels: Option<Ordered<String>>,
    cidr: Option<String>,
    port: Option<u16>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Kube2iamSection {
    node_role: Option<String>,
    node_role_id: Option<String>,
    session_ttl: Option<String>,
    base_arn: Option<String>,
    default_role: Option<String>,
    namespace_restrictions: Option<bool>,
    restriction_format: Option<String>,
    allowed_roles_key: Option<String>,
    role_key: Option<String>,
    external_id_key: Option<String>,
}

impl Config {
    /// Reads a config file.
    ///
    /// # Errors
    /// Unknown keys (with "did you mean"), wrong types and illegal values, with their place.
    pub fn parse(path: &str, text: &str) -> Result<Self, ConfigError> {
        let own = OwnFile { path, text };
        let file: File = own.read()?;
        let clusters = file.clusters.0.into_iter().map(|(name, config)| {
            let place = place_of_key(text, &["clusters", &name]);
            ClusterEntry { name, place, config }
        });
        let defaults = file.defaults.0.into_iter().map(|(key, TextList(values))| (key, values));
        let config = Config {
            namespaces_layout: file.layout.namespaces,
            defaults: defaults.collect(),
            protected: file.protected,
            rules: levels(own, &file.rules.0)?,
            clusters: clusters.collect(),
        };
        config.check(own)?;
        Ok(config)
    }

    fn check(&self, own: OwnFile<'_>) -> Result<(), ConfigError> {
        check_answers(own, &["defaults"], &self.defaults)?;
        if let Some(layout) = &self.namespaces_layout {
            super::layout::check_pattern(layout)
                .map_err(|message| own.wrong(&["layout", "namespaces"], message, LAYOUT_HELP))?;
        }
        for entry in &self.protected {
            protected::check_entry(entry).map_err(|reason| {
                let message = format!("`{entry}` is no glob: {reason}");
                own.wrong_item(&["protected"], entry, message, "for example: \"istio-*\"")
            })?;
        }
        self.clusters.iter().try_for_each(|entry| entry.check(own))
    }

    /// The facts of a cluster as far as the config states them; the rest is assumed.
    pub fn facts(&self, cluster: &str) -> ClusterFacts {
        let mut facts = ClusterFacts::assumed();
        let globs = self.clusters.iter().filter(|entry| entry.name != cluster);
        let matching = globs.filter(|entry| entry.covers(cluster));
        let exact = self.clusters.iter().filter(|entry| entry.name == cluster);
        for entry in matching.chain(exact) {
            // Checked when the file was read.
            let _ = entry.config.apply(&mut facts);
        }
        facts
    }

    /// Where the strongest entry for a cluster that states a fact stands.
    pub fn place_of_fact(
        &self,
        cluster: &str,
        states: impl Fn(&ClusterFacts) -> bool,
    ) -> Option<Place> {
        let is_exact = |entry: &&ClusterEntry| entry.name == cluster;
        let globs = self.clusters.iter().filter(|entry| !is_exact(entry) && entry.covers(cluster));
        let exact = self.clusters.iter().filter(is_exact);
        let stating = globs.chain(exact).filter(|entry| {
            let mut facts = ClusterFacts::assumed();
            // Checked when the file was read.
            let _ = entry.config.apply(&mut facts);
            states(&facts)
        });
        stating.last()?.place
    }

    /// The accounts that the config names, with their cluster entry.
    pub fn accounts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.clusters
            .iter()
            .filter_map(|entry| Some((entry.name.as_str(), entry.config.account.as_deref()?)))
    }

    /// The entries under `clusters:` that describe none of these clusters, with their place.
    pub(super) fn idle_entries(
        &self,
        clusters: &[String],
    ) -> impl Iterator<Item = (&str, Option<Place>)> {
        let idle = |entry: &&ClusterEntry| !clusters.iter().any(|cluster| entry.covers(cluster));
        self.clusters.iter().filter(idle).map(|entry| (entry.name.as_str(), entry.place))
    }
}

impl ClusterEntry {
    fn covers(&self, cluster: &str) -> bool {
        self.name == cluster || cluster_glob(&self.name).is_ok_and(|glob| glob.is_match(cluster))
    }

    fn check(&self, own: OwnFile<'_>) -> Result<(), ConfigError> {
        let keys = ["clusters", self.name.as_str()];
        cluster_glob(&self.name)
            .map_err(|message| own.wrong_key(&keys, message, "quote the name if it is none"))?;
        self.config.apply(&mut ClusterFacts::assumed()).map_err(|(below, invalid)| {
            let keys: Vec<&str> = keys.into_iter().chain(below).collect();
            own.wrong(&keys, &invalid.message, &format!("for example: {}", invalid.example))
        })
    }
}

/// The levels under `rules:`.
fn levels(
    own: OwnFile<'_>,
    rules: &[(String, String)],
) -> Result<BTreeMap<String, Option<Level>>, ConfigError> {
    let read = |(id, word): &(String, String)| {
        let keys = ["rules", id.as_str()];
        if rule_by_id(id).is_none() {
            return Err(own.wrong_key(&keys, format!("unknown rule `{id}`"), &near_rule(id)));
        }
        let level = match word.as_str() {
            "off" => None,
            "note" => Some(Level::Note),
            "warning" => Some(Level::Warning),
            "error" => Some(Level::Error),
            _ => {
                let message = format!("`{word}` is no level");
                return Err(own.wrong(&keys, message, "a level is off, note, warning or error"));
            }
        };
        Ok((id.clone(), level))
    };
    rules.iter().map(read).collect()
}

/// What to write instead of an unknown id; the group may have been forgotten.
fn near_rule(id: &str) -> String {
    let same_name = |rule: &&str| rule.split_once('/').is_some_and(|(_, name)| name == id);
    let ids = || all_rules().map(|rule| rule.id);
    match ids().find(same_name).or_else(|| closest(id, ids())) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "the ids are those that findings show, such as `policy/no-dns-rule`".to_owned(),
    }
}

fn cluster_glob(name: &str) -> Result<globset::GlobMatcher, String> {
    let glob = GlobBuilder::new(name).literal_separator(true).build();
    glob.map(|glob| glob.compile_matcher()).map_err(|error| error.kind().to_string())
}

type Wrong = (Vec<&'static str>, Invalid);

impl ClusterConfig {
    /// Puts what it states over the facts; on an illegal value, says under which keys it stands.
    fn apply(&self, facts: &mut ClusterFacts) -> Result<(), Wrong> {
        if let Some(account) = &self.account {
            check_account(account).map_err(|e| (vec!["account"], e))?;
            facts.account = Some(Fact::config(account.clone()));
        }
        if let Some(accounts) = &self.trusted_accounts {
            for account in accounts {
                check_account(account).map_err(|e| (vec!["trusted_accounts"], e))?;
            }
            facts.trusted_accounts.clone_from(accounts);
        }
        if let Some(regions) = &self.regions {
            let regions =
                regions.iter().map(|text| Region::parse(text)).collect::<Result<Vec<_>, _>>();
            let regions = regions.map_err(|e| (vec!["regions"], e))?;
            facts.regions = (!regions.is_empty()).then(|| Fact::config(regions));
        }
        state(self.aws_profile.as_ref(), &mut facts.aws_profile);
        self.cilium.apply(facts)?;
        self.kube2iam.apply(facts)
    }
}

/// A value that is stated replaces one from a weaker entry.
fn state<T: Clone>(stated: Option<&T>, fact: &mut Option<T>) {
    if let Some(value) = stated {
        *fact = Some(value.clone());
    }
}

fn check_account(text: &str) -> Result<(), Invalid> {
    let is_account = text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit());
    let wrong = || Invalid::whole("an account has 12 digits, in quotes", "\"123456789098\"");
    if is_account { Ok(()) } else { Err(wrong()) }
}

impl CiliumSection {
    fn apply(&self, facts: &mut ClusterFacts) -> Result<(), Wrong> {
        if let Some(version) = &self.version {
            let version =
                CiliumVersion::parse(version).map_err(|e| (vec!["cilium", "version"], e))?;
            facts.cilium_version = Some(Fact::config(version));
        }
        if let Some(peers) = &self.dns {
            let peers = peers.iter().map(DnsSection::peer).collect::<Result<Vec<_>, _>>();
            facts.dns = Fact::config(peers.map_err(|e| (vec!["cilium", "dns"], e))?);
        }
        Ok(())
    }
}

impl DnsSection {
    /// By way of the flag's own form, so that there is one check.
    fn peer(&self) -> Result<DnsPeer, Invalid> {
        let port = self.port.unwrap_or(53);
        match (&self.namespace, &self.labels, &self.cidr) {
            (None, None, Some(cidr)) => DnsPeer::parse(&format!("{cidr}@{port}")),
            (Some(namespace), Some(labels), None) => {
                let pairs = labels.0.iter().map(|(key, value)| format!("{key}={value}"));
                let pairs: Vec<String> = pairs.collect();
                DnsPeer::parse(&format!("{namespace}/{}:{port}", pairs.join(",")))
            }
            _ => Err(Invalid::whole(
                "a DNS peer has `namespace` and `labels`, or `cidr`",
                "{ namespace: kube-system, labels: { k8s-app: kube-dns }, port: 53 }",
            )),
        }
    }
}

impl Kube2iamSection {
    fn apply(&self, facts: &mut ClusterFacts) -> Result<(), Wrong> {
        if let Some(role) = &self.node_role {
            let role = RoleArn::parse(role).map_err(|e| (vec!["kube2iam", "node_role"], e))?;
            facts.node_role = Some(role);
        }
        if let Some(format) = &self.restriction_format {
            // kube2iam takes any other text for glob; the config must not.
            let format = match format.to_ascii_lowercase().as_str() {
                "glob" => RestrictionFormat::Glob,
                "regexp" => RestrictionFormat::Regexp,
                _ => {
                    let wrong = Invalid::whole("the format is glob or regexp", "regexp");
                    return Err((vec!["kube2iam", "restriction_format"], wrong));
                }
            };
            facts.format = Fact::config(format);
        }
        let copy = |from: &Option<String>, to: &mut String| {
            if let Some(text) = from {
                to.clone_from(text);
            }
        };
        copy(&self.allowed_roles_key, &mut facts.allowed_roles_key);
        copy(&self.role_key, &mut facts.role_key);
        copy(&self.external_id_key, &mut facts.external_id_key);
        for (key, value) in [
            ("allowed_roles_key", &facts.allowed_roles_key),
            ("role_key", &facts.role_key),
            ("external_id_key", &facts.external_id_key),
        ] {
            crate::domain::label::check_key(value).map_err(|e| {
                let e = Invalid { example: "iam.amazonaws.com/allowed-roles", ..e };
                (vec!["kube2iam", key], e)
            })?;
        }
        state(self.node_role_id.as_ref(), &mut facts.node_role_id);
        if let Some(ttl) = &self.session_ttl {
            let ttl = SessionTtl::parse(ttl).map_err(|e| (vec!["kube2iam", "session_ttl"], e))?;
            facts.session_ttl = Some(ttl);
        }
        state(self.base_arn.as_ref(), &mut facts.base_arn);
        state(self.default_role.as_ref(), &mut facts.default_role);
        state(self.namespace_restrictions.as_ref(), &mut facts.namespace_restrictions);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DESIGN: &str = r#"
layout:
  namespaces: clusters/{cluster}/namespaces/application/{namespace}
defaults: { style: json-patch, network: portable, policy_name: "{namespace}" }
protected: ["istio-*"]
rules: { policy/one-label: "off" }
clusters:
  "*": { cilium: { version: "1.17" } }
  prod-us1:
    account: "123456789098"
    trusted_accounts: ["210987654321"]
    aws_profile: prod-readonly
    regions: [us-east-1]
    cilium:
      version: "1.19"
      dns: [{ namespace: kube-system, labels: { k8s-app: kube-dns }, port: 53 }, { cidr: 169.254.20.10/32, port: 53 }]
    kube2iam:
      node_role: arn:aws:iam::123456789098:role/k8s-node
      node_role_id: null
      session_ttl: 15m
      base_arn: null
      default_role: null
      namespace_restrictions: true
      restriction_format: regexp
      allowed_roles_key: iam.amazonaws.com/allowed-roles
      role_key: iam.amazonaws.com/role
      external_id_key: iam.amazonaws.com/external-id
"#;

    #[test]
    fn the_documented_config_is_read() {
        let config = Config::parse("gangplank.yaml", DESIGN).unwrap();
        let facts = config.facts("prod-us1");
        assert_eq!(facts.account.unwrap().value, "123456789098");
        assert_eq!(facts.cilium_version.unwrap().value.to_string(), "1.19");
        assert_eq!(facts.format.value, RestrictionFormat::Regexp);
        let dns: Vec<String> = facts.dns.value.iter().map(ToString::to_string).collect();
        assert_eq!(dns, ["kube-system/k8s-app=kube-dns", "169.254.20.10/32"]);
        let other = config.facts("dev");
        assert_eq!(other.cilium_version.unwrap().value.to_string(), "1.17");
        assert!(other.account.is_none() && other.dns.is_assumed());
    }

    #[test]
    fn the_later_glob_wins_and_the_exact_name_beats_both() {
        let text = "clusters:\n  exact-1: {account: '111111111111'}\n  'e*': {account: '222222222222'}\n  '*': {account: '333333333333', regions: [eu-west-1]}\n";
        let config = Config::parse("c", text).unwrap();
        assert_eq!(config.facts("exact-1").account.unwrap().value, "111111111111");
        assert_eq!(config.facts("exact-1").regions.unwrap().value[0].as_str(), "eu-west-1");
        assert_eq!(config.facts("e2").account.unwrap().value, "333333333333");
    }

    #[test]
    fn mistakes_are_found_with_their_place() {
        let cases = [
            ("clustres: {}\n", 1, 1, "clusters"),
            ("clusters:\n  a:\n    acount: '1'\n", 3, 5, "account"),
            ("clusters:\n  a:\n    account: '12'\n", 3, 14, "12 digits"),
            ("clusters:\n  a:\n    regions: [us-east]\n", 3, 14, "area-place-number"),
            (
                "clusters:\n  a:\n    kube2iam: {restriction_format: regex}\n",
                3,
                36,
                "glob or regexp",
            ),
            ("clusters:\n  a:\n    kube2iam: {session_ttl: 15}\n", 3, 29, "its unit"),
            ("layout: {namespaces: clusters/x}\n", 1, 22, "{cluster}"),
            ("a: [\n", 1, 4, ""),
        ];
        for (text, line, column, word) in cases {
            let error = Config::parse("gangplank.yaml", text).unwrap_err();
            let place = error.place.unwrap();
            assert_eq!((place.line, place.column), (line, column), "{text}: {error:?}");
            assert!(format!("{} {}", error.message, error.help).contains(word), "{error:?}");
        }
    }

    #[test]
    fn an_empty_config_is_fine() {
        for text in ["", "# nothing\n", "{}"] {
            assert!(Config::parse("c", text).is_ok(), "{text:?}");
        }
    }
}
