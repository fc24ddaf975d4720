//! Proves that a role goes out of the list wherever it stands, that the rest stays, and that a run
//! can be undone.

use serde_json::json;

use crate::support::{ALL, FOLDER, KUSTOMIZATION, Kubectl, Outcome, ROLE, Repo};

const OLD_ROLE: &str = "arn:aws:iam::123456789098:role/old";
const PATCH: &str = "patches:\n  # who may\n  - target: {kind: Namespace}\n    patch: |-\n      - op: add\n        path: /metadata/annotations/iam.amazonaws.com~1allowed-roles\n        value: 'LIST' # a string\n";
const HEAD: &str = "namespace: report-portal\nresources:\n  - ../../defaults # all\n";

fn run(repo: &Repo, arguments: &[&str]) -> Outcome {
    repo.run(arguments)
}

fn revoke(repo: &Repo, more: &[&str]) -> Outcome {
    let answers = ["revoke", "--cluster", "c", "--namespace", "report-portal", "--role", ROLE];
    run(repo, &[&answers[..], more].concat())
}

fn skeleton(patch: &str, roles: &[&str]) -> Repo {
    let list = json!(roles).to_string();
    Repo::skeleton(format!("{HEAD}{}# end\n", patch.replace("LIST", &list)))
}

#[track_caller]
fn built_roles(repo: &Repo) -> Option<Vec<String>> {
    let kubectl = Kubectl::find()?;
    let built = kubectl.build(&repo.root(), FOLDER);
    let namespace = built.iter().find(|object| object["kind"] == "Namespace").unwrap();
    let value = &namespace["metadata"]["annotations"]["iam.amazonaws.com/allowed-roles"];
    Some(value.as_str().map_or_else(Vec::new, |text| serde_json::from_str(text).unwrap()))
}

#[test]
fn one_role_of_several_goes_and_the_line_stays() {
    let repo = skeleton(PATCH, &[OLD_ROLE, ROLE]);
    let expected = skeleton(PATCH, &[OLD_ROLE]).text(KUSTOMIZATION);
    let said = revoke(&repo, &["--yes"]).ends(0).stderr;
    assert_eq!(repo.text(KUSTOMIZATION), expected);
    assert!(
        said.contains(&format!("may assume 1 role (1 less than before): {OLD_ROLE}")),
        "{said}"
    );
    assert!(built_roles(&repo).is_none_or(|roles| roles == [OLD_ROLE]));
}

#[test]
fn the_last_role_takes_the_patch_with_it_and_no_comment() {
    let merge = "patches:\n  # who may\n  - patch: |-\n      apiVersion: v1\n      kind: Namespace\n      metadata:\n        name: placeholder\n        annotations:\n          iam.amazonaws.com/allowed-roles: 'LIST'\n";
    let other = "  - target: {kind: LimitRange}\n    patch: '[]'\n";
    let labelled =
        merge.replace("name: placeholder\n", "name: placeholder\n        labels: {a: b}\n");
    for (patch, expected) in [
        (PATCH.to_owned(), format!("{HEAD}  # who may\n# end\n")),
        (format!("{PATCH}{other}"), format!("{HEAD}patches:\n  # who may\n{other}# end\n")),
        (merge.to_owned(), format!("{HEAD}  # who may\n# end\n")),
        (
            labelled.clone(),
            format!("{HEAD}{}# end\n", &labelled[..labelled.find("        annotations").unwrap()]),
        ),
    ] {
        let repo = skeleton(&patch, &[ROLE]);
        revoke(&repo, &["--yes"]).ends(0);
        assert_eq!(repo.text(KUSTOMIZATION), expected);
        assert!(built_roles(&repo).is_none_or(|roles| roles.is_empty()));
        let said = revoke(&repo, &["--yes"]).ends(0).stderr;
        assert!(said.contains("has no role"), "the second time there is nothing to do: {said}");
    }
}

#[test]
fn a_patch_file_goes_with_its_last_role() {
    let path = format!("{FOLDER}/roles.yaml");
    let list = json!([ROLE]).to_string();
    let text = format!(
        "- op: add\n  path: /metadata/annotations/iam.amazonaws.com~1allowed-roles\n  value: '{list}'\n"
    );
    let patches = "patches:\n  - path: roles.yaml\n    target: {kind: Namespace}\n";
    let repo = skeleton(patches, &[]).file(&path, &text);
    let plan = revoke(&repo, &["--dry-run", "--output", "json"]).ends(0).json();
    let verbs: Vec<&str> = plan["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["verb"].as_str().unwrap())
        .collect();
    assert_eq!(verbs, ["update", "delete"]);
    let before = repo.tree();
    let diff = revoke(&repo, &["--dry-run"]).ends(0).stdout;
    assert_eq!(repo.tree(), before);
    let copy = skeleton(patches, &[]).file(&path, &text);
    copy.git_apply(&diff).ends(0);
    revoke(&repo, &["--yes"]).ends(0);
    assert_eq!(repo.tree(), copy.tree());
    assert!(!repo.tree().contains_key(&path));
    assert_eq!(repo.text(KUSTOMIZATION), format!("{HEAD}# end\n"));
}

#[test]
fn onboarding_and_revoking_gives_the_folder_back() {
    for more in [&["--style", "json-patch"][..], &["--style", "strategic-merge"]] {
        let repo = Repo::skeleton(HEAD);
        let before = repo.tree();
        repo.onboard(&[&ALL[..], more].concat(), &["--yes"]).ends(0);
        let said = revoke(&repo, &["--yes"]).ends(0).stderr;
        assert!(said.contains("cnp.report-portal.yaml stays"), "{said}");
        assert_eq!(repo.tree().len(), before.len() + 1);
        repo.onboard(&[&ALL[..], more].concat(), &["--yes"]).ends(0);
        revoke(&repo, &["--policy", "--yes"]).ends(0);
        assert_eq!(repo.tree(), before);
    }
}

#[test]
fn what_is_inherited_is_said_and_not_touched() {
    let namespace = format!(
        "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: placeholder\n  annotations:\n    iam.amazonaws.com/allowed-roles: '{}'\n",
        json!([ROLE])
    );
    let path = format!("{}/namespace.yaml", crate::support::DEFAULTS);
    let repo = Repo::skeleton(HEAD).file(&path, &namespace);
    let before = repo.tree();
    let said = revoke(&repo, &["--yes"]).ends(4).stderr;
    assert!(said.contains(&path) && said.contains("inherits"), "{said}");
    // The patch repeats it: without the patch it would come back.
    let patched = skeleton(PATCH, &[ROLE]).file(&path, &namespace);
    let said = revoke(&patched, &["--yes"]).ends(4).stderr;
    assert!(said.contains("would still be there"), "{said}");
    assert_eq!(repo.tree(), before);
    let other = namespace.replace("report-portal", "shared");
    let patched = skeleton(PATCH, &[ROLE]).file(&path, &other);
    let said = revoke(&patched, &["--yes"]).ends(0).stderr;
    assert!(said.contains("comes back: arn:aws:iam::123456789098:role/shared"), "{said}");
}

#[test]
fn missing_answers_and_wrong_names_are_said() {
    let repo = skeleton(PATCH, &[OLD_ROLE]);
    let said = run(&repo, &["revoke", "--cluster", "c", "--yes"]).ends(2).stderr;
    assert!(
        said.contains("--namespace") && said.contains("gangplank revoke --cluster c"),
        "{said}"
    );
    let answers = ["revoke", "--cluster", "c", "--namespace", "nobody", "--role", ROLE, "--yes"];
    let said = run(&repo, &answers).ends(4).stderr;
    assert!(said.contains("nobody has no folder on c"), "{said}");
    let said = revoke(&repo, &[]).ends(2);
    assert!(said.stderr.contains("--yes writes without asking"), "{said:?}");
}

#[test]
fn an_undo_puts_everything_back_and_a_second_one_goes_further() {
    let repo = Repo::skeleton(HEAD);
    let first = repo.tree();
    repo.onboard(&ALL, &["--yes"]).ends(0);
    let second = repo.tree();
    revoke(&repo, &["--policy", "--yes"]).ends(0);
    let preview = run(&repo, &["undo", "--dry-run"]).ends(0).stdout;
    assert!(preview.starts_with("diff --git"), "{preview}");
    run(&repo, &["undo", "--yes"]).ends(0);
    assert_eq!(repo.tree(), second);
    run(&repo, &["undo", "--yes"]).ends(0);
    assert_eq!(repo.tree(), first);
    let said = run(&repo, &["undo", "--yes"]).ends(0).stderr;
    assert!(said.contains("nothing to undo"), "{said}");
}

#[test]
fn an_undo_of_a_new_folder_leaves_no_folder() {
    let repo = Repo::guide();
    let before = repo.tree();
    repo.onboard(&ALL, &["--yes"]).ends(0);
    run(&repo, &["undo", "--yes"]).ends(0);
    assert_eq!(repo.tree(), before);
    assert!(!repo.root().join(FOLDER).exists());
}

#[test]
fn an_undo_stops_at_what_somebody_changed_or_committed() {
    let repo = Repo::skeleton(HEAD);
    repo.onboard(&ALL, &["--yes"]).ends(0);
    let written = repo.text(KUSTOMIZATION);
    let repo = repo.file(KUSTOMIZATION, format!("{written}# mine\n"));
    let before = repo.tree();
    let said = run(&repo, &["undo", "--yes"]).ends(4).stderr;
    assert!(said.contains("changed since") && repo.tree() == before, "{said}");
    let repo = repo.file(KUSTOMIZATION, &written);
    for line in
        [&["add", "."][..], &["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"]]
    {
        repo.git(line).ends(0);
    }
    let said = run(&repo, &["undo", "--yes"]).ends(4).stderr;
    assert!(
        said.contains("git revert ") && said.contains("Argo CD then deletes the policy"),
        "{said}"
    );
}
