//! Proves what is said about a role before it is granted: against moto, and against a server for
//! what moto can't answer.

use crate::support::{Answer, GRANT, IDENTITY, MOTO_ACCOUNT, Moto, Outcome, Repo, serve};

const SILENT_TRUST: &str = r#"{"Version": "2012-10-17", "Statement": []}"#;

/// Grants a role without a policy, with AWS at this address.
fn grant(repo: &Repo, url: &str, role: &str, more: &[&str]) -> Outcome {
    let words: Vec<&str> =
        GRANT.iter().map(|word| if word.starts_with("arn:") { role } else { word }).collect();
    let mut program = repo.program();
    program.args([&["onboard"], &words[..], &["--network", "none", "--dry-run"], more].concat());
    for (name, value) in [
        ("AWS_ENDPOINT_URL", url),
        ("AWS_ACCESS_KEY_ID", "x"),
        ("AWS_SECRET_ACCESS_KEY", "x"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
    ] {
        program.env(name, value);
    }
    crate::support::outcome(&mut program)
}

const REQUIRE: [&str; 2] = ["--verify", "require"];

#[test]
fn a_role_is_looked_up_by_its_whole_arn_in_its_own_account() {
    let Some(moto) = Moto::start() else {
        return;
    };
    moto.iam(&format!(
        "for name, path in [('plain', '/'), ('deep', '/team/a/')]:\n  iam.create_role(RoleName=name, Path=path, AssumeRolePolicyDocument='{SILENT_TRUST}')\n"
    ));
    let repo = Repo::guide();
    let arn = |rest: &str| format!("arn:aws:iam::{MOTO_ACCOUNT}:role/{rest}");
    for (role, code, said) in [
        (arn("plain"), 0, ""),
        (arn("team/a/deep"), 0, ""),
        (arn("none"), 5, "there is no role none in account 123456789012"),
        (arn("deep"), 5, "take arn:aws:iam::123456789012:role/team/a/deep"),
        ("arn:aws:iam::210987654321:role/plain".to_owned(), 6, "you are logged in to 123456789012"),
    ] {
        let strict = grant(&repo, &moto.url(), &role, &REQUIRE);
        assert_eq!(strict.code, code, "{role}: {strict:?}");
        assert!(strict.stderr.contains(said), "{said} in {}", strict.stderr);
        let auto = grant(&repo, &moto.url(), &role, &[]).ends(0);
        assert!(auto.stderr.contains(said) && auto.stdout.contains("diff --git"), "{auto:?}");
        let off = grant(&repo, "http://127.0.0.1:1", &role, &["--offline"]).ends(0);
        assert!(!off.stderr.contains("[role/"), "nobody is asked: {}", off.stderr);
    }
}

/// An error as AWS sends it.
macro_rules! error {
    ($status:literal, $code:literal) => {
        Answer::Body(
            $status,
            concat!(
                "<ErrorResponse><Error><Type>Sender</Type><Code>",
                $code,
                "</Code><Message>no</Message></Error></ErrorResponse>"
            ),
        )
    };
}

#[test]
fn every_failure_is_one_plain_line() {
    let html = Answer::Body(200, "<html><body>please log in</body></html>");
    let role = "arn:aws:iam::123456789098:role/x";
    for (sts, iam, said) in [
        (
            IDENTITY,
            error!(403, "AccessDenied"),
            "not allowed to call iam:GetRole as arn:aws:iam::123456789098:user/dev",
        ),
        (IDENTITY, error!(404, "NoSuchEntity"), "there is no role x in account 123456789098"),
        (
            error!(403, "ExpiredToken"),
            IDENTITY,
            "the AWS session has expired: log in again (aws sso login)",
        ),
        (error!(403, "InvalidClientTokenId"), IDENTITY, "AWS does not know this access key"),
        (error!(403, "SignatureDoesNotMatch"), IDENTITY, "clock is wrong"),
        (error!(400, "Throttling"), IDENTITY, "AWS throttled the call: try again"),
        (IDENTITY, html, "the answer was not from AWS (a proxy or a login page?): HTTP 200"),
        (html, IDENTITY, "the answer was not from AWS (a proxy or a login page?): HTTP 200"),
        (Answer::Body(302, ""), IDENTITY, "not from AWS"),
        (Answer::HangUp, IDENTITY, "AWS could not be reached: "),
        (IDENTITY, Answer::Silence, "AWS could not be reached: "),
    ] {
        let repo = Repo::guide();
        let outcome = grant(&repo, &serve(sts, iam), role, &REQUIRE);
        assert!(matches!(outcome.code, 5 | 6), "{outcome:?}");
        assert!(outcome.stderr.contains(said), "{said} in {}", outcome.stderr);
        assert!(!outcome.stderr.contains("service error"), "{}", outcome.stderr);
    }
    let repo = Repo::guide();
    let nobody = grant(&repo, "http://127.0.0.1:1", role, &REQUIRE).ends(6).stderr;
    assert!(nobody.contains("AWS could not be reached: "), "{nobody}");
}

#[test]
fn missing_credentials_are_said_with_the_way_to_get_some() {
    for (profile, said) in [
        (None, "no AWS credentials: set AWS_PROFILE, or log in (aws sso login)"),
        (Some("nowhere"), "the AWS profile of AWS_PROFILE is not in the AWS config file"),
    ] {
        let repo = Repo::guide();
        std::fs::create_dir_all(repo.home().join(".aws")).unwrap();
        std::fs::write(repo.home().join(".aws/config"), "[profile other]\nregion = us-east-1\n")
            .unwrap();
        let mut program = repo.program();
        program.args(["onboard"]).args(GRANT).args(["--network", "none", "--dry-run"]);
        program.args(REQUIRE).env("AWS_EC2_METADATA_DISABLED", "true");
        profile.map(|profile| program.env("AWS_PROFILE", profile));
        let said_there = crate::support::outcome(&mut program).ends(6).stderr;
        assert!(said_there.contains(said), "{said} in {said_there}");
    }
}

/// What IAM holds is read for kube2iam's node role: trusted, not trusted with the statement to add,
/// or left open with what is missing.
#[test]
fn the_trust_policy_is_read_for_the_node_role() {
    let role = "arn:aws:iam::123456789098:role/x";
    let config =
        |node: &str| format!("clusters:\n  c: {{ kube2iam: {{ node_role: \"{node}\" }} }}\n");
    let node = "arn:aws:iam::123456789098:role/k8s-node";
    for (repo, code, said) in [
        (Repo::guide().file("gangplank.yaml", config(node)), 0, ""),
        (
            Repo::guide().file("gangplank.yaml", config("arn:aws:iam::123456789098:role/other")),
            5,
            "does not let other assume it",
        ),
        (Repo::guide(), 0, "set clusters.c.kube2iam.node_role in gangplank.yaml"),
    ] {
        let outcome = grant(&repo, &serve(IDENTITY, TRUSTING), role, &REQUIRE).ends(code);
        assert!(outcome.stderr.contains(said), "{said} in {}", outcome.stderr);
        assert_eq!(code == 5, outcome.stderr.contains("\"sts:AssumeRole\""), "{}", outcome.stderr);
    }
}

/// A role whose trust policy names the node role, percent-encoded as AWS sends it.
const TRUSTING: Answer = Answer::Body(
    200,
    "<GetRoleResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><GetRoleResult><Role><Path>/</Path><Arn>arn:aws:iam::123456789098:role/x</Arn><RoleName>x</RoleName><RoleId>AROAEXAMPLEEXAMPLE00</RoleId><CreateDate>2024-01-01T00:00:00Z</CreateDate><AssumeRolePolicyDocument>%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22AWS%22%3A%22arn%3Aaws%3Aiam%3A%3A123456789098%3Arole%2Fk8s-node%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%5D%7D</AssumeRolePolicyDocument></Role></GetRoleResult></GetRoleResponse>",
);

/// A role as IAM describes it, with its trust policy percent-encoded.
fn described(arn: &str, trust: &str, longest_session: u32) -> Answer {
    let encoded: String = trust.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let name = arn.rsplit('/').next().unwrap();
    let body = format!(
        "<GetRoleResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><GetRoleResult><Role><Path>/</Path><Arn>{arn}</Arn><RoleName>{name}</RoleName><RoleId>AROAEXAMPLEEXAMPLE00</RoleId><CreateDate>2024-01-01T00:00:00Z</CreateDate><MaxSessionDuration>{longest_session}</MaxSessionDuration><AssumeRolePolicyDocument>{encoded}</AssumeRolePolicyDocument></Role></GetRoleResult></GetRoleResponse>"
    );
    Answer::Body(200, body.leak())
}

fn statement(principal: &str, rest: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{principal},"Action":"sts:AssumeRole"{rest}}}]}}"#
    )
}

const NODE: &str = r#"{"AWS":"arn:aws:iam::123456789098:role/k8s-node"}"#;

/// Every rule about roles fires on what IAM says, and a near miss of it is silent.
#[test]
fn each_rule_about_roles_fires_and_its_near_miss_does_not() {
    let asked = "arn:aws:iam::123456789098:role/x";
    let reserved = |path: &str| format!("arn:aws:iam::123456789098:role/{path}/x");
    let wants_id = r#","Condition":{"StringEquals":{"sts:ExternalId":"shared"}}"#;
    let unknown = r#","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}"#;
    let not = |other: &str| format!("not {other}");
    for (rule, config, flags, answer) in [
        ("role/missing", "", &[][..], error!(404, "NoSuchEntity")),
        (&not("role/missing"), "", &[], described(asked, &statement(NODE, ""), 3600)),
        ("role/other-path", "", &[], described(&reserved("team"), &statement(NODE, ""), 3600)),
        (
            "role/service-linked",
            "",
            &[],
            described(&reserved("aws-service-role/eks.amazonaws.com"), &statement(NODE, ""), 3600),
        ),
        (
            "role/reserved-sso",
            "",
            &[],
            described(&reserved("aws-reserved/sso.amazonaws.com"), &statement(NODE, ""), 3600),
        ),
        (
            "role/not-trusted",
            "",
            &[],
            described(
                asked,
                &statement(r#"{"AWS":"arn:aws:iam::123456789098:role/other"}"#, ""),
                3600,
            ),
        ),
        (
            &not("role/not-trusted"),
            "",
            &[],
            described(asked, &statement(r#"{"AWS":"123456789098"}"#, ""), 3600),
        ),
        ("role/external-id", "", &[], described(asked, &statement(NODE, wants_id), 3600)),
        (
            "role/external-id",
            "",
            &["--external-id", "wrong"],
            described(asked, &statement(NODE, wants_id), 3600),
        ),
        (
            &not("role/"),
            "",
            &["--external-id", "shared"],
            described(asked, &statement(NODE, wants_id), 3600),
        ),
        (
            "role/deleted-principal",
            "",
            &[],
            described(asked, &statement(r#"{"AWS":"AROADELETEDDELETED000"}"#, ""), 3600),
        ),
        (
            &not("role/"),
            ", node_role_id: AROADELETEDDELETED000",
            &[],
            described(asked, &statement(r#"{"AWS":"AROADELETEDDELETED000"}"#, ""), 3600),
        ),
        (
            "role/federated-only",
            "",
            &[],
            described(
                asked,
                &statement(r#"{"Federated":"cognito-identity.amazonaws.com"}"#, ""),
                3600,
            ),
        ),
        (
            "role/session-too-long",
            ", session_ttl: 31m",
            &[],
            described(asked, &statement(NODE, ""), 3600),
        ),
        (&not("role/"), ", session_ttl: 30m", &[], described(asked, &statement(NODE, ""), 3600)),
        ("role/cannot-tell", "", &[], described(asked, &statement(NODE, unknown), 3600)),
        ("role/cannot-tell", "", &[], error!(403, "AccessDenied")),
    ] {
        let node = "arn:aws:iam::123456789098:role/k8s-node";
        let config =
            format!("clusters:\n  c: {{ kube2iam: {{ node_role: \"{node}\"{config} }} }}\n");
        let repo = Repo::guide().file("gangplank.yaml", config);
        let said = grant(&repo, &serve(IDENTITY, answer), asked, flags).ends(0).stderr;
        match rule.strip_prefix("not ") {
            Some(rule) => assert!(!said.contains(&format!("[{rule}")), "{rule} in {said}"),
            None => assert!(said.contains(&format!("[{rule}]")), "{rule} in {said}"),
        }
    }
}

/// What `rules:` says of a rule holds for what IAM says, too.
#[test]
fn a_rule_about_roles_can_be_turned_off() {
    let asked = "arn:aws:iam::123456789098:role/x";
    let config = "rules: { role/missing: \"off\" }\n";
    for (repo, is_said) in
        [(Repo::guide(), true), (Repo::guide().file("gangplank.yaml", config), false)]
    {
        let url = serve(IDENTITY, error!(404, "NoSuchEntity"));
        let said = grant(&repo, &url, asked, &[]).ends(0).stderr;
        assert_eq!(said.contains("[role/missing]"), is_said, "{said}");
    }
}

/// The account of the cluster may be reached only through another role.
#[test]
fn a_profile_that_assumes_a_role_is_followed() {
    let Some(moto) = Moto::start() else {
        return;
    };
    moto.iam(&format!(
        "iam.create_role(RoleName='reader', AssumeRolePolicyDocument='{SILENT_TRUST}')\niam.create_role(RoleName='app', AssumeRolePolicyDocument='{SILENT_TRUST}')\n"
    ));
    let role = format!("arn:aws:iam::{MOTO_ACCOUNT}:role/app");
    let repo = Repo::guide().file("gangplank.yaml", "clusters:\n  c: { aws_profile: readonly }\n");
    std::fs::create_dir_all(repo.home().join(".aws")).unwrap();
    let profiles = format!(
        "[profile base]\naws_access_key_id = x\naws_secret_access_key = x\n[profile readonly]\nsource_profile = base\nrole_arn = arn:aws:iam::{MOTO_ACCOUNT}:role/reader\nexternal_id = shared\n"
    );
    std::fs::write(repo.home().join(".aws/config"), profiles).unwrap();
    let words: Vec<&str> =
        GRANT.iter().map(|word| if word.starts_with("arn:") { &role } else { *word }).collect();
    let ask = |profile: &str| {
        let mut program = repo.program();
        program.args(["onboard"]).args(&words).args(["--network", "none", "--dry-run"]);
        program.args(REQUIRE).env("AWS_ENDPOINT_URL", moto.url());
        program.env("AWS_EC2_METADATA_DISABLED", "true");
        let text = format!("clusters:\n  c: {{ aws_profile: {profile} }}\n");
        std::fs::write(repo.root().join("gangplank.yaml"), text).unwrap();
        crate::support::outcome(&mut program)
    };
    let found = ask("readonly").ends(0).stderr;
    assert!(found.contains("its trust was not looked at"), "the role was found: {found}");
    let unknown = ask("nobody").ends(6).stderr;
    assert!(unknown.contains("the AWS profile nobody is not in the AWS config file"), "{unknown}");
}
