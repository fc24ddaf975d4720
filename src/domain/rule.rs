//! The catalogue of rules: what gangplank can find, by stable id. Config, findings and their
//! documentation go by it; where a rule is looked for stands with the code that looks.

/// A rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Its id, such as `policy/no-dns-rule`: it stands in JSON and in `rules:` of `gangplank.yaml`.
    pub id: &'static str,
    /// What it finds, in one line.
    pub meaning: &'static str,
    /// Whether its errors keep a plan from being written whatever the config says: what would be
    /// written would be broken, or gangplank can't tell what it would do.
    pub is_firm: bool,
}

const fn rule(id: &'static str, meaning: &'static str) -> Rule {
    Rule { id, meaning, is_firm: false }
}

const fn firm(id: &'static str, meaning: &'static str) -> Rule {
    Rule { id, meaning, is_firm: true }
}

/// The rule with this id.
pub fn rule_by_id(id: &str) -> Option<&'static Rule> {
    all_rules().find(|rule| rule.id == id)
}

/// All rules, by group.
pub fn all_rules() -> impl Iterator<Item = &'static Rule> {
    GROUPS.iter().copied().flatten()
}

const GROUPS: &[&[Rule]] =
    &[ANNOTATION, PATCH, KUSTOMIZATION, LAYOUT, POLICY_REFUSED, POLICY, ROLE, POD, CLUSTER, IGNORE];

/// The value of allowed-roles, as kube2iam reads it.
const ANNOTATION: &[Rule] = &[
    rule("annotation/not-a-string", "a list or a map as the value: kustomize builds \"\""),
    rule("annotation/retyped", "an unquoted boolean, number or null, which is never a JSON list"),
    firm("annotation/not-json", "no JSON array: kube2iam reads no roles"),
    firm("annotation/not-strings", "an element is no string, and is read as \"\""),
    rule("annotation/empty-element", "\"\" in the list: in regexp format it allows everything"),
    rule("annotation/empty-list", "the annotation is there and empty: everything is denied"),
    rule("annotation/wildcard", "a pattern allows more than one role"),
    rule("annotation/short-name", "no full ARN: what it means depends on the base ARN"),
    rule("annotation/bad-arn", "an exact ARN that is no role's"),
    rule("annotation/letter-case", "differs from a role in use only by case: never matches"),
    rule("annotation/blanks", "blanks round an element: never matches"),
    rule("annotation/unanchored", "a regexp without `$` also allows longer names"),
    rule("annotation/caret", "`^` after a base ARN never matches"),
    rule("annotation/bad-regexp", "does not compile in Go, and matches nothing"),
    rule("annotation/wrong-format", "a regexp on a glob cluster, or a glob on a regexp cluster"),
    rule("annotation/not-portable", "a regexp that can't be decided here"),
    rule("annotation/duplicate", "the same role twice"),
    rule("annotation/other-environment", "the account belongs to another cluster"),
    rule("annotation/other-account", "an account that is not the cluster's"),
    rule("annotation/default-role", "the cluster's default role, which no list restricts"),
    rule(
        "annotation/drops-inherited",
        "replaces a list of the defaults and lacks some of its roles",
    ),
    firm("annotation/inherited", "a role to revoke comes from the defaults, not from the folder"),
    rule("annotation/not-listed", "a role to revoke is not in the list"),
    rule("annotation/wrong-key", "a near miss of the cluster's annotation key"),
];

/// Patches, as kustomize applies or refuses them.
const PATCH: &[Rule] = &[
    rule("patch/no-match", "the target matches no object"),
    rule("patch/new-name", "the target has the new name: patches run before the rename"),
    rule("patch/matches-all", "a target without kind matches everything"),
    rule("patch/overridden", "a later patch sets the same annotation"),
    rule("patch/overridden-deprecated", "a `patchesJson6902` entry runs later and wins"),
    rule("patch/no-value", "`op: add` without a value: built as \"null\""),
    rule("patch/null", "a merge patch with null: built as \"null\", not removed"),
    rule("patch/wipes-annotations", "adds the whole map of annotations, and the others are lost"),
    rule("patch/deletes-namespace", "`$patch: delete` on the Namespace"),
    rule("patch/unescaped", "a `/` in a key that is not written as `~1`"),
    rule("patch/bad-path", "a JSON pointer that leads nowhere"),
    rule("patch/bad-op", "an unknown `op`"),
    rule("patch/remove-missing", "removes what is not there"),
    rule("patch/test-failed", "a `test` that fails"),
    rule("patch/no-target", "a JSON patch without a target"),
    rule("patch/name-mismatch", "the patch's name is that of no resource"),
    rule("patch/no-name", "a merge patch without a name"),
    rule("patch/both-sources", "`patch` and `path` at once"),
    rule("patch/many-documents", "several documents in one patch"),
    rule("patch/wrong-type", "a field of another type than kustomize expects"),
    rule("patch/empty", "a patch without content"),
    rule("patch/missing-file", "the patch's file is not there"),
    rule("patch/not-a-patch", "neither a JSON patch nor a merge patch"),
];

/// Kustomizations and what they list.
const KUSTOMIZATION: &[Rule] = &[
    firm("kustomization/no-namespace", "what is built has not the folder's namespace"),
    rule("kustomization/namespace-mismatch", "`namespace:` differs from the folder"),
    rule("kustomization/bad-namespace", "`namespace:` is no DNS label"),
    firm("kustomization/no-namespace-object", "nothing in the build brings a Namespace"),
    rule("kustomization/duplicate-key", "of two equal keys the last one wins"),
    rule("kustomization/second-document", "a second document, which kustomize ignores"),
    rule("kustomization/key-case", "a key in another case: it works, and hides"),
    rule("kustomization/deprecated", "a deprecated field"),
    rule("kustomization/unlisted-policy", "a policy file that `resources` does not list"),
    rule("kustomization/empty-resource", "a listed file that is empty"),
    rule("kustomization/missing-resource", "something listed is not there"),
    firm("kustomization/two-namespaces", "several Namespaces in one build"),
    rule("kustomization/duplicate-resource", "one resource twice in a build"),
    firm("kustomization/two-files", "several kustomization files in one folder"),
    rule("kustomization/unknown-field", "a field that kustomize does not know"),
    rule("kustomization/wrong-type", "a field of another type than kustomize expects"),
    rule("kustomization/wrong-version", "another apiVersion"),
    rule("kustomization/wrong-kind", "another kind"),
    rule("kustomization/empty", "nothing in it"),
    rule("kustomization/outside-root", "a file outside what kustomize may read"),
    rule("kustomization/cycle", "a folder that is built from itself"),
    firm("kustomization/invalid-yaml", "no YAML"),
    firm("kustomization/not-utf8", "no UTF-8"),
    firm("kustomization/unreadable", "can't be read"),
    firm("kustomization/not-evaluated", "something that gangplank does not work out"),
    firm("kustomization/not-edited", "something that gangplank does not edit"),
    firm("kustomization/unexpected-build", "the build would not be what was meant"),
];

/// Where folders are.
const LAYOUT: &[Rule] = &[
    firm("layout/committed", "what is to be undone is in HEAD already"),
    firm("layout/changed-since", "what is to be undone was changed since"),
    rule("layout/not-delivered", "no git path of Argo CD matches the folder"),
    firm("layout/raw-folder", "manifests without a kustomization"),
    firm("layout/protected", "a namespace of the platform"),
    firm("layout/link", "a symbolic link on the way"),
    firm("layout/no-folder", "a file where a folder is needed"),
    firm("layout/template-variable", "a variable of the namespace template that nobody fills in"),
    rule("layout/unsupported", "no namespace folders where they are looked for"),
    rule("layout/not-all-read", "too many files: some were not looked at"),
];

/// Policies that the API server, the agent or the build refuses.
const POLICY_REFUSED: &[Rule] = &[
    rule("policy/ingress-not-list", "`ingress` or `egress` is no list"),
    rule("policy/wrong-type", "a field of another type"),
    rule("policy/invalid-yaml", "no YAML"),
    rule("policy/wildcard-matchname", "a wildcard in `matchName`"),
    rule("policy/matchname-and-pattern", "`matchName` and `matchPattern` at once"),
    rule("policy/bad-fqdn", "no host name"),
    rule("policy/mixed-peers", "peers that can't stand in one rule"),
    rule("policy/no-rules", "no rules"),
    rule("policy/no-selector", "no selector"),
    rule("policy/node-selector", "a node selector outside a clusterwide policy"),
    rule("policy/bad-port", "no port"),
    rule("policy/bad-protocol", "no protocol"),
    rule("policy/dns-rule", "a DNS rule where there can be none"),
    rule("policy/http-not-tcp", "an HTTP rule on a port that is not TCP"),
    rule("policy/bad-cidr", "no CIDR"),
    rule("policy/unknown-entity", "an unknown entity"),
    rule("policy/bad-label", "no label"),
    rule("policy/unknown-field", "an unknown field"),
    rule("policy/wrong-kind", "another kind or apiVersion"),
    rule("policy/bad-name", "no name for a resource"),
    rule("policy/duplicate-key", "of two equal keys one vanishes"),
];

/// Policies that are accepted, and wrong or dangerous.
const POLICY: &[Rule] = &[
    rule("policy/no-dns-rule", "names are allowed, and no DNS rule lets Cilium learn them"),
    rule("policy/dns-without-l7", "port 53 is open without `rules.dns`: names are never learned"),
    rule("policy/dns-namespace", "a kube-dns peer without the label of its namespace"),
    rule("policy/no-metadata", "nothing opens the metadata address"),
    rule("policy/metadata-after-dnat", "the node port is open, the metadata address is not"),
    rule("policy/world-egress", "opens every outside host, the metadata address included"),
    rule("policy/undotted-pattern", "a pattern that also matches other domains"),
    rule("policy/one-label", "only `*.amazonaws.com`: no regional endpoint matches"),
    rule("policy/double-star", "`**` where Cilium does not know it"),
    rule("policy/all-ports", "`toFQDNs` without `toPorts`"),
    rule("policy/http-metadata", "an HTTP rule on the metadata address"),
    rule("policy/unknown-selector-key", "a misspelt Cilium label selects nothing"),
    rule("policy/namespace-selector", "a namespace label in the selector, which is overwritten"),
    rule("policy/default-deny-no-effect", "`enableDefaultDeny.ingress` without ingress rules"),
    firm("policy/add-only-version", "an older Cilium drops `enableDefaultDeny` and restricts"),
    rule("policy/deny-all-egress", "`egress: [{}]` denies everything"),
    rule("policy/foreign-namespace", "`metadata.namespace` differs, and is overwritten"),
    rule("policy/clusterwide", "a clusterwide policy in a namespace folder"),
    rule("policy/wrong-partition", "host names of another partition than the role's"),
    firm("policy/name-taken", "something else has the policy's name"),
    rule("policy/first-egress", "nothing restricts egress of these pods yet"),
    rule("policy/left-alone", "a policy that is there was not looked at"),
];

/// Roles, as IAM knows them.
const ROLE: &[Rule] = &[
    rule("role/missing", "there is no such role"),
    rule("role/other-path", "the role has another path"),
    rule("role/not-trusted", "the role does not trust the node role"),
    rule("role/external-id", "the role asks for another external id"),
    rule("role/deleted-principal", "the role trusts a principal that was deleted"),
    rule("role/service-linked", "only an AWS service may assume the role"),
    rule("role/reserved-sso", "the role belongs to Identity Center"),
    rule("role/federated-only", "only federated users may assume the role"),
    rule("role/session-too-long", "the role's sessions are shorter than kube2iam's"),
    rule("role/cannot-tell", "IAM does not say enough"),
];

/// Workloads that ask for a role.
const POD: &[Rule] = &[
    rule("pod/annotation-level", "the annotation is on the workload, not on the pod template"),
    rule("pod/role-label", "a label where an annotation is needed"),
    rule("pod/role-not-allowed", "the namespace does not allow the role"),
    rule("pod/bad-role", "the annotation names no role"),
    rule("pod/external-id-missing", "the role needs an external id"),
    rule("pod/host-network", "a pod on the host's network gets the node's role"),
    rule("pod/account-not-selected", "the policy does not select the pod's service account"),
];

/// Facts of a cluster.
const CLUSTER: &[Rule] = &[
    rule("cluster/restrictions-off", "kube2iam does not restrict by namespace"),
    rule("cluster/format-typo", "a restriction format that kube2iam takes for glob"),
    rule("cluster/base-arn", "a base ARN that is none"),
    rule("cluster/second-gate", "an admission policy also decides on the role annotation"),
    rule("cluster/no-folder", "gangplank.yaml describes a cluster that has no folder"),
];

/// Comments that ignore findings.
const IGNORE: &[Rule] =
    &[rule("ignore/unknown-rule", "a comment ignores a rule that there is not")];

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
        }
    }
}
