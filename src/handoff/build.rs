//! Putting a hand-over together from what the repository holds.

use super::earlier::Earlier;
use super::region::region;
use super::roles::{self, HandedRole, allowed_role, named_roles};
use super::trust::Trust;
use super::{Handoff, Network, pods};
use crate::check::{Checker, ReachQuestion, Unit, reach};
use crate::domain::finding::{Finding, Level};
use crate::domain::kube2iam::decode_roles;
use crate::domain::name::{ClusterName, Namespace};
use crate::domain::partition::Partition;
use crate::domain::pod::{Pod, RoleWish};
use crate::domain::pods::Pods;
use crate::domain::role_arn::RoleArn;
use crate::kustomize::{self, Build, BuiltNamespace};
use crate::manifests::network_policy::{PodSet, Selects};
use crate::plan::{OutlookError, Planner};
use crate::repo::{Repository, Survey, SurveyError, unused_script};
use crate::system::RepoPath;

/// What is asked for beside the namespace itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wish {
    /// The role of the test pod and of the snippets; else the first one.
    pub role: Option<RoleArn>,
    /// The pods; else those that the namespace's policies are for.
    pub pods: Option<Pods>,
    /// The external id that the role's trust policy asks for.
    pub external_id: Option<String>,
}

/// Why there is nothing to hand over.
#[derive(Debug, thiserror::Error)]
pub enum HandoffError {
    /// The cluster can't be surveyed.
    #[error(transparent)]
    Outlook(#[from] OutlookError),
    /// The namespace has no folder.
    #[error("{0} has no folder here")]
    NoFolder(Namespace),
    /// Its build is not known.
    #[error("{0} can't be built: {1}")]
    NotBuilt(RepoPath, String),
    /// The API server refuses it by its name.
    #[error(
        "{0} is built as the Namespace {1:?}, which is no DNS label: the API server refuses it"
    )]
    BadName(RepoPath, String),
    /// Its list names no role.
    #[error("{0} may assume no role")]
    NoRole(Namespace),
    /// Its list has patterns only.
    #[error("the list of {0} holds patterns only: {1}")]
    OnlyPatterns(Namespace, String),
    /// The role that was asked for is not allowed.
    #[error("{0} does not allow {1}")]
    NotAllowed(Namespace, RoleArn),
}

impl From<SurveyError> for HandoffError {
    fn from(error: SurveyError) -> Self {
        HandoffError::Outlook(error.into())
    }
}

impl Handoff {
    /// Puts together what is handed over for a namespace: `earlier` is the repository before the
    /// change, `codeowners` the text of that file.
    ///
    /// # Errors
    /// A namespace that is not there, can't be built, or may assume no role.
    pub fn of(
        planner: &mut Planner,
        (cluster, namespace): (&ClusterName, &Namespace),
        wish: Wish,
        earlier: Option<&Repository>,
        codeowners: Option<&str>,
    ) -> Result<Self, HandoffError> {
        let survey = planner.survey(cluster)?;
        let (folder, build) = built(planner.repository(), &survey, namespace)?;
        let here = Here { survey: &survey, namespace, folder: &folder, build: &build };
        let (roles, patterns) = here.roles(wish.role.as_ref())?;
        let no_role = || HandoffError::NoRole(namespace.clone());
        let role = roles.first().map(|handed| handed.role.clone()).ok_or_else(no_role)?;
        let network = here.network(wish.pods, role.partition()).ok_or_else(no_role)?;
        let pod = Pod {
            role: RoleWish::OnPod(role.to_string()),
            external_id: wish.external_id.clone(),
            pods: network.pods.clone(),
            host_network: false,
        };
        let chain = planner.pod_chain(cluster, namespace, &pod)?;
        let (facts, repository) = (&survey.facts, planner.repository());
        let before = |earlier| Earlier::of(earlier, cluster, namespace, &network.pods);
        Ok(Handoff {
            cluster: cluster.clone(),
            namespace: here.name()?.to_owned(),
            git_path: from_git_top(repository, &folder),
            entries: decode_roles(&here.list()).roles.unwrap_or_default(),
            roles,
            patterns,
            role_key: facts.role_key.clone(),
            external_id_key: facts.external_id_key.clone(),
            external_id: wish.external_id,
            earlier: earlier.map(before),
            findings: findings(repository, &folder),
            owners: here.owners(repository, codeowners),
            unused_script: unused_script(&repository.tree),
            network,
            links: chain.links,
            aws: chain.aws,
            folder,
        })
    }

    /// The role of the test pod and of the snippets.
    pub(super) fn role(&self) -> Option<&RoleArn> {
        self.roles.first().map(|handed| &handed.role)
    }
}

/// A namespace and what it builds to.
struct Here<'a> {
    survey: &'a Survey,
    namespace: &'a Namespace,
    folder: &'a RepoPath,
    build: &'a Build,
}

impl Here<'_> {
    fn built(&self) -> Result<&BuiltNamespace, HandoffError> {
        match &self.build.namespaces[..] {
            [namespace] => Ok(namespace),
            several => {
                let reason = format!("it brings {} Namespaces", several.len());
                Err(HandoffError::NotBuilt(self.folder.clone(), reason))
            }
        }
    }

    fn name(&self) -> Result<&str, HandoffError> {
        let name = self.built()?.name.as_str();
        let bad = || HandoffError::BadName(self.folder.clone(), name.to_owned());
        Namespace::parse(name).map(|_| name).map_err(|_| bad())
    }

    fn list(&self) -> String {
        roles::list(self.build, &self.survey.facts).unwrap_or_default()
    }

    /// What the policies leave open for the pods, which they name if nobody else does.
    fn network(&self, pods: Option<Pods>, partition: Partition) -> Option<Network> {
        let any = Pods::default();
        let policies = pods::policies(&self.reach_question(&any, partition));
        let pods = pods.unwrap_or_else(|| pods::meant(&policies, self.folder));
        let asked = self.reach_question(&pods, partition);
        let (region, opens_sts) = region(&asked, partition)?;
        let set = PodSet { namespace: self.namespace, pods: &pods };
        let restricts_egress = self.survey.egress_restricted(self.build, set) == Selects::All;
        let reach = reach(&asked);
        Some(Network { policies, pods, reach, region, opens_sts, restricts_egress })
    }

    fn reach_question<'b>(&'b self, pods: &'b Pods, partition: Partition) -> ReachQuestion<'b> {
        let Here { survey, namespace, folder, build } = *self;
        let partition = Some(partition);
        ReachQuestion { survey, folder, build, namespace, pods, policy: None, partition }
    }

    /// The roles of the list, the one that is asked for first, and the patterns.
    fn roles(
        &self,
        wanted: Option<&RoleArn>,
    ) -> Result<(Vec<HandedRole>, Vec<String>), HandoffError> {
        self.built()?;
        let facts = &self.survey.facts;
        let annotation = self.list();
        let entries = decode_roles(&annotation).roles.unwrap_or_default();
        let (mut roles, patterns) = named_roles(facts, &annotation, &entries);
        if let Some(wanted) = wanted {
            if allowed_role(facts, &annotation, wanted.as_str()).as_ref() != Some(wanted) {
                return Err(HandoffError::NotAllowed(self.namespace.clone(), wanted.clone()));
            }
            roles.retain(|role| role != wanted);
            roles.insert(0, wanted.clone());
        }
        if roles.is_empty() && patterns.is_empty() {
            return Err(HandoffError::NoRole(self.namespace.clone()));
        }
        if roles.is_empty() {
            let patterns = patterns.join(", ");
            return Err(HandoffError::OnlyPatterns(self.namespace.clone(), patterns));
        }
        let handed = |role| HandedRole { role, trust: Trust::default() };
        Ok((roles.into_iter().map(handed).collect(), patterns))
    }

    fn owners(&self, repository: &Repository, codeowners: Option<&str>) -> Vec<String> {
        let file = repository.tree.kustomization_file(self.folder).ok().flatten();
        let Some((text, file)) = codeowners.zip(file) else {
            return Vec::new();
        };
        // GitHub's paths begin at git's top level.
        let path = from_git_top(repository, &file);
        let owners = crate::domain::codeowners::owners(text, &path);
        owners.into_iter().map(str::to_owned).collect()
    }
}

fn from_git_top(repository: &Repository, path: &RepoPath) -> String {
    match repository.prefix.as_str() {
        "" => path.to_string(),
        prefix => format!("{prefix}/{path}"),
    }
}

/// The folder of a namespace and its build, if that is known.
fn built(
    repository: &Repository,
    survey: &Survey,
    namespace: &Namespace,
) -> Result<(RepoPath, Build), HandoffError> {
    let place = survey.place(&repository.tree, namespace).map_err(SurveyError::from)?;
    if !place.exists {
        return Err(HandoffError::NoFolder(namespace.clone()));
    }
    let build = kustomize::build(&repository.tree, &place.folder);
    match build.problems.first() {
        Some(problem) => Err(HandoffError::NotBuilt(place.folder, problem.reason.clone())),
        None => Ok((place.folder, build)),
    }
}

/// What is wrong in the folder, without notes.
fn findings(repository: &Repository, folder: &RepoPath) -> Vec<Finding> {
    let Ok(checker) = Checker::new(repository) else {
        return Vec::new();
    };
    let mut findings = checker.check(&Unit::Namespace(folder.clone()));
    findings.retain(|finding| finding.level > Level::Note);
    findings
}
