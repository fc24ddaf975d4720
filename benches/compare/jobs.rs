//! The jobs: what a namespace is built to, a namespace more, a role more.

use super::repository::{NAMESPACES, Repository};
use super::row::{Call, Table};
use super::templates::{NAMESPACE, Templates};
use super::tools::Tools;

const ROLE: &str = "arn:aws:iam::123456789098:role/";

fn call<'a>(tool: &'static str, what: &'a str, arguments: &[&str], folder: &'a str) -> Call<'a> {
    let arguments = arguments.iter().map(|word| (*word).to_owned()).collect();
    Call { tool, what, arguments, folder }
}

/// What a namespace is granted, out of what it is built to.
pub(crate) fn build(tools: &Tools, repository: &Repository) {
    let mut table = Table::new("the build of one namespace", tools, repository);
    let folder = format!("{NAMESPACES}/checkout");
    let list = ["list", "--cluster", "prod-us1", "--namespace", "checkout"];
    table.line(&call("gangplank", "gangplank list", &list, ""));
    table.line(&call("kustomize", "kustomize build", &["build", &folder], ""));
    table.line(&call("kubectl", "kubectl kustomize", &["kustomize", &folder], ""));
}

fn onboarding(repository: &Repository) -> Vec<String> {
    let role = format!("{ROLE}{NAMESPACE}");
    let root = repository.root();
    let select = format!("sa={NAMESPACE}");
    let fixed =
        ["onboard", "--yes", "--offline", "--cluster", "prod-us1", "--namespace", NAMESPACE];
    let more = ["--egress", "restrict", "--role", &role, "--select", &select, "--repo"];
    let words = fixed.into_iter().chain(more).map(str::to_owned);
    words.chain([root.to_str().unwrap().to_owned()]).collect()
}

/// A folder with a kustomization and a policy. The templates make the same bytes, and look at
/// nothing; gangplank reads the repository, checks the result and keeps a journal.
pub(crate) fn new_namespace(tools: &Tools, repository: &Repository) {
    let mut table = Table::new("a namespace more: kustomization and policy", tools, repository);
    let arguments = onboarding(repository);
    let own = Call { tool: "gangplank", what: "gangplank onboard --yes", arguments, folder: "" };
    table.line(&own);
    let mut gangplank = tools.command("gangplank").unwrap();
    gangplank.args(&own.arguments).env("HOME", repository.home());
    assert!(gangplank.status().unwrap().success());
    let folder = repository.root().join(NAMESPACES).join(NAMESPACE);
    let templates = Templates::from(&folder, repository);
    let value = format!("namespace={NAMESPACE}");
    let copier = templates.copier.to_str().unwrap();
    let arguments = ["copy", "--quiet", "--defaults", "--data", &value, copier, NAMESPACES];
    table.line(&call("copier", "copier copy", &arguments, ""));
    let cookiecutter = templates.cookiecutter.to_str().unwrap();
    let arguments = ["--no-input", "--output-dir", NAMESPACES, cookiecutter, &value];
    table.line(&call("cookiecutter", "cookiecutter", &arguments, ""));
}

/// `kustomize edit` can't change the patch that is there: it adds one, and writes the file anew.
pub(crate) fn one_role_more(tools: &Tools, repository: &Repository) {
    let mut table = Table::new("a role more in a commented kustomization", tools, repository);
    let folder = format!("{NAMESPACES}/commented");
    let role = format!("{ROLE}second");
    let fixed =
        ["onboard", "--yes", "--offline", "--cluster", "prod-us1", "--namespace", "commented"];
    let arguments = [&fixed[..], &["--network", "none", "--role", &role]].concat();
    table.line(&call("gangplank", "gangplank onboard --yes", &arguments, ""));
    let list = format!("[\"{ROLE}commented\",\"{role}\"]");
    let path = "/metadata/annotations/iam.amazonaws.com~1allowed-roles";
    let patch = format!("- op: add\n  path: {path}\n  value: '{list}'\n");
    let arguments = ["edit", "add", "patch", "--kind", "Namespace", "--patch", &patch];
    table.line(&call("kustomize", "kustomize edit add patch", &arguments, &folder));
    let annotation = format!("iam.amazonaws.com/allowed-roles:{list}");
    let arguments = ["edit", "add", "annotation", &annotation];
    table.line(&call("kustomize", "kustomize edit add annotation", &arguments, &folder));
}
