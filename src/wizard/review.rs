//! What the review lists: files that need a decision, then the answers.

use super::state::Wizard;
use crate::domain::conflict::OnConflict;
use crate::plan::Conflict;
use crate::questions::{Kind, QuestionId, Step, question};

/// A row that can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReviewRow {
    /// A file that is there with other content: which of [`Wizard::conflicts`].
    Conflict(usize),
    /// An answer.
    Answer(QuestionId),
}

/// What can be done about a file that is there with other content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConflictChoice {
    /// Show the difference, and decide later.
    Show,
    /// Take this answer.
    Take(OnConflict),
}

impl ConflictChoice {
    /// All of them, what changes nothing first.
    pub const ALL: [ConflictChoice; 4] = [
        ConflictChoice::Show,
        ConflictChoice::Take(OnConflict::Skip),
        ConflictChoice::Take(OnConflict::Beside),
        ConflictChoice::Take(OnConflict::Apply),
    ];
}

impl Wizard {
    /// The files that are there with other content, decided or not.
    pub fn conflicts(&self) -> &[Conflict] {
        self.plan().map_or(&[], |plan| &plan.conflicts)
    }

    /// An answer as it holds, and where it comes from.
    pub fn answer_text(&self, id: QuestionId) -> Option<(String, String)> {
        let given = self.settled(id)?;
        let mut text = given.values.join(" ");
        if id == QuestionId::PolicyName {
            for (word, of) in
                [("{namespace}", QuestionId::Namespace), ("{cluster}", QuestionId::Cluster)]
            {
                let names = self.settled(of).map(|given| given.values.as_slice());
                if let Some([name]) = names {
                    text = text.replace(word, name);
                }
            }
        }
        Some((text, given.origin.to_string()))
    }

    /// The rows of the review.
    pub fn review_rows(&self) -> Vec<ReviewRow> {
        let steps = Step::ALL.into_iter().filter(|step| *step < Step::Review);
        let ids = steps.flat_map(|step| self.questions_of(step));
        let said = |id: &QuestionId| match question(*id).kind {
            Kind::Switch => self.is_on(*id),
            _ => self.settled(*id).is_some() || self.is_missing(*id),
        };
        let answers = ids.filter(said).map(ReviewRow::Answer);
        (0..self.conflicts().len()).map(ReviewRow::Conflict).chain(answers).collect()
    }

    /// Which of them is chosen.
    pub fn review_row(&self) -> usize {
        self.review_row.min(self.review_rows().len().saturating_sub(1))
    }

    /// How many lines the review is scrolled down.
    pub fn review_scroll(&self) -> usize {
        self.review_scroll
    }

    /// The file in conflict whose row is chosen.
    pub fn chosen_conflict(&self) -> Option<&Conflict> {
        match self.review_rows().get(self.review_row()) {
            Some(ReviewRow::Conflict(at)) => self.conflicts().get(*at),
            _ => None,
        }
    }
}
