//! The fields of a CiliumNetworkPolicy and of its clusterwide form, from 1.16 to 1.20: a field that
//! any of them has is known here. Facts: Cilium's CRD, and its agent's types.

use super::addresses;
use super::groups;
use super::report::Report;
use super::shape::{ANY_NUMBER, Field, Fields, Place, Shape, field};
use super::values;

fn nothing_more(_: Place<'_>, _: &mut Report<'_>) {}

const fn fields(known: &'static [Field]) -> Fields {
    Fields { known, whole: nothing_more }
}

static TEXT: Shape = Shape::Text(values::any);
static NAME: Shape = Shape::Text(values::not_empty);
static TEXTS: Shape = Shape::List(&TEXT, ANY_NUMBER);
static TEXT_BY_KEY: Shape = Shape::Map(&TEXT);
static FLAG: Shape = Shape::Flag;
static ANYTHING: Shape = Shape::Any;

/// A whole document.
pub(super) static DOCUMENT: Shape = Shape::Fields(&Fields {
    known: &[
        field("apiVersion", &TEXT),
        field("kind", &TEXT),
        field("metadata", &METADATA),
        field("spec", &SPEC),
        field("specs", &SPECS),
        field("status", &ANYTHING),
    ],
    whole: groups::document,
});

static METADATA: Shape = Shape::Fields(&Fields {
    known: &[
        field("name", &TEXT),
        field("namespace", &TEXT),
        field("labels", &TEXT_BY_KEY),
        field("annotations", &TEXT_BY_KEY),
        field("generateName", &TEXT),
        field("finalizers", &TEXTS),
        field("ownerReferences", &ANYTHING),
        field("managedFields", &ANYTHING),
        field("creationTimestamp", &ANYTHING),
        field("deletionTimestamp", &ANYTHING),
        field("deletionGracePeriodSeconds", &ANYTHING),
        field("generation", &ANYTHING),
        field("resourceVersion", &TEXT),
        field("selfLink", &TEXT),
        field("uid", &TEXT),
        field("clusterName", &TEXT),
    ],
    whole: groups::metadata,
});

static SPECS: Shape = Shape::List(&SPEC, ANY_NUMBER);
static SPEC: Shape = Shape::Fields(&Fields {
    known: &[
        field("description", &TEXT),
        field("egress", &EGRESS),
        field("egressDeny", &EGRESS_DENY),
        field("enableDefaultDeny", &DEFAULT_DENY),
        field("endpointSelector", &SELECTOR),
        field("ingress", &INGRESS),
        field("ingressDeny", &INGRESS_DENY),
        field("labels", &RULE_LABELS),
        field("log", &LOG),
        field("nodeSelector", &SELECTOR),
    ],
    whole: groups::spec,
});

static DEFAULT_DENY: Shape =
    Shape::Fields(&fields(&[field("egress", &FLAG), field("ingress", &FLAG)]));
static LOG: Shape = Shape::Fields(&fields(&[field("value", &LOG_VALUE)]));
static LOG_VALUE: Shape = Shape::Text(values::log_value);
static RULE_LABELS: Shape = Shape::List(&RULE_LABEL, ANY_NUMBER);
static RULE_LABEL: Shape = Shape::Fields(&Fields {
    known: &[field("key", &TEXT), field("source", &TEXT), field("value", &TEXT)],
    whole: groups::rule_label,
});

static EGRESS: Shape = Shape::Rules(&EGRESS_RULE);
static EGRESS_RULE: Shape = Shape::Fields(&fields(&[
    field("authentication", &AUTHENTICATION),
    field("icmps", &ICMPS),
    field("toCIDR", &CIDRS),
    field("toCIDRSet", &CIDR_SETS),
    field("toEndpoints", &SELECTORS),
    field("toEntities", &ENTITIES),
    field("toFQDNs", &HOSTS),
    field("toGroups", &GROUPS),
    field("toNodes", &SELECTORS),
    field("toPorts", &TO_PORTS),
    field("toRequires", &SELECTORS),
    field("toServices", &SERVICES),
]));

static EGRESS_DENY: Shape = Shape::Rules(&EGRESS_DENY_RULE);
static EGRESS_DENY_RULE: Shape = Shape::Fields(&fields(&[
    field("icmps", &ICMPS),
    field("toCIDR", &CIDRS),
    field("toCIDRSet", &CIDR_SETS),
    field("toEndpoints", &SELECTORS),
    field("toEntities", &ENTITIES),
    field("toGroups", &GROUPS),
    field("toNodes", &SELECTORS),
    field("toPorts", &TO_PORTS_DENY),
    field("toRequires", &SELECTORS),
    field("toServices", &SERVICES),
]));

static INGRESS: Shape = Shape::Rules(&INGRESS_RULE);
static INGRESS_RULE: Shape = Shape::Fields(&fields(&[
    field("authentication", &AUTHENTICATION),
    field("fromCIDR", &CIDRS),
    field("fromCIDRSet", &CIDR_SETS),
    field("fromEndpoints", &SELECTORS),
    field("fromEntities", &ENTITIES),
    field("fromGroups", &GROUPS),
    field("fromNodes", &SELECTORS),
    field("fromRequires", &SELECTORS),
    field("icmps", &ICMPS),
    field("toPorts", &TO_PORTS),
]));

static INGRESS_DENY: Shape = Shape::Rules(&INGRESS_DENY_RULE);
static INGRESS_DENY_RULE: Shape = Shape::Fields(&fields(&[
    field("fromCIDR", &CIDRS),
    field("fromCIDRSet", &CIDR_SETS),
    field("fromEndpoints", &SELECTORS),
    field("fromEntities", &ENTITIES),
    field("fromGroups", &GROUPS),
    field("fromNodes", &SELECTORS),
    field("fromRequires", &SELECTORS),
    field("icmps", &ICMPS),
    field("toPorts", &TO_PORTS_DENY),
]));

static AUTHENTICATION: Shape = Shape::Fields(&Fields {
    known: &[field("mode", &AUTHENTICATION_MODE)],
    whole: groups::authentication,
});
static AUTHENTICATION_MODE: Shape = Shape::Text(values::authentication);

static ICMPS: Shape = Shape::List(&ICMP, ANY_NUMBER);
static ICMP: Shape = Shape::Fields(&fields(&[field("fields", &ICMP_FIELDS)]));
static ICMP_FIELDS: Shape = Shape::List(&ICMP_FIELD, 40);
static ICMP_FIELD: Shape = Shape::Fields(&Fields {
    known: &[field("family", &FAMILY), field("type", &ICMP_TYPE)],
    whole: groups::icmp,
});
static FAMILY: Shape = Shape::Text(values::ip_family);
static ICMP_TYPE: Shape = Shape::WholeOrText(values::icmp_type);

static CIDRS: Shape = Shape::List(&CIDR, ANY_NUMBER);
static CIDR: Shape = Shape::Text(addresses::cidr);
static CIDR_SETS: Shape = Shape::List(&CIDR_SET, ANY_NUMBER);
static CIDR_SET: Shape = Shape::Fields(&Fields {
    known: &[
        field("cidr", &CIDR),
        field("cidrGroupRef", &TEXT),
        field("cidrGroupSelector", &SELECTOR),
        field("except", &CIDRS),
    ],
    whole: groups::cidr_set,
});

static ENTITIES: Shape = Shape::List(&ENTITY, ANY_NUMBER);
static ENTITY: Shape = Shape::Text(values::entity);

static HOSTS: Shape = Shape::List(&HOST, ANY_NUMBER);
static HOST: Shape = Shape::Fields(&Fields {
    known: &[field("matchName", &MATCH_NAME), field("matchPattern", &MATCH_PATTERN)],
    whole: groups::host,
});
static MATCH_NAME: Shape = Shape::Text(values::match_name);
static MATCH_PATTERN: Shape = Shape::Text(values::match_pattern);

static GROUPS: Shape = Shape::List(&GROUP, ANY_NUMBER);
static GROUP: Shape = Shape::Fields(&fields(&[field("aws", &AWS_GROUP)]));
static AWS_GROUP: Shape = Shape::Fields(&fields(&[
    field("labels", &TEXT_BY_KEY),
    field("region", &TEXT),
    field("securityGroupsIds", &TEXTS),
    field("securityGroupsNames", &TEXTS),
]));

static SERVICES: Shape = Shape::List(&SERVICE, ANY_NUMBER);
static SERVICE: Shape = Shape::Fields(&fields(&[
    field("k8sService", &SERVICE_NAME),
    field("k8sServiceSelector", &SERVICE_SELECTOR),
]));
static SERVICE_NAME: Shape =
    Shape::Fields(&fields(&[field("namespace", &TEXT), field("serviceName", &TEXT)]));
static SERVICE_SELECTOR: Shape = Shape::Fields(&Fields {
    known: &[field("namespace", &TEXT), field("selector", &SELECTOR)],
    whole: groups::service_selector,
});

static SELECTORS: Shape = Shape::List(&SELECTOR, ANY_NUMBER);
static SELECTOR: Shape = Shape::Fields(&Fields {
    known: &[field("matchExpressions", &REQUIREMENTS), field("matchLabels", &LABELS)],
    whole: groups::selector,
});
static LABELS: Shape = Shape::Map(&LABEL_VALUE);
static LABEL_VALUE: Shape = Shape::Text(values::label_value);
static REQUIREMENTS: Shape = Shape::List(&REQUIREMENT, ANY_NUMBER);
static REQUIREMENT: Shape = Shape::Fields(&Fields {
    known: &[field("key", &TEXT), field("operator", &OPERATOR), field("values", &TEXTS)],
    whole: groups::requirement,
});
static OPERATOR: Shape = Shape::Text(values::operator);

static TO_PORTS_DENY: Shape = Shape::List(&PORT_LIST_DENY, ANY_NUMBER);
static PORT_LIST_DENY: Shape = Shape::Fields(&fields(&[field("ports", &PORTS)]));
static TO_PORTS: Shape = Shape::List(&PORT_LIST, ANY_NUMBER);
static PORT_LIST: Shape = Shape::Fields(&fields(&[
    field("listener", &LISTENER),
    field("originatingTLS", &TLS),
    field("ports", &PORTS),
    field("rules", &L7_RULES),
    field("serverNames", &SERVER_NAMES),
    field("terminatingTLS", &TLS),
]));
static PORTS: Shape = Shape::List(&PORT, 40);
static PORT: Shape = Shape::Fields(&Fields {
    known: &[field("endPort", &END_PORT), field("port", &PORT_TEXT), field("protocol", &PROTOCOL)],
    whole: groups::port,
});
static END_PORT: Shape = Shape::Whole("policy/bad-port", 0, 65535);
static PORT_TEXT: Shape = Shape::Text(addresses::port);
static PROTOCOL: Shape = Shape::Text(values::protocol);

static LISTENER: Shape = Shape::Fields(&Fields {
    known: &[
        field("envoyConfig", &ENVOY_CONFIG),
        field("name", &NAME),
        field("priority", &PRIORITY),
    ],
    whole: groups::listener,
});
static PRIORITY: Shape = Shape::Whole("policy/wrong-type", 1, 100);
static ENVOY_CONFIG: Shape = Shape::Fields(&Fields {
    known: &[field("kind", &ENVOY_KIND), field("name", &NAME)],
    whole: groups::named,
});
static ENVOY_KIND: Shape = Shape::Text(values::envoy_kind);
static TLS: Shape = Shape::Fields(&Fields {
    known: &[
        field("certificate", &TEXT),
        field("privateKey", &TEXT),
        field("secret", &SECRET),
        field("trustedCA", &TEXT),
    ],
    whole: groups::tls,
});
static SECRET: Shape = Shape::Fields(&Fields {
    known: &[field("name", &TEXT), field("namespace", &TEXT)],
    whole: groups::named,
});
static SERVER_NAMES: Shape = Shape::List(&SERVER_NAME, ANY_NUMBER);
static SERVER_NAME: Shape = Shape::Text(values::server_name);

static L7_RULES: Shape = Shape::Fields(&Fields {
    known: &[
        field("dns", &HOSTS),
        field("http", &HTTP_RULES),
        field("kafka", &KAFKA_RULES),
        field("l7", &L7_MAPS),
        field("l7proto", &TEXT),
    ],
    whole: groups::l7_rules,
});
static L7_MAPS: Shape = Shape::List(&TEXT_BY_KEY, ANY_NUMBER);
static HTTP_RULES: Shape = Shape::List(&HTTP_RULE, ANY_NUMBER);
static HTTP_RULE: Shape = Shape::Fields(&fields(&[
    field("headerMatches", &HEADER_MATCHES),
    field("headers", &TEXTS),
    field("host", &TEXT),
    field("method", &TEXT),
    field("path", &TEXT),
]));
static HEADER_MATCHES: Shape = Shape::List(&HEADER_MATCH, ANY_NUMBER);
static HEADER_MATCH: Shape = Shape::Fields(&Fields {
    known: &[
        field("mismatch", &MISMATCH),
        field("name", &NAME),
        field("secret", &SECRET),
        field("value", &TEXT),
    ],
    whole: groups::named,
});
static MISMATCH: Shape = Shape::Text(values::mismatch);
static KAFKA_RULES: Shape = Shape::List(&KAFKA_RULE, ANY_NUMBER);
static KAFKA_RULE: Shape = Shape::Fields(&fields(&[
    field("apiKey", &TEXT),
    field("apiVersion", &TEXT),
    field("clientID", &TEXT),
    field("role", &KAFKA_ROLE),
    field("topic", &TOPIC),
]));
static KAFKA_ROLE: Shape = Shape::Text(values::kafka_role);
static TOPIC: Shape = Shape::Text(values::topic);
