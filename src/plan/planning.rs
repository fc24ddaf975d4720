//! The plan of one cluster and namespace, once every answer is there: the folder's files, everything
//! that is said about them, and the facts that are recorded.

use super::built;
use super::catalogue::catalogue;
use super::changes::{Conflict, Plan, Verb, tree_after};
use super::checks::{self, Checked};
use super::config_facts;
use super::elsewhere::Settled;
use super::folder::{Folder, FolderPlan};
use super::outlook::Planner;
use super::stop::Stop;
use crate::check;
use crate::domain::allowed_roles::RestrictionFormat;
use crate::domain::answers::Answers;
use crate::domain::finding::{Finding, Level};
use crate::domain::reach::Reach;
use crate::kustomize::Build;
use crate::manifests::template::TemplateError;
use crate::repo::{NamespacePlace, Survey};

/// A plan, and what belongs to it and is not written.
pub(super) struct Planned {
    pub(super) plan: Plan,
    /// Whether it waits for an installed kustomize, which was not asked yet.
    pub(super) is_waiting: bool,
    /// What the selected pods reach once it is written.
    pub(super) reach: Option<Reach>,
}

impl From<Plan> for Planned {
    fn from(plan: Plan) -> Self {
        Planned { plan, is_waiting: false, reach: None }
    }
}

impl Planner {
    pub(super) fn plan(
        &self,
        survey: &Survey,
        answers: &Answers,
        place: &NamespacePlace,
    ) -> Result<Planned, TemplateError> {
        if let Some(glob) = survey.protected.reason(answers.namespace.as_str()) {
            return Ok(self.refusal(protected(answers, glob)).into());
        }
        let (tree, templates, elsewhere) =
            (&self.repository.tree, &self.templates, &self.elsewhere);
        let folder = Folder { tree, templates, survey, answers, place, elsewhere };
        let folder_plan = match folder.plan() {
            Ok(plan) => plan,
            Err(Stop::Finding(finding)) => return Ok(self.refusal(*finding).into()),
            Err(Stop::Template(error)) => return Err(error),
        };
        let is_waiting = folder_plan.settled == Settled::NotYet;
        let after_tree = tree_after(tree, &folder_plan.files);
        let (after, failure) = elsewhere.after(&after_tree, &place.folder, &folder_plan.settled);
        let checked = Checked {
            survey,
            config: &self.repository.config,
            answers,
            folder: &place.folder,
            plan: &folder_plan,
            after: &after,
        };
        let mut findings = checks::findings(&checked);
        let reach = Some(check::reach(&checked.reach_question()));
        findings.extend(failure);
        findings.extend(check::not_all_read(survey));
        let before = folder_plan.before.namespaces.first().filter(|_| place.exists);
        let built = built::page(&place.folder, before, &after);
        let mut folder_plan = folder_plan;
        let conflict = folder_plan.policy.conflict.take();
        let mut plan = assemble(folder_plan, findings, &after, survey, place);
        let cluster = answers.cluster.to_string();
        plan.conflicts.extend(conflict.map(|(file, what)| Conflict { cluster, file, what }));
        plan.built.extend(built);
        // With a file in conflict the tree as it will be is nobody's plan.
        if !plan.files.iter().any(|file| file.verb == Verb::Conflict) {
            let names = (&answers.namespace, place);
            let news = catalogue(&self.repository, survey, names, &after_tree, &plan.findings);
            plan.findings.extend(news);
        }
        if answers.record_facts {
            plan.facts = config_facts::facts(survey, answers);
        }
        check::apply_to_plan(&self.repository.config.rules, &mut plan.findings);
        plan.notes.extend(assumptions(survey, answers));
        Ok(Planned { plan, is_waiting, reach })
    }

    /// The plan with the config that states its facts too, unless nothing is written anyway.
    pub(super) fn with_facts(&self, mut plan: Plan) -> Result<Plan, TemplateError> {
        if plan.facts.is_empty() || plan.obstacle().is_some() {
            return Ok(plan);
        }
        match config_facts::change(&self.repository.tree, &plan.facts) {
            Ok(change) => plan.files.extend(change),
            Err(Stop::Finding(finding)) => plan.findings.push(*finding),
            Err(Stop::Template(error)) => return Err(error),
        }
        Ok(plan)
    }

    /// The plan that writes nothing, and why.
    pub(super) fn refusal(&self, mut finding: Finding) -> Plan {
        check::hold(&self.repository.config.rules, &mut finding);
        Plan { findings: vec![finding], ..Plan::default() }
    }

    /// What is to be said about the repository, whatever is onboarded.
    pub(super) fn about_the_repository(&self) -> Vec<Finding> {
        let mut findings = check::idle_clusters(&self.repository);
        check::apply_to_plan(&self.repository.config.rules, &mut findings);
        findings
    }
}

/// What was taken for granted because nothing states it.
fn assumptions(survey: &Survey, answers: &Answers) -> Vec<String> {
    let facts = &survey.facts;
    let mut notes = Vec::new();
    let mut assumed = |what: String, origin: String| {
        notes.push(match origin.as_str() {
            "assumed" => format!("assumed: {what} (no fact in gangplank.yaml)"),
            origin => format!("assumed: {what} (from {origin})"),
        });
    };
    if facts.format.is_assumed() {
        let format = match facts.format.value {
            RestrictionFormat::Glob => "glob",
            RestrictionFormat::Regexp => "regexp",
        };
        assumed(format!("kube2iam reads the list as {format}"), facts.format.origin());
    }
    let peers: Vec<String> = facts.dns.value.iter().map(ToString::to_string).collect();
    let uses_them = answers.policy.as_ref().is_some_and(|policy| policy.dns == facts.dns.value);
    if facts.dns.is_assumed() && uses_them {
        assumed(format!("names are asked for at {}", peers.join(" ")), facts.dns.origin());
    }
    notes
}

fn assemble(
    folder: FolderPlan,
    findings: Vec<Finding>,
    after: &Build,
    survey: &Survey,
    place: &NamespacePlace,
) -> Plan {
    let mut notes = folder.notes;
    if !place.exists {
        notes.push(format!("{}/: {}", place.folder, survey.layout.because));
        notes.extend(checks::brought_along(after, &place.folder));
    }
    let mut all = folder.findings;
    all.extend(findings);
    Plan {
        files: folder.files,
        findings: all,
        notes,
        effects: folder.effect.into_iter().collect(),
        ..Plan::default()
    }
}

fn protected(answers: &Answers, glob: &str) -> Finding {
    Finding::in_answer(
        "layout/protected",
        Level::Error,
        format!(
            "`{}` is a namespace of the platform (`{glob}`), not of an application",
            answers.namespace
        ),
        format!(
            "if it is meant, put `\"!{}\"` under `protected:` in gangplank.yaml",
            answers.namespace
        ),
    )
}
