//! What kube2iam answers and logs, and what an SDK makes of it.

use super::{Symptom, row};

const EXPLAIN_LIST: &str = "gangplank explain annotation --allowed-roles … --role … (annotation/not-json if the list can't be read); gangplank onboard adds a role";
const ANNOTATE_PODS: &str = "put iam.amazonaws.com/role on the pod template (spec.template.metadata), not on the workload: rule pod/annotation-level, gangplank check FILE";
const NO_CREDENTIALS: &str = "the SDK got no credentials. Under kube2iam this one text stands for all of: no role annotation, a role that is not in the list, STS refuses the role, the metadata address is blocked";
const LOOK_AT_METADATA: &str = "in the pod: curl -s http://169.254.169.254/latest/meta-data/iam/security-credentials/ (its answer says which), and kube2iam's log for `Role: … not found.`; gangplank explain pod CLUSTER/NAMESPACE --role … walks the chain";
const NOT_STRINGS: &str = "kube2iam: the list holds something else than strings. Such an element becomes an empty text, which in regexp format allows every role";
const QUOTE_LIST: &str = "gangplank check: rules annotation/not-json and annotation/not-strings; write it as a JSON list inside a YAML string: '[\"arn:aws:iam::…:role/…\"]'";
const BLOCKED: &str = "the metadata address does not answer: a policy that restricts egress leaves it out, or kube2iam does not run on this node";
const OPEN_METADATA: &str = "allow 169.254.169.254/32 port 80 (TCP) for the pod: rule policy/no-metadata; gangplank onboard writes that rule";

pub(super) const SYMPTOMS: &[Symptom] = &[
    row(
        "not-in-list",
        &["role requested", "not valid for namespace of pod"],
        "kube2iam: no entry of the Namespace's list matches the role, or the Namespace has no list that kube2iam can read",
        EXPLAIN_LIST,
    ),
    row(
        "not-in-list",
        &["role: ", "on namespace: ", "not found."],
        "kube2iam's log: no entry of the Namespace's list matches the role",
        EXPLAIN_LIST,
    ),
    row(
        "allowed",
        &["role: ", " matched ", " on namespace:"],
        "kube2iam's log: an entry of the list matches the role, so what is wrong comes after kube2iam's decision",
        "gangplank explain trust --policy FILE --role … --node-role … (rule role/not-trusted)",
    ),
    row(
        "list-read",
        &["discovered role on namespace (on"],
        "kube2iam's log: it has read the Namespace's list; ns.role says each role as it was decoded",
        EXPLAIN_LIST,
    ),
    row(
        "no-role",
        &["unable to find role for ip"],
        "kube2iam: the pod has no role annotation, and there is neither a default role nor a base ARN",
        ANNOTATE_PODS,
    ),
    row(
        "fallback-role",
        &["using fallback role for ip"],
        "kube2iam: the pod has no role annotation, so it gets the default role",
        ANNOTATE_PODS,
    ),
    row(
        "pod-unknown",
        &["pod with specificed ip", "not found"],
        "kube2iam does not know a pod with this address",
        "look at kube2iam's right to watch pods, at its --node, and whether the pod has only just started",
    ),
    row(
        "shared-address",
        &["pods (", "with the ip", "indexed"],
        "kube2iam: several pods have this address, such as pods on the host's network",
        "pods with hostNetwork can't have a role of their own: rule pod/host-network; --resolve-duplicate-cache-ips helps with finished pods",
    ),
    row(
        "another-role",
        &["invalid role: does not match annotated role"],
        "kube2iam: the client asked for another role than the pod's annotation names, mostly one it had cached",
        "restart the pod; gangplank explain pod says which role it has",
    ),
    row(
        "another-role",
        &["invalid role arn:"],
        "kube2iam: the client asked for another role than the pod's annotation names, mostly one it had cached",
        "restart the pod; gangplank explain pod says which role it has",
    ),
    row(
        "list-unreadable",
        &["unable to decode roles on namespace"],
        "kube2iam: the list is no JSON array of strings; strings in it still count, everything else is lost",
        QUOTE_LIST,
    ),
    row(
        "list-not-strings",
        &["cannot unmarshal ", " into go value of type string"],
        NOT_STRINGS,
        QUOTE_LIST,
    ),
    row(
        "list-not-strings",
        &["cannot unmarshal ", " into .0 of type string"],
        NOT_STRINGS,
        QUOTE_LIST,
    ),
    row(
        "bad-regexp",
        &["caused an error when trying to match"],
        "kube2iam: an entry of the list is no regular expression to Go, so it allows nothing",
        "rule annotation/bad-regexp: escape the ARN and close it with `$`; behind a base ARN, `*` alone is a repetition, not a wildcard",
    ),
    row(
        "bad-base-arn",
        &["invalid --base-role-arn specified"],
        "kube2iam does not start: its base ARN is no prefix of role ARNs",
        "rule cluster/base-arn: --base-role-arn=arn:aws:iam::ACCOUNT:role/",
    ),
    row(
        "sts-refused",
        &["error assuming role"],
        "kube2iam's log: STS refused the role; the reason stands behind it",
        "gangplank explain trust --policy FILE --role … --node-role … (rules role/not-trusted, role/external-id)",
    ),
    row(
        "no-region",
        &["an aws region is required"],
        "kube2iam from 0.12.0 on needs a region for its own calls",
        "set AWS_REGION in kube2iam's DaemonSet",
    ),
    row(
        "no-describe-regions",
        &["not authorized to perform", "ec2:describeregions"],
        "kube2iam from 0.12.0 on asks for the regions before it assumes a role, and the node role may not",
        "allow ec2:DescribeRegions in the node role's policy",
    ),
    row("no-credentials", &["unable to locate credentials"], NO_CREDENTIALS, LOOK_AT_METADATA),
    row("no-credentials", &["nocredentialproviders"], NO_CREDENTIALS, LOOK_AT_METADATA),
    row("no-credentials", &["unable to load credentials"], NO_CREDENTIALS, LOOK_AT_METADATA),
    row("metadata-blocked", &["169.254.169.254", "timed out"], BLOCKED, OPEN_METADATA),
    row("metadata-blocked", &["timed out", "169.254.169.254"], BLOCKED, OPEN_METADATA),
    row("metadata-blocked", &["169.254.169.254", "i/o timeout"], BLOCKED, OPEN_METADATA),
];
