//! A finding: something wrong or worth a look, with its rule, its place and the way out.

use serde::Serialize;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Worth knowing.
    Note,
    /// Probably not meant.
    Warning,
    /// Wrong.
    Error,
}

/// Where the reason for a finding lies, which decides the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// In an answer: another answer mends it.
    Answer,
    /// In what is on disk: somebody has to decide.
    Disk,
}

/// The part of the real system that refuses what a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RefusedBy {
    /// The Kubernetes API server.
    ApiServer,
    /// The Cilium agent: stored, and enforces nothing.
    Agent,
    /// kustomize.
    Build,
}

/// Something wrong or worth a look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule's stable id, such as `policy/no-dns-rule`.
    pub rule: &'static str,
    /// How bad it is.
    pub level: Level,
    /// The file, relative to the root; empty where no file is meant.
    pub path: String,
    /// The line, from 1.
    pub line: Option<usize>,
    /// The column, from 1.
    pub column: Option<usize>,
    /// One line that says what is wrong.
    pub message: String,
    /// What to do next; may have several lines where it is text to paste.
    pub help: String,
    /// Who refuses it, if anybody does.
    pub refused_by: Option<RefusedBy>,
    /// Whether `--fix` can mend it.
    pub fixable: bool,
    /// Where the reason lies.
    #[serde(skip)]
    pub cause: Cause,
}

impl Finding {
    /// A finding about an answer.
    pub fn in_answer(
        rule: &'static str,
        level: Level,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Finding {
            rule,
            level,
            path: String::new(),
            line: None,
            column: None,
            message: message.into(),
            help: help.into(),
            refused_by: None,
            fixable: false,
            cause: Cause::Answer,
        }
    }

    /// A finding about a file or folder.
    pub fn on_disk(
        rule: &'static str,
        level: Level,
        path: impl Into<String>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        let finding = Finding::in_answer(rule, level, message, help);
        Finding { path: path.into(), cause: Cause::Disk, ..finding }
    }

    /// The same finding at a line and column.
    #[must_use]
    pub fn at(self, line: usize, column: usize) -> Self {
        Finding { line: Some(line), column: Some(column), ..self }
    }

    /// The same finding as one that a part of the real system refuses.
    #[must_use]
    pub fn refused_by(self, who: RefusedBy) -> Self {
        Finding { refused_by: Some(who), ..self }
    }

    /// `path:line:column` as far as known.
    pub fn location(&self) -> String {
        match (self.line, self.column) {
            (Some(line), Some(column)) => format!("{}:{line}:{column}", self.path),
            _ => self.path.clone(),
        }
    }
}
