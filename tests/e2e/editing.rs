//! Proves edits of kustomizations that people wrote, in every shape: the value changes where it
//! stands, nothing else does, and kubectl builds what was meant.

use serde_json::json;

use crate::support::{ALL, FOLDER, KUSTOMIZATION, Kubectl, ROLE, Repo, lost_lines};

const OLD_ROLE: &str = "arn:aws:iam::123456789098:role/old";
const KEY: &str = "iam.amazonaws.com/allowed-roles";
const HEAD: &str = "namespace: report-portal\nresources:\n  - ../../defaults\n";

/// The annotation of the Namespace that kubectl builds, and everything else in the build.
#[track_caller]
fn built(kubectl: &Kubectl, repo: &Repo) -> (Vec<String>, Vec<serde_json::Value>) {
    let mut objects = kubectl.build(&repo.root(), FOLDER);
    let namespace = objects.iter_mut().find(|object| object["kind"] == "Namespace").unwrap();
    let annotations = namespace["metadata"]["annotations"].as_object_mut();
    let value = annotations.and_then(|map| map.remove(KEY));
    let roles = value.map(|value| serde_json::from_str(value.as_str().unwrap()).unwrap());
    let is_ours = |object: &serde_json::Value| object["kind"] == "CiliumNetworkPolicy";
    objects.retain(|object| !is_ours(object));
    (roles.unwrap_or_default(), objects)
}

/// Patches on the annotation as people write them: below a head, with how many lines change.
fn patched() -> Vec<(String, usize)> {
    let json = r#"["arn:aws:iam::123456789098:role/old"]"#;
    let escaped = json.replace('"', "\\\"");
    let doubly = escaped.replace('\\', "\\\\").replace("\\\\\"", "\\\\\\\"");
    let op = "op: add\n        path: /metadata/annotations/iam.amazonaws.com~1allowed-roles\n        value:";
    vec![
        (
            format!(
                "patches:\n  - target:\n      kind: Namespace\n    patch: |-\n      # roles\n      - {op} '{json}' # a string\n"
            ),
            1,
        ),
        (
            format!(
                "patches:\n- patch: |\n      - {op} \"{escaped}\"\n\n  target: {{kind: Namespace}}\n# end\n"
            ),
            1,
        ),
        (
            format!(
                "patches:\n  - target: {{kind: Namespace}}\n    patch: |+\n      - {op} |-\n          {json}\n\n\n"
            ),
            1,
        ),
        (
            format!(
                "patches:\n  - target: {{kind: Namespace}}\n    patch: |-\n      - {op} >-\n          {json}\n"
            ),
            1,
        ),
        (
            format!(
                "patches: [{{target: {{kind: Namespace}}, patch: '[{{\"op\": \"replace\", \"path\": \"/metadata/annotations/iam.amazonaws.com~1allowed-roles\", \"value\": \"{escaped}\"}}]'}}]\n"
            ),
            1,
        ),
        (
            format!(
                "patches:\n  - target: {{kind: Namespace}}\n    patch: \"[{{\\\"op\\\": \\\"add\\\", \\\"path\\\": \\\"/metadata/annotations/iam.amazonaws.com~1allowed-roles\\\", \\\"value\\\": \\\"{doubly}\\\"}}]\"\n"
            ),
            1,
        ),
        (
            format!(
                "patches:\n  - target:\n      kind: Namespace\n    patch: >-\n      [{{\"op\": \"add\",\n      \"path\": \"/metadata/annotations/iam.amazonaws.com~1allowed-roles\",\n      \"value\": \"{escaped}\"}}]\n"
            ),
            1,
        ),
        (
            format!(
                "patches:\n  - target:\n      kind: Namespace\n    patch: |-\n      apiVersion: v1\n      kind: Namespace\n      metadata:\n        name: x\n        labels: {{a: b}}\n        annotations:\n          # who\n          {KEY}: '{json}'\n          other: \"1\"\n"
            ),
            1,
        ),
        (
            format!(
                "patches:\n  - patch: |-\n      kind: Namespace\n      apiVersion: v1\n      metadata: {{name: placeholder, annotations: {{\"{KEY}\": \"{escaped}\"}}}}\n"
            ),
            1,
        ),
        (
            format!(
                "patches:\n  - target: {{kind: Namespace}}\n    patch: |-\n      - op: add\n        path: /metadata/annotations\n        value:\n          example.org/owner: platform\n          {KEY}: '{json}'\n"
            ),
            1,
        ),
        (
            format!(
                "patchesJson6902:\n  - target: {{version: v1, kind: Namespace, name: report-portal}}\n    patch: |-\n      - {op} '{json}'\n"
            ),
            1,
        ),
        (
            format!(
                "patchesStrategicMerge:\n  - |-\n    apiVersion: v1\n    kind: Namespace\n    metadata:\n      name: placeholder\n      annotations:\n        {KEY}: '{json}'\n"
            ),
            1,
        ),
        (
            format!(
                "Patches:\n  - Target:\n      kind: Namespace\n    Patch: |-\n      - {op} '{json}'\n"
            ),
            1,
        ),
        (
            format!(
                "patches:\n  - target: {{kind: Namespace}}\n    patch: |-\n      - {op} '[\n          \"{OLD_ROLE}\"\n          ]'\n"
            ),
            1,
        ),
    ]
}

#[test]
fn a_role_joins_the_list_where_it_stands() {
    let Some(kubectl) = Kubectl::find() else {
        return;
    };
    for (patches, changed) in patched() {
        for eol in ["\n", "\r\n"] {
            let text = format!("{HEAD}{patches}").replace('\n', eol);
            let repo = Repo::skeleton(&text);
            let (roles, rest) = built(&kubectl, &repo);
            assert_eq!(roles, [OLD_ROLE], "{text}");
            repo.onboard(&ALL, &["--yes"]).ends(0);
            let after = repo.text(KUSTOMIZATION);
            assert_eq!(
                built(&kubectl, &repo),
                (vec![OLD_ROLE.into(), ROLE.into()], rest),
                "{after}"
            );
            assert_eq!(lost_lines(&text, &after), changed, "{text}\nbecame\n{after}");
            let times = repo.times();
            repo.onboard(&ALL, &["--yes"]).ends(0);
            assert_eq!(repo.times(), times, "{text:?}: the second run touches nothing");
        }
    }
}

#[test]
fn a_role_joins_the_list_in_the_file_that_holds_it() {
    let Some(kubectl) = Kubectl::find() else {
        return;
    };
    let list = json!([OLD_ROLE]).to_string();
    let merge = format!(
        "# roles\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: placeholder\n  annotations:\n    {KEY}: '{list}' # list\n"
    );
    let operations = format!(
        "- op: add\n  path: /metadata/annotations/iam.amazonaws.com~1allowed-roles\n  value: >-\n    {list}\n"
    );
    let json_text = json!([{"op": "add", "path": "/metadata/annotations/iam.amazonaws.com~1allowed-roles", "value": list}]);
    let target = "    target: {kind: Namespace}\n";
    for (more, name, text) in [
        (format!("patches:\n  - path: roles.yaml\n{target}"), "roles.yaml", merge.clone()),
        ("patches:\n  - path: ./roles.yaml\n".to_owned(), "roles.yaml", merge.clone()),
        (format!("patches:\n  - path: roles.yaml\n{target}"), "roles.yaml", operations.clone()),
        (format!("patches:\n  - path: roles.json\n{target}"), "roles.json", json_text.to_string()),
        ("patchesStrategicMerge:\n  - roles.yaml\n".to_owned(), "roles.yaml", merge.clone()),
        (
            "patchesJson6902:\n  - path: roles.yaml\n    target: {version: v1, kind: Namespace, name: placeholder}\n".to_owned(),
            "roles.yaml",
            operations,
        ),
    ] {
        let path = format!("{FOLDER}/{name}");
        let repo = Repo::skeleton(format!("{HEAD}{more}")).file(&path, &text);
        let (roles, rest) = built(&kubectl, &repo);
        assert_eq!(roles, [OLD_ROLE], "{more}");
        repo.onboard(&ALL, &["--yes"]).ends(0);
        assert_eq!(built(&kubectl, &repo), (vec![OLD_ROLE.into(), ROLE.into()], rest), "{more}");
        assert_eq!(lost_lines(&text, &repo.text(&path)), 1);
        assert!(!repo.text(KUSTOMIZATION).contains(ROLE), "{more}: no second patch");
    }
    // The namespace's own manifest.
    let own = merge.replace("placeholder", "report-portal");
    let text = "resources:\n  - ns.yaml\n";
    let path = format!("{FOLDER}/ns.yaml");
    let repo = Repo::skeleton(text).file(&path, &own);
    repo.onboard(&ALL, &["--yes"]).ends(0);
    assert_eq!(built(&kubectl, &repo).0, [OLD_ROLE, ROLE]);
    assert_eq!(lost_lines(&own, &repo.text(&path)), 1);
}

/// What is not worked out comes before the folder's own patch and leaves it as it is, unless it
/// names the annotation itself.
#[test]
fn a_role_joins_a_list_beside_what_is_not_worked_out() {
    let patch = format!(
        "patches:\n  - target:\n      kind: Namespace\n    patch: |-\n      - op: add\n        path: /metadata/annotations/iam.amazonaws.com~1allowed-roles\n        value: '[\"{OLD_ROLE}\"]'\n"
    );
    let replacement = |field: &str| {
        format!(
            "replacements:\n  - source: {{kind: Namespace, fieldPath: metadata.name}}\n    targets:\n      - select: {{kind: Namespace}}\n        fieldPaths: [\"{field}\"]\n"
        )
    };
    for more in [
        "helmCharts:\n  - name: x\n    repo: https://charts.example.org\n".to_owned(),
        "  - https://example.org/base?ref=v1\n".to_owned(),
        "# iam.amazonaws.com/allowed-roles is set below\ngenerators: [g.yaml]\n".to_owned(),
        replacement("metadata.labels.x"),
        "transformers: [quiet.yaml]\n".to_owned(),
    ] {
        let text = format!("{HEAD}{more}{patch}");
        let repo = Repo::skeleton(&text).file(&format!("{FOLDER}/quiet.yaml"), "kind: X\n");
        let said = repo.onboard(&ALL, &["--yes"]).ends(0).stderr;
        assert!(said.contains("warning[kustomization/not-evaluated]"), "{said}");
        let after = repo.text(KUSTOMIZATION);
        assert!(after.contains(&format!("value: '[\"{OLD_ROLE}\",\"{ROLE}\"]'\n")), "{after}");
        assert_eq!(lost_lines(&text, &after), 1);
    }
    for more in [
        replacement(&format!("metadata.annotations.[{KEY}]")),
        "transformers: [loud.yaml]\n".to_owned(),
        "replacements:\n  - path: not-there.yaml\n".to_owned(),
    ] {
        let text = format!("{HEAD}{more}{patch}");
        let loud = format!("kind: X\nvalue: {KEY}\n");
        let repo = Repo::skeleton(&text).file(&format!("{FOLDER}/loud.yaml"), loud);
        let said = repo.onboard(&ALL, &["--yes"]).ends(4).stderr;
        assert!(said.contains("change this folder by hand"), "{said}");
        assert_eq!(repo.text(KUSTOMIZATION), text);
    }
}

/// Lists that are written otherwise than between dashes, or not at all.
#[test]
fn lists_of_every_kind_are_added_to() {
    let Some(kubectl) = Kubectl::find() else {
        return;
    };
    for text in [
        "namespace: report-portal\nresources: [../../defaults]\n",
        "namespace: report-portal\nresources: [\n  ../../defaults, # all\n]\n",
        "namespace: report-portal\nresources: [\n  ../../defaults # all\n  ]\npatches: []\n",
        "{namespace: report-portal, resources: [../../defaults]}\n",
        "{\n  \"namespace\": \"report-portal\",\n  \"resources\": [\n    \"../../defaults\"\n  ]\n}\n",
        "namespace: report-portal\nResources:\n  - ../../defaults\npatches: # none\n",
        "  namespace: report-portal\n  resources:\n    - ../../defaults\n",
        "namespace: report-portal\nresources:\n  - ../../defaults\npatches: ~\n# end",
        "namespace: report-portal\nresources:\n  - ../../defaults\n...\n",
        "namespace: report-portal\nresources:\n  - ../../defaults\n---\n",
        "namespace: &ns report-portal\nresources:\n  - ../../defaults\ncommonLabels:\n  team: *ns\n",
        "namespace: report-portal\nbases:\n  - ../../defaults\n",
        "bases:\n  - ../../defaults # all\n    # end\nnamespace: report-portal\npatches:\n  -\n    target: {kind: LimitRange}\n    patch: |-\n      - op: add\n        path: /metadata/labels\n        value: {a: b}\n",
        "namespace: report-portal\nresources:\n  -\n    ../../defaults\n",
        "namespace: report-portal\nresources:\n  -   ../../defaults\npatches:\n  -   target:\n        kind: LimitRange\n      patch: |-\n        - op: add\n          path: /metadata/labels\n          value: {a: b}\n",
    ] {
        for style in ["json-patch", "strategic-merge"] {
            let repo = Repo::skeleton(text);
            let (_, rest) = built(&kubectl, &repo);
            let arguments = [&ALL[..], &["--style", style]].concat();
            repo.onboard(&arguments, &["--yes"]).ends(0);
            let after = repo.text(KUSTOMIZATION);
            assert_eq!(
                built(&kubectl, &repo),
                (vec![ROLE.into()], rest),
                "{text}\nbecame\n{after}"
            );
            assert!(lost_lines(text, &after) <= 3, "{text}\nbecame\n{after}");
            let times = repo.times();
            repo.onboard(&arguments, &["--yes"]).ends(0);
            assert_eq!(repo.times(), times, "{text:?}: the second run touches nothing");
        }
    }
}

/// Of two places the last one wins without a word, so neither is edited.
#[test]
fn a_fight_is_left_to_people() {
    let (patches, _) = patched().swap_remove(0);
    let late = "patchesJson6902:\n  - target: {version: v1, kind: Namespace, name: report-portal}\n    patch: |-\n      - op: add\n        path: /metadata/annotations/iam.amazonaws.com~1allowed-roles\n        value: '[]'\n";
    let twice = format!("{patches}{}", patches.trim_start_matches("patches:\n"));
    for (more, line) in [(format!("{patches}{late}"), 17), (twice, 18)] {
        let repo = Repo::skeleton(format!("{HEAD}{more}"));
        let before = repo.tree();
        let said = repo.onboard(&ALL, &["--yes"]).ends(4).stderr;
        assert_eq!(repo.tree(), before);
        for part in [&*format!("{KUSTOMIZATION}:{line}:"), "last one wins", ROLE] {
            assert!(said.contains(part), "{part} in {said}");
        }
    }
}

/// A patch file that is read for two objects would change both, or be missed by one.
#[test]
fn a_shared_patch_file_is_left_to_people() {
    let patch = format!(
        "- op: add\n  path: /metadata/annotations/iam.amazonaws.com~1allowed-roles\n  value: '{}'\n",
        json!([OLD_ROLE])
    );
    let entries = ["Namespace", "LimitRange"]
        .map(|kind| format!("- path: roles.yaml\n  target: {{kind: {kind}}}\n"));
    let repo = Repo::skeleton(format!("{HEAD}patches:\n{}", entries.concat()))
        .file(&format!("{FOLDER}/roles.yaml"), &patch);
    let before = repo.tree();
    let revoke =
        ["revoke", "--cluster", "c", "--namespace", "report-portal", "--role", OLD_ROLE, "--yes"];
    for outcome in [repo.onboard(&ALL, &["--yes"]), repo.run(&revoke)] {
        let said = outcome.ends(4).stderr;
        assert!(said.contains("several patches are read from this file"), "{said}");
        assert_eq!(repo.tree(), before);
    }
}

/// A list where a text belongs is built without its roles, and nobody knows which were meant.
#[test]
fn a_list_as_the_value_is_said_with_what_kustomize_makes_of_it() {
    let (patches, _) = patched().swap_remove(0);
    let list = json!([OLD_ROLE]).to_string();
    let repo = Repo::skeleton(format!("{HEAD}{}", patches.replace(&format!("'{list}'"), &list)));
    let before = repo.tree();
    let said = repo.onboard(&ALL, &["--yes"]).ends(4).stderr;
    assert!(said.contains("is no text: kustomize builds"), "{said}");
    assert!(said.contains(&format!("{KUSTOMIZATION}:11:")), "{said}");
    assert_eq!(repo.tree(), before);
}

/// A replacement runs after the patches, and writes the annotation's dots with backslashes.
#[test]
fn a_replacement_of_the_annotation_stops_the_first_role_too() {
    let list = "- source: {kind: Namespace, fieldPath: metadata.name}\n  targets:\n  - select: {kind: Namespace}\n    fieldPaths: ['metadata.annotations.iam\\.amazonaws\\.com/allowed-roles']\n    options: {create: true}\n";
    let inline = format!("{HEAD}replacements:\n{list}");
    let by_path = format!("{HEAD}replacements:\n- path: replace.yaml\n");
    for text in [inline, by_path] {
        let repo = Repo::skeleton(text).file(&format!("{FOLDER}/replace.yaml"), list);
        let before = repo.tree();
        let said = repo.onboard(&ALL, &["--yes"]).ends(4).stderr;
        assert!(said.contains("`replacements` is not worked out"), "{said}");
        assert_eq!(repo.tree(), before);
    }
}
