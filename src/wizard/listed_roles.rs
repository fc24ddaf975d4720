//! The roles that IAM lists, page by page as they come in.

use std::collections::BTreeSet;

use crate::aws::{ListEnd, ListQuestion};
use crate::domain::role_arn::RoleArn;

/// The list of the account that the cluster is in.
#[derive(Debug, Default)]
pub(super) struct ListedRoles {
    /// The number of the question that is answered; answers to older ones are dropped.
    request: u64,
    asked: Option<ListQuestion>,
    roles: BTreeSet<RoleArn>,
    end: Option<ListEnd>,
}

/// How far the list is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress<'a> {
    /// Nobody was asked, or could be.
    NotAsked,
    /// So many have come in so far.
    Reading(usize),
    /// All are there: so many.
    Complete(usize),
    /// It is not complete; why.
    Broken(&'a str),
}

impl ListedRoles {
    /// Begins a list, unless it is the one that is there; its number, if so.
    pub(super) fn ask(&mut self, question: &ListQuestion) -> Option<u64> {
        if self.asked.as_ref() == Some(question) {
            return None;
        }
        let request = self.request + 1;
        *self = ListedRoles { request, asked: Some(question.clone()), ..ListedRoles::default() };
        Some(request)
    }

    /// Forgets what was asked, so that it is asked again.
    pub(super) fn forget(&mut self) {
        self.asked = None;
    }

    /// Takes a page; says whether it belongs here.
    pub(super) fn take(&mut self, request: u64, page: Vec<RoleArn>) -> bool {
        let is_own = request == self.request;
        if is_own {
            self.roles.extend(page);
        }
        is_own
    }

    /// Takes the end; says whether it belongs here.
    pub(super) fn finish(&mut self, request: u64, end: ListEnd) -> bool {
        let is_own = request == self.request;
        if is_own {
            self.end = Some(end);
        }
        is_own
    }

    /// The roles, sorted.
    pub(super) fn roles(&self) -> impl Iterator<Item = &RoleArn> {
        self.roles.iter()
    }

    /// Whether IAM has a role, if its list can tell.
    pub(super) fn has(&self, role: &RoleArn) -> Option<bool> {
        match (self.roles.contains(role), &self.end) {
            (true, _) => Some(true),
            (false, Some(ListEnd::Complete(account))) if account == role.account() => Some(false),
            (false, _) => None,
        }
    }

    /// How far it is.
    pub(super) fn progress(&self) -> Progress<'_> {
        match (&self.asked, &self.end) {
            (None, _) | (_, Some(ListEnd::NotAsked)) => Progress::NotAsked,
            (Some(_), None) => Progress::Reading(self.roles.len()),
            (Some(_), Some(ListEnd::Complete(_))) => Progress::Complete(self.roles.len()),
            (Some(_), Some(ListEnd::Broken(why))) => Progress::Broken(why),
        }
    }
}
