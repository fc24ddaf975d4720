//! `gangplank explain error` knows every message that kube2iam, AWS, kustomize and Cilium have for
//! what gangplank is about, whatever has been done to it on the way.

use gangplank::domain::symptom::{all_symptoms, symptoms_in};
use serde_json::json;

use crate::support::Repo;

/// Messages as they are printed, and what each one is.
const MESSAGES: &[(&str, &str)] = &[
    // kube2iam
    (
        "role requested arn:aws:iam::123456789098:role/x not valid for namespace of pod at 10.1.2.3 with namespace team-a",
        "not-in-list",
    ),
    ("Role: arn:aws:iam::123456789098:role/x on namespace: team-a not found.", "not-in-list"),
    (
        "Role: arn:aws:iam::123456789098:role/x matched arn:aws:iam::*:role/x on namespace:team-a.",
        "allowed",
    ),
    ("Discovered role on namespace (OnAdd)", "list-read"),
    ("Discovered role on namespace (OnUpdate)", "list-read"),
    ("unable to find role for IP 10.1.2.3", "no-role"),
    ("Using fallback role for IP 10.1.2.3", "fallback-role"),
    ("pod with specificed IP not found", "pod-unknown"),
    ("pod with specificed IP \"10.1.2.3\" not found", "pod-unknown"),
    ("2 pods ([a b]) with the ip 10.1.2.3 indexed", "shared-address"),
    ("Invalid role arn:aws:iam::123456789098:role/other", "another-role"),
    ("Invalid role: does not match annotated role", "another-role"),
    (
        "Namespace annotation arn:*( caused an error when trying to match: arn:aws:iam::123456789098:role/x for namespace: team-a",
        "bad-regexp",
    ),
    (
        "Unable to decode roles on namespace team-a ( role annotation is '[\"a\",]' ) with error: invalid character ']' looking for beginning of value",
        "list-unreadable",
    ),
    ("json: cannot unmarshal number into Go value of type string", "list-not-strings"),
    ("json: cannot unmarshal number into .0 of type string", "list-not-strings"),
    (
        "Invalid --base-role-arn specified, expected: ^arn:(\\w|-)*:iam::\\d+:role\\/?(\\w+|-|\\/|\\.)*$",
        "bad-base-arn",
    ),
    ("Error assuming role arn:aws:iam::123456789098:role/x", "sts-refused"),
    (
        "failed to resolve service endpoint, an AWS region is required, but was not found",
        "no-region",
    ),
    (
        "User: arn:aws:sts::123456789098:assumed-role/node/i-1 is not authorized to perform: ec2:DescribeRegions",
        "no-describe-regions",
    ),
    (
        "Unable to locate credentials. You can configure credentials by running \"aws configure\".",
        "no-credentials",
    ),
    ("NoCredentialProviders: no valid providers in chain. Deprecated.", "no-credentials"),
    ("Unable to load credentials from any of the providers in the chain", "no-credentials"),
    (
        "curl: (28) Failed to connect to 169.254.169.254 port 80: Connection timed out",
        "metadata-blocked",
    ),
    // AWS
    (
        "AccessDenied: User: arn:aws:sts::123456789098:assumed-role/node/i-1 is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789098:role/x",
        "not-trusted",
    ),
    (
        "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        "session-too-long",
    ),
    (
        "AccessDenied: User: arn:aws:iam::123456789098:user/me is not authorized to perform: iam:GetRole on resource: role x",
        "access-denied",
    ),
    (
        "not allowed to call iam:GetRole as arn:aws:iam::123456789098:user/me: role not checked",
        "access-denied",
    ),
    (
        "An error occurred (NoSuchEntity) when calling the GetRole operation: The role with name x cannot be found.",
        "no-such-role",
    ),
    (
        "An error occurred (ExpiredToken) when calling the GetCallerIdentity operation: The security token included in the request is expired",
        "session-expired",
    ),
    ("RequestExpired: Request has expired.", "session-expired"),
    ("AWS session expired: log in again", "session-expired"),
    ("the SSO token has expired and cannot be refreshed", "session-expired"),
    ("failed to load the cached SSO token", "session-expired"),
    ("SSO session expired: run aws sso login --profile x", "session-expired"),
    ("InvalidClientTokenId: The security token included in the request is invalid.", "unknown-key"),
    (
        "UnrecognizedClientException: The security token included in the request is invalid.",
        "unknown-key",
    ),
    ("AWS does not know this access key", "unknown-key"),
    (
        "SignatureDoesNotMatch: Signature expired: 20260101T000000Z is now earlier than 20260101T001500Z",
        "bad-signature",
    ),
    ("AWS rejected the signature: wrong secret key, or clock skew", "bad-signature"),
    ("ThrottlingException: Rate exceeded", "throttled"),
    ("Throttling: Rate exceeded", "throttled"),
    ("RequestLimitExceeded: Request limit exceeded.", "throttled"),
    ("AWS throttled the call: try again", "throttled"),
    ("invalid root, expected GetRoleResponse got html", "not-aws"),
    ("AWS answer was not from AWS (proxy or login page?), HTTP 200", "not-aws"),
    ("dispatch failure: io error: ConnectionRefused", "unreachable"),
    ("tcp connect error: Connection refused (os error 111)", "unreachable"),
    ("dispatch failure: io error: ConnectionReset", "unreachable"),
    ("dispatch failure: io error: NetworkUnreachable", "unreachable"),
    ("HTTP connect timeout occurred after 3.1s", "unreachable"),
    ("could not reach iam.amazonaws.com: timed out", "unreachable"),
    ("dns error: failed to lookup address information", "dns"),
    ("invalid peer certificate: UnknownIssuer", "certificate"),
    ("received corrupt message of type InvalidContentType", "certificate"),
    ("the profile `x` was not defined", "no-profile"),
    ("AWS profile \"x\" is not in the AWS config file", "no-profile"),
    ("CredentialsNotLoaded", "no-login"),
    ("no AWS credentials found: set AWS_PROFILE or log in (aws sso login)", "no-login"),
    ("ProviderTimedOut", "credentials-slow"),
    ("loading AWS credentials took too long", "credentials-slow"),
    ("could not parse profile file", "bad-aws-config"),
    ("Invalid Configuration: Missing Region", "missing-region"),
    // kustomize
    (
        "must build at directory: not a valid directory: evalsymlink failure on '/r/default' : lstat /r/default: no such file or directory",
        "base-missing",
    ),
    ("unable to parse SM or JSON patch from [- op: add]", "patch-unreadable"),
    (
        "error in remove for path: '/metadata/annotations/x': Unable to remove nonexistent key: x: missing value",
        "remove-missing",
    ),
    ("testing value /metadata/name failed: test failed", "patch-test"),
    ("must specify a target for JSON patch [- op: add]", "patch-without-target"),
    (
        "add operation does not apply: doc is missing path: \"/metadata/annotations/iam.amazonaws.com/allowed-roles\": missing value",
        "missing-path",
    ),
    ("Unexpected kind: Add", "bad-operation"),
    ("patch and path can't be set at the same time", "patch-and-path"),
    (
        "Multiple Strategic-Merge Patches in one `patches` entry is not allowed to set `patches.target` field",
        "many-patches",
    ),
    (
        "json: cannot unmarshal string into Go struct field Kustomization.patches of type types.Patch",
        "patch-as-text",
    ),
    (
        "json: cannot unmarshal object into Go struct field Kustomization.patchesStrategicMerge of type patch.StrategicMerge",
        "old-kubectl",
    ),
    (
        "json: cannot unmarshal array into Go struct field Kustomization.commonAnnotations of type string",
        "list-not-string",
    ),
    (
        "json: cannot unmarshal array into Go struct field ObjectMeta.metadata.annotations of type string",
        "list-not-string",
    ),
    ("json: unknown field \"apiVersion\"", "unknown-field"),
    ("json: unknown field \"foo\"", "unknown-field"),
    ("json: unknown field \"toFQDN\"", "unknown-field"),
    ("namespace transformation produces ID conflict: [{\"apiVersion\":\"v1\"}]", "two-namespaces"),
    (
        "unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '/r/x'",
        "no-kustomization",
    ),
    ("cycle detected: candidate root '/r/a' contains visited root '/r/a/b'", "cycle"),
    (
        "may not add resource with an already registered id: CiliumNetworkPolicy.v2.cilium.io/x.[noNs]",
        "listed-twice",
    ),
    ("security; file '/r/x.yaml' is not in or below '/r/a'", "outside"),
    ("new root '/r' cannot be absolute", "outside"),
    ("kustomization.yaml is empty", "empty-kustomization"),
    (
        "MalformedYAMLError: yaml: line 4: found character that cannot start any token in File: cnp.x.yaml",
        "tab",
    ),
    ("invalid Kustomization: yaml: line 5: found character that cannot start any token", "tab"),
    (
        "missing metadata.name in object {{cilium.io/v2 CiliumNetworkPolicy} {{ } map[] map[]}}",
        "no-name",
    ),
    ("Found multiple kustomization files under: /r/x", "two-kustomizations"),
    ("yaml: invalid trailing UTF-8 octet", "not-utf8"),
    ("kind should be Kustomization or Component", "wrong-kind"),
    ("expected kind != 'Component' for path '../c'", "wrong-kind"),
    ("apiVersion for Kustomization should be kustomize.config.k8s.io/v1beta1", "wrong-version"),
    (
        "# Warning: 'bases' is deprecated. Please use 'resources' instead. Run 'kustomize edit fix' to update your Kustomization automatically.",
        "deprecated",
    ),
    (
        "Warning: 'Fixed' kustomization now produces different output from 'kustomize build'",
        "fix-differs",
    ),
    ("kustomization file already exists", "already-there"),
    // Cilium and the API server
    (
        "json: cannot unmarshal object into Go struct field Rule.spec.ingress of type []api.IngressRule",
        "not-a-list",
    ),
    (
        "json: cannot unmarshal object into Go struct field Rule.spec.egress of type []api.EgressRule",
        "not-a-list",
    ),
    ("spec.ingress: {} is not of type 'array'", "not-a-list"),
    (
        "spec.ingress: Invalid value: \"object\": spec.ingress in body must be of type array: \"object\"",
        "not-a-list",
    ),
    (
        "Invalid characters in MatchName: \"*.amazonaws.com\". Only 0-9, a-z, A-Z and ., -, _ characters are allowed",
        "bad-host-name",
    ),
    (
        "Invalid characters in MatchPattern: \"https://*.amazonaws.com\". Only 0-9, a-z, A-Z and ., -, _ and * characters are allowed",
        "bad-host-name",
    ),
    (
        "spec.egress.0.toFQDNs.0.matchName: '*.amazonaws.com' does not match '^([-a-zA-Z0-9_]+[.]?)+$'",
        "bad-host-name",
    ),
    (
        "spec.egress[0].toFQDNs[0].matchName in body should match '^([-a-zA-Z0-9_]+[.]?)+$'",
        "bad-host-name",
    ),
    ("only one of MatchName or MatchPattern is allowed in an FQDNSelector", "name-and-pattern"),
    ("combining ToFQDNs and ToCIDR is not supported yet", "mixed-peers"),
    ("combining ToServices and ToFQDNs is not supported yet", "mixed-peers"),
    ("rule must have at least one of Ingress, IngressDeny, Egress, EgressDeny", "no-rules"),
    ("Invalid CiliumNetworkPolicy spec(s): empty policy", "no-rules"),
    ("CiliumNetworkPolicy must have name", "bad-policy-name"),
    ("metadata.name 'Report_Portal' is not a DNS-1123 subdomain", "bad-policy-name"),
    ("port 53 must be specified", "dns-rule"),
    ("multiple L7 protocol rule types specified in single rule", "dns-rule"),
    ("L7 rules can only apply to TCP (not ANY) except for DNS rules", "http-rule"),
    (
        "unable to parse CIDR: ParseAddr(\"169.254.169.254/33\"): unexpected character (at \"/33\")",
        "bad-cidr",
    ),
    ("spec.egress.0.toCIDR.0: '169.254.169.254' is not a 'cidr'", "bad-cidr"),
    ("rule cannot have NodeSelector", "node-selector"),
    ("unable to parse port: strconv.ParseUint: parsing \"65536\": value out of range", "bad-port"),
    (
        "json: cannot unmarshal number into Go struct field PortProtocol.spec.egress.toPorts.ports.port of type string",
        "wrong-type",
    ),
    ("spec.egress.0.toPorts.0.ports.0.port: 443 is not of type 'string'", "wrong-type"),
    (
        "json: cannot unmarshal bool into Go struct field Rule.spec.enableDefaultDeny of type api.DefaultDenyConfig",
        "wrong-type",
    ),
    (
        "invalid label selector: matchLabels: Invalid value: \"arn:aws:iam::123456789098:role/x\": a valid label must be",
        "bad-label",
    ),
    (
        "spec.egress.0: Additional properties are not allowed ('toFQDN' was unexpected)",
        "unknown-policy-field",
    ),
    (
        "error converting YAML to JSON: yaml: unmarshal errors:\n  line 22: key \"egress\" already set in map",
        "duplicate-key",
    ),
    ("Valid=False", "policy-invalid"),
    ("server can't find sts.amazonaws.com: Query refused", "dns-refused"),
];

/// Texts that are near one of them, and none.
const NEAR: &[&str] = &[
    "",
    "all is well",
    "role requested by the team is not valid yet",
    "Role: developer in namespace: team-a was found.",
    "unable to find the role of team-a",
    "the pod with IP 10.1.2.3 was found",
    "2 pods with two addresses",
    "role: does not match the one in the request",
    "Able to locate credentials.",
    "authorized to perform: sts:AssumeRole",
    "MaxSessionDuration is 3600",
    "http://169.254.169.254/latest/meta-data/",
    "AccessDenied: not authorized to perform: s3:GetObject",
    "the token is valid",
    "patch and path are set",
    "json: cannot unmarshal string into Go struct field Deployment.spec.replicas of type int32",
    "namespace transformation done",
    "no cycle detected",
    "kustomization.yaml is fine",
    "yaml: line 4: did not find expected key",
    "combining ToFQDNs and ToPorts",
    "rule must have a name",
    "Valid=True",
    "port 80 must be specified",
    "the query took too long",
];

fn names(text: &str) -> Vec<&'static str> {
    symptoms_in(text).iter().map(|symptom| symptom.name).collect()
}

/// The text in lines of this many characters, indented as `kubectl describe` does.
fn wrapped(text: &str, width: usize, indent: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let lines: Vec<String> = characters.chunks(width).map(|line| line.iter().collect()).collect();
    lines.join(&format!("\n{indent}"))
}

fn disguises(message: &str) -> Vec<String> {
    let prefixed = format!(
        "Error from server (BadRequest): error when creating \"x.yaml\": admission: {message}"
    );
    let logfmt = json!(message);
    vec![
        message.to_owned(),
        prefixed.clone(),
        wrapped(&prefixed, 80, ""),
        wrapped(message, 7, "      "),
        format!("  Message:  {}\r\n  Reason: Failed\r\n", wrapped(message, 31, "\r\n\t")),
        format!("time=\"2026-05-04T10:00:00Z\" level=error msg={logfmt} ns.name=team-a"),
        json!({ "level": "warn", "ts": 1.5, "msg": format!("failed: {message}") }).to_string(),
        json!({ "log": json!({ "msg": message }).to_string(), "stream": "stderr" }).to_string(),
        format!("2026-05-04T10:00:00.000Z E0504 10:00:00.000000 1 main.go:1] {message}"),
        format!(
            "\u{1b}[31;1merror:\u{1b}[0m {}\u{1b}[K",
            message.replace(' ', "\u{1b}[0m \u{1b}[33m")
        ),
        message.to_uppercase(),
        message.replace('"', "\u{201d}").replace('\'', "\u{2019}"),
        format!("{message}\n{message}"),
    ]
}

#[test]
fn every_message_is_known_whatever_was_done_to_it() {
    for (message, name) in MESSAGES {
        for text in disguises(message) {
            assert_eq!(names(&text), [*name], "{text}");
        }
    }
}

#[test]
fn every_entry_of_the_tables_has_a_message() {
    for symptom in all_symptoms() {
        let is_shown = MESSAGES.iter().any(|(_, name)| *name == symptom.name);
        assert!(is_shown, "{}", symptom.name);
    }
    assert!(MESSAGES.len() > 110);
}

#[test]
fn what_is_only_near_is_not_known() {
    for text in NEAR {
        assert_eq!(names(text), [""; 0], "{text}");
    }
}

#[test]
fn a_text_with_several_meanings_has_them_all() {
    let text = "Error assuming role arn:aws:iam::123456789098:role/x: AccessDenied: User: arn:aws:sts::123456789098:assumed-role/node/i-1 is not authorized to perform: sts:AssumeRole";
    assert_eq!(names(text), ["sts-refused", "not-trusted"]);
    let log = "Unable to decode roles on namespace a ( role annotation is '[1]' ) with error: json: cannot unmarshal number into Go value of type string\nRole: arn:aws:iam::1:role/x on namespace: a not found.";
    assert_eq!(names(log), ["not-in-list", "list-unreadable", "list-not-strings"]);
}

#[test]
fn the_command_says_what_settles_it() {
    let repo = Repo::new();
    let text = "spec.ingress: {} is not of type 'array'";
    let said = repo.run(&["explain", "error", text]).ends(0).stdout;
    assert!(said.starts_with("not-a-list: Cilium: "), "{said}");
    assert!(said.contains("\nnext: gangplank check: rule policy/ingress-not-list\n"), "{said}");
    let json = repo.run(&["explain", "error", text, "--output", "json"]).ends(0).json();
    assert_eq!(json["symptoms"][0]["name"], "not-a-list");
    repo.run(&["explain", "error", NEAR[1]]).ends(1);
}
