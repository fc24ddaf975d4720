//! One onboarding on the example repository, said in every way that there is.

use gangplank::demo::FILES;

use super::{Files, Repo};

/// The role of the onboarding.
pub(crate) const DEMO_ROLE: &str = "arn:aws:iam::123456789098:role/report-portal";

/// The folder that it makes.
pub(crate) const DEMO_FOLDER: &str = "clusters/prod-us1/namespaces/application/report-portal";

/// The answers, by flag.
pub(crate) const DEMO_ANSWERS: [(&str, &str); 5] = [
    ("cluster", "prod-us1"),
    ("namespace", "report-portal"),
    ("role", DEMO_ROLE),
    ("select", "sa=report-portal"),
    ("egress", "restrict"),
];

impl Repo {
    /// The example repository.
    pub(crate) fn demo() -> Self {
        Repo::new().files(FILES)
    }
}

/// The answers as flags.
pub(crate) fn demo_flags() -> Vec<String> {
    let flags = DEMO_ANSWERS.iter();
    flags.flat_map(|(name, value)| [format!("--{name}"), (*value).to_owned()]).collect()
}

/// What the example repository looks like after the onboarding: by flags.
pub(crate) fn demo_after() -> Files {
    let repo = Repo::demo();
    let flags = demo_flags();
    let mut arguments: Vec<&str> = flags.iter().map(String::as_str).collect();
    arguments.push("--yes");
    repo.onboard(&arguments, &[]).ends(0);
    repo.tree()
}
