//! The wizard in a real terminal while AWS takes its time: keys are answered, and it can be left.

use std::time::{Duration, Instant};

use portable_pty::CommandBuilder;

use crate::support::{Answer, DEMO_ROLE, MOTO_ACCOUNT, Moto, Pty, Repo, WINDOW, program, serve};

/// The wizard with AWS at this address.
fn wizard(repo: &Repo, url: &str) -> CommandBuilder {
    let mut command = program(repo, &[]);
    for (name, value) in
        [("AWS_ENDPOINT_URL", url), ("AWS_ACCESS_KEY_ID", "x"), ("AWS_SECRET_ACCESS_KEY", "x")]
    {
        command.env(name, value);
    }
    command
}

#[test]
fn a_silent_aws_delays_neither_a_key_nor_the_end() {
    let repo = Repo::demo();
    let before = repo.tree();
    let url = serve(Answer::Silence, Answer::Silence);
    let mut pty = Pty::start(wizard(&repo, &url), WINDOW);
    pty.to_namespace();
    pty.press_for("report-portal", "┃ report-portal");
    pty.press_for("\t", "Which IAM role may report-portal assume?");
    pty.wait_for("reading the roles of IAM");
    pty.press_for(DEMO_ROLE, &format!("┃ {DEMO_ROLE}"));
    pty.wait_for("asking IAM");
    // Longer than a key may take, and far shorter than the call is waited for.
    pty.press_for("-x", "role/report-portal-x");
    let began = Instant::now();
    pty.press_for("\x03", "Leave?");
    pty.press("\x03");
    assert_eq!(pty.ends(), 130);
    assert!(began.elapsed() < Duration::from_secs(7), "{:?}", began.elapsed());
    pty.is_given_back();
    assert_eq!(repo.tree(), before);
}

#[test]
fn a_thousand_roles_of_iam_are_there_to_choose_from() {
    let Some(moto) = Moto::start() else {
        return;
    };
    // More than a page of them.
    moto.iam(
        "for n in range(1050):\n  iam.create_role(RoleName=f'app-{n:04}', Path='/team/' if n % 2 else '/', AssumeRolePolicyDocument='{\"Version\": \"2012-10-17\", \"Statement\": []}')\n",
    );
    let config = format!("clusters:\n  prod-us1: {{ account: \"{MOTO_ACCOUNT}\" }}\n");
    let repo = Repo::demo().file("gangplank.yaml", config);
    let mut pty = Pty::start(wizard(&repo, &moto.url()), WINDOW);
    pty.to_namespace();
    pty.press_for("report-portal", "┃ report-portal");
    pty.press_for("\t", "Which IAM role may report-portal assume?");
    pty.wait_for("1050 roles in IAM to choose from");
    pty.press_for("p-1049", "team/app-1049  in IAM");
    pty.press_for("\x1b[B", "› team/app-1049");
    pty.press_for("\r", "For which pods of report-portal");
    pty.press_until("\x1b[Z", "Which IAM role may report-portal assume?");
    pty.wait_for(&format!("arn:aws:iam::{MOTO_ACCOUNT}:role/team/app-1049"));
    pty.wait_for("exists in IAM");
}

#[test]
fn roles_that_may_not_be_listed_are_one_quiet_line() {
    let identity = crate::support::IDENTITY;
    let denied = Answer::Body(
        403,
        "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>",
    );
    let repo = Repo::demo();
    let mut pty = Pty::start(wizard(&repo, &serve(identity, denied)), WINDOW);
    pty.to_namespace();
    pty.press_for("report-portal", "┃ report-portal");
    pty.press_for("\t", "Which IAM role may report-portal assume?");
    pty.wait_for("IAM's roles are not listed: not allowed to call iam:ListRoles");
}
