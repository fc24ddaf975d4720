//! What AWS answers, and what its SDKs say when there is no answer or nobody to ask as.

use super::{Symptom, row};

const LOG_IN: &str = "log in again, such as with aws sso login; gangplank doctor says who you are";
const EXPIRED: &str = "the AWS session has expired";
const THROTTLED: &str = "AWS got too many calls, and throttled this one";
const TRY_AGAIN: &str = "try again; gangplank --offline asks nothing";
const KEY: &str = "AWS does not know this access key";
const LOOK_AT_KEY: &str =
    "look at AWS_ACCESS_KEY_ID and the profile; gangplank doctor says who you are";
const UNREACHABLE: &str = "AWS can't be reached from here";
const LOOK_AT_NETWORK: &str = "look at the network and at HTTPS_PROXY; in a pod at its policies: gangplank explain pod CLUSTER/NAMESPACE; gangplank --offline asks nothing";
const NO_LOGIN: &str = "no AWS credentials were found";
const SET_PROFILE: &str =
    "set AWS_PROFILE or log in (aws sso login); gangplank doctor says who you are";
const NO_PROFILE: &str = "the AWS profile is not in the AWS config file";
const NOT_AWS: &str = "the answer was not from AWS, but from a proxy or a login page";

pub(super) const SYMPTOMS: &[Symptom] = &[
    row(
        "not-trusted",
        &["not authorized to perform", "sts:assumerole"],
        "STS: the role's trust policy does not let the node role in, or the node role has no policy that allows sts:AssumeRole, or the external id is wrong",
        "gangplank explain trust --policy FILE --role … --node-role … (rules role/not-trusted, role/external-id)",
    ),
    row(
        "session-too-long",
        &["durationseconds exceeds"],
        "STS: kube2iam asks for twice its --iam-role-session-ttl, and that is more than the role's MaxSessionDuration",
        "rule role/session-too-long: halve --iam-role-session-ttl, or raise the role's MaxSessionDuration",
    ),
    row(
        "access-denied",
        &["accessdenied", "iam:getrole"],
        "you may not look roles up: that says nothing about the role itself",
        "use a profile that may call iam:GetRole, or look at the role without AWS: gangplank explain trust (rule role/cannot-tell)",
    ),
    row(
        "access-denied",
        &["not allowed to call iam:getrole"],
        "you may not look roles up: that says nothing about the role itself",
        "use a profile that may call iam:GetRole, or look at the role without AWS: gangplank explain trust (rule role/cannot-tell)",
    ),
    row(
        "no-such-role",
        &["nosuchentity"],
        "IAM: the account has no role of this name",
        "rules role/missing and role/other-path: compare account, path and name with the ARN; names count without their path",
    ),
    row("session-expired", &["expiredtoken"], EXPIRED, LOG_IN),
    row("session-expired", &["requestexpired"], EXPIRED, LOG_IN),
    row("session-expired", &["aws session expired"], EXPIRED, LOG_IN),
    row(
        "session-expired",
        &["sso", "token has expired"],
        "the SSO session has expired",
        "aws sso login",
    ),
    row(
        "session-expired",
        &["sso session expired"],
        "the SSO session has expired",
        "aws sso login",
    ),
    row(
        "session-expired",
        &["failed to load the cached sso token"],
        "nobody has logged in with SSO here, or the login is gone",
        "aws sso login",
    ),
    row("unknown-key", &["invalidclienttokenid"], KEY, LOOK_AT_KEY),
    row("unknown-key", &["unrecognizedclientexception"], KEY, LOOK_AT_KEY),
    row("unknown-key", &["aws does not know this access key"], KEY, LOOK_AT_KEY),
    row(
        "bad-signature",
        &["signaturedoesnotmatch"],
        "AWS rejected the signature: a wrong secret key, or a clock that is off",
        "compare the clock, then the secret key",
    ),
    row(
        "bad-signature",
        &["signature expired"],
        "AWS rejected the signature: a wrong secret key, or a clock that is off",
        "compare the clock, then the secret key",
    ),
    row(
        "bad-signature",
        &["aws rejected the signature"],
        "AWS rejected the signature: a wrong secret key, or a clock that is off",
        "compare the clock, then the secret key",
    ),
    row("throttled", &["throttlingexception"], THROTTLED, TRY_AGAIN),
    row("throttled", &["throttling: rate exceeded"], THROTTLED, TRY_AGAIN),
    row("throttled", &["requestlimitexceeded"], THROTTLED, TRY_AGAIN),
    row("throttled", &["aws throttled the call"], THROTTLED, TRY_AGAIN),
    row("not-aws", &["invalid root, expected", "got html"], NOT_AWS, LOOK_AT_NETWORK),
    row("not-aws", &["aws answer was not from aws"], NOT_AWS, LOOK_AT_NETWORK),
    row("unreachable", &["connectionrefused"], UNREACHABLE, LOOK_AT_NETWORK),
    row("unreachable", &["connectionreset"], UNREACHABLE, LOOK_AT_NETWORK),
    row("unreachable", &["networkunreachable"], UNREACHABLE, LOOK_AT_NETWORK),
    row("unreachable", &["http connect timeout occurred"], UNREACHABLE, LOOK_AT_NETWORK),
    row("unreachable", &["could not reach iam."], UNREACHABLE, LOOK_AT_NETWORK),
    row(
        "dns",
        &["dns error"],
        "the name of an AWS host has no address here",
        "in a pod: rules policy/no-dns-rule and policy/dns-without-l7, gangplank explain pod CLUSTER/NAMESPACE; else look at the network",
    ),
    row(
        "certificate",
        &["invalid peer certificate"],
        "the certificate is of nobody who is trusted: mostly a proxy that opens TLS",
        "put its certificate into SSL_CERT_FILE (AWS_CA_BUNDLE is not read)",
    ),
    row(
        "certificate",
        &["invalidcontenttype"],
        "HTTPS was spoken to a port that answers HTTP",
        "look at the endpoint and at HTTPS_PROXY",
    ),
    row("no-profile", &["profile", "was not defined"], NO_PROFILE, SET_PROFILE),
    row("no-profile", &["aws profile", "is not in the aws config file"], NO_PROFILE, SET_PROFILE),
    row("no-login", &["credentialsnotloaded"], NO_LOGIN, SET_PROFILE),
    row("no-login", &["no aws credentials found"], NO_LOGIN, SET_PROFILE),
    row(
        "credentials-slow",
        &["providertimedout"],
        "loading the AWS credentials took too long",
        "look at credential_process of the profile; gangplank doctor says who you are",
    ),
    row(
        "credentials-slow",
        &["loading aws credentials took too long"],
        "loading the AWS credentials took too long",
        "look at credential_process of the profile; gangplank doctor says who you are",
    ),
    row(
        "bad-aws-config",
        &["could not parse profile file"],
        "the AWS config file can't be read",
        "mend ~/.aws/config; gangplank doctor says who you are",
    ),
    row(
        "missing-region",
        &["invalid configuration: missing region"],
        "no AWS region is set",
        "set AWS_REGION, or region in the profile",
    ),
];
