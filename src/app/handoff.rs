//! `gangplank handoff`: the page for the team, the script with the test pod, the text of the pull
//! request.

use std::path::Path;
use std::sync::Arc;

use super::printer::Printer;
use super::reading;
use super::session::{self, Session};
use super::since::{Since, no_changes_report};
use super::verify;
use crate::aws::{Outcome, RoleCheck, Statement, statements};
use crate::cli::{self, Environment, Output, Part, Request, Verify};
use crate::domain::codeowners::PLACES;
use crate::domain::finding::{Finding, Level};
use crate::domain::name::{ClusterName, Namespace};
use crate::domain::shell::CommandLine;
use crate::error::{Exit, Report};
use crate::handoff::{Block, Handoff, HandoffError, Section, Wish, as_markdown, as_text};
use crate::manifests::template::{TemplateError, Templates};
use crate::plan::Planner;
use crate::repo::{Repository, Root};
use crate::system::{CheckedOutGit, Git, RealDisk};
use crate::wizard::{HandOver, Sheet};

pub(super) fn run(
    what: &cli::Handoff,
    request: &Request,
    environment: &Environment,
    printer: Printer,
) -> Result<Exit, Report> {
    if what.part.is_some() && request.output == Output::Json {
        let report = Report::new(Exit::Usage, "--part goes with human and markdown");
        return Err(report.help("JSON holds all parts"));
    }
    let Session { root, disk, mut planner, .. } = Session::open(request, environment)?;
    let wish = Wish {
        role: what.role.clone(),
        pods: what.pods.clone(),
        external_id: what.external_id.clone(),
    };
    let earlier = earlier(&root, &disk, what.changed_since.as_deref())?;
    let place = (&what.cluster, &what.namespace);
    let mut handoff = made(&mut planner, &root, place, wish, earlier.as_ref())?;
    ask(&mut handoff, request, environment)?;
    if let Some(file) = &handoff.unused_script {
        printer.note(&format!(
            "{file} is not used, since a repository's script would run with your rights; to use it, copy it into your own templates folder"
        ));
    }
    let templates = planner.templates();
    if request.output == Output::Json {
        return Ok(printer.json_data(&handoff.json(templates).map_err(|e| broken(&e))?));
    }
    let text = printed(&handoff, what.part, request.output, templates);
    Ok(printer.data(&text.map_err(|error| broken(&error))?))
}

/// The hand-over of a namespace, before anybody is asked about its roles.
fn made(
    planner: &mut Planner,
    root: &Root,
    (cluster, namespace): (&ClusterName, &Namespace),
    wish: Wish,
    earlier: Option<&Repository>,
) -> Result<Handoff, Report> {
    let codeowners = codeowners(root);
    Handoff::of(planner, (cluster, namespace), wish, earlier, codeowners.as_deref())
        .map_err(|error| report(&error, (cluster, namespace), &root.path))
}

/// The texts of a hand-over for a screen: the page, the test pod, the pull request.
pub(super) fn sheets(
    planner: &mut Planner,
    root: &Root,
    disk: &Arc<RealDisk>,
    over: HandOver,
) -> Result<Vec<Sheet>, String> {
    let cluster = ClusterName::parse(&over.cluster).map_err(|invalid| invalid.message)?;
    let namespace = Namespace::parse(&over.namespace).map_err(|invalid| invalid.message)?;
    let wish = Wish { external_id: over.external_id, ..Wish::default() };
    let earlier = earlier(root, disk, None).map_err(|report| report.line())?;
    let mut handoff = made(planner, root, (&cluster, &namespace), wish, earlier.as_ref())
        .map_err(|report| report.line())?;
    if let Some((role, said)) = &over.said {
        handoff.hear(role, said);
    }
    let test_pod = handoff.test_pod(planner.templates()).map_err(|error| error.to_string())?;
    let sheet = |title: &str, file: &str, text: String| Sheet {
        is_prose: !file.ends_with(".sh"),
        title: title.to_owned(),
        file: file.to_owned(),
        text,
    };
    let name = &over.namespace;
    Ok(vec![
        sheet("for the team", &format!("handoff-{name}.txt"), as_text(&handoff.page())),
        sheet("test pod, as a script", &format!("test-pod-{name}.sh"), test_pod),
        sheet("pull request", &format!("pull-request-{name}.md"), handoff.pull_request()),
    ])
}

fn printed(
    handoff: &Handoff,
    part: Option<Part>,
    output: Output,
    templates: &Templates,
) -> Result<String, TemplateError> {
    let form = if output == Output::Markdown { as_markdown } else { as_text };
    Ok(match part {
        Some(Part::Page) => form(&handoff.page()),
        Some(Part::TestPod) => handoff.test_pod(templates)?,
        Some(Part::PullRequest) => handoff.pull_request(),
        None => {
            let mut sections = handoff.page();
            let script = Block::Code("sh", handoff.test_pod(templates)?);
            sections.push(Section::new("The test pod, as a script", vec![script]));
            let text = Block::Code("markdown", handoff.pull_request());
            sections.push(Section::new("The text of the pull request", vec![text]));
            form(&sections)
        }
    })
}

/// The repository as it was; none where git knows no commit yet.
fn earlier(
    root: &Root,
    disk: &Arc<RealDisk>,
    revision: Option<&str>,
) -> Result<Option<Repository>, Report> {
    match Since::find(root, disk, revision.unwrap_or("HEAD")) {
        // A config that was broken then says nothing about now.
        Ok(since) => Ok(since.repository),
        Err(_) if revision.is_none() => Ok(None),
        Err(error) => Err(no_changes_report("--changed-since", &error)),
    }
}

/// The text of the file that GitHub takes.
fn codeowners(root: &Root) -> Option<String> {
    let top = CheckedOutGit.top_level(&root.path)?;
    PLACES.into_iter().find_map(|place| reading::below(&top, place))
}

/// Asks IAM about the roles.
///
/// # Errors
/// With `--verify require`: IAM says no, or could not be asked.
fn ask(handoff: &mut Handoff, request: &Request, environment: &Environment) -> Result<(), Report> {
    let is_required = request.verify == Verify::Require;
    let lookup = verify::lookup(request);
    for question in handoff.questions() {
        let has_credentials = verify::has_credentials(environment, question.profile.as_deref());
        let check = match is_required || has_credentials {
            true => lookup.check(&question),
            false => RoleCheck::NotAsked,
        };
        let said = statements(&question, &check);
        if is_required {
            said.iter().try_for_each(required)?;
        }
        handoff.hear(&question.role, &said);
    }
    Ok(())
}

fn required(statement: &Statement) -> Result<(), Report> {
    let exit = match statement.outcome {
        Outcome::Yes | Outcome::Open => return Ok(()),
        Outcome::No => Exit::VerifiedNo,
        Outcome::NotAsked => Exit::NotVerified,
    };
    let (text, help) = (statement.text.clone(), statement.help.clone());
    Err(Report::of(&Finding::in_answer(statement.rule, Level::Error, text, help), exit))
}

fn report(
    error: &HandoffError,
    (cluster, namespace): (&ClusterName, &Namespace),
    root: &Path,
) -> Report {
    let onboard = CommandLine::of("gangplank onboard").flag("--cluster", cluster.as_str());
    let onboard = onboard.flag("--namespace", namespace.as_str());
    let (exit, help) = match error {
        HandoffError::Outlook(error) => return session::outlook_report(error, root),
        HandoffError::NoFolder(_) | HandoffError::NoRole(_) => (Exit::Usage, onboard.to_string()),
        HandoffError::NotBuilt(folder, _) | HandoffError::BadName(folder, _) => (
            Exit::Decision,
            CommandLine::of("gangplank check").argument(folder.as_str()).to_string(),
        ),
        HandoffError::OnlyPatterns(..) => {
            (Exit::Usage, "name the role that the pods ask for with --role".to_owned())
        }
        HandoffError::NotAllowed(_, role) => {
            (Exit::Usage, onboard.flag("--role", role.as_str()).to_string())
        }
    };
    Report::new(exit, error.to_string()).help(help)
}

fn broken(error: &TemplateError) -> Report {
    Report::new(Exit::Failed, error.to_string())
}
