//! The preview: which page it shows, how, from where on, and what is searched in it.

use std::sync::Arc;

use super::super::effect::Effect;
use super::super::entry::{Entry, EntryPurpose};
use super::super::message::Move;
use super::super::preview::{PreviewLine, PreviewMode};
use super::super::state::Wizard;
use super::Effects;
use super::choosing::PAGE;
use crate::plan::Outlook;
use crate::questions::{Origin, QuestionId};

/// Lines above one that was searched.
const ABOVE: usize = 3;

impl Wizard {
    pub(super) fn preview_asked(&mut self) -> Effects {
        self.preview.is_open = !self.preview.is_open;
        self.preview.scroll = self.preview.is_open.then_some(0);
        self.end_search();
        self.leave_styles()
    }

    pub(super) fn preview_closed(&mut self) -> Effects {
        if self.preview.search.is_empty() {
            return self.preview_asked();
        }
        self.end_search();
        Vec::new()
    }

    /// Both styles side by side are for the whole screen.
    fn leave_styles(&mut self) -> Effects {
        if !self.preview.is_open && self.preview.mode == PreviewMode::Styles {
            self.preview.mode = PreviewMode::File;
        }
        Vec::new()
    }

    pub(super) fn page_switched(&mut self, by: isize) -> Effects {
        if let Some((_, at, count)) = self.preview_page() {
            self.preview.page = Some((at + count).saturating_add_signed(by) % count);
            self.preview.scroll = None;
            self.preview.found = None;
        }
        Vec::new()
    }

    pub(super) fn diff_switched(&mut self) -> Effects {
        self.preview.mode = match self.preview.mode {
            PreviewMode::File => PreviewMode::Diff,
            PreviewMode::Diff | PreviewMode::Styles => PreviewMode::File,
        };
        self.preview.scroll = None;
        self.preview.found = None;
        Vec::new()
    }

    pub(super) fn wrap_switched(&mut self) -> Effects {
        self.preview.wraps = !self.preview.wraps;
        Vec::new()
    }

    /// Shows the file in both styles, or in its own again.
    pub(super) fn styles_asked(&mut self) -> Effects {
        if self.preview.mode == PreviewMode::Styles {
            return self.diff_switched();
        }
        self.preview.mode = PreviewMode::Styles;
        self.preview.is_open = true;
        self.preview.scroll = None;
        let pages = self.shown_plan().map(crate::plan::Plan::pages).unwrap_or_default();
        self.preview.page = pages.iter().position(|page| page.path.name().starts_with("kustom"));
        self.look_at_other_style()
    }

    /// Asks for the outlook in the other style, unless it is there.
    pub(super) fn look_at_other_style(&self) -> Effects {
        let known = self.preview.other_style.as_ref().map(|(request, _)| *request);
        if self.preview.mode != PreviewMode::Styles || known == Some(self.look_request) {
            return Vec::new();
        }
        let mut given = self.given();
        given.replace(QuestionId::Style, vec![self.styles().1.to_owned()], Origin::Typed);
        vec![Effect::LookAtOtherStyle(self.look_request, given)]
    }

    pub(super) fn other_style_looked(
        &mut self,
        request: u64,
        outlook: Result<Arc<Outlook>, String>,
    ) -> Effects {
        match outlook {
            Ok(outlook) => self.preview.other_style = Some((request, outlook)),
            Err(reason) => self.say(reason),
        }
        Vec::new()
    }

    pub(super) fn style_switched(&mut self) -> Effects {
        self.choice_moved(
            QuestionId::Style,
            match self.value(QuestionId::Style).as_deref() {
                Some("json-patch") => Move::Down,
                _ => Move::Up,
            },
        )
    }

    pub(super) fn scroll(&mut self, step: Move) {
        let most = self.preview_lines().len().saturating_sub(1);
        let from = self.preview.scroll.unwrap_or(0);
        let next = match step {
            Move::Up => from.saturating_sub(1),
            Move::Down => from + 1,
            Move::PageUp => from.saturating_sub(PAGE),
            Move::PageDown => from + PAGE,
            Move::First => 0,
            Move::Last => most,
        };
        self.preview.scroll = Some(next.min(most));
    }

    // --- searching ---

    pub(super) fn search_asked(&mut self) -> Effects {
        self.preview.is_open = true;
        self.end_search();
        self.entry = Some(Entry::new(EntryPurpose::Search, ""));
        Vec::new()
    }

    /// What is typed is searched at once, from the line that is shown first on.
    pub(super) fn search_typed(&mut self, text: &str) {
        text.clone_into(&mut self.preview.search);
        let from = self.preview.scroll.unwrap_or(0);
        self.find(|lines, hit| (from..lines).chain(0..from).find(hit));
    }

    pub(super) fn match_stepped(&mut self, forward: bool) -> Effects {
        if self.preview.search.is_empty() {
            return self.search_asked();
        }
        let at = self.preview.found.unwrap_or(0);
        self.find(|lines, hit| {
            if forward {
                (at + 1..lines).chain(0..lines.min(at + 1)).find(hit)
            } else {
                (0..at).rev().chain((at..lines).rev()).find(hit)
            }
        });
        Vec::new()
    }

    fn find(&mut self, choose: impl FnOnce(usize, &dyn Fn(&usize) -> bool) -> Option<usize>) {
        let lines = self.preview_lines();
        let wanted = self.preview.search.to_lowercase();
        let hit = |at: &usize| is_hit(&lines[*at], &wanted);
        self.preview.found = choose(lines.len(), &hit).filter(|_| !wanted.is_empty());
        if let Some(at) = self.preview.found {
            self.preview.scroll = Some(at.saturating_sub(ABOVE));
        }
    }

    fn end_search(&mut self) {
        self.preview.search.clear();
        self.preview.found = None;
    }
}

fn is_hit(line: &PreviewLine, wanted: &str) -> bool {
    line.text.to_lowercase().contains(wanted)
}
