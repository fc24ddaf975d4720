//! Opening a repository: root, config, user config, answers.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use etcetera::base_strategy::{BaseStrategy, choose_base_strategy};

use super::carry_out::Checkout;
use super::origin::{Source, Sources};
use super::reading;
use super::templates::user_templates;
use crate::cli::{Environment, Request};
use crate::error::{Exit, Report};
use crate::manifests::template::TemplateError;
use crate::plan::{OutlookError, Planner};
use crate::questions::{GivenAnswers, Origin, question_by_key};
use crate::repo::{
    AnswerMap, ConfigError, LayoutError, Repository, Root, RootError, SurveyError, parse_answers,
    parse_user_config,
};
use crate::system::{CheckedOutGit, Disk, Git, InstalledKustomize, RealDisk, RepoPath};
use crate::tree::Tree;

/// An opened repository and everything that was answered before the first question.
pub(super) struct Session {
    pub(super) root: Root,
    pub(super) disk: Arc<RealDisk>,
    pub(super) planner: Planner,
    pub(super) given: GivenAnswers,
    /// The sets of an answers file that has several.
    pub(super) batch: Vec<GivenAnswers>,
    pub(super) sources: Sources,
    pub(super) branch: Option<String>,
}

impl Session {
    /// Where a plan is carried out.
    pub(super) fn checkout(&self) -> Checkout<'_> {
        Checkout { root: &self.root, disk: &self.disk }
    }

    pub(super) fn open(request: &Request, environment: &Environment) -> Result<Self, Report> {
        let root = find_root(request.repo.as_deref())?;
        Self::open_at(root, request, environment)
    }

    pub(super) fn open_at(
        root: Root,
        request: &Request,
        environment: &Environment,
    ) -> Result<Self, Report> {
        let (disk, repository) = open_repository(&root)?;
        let answers = request.answers_file.as_deref().map(answers_file).transpose()?;
        let mut sets = match &answers {
            Some(answers) => with_file(answers, &request.given)?,
            None => Vec::new(),
        };
        // One set is what the wizard starts with; several are planned as they are.
        let given = if sets.len() == 1 { sets.remove(0) } else { request.given.clone() };
        let user = user_config(environment)?;
        let user_defaults = match &user {
            Some(user) => read_answers(user, parse_user_config)?,
            None => AnswerMap::new(),
        };
        let sources = Sources::of(&root.path, answers, user);
        let mut planner = Planner::new(repository, user_defaults)
            .with_user_templates(user_templates(environment));
        if let Some(program) = installed_kustomize(Some(&root.path), environment) {
            planner = planner.asking(Arc::new(program));
        }
        let branch = CheckedOutGit.branch(&root.path);
        let mut given = given;
        for given in sets.iter_mut().chain([&mut given]) {
            planner.give_configured_place(given);
        }
        Ok(Session { root, disk, planner, given, batch: sets, sources, branch })
    }
}

/// The kustomize or kubectl that is installed, with a folder for copies in the user's cache.
pub(super) fn installed_kustomize(
    root: Option<&Path>,
    environment: &Environment,
) -> Option<InstalledKustomize> {
    environment.get("HOME")?;
    let cache = choose_base_strategy().ok()?.cache_dir().join("gangplank").join("builds");
    // A cache in the repository would be a write in the repository.
    let is_outside = !root.is_some_and(|root| cache.starts_with(root));
    InstalledKustomize::find(environment.get("PATH")?, cache).filter(|_| is_outside)
}

/// The disk that a root is on.
pub(super) fn open_disk(root: &Root) -> Result<Arc<RealDisk>, Report> {
    RealDisk::open(&root.path).map(Arc::new).map_err(|error| {
        Report::new(Exit::Failed, format!("{} can't be read: {error}", root.path.display()))
    })
}

/// The repository at a root, and the disk that it is on.
pub(super) fn open_repository(root: &Root) -> Result<(Arc<RealDisk>, Repository), Report> {
    let disk = open_disk(root)?;
    let tree = Tree::of(Arc::clone(&disk) as Arc<dyn Disk>);
    let repository = repository_in(&tree, root)?;
    Ok((disk, repository))
}

/// The repository that a tree holds.
pub(super) fn repository_in(tree: &Tree, root: &Root) -> Result<Repository, Report> {
    Repository::open(tree.clone(), root.prefix.clone()).map_err(|error| {
        let text = RepoPath::parse(&error.path).and_then(|path| tree.text(&path).ok()?);
        let report = config_report(&error);
        text.map_or(report.clone(), |text| with_text(report, text.text()))
    })
}

pub(super) fn find_root(repo: Option<&str>) -> Result<Root, Report> {
    let git = CheckedOutGit;
    let found = match repo {
        Some(folder) => Root::at(Path::new(folder), &git),
        None => {
            let here = std::env::current_dir().map_err(|error| {
                Report::new(Exit::Failed, format!("no current folder: {error}"))
            })?;
            Root::above(&here, &git)
        }
    };
    found.map_err(|error| root_report(&error))
}

pub(super) fn root_report(error: &RootError) -> Report {
    let exit = match error {
        RootError::ClustersIsNoFolder(_) => Exit::Decision,
        _ => Exit::Usage,
    };
    Report::new(exit, error.to_string()).help(
        "go to the GitOps repository, or name it with --repo; `gangplank demo` makes one to try",
    )
}

fn config_report(error: &ConfigError) -> Report {
    let place = error.place.map(|place| (place.line, place.column));
    Report::new(Exit::Usage, error.message.clone())
        .help(error.help.clone())
        .at(error.path.clone(), place)
}

/// Adds the text of the line that a report points at, in a file of the repository at `root`.
pub(super) fn with_line(report: Report, root: &Path) -> Report {
    let path = report.path.clone().filter(|_| report.place.is_some());
    match path.and_then(|path| reading::below(root, &path)) {
        Some(text) => with_text(report, &text),
        None => report,
    }
}

/// The same, where the whole text is at hand.
pub(super) fn with_text(report: Report, text: &str) -> Report {
    let Some((line, _)) = report.place else {
        return report;
    };
    let text = text.trim_start_matches('\u{feff}');
    let line_text = text.lines().nth(line.saturating_sub(1)).map(str::to_owned);
    Report { line_text, ..report }
}

fn answers_file(path: &str) -> Result<Source, Report> {
    let text = reading::named(path).map_err(|error| {
        Report::new(Exit::Usage, format!("the answers file can't be read: {error}")).at(path, None)
    })?;
    Ok(Source::new(path.to_owned(), &text))
}

/// Reads a file of answers in one of their forms.
pub(super) fn read_answers<T>(
    source: &Source,
    parse: fn(&str, &str) -> Result<T, ConfigError>,
) -> Result<T, Report> {
    parse(&source.path, &source.text)
        .map_err(|error| with_text(config_report(&error), &source.text))
}

/// One set of answers for each section of an answers file; what the call gives holds for all.
fn with_file(answers: &Source, given: &GivenAnswers) -> Result<Vec<GivenAnswers>, Report> {
    let sections = read_answers(answers, parse_answers)?;
    let with = |section: AnswerMap| {
        let mut given = given.clone();
        for (key, values) in section {
            if let Some(question) = question_by_key(&key) {
                given.give(question.id, values, Origin::AnswersFile);
            }
        }
        given
    };
    Ok(sections.into_iter().map(with).collect())
}

/// The user's config; none if there is no such file.
pub(super) fn user_config(environment: &Environment) -> Result<Option<Source>, Report> {
    let Some(path) = user_config_path(environment) else {
        return Ok(None);
    };
    let place = path.display().to_string();
    match reading::named(&place) {
        Ok(text) => Ok(Some(Source::new(place, &text))),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Ok(None)
        }
        Err(error) => {
            let message = format!("your config can't be read: {error}");
            Err(Report::new(Exit::Usage, message).at(place, None))
        }
    }
}

fn user_config_path(environment: &Environment) -> Option<PathBuf> {
    user_folder(environment).map(|folder| folder.join("config.yaml"))
}

/// The folder of the user's config and templates.
pub(super) fn user_folder(environment: &Environment) -> Option<PathBuf> {
    // Without a home there is no user whose config it could be.
    environment.get("HOME")?;
    Some(choose_base_strategy().ok()?.config_dir().join("gangplank"))
}

/// A template is an input, like the config.
pub(super) fn template_report(error: &TemplateError) -> Report {
    let report = Report::new(Exit::Usage, error.message.clone())
        .help(error.help.clone())
        .at(error.file.clone(), error.place);
    Report { line_text: error.line_text.clone(), ..report }
}

/// What keeps an outlook from being made, as an error at the edge.
pub(super) fn outlook_report(error: &OutlookError, root: &Path) -> Report {
    let exit = if error.is_about_the_disk() { Exit::Decision } else { Exit::Usage };
    let report = Report::new(exit, error.to_string());
    match error {
        OutlookError::Template(error) => template_report(error),
        OutlookError::Survey(SurveyError::NoCluster { near: Some(near), .. }) => {
            report.help(format!("did you mean `{near}`?"))
        }
        OutlookError::Survey(SurveyError::Layout(LayoutError::TwoFolders(..))) => {
            report.help("remove the one that Argo CD does not deliver")
        }
        OutlookError::Survey(SurveyError::Layout(LayoutError::IsAGroup(_))) => {
            report.help("name one of the namespaces in it, or another one")
        }
        OutlookError::Survey(SurveyError::Layout(_)) => report.help(
            "namespaces are looked for in clusters/CLUSTER/namespaces/application/ and clusters/CLUSTER/namespaces/; set layout.namespaces in gangplank.yaml if they are elsewhere",
        ),
        OutlookError::Survey(SurveyError::Unreadable(error)) => {
            let place = error.place.map(|place| (place.line, place.column));
            let report = Report::new(exit, error.reason.clone());
            with_line(report.at(error.path.to_string(), place), root)
        }
        OutlookError::Survey(_) => report,
    }
}
