//! Taking roles away from a namespace: the entry goes out of the list where it stands, and with the
//! last one the patch. Everything else stays.

use super::built;
use super::changes::{AwsFacts, Effective, FileChange, Plan, Purpose, tree_after};
use super::elsewhere::{Elsewhere, Settled};
use super::file_edits::{FileEdits, NotEdited};
use super::folder::{findings, problems};
use super::links::refuse_links;
use super::outlook::{InvalidAnswer, Outlook, OutlookError, Planner};
use super::role_list::{RoleList, Way};
use super::stop::Stop;
use crate::check::problem_finding;
use crate::domain::allowed_roles::{AllowedRoles, RestrictionFormat, entry_for};
use crate::domain::finding::{Finding, Level};
use crate::domain::invalid::Invalid;
use crate::domain::name::{ClusterName, Namespace, PolicyName};
use crate::domain::near::closest;
use crate::domain::role_arn::RoleArn;
use crate::kustomize::{self, Build, BuiltNamespace, Kustomization, Setter, field_key};
use crate::manifests::edit::{Change, Edit, Step};
use crate::manifests::yaml::Node;
use crate::questions::{GivenAnswers, QuestionId, REVOKE_QUESTIONS, command_line};
use crate::repo::Survey;
use crate::system::RepoPath;
use crate::tree::Tree;

impl Planner {
    /// The outlook on taking roles away; with `with_policy`, the policy file goes too.
    ///
    /// # Errors
    /// A cluster that can't be surveyed.
    pub fn revocation(
        &mut self,
        given: &GivenAnswers,
        with_policy: bool,
    ) -> Result<Outlook, OutlookError> {
        let mut settled = GivenAnswers::default();
        for id in REVOKE_QUESTIONS {
            if let Some(answer) = given.get(id) {
                settled.give(id, answer.values.clone(), answer.origin.clone());
            }
        }
        let needed = &REVOKE_QUESTIONS[..3];
        let mut outlook = Outlook {
            missing: needed.iter().copied().filter(|id| settled.get(*id).is_none()).collect(),
            asked: REVOKE_QUESTIONS.to_vec(),
            settled,
            ..Outlook::default()
        };
        let mut plan = Plan { purpose: Purpose::Revoke, ..Plan::default() };
        for cluster in outlook.settled.values(QuestionId::Cluster).to_vec() {
            self.revoke_on(&cluster, with_policy, &mut outlook, &mut plan)?;
        }
        let policy_flag: &[&str] = if with_policy { &["--policy"] } else { &[] };
        if outlook.missing.is_empty() && outlook.invalid.is_empty() {
            plan.command = command_line("revoke", &outlook.settled, &REVOKE_QUESTIONS, policy_flag);
            plan.answers = outlook.settled.clone();
            outlook.plan = Some(plan);
        }
        Ok(outlook)
    }

    fn revoke_on(
        &mut self,
        cluster: &str,
        with_policy: bool,
        outlook: &mut Outlook,
        plan: &mut Plan,
    ) -> Result<(), OutlookError> {
        let Some(cluster) = typed(QuestionId::Cluster, cluster, ClusterName::parse, outlook) else {
            return Ok(());
        };
        let survey = self.survey(&cluster)?;
        outlook.survey.get_or_insert_with(|| survey.clone());
        let namespace = outlook.settled.value(QuestionId::Namespace).map(str::to_owned);
        let namespace = namespace
            .and_then(|text| typed(QuestionId::Namespace, &text, Namespace::parse, outlook));
        let Some(namespace) = namespace else {
            return Ok(());
        };
        let name = outlook.settled.value(QuestionId::PolicyName).unwrap_or(namespace.as_str());
        let name = name.to_owned();
        let policy = typed(QuestionId::PolicyName, &name, PolicyName::parse, outlook);
        let revocation = Revocation {
            tree: &self.repository.tree,
            elsewhere: &self.elsewhere,
            survey: &survey,
            namespace: &namespace,
            roles: outlook.settled.values(QuestionId::Role),
            policy: policy.filter(|_| with_policy),
        };
        if let Err(Stop::Finding(finding)) = revocation.plan(plan) {
            plan.findings.push(*finding);
        }
        Ok(())
    }
}

fn typed<T>(
    id: QuestionId,
    text: &str,
    parse: impl Fn(&str) -> Result<T, Invalid>,
    outlook: &mut Outlook,
) -> Option<T> {
    let refuse =
        |invalid| outlook.invalid.push(InvalidAnswer { id, value: text.to_owned(), invalid });
    parse(text).map_err(refuse).ok()
}

/// Roles that go from one namespace.
struct Revocation<'a> {
    tree: &'a Tree,
    elsewhere: &'a Elsewhere,
    survey: &'a Survey,
    namespace: &'a Namespace,
    roles: &'a [String],
    /// The policy that goes too.
    policy: Option<PolicyName>,
}

impl Revocation<'_> {
    fn plan(&self, plan: &mut Plan) -> Result<(), Stop> {
        let place = self.survey.place(self.tree, self.namespace);
        let place =
            place.map_err(|error| on_disk("layout/no-folder", "", error.to_string(), ""))?;
        if !place.exists {
            let message = format!("{} has no folder on {}", self.namespace, self.survey.cluster);
            return Err(on_disk("layout/no-folder", "", message, "look at its name again").into());
        }
        let folder = &place.folder;
        refuse_links(self.tree, folder)?;
        let open = kustomize::build(self.tree, folder);
        let problems = open.problems.clone();
        let (build, settled) = self.elsewhere.settle(self.tree, folder, open);
        plan.notes.extend(problems::note(&problems, &settled));
        plan.findings.extend(
            build
                .problems
                .iter()
                .map(|problem| problems::asked_in_vain(problem_finding(problem), &settled)),
        );
        let [built] = &build.namespaces[..] else {
            let message = "not exactly one Namespace in this build";
            let help = "look at the folder by hand";
            let rule = "kustomization/no-namespace-object";
            return Err(on_disk(rule, folder.as_str(), message.to_owned(), help).into());
        };
        let key = &self.survey.facts.allowed_roles_key;
        let list = RoleList::read(self.tree, folder, built, &build.objects, key)
            .map_err(|(text, error)| findings::unreadable_roles(folder, key, &text, &error))?;
        let (gone, kept) = self.split(list.entries.entries(), folder, plan);
        let mut edits = FileEdits::default();
        let mut goes = Vec::new();
        if !gone.is_empty() {
            match list.way(&AllowedRoles::to_json_of(&kept)) {
                Way::NewPatch => return Err(self.inherited(built, &gone).into()),
                Way::Refused(finding) => return Err(finding.into()),
                Way::InPlace(setter) if kept.is_empty() => {
                    goes.extend(self.remove(&setter, folder, &mut edits)?);
                }
                Way::InPlace(setter) => list.keep(&setter, &kept, &mut edits),
            }
        }
        goes.extend(self.remove_policy(folder, &mut edits)?);
        let entries = list.entries.entries();
        let before = Before { folder, built, settled: &settled, entries, gone };
        plan.files.extend(self.changes(&edits, &goes)?);
        self.finish(plan, &before)
    }

    /// The entries that go and those that stay.
    fn split(
        &self,
        entries: &[String],
        folder: &RepoPath,
        plan: &mut Plan,
    ) -> (Vec<String>, Vec<String>) {
        let mut gone: Vec<String> = Vec::new();
        for role in self.roles {
            let meant = self.entries_of(role);
            let found: Vec<&String> =
                entries.iter().filter(|entry| meant.contains(entry)).collect();
            if found.is_empty() {
                plan.findings.push(self.not_listed(role, entries, folder));
            }
            gone.extend(found.into_iter().cloned());
        }
        let kept = entries.iter().filter(|entry| !gone.contains(entry)).cloned().collect();
        (gone, kept)
    }

    /// The entries that a role may stand as: literally, and escaped for a regexp cluster.
    fn entries_of(&self, role: &str) -> Vec<String> {
        let facts = &self.survey.facts;
        let account = facts.account.as_ref().map_or("{account}", |fact| fact.value.as_str());
        let text = role
            .replace("{cluster}", self.survey.cluster.as_str())
            .replace("{namespace}", self.namespace.as_str())
            .replace("{account}", account);
        let arn = RoleArn::parse(&text).ok();
        let escaped = arn.map(|arn| entry_for(&arn, RestrictionFormat::Regexp));
        escaped.into_iter().chain([text]).collect()
    }

    fn not_listed(&self, role: &str, entries: &[String], folder: &RepoPath) -> Finding {
        let near = closest(role, entries.iter().map(String::as_str));
        let help = match (near, entries) {
            (Some(near), _) => format!("did you mean {near}?"),
            (None, []) => "its list is empty".to_owned(),
            (None, entries) => format!("it has {}", entries.join(" ")),
        };
        let message = format!("{} has no role {role} on {}", self.namespace, self.survey.cluster);
        let level = Level::Warning;
        Finding::on_disk("annotation/not-listed", level, folder.as_str(), message, help)
    }

    /// A role that no file of the folder grants comes from the defaults.
    fn inherited(&self, built: &BuiltNamespace, gone: &[String]) -> Finding {
        let message = format!(
            "{} comes from what the folder inherits ({}): every namespace there has it",
            gone.join(" "),
            built.path
        );
        let help = "take it out there, or give this namespace a list of its own";
        on_disk("annotation/inherited", built.path.as_str(), message, help)
    }

    /// Takes out what sets the list; the file that goes with it, if it says nothing else.
    fn remove(
        &self,
        setter: &Setter,
        folder: &RepoPath,
        edits: &mut FileEdits,
    ) -> Result<Option<RepoPath>, Stop> {
        let whole_file = setter.removable.is_empty();
        let Some(entry) = setter.entry.as_ref().filter(|e| whole_file || **e == setter.removable)
        else {
            let at = setter.removable.clone();
            edits.add(&setter.file, Edit { at, change: Change::Remove });
            return Ok(None);
        };
        let kustomization = self.kustomization(folder)?;
        edits.add(&kustomization, remove_item(self.tree, &kustomization, entry)?);
        Ok(whole_file.then(|| setter.file.clone()))
    }

    fn kustomization(&self, folder: &RepoPath) -> Result<RepoPath, Stop> {
        let files = self.tree.kustomization_files(folder)?;
        let missing = || findings::raw_folder(folder).into();
        files.into_iter().next().ok_or_else(missing)
    }

    /// The policy's entry in `resources` goes, then its file.
    fn remove_policy(
        &self,
        folder: &RepoPath,
        edits: &mut FileEdits,
    ) -> Result<Option<RepoPath>, Stop> {
        let Some(name) = &self.policy else {
            return Ok(None);
        };
        let file = folder.child(&format!("cnp.{name}.yaml"));
        if self.tree.kind(&file)?.is_none() {
            return Ok(None);
        }
        let kustomization = self.kustomization(folder)?;
        if let Some(entry) = resource_entry(self.tree, &kustomization, file.name())? {
            edits.add(&kustomization, remove_item(self.tree, &kustomization, &entry)?);
        }
        Ok(Some(file))
    }

    fn changes(&self, edits: &FileEdits, goes: &[RepoPath]) -> Result<Vec<FileChange>, Stop> {
        let mut changes = match edits.changes(self.tree, self.tree)? {
            Ok(changes) => changes,
            Err(not_edited) => return Err(refused(&not_edited).into()),
        };
        // What is no longer named goes last, so that the tree builds after each step.
        for path in goes {
            let bytes = self.tree.read(path)?;
            changes.extend(bytes.map(|bytes| FileChange::deleted(path.clone(), bytes)));
        }
        Ok(changes)
    }

    /// Looks at what will be built, and says what stays.
    fn finish(&self, plan: &mut Plan, before: &Before<'_>) -> Result<(), Stop> {
        let after = tree_after(self.tree, &plan.files);
        let (after, failure) = self.elsewhere.after(&after, before.folder, before.settled);
        if let Some(finding) = failure {
            return Err(finding.into());
        }
        plan.built.extend(built::page(before.folder, Some(before.built), &after));
        let left = self.left(&after, before)?;
        if before.gone.len() == before.entries.len() && !left.is_empty() {
            plan.notes.push(format!("the list that it inherits comes back: {}", left.join(" ")));
        }
        let file = format!("cnp.{}.yaml", self.namespace);
        if self.policy.is_none() && self.tree.kind(&before.folder.child(&file))?.is_some() {
            plan.notes.push(format!("{file} stays; --policy takes it away too"));
        }
        plan.effects.push(Effective {
            cluster: self.survey.cluster.to_string(),
            namespace: self.namespace.to_string(),
            folder: before.folder.clone(),
            pod_role: String::new(),
            role_key: self.survey.facts.role_key.clone(),
            roles: Vec::new(),
            aws: AwsFacts::default(),
            before: before.entries.to_vec(),
            is_inherited: false,
            after: left,
        });
        Ok(())
    }

    /// The list as it will be built; nothing else of the Namespace may change.
    fn left(&self, after: &Build, before: &Before<'_>) -> Result<Vec<String>, Stop> {
        let wrong = |message: String| {
            let (rule, help) = ("kustomization/unexpected-build", "look at the folder by hand");
            Stop::from(on_disk(rule, before.folder.as_str(), message, help))
        };
        let [built] = &after.namespaces[..] else {
            return Err(wrong("the build would not have exactly one Namespace".to_owned()));
        };
        let key = &self.survey.facts.allowed_roles_key;
        if built.without_annotation(key) != before.built.without_annotation(key) {
            let message = "more of the Namespace would change than its list of roles";
            return Err(wrong(message.to_owned()));
        }
        let value = built.annotations.get(key).map_or("", String::as_str);
        let left = AllowedRoles::parse(value)
            .map_err(|error| wrong(format!("the list would be {value:?}: {error}")))?;
        match before.gone.iter().find(|role| left.entries().contains(role)) {
            Some(role) => Err(wrong(format!("{role} would still be there: it is inherited, too"))),
            None => Ok(left.entries().to_vec()),
        }
    }
}

/// A namespace before its roles go.
struct Before<'a> {
    folder: &'a RepoPath,
    built: &'a BuiltNamespace,
    settled: &'a Settled,
    entries: &'a [String],
    gone: Vec<String>,
}

fn on_disk(rule: &'static str, path: &str, message: String, help: &str) -> Finding {
    Finding::on_disk(rule, Level::Error, path, message, help)
}

fn refused(not_edited: &NotEdited) -> Finding {
    let path = not_edited.path.as_str();
    let reason = not_edited.refusal.reason.clone();
    let finding = on_disk("kustomization/not-edited", path, reason, "take the role out by hand");
    match not_edited.refusal.place {
        Some(place) => finding.at(place.line, place.column),
        None => finding,
    }
}

/// The edit that takes an item out of its list, and the list with its last one.
fn remove_item(tree: &Tree, file: &RepoPath, entry: &[Step]) -> Result<Edit, Stop> {
    let yaml = tree.yaml(file)?;
    let is_only = |key: &str| {
        let root = yaml.as_ref().and_then(|file| file.yaml.root());
        root.and_then(|root| root.get(key)).is_some_and(|list| list.items().len() == 1)
    };
    let at = match entry {
        [Step::Key(key), ..] if is_only(key) => entry[..1].to_vec(),
        _ => entry.to_vec(),
    };
    Ok(Edit { at, change: Change::Remove })
}

fn resource_entry(tree: &Tree, file: &RepoPath, name: &str) -> Result<Option<Vec<Step>>, Stop> {
    let Some(file) = tree.yaml(file)? else {
        return Ok(None);
    };
    Ok(file.yaml.root().and_then(|root| {
        let is_it =
            |node: &Node<'_>| node.text().is_some_and(|t| t.trim_start_matches("./") == name);
        let key = field_key(root, "resources")?.text()?;
        let index = Kustomization::of(root).resources().iter().position(is_it)?;
        Some(vec![Step::Key(key.to_owned()), Step::Index(index)])
    }))
}
