//! The preview: which page it shows and how, from which line on, and what is searched in it.

use std::sync::Arc;

use super::panel::Sign;
use super::state::Wizard;
use crate::domain::reach::{Reach, Reachable};
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

/// What the preview can show.
#[derive(Debug, Clone, Copy)]
pub enum PreviewPage<'a> {
    /// A file of the plan, or the Namespace as built.
    File(&'a FileChange),
    /// What the pods reach.
    Reach(&'a Reach),
    /// Another text.
    Sheet(&'a Sheet),
}

/// A text to show, copy or save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// What it is, for people.
    pub title: String,
    /// The file that it could be saved to.
    pub file: String,
    /// The text.
    pub text: String,
    /// Whether it is for people to read, so that long lines go on below.
    pub is_prose: bool,
}

/// A line of the preview.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewLine {
    /// What stands before it.
    pub mark: Mark,
    /// Its text.
    pub text: String,
}

/// What stands before a line of the preview.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Nothing.
    None,
    /// It is new.
    Added,
    /// It goes.
    Removed,
    /// The sign of a check.
    Sign(Sign),
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
    /// Texts that are shown instead of the plan's pages.
    pub(super) sheets: Vec<Sheet>,
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

    /// The texts for the team, once they were made.
    pub fn sheets(&self) -> &[Sheet] {
        &self.preview.sheets
    }

    /// What the preview can show now: the plan's pages and what the pods reach, or other texts.
    pub(super) fn preview_pages(&self) -> Vec<PreviewPage<'_>> {
        if !self.preview.sheets.is_empty() {
            return self.preview.sheets.iter().map(PreviewPage::Sheet).collect();
        }
        let files = self.shown_plan().map(Plan::pages).unwrap_or_default();
        let files = files.into_iter().map(PreviewPage::File);
        files.chain(self.reach().map(PreviewPage::Reach)).collect()
    }

    /// The page that it shows, which one that is, and of how many.
    pub fn preview_page(&self) -> Option<(PreviewPage<'_>, usize, usize)> {
        let pages = self.preview_pages();
        let of_step = pages.iter().position(|page| self.is_of_step(page));
        let at = self.preview.page.or(of_step).unwrap_or(0).min(pages.len().checked_sub(1)?);
        Some((pages[at], at, pages.len()))
    }

    /// Whether a page is what the step is about. The table of what pods reach has a place of its own
    /// beside the question for the network, but not in a preview over everything.
    fn is_of_step(&self, page: &PreviewPage<'_>) -> bool {
        let is_network = self.step() == Step::Network;
        match page {
            PreviewPage::File(file) => {
                let wants_policy = is_network || self.step() == Step::Pods;
                let wants_table = is_network && self.preview.is_open && self.reach().is_some();
                is_policy(file) == wants_policy && !wants_table
            }
            PreviewPage::Reach(_) => is_network && self.preview.is_open,
            PreviewPage::Sheet(_) => true,
        }
    }

    /// The file that the preview shows, if it shows one.
    pub fn preview_file(&self) -> Option<&FileChange> {
        match self.preview_page()?.0 {
            PreviewPage::File(file) => Some(file),
            PreviewPage::Reach(_) | PreviewPage::Sheet(_) => None,
        }
    }

    /// The lines that the preview shows.
    pub fn preview_lines(&self) -> Vec<PreviewLine> {
        match self.preview_page().map(|(page, ..)| page) {
            Some(PreviewPage::File(file)) => lines(file, self.preview.mode),
            Some(PreviewPage::Reach(reach)) => reach_lines(reach),
            Some(PreviewPage::Sheet(sheet)) => sheet.text.lines().map(unmarked).collect(),
            None => Vec::new(),
        }
    }

    /// The lines of the same file in the other style, once they are known; an error is its words.
    pub fn other_style_lines(&self) -> Option<Result<Vec<PreviewLine>, &str>> {
        let (request, outlook) = self.preview.other_style.as_ref()?;
        let file = self.preview_file().filter(|_| *request == self.look_request)?;
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

    /// What the preview shows as a text to take away, and its name.
    pub(super) fn preview_text(&self) -> Option<(String, String)> {
        Some(match self.preview_page()?.0 {
            PreviewPage::File(file) => (file.path.name().to_owned(), self.file_text(file)),
            PreviewPage::Reach(reach) => {
                let title = format!("{}:\n", reach.subject());
                let lines = reach.lines().into_iter().map(|line| format!("- {line}\n"));
                ("what the pods reach".to_owned(), title + &lines.collect::<String>())
            }
            PreviewPage::Sheet(sheet) => (sheet.title.clone(), sheet.text.clone()),
        })
    }

    /// The file, or what changes in it.
    fn file_text(&self, file: &FileChange) -> String {
        let bytes = file.after.as_deref().or(file.before.as_deref()).unwrap_or_default();
        match self.preview.mode {
            PreviewMode::Diff => git_diff(file, &self.setup.prefix),
            PreviewMode::File | PreviewMode::Styles => String::from_utf8_lossy(bytes).into_owned(),
        }
    }
}

fn is_policy(file: &FileChange) -> bool {
    file.path.name().starts_with("cnp.")
}

fn twin_of<'a>(plan: &'a Plan, file: &FileChange) -> Option<&'a FileChange> {
    plan.pages().into_iter().find(|page| page.path == file.path)
}

fn unmarked(text: &str) -> PreviewLine {
    PreviewLine { mark: Mark::None, text: text.to_owned() }
}

/// Each row with its sign, and the reasons below the rows that share them.
fn reach_lines(reach: &Reach) -> Vec<PreviewLine> {
    let mut lines = vec![unmarked(&reach.subject()), unmarked("")];
    for (at, row) in reach.rows.iter().enumerate() {
        let text = format!("{:<11} {}", row.verdict.word(), row.name);
        lines.push(PreviewLine { mark: Mark::Sign(sign_of(row.verdict)), text });
        lines.extend(row.remarks.iter().map(|remark| PreviewLine {
            mark: Mark::None,
            text: format!("            ! {remark}"),
        }));
        let next = reach.rows.get(at + 1);
        let is_shared =
            next.is_some_and(|next| (next.verdict, &next.because) == (row.verdict, &row.because));
        if !is_shared {
            lines.push(unmarked(&format!("            {}", row.because)));
        }
    }
    lines.push(unmarked(""));
    lines.extend(reach.notes.iter().map(|note| unmarked(note)));
    lines
}

fn sign_of(verdict: Reachable) -> Sign {
    match verdict {
        Reachable::Yes => Sign::Ok,
        Reachable::InPart => Sign::Look,
        Reachable::No => Sign::No,
        Reachable::CannotTell => Sign::Unknown,
    }
}

fn lines(file: &FileChange, mode: PreviewMode) -> Vec<PreviewLine> {
    let all = diff_lines(file);
    // A conflict stays as it is until somebody decides.
    let is_left_alone = file.after.is_none() && file.verb == Verb::Conflict;
    let changed: Vec<usize> = (0..all.len()).filter(|at| all[*at].kind != LineKind::Kept).collect();
    let near = |at: usize| changed.iter().any(|c| c.abs_diff(at) <= AROUND);
    let is_shown = |at: usize, line: &DiffLine| match mode {
        _ if is_left_alone => true,
        PreviewMode::File | PreviewMode::Styles => line.kind != LineKind::Removed,
        PreviewMode::Diff => near(at),
    };
    let shown = all.into_iter().enumerate().filter(|(at, line)| is_shown(*at, line));
    let marked = shown.map(|(_, line)| PreviewLine {
        mark: match line.kind {
            LineKind::Added if !is_left_alone => Mark::Added,
            LineKind::Removed if !is_left_alone => Mark::Removed,
            _ => Mark::None,
        },
        text: line.text,
    });
    marked.collect()
}
