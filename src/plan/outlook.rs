//! The outlook on what was answered so far: which questions apply, what is missing or wrong, and
//! the plan once everything is there. Asked for after each keystroke.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::changes::{Conflict, Plan};
use super::elsewhere::Elsewhere;
use super::examples::{with_examples, with_namespace};
use super::on_disk::{self, OnDisk};
use super::resolve::{self, Resolved, Surroundings};
use crate::domain::invalid::Invalid;
use crate::domain::name::{ClusterName, Namespace};
use crate::domain::reach::Reach;
use crate::kustomize::{self, Build};
use crate::manifests::network_policy::{PodSet, Selects};
use crate::manifests::template::{OwnTemplate, TemplateError, Templates};
use crate::questions::{GivenAnswers, Origin, QuestionId, equivalent_command, question};
use crate::repo::{
    DefaultsChoice, LayoutError, NamespacePlace, Repository, Shape, Survey, SurveyError,
    own_templates,
};
use crate::system::{ExternalBuild, NoExternalBuild, RepoPath};

/// An answer that will not do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidAnswer {
    /// The question.
    pub id: QuestionId,
    /// What was answered.
    pub value: String,
    /// Why it will not do.
    pub invalid: Invalid,
}

/// What is known, given some answers.
#[derive(Debug, Clone, Default)]
pub struct Outlook {
    /// Every answer that holds, defaults included, with its origin.
    pub settled: GivenAnswers,
    /// The questions that apply.
    pub asked: Vec<QuestionId>,
    /// Those of them that are open.
    pub missing: Vec<QuestionId>,
    /// Answers that will not do.
    pub invalid: Vec<InvalidAnswer>,
    /// The survey of the first cluster, if it could be made.
    pub survey: Option<Arc<Survey>>,
    /// The plan, once nothing is missing or invalid.
    pub plan: Option<Plan>,
    /// Until then, what it would be with examples for what is missing.
    pub draft: Option<Plan>,
    /// What the selected pods of the first cluster reach, once the plan or the draft is written.
    pub reach: Option<Reach>,
    /// Whether the plan waits for an installed kustomize, which was not asked yet.
    pub is_waiting: bool,
}

/// What keeps an outlook from being made at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutlookError {
    /// A cluster can't be surveyed.
    #[error(transparent)]
    Survey(#[from] SurveyError),
    /// A template does not work.
    #[error(transparent)]
    Template(#[from] TemplateError),
}

/// A namespace of a cluster, for a list: what it has already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamespaceState {
    /// The namespace.
    pub name: String,
    /// How many roles it may use, or why that is not known.
    pub roles: Result<usize, String>,
    /// Why it can't be chosen, if so.
    pub disabled: Option<String>,
}

/// Makes outlooks on a repository, and remembers its surveys.
#[derive(Debug)]
pub struct Planner {
    pub(super) repository: Repository,
    pub(super) templates: Templates,
    user_templates: Vec<OwnTemplate>,
    pub(super) elsewhere: Elsewhere,
    user_defaults: BTreeMap<String, Vec<String>>,
    surveys: HashMap<ClusterName, Arc<Survey>>,
}

impl Planner {
    /// A planner for a repository.
    pub fn new(repository: Repository, user_defaults: BTreeMap<String, Vec<String>>) -> Self {
        let templates = Templates::with(own_templates(&repository.tree));
        let elsewhere = Elsewhere::new(Arc::new(NoExternalBuild));
        let (user_templates, surveys) = (Vec::new(), HashMap::new());
        Planner { repository, templates, user_templates, elsewhere, user_defaults, surveys }
    }

    /// The same with the user's own templates behind those of the repository.
    #[must_use]
    pub fn with_user_templates(self, user_templates: Vec<OwnTemplate>) -> Self {
        let mut planner = Planner { user_templates, ..self };
        planner.read_templates();
        planner
    }

    fn read_templates(&mut self) {
        let own = own_templates(&self.repository.tree).into_iter();
        let own: Vec<OwnTemplate> = own.chain(self.user_templates.clone()).collect();
        // Reading them takes as long as planning.
        if !self.templates.are_with(&own) {
            self.templates = Templates::with(own);
        }
    }

    /// The same with a program that is asked about builds which are left open here.
    #[must_use]
    pub fn asking(self, program: Arc<dyn ExternalBuild>) -> Self {
        Planner { elsewhere: Elsewhere::new(program), ..self }
    }

    /// The program that is asked about builds which are left open here.
    pub fn external_build(&self) -> Arc<dyn ExternalBuild> {
        self.elsewhere.program()
    }

    /// The repository.
    pub fn repository(&self) -> &Repository {
        &self.repository
    }

    /// Puts the cluster and the namespace of the configs behind what was given: everything else is
    /// looked up once these are known.
    pub fn give_configured_place(&self, given: &mut GivenAnswers) {
        for id in [QuestionId::Cluster, QuestionId::Namespace] {
            let key = question(id).key;
            let configs = [
                (self.repository.config.defaults.get(key), Origin::RepositoryConfig),
                (self.user_defaults.get(key), Origin::UserConfig),
            ];
            for (values, origin) in configs {
                given.give(id, values.cloned().unwrap_or_default(), origin);
            }
        }
    }

    /// The templates: one's own, and the built-in ones.
    pub fn templates(&self) -> &Templates {
        &self.templates
    }

    /// Forgets its surveys, since the disk has changed.
    pub fn forget(&mut self) {
        self.surveys.clear();
        self.repository.tree.forget();
        self.elsewhere.forget();
        // A config that broke meanwhile is said at the next start.
        let (tree, prefix) = (self.repository.tree.clone(), self.repository.prefix.clone());
        if let Ok(repository) = Repository::open(tree, prefix) {
            self.repository = repository;
        }
        self.read_templates();
    }

    /// The survey of a cluster, made once.
    ///
    /// # Errors
    /// As [`Repository::survey`].
    pub fn survey(&mut self, cluster: &ClusterName) -> Result<Arc<Survey>, SurveyError> {
        if let Some(survey) = self.surveys.get(cluster) {
            return Ok(Arc::clone(survey));
        }
        let survey = Arc::new(self.repository.survey(cluster)?);
        self.surveys.insert(cluster.clone(), Arc::clone(&survey));
        Ok(survey)
    }

    /// What some namespaces of a cluster have.
    ///
    /// # Errors
    /// As [`Repository::survey`].
    pub fn namespace_states(
        &mut self,
        cluster: &ClusterName,
        names: &[String],
    ) -> Result<Vec<NamespaceState>, SurveyError> {
        let survey = self.survey(cluster)?;
        Ok(names.iter().map(|name| self.namespace_state(&survey, name)).collect())
    }

    fn namespace_state(&self, survey: &Survey, name: &str) -> NamespaceState {
        let tree = &self.repository.tree;
        let protected = survey.protected.reason(name);
        let folder = Namespace::parse(name)
            .map_err(|invalid| invalid.message)
            .and_then(|ns| survey.place(tree, &ns).map_err(|error| error.to_string()));
        let roles = folder.and_then(|place| {
            let build = kustomize::build(tree, &place.folder);
            let broken = build.problems.iter().find(|problem| problem.is_broken);
            if let Some(problem) = broken {
                return Err(problem.reason.clone());
            }
            let [namespace] = &build.namespaces[..] else {
                return Err("no Namespace in its build".to_owned());
            };
            let text = namespace.annotations.get(&survey.facts.allowed_roles_key);
            let roles = crate::domain::allowed_roles::AllowedRoles::parse(text.map_or("", |t| t));
            roles.map(|roles| roles.entries().len()).map_err(|error| error.to_string())
        });
        NamespaceState {
            name: name.to_owned(),
            roles,
            disabled: protected.map(|glob| format!("protected ({glob})")),
        }
    }

    /// The outlook on these answers.
    ///
    /// # Errors
    /// A cluster that can't be surveyed; a template that does not work.
    pub fn outlook(&mut self, given: &GivenAnswers) -> Result<Outlook, OutlookError> {
        self.templates.check()?;
        let mut clusters: Vec<String> = Vec::new();
        for cluster in given.values(QuestionId::Cluster) {
            if !clusters.contains(cluster) {
                clusters.push(cluster.clone());
            }
        }
        let mut outlook = Outlook { settled: given.clone(), ..Outlook::default() };
        if clusters.is_empty() {
            outlook.asked = vec![
                QuestionId::Cluster,
                QuestionId::Namespace,
                QuestionId::Role,
                QuestionId::Select,
            ];
            outlook.missing = missing_from_the_start(given);
            return Ok(outlook);
        }
        let mut plan = Some(Plan::default());
        for (at, value) in clusters.iter().enumerate() {
            match ClusterName::parse(value) {
                Ok(cluster) => {
                    let one = self.cluster_outlook(given, &cluster, at == 0, &mut outlook)?;
                    plan = plan.zip(one).map(|(all, one)| all.and(one));
                }
                Err(invalid) => {
                    outlook.invalid.push(InvalidAnswer {
                        id: QuestionId::Cluster,
                        value: value.clone(),
                        invalid,
                    });
                    plan = None;
                }
            }
        }
        outlook.settled.replace(QuestionId::Cluster, clusters, cluster_origin(given));
        let recorded = plan.map(|plan| self.with_facts(plan)).transpose()?;
        outlook.plan = recorded.map(|mut plan| {
            plan.findings.extend(self.about_the_repository());
            plan.findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
            plan.answers = outlook.settled.clone();
            let said = conflicts_said(&outlook.settled, &plan.conflicts);
            plan.command = equivalent_command(&said, &outlook.asked);
            plan.levels.clone_from(&self.repository.config.rules);
            plan
        });
        Ok(outlook)
    }

    /// The outlook on several onboardings as one plan. Each is planned on what the ones before it
    /// leave behind.
    ///
    /// # Errors
    /// As [`Planner::outlook`].
    pub fn outlook_of_many(&mut self, sets: &[GivenAnswers]) -> Result<Outlook, OutlookError> {
        let tree = self.repository.tree.clone();
        let outlook = self.one_after_another(sets);
        self.repository.tree = tree;
        outlook
    }

    fn one_after_another(&mut self, sets: &[GivenAnswers]) -> Result<Outlook, OutlookError> {
        let mut all = Outlook::default();
        let mut plan = Some(Plan::default());
        for given in sets {
            let one = self.outlook(given)?;
            if let Some(one) = &one.plan {
                let written = one.files.iter().filter(|file| file.verb.writes());
                let changes = written.filter_map(|f| Some((f.path.clone(), f.after.clone()?)));
                self.repository.tree = self.repository.tree.with(changes.collect::<Vec<_>>());
            }
            all.settled =
                if all.asked.is_empty() { one.settled } else { all.settled.common(&one.settled) };
            all.asked = one.asked;
            all.survey = all.survey.or(one.survey);
            all.missing.extend(
                one.missing.into_iter().filter(|id| !all.missing.contains(id)).collect::<Vec<_>>(),
            );
            all.invalid.extend(one.invalid);
            plan = plan.zip(one.plan).map(|(plan, one)| plan.and(one));
        }
        let answers = all.settled.clone();
        let levels = self.repository.config.rules.clone();
        all.plan = plan.map(|plan| Plan { answers, levels, ..plan.grouped() });
        Ok(all)
    }

    /// Adds one cluster to the outlook; `None` if its answers are not complete.
    fn cluster_outlook(
        &mut self,
        given: &GivenAnswers,
        cluster: &ClusterName,
        is_first: bool,
        outlook: &mut Outlook,
    ) -> Result<Option<Plan>, OutlookError> {
        let survey = self.survey(cluster)?;
        let copied = self.copied(given, &survey, outlook)?;
        let given = &with_namespace(given, &copied);
        let place = self.place(&survey, given)?;
        let before = place.as_ref().map(|place| self.build_before(&survey, place, given));
        let resolved =
            self.resolve(given, cluster, &survey, place.as_ref(), before.as_ref(), &copied);
        let plan = match (&resolved.answers, &place) {
            (Some(answers), Some(place)) => {
                let planned = self.plan(&survey, answers, place)?;
                outlook.is_waiting |= planned.is_waiting;
                if is_first {
                    outlook.reach = planned.reach;
                }
                Some(planned.plan)
            }
            _ => None,
        };
        merge(outlook, resolved, is_first);
        if is_first {
            outlook.survey = Some(survey);
        }
        Ok(plan)
    }

    /// The outlook with a draft of the plan: examples stand for what is missing or wrong. It is
    /// made at once: no other program is asked.
    ///
    /// # Errors
    /// As [`Planner::outlook`].
    pub fn outlook_with_draft(&mut self, given: &GivenAnswers) -> Result<Outlook, OutlookError> {
        self.elsewhere.set_asks(false);
        let outlook = self.drafted(given);
        self.elsewhere.set_asks(true);
        outlook
    }

    fn drafted(&mut self, given: &GivenAnswers) -> Result<Outlook, OutlookError> {
        let mut outlook = self.outlook(given)?;
        if outlook.plan.is_none() && given.get(QuestionId::Cluster).is_some() {
            let filled = with_examples(given, &outlook);
            // A draft is a help; without one the preview stays empty.
            if let Ok(drafted) = self.outlook(&filled) {
                outlook.draft = drafted.plan;
                let mut reach = drafted.reach;
                if let Some(reach) = &mut reach {
                    reach.notes.insert(0, "examples stand for what is not answered yet".to_owned());
                }
                outlook.reach = reach;
            }
        }
        Ok(outlook)
    }

    fn place(
        &self,
        survey: &Survey,
        given: &GivenAnswers,
    ) -> Result<Option<NamespacePlace>, SurveyError> {
        let namespace =
            given.value(QuestionId::Namespace).and_then(|text| Namespace::parse(text).ok());
        let place = namespace.map(|namespace| survey.place(&self.repository.tree, &namespace));
        Ok(place.transpose()?)
    }

    /// What is in force before: the folder's build, or for a new folder that of what it will be
    /// made from.
    fn build_before(&self, survey: &Survey, place: &NamespacePlace, given: &GivenAnswers) -> Build {
        let tree = &self.repository.tree;
        if place.exists {
            return kustomize::build(tree, &place.folder);
        }
        let namespace = Namespace::parse(place.folder.name());
        if let (Shape::Template(files), Ok(namespace)) = (&survey.house.shape, namespace) {
            let filled =
                files.iter().filter_map(|f| f.fill(survey.cluster.as_str(), &namespace).ok());
            let pending = filled
                .filter_map(|(name, text)| Some((place.folder.resolve(&name)?, text.into_bytes())));
            return kustomize::build(&tree.with(pending), &place.folder);
        }
        match &survey.defaults {
            DefaultsChoice::One(defaults) => kustomize::build(tree, &defaults.folder),
            DefaultsChoice::Ask(_) => {
                let chosen = given.value(QuestionId::Defaults).and_then(RepoPath::parse);
                chosen.map(|folder| kustomize::build(tree, &folder)).unwrap_or_default()
            }
        }
    }

    fn resolve(
        &self,
        given: &GivenAnswers,
        cluster: &ClusterName,
        survey: &Survey,
        place: Option<&NamespacePlace>,
        before: Option<&Build>,
        copied: &OnDisk,
    ) -> Resolved {
        let namespace =
            given.value(QuestionId::Namespace).and_then(|text| Namespace::parse(text).ok());
        let restricts = |pods: &crate::domain::pods::Pods| {
            let (Some(namespace), Some(build)) = (&namespace, before) else {
                return false;
            };
            survey.egress_restricted(build, PodSet { namespace, pods }) == Selects::All
        };
        let on_disk = on_disk::answers(place, before, &self.templates);
        let around = Surroundings {
            survey,
            on_disk: &on_disk,
            copied,
            is_new: place.is_none_or(|place| !place.exists),
            restricts_egress: &restricts,
            repository_defaults: &self.repository.config.defaults,
            user_defaults: &self.user_defaults,
        };
        resolve::resolve(given, cluster, &around)
    }
}

/// The answers with what is said of conflicts in as few words as do: one where all are treated
/// alike, and none about files that are in no conflict.
fn conflicts_said(settled: &GivenAnswers, conflicts: &[Conflict]) -> GivenAnswers {
    let id = QuestionId::OnConflict;
    let mut said = settled.clone();
    let (Some(given), Some(first)) = (settled.get(id), conflicts.first()) else {
        return said;
    };
    let values = if conflicts.iter().all(|conflict| conflict.what == first.what) {
        vec![first.what.word().to_owned()]
    } else {
        let of = |one: &Conflict| format!("{}={}", one.file.path, one.what.word());
        conflicts.iter().map(of).collect()
    };
    said.replace(id, values, given.origin.clone());
    said
}

fn missing_from_the_start(given: &GivenAnswers) -> Vec<QuestionId> {
    let first = [QuestionId::Cluster, QuestionId::Namespace, QuestionId::Role];
    let mut missing: Vec<QuestionId> =
        first.into_iter().filter(|id| given.get(*id).is_none()).collect();
    if given.value(QuestionId::Network) != Some("none") && given.get(QuestionId::Select).is_none() {
        missing.push(QuestionId::Select);
    }
    missing
}

fn cluster_origin(given: &GivenAnswers) -> Origin {
    given.get(QuestionId::Cluster).map_or(Origin::Default, |given| given.origin.clone())
}

/// The first cluster decides what is shown; every cluster can leave something open.
fn merge(outlook: &mut Outlook, resolved: Resolved, is_first: bool) {
    if is_first {
        outlook.settled = resolved.settled;
    }
    // What applies on one of them is asked, and said again in the command.
    for id in resolved.asked {
        if !outlook.asked.contains(&id) {
            outlook.asked.push(id);
        }
    }
    for id in resolved.missing {
        if !outlook.missing.contains(&id) {
            outlook.missing.push(id);
        }
    }
    for (id, value, invalid) in resolved.invalid {
        let answer = InvalidAnswer { id, value, invalid };
        if !outlook.invalid.contains(&answer) {
            outlook.invalid.push(answer);
        }
    }
}

impl Outlook {
    /// The first line of what keeps a question from being left, if anything does.
    pub fn problem_of(&self, id: QuestionId) -> Option<String> {
        let invalid = self.invalid.iter().find(|answer| answer.id == id);
        invalid.map(|answer| answer.invalid.line()).or_else(|| {
            self.missing.contains(&id).then(|| format!("{} is open", question(id).flag()))
        })
    }
}

/// Two folders for one namespace, or an unknown layout, are what the disk says.
impl OutlookError {
    /// Whether the disk needs a decision; otherwise an answer is wrong.
    pub fn is_about_the_disk(&self) -> bool {
        match self {
            // A template is an input, like the config.
            OutlookError::Survey(SurveyError::NoCluster { .. }) | OutlookError::Template(_) => {
                false
            }
            OutlookError::Survey(SurveyError::Layout(LayoutError::Unsupported { .. }) | _) => true,
        }
    }
}
