//! The script of `gangplank handoff`, run by real shells with the real kubectl against an API server
//! of the tests' own: whatever happens, it says what it was, and takes its pod away.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};

use crate::support::{ApiServer, Cluster, Kubectl, Outcome, Repo};

const ROLE: &str = "arn:aws:iam::123456789098:role/checkout";

/// Longer than any test.
const EVER: Duration = Duration::from_hours(1);

/// The script for a namespace of the example, in its home.
fn script(repo: &Repo, arguments: &[&str]) -> std::path::PathBuf {
    let handoff = ["handoff", "prod-us1/checkout", "--part", "test-pod"];
    let printed = repo.run(&[&handoff[..], arguments].concat()).ends(0).stdout;
    let path = repo.home().join("test-pod.sh");
    std::fs::write(&path, printed).unwrap();
    path
}

/// The script on its way, with bounds that suit a test.
fn start(kubectl: &Kubectl, repo: &Repo, server: &ApiServer, shell: &str) -> Child {
    command(kubectl, repo, server, shell).spawn().unwrap()
}

fn command(kubectl: &Kubectl, repo: &Repo, server: &ApiServer, shell: &str) -> Command {
    let script = script(repo, &[]);
    let config = repo.home().join("kubeconfig");
    std::fs::write(&config, server.kubeconfig()).unwrap();
    let mut command = Command::new(shell);
    command
        .arg(script)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", repo.home())
        .env("KUBECONFIG", config)
        .env("KUBECTL", kubectl.path())
        .env("TEST_POD_WAIT", "4")
        .env("TEST_POD_DELETE_WAIT", "4")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn ended(child: Child) -> Outcome {
    let output = child.wait_with_output().unwrap();
    Outcome {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs the script where kubectl is installed.
fn run(cluster: Cluster) -> Option<(Outcome, ApiServer)> {
    run_with(cluster, &[])
}

/// The same with these variables.
fn run_with(cluster: Cluster, variables: &[(&str, &str)]) -> Option<(Outcome, ApiServer)> {
    let (kubectl, repo) = (Kubectl::find()?, Repo::demo());
    let server = ApiServer::start(cluster);
    let mut command = command(&kubectl, &repo, &server, "sh");
    let child = command.envs(variables.iter().copied()).spawn().unwrap();
    Some((ended(child), server))
}

fn shells() -> Vec<&'static str> {
    let is_there = |name: &&str| Command::new(name).args(["-c", ":"]).output().is_ok();
    ["sh", "dash", "bash", "ksh", "mksh", "busybox-sh"].into_iter().filter(is_there).collect()
}

#[track_caller]
fn says(outcome: &Outcome, text: &str) {
    assert!(outcome.printed().contains(text), "{text}: {}", outcome.printed());
}

#[test]
fn every_shell_here_reads_it_and_runs_it_to_a_good_end() {
    let Some(kubectl) = Kubectl::find() else { return };
    let repo = Repo::demo();
    let logs = "this pod is arn:aws:sts::123456789098:assumed-role/checkout/1\n";
    for shell in shells() {
        let server = ApiServer::start(Cluster { logs, ..Cluster::default() });
        let outcome = ended(start(&kubectl, &repo, &server, shell)).ends(0);
        assert_eq!(outcome.stdout, logs, "{shell}");
        says(&outcome, &format!("the pod has {ROLE}"));
        says(&outcome, "kubectl's context test");
        assert!(server.pods().is_empty(), "{shell}");
        let deletes = server.requests().iter().filter(|one| one.starts_with("DELETE")).count();
        assert_eq!(deletes, 1, "{shell}");
    }
}

#[test]
fn a_script_that_is_piped_into_a_shell_works_as_one_in_a_file() {
    let Some(kubectl) = Kubectl::find() else { return };
    let repo = Repo::demo();
    let server = ApiServer::start(Cluster::default());
    std::fs::write(repo.home().join("kubeconfig"), server.kubeconfig()).unwrap();
    let kubectl = kubectl.path().display();
    let line = format!(
        "gangplank handoff prod-us1/checkout --part test-pod --offline | KUBECTL={kubectl} KUBECONFIG=\"$HOME/kubeconfig\" sh"
    );
    repo.shell(&line).ends(0);
    assert_eq!(server.created().len(), 1);
    assert!(server.pods().is_empty());
}

#[test]
fn the_pod_is_one_that_policies_quotas_and_pod_security_let_through() {
    let Some((outcome, server)) = run(Cluster::default()) else { return };
    outcome.ends(0);
    let pods = server.created();
    let pod = &pods[0];
    let (metadata, spec) = (&pod["metadata"], &pod["spec"]);
    assert_eq!(metadata["annotations"], json!({ "iam.amazonaws.com/role": ROLE }));
    assert_eq!(spec["serviceAccountName"], "checkout");
    assert_eq!(spec["restartPolicy"], "Never");
    let container = &spec["containers"][0];
    // The Kubernetes Pod Security Standard `restricted`.
    assert_eq!(spec["securityContext"]["runAsNonRoot"], true);
    assert_eq!(spec["securityContext"]["seccompProfile"]["type"], "RuntimeDefault");
    assert_eq!(container["securityContext"]["allowPrivilegeEscalation"], false);
    assert_eq!(container["securityContext"]["capabilities"], json!({ "drop": ["ALL"] }));
    for kind in ["requests", "limits"] {
        for resource in ["cpu", "memory", "ephemeral-storage"] {
            assert!(container["resources"][kind][resource].is_string(), "{kind} {resource}");
        }
    }
    let env = container["env"].as_array().unwrap();
    let value = |name: &str| &env.iter().find(|one| one["name"] == name).unwrap()["value"];
    assert_eq!(value("AWS_REGION"), "us-east-1");
    assert_eq!(value("AWS_STS_REGIONAL_ENDPOINTS"), "regional");
    assert_eq!(value("ACCOUNT"), "123456789098");
    assert_eq!(value("ROLE_NAME"), "checkout");
    assert!(container["args"][0].as_str().unwrap().contains("aws sts get-caller-identity"));
}

#[test]
fn two_runs_have_two_pods() {
    let names: Vec<Json> = (0..2)
        .filter_map(|_| run(Cluster::default()))
        .map(|(_, server)| server.created()[0]["metadata"]["name"].clone())
        .collect();
    assert!(names.first().is_none_or(|first| Some(first) != names.get(1)), "{names:?}");
}

#[test]
fn a_pod_that_failed_is_said_with_its_logs() {
    let failed = json!({
        "phase": "Failed",
        "containerStatuses": [{ "state": { "terminated": { "reason": "OOMKilled", "exitCode": 137 } } }],
    });
    let cluster = Cluster {
        statuses: vec![json!({ "phase": "Running" }), failed],
        logs: "Unable to locate credentials\u{1b}[31m\n",
        ..Cluster::default()
    };
    let Some((outcome, server)) = run(cluster) else { return };
    let outcome = outcome.ends(1);
    assert_eq!(outcome.stdout, "Unable to locate credentials[31m\n");
    says(&outcome, "the pod has failed: OOMKilled");
    says(&outcome, &format!("the pod did not get {ROLE}"));
    assert!(server.pods().is_empty());
}

#[test]
fn a_pod_that_does_not_start_is_given_up_with_the_reason() {
    let unscheduled = json!({
        "phase": "Pending",
        "conditions": [{ "type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/3 nodes are available" }],
    });
    let no_image = json!({
        "phase": "Pending",
        "containerStatuses": [{ "state": { "waiting": { "reason": "ImagePullBackOff", "message": "Back-off pulling image" } } }],
    });
    for (status, reason) in [
        (unscheduled, "Pending: Unschedulable 0/3 nodes are available"),
        (no_image, "Pending: ImagePullBackOff Back-off pulling image"),
    ] {
        let begin = Instant::now();
        let Some((outcome, server)) = run(Cluster { statuses: vec![status], ..Cluster::default() })
        else {
            return;
        };
        let outcome = outcome.ends(4);
        says(&outcome, "the pod has not ended after 4 seconds");
        assert_eq!(outcome.stderr.matches(reason).count(), 1, "{}", outcome.stderr);
        assert!(begin.elapsed() < Duration::from_mins(1));
        assert!(server.pods().is_empty());
    }
}

#[test]
fn a_refused_pod_is_none() {
    let message = "pods \"x\" is forbidden: exceeded quota: default-quota";
    let Some((outcome, server)) =
        run(Cluster { refuses: Some((403, message)), ..Cluster::default() })
    else {
        return;
    };
    let outcome = outcome.ends(3);
    says(&outcome, "exceeded quota: default-quota");
    assert!(!server.requests().iter().any(|one| one.starts_with("DELETE")));
}

#[test]
fn a_cluster_that_is_away_for_a_while_loses_no_pod() {
    let away = Some((2, Duration::from_secs(15)));
    let cluster =
        Cluster { statuses: vec![json!({ "phase": "Running" })], away, ..Cluster::default() };
    let Some((outcome, server)) = run_with(cluster, &[("TEST_POD_DELETE_WAIT", "120")]) else {
        return;
    };
    let outcome = outcome.ends(5);
    says(&outcome, "the cluster has not answered for too long");
    says(&outcome, "the pod can't be deleted yet");
    assert!(server.pods().is_empty(), "{:?}", server.requests());
}

#[test]
fn a_short_break_is_no_failure() {
    let statuses = vec![json!({ "phase": "Running" }), json!({}), json!({ "phase": "Succeeded" })];
    let away = Some((2, Duration::from_secs(1)));
    let Some((outcome, server)) =
        run_with(Cluster { statuses, away, ..Cluster::default() }, &[("TEST_POD_WAIT", "120")])
    else {
        return;
    };
    says(&outcome.ends(0), "the cluster does not answer");
    assert!(server.pods().is_empty());
}

#[test]
fn a_cluster_that_never_comes_back_keeps_a_pod_and_that_is_said() {
    let Some((outcome, server)) =
        run(Cluster { away: Some((2, EVER)), hangs_up: true, ..Cluster::default() })
    else {
        return;
    };
    let outcome = outcome.ends(6);
    let pod = server.pods().remove(0);
    says(&outcome, "could not delete the test pod");
    says(&outcome, &format!("kubectl --namespace=checkout delete pod {pod}"));
}

#[test]
fn who_may_not_delete_is_told_at_once() {
    let begin = Instant::now();
    let Some((outcome, server)) = run(Cluster { keeps_pods: true, ..Cluster::default() }) else {
        return;
    };
    says(&outcome.ends(6), "no deleting here");
    assert!(begin.elapsed() < Duration::from_secs(30));
    assert_eq!(server.pods().len(), 1);
}

#[test]
fn a_pod_whose_making_nobody_confirmed_goes_too() {
    let Some((outcome, server)) = run(Cluster { loses_answer: true, ..Cluster::default() }) else {
        return;
    };
    says(&outcome.ends(5), "whether the test pod was made is not known");
    assert_eq!(server.created().len(), 1);
    assert!(server.pods().is_empty());
}

#[test]
fn a_signal_ends_it_and_the_pod() {
    let Some(kubectl) = Kubectl::find() else { return };
    let repo = Repo::demo();
    for (signal, code) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        let server = ApiServer::start(Cluster {
            statuses: vec![json!({ "phase": "Running" })],
            ..Cluster::default()
        });
        let mut command = command(&kubectl, &repo, &server, "sh");
        let child = command.env("TEST_POD_WAIT", "120").spawn().unwrap();
        server.wait_for_pod();
        let kill = format!("kill -{signal} {}", child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
        ended(child).ends(code);
        assert!(server.pods().is_empty(), "{signal}");
    }
}

#[test]
fn what_it_can_not_work_with_it_says_before_anything_is_made() {
    let repo = Repo::demo();
    let script = script(&repo, &[]);
    for (name, value, said) in [
        ("KUBECTL", "no-such-program", "kubectl is not installed"),
        ("TEST_POD_WAIT", "soon", "numbers of seconds"),
        ("TEST_POD_IMAGE", "x\"; rm", "is no image"),
    ] {
        let mut command = Command::new("sh");
        command.arg(&script).env("KUBECTL", "true").env(name, value);
        let outcome = crate::support::outcome(&mut command).ends(2);
        says(&outcome, said);
    }
}

#[test]
fn names_are_data_to_the_shell_and_to_yaml() {
    let Some(kubectl) = Kubectl::find() else { return };
    let role = "arn:aws:iam::123456789098:role/$(touch${IFS}x)/#!/&;|>{}/a+b=c,d";
    let repo = Repo::demo();
    let path = "clusters/prod-us1/namespaces/application/checkout/kustomization.yaml";
    let text = repo.text(path).replace(ROLE, role);
    repo.put(path, text);
    let more = ["--external-id", "id:/@=+,._-", "--select", "label=app.kubernetes.io/name=on"];
    let script = script(&repo, &more);
    let server = ApiServer::start(Cluster::default());
    let config = repo.home().join("kubeconfig");
    std::fs::write(&config, server.kubeconfig()).unwrap();
    let mut command = Command::new("sh");
    command.arg(script).current_dir(repo.home()).env("HOME", repo.home());
    command.env("KUBECTL", kubectl.path()).env("KUBECONFIG", config);
    let outcome = crate::support::outcome(&mut command).ends(0);
    says(&outcome, &format!("the pod has {role}"));
    assert!(!repo.home().join("x").exists());
    let pods = server.created();
    let metadata = &pods[0]["metadata"];
    assert_eq!(metadata["annotations"]["iam.amazonaws.com/role"], role);
    assert_eq!(metadata["annotations"]["iam.amazonaws.com/external-id"], "id:/@=+,._-");
    assert_eq!(metadata["labels"], json!({ "app.kubernetes.io/name": "on" }));
    assert_eq!(pods[0]["spec"]["serviceAccountName"], "default");
}
