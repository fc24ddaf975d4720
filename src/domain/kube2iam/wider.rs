//! What a list allows beyond what is meant, entry by entry, and entries that allow nothing.

use super::base_arn::{is_arn, resolve};
use super::decision::{List, try_pattern};
use super::reason::{Reason, Remark};
use crate::domain::allowed_roles::RestrictionFormat;
use crate::domain::go_regexp::Search;

/// The remarks on a list that is looked at for a role; each entry once.
pub(super) fn remarks(list: &List<'_>, role: &str) -> Vec<Reason> {
    if !list.settings.restrictions {
        return Vec::new();
    }
    let entries = list.roles.unwrap_or_default();
    let first = entries.iter().enumerate().filter(|(at, entry)| !entries[..*at].contains(entry));
    let remarks = first.filter_map(|(_, entry)| {
        let remark = match list.settings.format {
            RestrictionFormat::Glob => glob(list, entry),
            RestrictionFormat::Regexp => regexp(list, entry, role),
        };
        Some(Reason::Entry { entry: entry.clone(), remark: remark? })
    });
    let default_role = &list.settings.default_role;
    let default_arn = resolve(list.base, default_role);
    let is_beside = !default_role.is_empty() && default_arn != role;
    remarks.chain(is_beside.then_some(Reason::DefaultForAll(default_arn))).collect()
}

fn glob(list: &List<'_>, entry: &str) -> Option<Remark> {
    let pattern = resolve(list.base, entry);
    if entry.ends_with('$') || entry.contains(".*") || entry.contains("\\.") {
        return Some(Remark::LooksLikeRegexp);
    }
    if is_arn(&pattern) && !pattern.starts_with("arn:") {
        return Some(Remark::UpperCaseArn);
    }
    match pattern.split_once('*') {
        None if !is_arn(&pattern) => Some(Remark::ShortName),
        None => None,
        Some((prefix, rest)) if rest.chars().all(|c| c == '*') => {
            let is_any = "arn:".starts_with(prefix);
            Some(if is_any { Remark::AnyRole } else { Remark::Prefix(prefix.to_owned()) })
        }
        Some(_) => Some(Remark::Star(pattern)),
    }
}

fn regexp(list: &List<'_>, entry: &str, role: &str) -> Option<Remark> {
    let pattern = resolve(list.base, entry);
    let base = list.base.to_string();
    if entry.is_empty() {
        let is_all = base.is_empty();
        return Some(if is_all { Remark::EmptyAllowsAll } else { Remark::EmptyAllowsBelow(base) });
    }
    if entry.starts_with('^') && !base.is_empty() {
        return Some(Remark::CaretBehindBase(base));
    }
    let tried = |text: &str| try_pattern(RestrictionFormat::Regexp, &pattern, text);
    // What the entry is for: the role if it matches, else what the entry says itself.
    let meant = match tried(role) {
        Search::Refused => return Some(Remark::BadRegexp(pattern)),
        Search::Found => role,
        Search::NotFound | Search::Unsure(_) => &pattern,
    };
    // A role that nobody thought of when writing the entry.
    let other = format!("{meant}-admin");
    let is_open = tried(meant) == Search::Found && tried(&other) == Search::Found;
    is_open.then_some(Remark::NotAnchored(other))
}
