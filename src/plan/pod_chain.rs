//! Why a pod gets a role, or does not: from its annotation over kube2iam's decision to the policies
//! on its way. Whether the role trusts the node role is AWS's to say.

use super::changes::AwsFacts;
use super::outlook::{OutlookError, Planner};
use crate::check::{ReachQuestion, reach};
use crate::domain::kube2iam::{Decision, Question, decide};
use crate::domain::name::{ClusterName, Namespace};
use crate::domain::partition::Partition;
use crate::domain::pod::{Link, Pod, RoleWish, Verdict};
use crate::domain::reach::{ReachRow, ReachTarget, Reachable};
use crate::domain::role_arn::RoleArn;
use crate::domain::shown::in_one_line;
use crate::kustomize::{self, Build};
use crate::manifests::network_policy::{PodSet, Selects};
use crate::repo::Survey;
use crate::system::RepoPath;

/// What can be said of a pod from the repository.
#[derive(Debug, Clone)]
pub struct PodChain {
    /// The links, in the order in which they are needed.
    pub links: Vec<Link>,
    /// The ARN that kube2iam asks STS for; none if it asks for none.
    pub resolved_role: Option<String>,
    /// What AWS has to be asked with.
    pub aws: AwsFacts,
}

impl Planner {
    /// Walks the chain for a pod of a namespace.
    ///
    /// # Errors
    /// A cluster that can't be surveyed.
    pub fn pod_chain(
        &mut self,
        cluster: &ClusterName,
        namespace: &Namespace,
        pod: &Pod,
    ) -> Result<PodChain, OutlookError> {
        let survey = self.survey(cluster)?;
        let place = survey
            .place(&self.repository.tree, namespace)
            .map_err(crate::repo::SurveyError::from)?;
        let build = kustomize::build(&self.repository.tree, &place.folder);
        let folder = &place.folder;
        let around = Around { survey: &survey, folder, build: &build, namespace, pod };
        let (kube2iam, resolved_role) = around.kube2iam(place.exists);
        let mut links = vec![around.annotation()];
        links.extend(around.host_network());
        links.push(kube2iam);
        links.extend(around.network());
        let facts = &survey.facts;
        let aws = AwsFacts {
            profile: facts.aws_profile.clone(),
            node_role: facts.node_role.clone(),
            node_role_id: facts.node_role_id.clone(),
            external_id: pod.external_id.clone(),
            session_ttl: facts.session_ttl.clone(),
        };
        Ok(PodChain { links, resolved_role, aws })
    }
}

/// What the links look at.
struct Around<'a> {
    survey: &'a Survey,
    folder: &'a RepoPath,
    build: &'a Build,
    namespace: &'a Namespace,
    pod: &'a Pod,
}

impl Around<'_> {
    /// kube2iam looks at the pod's own annotations, and nowhere else.
    fn annotation(&self) -> Link {
        let facts = &self.survey.facts;
        let key = &facts.role_key;
        let link =
            |verdict, reason: String, help: String| Link::new("annotation", verdict, reason, help);
        let put = format!("put {key} into spec.template.metadata.annotations of the workload");
        match &self.pod.role {
            RoleWish::OnPod(role) => link(
                Verdict::Allow,
                format!("the pod asks for {}", in_one_line(role)),
                String::new(),
            ),
            RoleWish::OnWorkload(_) => {
                let reason =
                    format!("{key} is on the workload, not on its pod template: no pod has it");
                link(Verdict::Deny, reason, put)
            }
            RoleWish::AsLabel(_) => link(
                Verdict::Deny,
                format!("{key} is a label, and kube2iam reads annotations"),
                put,
            ),
            RoleWish::Absent => match &facts.default_role {
                Some(role) => {
                    let reason =
                        format!("the pod asks for no role: kube2iam takes its default, {role}");
                    link(Verdict::Allow, reason, String::new())
                }
                None => link(Verdict::Deny, "the pod asks for no role".to_owned(), put),
            },
        }
    }

    fn host_network(&self) -> Option<Link> {
        self.pod.host_network.then(|| {
            Link::new(
                "host_network",
                Verdict::Deny,
                "a pod on the host's network does not pass kube2iam: it gets the node's own role",
                "take hostNetwork out",
            )
        })
    }

    fn kube2iam(&self, is_there: bool) -> (Link, Option<String>) {
        let facts = &self.survey.facts;
        let link =
            |verdict, reason: String, help: &str| Link::new("kube2iam", verdict, reason, help);
        let allowed_roles = match &self.build.namespaces[..] {
            [namespace] => namespace.annotations.get(&facts.allowed_roles_key).cloned(),
            _ => {
                let broken = self.build.problems.first().map(|problem| problem.reason.clone());
                let reason = match (is_there, broken) {
                    (false, _) => format!("{} has no folder here", self.namespace),
                    (true, Some(reason)) => format!("the namespace can't be built: {reason}"),
                    (true, None) => "the folder does not build exactly one Namespace".to_owned(),
                };
                return (link(Verdict::CannotTell, reason, "look at its kustomization"), None);
            }
        };
        let role = self.pod.role.seen().map(str::to_owned);
        let question = Question { allowed_roles, role, namespace_missing: false };
        let answer = decide(&facts.kube2iam(), &question);
        let reason = answer.reasons.first().map(ToString::to_string).unwrap_or_default();
        let link = match answer.decision {
            Decision::Allow if facts.format.is_assumed() && answer.matched.is_some() => {
                let format = facts.format.origin();
                link(Verdict::Allow, format!("{reason} (format: {format})"), "")
            }
            Decision::Allow => link(Verdict::Allow, reason, ""),
            // Who asks for nothing is told so by the link before.
            Decision::Deny if question.role.is_none() => link(Verdict::Deny, reason, ""),
            Decision::Deny => {
                link(Verdict::Deny, reason, "gangplank onboard adds a role to the list")
            }
            Decision::CannotTell => {
                link(Verdict::CannotTell, reason, "the proof is a pod that asks for the role")
            }
        };
        (link, answer.resolved_role)
    }

    /// What the policies of this repository leave open for the pod.
    fn network(&self) -> Vec<Link> {
        let reach = reach(&ReachQuestion {
            survey: self.survey,
            folder: self.folder,
            build: self.build,
            namespace: self.namespace,
            pods: &self.pod.pods,
            policy: None,
            partition: self.partition(),
        });
        let pods = PodSet { namespace: self.namespace, pods: &self.pod.pods };
        let restricted = self.survey.egress_restricted(self.build, pods);
        let needed = [
            ("metadata", ReachTarget::Credentials),
            ("dns", ReachTarget::Dns),
            ("sts", ReachTarget::Aws),
        ];
        let rows = needed.map(|(link, target)| (link, reach.row(target)));
        let is_open = |row: &ReachRow| row.verdict == Reachable::Yes;
        if restricted == Selects::None && rows.iter().all(|(_, row)| row.is_none_or(is_open)) {
            let reason = "no policy of this repository restricts egress of this pod";
            return vec![Link::new("egress", Verdict::Allow, reason, "")];
        }
        let links = rows.into_iter().filter_map(|(link, row)| Some((link, row?)));
        links.map(|(link, row)| self.way(link, row)).collect()
    }

    fn way(&self, link: &'static str, row: &ReachRow) -> Link {
        // What holds for a region that stands for others says nothing of theirs.
        if link == "sts" && self.survey.facts.regions.is_none() {
            let cluster = &self.survey.cluster;
            let reason = format!("the regions of {cluster} are not known");
            let help = format!("set clusters.{cluster}.regions in gangplank.yaml");
            return Link::new(link, Verdict::CannotTell, reason, help);
        }
        let verdict = match row.verdict {
            Reachable::Yes => Verdict::Allow,
            Reachable::No => Verdict::Deny,
            Reachable::InPart | Reachable::CannotTell => Verdict::CannotTell,
        };
        let help =
            "gangplank onboard writes a policy for the pod; --label says which labels it has";
        let help = if verdict == Verdict::Allow { "" } else { help };
        Link::new(link, verdict, format!("{}: {}", row.name, row.because), help)
    }

    fn partition(&self) -> Option<Partition> {
        let role = self.pod.role.seen().and_then(|role| RoleArn::parse(role).ok())?;
        Some(role.partition())
    }
}

/// The role that AWS is to be asked about.
pub fn asked_role(chain: &PodChain) -> Option<RoleArn> {
    chain.resolved_role.as_deref().and_then(|role| RoleArn::parse(role).ok())
}
