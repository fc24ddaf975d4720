//! What the API server and Cilium's agent say of a policy.

use super::{Symptom, row};

const NOT_LIST: &str = "Cilium: `ingress` and `egress` are lists; `ingress: {}` is none, and left out it means the same as an empty one";
const CHECK_LIST: &str = "gangplank check: rule policy/ingress-not-list";
const WILDCARD: &str =
    "Cilium: a character that names can't have; with a `*` it is a matchPattern, not a matchName";
const CHECK_WILDCARD: &str = "gangplank check: rules policy/wildcard-matchname and policy/bad-fqdn";
const NO_RULES: &str = "Cilium: a policy without a rule";
const CHECK_RULES: &str = "gangplank check: rule policy/no-rules";
const CIDR: &str =
    "Cilium: an address without its length, or no address at all; one address is …/32";
const CHECK_CIDR: &str = "gangplank check: rule policy/bad-cidr";
const NODES: &str = "Cilium: a namespaced policy can't select nodes";
const BAD_NAME: &str = "a name that no resource can have";
const TYPE: &str = "Cilium: a value of another type: ports are strings";
const CHECK_TYPE: &str = "gangplank check: rules policy/wrong-type and policy/bad-port";
const REFUSED: &str =
    "a DNS rule leaves names out that are asked for on the way, such as those of the search path";
const ALL_NAMES: &str = "gangplank onboard writes matchPattern \"*\" in rules.dns: rules policy/dns-without-l7 and policy/dns-rule";

pub(super) const SYMPTOMS: &[Symptom] = &[
    row("not-a-list", &["into go struct field rule.spec.ingress of type"], NOT_LIST, CHECK_LIST),
    row("not-a-list", &["into go struct field rule.spec.egress of type"], NOT_LIST, CHECK_LIST),
    row("not-a-list", &["spec.ingress: ", "is not of type array"], NOT_LIST, CHECK_LIST),
    row("not-a-list", &["spec.egress: ", "is not of type array"], NOT_LIST, CHECK_LIST),
    row("not-a-list", &["spec.ingress in body must be of type array"], NOT_LIST, CHECK_LIST),
    row("not-a-list", &["spec.egress in body must be of type array"], NOT_LIST, CHECK_LIST),
    row("bad-host-name", &["invalid characters in matchname"], WILDCARD, CHECK_WILDCARD),
    row("bad-host-name", &["invalid characters in matchpattern"], WILDCARD, CHECK_WILDCARD),
    row("bad-host-name", &["does not match ^([-a-za-z0-9_]+[.]?)+$"], WILDCARD, CHECK_WILDCARD),
    row("bad-host-name", &["should match ^([-a-za-z0-9_]+[.]?)+$"], WILDCARD, CHECK_WILDCARD),
    row("bad-host-name", &["match ^([-a-za-z0-9_*]+[.]?)+$"], WILDCARD, CHECK_WILDCARD),
    row(
        "name-and-pattern",
        &["only one of matchname or matchpattern is allowed"],
        "Cilium: a host has both matchName and matchPattern",
        "gangplank check: rule policy/matchname-and-pattern",
    ),
    row(
        "mixed-peers",
        &["combining ", " and ", "is not supported yet"],
        "Cilium: one rule holds two kinds of peers; it is stored, and enforces nothing",
        "gangplank check: rule policy/mixed-peers; give each kind a rule of its own",
    ),
    row(
        "no-rules",
        &["rule must have at least one of ingress, ingressdeny, egress, egressdeny"],
        NO_RULES,
        CHECK_RULES,
    ),
    row("no-rules", &["invalid ciliumnetworkpolicy spec(s): empty policy"], NO_RULES, CHECK_RULES),
    row(
        "bad-policy-name",
        &["ciliumnetworkpolicy must have name"],
        BAD_NAME,
        "gangplank check: rule policy/bad-name",
    ),
    row(
        "bad-policy-name",
        &["is not a dns-1123"],
        BAD_NAME,
        "gangplank check: rules policy/bad-name and kustomization/bad-namespace",
    ),
    row(
        "bad-policy-name",
        &["a lowercase rfc 1123 "],
        BAD_NAME,
        "gangplank check: rules policy/bad-name and kustomization/bad-namespace",
    ),
    row(
        "dns-rule",
        &["port 53 must be specified"],
        "Cilium: a DNS rule needs a port",
        "gangplank check: rule policy/dns-rule",
    ),
    row(
        "dns-rule",
        &["multiple l7 protocol rule types specified in single rule"],
        "Cilium: DNS and HTTP rules stand in one toPorts",
        "gangplank check: rule policy/dns-rule",
    ),
    row(
        "http-rule",
        &["l7 rules can only apply to tcp"],
        "Cilium: an HTTP rule on a port that is not TCP",
        "gangplank check: rule policy/http-not-tcp",
    ),
    row("bad-cidr", &["unable to parse cidr"], CIDR, CHECK_CIDR),
    row("bad-cidr", &["tocidr", "is not a cidr"], CIDR, CHECK_CIDR),
    row("bad-cidr", &["must be of type cidr"], CIDR, CHECK_CIDR),
    row(
        "node-selector",
        &["rule cannot have nodeselector"],
        NODES,
        "gangplank check: rule policy/node-selector",
    ),
    row(
        "bad-port",
        &["unable to parse port"],
        "Cilium: a port above 65535, or none",
        "gangplank check: rule policy/bad-port",
    ),
    row("wrong-type", &["into go struct field portprotocol."], TYPE, CHECK_TYPE),
    row("wrong-type", &["ports.", "port: ", "is not of type string"], TYPE, CHECK_TYPE),
    row(
        "wrong-type",
        &["into go struct field rule.spec.enabledefaultdeny of type"],
        "Cilium: enableDefaultDeny holds egress and ingress, each true or false",
        "gangplank check: rule policy/wrong-type",
    ),
    row(
        "bad-label",
        &["invalid label selector"],
        "Cilium: a label that can't be one; a role is an annotation, and no policy selects by those",
        "gangplank check: rules policy/bad-label and pod/role-label",
    ),
    row(
        "unknown-policy-field",
        &["additional properties are not allowed"],
        "the API server: a field that policies do not have",
        "gangplank check: rule policy/unknown-field",
    ),
    row(
        "duplicate-key",
        &["key ", "already set in map"],
        "a key stands there twice, and one of both would vanish",
        "gangplank check: rules policy/duplicate-key and kustomization/duplicate-key",
    ),
    row(
        "policy-invalid",
        &["valid=false"],
        "Cilium's agent refuses a policy that the API server has stored: it enforces nothing",
        "gangplank check says what is wrong with it; kubectl describe cnp has the agent's reason",
    ),
    row("dns-refused", &["dns refused"], REFUSED, ALL_NAMES),
    row("dns-refused", &["query refused"], REFUSED, ALL_NAMES),
    row("dns-refused", &["status: refused"], REFUSED, ALL_NAMES),
];
