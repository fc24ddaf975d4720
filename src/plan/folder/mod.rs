//! The changes to one namespace folder, new or existing.

mod base;
pub(super) mod findings;
mod new;
pub(super) mod problems;

use self::base::{Addition, Base};
use super::changes::{AwsFacts, Effective, FileChange};
use super::elsewhere::{Elsewhere, Settled};
use super::file_edits::{FileEdits, NotEdited, edited};
use super::links::{refuse_link, refuse_links};
use super::policy_file::{PolicyFile, PolicyOutcome};
use super::role_list::{RoleList, Way};
use super::stop::Stop;
use crate::domain::allowed_roles::{AllowedRoles, entry_for};
use crate::domain::answers::{Answers, PolicyAnswers};
use crate::domain::finding::{Finding, Level, RefusedBy};
use crate::kustomize::{self, Build, Kustomization};
use crate::manifests::edit::Edit;
use crate::manifests::render;
use crate::manifests::template::{TemplateError, Templates};
use crate::manifests::yaml::{Node, Yaml};
use crate::repo::{NamespacePlace, Survey};
use crate::tree::Tree;

/// The changes to a namespace folder and what is to be said about them.
#[derive(Debug, Default)]
pub(super) struct FolderPlan {
    pub(super) files: Vec<FileChange>,
    pub(super) findings: Vec<Finding>,
    pub(super) notes: Vec<String>,
    pub(super) effect: Option<Effective>,
    /// The policy that the folder ends up with.
    pub(super) policy: PolicyOutcome,
    /// The build before the change.
    pub(super) before: Build,
    /// Who worked it out.
    pub(super) settled: Settled,
}

/// Makes the plan of one folder.
pub(super) struct Folder<'a> {
    pub(super) tree: &'a Tree,
    pub(super) templates: &'a Templates,
    pub(super) survey: &'a Survey,
    pub(super) answers: &'a Answers,
    pub(super) place: &'a NamespacePlace,
    pub(super) elsewhere: &'a Elsewhere,
}

impl Folder<'_> {
    pub(super) fn plan(&self) -> Result<FolderPlan, Stop> {
        let (folder, key) = (&self.place.folder, &self.survey.facts.allowed_roles_key);
        refuse_links(self.tree, folder)?;
        let base = self.base()?;
        let tree = self.tree.with(base.pending());
        let open = kustomize::build(&tree, folder);
        let problems = open.problems.clone();
        let (before, settled) = self.elsewhere.settle(&tree, folder, open);
        let mut plan = FolderPlan { before, settled, ..FolderPlan::default() };
        plan.notes.extend(base.note.clone());
        plan.notes.extend(problems::note(&problems, &plan.settled));
        plan.findings.extend(problems::findings(&tree, folder, &plan.before, key, &plan.settled));
        if let Some(policy) = &self.answers.policy {
            plan.policy = self.policy(&tree, &base, policy, &plan.before.objects)?;
            plan.findings.append(&mut plan.policy.findings);
            plan.notes.extend(plan.policy.note.take());
        }
        self.change_files(&base, &tree, &mut plan)?;
        Ok(plan)
    }

    fn policy(
        &self,
        tree: &Tree,
        base: &Base,
        answers: &PolicyAnswers,
        objects: &[kustomize::Object],
    ) -> Result<PolicyOutcome, Stop> {
        let folder = &self.place.folder;
        let file = PolicyFile {
            tree,
            templates: self.templates,
            folder,
            objects,
            answers,
            namespace: (!base.sets_namespace()?).then_some(&self.answers.namespace),
        };
        let mut outcome = file.outcome(&self.answers.on_conflict)?;
        if let Some(change) = &mut outcome.change {
            refuse_link(self.tree, &change.path)?;
            // A file that the namespace template brings is not there yet.
            if base.beside.iter().any(|file| file.path == change.path) {
                outcome.change = None;
            } else if base.has_crlf && change.verb == super::Verb::Create {
                change.after = change.after.take().map(with_crlf);
            }
        }
        Ok(outcome)
    }

    /// What the folder is without this onboarding: as on disk, or freshly made in the house shape.
    fn base(&self) -> Result<Base, Stop> {
        let folder = &self.place.folder;
        match &self.tree.kustomization_files(folder)?[..] {
            [one] => {
                let before = self.tree.read(one)?;
                Ok(Base { path: one.clone(), before, ..Base::default() })
            }
            [] if self.place.exists => Err(findings::raw_folder(folder).into()),
            [] => self.new_folder(),
            [first, ..] => {
                let message = "several kustomization files in this folder: kustomize refuses them";
                let help = "keep one of them";
                let finding = Finding::on_disk(
                    "kustomization/two-files",
                    Level::Error,
                    first.as_str(),
                    message,
                    help,
                );
                Err(finding.refused_by(RefusedBy::Build).into())
            }
        }
    }

    /// Adds what is missing to the folder's files, and works out the list of roles.
    fn change_files(&self, base: &Base, tree: &Tree, plan: &mut FolderPlan) -> Result<(), Stop> {
        let [built] = &plan.before.namespaces[..] else {
            plan.findings.extend(findings::wrong_namespaces(base, &plan.before));
            plan.files.extend(base.unchanged());
            return Ok(());
        };
        let key = &self.survey.facts.allowed_roles_key;
        let objects = &plan.before.objects;
        let list = RoleList::read(tree, &self.place.folder, built, objects, key).map_err(
            |(text, error)| findings::unreadable_roles(base.shown_path(), key, &text, &error),
        )?;
        plan.findings.extend(findings::wildcards(base, &list.entries));
        let mut roles = list.entries.clone();
        let entries = self.answers.roles.iter();
        let entries = entries.map(|role| entry_for(role, self.survey.facts.format.value));
        let new: Vec<String> = entries.filter(|entry| roles.add(entry.clone())).collect();
        plan.effect = Some(self.effect(&list, &roles));
        let mut edits = FileEdits::default();
        let mut addition = Addition { resources: unlisted(base, plan)?, patch: None };
        if !new.is_empty() {
            let json = roles.to_json();
            match list.way(&json) {
                Way::NewPatch => addition.patch = Some(self.patch(key, &json)?),
                Way::InPlace(setter) => list.add(&setter, &new, &mut edits),
                Way::Refused(finding) => {
                    plan.findings.push(finding);
                    plan.files.extend(plan.policy.change.take());
                    plan.files.extend(base.conflict());
                    return Ok(());
                }
            }
        }
        self.write(base, tree, &addition, edits, plan)
    }

    fn effect(&self, before: &RoleList, after: &AllowedRoles) -> Effective {
        Effective {
            cluster: self.answers.cluster.to_string(),
            namespace: self.answers.namespace.to_string(),
            folder: self.place.folder.clone(),
            pod_role: self.answers.roles.first().map(ToString::to_string).unwrap_or_default(),
            role_key: self.survey.facts.role_key.clone(),
            roles: self.answers.roles.clone(),
            aws: self.aws_facts(),
            before: before.entries.entries().to_vec(),
            is_inherited: before.is_inherited(),
            after: after.entries().to_vec(),
        }
    }

    fn aws_facts(&self) -> AwsFacts {
        let facts = &self.survey.facts;
        AwsFacts {
            profile: facts.aws_profile.clone(),
            node_role: self.answers.node_role.clone().or_else(|| facts.node_role.clone()),
            node_role_id: facts.node_role_id.clone(),
            external_id: self.answers.external_id.as_ref().map(|id| id.as_str().to_owned()),
            session_ttl: facts.session_ttl.clone(),
        }
    }

    fn patch(&self, key: &str, json: &str) -> Result<String, TemplateError> {
        let Answers { style, namespace, .. } = self.answers;
        render::patch_entry(self.templates, *style, namespace, key, json)
    }

    /// The changes in the order in which they are written: the tree builds after each one.
    fn write(
        &self,
        base: &Base,
        tree: &Tree,
        addition: &Addition,
        mut edits: FileEdits,
        plan: &mut FolderPlan,
    ) -> Result<(), Stop> {
        plan.files.extend(plan.policy.change.take());
        let after = plan.effect.as_ref().map(|effect| AllowedRoles::to_json_of(&effect.after));
        let value = after.filter(|_| !edits.is_empty());
        let own = self.kustomization(base, addition, edits.take(&base.path))?;
        let others = edits.changes(tree, self.tree)?;
        match own.and_then(|own| Ok((own, others?))) {
            Ok((after, others)) => {
                let is_edited = |file: &&FileChange| others.iter().all(|o| o.path != file.path);
                plan.files.extend(base.beside.iter().filter(is_edited).cloned());
                plan.files.extend(others);
                let before = base.before.clone();
                plan.files.push(FileChange::between(base.path.clone(), before, after));
            }
            Err(not_edited) => {
                plan.files.extend(base.beside.iter().cloned());
                plan.findings.push(findings::refused(addition, value.as_deref(), &not_edited));
                plan.files.extend(base.conflict());
            }
        }
        Ok(())
    }

    /// The kustomization's bytes with what it gets. One in the siblings' shape is rendered with it.
    fn kustomization(
        &self,
        base: &Base,
        addition: &Addition,
        edits: Vec<Edit>,
    ) -> Result<Result<Vec<u8>, NotEdited>, Stop> {
        let source = base.source()?;
        if base.shape.is_some() && edits.is_empty() {
            return Ok(Ok(source.with_text(base.rendered(self.templates, addition)?).encode()));
        }
        let all = [addition.edits(&source), edits].concat();
        Ok(edited(base.shown_path(), &source, &all))
    }
}

/// The policy's file, unless `resources` lists it already, also as `./name`.
fn unlisted(base: &Base, plan: &FolderPlan) -> Result<Vec<String>, Stop> {
    let source = base.source()?;
    let yaml = Yaml::parse(source.text()).ok();
    let entries =
        yaml.as_ref().and_then(Yaml::root).map(|root| Kustomization::of(root).resources());
    let texts: Vec<&str> = entries.into_iter().flatten().filter_map(Node::text).collect();
    let is_listed =
        |name: &&String| texts.iter().any(|text| text.trim_start_matches("./") == *name);
    Ok(plan.policy.listed.iter().filter(|name| !is_listed(name)).cloned().collect())
}

fn with_crlf(bytes: Vec<u8>) -> Vec<u8> {
    match String::from_utf8(bytes) {
        Ok(text) => text.replace('\n', "\r\n").into_bytes(),
        Err(error) => error.into_bytes(),
    }
}
