//! The problems of a build as findings. What nobody worked out is no more than a warning, unless it
//! may speak of the annotation: then the list that would be written might drop roles.

use std::collections::BTreeSet;

use crate::check::problem_finding;
use crate::domain::allowed_roles::pointer_segment;
use crate::domain::finding::{Finding, Level};
use crate::kustomize::{self, Build, Problem, Setter, field};
use crate::manifests::yaml::{Node, Yaml};
use crate::plan::elsewhere::Settled;
use crate::system::RepoPath;
use crate::tree::Tree;

/// What is said about the problems of a folder's build, before a role joins the annotation `key`.
pub(super) fn findings(
    tree: &Tree,
    folder: &RepoPath,
    build: &Build,
    key: &str,
    settled: &Settled,
) -> Vec<Finding> {
    let setters = match &build.namespaces[..] {
        [one] => kustomize::setters(tree, folder, one, &build.objects, key),
        _ => Vec::new(),
    };
    let finding = |problem: &Problem| {
        let finding = problem_finding(problem);
        if problem.is_broken {
            return finding;
        }
        if *settled == Settled::NotYet {
            let help = "an installed kustomize or kubectl is asked at the review";
            return Finding { level: Level::Error, help: help.to_owned(), ..finding };
        }
        if may_speak(tree, problem, &setters, key) {
            let help =
                "gangplank can't tell which roles are there already: change this folder by hand";
            let finding = Finding { level: Level::Error, help: help.to_owned(), ..finding };
            return asked_in_vain(finding, settled);
        }
        asked_in_vain(finding, settled)
    };
    build.problems.iter().map(finding).collect()
}

/// A finding with what another program said, if that was no help.
pub(in crate::plan) fn asked_in_vain(finding: Finding, settled: &Settled) -> Finding {
    match settled {
        Settled::Failed(line) => {
            let help = format!("{}\nasked in vain: {line}", finding.help);
            Finding { help, ..finding }
        }
        _ => finding,
    }
}

/// Who worked out what is left open here.
pub(in crate::plan) fn note(problems: &[Problem], settled: &Settled) -> Option<String> {
    let Settled::By(program) = settled else {
        return None;
    };
    let reasons: BTreeSet<&str> = problems.iter().map(|problem| problem.reason.as_str()).collect();
    let reasons: Vec<&str> = reasons.into_iter().collect();
    Some(format!("{}: {program} was asked", reasons.join(", ")))
}

/// Whether the file of a problem names the annotation somewhere else than in the folder's own
/// patch. That patch is edited where it stands, and generators or remote bases come before it and
/// change nothing about it.
fn may_speak(tree: &Tree, problem: &Problem, setters: &[Setter], key: &str) -> bool {
    let Some(source) = tree.text(&problem.path).ok().flatten() else {
        return false;
    };
    let own = setters.iter().filter(|setter| setter.file == problem.path).count();
    mentions(source.text(), key) > own
        || later_files_may_speak(tree, &problem.path, source.text(), key)
}

/// Whether a file that changes objects after all patches names the annotation, or can't be read.
fn later_files_may_speak(tree: &Tree, path: &RepoPath, text: &str, key: &str) -> bool {
    let yaml = Yaml::parse(text).ok();
    let Some((root, folder)) = yaml.as_ref().and_then(Yaml::root).zip(path.parent()) else {
        return false;
    };
    later_files(root).into_iter().any(|name| {
        let file = folder.resolve(name).and_then(|path| tree.text(&path).ok().flatten());
        file.is_none_or(|source| mentions(source.text(), key) > 0)
    })
}

/// The files of `transformers` and `replacements`; what is written in the kustomization itself is
/// not among them.
fn later_files(root: Node<'_>) -> Vec<&str> {
    let items = |name| field(root, name).into_iter().flat_map(Node::items);
    let transformers = items("transformers").filter_map(Node::text);
    let replacements = items("replacements").filter_map(|item| field(item, "path")?.text());
    transformers.filter(|text| !text.contains('\n')).chain(replacements).collect()
}

/// How often a text names an annotation, outside of lines that are comments.
fn mentions(text: &str, key: &str) -> usize {
    let pointer = pointer_segment(key);
    // In the field paths of replacements dots are escaped.
    let text = text.replace('\\', "");
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    lines.map(|line| line.matches(key).count() + line.matches(&pointer).count()).sum()
}
