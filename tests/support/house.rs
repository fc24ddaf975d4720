//! Small repositories in the shapes that people have.

use super::Repo;

pub(crate) const ROLE: &str = "arn:aws:iam::123456789098:role/report-portal";

/// The folder of the guide's namespace in the guide's layout.
pub(crate) const FOLDER: &str = "clusters/c/namespaces/application/report-portal";

/// Its kustomization.
pub(crate) const KUSTOMIZATION: &str =
    "clusters/c/namespaces/application/report-portal/kustomization.yaml";

/// The defaults of the guide's layout.
pub(crate) const DEFAULTS: &str = "clusters/c/namespaces/defaults";

const NAMESPACE: &str = "\
apiVersion: v1
kind: Namespace
metadata:
  name: placeholder
  annotations:
    example.org/owner: platform
  labels:
    tier: shared
";

const LIMITS: &str = "\
apiVersion: v1
kind: LimitRange
metadata:
  name: default-limits
spec:
  limits:
    - type: Container
      default:
        memory: 512Mi
";

/// What every answer to the policy needs, beside the pods.
pub(crate) const GRANT: [&str; 6] =
    ["--cluster", "c", "--namespace", "report-portal", "--role", ROLE];

/// A whole onboarding of the guide's namespace, without `--yes`.
pub(crate) const ALL: [&str; 10] = [
    "--cluster",
    "c",
    "--namespace",
    "report-portal",
    "--role",
    ROLE,
    "--select",
    "sa=default",
    "--egress",
    "restrict",
];

/// The files of a defaults folder that brings a Namespace and a LimitRange.
pub(crate) fn house_files(folder: &str) -> [(String, &'static str); 3] {
    let kustomization = "resources:\n  - namespace.yaml\n  - limitrange.yaml\n";
    [
        (format!("{folder}/kustomization.yaml"), kustomization),
        (format!("{folder}/namespace.yaml"), NAMESPACE),
        (format!("{folder}/limitrange.yaml"), LIMITS),
    ]
}

impl Repo {
    /// With such a defaults folder.
    pub(crate) fn defaults(self, folder: &str) -> Self {
        house_files(folder).iter().fold(self, |repo, (path, text)| repo.file(path, text))
    }

    /// The guide's layout with its defaults, and no namespace yet.
    pub(crate) fn guide() -> Self {
        Repo::new().defaults(DEFAULTS)
    }

    /// The guide's layout with its namespace as a skeleton script leaves it.
    pub(crate) fn skeleton(text: impl AsRef<[u8]>) -> Self {
        Repo::guide().file(KUSTOMIZATION, text)
    }
}
