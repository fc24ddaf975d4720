//! The one table of questions: what is asked, in which order, and how an answer is checked.
//!
//! It yields the screens, the flags with their help, the variables, and the keys of config and
//! answers files. Pure: whether a question is asked at all depends on the repository and is decided
//! in `plan::resolve`.

mod command;
mod given;
mod step;
mod table;

pub use command::{command_line, equivalent_command};
pub use given::{Given, GivenAnswers, Origin};
pub use step::Step;
pub use table::{
    Choice, Kind, Question, QuestionId, REVOKE_QUESTIONS, TABLE, check_from, question,
    question_by_key,
};
