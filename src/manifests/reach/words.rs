//! Why pods reach something or not, in a line.

use super::extent::Doubt;
use super::judge::Cause;
use super::{Answer, PolicySet};
use crate::domain::reach::Reachable;

impl PolicySet<'_> {
    fn is_patched(&self, policy: usize) -> bool {
        self.specs.iter().any(|spec| spec.policy == policy && spec.is_patched)
    }

    pub(super) fn names_of(&self, policies: &[usize]) -> String {
        let mut names: Vec<&str> = Vec::new();
        for name in policies.iter().filter_map(|at| self.names.get(*at)) {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        match names[..] {
            [first, second, _, ..] => format!("{first}, {second} and {} more", names.len() - 2),
            _ => names.join(" and "),
        }
    }

    pub(super) fn in_words(&self, (verdict, cause): (Reachable, Cause)) -> Answer {
        let name = |at: usize| self.names_of(&[at]);
        let because = match cause {
            Cause::Unrestricted => {
                "nothing in this repository restricts egress of these pods".to_owned()
            }
            Cause::Opened(by) => format!("opened by {}", self.names_of(&by)),
            Cause::Shut(by) => {
                let restricts = if by.len() == 1 { "restricts" } else { "restrict" };
                format!("{} {restricts} egress, and nothing opens it", self.names_of(&by))
            }
            Cause::Denied(by) => format!("denied by {}", name(by)),
            Cause::Selection(by) if self.is_patched(by) => {
                format!("{} {}", name(by), Doubt::Patched.in_words())
            }
            Cause::Selection(by) => {
                format!("{} may be for some of these pods only: it asks for other labels", name(by))
            }
            Cause::Unknown(by, doubt) => format!("{} {}", name(by), doubt.in_words()),
        };
        Answer { verdict, because }
    }
}
