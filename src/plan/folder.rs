//! The changes to one namespace folder, new or existing.

use super::changes::{Effective, FileChange};
use super::policy_file::{self, PolicyError, PolicyOutcome};
use crate::domain::allowed_roles::{AllowedRoles, entry_for, pointer_segment};
use crate::domain::answers::Answers;
use crate::domain::finding::{Finding, Level, RefusedBy};
use crate::kustomize::{self, Build, Kustomization, Problem};
use crate::manifests::edit::{self, Addition};
use crate::manifests::render::{self, LabelsEntry, NewKustomization, Pair};
use crate::manifests::template::{TemplateError, Templates};
use crate::manifests::yaml::{Node, Yaml, quoted};
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
        let mut plan = FolderPlan::default();
        let base = self.base()?;
        plan.notes.extend(base.note.clone());
        if let Some(policy) = &self.answers.policy {
            let on_conflict = self.answers.on_conflict;
            plan.policy =
                policy_file::policy_file(self.tree, self.templates, folder, policy, on_conflict)?;
            plan.findings.append(&mut plan.policy.findings);
        }
        let tree = self.tree.with(base.pending());
        plan.before = kustomize::build(&tree, folder);
        plan.findings
            .extend(plan.before.problems.iter().map(problem_finding));
        self.change_kustomization(&base, &mut plan)?;
        Ok(plan)
    }

    /// What the folder is without this onboarding: as on disk, or freshly made in the house shape.
    fn base(&self) -> Result<Base, Stop> {
        let folder = &self.place.folder;
        match &self.tree.kustomization_files(folder)?[..] {
            [one] => {
                let before = self.tree.read(one)?;
                Ok(Base {
                    path: one.clone(),
                    before,
                    ..Base::default()
                })
            }
            [] if self.place.exists && has_manifests(self.tree, folder)? => {
                Err(raw_folder(folder).into())
            }
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
            let (name, text) = filled.map_err(|variable| {
                Finding::on_disk(
                    "layout/template-variable",
                    Level::Error,
                    file.path.as_str(),
                    format!("the namespace template has a variable ${{{variable}}}, which nobody fills in"),
                    "CLUSTER_NAME and NAMESPACE_NAME are filled in",
                )
            })?;
            let path = folder.child(&name);
            if crate::tree::KUSTOMIZATION_NAMES.contains(&name.as_str()) {
                base.path = path;
                base.fresh = Some(text);
            } else if self.tree.kind(&path)?.is_none() {
                base.beside
                    .push(FileChange::between(path, None, text.into_bytes()));
            }
        }
        Ok(base)
    }

    fn from_shape(&self, shape: &KustomizationShape) -> Result<Base, Stop> {
        let folder = &self.place.folder;
        let new = NewKustomization {
            document_start: shape.document_start,
            // The patch is added to the file as to any other, by the same code.
            keys: shape
                .keys
                .iter()
                .filter(|key| key.name != "patches")
                .cloned()
                .collect(),
            namespace: self.answers.namespace.clone(),
            resources: self.resources(shape),
            components: shape
                .components
                .iter()
                .map(|c| shape.written(c, folder))
                .collect(),
            common_labels: own_names(&shape.common_labels, self.answers.namespace.as_str()),
            labels: shape
                .labels
                .iter()
                .map(|entry| self.own_labels(entry))
                .collect(),
            patches: Vec::new(),
            list_indent: shape.list_indent,
        };
        Ok(Base {
            path: folder.child("kustomization.yaml"),
            fresh: Some(render::kustomization(self.templates, &new)?),
            blank_before_patches: shape
                .keys
                .iter()
                .any(|k| k.name == "patches" && k.blank_before),
            ..Base::default()
        })
    }

    /// The defaults, and whatever else the siblings list.
    fn resources(&self, shape: &KustomizationShape) -> Vec<String> {
        let folder = &self.place.folder;
        let (defaults, others): (Option<RepoPath>, Vec<&RepoPath>) = match &self.survey.defaults {
            DefaultsChoice::One(one) => (Some(one.folder.clone()), Vec::new()),
            DefaultsChoice::Ask(candidates) => (
                self.answers.defaults.as_deref().and_then(RepoPath::parse),
                candidates
                    .iter()
                    .map(|candidate| &candidate.folder)
                    .collect(),
            ),
        };
        let mut paths: Vec<&RepoPath> = shape
            .resources
            .iter()
            .filter(|path| !others.contains(path))
            .collect();
        if let Some(defaults) = defaults.as_ref().filter(|d| !paths.contains(d)) {
            paths.insert(0, defaults);
        }
        paths
            .into_iter()
            .map(|path| shape.written(path, folder))
            .collect()
    }

    fn own_labels(&self, entry: &LabelsEntry) -> LabelsEntry {
        let pairs = own_names(&entry.pairs, self.answers.namespace.as_str());
        LabelsEntry {
            pairs,
            ..entry.clone()
        }
    }

    /// Adds what is missing to the kustomization, and works out the list of roles.
    fn change_kustomization(&self, base: &Base, plan: &mut FolderPlan) -> Result<(), Stop> {
        let text = base.text()?;
        let namespace = self.answers.namespace.as_str();
        let [built] = &plan.before.namespaces[..] else {
            plan.findings.extend(wrong_namespaces(base, &plan.before));
            plan.files.extend(base.unchanged());
            return Ok(());
        };
        let key = &self.survey.facts.allowed_roles_key;
        let there = built.annotations.get(key).map_or("", String::as_str);
        let mut roles = AllowedRoles::parse(there)
            .map_err(|error| unreadable_roles(base, key, there, &error))?;
        let before = roles.entries().to_vec();
        let mut added = false;
        for role in &self.answers.roles {
            added |= roles.add(entry_for(role, self.survey.facts.format.value));
        }
        plan.effect = Some(Effective {
            cluster: self.answers.cluster.to_string(),
            namespace: namespace.to_owned(),
            folder: self.place.folder.clone(),
            pod_role: self
                .answers
                .roles
                .first()
                .map(ToString::to_string)
                .unwrap_or_default(),
            role_key: self.survey.facts.role_key.clone(),
            before,
            after: roles.entries().to_vec(),
        });
        let yaml = Yaml::parse(&text).ok();
        let mut addition = Addition::default();
        if let Some(listed) = plan
            .policy
            .listed
            .as_ref()
            .filter(|name| !lists(yaml.as_ref(), name))
        {
            addition.resources.push(quoted(listed));
        }
        if added {
            let patch = render::patch_entry(
                self.templates,
                self.answers.style,
                &self.answers.namespace,
                key,
                &roles.to_json(),
            )?;
            addition.patch = Some(patch);
        }
        self.write_addition(base, &addition, key, plan)
    }

    fn write_addition(
        &self,
        base: &Base,
        addition: &Addition,
        key: &str,
        plan: &mut FolderPlan,
    ) -> Result<(), Stop> {
        let source = base.source()?;
        let yaml = Yaml::parse(source.text()).ok();
        let touching = addition
            .patch
            .is_some()
            .then(|| self.patch_on(yaml.as_ref(), key))
            .flatten();
        let edited = match touching {
            Some(place) => Err(edit::Refusal {
                reason: "a patch here sets the same annotation, and the last one wins".to_owned(),
                place: Some(place),
            }),
            None => edit::add(&source, addition),
        };
        let nothing = *addition == Addition::default();
        let after = match edited {
            _ if nothing => source.encode(),
            Ok(edited) => base.finish(&source, edited).encode(),
            Err(refusal) => {
                plan.findings.push(refused(base, addition, &refusal));
                plan.files.extend(plan.policy.change.take());
                plan.files.extend(base.conflict());
                return Ok(());
            }
        };
        plan.files.extend(plan.policy.change.take());
        plan.files.extend(base.beside.iter().cloned());
        plan.files.push(FileChange::between(
            base.path.clone(),
            base.before.clone(),
            after,
        ));
        Ok(())
    }

    /// Where a patch of this kustomization touches the annotation already.
    fn patch_on(&self, yaml: Option<&Yaml>, key: &str) -> Option<crate::manifests::yaml::Place> {
        let kustomization = Kustomization::of(yaml?.root()?);
        let pointer = pointer_segment(key);
        let mut patches = kustomization.patches();
        patches.extend(kustomization.late_patches());
        let touching = patches.into_iter().find(|patch| {
            let inline = patch.inline.and_then(Node::text).map(str::to_owned);
            let text = inline.or_else(|| self.patch_file(patch.path));
            text.is_some_and(|text| text.contains(key) || text.contains(&pointer))
        });
        touching.map(|patch| patch.entry.place())
    }

    fn patch_file(&self, path: Option<Node<'_>>) -> Option<String> {
        let path = self.place.folder.resolve(path?.text()?)?;
        let source = self.tree.text(&path).ok()??;
        Some(source.text().to_owned())
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
    /// Other new files.
    beside: Vec<FileChange>,
    blank_before_patches: bool,
    note: Option<String>,
}

impl Base {
    fn source(&self) -> Result<crate::manifests::source::SourceText, Stop> {
        let bytes = match (&self.before, &self.fresh) {
            (Some(bytes), _) => bytes.clone(),
            (None, fresh) => fresh.clone().unwrap_or_default().into_bytes(),
        };
        crate::manifests::source::SourceText::decode(bytes).map_err(|error| {
            unreadable(&ReadError {
                path: self.path.clone(),
                reason: error.to_string(),
                place: None,
            })
            .into()
        })
    }

    fn text(&self) -> Result<String, Stop> {
        Ok(self.source()?.text().to_owned())
    }

    /// What the tree needs on top to look like this.
    fn pending(&self) -> Vec<(RepoPath, Vec<u8>)> {
        let beside = self
            .beside
            .iter()
            .filter_map(|f| Some((f.path.clone(), f.after.clone()?)));
        let own = self
            .fresh
            .iter()
            .map(|text| (self.path.clone(), text.clone().into_bytes()));
        beside.chain(own).collect()
    }

    /// A new file gets the blank line that its siblings have before `patches`.
    fn finish(
        &self,
        before: &crate::manifests::source::SourceText,
        edited: crate::manifests::source::SourceText,
    ) -> crate::manifests::source::SourceText {
        let is_new_key = !before.text().contains("\npatches:");
        if self.fresh.is_some() && self.blank_before_patches && is_new_key {
            let text = edited.text().replacen("\npatches:", "\n\npatches:", 1);
            return edited.with_text(text);
        }
        edited
    }

    fn unchanged(&self) -> Option<FileChange> {
        let bytes = self.before.clone()?;
        Some(FileChange::between(
            self.path.clone(),
            Some(bytes.clone()),
            bytes,
        ))
    }

    fn conflict(&self) -> Option<FileChange> {
        Some(FileChange::conflict(
            self.path.clone(),
            self.before.clone()?,
            None,
        ))
    }
}

fn own_names(pairs: &[Pair], namespace: &str) -> Vec<Pair> {
    let value = |text: &str| {
        if text == OWN_NAME {
            namespace.to_owned()
        } else {
            text.to_owned()
        }
    };
    pairs
        .iter()
        .map(|pair| Pair::new(pair.key.clone(), value(&pair.value)))
        .collect()
}

/// Whether `resources` lists a file of the folder, also as `./name`.
fn lists(yaml: Option<&Yaml>, name: &str) -> bool {
    let entries = yaml
        .and_then(Yaml::root)
        .map(|root| Kustomization::of(root).resources());
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
            let message = "a file, where the namespace's folder would be";
            let help = "move it out of the way";
            return Err(Finding::on_disk(
                "layout/link",
                Level::Error,
                path.as_str(),
                message,
                help,
            )
            .into());
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

fn has_manifests(tree: &Tree, folder: &RepoPath) -> Result<bool, ReadError> {
    let names = tree.list(folder)?;
    let is_manifest = |name: &str| {
        [".yaml", ".yml", ".json"]
            .iter()
            .any(|end| name.ends_with(end))
    };
    Ok(names.iter().any(|(name, _)| is_manifest(name)))
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
    let level = if problem.is_broken {
        Level::Error
    } else {
        Level::Warning
    };
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
    if problem.is_broken {
        finding.refused_by(RefusedBy::Build)
    } else {
        finding
    }
}

/// What to say if a build has not exactly one Namespace.
fn wrong_namespaces(base: &Base, build: &Build) -> Option<Finding> {
    if build.problems.iter().any(|problem| problem.is_broken) {
        return None;
    }
    let path = base.path.as_str();
    Some(if build.namespaces.is_empty() {
        Finding::on_disk(
            "kustomization/no-namespace-object",
            Level::Error,
            path,
            "nothing in this build brings a Namespace, so there is nothing to put the annotation on",
            "list the defaults in `resources`",
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
        base.path.as_str(),
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
            snippet.push_str(&format!("  - {resource}\n"));
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
        base.path.as_str(),
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
        if self.trailing_slash && is_folder {
            format!("{text}/")
        } else {
            text
        }
    }
}
