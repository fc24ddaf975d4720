//! What is wrong about a cluster as a whole: how its kube2iam is started, by `gangplank.yaml` or by
//! kube2iam's own manifest, and who else decides on roles.

use super::problems::placed;
use crate::domain::facts::ClusterFacts;
use crate::domain::finding::{Finding, Level};
use crate::domain::kube2iam::BaseArn;
use crate::repo::config::Config;
use crate::repo::{CONFIG_NAME, SecondGate, Survey};

/// All findings about a cluster.
pub fn cluster_findings(survey: &Survey, config: &Config) -> Vec<Finding> {
    let cluster = Cluster { survey, config };
    let mut out: Vec<Finding> = cluster.restrictions_off().into_iter().collect();
    out.extend(cluster.format_typo());
    out.extend(cluster.base_arn());
    out.extend(survey.second_gates.iter().map(second_gate));
    out
}

struct Cluster<'a> {
    survey: &'a Survey,
    config: &'a Config,
}

impl Cluster<'_> {
    fn facts(&self) -> &ClusterFacts {
        &self.survey.facts
    }

    fn restrictions_off(&self) -> Option<Finding> {
        let is_off = |facts: &ClusterFacts| facts.namespace_restrictions == Some(false);
        is_off(self.facts()).then(|| {
            let message = format!(
                "kube2iam on {} does not restrict by namespace: any pod gets any role",
                self.survey.cluster
            );
            let help = "start kube2iam with --namespace-restrictions";
            self.warning("cluster/restrictions-off", message, help, is_off)
        })
    }

    /// kube2iam takes everything but `regexp` for glob; `gangplank.yaml` takes neither.
    fn format_typo(&self) -> Option<Finding> {
        let (value, path) = self.facts().format_typo.as_ref()?;
        let message = format!(
            "kube2iam takes --namespace-restriction-format={value} for glob, without a word"
        );
        let help = "write regexp or glob";
        Some(Finding::on_disk("cluster/format-typo", Level::Warning, path, message, help))
    }

    fn base_arn(&self) -> Option<Finding> {
        let text = self.facts().base_arn.as_deref().filter(|text| !text.is_empty())?;
        let (message, help) = match BaseArn::parse(text) {
            Err(_) => {
                let message = format!("kube2iam does not start with the base ARN {text:?}");
                (message, "a base such as arn:aws:iam::123456789098:role/".to_owned())
            }
            // A slash at the end is a path that somebody meant.
            Ok(_) => {
                let (_, path) = text.split_once(":role")?;
                let last = path.rsplit('/').next().filter(|last| !last.is_empty())?;
                let message = format!(
                    "the base ARN ends with `{last}`: it is put before names, so that `app` means {text}/app"
                );
                let base = text.strip_suffix(last).unwrap_or(text);
                (message, format!("take the role's name out: {base}; write {text}/ for a path"))
            }
        };
        let states = |facts: &ClusterFacts| facts.base_arn.is_some();
        Some(self.warning("cluster/base-arn", message, &help, states))
    }

    /// A warning where the fact is stated: in the config, else in kube2iam's manifest.
    fn warning(
        &self,
        rule: &'static str,
        message: String,
        help: &str,
        states: impl Fn(&ClusterFacts) -> bool,
    ) -> Finding {
        let by_config = self.config.place_of_fact(self.survey.cluster.as_str(), states);
        let manifest = || self.facts().kube2iam_manifest.clone().unwrap_or_default();
        let path = if by_config.is_some() { CONFIG_NAME.to_owned() } else { manifest() };
        placed(Finding::on_disk(rule, Level::Warning, path, message, help), by_config)
    }
}

fn second_gate(gate: &SecondGate) -> Finding {
    let maps: Vec<String> = gate
        .config_maps
        .iter()
        .map(|(name, path)| match path {
            Some(path) => format!("ConfigMap {name} in {path}"),
            None => format!("ConfigMap {name}, which is not in this repository"),
        })
        .collect();
    let help = if maps.is_empty() {
        format!("check that {} allows the role", gate.path)
    } else {
        format!("edit {} as well", maps.join(" and "))
    };
    Finding::on_disk(
        "cluster/second-gate",
        Level::Warning,
        gate.path.as_str(),
        format!("the admission policy {} also decides on the role annotation", gate.name),
        help,
    )
}
