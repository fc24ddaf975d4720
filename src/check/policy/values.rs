//! The texts in a policy: which of them the API server takes, and which the agent.

use super::report::Fault;
use crate::domain::finding::RefusedBy;
use crate::domain::label;
use crate::domain::name::PolicyName;
use crate::domain::near::closest;

/// Why a text is refused, and by whom.
pub(super) type Refusal = (RefusedBy, Fault);

/// What looks at a text.
pub(super) type Check = fn(&str) -> Option<Refusal>;

#[expect(clippy::unnecessary_wraps, reason = "the last word of a check")]
pub(super) fn api_server(
    rule: &'static str,
    message: impl Into<String>,
    help: impl Into<String>,
) -> Option<Refusal> {
    Some((RefusedBy::ApiServer, Fault::of(rule, message, help)))
}

#[expect(clippy::unnecessary_wraps, reason = "the last word of a check")]
pub(super) fn agent(
    rule: &'static str,
    message: impl Into<String>,
    help: impl Into<String>,
) -> Option<Refusal> {
    Some((RefusedBy::Agent, Fault::of(rule, message, help)))
}

/// Any text will do.
pub(super) fn any(_: &str) -> Option<Refusal> {
    None
}

/// A text that must not be empty.
pub(super) fn not_empty(text: &str) -> Option<Refusal> {
    if !text.is_empty() {
        return None;
    }
    api_server("policy/wrong-type", "this text is empty, and one is needed", "write a name")
}

fn one_of(text: &str, known: &[&str], rule: &'static str, what: &str) -> Option<Refusal> {
    if known.contains(&text) {
        return None;
    }
    let near = known.iter().copied().find(|known| known.eq_ignore_ascii_case(text));
    let help = match near.or_else(|| closest(text, known.iter().copied())) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("one of: {}", known.join(", ")),
    };
    api_server(rule, format!("`{text}` is no {what}"), help)
}

/// The protocols that have ports.
const PROTOCOLS: [&str; 4] = ["TCP", "UDP", "SCTP", "ANY"];

/// Protocols without ports, since Cilium 1.20.
const EXTENDED_PROTOCOLS: [&str; 7] = ["VRRP", "IGMP", "GRE", "IPIP", "IPV6", "ESP", "AH"];

/// Whether a protocol has no ports.
pub(super) fn has_no_ports(protocol: &str) -> bool {
    EXTENDED_PROTOCOLS.contains(&protocol)
}

pub(super) fn protocol(text: &str) -> Option<Refusal> {
    if has_no_ports(text) {
        return None;
    }
    one_of(text, &PROTOCOLS, "policy/bad-protocol", "protocol")
}

const ENTITIES: [&str; 11] = [
    "all",
    "world",
    "cluster",
    "host",
    "init",
    "ingress",
    "unmanaged",
    "remote-node",
    "health",
    "none",
    "kube-apiserver",
];

pub(super) fn entity(text: &str) -> Option<Refusal> {
    one_of(text, &ENTITIES, "policy/unknown-entity", "entity")
}

pub(super) fn operator(text: &str) -> Option<Refusal> {
    let known = ["In", "NotIn", "Exists", "DoesNotExist"];
    one_of(text, &known, "policy/bad-label", "operator of a selector")
}

pub(super) fn authentication(text: &str) -> Option<Refusal> {
    let known = ["disabled", "required", "test-always-fail"];
    one_of(text, &known, "policy/wrong-type", "mode of authentication")
}

pub(super) fn ip_family(text: &str) -> Option<Refusal> {
    one_of(text, &["IPv4", "IPv6"], "policy/wrong-type", "family of addresses")
}

pub(super) fn mismatch(text: &str) -> Option<Refusal> {
    let known = ["LOG", "ADD", "DELETE", "REPLACE"];
    one_of(text, &known, "policy/wrong-type", "action on a header")
}

pub(super) fn kafka_role(text: &str) -> Option<Refusal> {
    one_of(text, &["produce", "consume"], "policy/wrong-type", "role in Kafka")
}

pub(super) fn envoy_kind(text: &str) -> Option<Refusal> {
    let known = ["CiliumEnvoyConfig", "CiliumClusterwideEnvoyConfig"];
    one_of(text, &known, "policy/wrong-type", "kind of an Envoy configuration")
}

pub(super) fn log_value(text: &str) -> Option<Refusal> {
    if text.chars().count() <= 32 && !text.chars().any(char::is_control) {
        return None;
    }
    let message = "a log value has up to 32 printable characters";
    api_server("policy/wrong-type", message, "write a shorter one")
}

pub(super) fn topic(text: &str) -> Option<Refusal> {
    if text.chars().count() <= 255 {
        return None;
    }
    api_server("policy/wrong-type", "a topic has up to 255 characters", "write a shorter one")
}

const ICMP_TYPES: &str = "EchoReply DestinationUnreachable Redirect Echo RouterAdvertisement \
    RouterSelection TimeExceeded ParameterProblem Timestamp TimestampReply Photuris \
    ExtendedEchoRequest PacketTooBig EchoRequest MulticastListenerQuery MulticastListenerReport \
    MulticastListenerDone RouterSolicitation NeighborSolicitation NeighborAdvertisement \
    RedirectMessage RouterRenumbering ICMPNodeInformationQuery ICMPNodeInformationResponse \
    InverseNeighborDiscoverySolicitation InverseNeighborDiscoveryAdvertisement \
    HomeAgentAddressDiscoveryRequest HomeAgentAddressDiscoveryReply MobilePrefixSolicitation \
    MobilePrefixAdvertisement DuplicateAddressRequestCodeSuffix \
    DuplicateAddressConfirmationCodeSuffix";

pub(super) fn icmp_type(text: &str) -> Option<Refusal> {
    let number =
        text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    let is_number = number && text.parse::<u8>().is_ok();
    // The blank is the schema's own.
    let is_name = text == "ExtendedEcho Reply"
        || ICMP_TYPES.split_ascii_whitespace().any(|name| name == text);
    if is_number || is_name {
        return None;
    }
    let message = format!("`{text}` is no ICMP type");
    api_server("policy/wrong-type", message, "write its number, from 0 to 255")
}

/// The longest host name.
const LONGEST_NAME: usize = 255;

/// Labels of these characters with a dot between each two, and perhaps one at the end.
fn is_dotted(text: &str, more: &[u8]) -> bool {
    let legal = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_' || more.contains(&b);
    let body = text.strip_suffix('.').unwrap_or(text);
    body.split('.').all(|label| !label.is_empty() && label.bytes().all(legal))
}

pub(super) fn match_name(text: &str) -> Option<Refusal> {
    if text.contains('*') && is_dotted(text, b"*") {
        let message = format!("`matchName` is one exact name, and `{text}` is a pattern");
        return api_server(
            "policy/wildcard-matchname",
            message,
            format!("matchPattern: \"{text}\""),
        );
    }
    if is_dotted(text, b"") && text.len() <= LONGEST_NAME {
        return None;
    }
    host_fault("matchName", text)
}

pub(super) fn match_pattern(text: &str) -> Option<Refusal> {
    if is_dotted(text, b"*") && text.len() <= LONGEST_NAME {
        return None;
    }
    host_fault("matchPattern", text)
}

fn host_fault(key: &str, text: &str) -> Option<Refusal> {
    if text.len() > LONGEST_NAME {
        let message = format!("a host name has up to {LONGEST_NAME} characters");
        return api_server("policy/bad-fqdn", message, "write a shorter one");
    }
    let host = text.split_once("://").map_or(text, |(_, rest)| rest);
    let host = host.split(['/', ':']).next().unwrap_or_default();
    let help = if host != text && is_dotted(host, b"*") {
        format!("write only the host: {key}: \"{host}\"")
    } else {
        "a host is labels of letters, digits, `-` and `_`, with one dot between them".to_owned()
    };
    api_server("policy/bad-fqdn", format!("`{text}` is no host name"), help)
}

pub(super) fn server_name(text: &str) -> Option<Refusal> {
    let body = text.strip_prefix("**.").or_else(|| text.strip_prefix("*.")).unwrap_or(text);
    if is_dotted(body, b"") && text.len() <= LONGEST_NAME {
        return None;
    }
    host_fault("serverNames", text)
}

/// A label's value in `matchLabels`.
pub(super) fn label_value(text: &str) -> Option<Refusal> {
    let invalid = label::check_value(text).err()?;
    let help = if text.starts_with("arn:") {
        "annotations are no labels: select by the service account or by a label of the pods"
    } else {
        "a label's value has up to 63 letters, digits, `-`, `_` and `.`"
    };
    api_server("policy/bad-label", invalid.line(), help)
}

/// A label's key in a selector, behind Cilium's source (`k8s:`).
pub(super) fn selector_key(text: &str) -> Option<Refusal> {
    let key = text.split_once(':').map_or(text, |(_, key)| key);
    let fault = label_key(key)?;
    Some((RefusedBy::Agent, fault))
}

/// What is wrong with the key of a label or of an annotation.
pub(super) fn label_key(text: &str) -> Option<Fault> {
    let is_prefix = |prefix: &str| PolicyName::parse(prefix).is_ok();
    let message = match label::check_key(text) {
        Err(invalid) => invalid.line(),
        Ok(()) if text.split_once('/').is_some_and(|(prefix, _)| !is_prefix(prefix)) => {
            "the part before `/` is a DNS name".to_owned()
        }
        Ok(()) => return None,
    };
    Some(Fault::of("policy/bad-label", message, "a label's key is NAME or DNS-PREFIX/NAME"))
}
