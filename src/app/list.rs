//! `gangplank list`: the roles that each namespace is granted, as kustomize would build them.

use std::fmt::Write as _;

use serde::Serialize;

use super::check::opened::Opened;
use super::check::{no_layout, not_checked, work};
use super::interrupted;
use super::is_json;
use super::printer::Printer;
use crate::check::{Checker, Grant, GrantedRole, Standing, may_assume};
use crate::cli::{Environment, List, Request};
use crate::domain::kube2iam::Decision;
use crate::domain::near::closest;
use crate::domain::role_arn::RoleArn;
use crate::domain::shown::in_one_line;
use crate::error::{Exit, Report};

pub(super) fn run(
    list: &List,
    request: &Request,
    environment: &Environment,
    printer: Printer,
) -> Result<Exit, Report> {
    let role = list.role.as_deref().map(Wanted::parse).transpose()?;
    let opened = Opened::find(request.repo.as_deref(), &[])?;
    interrupted::mention(&opened.root, opened.disk.as_ref(), environment, printer);
    let checker = Checker::new(&opened.repository).map_err(|error| not_checked(&error))?;
    if !checker.has_layout() {
        return Err(no_layout());
    }
    let units = match &list.cluster {
        Some(cluster) => checker.units_of(cluster).ok_or_else(|| no_cluster(cluster, &checker))?,
        None => checker.units(&[]).unwrap_or_default(),
    };
    let parts = work::spread(&units, environment, printer, |unit, out: &mut Vec<Grant>| {
        let grants = checker.granted(unit).into_iter();
        out.extend(grants.filter(|grant| {
            list.namespace.as_ref().is_none_or(|name| is_called(grant, name))
                && role.as_ref().is_none_or(|role| role.concerns(grant))
        }));
    })?;
    let mut grants: Vec<Grant> = parts.into_iter().flatten().collect();
    grants.sort_by(|a, b| {
        (&a.cluster, &a.namespace, &a.folder).cmp(&(&b.cluster, &b.namespace, &b.folder))
    });
    if is_json(request) {
        return Ok(printer.json_data(&json(&grants)));
    }
    if grants.is_empty() {
        printer.note("no namespace is like this");
        return Ok(Exit::Done);
    }
    Ok(printer.data(&table(&grants, role.as_ref())))
}

fn is_called(grant: &Grant, name: &str) -> bool {
    grant.namespace == name || grant.folder.name() == name
}

fn no_cluster(name: &str, checker: &Checker<'_>) -> Report {
    let known: Vec<&str> = checker.clusters().collect();
    let report = Report::new(Exit::Usage, format!("no cluster `{name}` with namespaces here"));
    match closest(name, known.iter().copied()) {
        Some(near) => report.help(format!("did you mean `{near}`?")),
        None => report.help(format!("there is {}", known.join(", "))),
    }
}

/// The role that `--role` names.
enum Wanted {
    /// An ARN: who may assume it, by patterns too.
    Role(RoleArn),
    /// A part of entries.
    Part(String),
}

impl Wanted {
    fn parse(text: &str) -> Result<Self, Report> {
        if !text.starts_with("arn:") {
            return Ok(Wanted::Part(text.to_owned()));
        }
        RoleArn::parse(text).map(Wanted::Role).map_err(|invalid| {
            Report::new(Exit::Usage, format!("--role: {}", invalid.line()))
                .help(format!("a value such as {}, or a part of the name", invalid.example))
        })
    }

    /// Whether a namespace belongs into the answer. One that is not worked out does: an answer
    /// without it would be a guess.
    fn concerns(&self, grant: &Grant) -> bool {
        match self {
            Wanted::Role(role) => may_assume(grant, role) != Decision::Deny,
            Wanted::Part(_) if grant.standing != Standing::Ok => true,
            Wanted::Part(part) => grant.roles.iter().any(|role| role.entry.contains(part)),
        }
    }
}

#[derive(Serialize)]
struct NamespaceJson<'a> {
    cluster: &'a str,
    namespace: &'a str,
    path: &'a str,
    allowed_roles: Option<&'a str>,
    roles: Vec<&'a str>,
    status: &'static str,
    reason: Option<&'a str>,
}

fn json(grants: &[Grant]) -> serde_json::Value {
    let namespaces: Vec<NamespaceJson<'_>> = grants
        .iter()
        .map(|grant| NamespaceJson {
            cluster: &grant.cluster,
            namespace: &grant.namespace,
            path: grant.folder.as_str(),
            allowed_roles: grant.allowed_roles.as_deref(),
            roles: grant.roles.iter().map(|role| role.entry.as_str()).collect(),
            status: status(grant.standing),
            reason: grant.reason.as_deref(),
        })
        .collect();
    serde_json::json!({ "schema": "gangplank.list/1", "namespaces": namespaces })
}

fn status(standing: Standing) -> &'static str {
    match standing {
        Standing::Ok => "ok",
        Standing::Broken => "broken",
        Standing::Unsupported => "unsupported",
    }
}

/// A row for each role, so that a line can be found by any of its words.
fn table(grants: &[Grant], wanted: Option<&Wanted>) -> String {
    let mut rows = vec![["CLUSTER", "NAMESPACE", "ROLE", "REMARKS"].map(str::to_owned)];
    for grant in grants {
        let row = |role: &str, remarks: String| {
            let texts = [grant.cluster.as_str(), &grant.namespace, role, &remarks];
            texts.map(in_one_line)
        };
        let undecided = matches!(wanted, Some(Wanted::Role(role))
            if grant.standing == Standing::Ok && may_assume(grant, role) == Decision::CannotTell);
        let reason = undecided.then(|| "can't be decided here".to_owned());
        let reason = reason.or_else(|| grant.reason.clone());
        let reason = match grant.standing {
            Standing::Ok => reason,
            standing => reason.map(|reason| format!("{}: {reason}", status(standing))),
        };
        if grant.roles.is_empty() || reason.is_some() {
            let none = if grant.standing == Standing::Ok { "-" } else { "?" };
            rows.push(row(none, reason.unwrap_or_default()));
        }
        rows.extend(grant.roles.iter().map(|role| row(&role.entry, remarks(role))));
    }
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let [one, two, three] = [0, 1, 2].map(|column| width(column).unwrap_or(0).min(80));
    rows.iter().fold(String::new(), |mut out, [cluster, namespace, role, remarks]| {
        let line = format!("{cluster:<one$}  {namespace:<two$}  {role:<three$}  {remarks}");
        let _ = writeln!(out, "{}", line.trim_end());
        out
    })
}

fn remarks(role: &GrantedRole) -> String {
    let all = [
        (role.is_wildcard, "wildcard"),
        (role.is_other_account, "other account"),
        (role.is_inherited, "inherited"),
    ];
    let words: Vec<&str> = all.into_iter().filter(|(is, _)| *is).map(|(_, word)| word).collect();
    words.join(", ")
}
