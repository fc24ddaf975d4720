//! Texts of errors that people meet, and what each one means. Pure.
//!
//! From kube2iam's source and measured answers, and from AWS's error codes.

/// A known error text.
#[derive(Debug, PartialEq, Eq)]
pub struct Symptom {
    /// A short name for programs.
    pub name: &'static str,
    /// Pieces that all stand in the text, in lower case.
    pieces: &'static [&'static str],
    /// What it means.
    pub meaning: &'static str,
    /// What to do next.
    pub next: &'static str,
}

/// The symptoms that a text shows, in the order of the table.
pub fn symptoms_in(text: &str) -> Vec<&'static Symptom> {
    let text = text.to_lowercase();
    let shows = |symptom: &&Symptom| symptom.pieces.iter().all(|piece| text.contains(piece));
    SYMPTOMS.iter().filter(shows).collect()
}

const SYMPTOMS: &[Symptom] = &[
    Symptom {
        name: "not-in-list",
        pieces: &["not valid for namespace of pod"],
        meaning: "kube2iam: no entry of the Namespace's list matches the role, or the Namespace has no list that kube2iam can read",
        next: "gangplank explain annotation --allowed-roles … --role …",
    },
    Symptom {
        name: "not-in-list",
        pieces: &["role: ", "on namespace: ", "not found."],
        meaning: "kube2iam's log: no entry of the Namespace's list matches the role",
        next: "gangplank explain annotation --allowed-roles … --role …",
    },
    Symptom {
        name: "no-role",
        pieces: &["unable to find role for ip"],
        meaning: "kube2iam: the pod has no role annotation, and there is neither a default role nor a base ARN",
        next: "put iam.amazonaws.com/role on the pod template (spec.template.metadata), not on the workload",
    },
    Symptom {
        name: "fallback-role",
        pieces: &["using fallback role for ip"],
        meaning: "kube2iam: the pod has no role annotation, so it gets the default role",
        next: "put iam.amazonaws.com/role on the pod template (spec.template.metadata), not on the workload",
    },
    Symptom {
        name: "pod-unknown",
        pieces: &["pod with specificed ip"],
        meaning: "kube2iam does not know a pod with this address",
        next: "look at kube2iam's right to watch pods, at its --node, and whether the pod has only just started",
    },
    Symptom {
        name: "shared-address",
        pieces: &["pods (", "with the ip", "indexed"],
        meaning: "kube2iam: several pods have this address, such as pods on the host's network",
        next: "pods with hostNetwork can't have a role of their own; --resolve-duplicate-cache-ips helps with finished pods",
    },
    Symptom {
        name: "another-role",
        pieces: &["invalid role", "does not match annotated role"],
        meaning: "kube2iam: the client asked for another role than the pod's annotation names, mostly one it had cached",
        next: "restart the pod",
    },
    Symptom {
        name: "list-unreadable",
        pieces: &["unable to decode roles on namespace"],
        meaning: "kube2iam: the list is no JSON array of strings; strings in it still count, everything else is lost",
        next: "write the annotation as a JSON list inside a YAML string: '[\"arn:aws:iam::…:role/…\"]'",
    },
    Symptom {
        name: "bad-regexp",
        pieces: &["caused an error when trying to match"],
        meaning: "kube2iam: an entry of the list is no regular expression to Go, so it allows nothing",
        next: "escape the ARN and close it with `$`; behind a base ARN, `*` alone is a repetition, not a wildcard",
    },
    Symptom {
        name: "bad-base-arn",
        pieces: &["invalid --base-role-arn specified"],
        meaning: "kube2iam does not start: its base ARN is no prefix of role ARNs",
        next: "--base-role-arn=arn:aws:iam::ACCOUNT:role/",
    },
    Symptom {
        name: "not-trusted",
        pieces: &["not authorized to perform", "sts:assumerole"],
        meaning: "STS: the role's trust policy does not let the node role in, or the node role has no policy that allows sts:AssumeRole, or the external id is wrong",
        next: "gangplank explain trust --policy FILE --role … --node-role …",
    },
    Symptom {
        name: "session-too-long",
        pieces: &["durationseconds exceeds"],
        meaning: "STS: kube2iam asks for twice its --iam-role-session-ttl, and that is more than the role's MaxSessionDuration",
        next: "halve --iam-role-session-ttl, or raise the role's MaxSessionDuration",
    },
    Symptom {
        name: "no-region",
        pieces: &["an aws region is required"],
        meaning: "kube2iam from 0.12.0 on needs a region for its own calls",
        next: "set AWS_REGION in kube2iam's DaemonSet",
    },
    Symptom {
        name: "no-credentials",
        pieces: &["unable to locate credentials"],
        meaning: NO_CREDENTIALS,
        next: LOOK_AT_METADATA,
    },
    Symptom {
        name: "no-credentials",
        pieces: &["nocredentialproviders"],
        meaning: NO_CREDENTIALS,
        next: LOOK_AT_METADATA,
    },
    Symptom {
        name: "no-credentials",
        pieces: &["unable to load credentials"],
        meaning: NO_CREDENTIALS,
        next: LOOK_AT_METADATA,
    },
    Symptom {
        name: "metadata-blocked",
        pieces: &["169.254.169.254", "timed out"],
        meaning: "the metadata address does not answer: a policy that restricts egress leaves it out, or kube2iam does not run on this node",
        next: "allow 169.254.169.254/32 port 80 (TCP) for the pod; gangplank onboard writes that rule",
    },
    Symptom {
        name: "access-denied",
        pieces: &["accessdenied", "iam:getrole"],
        meaning: "you may not look roles up: that says nothing about the role itself",
        next: "use a profile that may call iam:GetRole, or look at the role without AWS: gangplank explain trust",
    },
    Symptom {
        name: "no-such-role",
        pieces: &["nosuchentity"],
        meaning: "IAM: the account has no role of this name",
        next: "compare account, path and name with the ARN; names count without their path",
    },
    Symptom {
        name: "session-expired",
        pieces: &["expiredtoken"],
        meaning: "the AWS session has expired",
        next: "log in again, such as with aws sso login",
    },
    Symptom {
        name: "session-expired",
        pieces: &["sso", "token has expired"],
        meaning: "the SSO session has expired",
        next: "aws sso login",
    },
    Symptom {
        name: "unknown-key",
        pieces: &["invalidclienttokenid"],
        meaning: "AWS does not know this access key",
        next: "look at AWS_ACCESS_KEY_ID and the profile",
    },
    Symptom {
        name: "bad-signature",
        pieces: &["signaturedoesnotmatch"],
        meaning: "AWS rejected the signature: a wrong secret key, or a clock that is off",
        next: "compare the clock, then the secret key",
    },
];

const NO_CREDENTIALS: &str = "the SDK got no credentials. Under kube2iam this one text stands for all of: no role annotation, a role that is not in the list, STS refuses the role, the metadata address is blocked";
const LOOK_AT_METADATA: &str = "in the pod: curl -s http://169.254.169.254/latest/meta-data/iam/security-credentials/ (its answer says which), and kube2iam's log for `Role: … not found.`";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_texts_that_kube2iam_and_aws_print() {
        let cases = [
            (
                "role requested arn:aws:iam::1:role/x not valid for namespace of pod at 10.1.2.3 with namespace team-a",
                "not-in-list",
            ),
            (
                "level=warning msg=\"Role: arn:aws:iam::1:role/x on namespace: team-a not found.\"",
                "not-in-list",
            ),
            ("unable to find role for IP 10.1.2.3", "no-role"),
            ("2 pods ([a b]) with the ip 10.1.2.3 indexed", "shared-address"),
            (
                "Unable to locate credentials. You can configure credentials by running \"aws configure\".",
                "no-credentials",
            ),
            (
                "AccessDenied: User: arn:aws:sts::1:assumed-role/n/i-1 is not authorized to perform: sts:AssumeRole on resource: x",
                "not-trusted",
            ),
            (
                "The requested DurationSeconds exceeds the MaxSessionDuration set for this role",
                "session-too-long",
            ),
        ];
        for (text, name) in cases {
            let names: Vec<&str> = symptoms_in(text).iter().map(|symptom| symptom.name).collect();
            assert_eq!(names, [name], "{text}");
        }
        assert!(symptoms_in("all is well").is_empty());
        assert!(symptoms_in("").is_empty());
    }

    #[test]
    fn pieces_are_lower_case() {
        let pieces = SYMPTOMS.iter().flat_map(|symptom| symptom.pieces);
        assert!(pieces.into_iter().all(|piece| *piece == piece.to_lowercase()));
    }
}
