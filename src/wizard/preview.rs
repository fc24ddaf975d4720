//! The preview: which page it shows and how, from which line on, and what is searched in it.

use std::sync::Arc;

use super::state::Wizard;
use crate::plan::{DiffLine, FileChange, LineKind, Outlook, Plan, Verb, diff_lines, git_diff};
use crate::questions::{QuestionId, Step};

/// Lines around a change in a diff.
const AROUND: usize = 3;

/// What the preview shows of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PreviewMode {
    /// The whole file, changed lines marked.
    #[default]
    File,
    /// Only what changes, as a diff.
    Diff,
    /// The file in both styles of patches, side by side.
    Styles,
}

/// The state of the preview.
#[derive(Debug, Default)]
pub(super) struct Preview {
    /// Whether it lies over everything.
    pub(super) is_open: bool,
    pub(super) mode: PreviewMode,
    /// Whether long lines go on below instead of being cut.
    pub(super) wraps: bool,
    /// Which page; `None` follows the step.
    pub(super) page: Option<usize>,
    /// The first line; `None` follows the step.
    pub(super) scroll: Option<usize>,
    /// What is searched; empty if nothing is.
    pub(super) search: String,
    /// The line in which it was found last.
    pub(super) found: Option<usize>,
    /// The outlook on the same answers in the other style, and the request that it belongs to.
    pub(super) other_style: Option<(u64, Arc<Outlook>)>,
}

/// What is searched in the preview.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Search<'a> {
    /// The text, in any case of letters.
    pub text: &'a str,
    /// The line in which it was found last.
    pub found: Option<usize>,
}

impl Wizard {
    /// Whether the preview lies over everything.
    pub fn is_preview_open(&self) -> bool {
        self.preview.is_open
    }

    /// How the preview shows its file.
    pub fn preview_mode(&self) -> PreviewMode {
        self.preview.mode
    }

    /// The line from which on it is shown; `None` leaves that to the step.
    pub fn preview_scroll(&self) -> Option<usize> {
        self.preview.scroll
    }

    /// Whether long lines go on below.
    pub fn preview_wraps(&self) -> bool {
        self.preview.wraps
    }

    /// What is searched, if anything is.
    pub fn preview_search(&self) -> Option<Search<'_>> {
        let Self { preview, .. } = self;
        let search = Search { text: &preview.search, found: preview.found };
        (!preview.search.is_empty()).then_some(search)
    }

    /// The file that the preview shows, and which of the plan's pages it is.
    pub fn preview_file(&self) -> Option<(usize, &FileChange)> {
        let files = self.shown_plan()?.pages();
        let wants_policy = matches!(self.step(), Step::Pods | Step::Network);
        let of_step = files.iter().position(|file| is_policy(file) == wants_policy);
        let at = self.preview.page.or(of_step).unwrap_or(0).min(files.len().checked_sub(1)?);
        Some((at, files[at]))
    }

    /// The lines that the preview shows of its file.
    pub fn preview_lines(&self) -> Vec<DiffLine> {
        self.preview_file().map(|(_, file)| lines(file, self.preview.mode)).unwrap_or_default()
    }

    /// The lines of the same file in the other style, once they are known; an error is its words.
    pub fn other_style_lines(&self) -> Option<Result<Vec<DiffLine>, &str>> {
        let (request, outlook) = self.preview.other_style.as_ref()?;
        let (_, file) = self.preview_file().filter(|_| *request == self.look_request)?;
        let plan = outlook.plan.as_ref().or(outlook.draft.as_ref());
        let twin = plan.and_then(|plan| twin_of(plan, file));
        Some(twin.map(|twin| lines(twin, PreviewMode::File)).ok_or("it can't be written like that"))
    }

    /// The two styles of patches: the one that is chosen, and the other.
    pub fn styles(&self) -> (&'static str, &'static str) {
        match self.value(QuestionId::Style).as_deref() {
            Some("strategic-merge") => ("strategic-merge", "json-patch"),
            _ => ("json-patch", "strategic-merge"),
        }
    }

    /// What the preview shows as a text to take away: the file, or what changes in it.
    pub fn preview_text(&self) -> Option<String> {
        let (_, file) = self.preview_file()?;
        let bytes = file.after.as_deref().or(file.before.as_deref()).unwrap_or_default();
        Some(match self.preview.mode {
            PreviewMode::Diff => git_diff(file, &self.setup.prefix),
            PreviewMode::File | PreviewMode::Styles => String::from_utf8_lossy(bytes).into_owned(),
        })
    }
}

fn is_policy(file: &FileChange) -> bool {
    file.path.name().starts_with("cnp.")
}

fn twin_of<'a>(plan: &'a Plan, file: &FileChange) -> Option<&'a FileChange> {
    plan.pages().into_iter().find(|page| page.path == file.path)
}

fn lines(file: &FileChange, mode: PreviewMode) -> Vec<DiffLine> {
    let all = diff_lines(file);
    if file.after.is_none() && file.verb == Verb::Conflict {
        // It stays as it is until somebody decides.
        let kept = |line: DiffLine| DiffLine { kind: LineKind::Kept, ..line };
        return all.into_iter().map(kept).collect();
    }
    match mode {
        PreviewMode::File | PreviewMode::Styles => {
            all.into_iter().filter(|line| line.kind != LineKind::Removed).collect()
        }
        PreviewMode::Diff => {
            let changed: Vec<usize> =
                (0..all.len()).filter(|at| all[*at].kind != LineKind::Kept).collect();
            let near = |at: usize| changed.iter().any(|c| c.abs_diff(at) <= AROUND);
            let kept = all.into_iter().enumerate().filter(|(at, _)| near(*at));
            kept.map(|(_, line)| line).collect()
        }
    }
}
