//! Whether a statement is about `sts:AssumeRole`.

use super::document::Named;
use super::pattern::is_like;

const ASSUME_ROLE: &str = "sts:assumerole";

/// Whether an `Action` or `NotAction` covers `sts:AssumeRole`; case does not count.
pub(super) fn covers_assume_role(actions: &Named<Vec<String>>) -> bool {
    let is_named = |actions: &[String]| {
        actions.iter().any(|action| is_like(&action.to_ascii_lowercase(), ASSUME_ROLE))
    };
    match actions {
        Named::These(actions) => is_named(actions),
        Named::AllBut(actions) => !is_named(actions),
    }
}
