//! The steps of the wizard, in order, and what each one is about.

/// A step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// On which cluster.
    Cluster,
    /// Which namespace.
    Namespace,
    /// Which IAM roles.
    Role,
    /// Which pods the policy is for.
    Pods,
    /// What they may reach.
    Network,
    /// How the patch is written.
    Style,
    /// Everything once more, and the only place that writes.
    Review,
    /// What comes next.
    Written,
}

impl Step {
    /// All steps, in order.
    pub const ALL: [Step; 8] = [
        Step::Cluster,
        Step::Namespace,
        Step::Role,
        Step::Pods,
        Step::Network,
        Step::Style,
        Step::Review,
        Step::Written,
    ];

    /// Its name on the screen.
    pub fn title(self) -> &'static str {
        match self {
            Step::Cluster => "Cluster",
            Step::Namespace => "Namespace",
            Step::Role => "Role",
            Step::Pods => "Pods",
            Step::Network => "Network",
            Step::Style => "Style",
            Step::Review => "Review",
            Step::Written => "Written",
        }
    }

    /// What it means, in four short lines for people who see it for the first time.
    pub fn why(self) -> [&'static str; 4] {
        match self {
            Step::Cluster => [
                "Each cluster has a folder under clusters/.",
                "Argo CD builds it with kustomize and applies",
                "the result to that cluster only.",
                "The cluster decides account, regions and DNS.",
            ],
            Step::Namespace => [
                "The namespace's folder takes the Namespace",
                "object from the defaults and renames it.",
                "A new name makes a new folder; an existing one",
                "keeps everything that stands in it.",
            ],
            Step::Role => [
                "kube2iam gives a pod credentials only for the",
                "roles in its Namespace's annotation. The ARN",
                "goes into that list; roles that are there stay.",
                "The pod then asks for it with an annotation.",
            ],
            Step::Pods => [
                "A Cilium policy is for the pods it selects.",
                "Most teams give their pods a service account",
                "of their own; `default` selects only the pods",
                "that have none.",
            ],
            Step::Network => [
                "Pods need DNS, the metadata address (where",
                "kube2iam answers) and the AWS endpoints.",
                "A first egress policy cuts off everything else,",
                "the pods' own namespace included.",
            ],
            Step::Style => [
                "Both styles build the same Namespace.",
                "A JSON patch is short and builds faster;",
                "a strategic merge looks like the object itself.",
                "The siblings' style is the default.",
            ],
            Step::Review => [
                "Nothing is written before you say so here.",
                "What the preview shows is, byte for byte,",
                "what gets written.",
                "The command does the same without questions.",
            ],
            Step::Written => [
                "The files are written; nothing is committed.",
                "Open a pull request, give the team their",
                "annotation, and prove it after the sync.",
                "",
            ],
        }
    }

    /// The next step.
    #[must_use]
    pub fn next(self) -> Self {
        let at = Step::ALL.iter().position(|step| *step == self).unwrap_or(0);
        Step::ALL[(at + 1).min(Step::ALL.len() - 1)]
    }

    /// The step before.
    #[must_use]
    pub fn previous(self) -> Self {
        let at = Step::ALL.iter().position(|step| *step == self).unwrap_or(0);
        Step::ALL[at.saturating_sub(1)]
    }
}
