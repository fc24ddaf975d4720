//! A large repository: the example of `gangplank demo`, with thousands of namespaces more.

use std::fs;
use std::path::{Path, PathBuf};

use gangplank::demo::FILES;
use tempfile::TempDir;

/// Namespaces that each of its clusters has more than the example.
pub(crate) const NAMESPACES: usize = 10_000;

/// Namespaces that the cluster in the older layout has moved to `application/` already.
const MOVED: usize = 50;

/// A cluster, and where its thousands of namespaces are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) cluster: &'static str,
    /// What stands above its part of the table.
    pub(crate) title: &'static str,
    /// An ARN of a role in its account, without the role's name.
    pub(crate) role: &'static str,
    /// Where a new namespace goes.
    pub(crate) new_in: &'static str,
    folder: &'static str,
}

/// JSON patches in `namespaces/application/`.
const APPLICATION: Place = Place {
    cluster: "prod-us1",
    title: "all in clusters/prod-us1/namespaces/application/, JSON patches",
    role: "arn:aws:iam::123456789098:role/",
    new_in: "clusters/prod-us1/namespaces/application",
    folder: "clusters/prod-us1/namespaces/application",
};

/// Strategic merge patches in `namespaces/`, and the first ones moved.
const MIGRATION: Place = Place {
    cluster: "dev-eu1",
    title: "all in clusters/dev-eu1/namespaces/, but 50 in application/ there; strategic merge",
    role: "arn:aws:iam::210987654321:role/",
    new_in: "clusters/dev-eu1/namespaces/application",
    folder: "clusters/dev-eu1/namespaces",
};

impl Place {
    pub(crate) const ALL: [Place; 2] = [APPLICATION, MIGRATION];

    /// The folder of one of its thousands of namespaces.
    pub(crate) fn namespace(self, number: usize) -> String {
        format!("{}/team-{number:05}", self.folder)
    }
}

/// The repository, and a home folder beside it.
pub(crate) struct Repository {
    temp: TempDir,
}

impl Repository {
    /// The example alone, below `target/`.
    pub(crate) fn example() -> Self {
        let temp = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let repository = Repository { temp };
        fs::create_dir_all(repository.home()).unwrap();
        fs::create_dir_all(repository.root().join(".git")).unwrap();
        for (path, text) in FILES {
            write(&repository.root().join(path), &with_application(text));
        }
        repository
    }

    /// The example with thousands of namespaces more.
    pub(crate) fn generate() -> Self {
        let repository = Repository::example();
        for number in 0..NAMESPACES {
            repository.namespace(APPLICATION.folder, "../../defaults", number, &json_patch);
            repository.namespace(MIGRATION.folder, "../defaults/", number, &strategic_merge);
        }
        for number in NAMESPACES..NAMESPACES + MOVED {
            let folder = MIGRATION.new_in;
            repository.namespace(folder, "../../defaults/", number, &strategic_merge);
        }
        repository
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.temp.path().join("repository")
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.temp.path().join("home")
    }

    /// One namespace: of four, three have a role and one of those a policy too.
    fn namespace(
        &self,
        folder: &str,
        defaults: &str,
        number: usize,
        patch: &dyn Fn(&str) -> String,
    ) {
        let name = format!("team-{number:05}");
        let folder = self.root().join(folder).join(&name);
        let mut text = format!(
            "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nnamespace: {name}\nresources:\n  - {defaults}\n"
        );
        if number % 4 == 1 {
            text.push_str(&format!("  - cnp.{name}.yaml\n"));
            write(&folder.join(format!("cnp.{name}.yaml")), &policy(&name));
        }
        if !number.is_multiple_of(4) {
            text.push_str(&patch(&name));
        }
        write(&folder.join("kustomization.yaml"), &text);
    }
}

/// The example's ApplicationSet in the older layout does not deliver `application/` yet.
fn with_application(text: &str) -> String {
    let line = "          - path: clusters/dev-eu1/namespaces/*\n";
    let more = "          - path: clusters/dev-eu1/namespaces/application/*\n";
    text.replace(line, &format!("{line}{more}"))
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn json_patch(name: &str) -> String {
    let role = APPLICATION.role;
    format!(
        r#"
patches:
  - target:
      kind: Namespace
    patch: |-
      - op: add
        path: /metadata/annotations/iam.amazonaws.com~1allowed-roles
        value: '["{role}{name}"]'
"#
    )
}

fn strategic_merge(name: &str) -> String {
    let role = MIGRATION.role;
    format!(
        r#"
patches:
  - target:
      kind: Namespace
    patch: |-
      apiVersion: v1
      kind: Namespace
      metadata:
        name: {name}
        annotations:
          iam.amazonaws.com/allowed-roles: '["{role}{name}"]'
"#
    )
}

fn policy(name: &str) -> String {
    let example = FILES.iter().find(|(path, _)| path.ends_with("cnp.checkout.yaml")).unwrap();
    example.1.replace("checkout", name)
}
