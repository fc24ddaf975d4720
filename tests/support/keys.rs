//! The wizard at a keyboard: started on a repository, and answered by keys up to the review.

use super::{DEMO_ROLE, Pty, Repo, program};

/// The size of a window in which everything is shown.
pub(crate) const WINDOW: (u16, u16) = (100, 30);

impl Pty {
    /// The wizard with these arguments on the example, at its first question.
    pub(crate) fn wizard(repo: &Repo, arguments: &[&str]) -> Self {
        let pty = Pty::start(program(repo, arguments), WINDOW);
        pty.wait_for("prod-us1");
        pty.is_taken();
        pty
    }

    /// On to the question for the namespace.
    #[track_caller]
    pub(crate) fn to_namespace(&mut self) {
        self.press_for("prod", "› prod-us1");
        self.press_for("\t", "Which namespace on prod-us1?");
    }

    /// Answers everything, up to the review.
    #[track_caller]
    pub(crate) fn to_review(&mut self) {
        self.to_namespace();
        self.press_for("report-portal", "a new namespace");
        self.press_for("\t", "Which IAM role may report-portal assume?");
        self.press_for(DEMO_ROLE, "a role ARN of account 123456789098");
        self.press_for("\t", "For which pods of report-portal");
        self.press_for("sa=report-portal", "┃ sa=report-portal");
        self.press_for("\t", "What should they reach in AWS?");
        self.press_until("\t", "May the policy?");
        self.press_for("\x1b[B", "● restrict");
        self.press_until("\t", "^S write");
    }

    /// From the review on: writes, and is thanked for it.
    #[track_caller]
    pub(crate) fn write(&mut self) {
        self.press_for("\x13", "Write these 2 files?");
        self.press_for("\r", "commit and open a pull request");
    }
}
