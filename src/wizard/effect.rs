//! What the wizard wants done. The shell does it, on other threads where it can take long, and
//! sends a message with the result.

use crate::aws::{ListQuestion, RoleQuestion, Statement};
use crate::domain::recovery::Recovery;
use crate::domain::role_arn::RoleArn;
use crate::plan::Plan;
use crate::questions::GivenAnswers;

/// Work for the shell.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// List the clusters.
    ListClusters,
    /// List the namespaces of a cluster.
    ListNamespaces(String),
    /// Find out what these namespaces of a cluster have.
    ReadStates(String, Vec<String>),
    /// Make the outlook on these answers. A newer request replaces an older one.
    Look(u64, GivenAnswers),
    /// Make the outlook on these answers, in the other style than that of this request.
    LookAtOtherStyle(u64, GivenAnswers),
    /// Make the same outlook with the help of an installed kustomize, which takes its time.
    AskKustomize(u64, GivenAnswers),
    /// Ask AWS about a role. A newer request replaces an older one.
    CheckRole(u64, Box<RoleQuestion>),
    /// List the roles that AWS has. A newer request replaces an older one.
    ListRoles(u64, Box<ListQuestion>),
    /// Forget what was read of the repository.
    Forget,
    /// Write this plan.
    Apply(Box<Plan>),
    /// Make the texts for the team of a namespace.
    HandOver(Box<HandOver>),
    /// Commit what this plan wrote, on this branch.
    Commit {
        /// The plan.
        plan: Box<Plan>,
        /// The branch; may hold `{cluster}` and `{namespace}`.
        branch: String,
    },
    /// Find out what taking back the last run would do.
    PlanUndo,
    /// Settle the interrupted runs.
    Recover(Recovery),
    /// Hand this text to the clipboard.
    Copy {
        /// What it is, for people.
        name: String,
        /// The text.
        text: String,
    },
    /// Save this text to a new file, as seen from where the user is.
    Save {
        /// The file.
        path: String,
        /// The text.
        text: String,
    },
    /// Give the terminal back and stop until `fg`.
    Suspend,
    /// Draw everything anew, whatever the terminal shows.
    Redraw,
    /// Leave.
    Quit(Ending),
}

/// What is handed over, with what is known of it already.
#[derive(Debug, Clone, PartialEq)]
pub struct HandOver {
    /// The cluster.
    pub cluster: String,
    /// The namespace.
    pub namespace: String,
    /// The external id that was answered.
    pub external_id: Option<String>,
    /// What AWS said of the role, if it was asked.
    pub said: Option<(RoleArn, Vec<Statement>)>,
}

/// How the wizard ends.
#[derive(Debug, Clone, PartialEq)]
pub enum Ending {
    /// Something was written, or there was nothing to write.
    Written,
    /// A dry run: this is what would be written.
    Previewed(Box<Plan>),
    /// The user left.
    Cancelled,
}
