//! Proves that a folder that people made only gains lines, that what it inherits stays, and that
//! every shape that can't be edited without risk is left alone, with the place and the snippet.

use serde_json::json;

use crate::support::{ALL, DEFAULTS, FOLDER, GRANT, KUSTOMIZATION, Kubectl, ROLE, Repo};

const OLD_ROLE: &str = "arn:aws:iam::123456789098:role/old";

/// Skeletons as scripts and people leave them.
const SKELETONS: [&str; 14] = [
    "namespace: report-portal\nresources:\n  - ../../defaults\n",
    "# head\n---\n# made by a script\napiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nnamespace: report-portal  # the folder\nresources:\n  # shared\n  - ../../defaults # all\n  # the end of the list\n\n# the end\n",
    "resources:\n- ../../defaults\nnamespace: report-portal\n",
    "resources:\n    - ../../defaults\n    - quota.yaml\nnamespace: report-portal\n",
    "namespace: report-portal\nresources:\n  - ../../defaults",
    "namespace: report-portal\r\nresources:\r\n  - ../../defaults\r\n",
    "\u{feff}namespace: report-portal\nresources:\n  - ../../defaults\n",
    "\u{feff}# ä\r\nnamespace: report-portal\r\nresources:\r\n  - ../../defaults",
    "namespace: report-portal\nresources:\n  - ../../defaults\n\npatches:\n  - path: limits.yaml\n    target:\n      kind: LimitRange\n",
    "namespace: report-portal\nresources:\n  - ../../defaults\npatches:\n- target:\n    kind: LimitRange\n  patch: |-\n    - op: add\n      path: /metadata/labels\n      value: {a: b}\n    # deep\n\n# after\nlabels: []\n",
    "namespace: report-portal\npatches:\n  - patch: |\n      - op: remove\n        path: /spec/limits/0/default\n    target: {kind: LimitRange}\n  # behind\nresources:\n  - ../../defaults\n  -   quota.yaml   # odd\n",
    "namespace: \"report-portal\"\n'resources':\n  - \"../../defaults\"\n",
    "namespace: report-portal\nresources:\n  - ../../defaults\n\n\n\n",
    "commonLabels:\n  app: x\nnamespace: report-portal\nresources:\n  - ../../defaults\n#  - cnp.report-portal.yaml\n",
];

const QUOTA: &str = "apiVersion: v1\nkind: ResourceQuota\nmetadata:\n  name: limits\nspec: {}\n";

const LIMITS: &str =
    "apiVersion: v1\nkind: LimitRange\nmetadata:\n  name: x\n  labels:\n    a: b\n";

fn skeleton(text: impl AsRef<[u8]>) -> Repo {
    Repo::skeleton(text)
        .file(&format!("{FOLDER}/quota.yaml"), QUOTA)
        .file(&format!("{FOLDER}/limits.yaml"), LIMITS)
}

/// Whether `new` holds the lines of `old` in order, each with its own line end.
fn only_gains_lines(old: &[u8], new: &[u8]) -> bool {
    let mut new = new.split_inclusive(|byte| *byte == b'\n');
    let mut old = old.split_inclusive(|byte| *byte == b'\n');
    old.all(|line| {
        let is_unended = !line.ends_with(b"\n");
        new.any(|other| other == line || (is_unended && other.trim_ascii_end() == line))
    })
}

/// The value of the annotation in what kubectl builds from the folder.
#[track_caller]
fn built_roles(kubectl: &Kubectl, repo: &Repo) -> Vec<String> {
    let built = kubectl.build(&repo.root(), FOLDER);
    let is_namespace = |object: &&serde_json::Value| object["kind"] == "Namespace";
    let namespace = built.iter().find(is_namespace).unwrap();
    assert_eq!(namespace["metadata"]["name"], "report-portal");
    let is_policy = |object: &serde_json::Value| object["kind"] == "CiliumNetworkPolicy";
    assert!(built.iter().any(is_policy), "the policy is listed");
    let value = &namespace["metadata"]["annotations"]["iam.amazonaws.com/allowed-roles"];
    serde_json::from_str(value.as_str().unwrap()).unwrap()
}

#[test]
fn a_skeleton_only_gains_lines() {
    let Some(kubectl) = Kubectl::find() else {
        return;
    };
    for text in SKELETONS {
        for style in ["json-patch", "strategic-merge"] {
            let repo = skeleton(text);
            let before = repo.tree();
            let arguments = [&ALL[..], &["--style", style]].concat();
            let dry = repo.onboard(&arguments, &["--dry-run"]).ends(0);
            repo.onboard(&arguments, &["--yes"]).ends(0);
            let after = repo.tree();
            assert_eq!(after.len(), before.len() + 1, "{text:?}: the policy is new");
            let new = &after[KUSTOMIZATION];
            let shown = String::from_utf8_lossy(new);
            assert!(only_gains_lines(text.as_bytes(), new), "{text:?} became\n{shown}");
            let (ends, crlf) = (shown.matches('\n').count(), shown.matches("\r\n").count());
            assert_eq!(crlf, if text.contains('\r') { ends } else { 0 }, "{text:?}");
            assert_eq!(built_roles(&kubectl, &repo), [ROLE], "{text:?} became\n{shown}");

            let copy = skeleton(text);
            copy.git_apply(&dry.stdout).ends(0);
            assert_eq!(copy.tree(), after, "git apply on {text:?}");
            let times = repo.times();
            repo.onboard(&arguments, &["--yes"]).ends(0);
            assert_eq!(repo.times(), times, "{text:?}: the second run touches nothing");
        }
    }
}

#[test]
fn other_names_of_a_kustomization_are_edited_in_place() {
    let Some(kubectl) = Kubectl::find() else {
        return;
    };
    for name in ["kustomization.yml", "Kustomization"] {
        let path = format!("{FOLDER}/{name}");
        let repo = Repo::guide().file(&path, SKELETONS[0]);
        repo.onboard(&ALL, &["--yes"]).ends(0);
        assert!(!repo.tree().contains_key(KUSTOMIZATION));
        assert_eq!(built_roles(&kubectl, &repo), [ROLE]);
    }
}

#[test]
fn inherited_roles_are_kept() {
    let Some(kubectl) = Kubectl::find() else {
        return;
    };
    let annotation = json!([OLD_ROLE]).to_string();
    let namespace = format!(
        "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: placeholder\n  annotations:\n    \
         iam.amazonaws.com/allowed-roles: '{annotation}'\n"
    );
    let path = format!("{DEFAULTS}/namespace.yaml");
    for repo in [Repo::guide(), skeleton(SKELETONS[0])] {
        let repo = repo.file(&path, &namespace);
        repo.onboard(&ALL, &["--yes"]).ends(0);
        assert_eq!(built_roles(&kubectl, &repo), [OLD_ROLE, ROLE]);
    }
    // A role that is inherited already needs no patch.
    let repo = skeleton(SKELETONS[0]).file(&path, &namespace);
    let arguments = [&ALL[..5], &[OLD_ROLE], &ALL[6..]].concat();
    repo.onboard(&arguments, &["--yes"]).ends(0);
    assert_eq!(built_roles(&kubectl, &repo), [OLD_ROLE]);
    assert!(!repo.text(KUSTOMIZATION).contains("patches"));
}

const MERGE: &str = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: x\n  annotations:\n    \
                     iam.amazonaws.com/allowed-roles: '[]'\n";

/// A kustomization that is not edited, the place that is named, and a word of the reason.
const REFUSED: [(&str, &str, &str); 9] = [
    ("namespace: report-portal\nresources: &all\n  - ../../defaults\n", "3:3", "anchor"),
    ("namespace: x\nresources:\n  - ../../defaults\nnamespace: report-portal\n", "4:1", "twice"),
    ("namespace: x\nresources:\n  - ../../defaults\nNamespace: report-portal\n", "4:1", "twice"),
    ("namespace: report-portal\nresources:\n  - ../../defaults\n---\nx: y\n", "5:1", "documents"),
    ("namespace: report-portal\nresources:\n  - # all\n    ../../defaults\n", "2:1", "unusual"),
    ("all: &all\n  namespace: report-portal\n<<: *all\nresources:\n  - ../../defaults\n", "", ""),
    (
        "namespace: report-portal\nresources:\n  - ../../defaults\npatchesStrategicMerge:\n  - roles.yaml\n",
        "",
        "",
    ),
    (
        "namespace: report-portal\nresources:\n  - ../../defaults\ncommonAnnotations:\n  iam.amazonaws.com/allowed-roles: '[]'\n",
        "",
        "annotation",
    ),
    (
        "namespace: report-portal\nresources:\n  - ../../defaults\npatches:\n  - {target: {kind: Namespace}, patch: \"- op: remove\\n  path: /metadata/annotations/iam.amazonaws.com~1allowed-roles\"}\n",
        "",
        "",
    ),
];

/// What a `namespace:` of another name builds is said, and no reason to refuse.
#[test]
fn a_namespace_that_is_not_called_like_its_folder_is_said() {
    let repo = skeleton("namespace: other\nresources:\n  - ../../defaults\n");
    let said = repo.onboard(&ALL, &["--yes"]).ends(0).stderr;
    assert!(said.contains("kustomization/namespace-mismatch"), "{said}");
}

#[test]
fn every_other_shape_is_left_alone_with_place_and_snippet() {
    for (text, place, word) in REFUSED {
        let repo = skeleton(text).file(&format!("{FOLDER}/roles.yaml"), MERGE);
        let before = repo.tree();
        for more in ["--yes", "--dry-run"] {
            let outcome = repo.onboard(&ALL, &[more]);
            let outcome = outcome.ends(4);
            assert_eq!(repo.tree(), before, "{text:?}: nothing is written");
            assert_eq!(outcome.stdout, "", "{text:?}: no diff of half the work");
            let said = outcome.stderr;
            assert!(said.contains(word), "{text:?}: {said}");
            if !place.is_empty() {
                assert!(said.contains(&format!("{KUSTOMIZATION}:{place}\n")), "{text:?}: {said}");
                for part in ["- cnp.report-portal.yaml\n", "  patches:\n    - target:", ROLE] {
                    assert!(said.contains(part), "{text:?}: {part} in {said}");
                }
            }
        }
        let plan = repo.onboard(&ALL, &["--dry-run", "--output", "json"]).ends(4).json();
        let files = plan["files"].as_array().unwrap();
        let is_conflict = |file: &serde_json::Value| file["verb"] == "conflict";
        assert!(place.is_empty() || files.iter().any(is_conflict), "{text:?}: {plan:#}");
    }
}

#[test]
fn what_kustomize_refuses_is_not_built_upon() {
    let broken: [(&[u8], &str); 11] = [
        (
            b"namespace: report-portal\nresources:\n  - ../../default\n",
            "../../default is not there",
        ),
        (b"namespace: report-portal\nresources:\n\t- ../../defaults\n", "not valid YAML"),
        (b"namespace: report-portal\nresources:\n  - ../../defaults # \xff\n", "UTF-8"),
        (b"", "empty"),
        (b"../defaults/kustomization.yaml", "kustomization.yaml:1:1"),
        (b"kind: Kustomize\nresources:\n  - ../../defaults\n", "neither Kustomization nor"),
        (
            b"resources:\n  - ../../defaults\nkind: Kustomize\n",
            "report-portal/kustomization.yaml:3:1\n",
        ),
        (
            b"kind: Kustomization\napiVersion: kustomize.config.k8s.io/v1\nresources:\n  - ../../defaults\n",
            "report-portal/kustomization.yaml:2:1\n",
        ),
        (
            b"apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: x\nspec:\n  path: ./x\n",
            "an object of Flux",
        ),
        (b"namespace: report-portal\nresources:\n  - quota.yaml\n", "Namespace"),
        (b"namespace: report-portal\nresources:\n  - ../../defaults\n  - .\n", "cycle"),
    ];
    for (text, word) in broken {
        let repo = skeleton(text);
        let before = repo.tree();
        let outcome = repo.onboard(&ALL, &["--yes"]).ends(4);
        assert!(outcome.stderr.contains(word), "{word} in {}", outcome.stderr);
        assert_eq!(repo.tree(), before);
    }
    let two = skeleton(SKELETONS[0]).file(&format!("{FOLDER}/kustomization.yml"), SKELETONS[0]);
    let outcome = two.onboard(&ALL, &["--yes"]).ends(4);
    assert!(outcome.stderr.contains("several kustomization files"), "{}", outcome.stderr);
}

/// A policy file of the same name with other content: each of the three ways out.
#[test]
fn a_foreign_policy_file_is_somebody_elses() {
    let Some(kubectl) = Kubectl::find() else {
        return;
    };
    let path = format!("{FOLDER}/cnp.report-portal.yaml");
    let foreign = "\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  name: report-portal
spec:
  endpointSelector: {}
  ingress:
    - fromEndpoints:
        - {}
";
    let listed = format!("{}  - cnp.report-portal.yaml\n", SKELETONS[0]);
    let repo = || skeleton(&listed).file(&path, foreign);
    let stopped = repo();
    let before = stopped.tree();
    let outcome = stopped.onboard(&ALL, &["--yes"]).ends(4);
    assert!(outcome.stderr.contains("--on-conflict"), "{}", outcome.stderr);
    assert_eq!(stopped.tree(), before);
    for (how, count) in [("skip", 0), ("beside", 1)] {
        let repo = repo();
        repo.onboard(&ALL, &["--on-conflict", how, "--yes"]).ends(0);
        assert_eq!(repo.text(&path), foreign);
        assert_eq!(repo.tree().len(), before.len() + count, "{how}");
        assert_eq!(built_roles(&kubectl, &repo), [ROLE]);
    }
}

/// Comments in a policy change nothing; the same policy is identical.
#[test]
fn a_policy_with_comments_is_still_the_same() {
    let repo = Repo::guide();
    repo.onboard(&ALL, &["--yes"]).ends(0);
    let path = format!("{FOLDER}/cnp.report-portal.yaml");
    repo.put(&path, format!("# ours\n{}", repo.text(&path)));
    let before = repo.tree();
    repo.onboard(&ALL, &["--yes"]).ends(0);
    assert_eq!(repo.tree(), before);
}

/// Without a policy to write nothing is asked about pods, and the file keeps its resources.
#[test]
fn a_grant_alone_adds_a_patch_only() {
    let repo = skeleton(SKELETONS[0]);
    repo.onboard(&GRANT, &["--network", "none", "--yes"]).ends(0);
    let text = repo.text(KUSTOMIZATION);
    assert!(text.starts_with(&format!("{}patches:\n  - target:", SKELETONS[0])), "{text}");
}
