//! The variables that each template is given: their names, kinds and meaning. Own templates are
//! checked against them, and exported ones say them.

/// What a variable holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// Text without a character that means something to YAML.
    Plain,
    /// Any text: it is quoted by a helper.
    Text,
    /// Lines of YAML, made by another template.
    Yaml,
    /// A yes or a no.
    Switch,
    /// A number.
    Number,
    /// Several of a kind.
    List(&'static Kind),
    /// Variables of its own.
    Map(&'static [Variable]),
}

/// A variable.
#[derive(Debug)]
pub(super) struct Variable {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// What it is, in one line.
    pub(super) about: &'static str,
}

const fn of(name: &'static str, kind: Kind, about: &'static str) -> Variable {
    Variable { name, kind, about }
}

/// What a template is given, by its name.
pub(super) fn variables(template: &str) -> Option<&'static [Variable]> {
    Some(match template {
        "kustomization.yaml" => KUSTOMIZATION,
        "patch.json-patch.yaml" | "patch.strategic-merge.yaml" => PATCH,
        "labels.yaml" => LABELS,
        "cnp.yaml" => POLICY,
        "test-pod.sh" => TEST_POD,
        _ => return None,
    })
}

const TEXT_PAIR: Kind =
    Kind::Map(&[of("key", Kind::Text, "the key"), of("value", Kind::Text, "the value")]);

const LABEL: Kind =
    Kind::Map(&[of("key", Kind::Plain, "the label's key"), of("value", Kind::Plain, "its value")]);

const KUSTOMIZATION: &[Variable] = &[
    of("document_start", Kind::Switch, "whether the siblings begin with `---`"),
    of(
        "keys",
        Kind::List(&Kind::Map(&[
            of("name", Kind::Plain, "such as `resources`"),
            of("blank_before", Kind::Switch, "whether an empty line stands before it"),
        ])),
        "the top-level keys, in the siblings' order",
    ),
    of("namespace", Kind::Plain, "the namespace"),
    of("resources", Kind::List(&Kind::Text), "the items of `resources`"),
    of("components", Kind::List(&Kind::Text), "the items of `components`"),
    of("common_labels", Kind::List(&TEXT_PAIR), "the pairs of `commonLabels`"),
    of("common_annotations", Kind::List(&TEXT_PAIR), "the pairs of `commonAnnotations`"),
    of("labels", Kind::List(&Kind::Yaml), "the items of `labels`, from labels.yaml"),
    of("patches", Kind::List(&Kind::Yaml), "the items of `patches`, from patch.*.yaml"),
    of("list_indent", Kind::Number, "how far the siblings indent their lists"),
    of("dash", Kind::Plain, "so many blanks, and `- `"),
];

const PATCH: &[Variable] = &[
    of("namespace", Kind::Plain, "the namespace"),
    of("key", Kind::Plain, "the annotation, such as `iam.amazonaws.com/allowed-roles`"),
    of("pointer", Kind::Plain, "where it is, as a JSON pointer"),
    of("value", Kind::Text, "the list of roles, as JSON"),
];

const LABELS: &[Variable] = &[
    of("pairs", Kind::List(&TEXT_PAIR), "the labels"),
    of("include_selectors", Kind::Switch, "`includeSelectors`"),
    of("include_templates", Kind::Switch, "`includeTemplates`"),
];

const POLICY: &[Variable] = &[
    of("name", Kind::Plain, "the policy's name"),
    of("namespace", Kind::Plain, "the namespace; empty where a kustomization fills it in"),
    of("selects_all", Kind::Switch, "whether it is for all pods"),
    of("match_labels", Kind::List(&LABEL), "labels that the pods have"),
    of("service_accounts", Kind::List(&Kind::Plain), "any of these, if they are several"),
    of(
        "dns_pods",
        Kind::List(&Kind::Map(&[
            of("port", Kind::Number, "the port"),
            of(
                "peers",
                Kind::List(&Kind::Map(&[
                    of("namespace", Kind::Plain, "the namespace of the pods"),
                    of("labels", Kind::List(&LABEL), "their labels"),
                ])),
                "the pods that answer there",
            ),
        ])),
        "pods that are asked for names, by port",
    ),
    of(
        "dns_addresses",
        Kind::List(&Kind::Map(&[
            of("port", Kind::Number, "the port"),
            of("cidrs", Kind::List(&Kind::Plain), "the addresses"),
        ])),
        "addresses that are asked for names, by port",
    ),
    of("metadata", Kind::Switch, "whether the metadata address is opened, where kube2iam answers"),
    of(
        "hosts",
        Kind::List(&Kind::Map(&[
            of("is_pattern", Kind::Switch, "whether it has a `*`"),
            of("text", Kind::Plain, "the name or pattern"),
        ])),
        "the hosts of AWS",
    ),
    of("add_only", Kind::Switch, "whether the policy must cut nothing off"),
];

const TEST_POD: &[Variable] = &[
    of("cluster", Kind::Text, "the cluster, for what the script says"),
    of("namespace", Kind::Text, "the namespace"),
    of("role", Kind::Text, "the role's ARN"),
    of("role_key", Kind::Text, "the pod annotation that asks for a role"),
    of("account", Kind::Text, "the role's account"),
    of("role_name", Kind::Text, "the role's name without its path"),
    of("external_id_key", Kind::Text, "the pod annotation for the external id"),
    of("external_id", Kind::Text, "the external id; empty if there is none"),
    of("service_account", Kind::Text, "the service account of the pod"),
    of("labels", Kind::List(&TEXT_PAIR), "its labels, so that the policies are for it"),
    of("region", Kind::Text, "the region whose STS is asked"),
    of("sts", Kind::Switch, "whether the policies let it reach STS"),
];
