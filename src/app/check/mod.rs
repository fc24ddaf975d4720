//! `gangplank check`: what is wrong in a repository, or in single files.

mod github;
pub(super) mod human;
pub(super) mod json;
pub(super) mod opened;
mod sarif;
mod trusted;
pub(super) mod work;

use self::opened::Opened;
use self::trusted::Trusted;
use super::carry_out::{Checkout, carry_out};
use super::interrupted;
use super::printer::Printer;
use super::since::{Since, no_changes_report};
use crate::app::reading;
use crate::check::{Changes, Checker, Collected, Known, NoUnit, Unit};
use crate::cli::{Check, Environment, Output, Request};
use crate::domain::finding::{Finding, Level};
use crate::error::{Exit, Report};
use crate::plan::Plan;
use crate::repo::SurveyError;
use crate::system::RepoPath;

/// What a check found, and what it is said with.
struct Found<'a> {
    opened: &'a Opened,
    /// Sorted.
    findings: Vec<Finding>,
    /// Those that the baseline has.
    known: usize,
    /// Notes that are not shown.
    hidden: usize,
    /// Those that a comment ignores which does not count.
    distrusted: usize,
    units: Vec<Unit>,
}

pub(super) fn run(
    check: &Check,
    request: &Request,
    environment: &Environment,
    printer: Printer,
) -> Result<Exit, Report> {
    let trust = check.trust.as_deref();
    let opened = Opened::find_trusting(request.repo.as_deref(), &check.paths, trust)?;
    let trusted = opened.trusted.as_ref();
    let known = check.baseline.as_deref().map(|path| baseline(path, trusted)).transpose()?;
    interrupted::mention(&opened.root, opened.disk.as_ref(), environment, printer);
    let mut looked = Looked::at(check, &opened, environment, printer)?;
    if check.fix && looked.all.iter().any(|finding| finding.fixable) {
        let plan = looked.mending(&opened);
        let checkout = Checkout { root: &opened.root, disk: &opened.disk };
        // What is said of the plan is for people; data are the findings that are left.
        let human = Request { output: Output::Human, ..request.clone() };
        let exit = carry_out(checkout, &plan, &human, environment, printer)?;
        if request.dry_run || exit != Exit::Done {
            return Ok(exit);
        }
        opened.repository.tree.forget();
        looked = Looked::at(check, &opened, environment, printer)?;
    }
    let found = found(looked, known, check, &opened);
    let said = say(&found, request, environment, printer);
    let counts = |finding: &Finding| finding.level >= check.fail_on;
    let exit = if found.findings.iter().any(counts) { Exit::Pending } else { Exit::Done };
    Ok(said.and(exit))
}

/// What was looked at, and everything that was found.
struct Looked<'a> {
    checker: Checker<'a>,
    units: Vec<Unit>,
    /// Sorted.
    all: Vec<Finding>,
    /// Findings that a comment ignores which does not count.
    distrusted: usize,
}

impl<'a> Looked<'a> {
    fn at(
        check: &Check,
        opened: &'a Opened,
        environment: &Environment,
        printer: Printer,
    ) -> Result<Self, Report> {
        let mut checker = Checker::new(&opened.repository).map_err(|error| not_checked(&error))?;
        if opened.trusted.is_some() {
            checker = checker.keeping_ignored();
        }
        if opened.paths.is_empty() && !checker.has_layout() {
            return Err(no_layout());
        }
        let units = checker.units(&opened.paths).map_err(|error| no_unit(&error))?;
        let find = |revision| Since::find(&opened.root, &opened.disk, revision);
        let since = check.changed_since.as_deref().map(find).transpose();
        let since = since.map_err(|error| no_changes_report("--changed-since", &error))?;
        let earlier = since.as_ref().and_then(|since| since.repository.as_ref());
        let earlier = earlier.and_then(|repository| Checker::new(repository).ok());
        let changes =
            since.as_ref().map(|since| Changes::new(&checker, earlier.as_ref(), &since.changed));
        let parts = work::spread(&units, environment, printer, |unit, out: &mut Collected| {
            let findings = checker.check(unit);
            if changes.as_ref().is_none_or(|changes| changes.affect(unit, &findings)) {
                out.add(findings);
            }
        })?;
        let mut all = Collected::default();
        for part in parts {
            all.add_all(part);
        }
        let (mut all, mut distrusted) = (all.into_sorted(), 0);
        if let Some(trusted) = &opened.trusted {
            distrusted = trusted.ignore(&opened.root, &opened.repository.tree, &mut all)?;
        }
        Ok(Looked { checker, units, all, distrusted })
    }

    /// The plan that mends what needs no decision.
    fn mending(&self, opened: &Opened) -> Plan {
        let fixable: Vec<Finding> = self.all.iter().filter(|f| f.fixable).cloned().collect();
        let units = self.units.iter();
        let fixes: Vec<_> = units.flat_map(|unit| self.checker.fixes(unit, &fixable)).collect();
        Plan::of_fixes(&opened.repository.tree, &fixes)
    }
}

/// Takes out what is not to be shown.
fn found<'a>(
    looked: Looked<'_>,
    known: Option<Known>,
    check: &Check,
    opened: &'a Opened,
) -> Found<'a> {
    let Looked { units, all: mut findings, distrusted, .. } = looked;
    let known = known.map_or(0, |mut known| known.take_out(&mut findings));
    let count = findings.len();
    // What fails a run is shown.
    if !check.notes && check.fail_on != Level::Note {
        findings.retain(|finding| finding.level > Level::Note);
    }
    Found { hidden: count - findings.len(), opened, findings, known, distrusted, units }
}

fn say(found: &Found<'_>, request: &Request, environment: &Environment, printer: Printer) -> Exit {
    match request.output {
        Output::Json => printer.json_data(&json::document(&found.findings)),
        Output::Sarif => printer.json_data(&sarif::document(found)),
        Output::Github => {
            let said = printer.data(&github::annotations(found));
            printer.note(&human::summary(found));
            said
        }
        Output::Human | Output::Markdown => {
            let is_colored = printer.is_colored(request.color, environment);
            let said = printer.painted(&human::text(found, request.quiet, is_colored));
            printer.note(&human::summary(found));
            said
        }
    }
}

/// A file that a finding is about: of a folder, its kustomization, for forms that know files only.
fn file_of(found: &Found<'_>, path: &str) -> String {
    let tree = &found.opened.repository.tree;
    let file = RepoPath::parse(path).and_then(|folder| tree.kustomization_file(&folder).ok()?);
    let file = file.map_or_else(|| path.to_owned(), |file| file.to_string());
    let file = if file.is_empty() { crate::repo::CONFIG_NAME } else { &file };
    found.opened.root.git_path(file)
}

/// A baseline; one inside of the repository as it is in the revision that is trusted, if one is.
fn baseline(path: &str, trusted: Option<&Trusted>) -> Result<Known, Report> {
    let bytes = trusted.map(|trusted| trusted.baseline(path)).transpose()?.flatten();
    let text = match bytes {
        Some(bytes) => String::from_utf8(bytes).map_err(|error| error.to_string()),
        None => reading::named(path).map_err(|error| error.to_string()),
    };
    text.and_then(|text| Known::parse(&text)).map_err(|reason| {
        Report::new(Exit::Usage, format!("this is no baseline: {reason}"))
            .at(path, None)
            .help("gangplank check --output json writes one")
    })
}

pub(super) fn not_checked(error: &SurveyError) -> Report {
    Report::new(Exit::Decision, error.to_string())
}

pub(super) fn no_layout() -> Report {
    Report::new(Exit::Decision, "unsupported layout: no cluster here has namespace folders").help(
        "namespaces are looked for in clusters/CLUSTER/namespaces/application/ and clusters/CLUSTER/namespaces/; set layout.namespaces in gangplank.yaml if they are elsewhere",
    )
}

fn no_unit(error: &NoUnit) -> Report {
    let exit = match error {
        NoUnit::Unreadable(_) => Exit::Decision,
        _ => Exit::Usage,
    };
    Report::new(exit, error.to_string())
        .help("name a cluster's folder, a namespace's folder, or a file")
}
