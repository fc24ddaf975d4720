//! The changes to one namespace folder, new or existing.

use super::changes::{Effective, FileChange};
use super::policy_file::{PolicyError, PolicyFile, PolicyOutcome};
use crate::domain::allowed_roles::{AllowedRoles, entry_for, pointer_segment};
use crate::domain::answers::{Answers, PolicyAnswers};
use crate::domain::finding::{Finding, Level, RefusedBy};
use crate::kustomize::{self, Build, Kustomization, Problem};
use crate::manifests::edit::{self, Addition};
use crate::manifests::render::{self, LabelsEntry, NewKustomization, Pair};
use crate::manifests::source::SourceText;
use crate::manifests::template::{TemplateError, Templates};
use crate::manifests::yaml::{Node, Yaml, annotation_value, quoted};
use crate::repo::{
    DefaultsChoice, KustomizationShape, NamespacePlace, OWN_NAME, Shape, Survey, TemplateFile,
};
use crate::system::{FileKind, RepoPath};
use crate::tree::{ReadError, Tree};

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
}

/// What stops a plan from being made.
#[derive(Debug)]
pub(super) enum Stop {
    /// Nothing of the folder can be planned, and this is why.
    Finding(Box<Finding>),
    /// A template does not work.
    Template(TemplateError),
}

impl From<Finding> for Stop {
    fn from(finding: Finding) -> Self {
        Stop::Finding(Box::new(finding))
    }
}

impl From<TemplateError> for Stop {
    fn from(error: TemplateError) -> Self {
        Stop::Template(error)
    }
}

impl From<ReadError> for Stop {
    fn from(error: ReadError) -> Self {
        unreadable(&error).into()
    }
}

impl From<PolicyError> for Stop {
    fn from(error: PolicyError) -> Self {
        match error {
            PolicyError::Template(error) => error.into(),
            PolicyError::Unreadable(error) => error.into(),
        }
    }
}

fn unreadable(error: &ReadError) -> Finding {
    let rule = if error.reason.starts_with("not UTF-8") {
        "kustomization/not-utf8"
    } else if error.place.is_some() {
        "kustomization/invalid-yaml"
    } else {
        "kustomization/unreadable"
    };
    let finding = Finding::on_disk(
        rule,
        Level::Error,
        error.path.as_str(),
        error.reason.clone(),
        "mend it, then run gangplank again",
    );
    match error.place {
        Some(place) => finding.at(place.line, place.column),
        None => finding,
    }
}

/// Makes the plan of one folder.
pub(super) struct Folder<'a> {
    pub(super) tree: &'a Tree,
    pub(super) templates: &'a Templates,
    pub(super) survey: &'a Survey,
    pub(super) answers: &'a Answers,
    pub(super) place: &'a NamespacePlace,
}

impl Folder<'_> {
    pub(super) fn plan(&self) -> Result<FolderPlan, Stop> {
        let folder = &self.place.folder;
        refuse_links(self.tree, folder)?;
        let base = self.base()?;
        let tree = self.tree.with(base.pending());
        let mut plan =
            FolderPlan { before: kustomize::build(&tree, folder), ..FolderPlan::default() };
        plan.notes.extend(base.note.clone());
        plan.findings.extend(self.problems(&tree, &plan.before));
        if let Some(policy) = &self.answers.policy {
            plan.policy = self.policy(&tree, &base, policy)?;
            plan.findings.append(&mut plan.policy.findings);
        }
        self.change_kustomization(&base, &mut plan)?;
        Ok(plan)
    }

    fn policy(
        &self,
        tree: &Tree,
        base: &Base,
        answers: &PolicyAnswers,
    ) -> Result<PolicyOutcome, Stop> {
        let folder = &self.place.folder;
        let file = PolicyFile {
            tree,
            templates: self.templates,
            folder,
            answers,
            namespace: (!base.sets_namespace()?).then_some(&self.answers.namespace),
        };
        let mut outcome = file.outcome(self.answers.on_conflict)?;
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

    /// The problems of the build. What is not worked out is no more than a warning, unless it
    /// speaks of the annotation: then the list that would be written might drop roles.
    fn problems(&self, tree: &Tree, build: &Build) -> Vec<Finding> {
        let key = &self.survey.facts.allowed_roles_key;
        let findings = build.problems.iter().map(|problem| {
            let finding = problem_finding(problem);
            let text = tree.text(&problem.path).ok().flatten();
            let speaks = text.is_some_and(|source| {
                source.text().contains(key) || source.text().contains(&pointer_segment(key))
            });
            if speaks && !problem.is_broken {
                let help = "gangplank can't tell which roles are there already: change this folder by hand";
                return Finding { level: Level::Error, help: help.to_owned(), ..finding };
            }
            finding
        });
        findings.collect()
    }

    /// What the folder is without this onboarding: as on disk, or freshly made in the house shape.
    fn base(&self) -> Result<Base, Stop> {
        let folder = &self.place.folder;
        match &self.tree.kustomization_files(folder)?[..] {
            [one] => {
                let before = self.tree.read(one)?;
                Ok(Base { path: one.clone(), before, ..Base::default() })
            }
            [] if self.place.exists => Err(raw_folder(folder).into()),
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

    fn new_folder(&self) -> Result<Base, Stop> {
        let house = &self.survey.house;
        let mut base = match &house.shape {
            Shape::Template(files) => self.from_template(files)?,
            Shape::Kustomization(shape) => self.from_shape(shape)?,
        };
        base.note = Some(format!("shape: {}", house.source));
        Ok(base)
    }

    fn from_template(&self, files: &[TemplateFile]) -> Result<Base, Stop> {
        let folder = &self.place.folder;
        let mut base = Base::default();
        for file in files {
            let filled = file.fill(self.answers.cluster.as_str(), &self.answers.namespace);
            let (name, text) = filled.map_err(|variable| unknown_variable(file, &variable))?;
            let path = folder.resolve(&name).unwrap_or_else(|| folder.child(&name));
            if crate::tree::KUSTOMIZATION_NAMES.contains(&name.as_str()) {
                base.path = path;
                base.template = Some(file.path.clone());
                base.fresh = Some(text);
            } else if self.tree.kind(&path)?.is_none() {
                base.beside.push(FileChange::between(path, None, text.into_bytes()));
            }
        }
        Ok(base)
    }

    fn from_shape(&self, shape: &KustomizationShape) -> Result<Base, Stop> {
        let folder = &self.place.folder;
        let namespace = self.answers.namespace.as_str();
        let new = NewKustomization {
            document_start: shape.document_start,
            keys: shape.keys.clone(),
            namespace: self.answers.namespace.clone(),
            resources: self.resources(shape),
            components: shape.components.iter().map(|c| shape.written(c, folder)).collect(),
            common_labels: own_names(&shape.common_labels, namespace),
            common_annotations: own_names(&shape.common_annotations, namespace),
            labels: shape.labels.iter().map(|entry| self.own_labels(entry)).collect(),
            patches: Vec::new(),
            list_indent: shape.list_indent,
        };
        let path = folder.child("kustomization.yaml");
        let has_crlf = shape.has_crlf;
        let mut base = Base { path, shape: Some(new), has_crlf, ..Base::default() };
        base.fresh = Some(base.rendered(self.templates, &Addition::default())?);
        Ok(base)
    }

    /// The defaults, and whatever else the siblings list.
    fn resources(&self, shape: &KustomizationShape) -> Vec<String> {
        let folder = &self.place.folder;
        let (defaults, others): (Option<RepoPath>, Vec<&RepoPath>) = match &self.survey.defaults {
            DefaultsChoice::One(one) => (Some(one.folder.clone()), Vec::new()),
            DefaultsChoice::Ask(candidates) => (
                self.answers.defaults.as_deref().and_then(RepoPath::parse),
                candidates.iter().map(|candidate| &candidate.folder).collect(),
            ),
        };
        let mut paths: Vec<&RepoPath> =
            shape.resources.iter().filter(|path| !others.contains(path)).collect();
        if let Some(defaults) = defaults.as_ref().filter(|d| !paths.contains(d)) {
            paths.insert(0, defaults);
        }
        paths.into_iter().map(|path| shape.written(path, folder)).collect()
    }

    fn own_labels(&self, entry: &LabelsEntry) -> LabelsEntry {
        let pairs = own_names(&entry.pairs, self.answers.namespace.as_str());
        LabelsEntry { pairs, ..entry.clone() }
    }

    /// Adds what is missing to the kustomization, and works out the list of roles.
    fn change_kustomization(&self, base: &Base, plan: &mut FolderPlan) -> Result<(), Stop> {
        let source = base.source()?;
        let [built] = &plan.before.namespaces[..] else {
            plan.findings.extend(wrong_namespaces(base, &plan.before));
            plan.files.extend(base.unchanged());
            return Ok(());
        };
        let key = &self.survey.facts.allowed_roles_key;
        let there = built.annotations.get(key).map_or("", String::as_str);
        let roles = AllowedRoles::parse(there);
        let mut roles = roles.map_err(|error| unreadable_roles(base, key, there, &error))?;
        plan.findings.extend(wildcards(base, &roles));
        let before = roles.entries().to_vec();
        let mut added = false;
        for role in &self.answers.roles {
            added |= roles.add(entry_for(role, self.survey.facts.format.value));
        }
        plan.effect = Some(Effective {
            cluster: self.answers.cluster.to_string(),
            namespace: self.answers.namespace.to_string(),
            folder: self.place.folder.clone(),
            pod_role: self.answers.roles.first().map(ToString::to_string).unwrap_or_default(),
            role_key: self.survey.facts.role_key.clone(),
            before,
            after: roles.entries().to_vec(),
        });
        let yaml = Yaml::parse(source.text()).ok();
        let mut addition = Addition::default();
        let listed = plan.policy.listed.as_ref();
        if let Some(name) = listed.filter(|name| !lists(yaml.as_ref(), name)) {
            addition.resources.push(name.clone());
        }
        if added {
            let json = roles.to_json();
            if let Some(finding) = self.touching_patch(base, yaml.as_ref(), key, &json) {
                plan.findings.push(finding);
                plan.files.extend(plan.policy.change.take());
                plan.files.extend(base.conflict());
                return Ok(());
            }
            let namespace = &self.answers.namespace;
            let style = self.answers.style;
            addition.patch =
                Some(render::patch_entry(self.templates, style, namespace, key, &json)?);
        }
        self.write_addition(base, &source, &addition, plan)
    }

    fn write_addition(
        &self,
        base: &Base,
        source: &SourceText,
        addition: &Addition,
        plan: &mut FolderPlan,
    ) -> Result<(), Stop> {
        let edited = if *addition == Addition::default() {
            Ok(source.clone())
        } else if base.shape.is_some() {
            Ok(source.with_text(base.rendered(self.templates, addition)?))
        } else {
            edit::add(source, addition)
        };
        plan.files.extend(plan.policy.change.take());
        plan.files.extend(base.beside.iter().cloned());
        match edited {
            Ok(edited) => {
                let after = edited.encode();
                plan.files.push(FileChange::between(base.path.clone(), base.before.clone(), after));
            }
            Err(refusal) => {
                plan.findings.push(refused(base, addition, &refusal));
                plan.files.extend(base.conflict());
            }
        }
        Ok(())
    }

    /// The finding for a patch of this kustomization that sets the annotation already: a second
    /// one would win over it, so the value that is there has to be changed.
    fn touching_patch(
        &self,
        base: &Base,
        yaml: Option<&Yaml>,
        key: &str,
        json: &str,
    ) -> Option<Finding> {
        let kustomization = Kustomization::of(yaml?.root()?);
        let pointer = pointer_segment(key);
        let mut patches = kustomization.patches();
        patches.extend(kustomization.late_patches());
        patches.into_iter().find_map(|patch| {
            let (path, text, from) = match patch.inline {
                Some(_) => (base.path.clone(), base.source().ok()?.text().to_owned(), patch.entry.span().start),
                None => {
                    let path = self.place.folder.resolve(patch.path?.text()?)?;
                    let text = self.tree.text(&path).ok()??.text().to_owned();
                    (path, text, 0)
                }
            };
            let below = text.get(from..patch.inline.map_or(text.len(), |_| patch.entry.span().end))?;
            let at = [key, pointer.as_str()].into_iter().filter_map(|word| below.find(word)).min()?;
            let line = text[..from + at].matches('\n').count() + 1;
            let finding = Finding::on_disk(
                "kustomization/not-edited",
                Level::Error,
                path.as_str(),
                "a patch here sets the same annotation already, and of two patches the last one wins",
                format!("make its value this:\n{}", annotation_value(json)),
            );
            Some(finding.at(line, 1))
        })
    }
}

fn unknown_variable(file: &TemplateFile, variable: &str) -> Finding {
    Finding::on_disk(
        "layout/template-variable",
        Level::Error,
        file.path.as_str(),
        format!("the namespace template has a variable ${{{variable}}}, which nobody fills in"),
        "CLUSTER_NAME and NAMESPACE_NAME are filled in",
    )
}

fn with_crlf(bytes: Vec<u8>) -> Vec<u8> {
    match String::from_utf8(bytes) {
        Ok(text) => text.replace('\n', "\r\n").into_bytes(),
        Err(error) => error.into_bytes(),
    }
}

/// A folder before this onboarding.
#[derive(Debug, Default)]
struct Base {
    /// Its kustomization.
    path: RepoPath,
    /// Its bytes on disk.
    before: Option<Vec<u8>>,
    /// Its text if it is made now.
    fresh: Option<String>,
    /// What that text is made from, if it has the siblings' shape.
    shape: Option<NewKustomization>,
    /// The file of the namespace template that it is made from.
    template: Option<RepoPath>,
    /// Other new files.
    beside: Vec<FileChange>,
    has_crlf: bool,
    note: Option<String>,
}

impl Base {
    fn source(&self) -> Result<SourceText, Stop> {
        let bytes = match (&self.before, &self.fresh) {
            (Some(bytes), _) => bytes.clone(),
            (None, fresh) => fresh.clone().unwrap_or_default().into_bytes(),
        };
        SourceText::decode(bytes).map_err(|error| {
            let (path, reason) = (self.path.clone(), error.to_string());
            unreadable(&ReadError { path, reason, place: None }).into()
        })
    }

    /// The text in the siblings' shape, with an addition in its place. Without a patch there is no
    /// `patches` either.
    fn rendered(
        &self,
        templates: &Templates,
        addition: &Addition,
    ) -> Result<String, TemplateError> {
        let mut new = match &self.shape {
            Some(shape) => shape.clone(),
            None => return Ok(String::new()),
        };
        new.resources.extend(addition.resources.iter().cloned());
        new.patches.extend(addition.patch.clone());
        if new.patches.is_empty() {
            new.keys.retain(|key| key.name != "patches");
        }
        let text = render::kustomization(templates, &new)?;
        Ok(if self.has_crlf { text.replace('\n', "\r\n") } else { text })
    }

    /// Whether its `namespace:` gives every object of the folder its namespace.
    fn sets_namespace(&self) -> Result<bool, Stop> {
        let source = self.source()?;
        let yaml = Yaml::parse(source.text()).ok();
        let root = yaml.as_ref().and_then(Yaml::root);
        // A text that can't be read is refused for that.
        Ok(root.is_none_or(|root| Kustomization::of(root).namespace().is_some()))
    }

    /// What the tree needs on top to look like this.
    fn pending(&self) -> Vec<(RepoPath, Vec<u8>)> {
        let beside = self.beside.iter().filter_map(|f| Some((f.path.clone(), f.after.clone()?)));
        let own = self.fresh.iter().map(|text| (self.path.clone(), text.clone().into_bytes()));
        beside.chain(own).collect()
    }

    fn unchanged(&self) -> Option<FileChange> {
        let bytes = self.before.clone()?;
        Some(FileChange::between(self.path.clone(), Some(bytes.clone()), bytes))
    }

    fn conflict(&self) -> Option<FileChange> {
        Some(FileChange::conflict(self.path.clone(), self.before.clone()?, None))
    }

    /// The file to point at: a new one is only as wrong as its template.
    fn shown_path(&self) -> &RepoPath {
        self.template.as_ref().unwrap_or(&self.path)
    }
}

/// Entries that are there and allow more than one role.
fn wildcards(base: &Base, roles: &AllowedRoles) -> Option<Finding> {
    let wide: Vec<&str> =
        roles.entries().iter().map(String::as_str).filter(|entry| entry.contains('*')).collect();
    if wide.is_empty() {
        return None;
    }
    Some(Finding::on_disk(
        "annotation/wildcard",
        Level::Warning,
        base.shown_path().as_str(),
        format!(
            "the list holds {} already, which allows more than the role that is added",
            wide.join(" ")
        ),
        "take the pattern out if it is not meant",
    ))
}

fn own_names(pairs: &[Pair], namespace: &str) -> Vec<Pair> {
    pairs
        .iter()
        .map(|pair| Pair::new(pair.key.clone(), pair.value.replace(OWN_NAME, namespace)))
        .collect()
}

/// Whether `resources` lists a file of the folder, also as `./name`.
fn lists(yaml: Option<&Yaml>, name: &str) -> bool {
    let entries = yaml.and_then(Yaml::root).map(|root| Kustomization::of(root).resources());
    let mut texts = entries.into_iter().flatten().filter_map(Node::text);
    texts.any(|text| text.trim_start_matches("./") == name)
}

/// Writing through a link changes a file that others may use, or that lies elsewhere.
fn refuse_links(tree: &Tree, folder: &RepoPath) -> Result<(), Stop> {
    let mut path = RepoPath::root();
    for name in folder.segments() {
        path = path.child(name);
        refuse_link(tree, &path)?;
        if tree.entry_kind(&path)? == Some(FileKind::File) {
            let message = "a file where a folder is needed";
            let finding = Finding::on_disk(
                "layout/no-folder",
                Level::Error,
                path.as_str(),
                message,
                "move it away",
            );
            return Err(finding.into());
        }
    }
    for name in crate::tree::KUSTOMIZATION_NAMES {
        refuse_link(tree, &folder.child(name))?;
    }
    Ok(())
}

fn refuse_link(tree: &Tree, path: &RepoPath) -> Result<(), Stop> {
    let message = match tree.entry_kind(path)? {
        Some(FileKind::Link) => "a symbolic link: what it leads to may be used elsewhere too",
        Some(FileKind::Other) => "neither a file nor a folder",
        _ => return Ok(()),
    };
    let help = "run gangplank on what it leads to, or replace the link";
    Err(Finding::on_disk("layout/link", Level::Error, path.as_str(), message, help).into())
}

fn raw_folder(folder: &RepoPath) -> Finding {
    Finding::on_disk(
        "layout/raw-folder",
        Level::Error,
        folder.as_str(),
        "manifests without a kustomization: adding one would make Argo CD prune what it does not list",
        "add a kustomization.yaml that lists all of them first, in a change of its own",
    )
}

/// A problem of the build as a finding.
fn problem_finding(problem: &Problem) -> Finding {
    let level = if problem.is_broken { Level::Error } else { Level::Warning };
    let help = if problem.is_broken {
        "kustomize fails here: mend it first"
    } else {
        "look at the result of `kubectl kustomize` for this folder before you merge"
    };
    let path = problem.path.as_str();
    let finding = Finding::on_disk(problem.rule, level, path, problem.reason.clone(), help);
    let finding = match problem.place {
        Some(place) => finding.at(place.line, place.column),
        None => finding,
    };
    if problem.is_broken { finding.refused_by(RefusedBy::Build) } else { finding }
}

/// What to say if a build has not exactly one Namespace.
fn wrong_namespaces(base: &Base, build: &Build) -> Option<Finding> {
    if build.problems.iter().any(|problem| problem.is_broken) {
        return None;
    }
    let path = base.shown_path().as_str();
    let unknown = build.problems.first().map(|problem| problem.reason.clone());
    Some(if let (true, Some(reason)) = (build.namespaces.is_empty(), unknown) {
        Finding::on_disk(
            "kustomization/no-namespace-object",
            Level::Error,
            path,
            format!("the Namespace may come from what is not worked out here: {reason}"),
            "change this folder by hand",
        )
    } else if build.namespaces.is_empty() {
        Finding::on_disk(
            "kustomization/no-namespace-object",
            Level::Error,
            path,
            "nothing in this build brings a Namespace, so there is nothing to put the annotation on",
            "list the defaults in `resources`; gangplank looks for a folder `defaults` or `default` with a kustomization, from the namespace folder up to the cluster's",
        )
    } else {
        Finding::on_disk(
            "kustomization/two-namespaces",
            Level::Error,
            path,
            "several Namespaces in one build: gangplank can't tell which one is meant",
            "keep one of them",
        )
    })
}

fn unreadable_roles(
    base: &Base,
    key: &str,
    value: &str,
    error: &crate::domain::allowed_roles::Unreadable,
) -> Finding {
    let rule = match error {
        crate::domain::allowed_roles::Unreadable::NotJson(_) => "annotation/not-json",
        crate::domain::allowed_roles::Unreadable::NotAString(_) => "annotation/not-strings",
    };
    let shown: String = value.chars().take(80).collect();
    Finding::on_disk(
        rule,
        Level::Error,
        base.shown_path().as_str(),
        format!("{key} is built as {shown:?}: {error}"),
        "make it a JSON list of role ARNs inside a YAML string",
    )
}

/// The finding for a file that is not edited, with the text to paste.
fn refused(base: &Base, addition: &Addition, refusal: &edit::Refusal) -> Finding {
    let mut snippet = String::new();
    if !addition.resources.is_empty() {
        snippet.push_str("resources:\n");
        for resource in &addition.resources {
            snippet.push_str(&format!("  - {}\n", quoted(resource)));
        }
    }
    if let Some(patch) = &addition.patch {
        snippet.push_str("patches:\n");
        for line in patch.lines() {
            snippet.push_str(&format!("  {line}\n"));
        }
    }
    let finding = Finding::on_disk(
        "kustomization/not-edited",
        Level::Error,
        base.shown_path().as_str(),
        refusal.reason.clone(),
        format!("add this by hand, under the keys that are there:\n{snippet}"),
    );
    match refusal.place {
        Some(place) => finding.at(place.line, place.column),
        None => finding,
    }
}

impl KustomizationShape {
    /// A path as the siblings write it.
    fn written(&self, path: &RepoPath, folder: &RepoPath) -> String {
        let text = path.relative_to(folder);
        let is_folder = !path.name().contains('.');
        if self.trailing_slash && is_folder { format!("{text}/") } else { text }
    }
}
