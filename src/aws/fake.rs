//! Lookups that ask nobody: for working offline, for tests and for demonstrations.

use std::sync::{Condvar, Mutex, PoisonError};

use super::{ListEnd, ListQuestion, RoleCheck, RoleFacts, RoleLookup, RoleQuestion};
use crate::domain::role_arn::RoleArn;

/// Asks nobody, and says so.
#[derive(Debug, Clone, Copy, Default)]
pub struct NotAsked;

impl RoleLookup for NotAsked {
    fn check(&self, _question: &RoleQuestion) -> RoleCheck {
        RoleCheck::NotAsked
    }

    fn list(
        &self,
        _question: &ListQuestion,
        _on_page: &mut dyn FnMut(Vec<RoleArn>) -> bool,
    ) -> ListEnd {
        ListEnd::NotAsked
    }
}

/// Answers only when it is told to: an IAM that takes its time.
#[derive(Debug, Default)]
pub struct SlowLookup {
    /// The roles that it lists.
    pub roles: Vec<RoleArn>,
    released: Mutex<usize>,
    changed: Condvar,
}

/// Roles that it lists at once.
const PAGE: usize = 100;

impl SlowLookup {
    /// Knows these roles.
    pub fn with_roles(roles: Vec<RoleArn>) -> Self {
        SlowLookup { roles, ..SlowLookup::default() }
    }

    /// Lets one more answer, or one more page, be given.
    pub fn release(&self) {
        let mut released = self.released.lock().unwrap_or_else(PoisonError::into_inner);
        *released += 1;
        self.changed.notify_all();
    }

    fn wait(&self) {
        let released = self.released.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.changed.wait_while(released, |released| *released == 0);
        let mut released = waited.unwrap_or_else(PoisonError::into_inner);
        *released -= 1;
    }
}

impl RoleLookup for SlowLookup {
    /// Roles whose name holds `missing` are not there.
    fn check(&self, question: &RoleQuestion) -> RoleCheck {
        self.wait();
        if question.role.name().contains("missing") {
            RoleCheck::Missing
        } else {
            RoleCheck::Found(RoleFacts::default())
        }
    }

    fn list(
        &self,
        _question: &ListQuestion,
        on_page: &mut dyn FnMut(Vec<RoleArn>) -> bool,
    ) -> ListEnd {
        for page in self.roles.chunks(PAGE) {
            self.wait();
            if !on_page(page.to_vec()) {
                break;
            }
        }
        let account = self.roles.first().map(|role| role.account().to_owned());
        ListEnd::Complete(account.unwrap_or_default())
    }
}
