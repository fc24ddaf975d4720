//! The chain between a pod and its role, in words and as `gangplank.pod/1`.

use serde_json::{Value, json};

use super::input;
use crate::app::printer::Printer;
use crate::app::session::{self, Session};
use crate::app::{is_json, verify};
use crate::aws::{Outcome, RoleCheck, RoleQuestion, Statement, statements};
use crate::cli::{Environment, PodSource, Request};
use crate::domain::name::{ClusterName, Namespace};
use crate::domain::pod::{Link, Pod, Verdict, decision};
use crate::domain::shown::in_one_line;
use crate::error::{Exit, Report};
use crate::manifests::workload::pod_of;
use crate::manifests::yaml::Yaml;
use crate::plan::{PodChain, asked_role};

type Place<'a> = (&'a ClusterName, &'a Namespace);

pub(super) fn run(
    (cluster, namespace): Place<'_>,
    source: &PodSource,
    request: &Request,
    environment: &Environment,
    printer: Printer,
) -> Result<Exit, Report> {
    let Session { root, mut planner, .. } = Session::open(request, environment)?;
    let failed = |error| session::outlook_report(&error, &root.path);
    let pod = match source {
        PodSource::Flags(pod) => (**pod).clone(),
        PodSource::Manifest(path) => {
            let survey = planner.survey(cluster).map_err(|error| failed(error.into()))?;
            manifest(path, &survey.facts.role_key, &survey.facts.external_id_key)?
        }
    };
    let mut chain = planner.pod_chain(cluster, namespace, &pod).map_err(failed)?;
    let trust = trust(&chain, cluster, request, environment);
    chain.links.extend(trust);
    if is_json(request) {
        return Ok(printer.json_data(&as_json((cluster, namespace), &chain)));
    }
    Ok(printer.data(&human((cluster, namespace), &chain)))
}

fn manifest(path: &str, role_key: &str, external_id_key: &str) -> Result<Pod, Report> {
    let text = input::whole(path)?;
    let place = if path == "-" { "" } else { path };
    let yaml = Yaml::parse(&text).map_err(|error| {
        let report = Report::new(Exit::Usage, error.message.clone()).help("mend the manifest");
        let report = report.at(place, Some((error.place.line, error.place.column)));
        session::with_text(report, &text)
    })?;
    let found = pod_of(&yaml, role_key, external_id_key);
    found.map(|(_, pod)| pod).ok_or_else(|| {
        Report::new(Exit::Usage, "there is no pod in this manifest")
            .help(
                "a Pod, or something with a pod template: Deployment, StatefulSet, Job, CronJob …",
            )
            .at(place, None)
    })
}

/// The last link is AWS's.
fn trust(
    chain: &PodChain,
    cluster: &ClusterName,
    request: &Request,
    environment: &Environment,
) -> Vec<Link> {
    let Some(role) = asked_role(chain) else {
        return Vec::new();
    };
    let facts = chain.aws.clone();
    let question = RoleQuestion {
        role,
        profile: facts.profile,
        cluster: cluster.to_string(),
        node_role: facts.node_role,
        node_role_id: facts.node_role_id,
        external_id: facts.external_id,
        session_ttl: facts.session_ttl,
    };
    let check = if verify::has_credentials(environment, question.profile.as_deref()) {
        verify::lookup(request).check(&question)
    } else {
        RoleCheck::NotAsked
    };
    statements(&question, &check).into_iter().map(link).collect()
}

fn link(statement: Statement) -> Link {
    let verdict = match statement.outcome {
        Outcome::Yes => Verdict::Allow,
        Outcome::No => Verdict::Deny,
        Outcome::NotAsked | Outcome::Open => Verdict::CannotTell,
    };
    let name = match statement.rule {
        "role/missing" | "role/other-path" => "role",
        "role/session-too-long" => "session",
        _ => "trust",
    };
    Link::new(name, verdict, statement.text, statement.help)
}

fn as_json((cluster, namespace): Place<'_>, chain: &PodChain) -> Value {
    let link = |link: &Link| {
        json!({
            "link": link.name,
            "verdict": link.verdict.as_str(),
            "reason": link.reason,
            "help": link.help,
        })
    };
    json!({
        "schema": "gangplank.pod/1",
        "cluster": cluster.as_str(),
        "namespace": namespace.as_str(),
        "decision": decision(&chain.links).as_str(),
        "resolved_role": chain.resolved_role,
        "links": chain.links.iter().map(link).collect::<Vec<_>>(),
    })
}

fn human((cluster, namespace): Place<'_>, chain: &PodChain) -> String {
    let place = format!("a pod of {namespace} on {cluster}");
    let role = chain.resolved_role.as_deref().unwrap_or("a role");
    let mut lines = vec![match decision(&chain.links) {
        Verdict::Allow => format!("allow: {place} gets {role}"),
        Verdict::Deny => format!("deny: {place} can't use {role}"),
        Verdict::CannotTell => format!("cannot tell whether {place} gets {role}"),
    }];
    for link in &chain.links {
        let word = match link.verdict {
            Verdict::Allow => "yes",
            Verdict::Deny => "no",
            Verdict::CannotTell => "?",
        };
        lines.push(format!("  {word:<4}{:<13}{}", link.name, link.reason));
        let indent = " ".repeat(19);
        lines.extend(link.help.lines().map(|line| format!("{indent}{line}")));
    }
    lines.iter().map(|line| format!("{}\n", in_one_line(line))).collect()
}
