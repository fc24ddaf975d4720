//! The rules of `gangplank check` on a folder as it will be: nothing that it would find may be
//! written without a word.

use crate::check::folder::{Bases, FolderContext, findings};
use crate::domain::finding::{Cause, Finding, Level};
use crate::domain::name::Namespace;
use crate::kustomize::NOT_EVALUATED;
use crate::repo::{NamespacePlace, Repository, Survey};
use crate::tree::Tree;

/// What the rules say of a folder once `after` is on disk, beside what is `said` already. What they
/// say of the folder as it is somebody else has to mend; the rest comes from the answers.
pub(super) fn catalogue(
    repository: &Repository,
    survey: &Survey,
    (namespace, place): (&Namespace, &NamespacePlace),
    after: &Tree,
    said: &[Finding],
) -> Vec<Finding> {
    let look = |tree: &Tree| {
        findings(&FolderContext {
            tree,
            folder: &place.folder,
            namespace: Some(namespace.as_str()),
            survey: Some(survey),
            config: &repository.config,
            bases: &Bases::default(),
        })
    };
    let is_news = |finding: &Finding| {
        finding.level > Level::Note
            && finding.rule != NOT_EVALUATED
            && !said.iter().any(|other| other.rule == finding.rule)
    };
    let news: Vec<Finding> = look(after).into_iter().filter(is_news).collect();
    if news.is_empty() || !place.exists {
        return news.into_iter().map(from_answers).collect();
    }
    let before = look(&repository.tree);
    let is_old = |finding: &Finding| {
        before.iter().any(|old| (old.rule, &old.path) == (finding.rule, &finding.path))
    };
    news.into_iter().map(|f| if is_old(&f) { f } else { from_answers(f) }).collect()
}

fn from_answers(finding: Finding) -> Finding {
    Finding { cause: Cause::Answer, ..finding }
}
