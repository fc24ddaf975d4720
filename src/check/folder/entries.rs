//! The entries of a list, one by one: what they allow on this cluster beyond what is meant, and
//! those that allow nothing.

use super::at;
use super::level::Level;
use crate::domain::allowed_roles::RestrictionFormat;
use crate::domain::facts::{ClusterFacts, Source};
use crate::domain::finding::{Finding, Level as Severity};
use crate::domain::kube2iam::{self, Question, Reason, Remark, Settings, quoted};
use crate::domain::role_arn::RoleArn;
use crate::kustomize::Setter;

/// What a rule says: its id, how bad it is, the message and the help.
type Verdict = (&'static str, Severity, String, String);

pub(super) fn findings(level: &Level<'_>, setter: &Setter, roles: &[String]) -> Vec<Finding> {
    let facts = level.facts;
    let mut verdicts = Vec::new();
    for (index, entry) in roles.iter().enumerate() {
        if roles[..index].contains(entry) {
            let message = format!("{} is in the list twice", quoted(entry));
            verdicts.push(("annotation/duplicate", Severity::Note, message, "keep one".to_owned()));
            continue;
        }
        match text_fault(facts, entry) {
            Some(verdict) => verdicts.push(verdict),
            None => verdicts.extend(role_faults(level, entry)),
        }
    }
    verdicts.extend(remarks(facts, roles));
    let place = (&setter.file, setter.place);
    let finding = |(rule, severity, message, help)| at(rule, severity, place, message, help);
    verdicts.into_iter().map(finding).collect()
}

/// Entries whose text is wrong whatever they mean.
fn text_fault(facts: &ClusterFacts, entry: &str) -> Option<Verdict> {
    if entry.is_empty() {
        let (severity, message) = match facts.format.value {
            RestrictionFormat::Regexp => {
                (Severity::Error, "\"\" in the list: it matches every role, as a regexp")
            }
            RestrictionFormat::Glob => (Severity::Warning, "\"\" in the list: it matches nothing"),
        };
        let help = "take it out".to_owned();
        return Some(("annotation/empty-element", severity, message.to_owned(), help));
    }
    if entry.trim() != entry {
        let message = format!("blanks round {}: it never matches", quoted(entry));
        let help = format!("write {}", quoted(entry.trim()));
        return Some(("annotation/blanks", Severity::Error, message, help));
    }
    let reads_regexps = facts.format.value == RestrictionFormat::Regexp;
    if reads_regexps && entry.len() > 1 && looks_like_glob(entry) {
        let message = format!(
            "{} looks like a glob, but this cluster reads regexps: `*` repeats what is before it",
            quoted(entry)
        );
        let help = "write `.*` where anything may stand, and `$` at the end".to_owned();
        return Some(("annotation/wrong-format", Severity::Warning, message, help));
    }
    None
}

/// A star behind what nobody repeats.
fn looks_like_glob(entry: &str) -> bool {
    let starred = entry.char_indices().filter(|(_, c)| *c == '*');
    let before = starred.map(|(at, _)| entry[..at].chars().next_back());
    before.into_iter().any(|c| c.is_none_or(|c| !matches!(c, '.' | ')' | ']' | '}')))
        && !entry.contains('\\')
}

/// What is wrong with an entry that names one role.
fn role_faults(level: &Level<'_>, entry: &str) -> Vec<Verdict> {
    let Some(exact) = exact_arn(level.facts.format.value, entry) else {
        return Vec::new();
    };
    if let Some(lower) = exact.strip_prefix("arn:").is_none().then(|| lower_arn(&exact)) {
        let message = format!("{} never matches: `arn` is lower case", quoted(entry));
        let help = format!("write `{lower}`");
        return vec![("annotation/letter-case", Severity::Error, message, help)];
    }
    let role = match RoleArn::parse(&exact) {
        Ok(role) => role,
        Err(invalid) => {
            let message = format!("{} is no role: {}", quoted(entry), invalid.message);
            let help = format!("for example: {}", invalid.example);
            return vec![("annotation/bad-arn", Severity::Error, message, help)];
        }
    };
    [other_case(level, &role), account(level, &role), default_role(level.facts, &role)]
        .into_iter()
        .flatten()
        .collect()
}

fn lower_arn(arn: &str) -> String {
    format!("arn:{}", &arn[4..])
}

/// The one ARN that an entry stands for; none if it is a pattern or a short name.
fn exact_arn(format: RestrictionFormat, entry: &str) -> Option<String> {
    let is_arn = entry.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("arn:"));
    let text = match format {
        RestrictionFormat::Glob => entry.to_owned(),
        RestrictionFormat::Regexp => unescaped(entry.strip_suffix('$').unwrap_or(entry))?,
    };
    let is_pattern = text.contains(['*', '$', '^', '(', '[', '|', '\\']);
    (is_arn && !is_pattern).then_some(text)
}

/// A regexp without anything special but escapes, and dots, which people forget to escape.
fn unescaped(regexp: &str) -> Option<String> {
    let mut out = String::with_capacity(regexp.len());
    let mut characters = regexp.chars();
    while let Some(c) = characters.next() {
        match c {
            '\\' => out.push(characters.next().filter(char::is_ascii_punctuation)?),
            '+' | '?' | '{' | '}' => return None,
            c => out.push(c),
        }
    }
    Some(out)
}

/// IAM does not tell names apart by case, and kube2iam does.
fn other_case(level: &Level<'_>, role: &RoleArn) -> Option<Verdict> {
    let used = &level.context.survey?.roles_in_use;
    let others = used
        .iter()
        .filter(|(other, _)| *other != role && other.as_str().eq_ignore_ascii_case(role.as_str()));
    let (other, users) = others.max_by_key(|(_, users)| users.len())?;
    let own = used.get(role).map_or(0, Vec::len);
    (users.len() >= own).then(|| {
        let message = format!("`{role}` differs only by case from `{other}`, which {} uses: one of them never matches", users.join(", "));
        ("annotation/letter-case", Severity::Error, message, "write it as IAM shows it".to_owned())
    })
}

/// A role of another account than the cluster's.
pub(in crate::check) fn account(level: &Level<'_>, role: &RoleArn) -> Option<Verdict> {
    let facts = level.facts;
    let cluster = level.context.survey.map(|survey| survey.cluster.as_str())?;
    let account = role.account();
    let trusted = facts.trusted_accounts.iter().any(|trusted| trusted == account);
    let own = facts.account.as_ref()?;
    if own.value == account || trusted {
        return None;
    }
    let owner = level.context.config.accounts().find(|(_, known)| *known == account);
    let is_stated = own.source == Source::Config;
    Some(match owner {
        Some((name, _)) => (
            "annotation/other-environment",
            if is_stated { Severity::Error } else { Severity::Warning },
            format!("account {account} is that of {name}, not of {cluster} ({})", own.value),
            format!(
                "take the role of account {}, or list {account} in trusted_accounts",
                own.value
            ),
        ),
        None => (
            "annotation/other-account",
            Severity::Warning,
            format!(
                "{role} is of account {account}, {cluster} is {}{}",
                own.value,
                if is_stated { "" } else { ", as far as its siblings show" }
            ),
            "both accounts must allow it: the role's trust policy and the node role's permissions"
                .to_owned(),
        ),
    })
}

fn default_role(facts: &ClusterFacts, role: &RoleArn) -> Option<Verdict> {
    let default = facts.default_role.as_ref()?;
    (role.as_str() == default || role.name() == default).then(|| {
        (
            "annotation/default-role",
            Severity::Warning,
            format!("{default} is the cluster's default role: every pod has it, list or no list"),
            "no list restricts a default role".to_owned(),
        )
    })
}

/// What kube2iam's own decision has to say about the list.
fn remarks(facts: &ClusterFacts, roles: &[String]) -> Vec<Verdict> {
    let list = crate::domain::allowed_roles::AllowedRoles::to_json_of(roles);
    // Any role will do: the remarks are about the entries.
    let question = Question {
        allowed_roles: Some(list),
        role: Some("arn:aws:iam::000000000000:role/any".to_owned()),
        namespace_missing: false,
    };
    let settings = Settings {
        base_arn: facts.base_arn.clone().unwrap_or_default(),
        default_role: String::new(),
        restrictions: true,
        format: facts.format.value,
    };
    let answer = kube2iam::decide(&settings, &question);
    answer.reasons.iter().filter_map(|reason| remark(facts, reason)).collect()
}

fn remark(facts: &ClusterFacts, reason: &Reason) -> Option<Verdict> {
    let (entry, remark) = match reason {
        Reason::Entry { entry, remark } => (entry, remark),
        Reason::Undecidable { pattern, why } => {
            let message = format!("{} is not decided here: {why}", quoted(pattern));
            let help = "`gangplank explain annotation` says what is known".to_owned();
            return Some(("annotation/not-portable", Severity::Note, message, help));
        }
        _ => return None,
    };
    let (rule, severity, help) = match remark {
        // Said of the entry's text.
        Remark::EmptyAllowsAll | Remark::EmptyAllowsBelow(_) | Remark::UpperCaseArn => return None,
        _ if text_fault(facts, entry).is_some() => return None,
        Remark::AnyRole | Remark::Prefix(_) | Remark::Star(_) => {
            ("annotation/wildcard", Severity::Warning, "name the roles, if it is not meant")
        }
        // Closed, and open in the middle: as wide as it says.
        Remark::NotAnchored(_) if entry.ends_with('$') => {
            let message = format!("{} allows every role that it matches", quoted(entry));
            let help = "name the roles, if it is not meant".to_owned();
            return Some(("annotation/wildcard", Severity::Warning, message, help));
        }
        Remark::ShortName => ("annotation/short-name", Severity::Warning, "write the full ARN"),
        Remark::NotAnchored(_) => ("annotation/unanchored", Severity::Warning, "close it with `$`"),
        Remark::BadRegexp(_) => (
            "annotation/bad-regexp",
            Severity::Error,
            "write the ARN, with `.` as `\\.` and `$` at the end",
        ),
        Remark::CaretBehindBase(_) => {
            ("annotation/caret", Severity::Error, "leave `^` out, and write the full ARN")
        }
        Remark::LooksLikeRegexp => (
            "annotation/wrong-format",
            Severity::Warning,
            "write the plain ARN, or set kube2iam.restriction_format in gangplank.yaml",
        ),
    };
    let scope = match &facts.base_arn {
        Some(base) if !entry.starts_with("arn:") => format!(" (the base ARN here is {base})"),
        _ => String::new(),
    };
    let message = format!("{} {remark}{scope}", quoted(entry));
    Some((rule, severity, message, help.to_owned()))
}
