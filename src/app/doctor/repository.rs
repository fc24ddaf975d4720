//! The repository: where it is, its config, and for each cluster its layout, what Argo CD delivers,
//! and what new folders are made from.

use super::{Check, Status};
use crate::app::check::human::several;
use crate::app::check::no_layout;
use crate::app::session::{
    find_root, open_repository, outlook_report, read_answers, template_report, user_config,
};
use crate::app::templates::user_templates;
use crate::cli::{Environment, Request};
use crate::domain::name::ClusterName;
use crate::manifests::template::Templates;
use crate::plan::OutlookError;
use crate::repo::{
    self, CONFIG_NAME, DeliveryVerdict, Repository, Root, Survey, parse_user_config,
};

/// The name of a folder that is not there yet, as those that are delivered by name are known.
const NEW: &str = "a-new-namespace";

/// Adds what is known of the repository; returns its root.
pub(super) fn check(
    request: &Request,
    environment: &Environment,
    checks: &mut Vec<Check>,
) -> Option<Root> {
    let found = find_root(request.repo.as_deref());
    let root = match &found {
        Ok(root) => {
            let how = if request.repo.is_some() { "named by --repo" } else { "found from here" };
            let below = match root.prefix.as_str() {
                "" => String::new(),
                prefix => format!(", which is {prefix}/ to git"),
            };
            let shown = root.path.display();
            checks.push(Check::ok("repository", format!("{shown} ({how}){below}")));
            Some(root)
        }
        Err(report) => {
            checks.push(Check::failed("repository", report));
            None
        }
    };
    checks.push(own_config(environment));
    if let Some(root) = root {
        opened(root, environment, checks);
    }
    found.ok()
}

fn own_config(environment: &Environment) -> Check {
    let name = "your config";
    let read = user_config(environment).and_then(|source| match source {
        Some(source) => read_answers(&source, parse_user_config).map(|_| Some(source.path)),
        None => Ok(None),
    });
    match read {
        Ok(Some(path)) => Check::ok(name, format!("{path} is read")),
        Ok(None) => Check::ok(name, "none, and none is needed"),
        Err(report) => Check::failed(name, &report),
    }
}

fn opened(root: &Root, environment: &Environment, checks: &mut Vec<Check>) {
    let repository = match open_repository(root) {
        Ok((_, repository)) => repository,
        Err(report) => return checks.push(Check::failed("config", &report)),
    };
    checks.push(if root.path.join(CONFIG_NAME).is_file() {
        Check::ok("config", format!("{CONFIG_NAME} is read"))
    } else {
        Check::ok("config", format!("no {CONFIG_NAME}, and none is needed"))
    });
    checks.push(own_templates(&repository, environment));
    match repository.clusters() {
        Ok(names) if names.is_empty() => checks.push(Check::failed("clusters", &no_layout())),
        Ok(names) => names.iter().for_each(|name| cluster(name, root, &repository, checks)),
        Err(error) => checks.push(Check::new("clusters", Status::Error, error.to_string())),
    }
}

/// Where the templates come from that are not the built-in ones.
fn own_templates(repository: &Repository, environment: &Environment) -> Check {
    let own = repo::own_templates(&repository.tree).into_iter();
    let templates = Templates::with(own.chain(user_templates(environment)).collect());
    if let Err(error) = templates.check() {
        return Check::failed("templates", &template_report(&error));
    }
    let sources = templates.own().map(|(name, file)| format!("{name} from {file}"));
    let sources: Vec<String> = sources.collect();
    let unused = repo::unused_script(&repository.tree);
    let unused = unused.map(|file| format!("; {file} is not used, only your own would be"));
    let unused = unused.unwrap_or_default();
    match sources.is_empty() {
        true => Check::ok("templates", format!("the built-in ones{unused}")),
        false => {
            let sources = sources.join(", ");
            Check::ok("templates", format!("{sources}; else the built-in ones{unused}"))
        }
    }
}

fn cluster(name: &str, root: &Root, repository: &Repository, checks: &mut Vec<Check>) {
    let layout = format!("layout {name}");
    let Ok(cluster) = ClusterName::parse(name) else {
        return checks.push(Check::new(&layout, Status::Warning, "this is no cluster's name"));
    };
    let survey = match repository.survey(&cluster) {
        Ok(survey) => survey,
        Err(error) => {
            // The other clusters can be worked on all the same.
            let report = outlook_report(&OutlookError::Survey(error), &root.path);
            let failed = Check::failed(&layout, &report);
            return checks.push(Check { status: Status::Warning, ..failed });
        }
    };
    let (folder, why) = (&survey.layout.new_in, &survey.layout.because);
    let count = survey.layout.namespaces(&repository.tree).map_or(0, |names| names.len());
    let namespaces = several(count, "namespace");
    checks.push(Check::ok(&layout, format!("{namespaces}; new ones go to {folder}/: {why}")));
    checks.push(delivery(&format!("delivery {name}"), &survey));
    let source = format!("new folders: {}", survey.house.source);
    checks.push(Check::ok(&format!("template {name}"), source));
}

fn delivery(name: &str, survey: &Survey) -> Check {
    let folder = &survey.layout.new_in;
    match survey.delivery.verdict(&folder.child(NEW)) {
        DeliveryVerdict::Delivered(source) => {
            Check::ok(name, format!("Argo CD takes new folders in {folder}/, says {source}"))
        }
        DeliveryVerdict::NotDelivered { patterns, source } => {
            let message = format!("no path of Argo CD matches a new folder in {folder}/");
            let help = format!("{source} has {}", patterns.join(", "));
            Check::new(name, Status::Warning, message).help(help)
        }
        DeliveryVerdict::Unknown => {
            let message = "this repository does not say what delivers its namespaces";
            Check::new(name, Status::Unknown, message)
        }
    }
}
