//! The catalogue of rules: what gangplank can find, by stable id. Config, findings and their
//! documentation go by it; where a rule is looked for stands with the code that looks.

use super::finding::Level;

/// A rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Its id, such as `policy/no-dns-rule`: it stands in JSON and in `rules:` of `gangplank.yaml`.
    pub id: &'static str,
    /// What it finds, in one line.
    pub meaning: &'static str,
    /// How bad that usually is.
    pub level: Level,
    /// How bad it is elsewhere, or before a write.
    pub other_levels: &'static [Level],
    /// Whether its errors keep a plan from being written whatever the config says: what would be
    /// written would be broken, or gangplank can't tell what it would do.
    pub is_firm: bool,
}

impl Rule {
    const fn of(id: &'static str, level: Level, meaning: &'static str) -> Self {
        Rule { id, meaning, level, other_levels: &[], is_firm: false }
    }

    const fn or(self, other_levels: &'static [Level]) -> Self {
        Rule { other_levels, ..self }
    }

    const fn firm(self) -> Self {
        Rule { is_firm: true, ..self }
    }

    /// All levels that its findings can have while no config changes them, the usual one first.
    pub fn levels(&self) -> impl Iterator<Item = Level> {
        std::iter::once(self.level).chain(self.other_levels.iter().copied())
    }
}

const fn error(id: &'static str, meaning: &'static str) -> Rule {
    Rule::of(id, Level::Error, meaning)
}

const fn warning(id: &'static str, meaning: &'static str) -> Rule {
    Rule::of(id, Level::Warning, meaning)
}

const fn note(id: &'static str, meaning: &'static str) -> Rule {
    Rule::of(id, Level::Note, meaning)
}

/// The rule with this id.
pub fn rule_by_id(id: &str) -> Option<&'static Rule> {
    all_rules().find(|rule| rule.id == id)
}

/// All rules, by group.
pub fn all_rules() -> impl Iterator<Item = &'static Rule> {
    RULE_GROUPS.iter().flat_map(|(_, rules)| rules.iter())
}

/// The groups, each with what its rules are about.
pub const RULE_GROUPS: &[(&str, &[Rule])] = &[
    ("The annotation", ANNOTATION),
    ("Patches", PATCH),
    ("Kustomizations", KUSTOMIZATION),
    ("Folders", LAYOUT),
    ("Policies that are refused", POLICY_REFUSED),
    ("Policies that are accepted, and wrong or dangerous", POLICY),
    ("Roles, as IAM knows them", ROLE),
    ("Workloads", POD),
    ("Clusters", CLUSTER),
    ("Comments", IGNORE),
    ("Own templates", TEMPLATE),
];

/// The value of allowed-roles, as kube2iam reads it.
const ANNOTATION: &[Rule] = &[
    error("annotation/not-a-string", "a list or a map as the value: kustomize builds \"\""),
    error("annotation/retyped", "an unquoted boolean, number or null, which is never a JSON list"),
    error("annotation/not-json", "no JSON array: kube2iam reads no roles").firm(),
    error("annotation/not-strings", "an element is no string, and is read as \"\"").firm(),
    error("annotation/empty-element", "\"\" in the list: as a regexp it allows everything")
        .or(&[Level::Warning]),
    warning("annotation/empty-list", "the annotation is there and empty: everything is denied"),
    warning("annotation/wildcard", "a pattern allows more than one role"),
    warning("annotation/short-name", "no full ARN: what it means depends on the base ARN"),
    error("annotation/bad-arn", "an exact ARN that is no role's"),
    error("annotation/letter-case", "differs from a role in use only by case: never matches"),
    error("annotation/blanks", "blanks round an element: never matches"),
    warning("annotation/unanchored", "a regexp without `$` also allows longer names"),
    error("annotation/caret", "`^` after a base ARN never matches"),
    error("annotation/bad-regexp", "does not compile in Go, and matches nothing"),
    warning("annotation/wrong-format", "a regexp on a glob cluster, or a glob on a regexp cluster"),
    note("annotation/not-portable", "a regexp that can't be decided here"),
    note("annotation/duplicate", "the same role twice"),
    error("annotation/other-environment", "the account is another cluster's").or(&[Level::Warning]),
    warning("annotation/other-account", "an account that is not the cluster's"),
    warning("annotation/default-role", "the cluster's default role, which no list restricts"),
    error("annotation/drops-inherited", "lacks roles of the list that it replaces"),
    error("annotation/inherited", "a role to revoke comes from the defaults, not from the folder")
        .firm(),
    warning("annotation/not-listed", "a role to revoke is not in the list"),
    error("annotation/wrong-key", "a near miss of the cluster's annotation key"),
];

/// Patches, as kustomize applies or refuses them.
const PATCH: &[Rule] = &[
    error("patch/no-match", "the target matches no object"),
    error("patch/new-name", "the target has the new name: patches run before the rename"),
    warning("patch/matches-all", "a target without kind matches everything"),
    error("patch/overridden", "a later patch sets the same annotation"),
    error("patch/overridden-deprecated", "a `patchesJson6902` entry runs later and wins"),
    error("patch/no-value", "`op: add` without a value: built as \"null\""),
    error("patch/null", "a merge patch with null: built as \"null\", not removed"),
    error("patch/wipes-annotations", "adds the whole map of annotations, and the others are lost"),
    warning("patch/deletes-namespace", "`$patch: delete` on the Namespace"),
    error("patch/unescaped", "a `/` in a key that is not written as `~1`"),
    error("patch/bad-path", "a JSON pointer that leads nowhere"),
    error("patch/bad-op", "an unknown `op`"),
    error("patch/remove-missing", "removes what is not there"),
    error("patch/test-failed", "a `test` that fails"),
    error("patch/no-target", "a JSON patch without a target"),
    error("patch/name-mismatch", "the patch's name is that of no resource"),
    error("patch/no-name", "a merge patch without a name"),
    error("patch/both-sources", "`patch` and `path` at once"),
    error("patch/many-documents", "several documents in one patch"),
    error("patch/wrong-type", "a field of another type than kustomize expects"),
    error("patch/empty", "a patch without content"),
    error("patch/missing-file", "the patch's file is not there"),
    error("patch/not-a-patch", "neither a JSON patch nor a merge patch"),
];

/// Kustomizations and what they list.
const KUSTOMIZATION: &[Rule] = &[
    error("kustomization/no-namespace", "what is built has not the folder's namespace").firm(),
    warning("kustomization/namespace-mismatch", "`namespace:` differs from the folder"),
    error("kustomization/bad-namespace", "`namespace:` is no DNS label"),
    error("kustomization/no-namespace-object", "nothing in the build brings a Namespace").firm(),
    error("kustomization/duplicate-key", "of two equal keys the last one wins"),
    error("kustomization/second-document", "a second document, which kustomize ignores"),
    warning("kustomization/key-case", "a key in another case: it works, and hides"),
    note("kustomization/deprecated", "a deprecated field"),
    error("kustomization/unlisted-policy", "a policy file that `resources` does not list"),
    warning("kustomization/empty-resource", "a listed file that is empty"),
    error("kustomization/missing-resource", "something listed is not there"),
    error("kustomization/two-namespaces", "several Namespaces in one build").firm(),
    error("kustomization/duplicate-resource", "one resource twice in a build"),
    error("kustomization/two-files", "several kustomization files in one folder").firm(),
    error("kustomization/unknown-field", "a field that kustomize does not know"),
    error("kustomization/wrong-type", "a field of another type than kustomize expects"),
    error("kustomization/wrong-version", "an `apiVersion` that kustomize does not know"),
    error("kustomization/wrong-kind", "a `kind` that kustomize does not expect"),
    error("kustomization/empty", "nothing in the file"),
    error("kustomization/outside-root", "a file outside what kustomize may read"),
    error("kustomization/cycle", "a folder that is built from itself"),
    error("kustomization/invalid-yaml", "a file that is no YAML").firm(),
    error("kustomization/not-utf8", "a file that is no UTF-8").firm(),
    error("kustomization/unreadable", "a file or folder that can't be read").firm(),
    note("kustomization/not-evaluated", "something that gangplank does not work out")
        .or(&[Level::Warning, Level::Error])
        .firm(),
    error("kustomization/not-edited", "something that gangplank does not edit").firm(),
    error("kustomization/unexpected-build", "the build would not be what was meant").firm(),
];

/// Where folders are.
const LAYOUT: &[Rule] = &[
    error("layout/committed", "what is to be undone is in HEAD already").firm(),
    error("layout/changed-since", "what is to be undone was changed since").firm(),
    error("layout/not-delivered", "no git path of Argo CD matches the folder"),
    note("layout/raw-folder", "manifests without a kustomization, to which `onboard` adds none")
        .or(&[Level::Error])
        .firm(),
    error("layout/protected", "a namespace of the platform, which `onboard` leaves alone").firm(),
    error("layout/link", "a symbolic link on the way, or one that leads nowhere")
        .or(&[Level::Warning])
        .firm(),
    error("layout/no-folder", "a file where a folder is needed").firm(),
    error("layout/template-variable", "a variable of the namespace template that nobody fills in")
        .firm(),
    note("layout/unsupported", "no namespace folders where they are looked for"),
    warning("layout/not-all-read", "too many files: some were not looked at"),
];

/// Policies that the API server, the agent or the build refuses.
const POLICY_REFUSED: &[Rule] = &[
    error("policy/ingress-not-list", "`ingress` or `egress` is no list"),
    error("policy/wrong-type", "a field of another type than the API server takes"),
    error("policy/invalid-yaml", "a policy file that is no YAML"),
    error("policy/wildcard-matchname", "a wildcard in `matchName`"),
    error("policy/matchname-and-pattern", "`matchName` and `matchPattern` at once"),
    error("policy/bad-fqdn", "a name or pattern that is none of a host"),
    error("policy/mixed-peers", "peers that can't stand in one rule"),
    error("policy/no-rules", "a policy without rules"),
    error("policy/no-selector", "a policy without a selector"),
    error("policy/node-selector", "a node selector outside a clusterwide policy"),
    error("policy/bad-port", "a port, or a range of ports, that is none"),
    error("policy/bad-protocol", "a protocol that Cilium does not know"),
    error("policy/dns-rule", "a DNS rule where there can be none"),
    error("policy/http-not-tcp", "an HTTP rule on a port that is not TCP"),
    error("policy/bad-cidr", "a CIDR or an address that is none"),
    error("policy/unknown-entity", "an entity that Cilium does not know"),
    error("policy/bad-label", "a label, or a selector of labels, that is none"),
    error("policy/unknown-field", "a field that policies do not have"),
    error("policy/wrong-kind", "another `kind` or `apiVersion`"),
    error("policy/bad-name", "a name that no resource can have"),
    error("policy/duplicate-key", "of two equal keys one vanishes"),
];

/// Policies that are accepted, and wrong or dangerous.
const POLICY: &[Rule] = &[
    warning("policy/no-dns-rule", "names are allowed, and no DNS rule lets Cilium learn them"),
    warning("policy/dns-without-l7", "port 53 is open without `rules.dns`: no name is learned"),
    warning("policy/dns-namespace", "a kube-dns peer without the label of its namespace"),
    warning("policy/no-metadata", "nothing opens the metadata address"),
    warning("policy/metadata-after-dnat", "the node port is open, the metadata address is not"),
    warning("policy/world-egress", "opens every outside host, the metadata address included"),
    error("policy/undotted-pattern", "a pattern that also matches other domains"),
    warning("policy/one-label", "only `*.amazonaws.com`: no regional endpoint matches"),
    warning("policy/double-star", "`**` where Cilium does not know it"),
    warning("policy/all-ports", "`toFQDNs` without `toPorts`"),
    error("policy/http-metadata", "an HTTP rule on the metadata address"),
    error("policy/unknown-selector-key", "a misspelt Cilium label selects nothing"),
    warning("policy/namespace-selector", "a namespace label in the selector, which is overwritten"),
    warning("policy/default-deny-no-effect", "`enableDefaultDeny.ingress` without ingress rules"),
    error("policy/add-only-version", "an older Cilium drops `enableDefaultDeny` and restricts")
        .firm(),
    warning("policy/deny-all-egress", "`egress: [{}]` denies everything"),
    warning("policy/foreign-namespace", "`metadata.namespace` differs, and is overwritten"),
    error("policy/clusterwide", "a clusterwide policy in a namespace folder"),
    warning("policy/wrong-partition", "host names of another partition than the role's"),
    error("policy/name-taken", "something else has the policy's name").firm(),
    warning("policy/first-egress", "nothing restricts egress of these pods yet"),
    warning("policy/left-alone", "a policy that is there was not looked at"),
];

/// Roles, as IAM knows them.
const ROLE: &[Rule] = &[
    warning("role/missing", "there is no such role"),
    warning("role/other-path", "the role has another path"),
    warning("role/not-trusted", "the role's trust policy does not let the node role in"),
    warning("role/external-id", "the role asks for another external id"),
    warning("role/deleted-principal", "the role trusts a principal that was deleted"),
    error("role/service-linked", "only an AWS service may assume the role").or(&[Level::Warning]),
    error("role/reserved-sso", "the role belongs to Identity Center").or(&[Level::Warning]),
    warning("role/federated-only", "only federated users may assume the role"),
    warning("role/session-too-long", "the role's sessions are shorter than kube2iam's"),
    note("role/cannot-tell", "IAM was not asked, or does not say enough"),
];

/// Workloads that ask for a role.
const POD: &[Rule] = &[
    error("pod/annotation-level", "the annotation is on the workload, not on the pod template"),
    error("pod/role-label", "a label where an annotation is needed"),
    error("pod/role-not-allowed", "the namespace does not allow the role"),
    error("pod/bad-role", "the annotation names no role"),
    error("pod/external-id-missing", "the role needs an external id"),
    warning("pod/host-network", "a pod on the host's network gets the node's role"),
    warning("pod/account-not-selected", "the policy does not select the pod's service account"),
];

/// Facts of a cluster.
const CLUSTER: &[Rule] = &[
    warning("cluster/restrictions-off", "kube2iam does not restrict by namespace"),
    warning("cluster/format-typo", "a restriction format that kube2iam takes for glob"),
    warning("cluster/base-arn", "a base ARN that is none"),
    warning("cluster/second-gate", "an admission policy also decides on the role annotation"),
    warning("cluster/no-folder", "gangplank.yaml describes a cluster that has no folder"),
];

/// Templates of one's own. They are looked at before anything is planned, so no config has a say.
const TEMPLATE: &[Rule] = &[
    error("template/unknown", "a file that is called like no template").firm(),
    error("template/unreadable", "a template that is no file, too large or not UTF-8").firm(),
    error("template/syntax", "no Handlebars, or something that templates can't use").firm(),
    error("template/variable", "a variable that the template is not given").firm(),
    error("template/helper", "a helper or block that there is not").firm(),
    error("template/value", "a variable used as something that it is not").firm(),
    error("template/output", "a template that gives something broken").firm(),
    error("template/taken", "an export would overwrite a file").firm(),
];

/// Comments that ignore findings.
const IGNORE: &[Rule] =
    &[note("ignore/unknown-rule", "a comment ignores a rule that there is not")];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_there_once_and_stand_in_their_group() {
        let mut ids: Vec<&str> = all_rules().map(|rule| rule.id).collect();
        ids.sort_unstable();
        let count = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), count);
        for rule in all_rules() {
            assert_eq!(rule_by_id(rule.id), Some(rule));
            assert!(!rule.meaning.is_empty() && !rule.meaning.ends_with('.'), "{}", rule.id);
            assert!(!rule.other_levels.contains(&rule.level), "{}", rule.id);
        }
    }
}
