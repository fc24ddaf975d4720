//! `gangplank templates`: the built-in ones as files, and whether one's own will do.

use std::fs;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use super::carry_out::carry_out;
use super::check::{human, json};
use super::is_json;
use super::printer::Printer;
use super::session::{Session, user_folder};
use crate::cli::{Environment, Request, Templates};
use crate::domain::finding::{Finding, Level};
use crate::error::{Exit, Report};
use crate::manifests::source::SourceText;
use crate::manifests::template::{LARGEST_TEMPLATE, OwnTemplate};
use crate::plan::{Plan, try_templates};
use crate::repo::{TEMPLATES_FOLDER, all_templates};
use crate::system::RepoPath;

pub(super) fn run(
    what: &Templates,
    request: &Request,
    environment: &Environment,
    printer: Printer,
) -> Result<Exit, Report> {
    match what {
        Templates::Export(folder) => export(folder.as_deref(), request, environment, printer),
        Templates::Lint(files) => lint(files, request, environment, printer),
    }
}

fn export(
    folder: Option<&str>,
    request: &Request,
    environment: &Environment,
    printer: Printer,
) -> Result<Exit, Report> {
    let session = Session::open(request, environment)?;
    let folder = match folder {
        Some(folder) => in_repository(&session.root.path, folder)?,
        None => RepoPath::parse(TEMPLATES_FOLDER).unwrap_or_default(),
    };
    let tree = &session.planner.repository().tree;
    let plan = Plan::of_templates(tree, &folder).map_err(|error| {
        Report::new(Exit::Decision, error.reason).at(error.path.to_string(), None)
    })?;
    carry_out(session.checkout(), &plan, request, environment, printer)
}

/// A folder below the root, as seen from where the user is.
fn in_repository(root: &Path, folder: &str) -> Result<RepoPath, Report> {
    let here = std::env::current_dir().and_then(|here| here.canonicalize()).unwrap_or_default();
    let here = here.strip_prefix(root).ok().and_then(|here| RepoPath::parse(here.to_str()?));
    let found = match Path::new(folder).strip_prefix(root) {
        Ok(below) => below.to_str().and_then(RepoPath::parse),
        Err(_) => here.unwrap_or_default().resolve(folder),
    };
    found.ok_or_else(|| {
        let message = format!("{folder} is not in the repository");
        Report::new(Exit::Usage, message)
            .help("export into the repository, and move the files from there")
    })
}

fn lint(
    files: &[String],
    request: &Request,
    environment: &Environment,
    printer: Printer,
) -> Result<Exit, Report> {
    let own = match files {
        [] => {
            let session = Session::open(request, environment)?;
            let own = all_templates(&session.planner.repository().tree).into_iter();
            own.chain(user_templates(environment)).collect()
        }
        files => files.iter().map(|file| named(file)).collect::<Result<Vec<_>, _>>()?,
    };
    let findings = try_templates(&own);
    let said = if is_json(request) {
        printer.json_data(&json::document(&findings))
    } else {
        let color = printer.is_colored(request.color, environment);
        let said = printer.painted(&text(&own, &findings, request.quiet, color));
        printer.note(&summary(own.len(), &findings));
        said
    };
    let is_wrong = findings.iter().any(|finding| finding.level == Level::Error);
    Ok(said.and(if is_wrong { Exit::Pending } else { Exit::Done }))
}

fn text(own: &[OwnTemplate], findings: &[Finding], is_quiet: bool, is_colored: bool) -> String {
    let mut out = String::new();
    for finding in findings {
        human::headline(finding, is_colored, &mut out);
        if !is_quiet {
            let about = own.iter().find(|own| own.file == finding.path);
            let source = about.map(|own| SourceText::new(own.text().to_owned()));
            human::details(finding, source.as_ref(), &mut out);
        }
    }
    out
}

fn summary(count: usize, findings: &[Finding]) -> String {
    match (count, findings.len()) {
        (0, _) => "no own templates: the built-in ones are used".to_owned(),
        (count, 0) => format!("nothing found; looked at {}", human::several(count, "template")),
        (count, found) => {
            let (found, count) =
                (human::several(found, "finding"), human::several(count, "template"));
            format!("{found}; looked at {count}")
        }
    }
}

/// A file that somebody names.
fn named(file: &str) -> Result<OwnTemplate, Report> {
    let path = Path::new(file);
    let name = path.file_name().and_then(|name| name.to_str()).and_then(OwnTemplate::name_of);
    let name = name.ok_or_else(|| {
        Report::new(Exit::Usage, format!("{file} is no template"))
            .help("a template is called after what it makes: cnp.yaml.hbs")
    })?;
    let bytes = read(path).map_err(|reason| Report::new(Exit::Usage, reason).at(file, None))?;
    Ok(OwnTemplate::new(name, file, Ok(bytes)))
}

/// The templates in the user's config folder.
pub(super) fn user_templates(environment: &Environment) -> Vec<OwnTemplate> {
    let Some(folder) = user_folder(environment).map(|folder| folder.join("templates")) else {
        return Vec::new();
    };
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Vec::new();
        }
        Err(error) => {
            let file = folder.display().to_string();
            return vec![OwnTemplate::new("", &file, Err(format!("can't be read: {error}")))];
        }
    };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<String> = names.collect();
    names.sort_unstable();
    let own = names.iter().filter_map(|file| {
        let (name, path) = (OwnTemplate::name_of(file)?, folder.join(file));
        Some(OwnTemplate::new(name, &path.display().to_string(), read(&path)))
    });
    own.collect()
}

/// The bytes of a template, or why it is none.
fn read(path: &Path) -> Result<Vec<u8>, String> {
    let broken = |error: io::Error| format!("can't be read: {error}");
    let metadata = fs::metadata(path).map_err(broken)?;
    if metadata.is_dir() {
        return Err("this is a folder, not a template".to_owned());
    }
    // A pipe would be waited for.
    if !metadata.is_file() {
        return Err("this is no regular file".to_owned());
    }
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(broken)?;
    file.take(LARGEST_TEMPLATE + 1).read_to_end(&mut bytes).map_err(broken)?;
    match bytes.len() as u64 > LARGEST_TEMPLATE {
        true => Err("larger than 64 KiB: no template is".to_owned()),
        false => Ok(bytes),
    }
}
