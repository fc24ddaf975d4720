//! Why a pod gets a role, or does not: from its annotation over kube2iam's decision to the policies
//! on its way. Whether the role trusts the node role is AWS's to say.

use super::changes::AwsFacts;
use super::outlook::{OutlookError, Planner};
use crate::domain::kube2iam::{Decision, Question, decide};
use crate::domain::name::{ClusterName, Namespace};
use crate::domain::pod::{Link, Pod, RoleWish, Verdict};
use crate::domain::role_arn::RoleArn;
use crate::domain::shown::in_one_line;
use crate::kustomize::{self, Build};
use crate::manifests::network_policy::{PodSet, Selects};
use crate::repo::Survey;

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
        let around = Around { survey: &survey, build: &build, namespace, pod };
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
        let pods = PodSet { namespace: self.namespace, pods: &self.pod.pods };
        let restricted = self.survey.egress_restricted(self.build, pods);
        if restricted == Selects::None {
            let reason = "no policy of this repository restricts egress of this pod";
            return vec![Link::new("egress", Verdict::Allow, reason, "")];
        }
        let denied = self.survey.denies_egress(self.build, pods) != Selects::None;
        let way = |name, opened: Selects, what: &str, help: &str| {
            let (verdict, reason) = match (opened, restricted) {
                (Selects::All, _) if denied => {
                    let reason = format!("a policy opens {what}, and one has egressDeny");
                    (Verdict::CannotTell, reason)
                }
                (Selects::All, _) => (Verdict::Allow, format!("a policy opens {what}")),
                (Selects::None, Selects::All) => {
                    (Verdict::Deny, format!("egress is restricted, and no policy opens {what}"))
                }
                _ => {
                    let unknown = "depends on labels that are not known here";
                    (Verdict::CannotTell, format!("whether the policies open {what} {unknown}"))
                }
            };
            let help = if verdict == Verdict::Allow { "" } else { help };
            Link::new(name, verdict, reason, help)
        };
        let labels =
            "gangplank onboard writes a policy for the pod; --label says which labels it has";
        let metadata = self.survey.opens_metadata(self.build, pods);
        let dns = self.survey.has_dns_rule(self.build, pods);
        let mut links = vec![
            way("metadata", metadata, "169.254.169.254:80, where kube2iam answers", labels),
            way("dns", dns, "DNS through Cilium's proxy", labels),
        ];
        links.push(match self.sts_host() {
            Some(host) => {
                let opened = self.survey.opens_host(self.build, pods, &host);
                way("sts", opened, &format!("{host}:443"), labels)
            }
            None => Link::new(
                "sts",
                Verdict::CannotTell,
                format!("the regions of {} are not known", self.survey.cluster),
                format!("set clusters.{}.regions in gangplank.yaml", self.survey.cluster),
            ),
        });
        links
    }

    /// The STS endpoint that the pod's own SDK asks, for `aws sts get-caller-identity` say.
    fn sts_host(&self) -> Option<String> {
        let regions = self.survey.facts.regions.as_ref()?;
        let region = regions.value.first()?;
        Some(format!("sts.{region}.{}", region.partition().suffix))
    }
}

/// The role that AWS is to be asked about.
pub fn asked_role(chain: &PodChain) -> Option<RoleArn> {
    chain.resolved_role.as_deref().and_then(|role| RoleArn::parse(role).ok())
}
