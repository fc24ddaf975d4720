//! The shapes that people write, and the refusals.

use super::*;

const PATCH: &str = "- target:\n    kind: Namespace\n  patch: |-\n    - op: add\n      path: /x\n      value: 'v'\n";

fn done(text: &str, edits: &[Edit]) -> Result<String, Refusal> {
    let source = SourceText::decode(text.as_bytes().to_vec()).expect("UTF-8");
    edit(&source, edits).map(|source| source.text().to_owned())
}

fn added(text: &str) -> Result<String, Refusal> {
    done(text, &[Edit::append("resources", "- cnp.x.yaml\n"), Edit::append("patches", PATCH)])
}

fn listed(text: &str) -> Result<String, Refusal> {
    done(text, &[Edit::append("resources", "- cnp.x.yaml\n")])
}

fn key(name: &str) -> Step {
    Step::Key(name.to_owned())
}

#[test]
fn a_skeleton_gets_two_additions_and_keeps_its_comments() {
    let text = "# head\nnamespace: x # tail\nresources:\n  - ../../defaults # shared\n  # end of list\n# end\n";
    let expected = format!(
        "# head\nnamespace: x # tail\nresources:\n  - ../../defaults # shared\n  - cnp.x.yaml\n  # end of list\n# end\n\npatches:\n{}",
        PATCH.lines().map(|l| format!("  {l}\n")).collect::<String>()
    );
    assert_eq!(added(text).unwrap(), expected);
}

#[test]
fn indentation_line_ends_and_a_missing_final_line_break_are_kept() {
    let zero = added("resources:\n- a\npatches:\n- path: p.yaml").unwrap();
    assert!(zero.starts_with("resources:\n- a\n- cnp.x.yaml\npatches:\n- path: p.yaml\n- target:"));
    let four = added("resources:\n    - a\n").unwrap();
    assert!(four.contains("    - a\n    - cnp.x.yaml\npatches:\n    - target:\n        kind"));
    let wide = added("resources:\n  -   a\n").unwrap();
    assert!(
        wide.contains("  -   a\n  -   cnp.x.yaml\npatches:\n  -   target:\n        kind"),
        "{wide}"
    );
    let crlf = added("resources:\r\n  - a\r\n").unwrap();
    assert_eq!(crlf.matches('\n').count(), crlf.matches("\r\n").count());
}

#[test]
fn dashes_on_lines_of_their_own_are_lists_too() {
    let text =
        "patches:\n  -\n    path: p.yaml\n  -\n    # why\n    path: q.yaml\nresources:\n-\n  a\n";
    let after = added(text).unwrap();
    let entry = PATCH.lines().map(|line| format!("  {line}\n")).collect::<String>();
    let expected =
        text.replace("resources:\n-\n  a\n", &format!("{entry}resources:\n-\n  a\n- cnp.x.yaml\n"));
    assert_eq!(after, expected);
    let remove =
        |at: usize| Edit { at: vec![key("patches"), Step::Index(at)], change: Change::Remove };
    assert_eq!(done(text, &[remove(0)]).unwrap(), text.replacen("  -\n    path: p.yaml\n", "", 1));
    let mixed = "resources:\n  -   a\n  -\n      b\n";
    assert_eq!(listed(mixed).unwrap(), format!("{mixed}  -   cnp.x.yaml\n"));
    // Which item the comment is about, nobody can tell.
    assert!(done(text, &[remove(1)]).is_err());
}

#[test]
fn new_resources_stand_beside_bases() {
    let text =
        "namespace: x\nbases: # old\n  - ../../defaults\n  # end\npatches:\n  - path: p.yaml\n";
    let expected = text.replace("  # end\n", "  # end\nresources:\n  - cnp.x.yaml\n");
    let after = listed(text).unwrap();
    assert_eq!(after, expected);
}

/// The new block scalar would take the old comment into its text (dependencies.md, 2.3).
#[test]
fn a_comment_behind_the_last_patch_stays_a_comment() {
    let text = "resources:\n  - a\npatches:\n  - patch: |-\n      - op: x\n    target:\n      kind: Y\n        # deep comment\nlabels: []\n";
    let text = added(text).unwrap();
    let yaml = Yaml::parse(&text).unwrap();
    let patches: Vec<_> = yaml.root().unwrap().get("patches").unwrap().items().collect();
    assert!(patches[1].get("patch").unwrap().text().unwrap().ends_with("value: 'v'"));
    assert!(text.contains("        # deep comment\n"));
}

/// `|+` keeps the blank lines behind it, so they stay above the new patch.
#[test]
fn blank_lines_that_belong_to_a_patch_stay_with_it() {
    let text = "patches:\n- patch: |+\n    - op: x\n\n\nresources:\n- a\n";
    let after = added(text).unwrap();
    assert!(after.starts_with("patches:\n- patch: |+\n    - op: x\n\n\n- target:\n"), "{after}");
}

/// A comment that is deeper than the new patch would become a part of it.
#[test]
fn a_deep_comment_below_an_empty_list_stays_above_the_new_patch() {
    let text = "resources:\n- a\npatches: null\n\n        # deep\nlabels: []\n";
    let after = added(text).unwrap();
    assert!(after.contains("patches:\n\n        # deep\n- target:\n"), "{after}");
}

#[test]
fn lists_in_brackets_empty_lists_and_absent_ones_are_added_to() {
    for (text, expected) in [
        ("resources: [a, b]\n", "resources: [a, b, cnp.x.yaml]\n"),
        ("resources: [a, b, ] # c\n", "resources: [a, b, cnp.x.yaml, ] # c\n"),
        ("resources: [\"a\"]\n", "resources: [\"a\", \"cnp.x.yaml\"]\n"),
        ("resources: [\n  a,\n  b # x\n]\n", "resources: [\n  a,\n  b, # x\n  cnp.x.yaml\n]\n"),
        ("resources: [\n  a,\n  b, # x\n]\n", "resources: [\n  a,\n  b, # x\n  cnp.x.yaml,\n]\n"),
        ("resources: [\n  a,\n  b]\n", "resources: [\n  a,\n  b, cnp.x.yaml]\n"),
        ("resources: [] # none\nx: y\n", "resources: # none\n  - cnp.x.yaml\nx: y\n"),
        ("resources:\n# none\nx: y\n", "resources:\n  - cnp.x.yaml\n# none\nx: y\n"),
        ("resources: ~\nx: y\n", "resources:\n  - cnp.x.yaml\nx: y\n"),
        ("x: y", "x: y\nresources:\n  - cnp.x.yaml\n"),
        ("x: y\n...\n", "x: y\nresources:\n  - cnp.x.yaml\n...\n"),
        ("---\nx: y\n---\n", "---\nx: y\nresources:\n  - cnp.x.yaml\n---\n"),
        ("  x: y\n", "  x: y\n  resources:\n    - cnp.x.yaml\n"),
        ("x: y\n\n\n", "x: y\nresources:\n  - cnp.x.yaml\n\n\n"),
        ("{x: y}\n", "{x: y, resources: [cnp.x.yaml]}\n"),
        ("{resources: [a], x: y}\n", "{resources: [a, cnp.x.yaml], x: y}\n"),
        ("{\n  \"x\": \"y\"\n}\n", "{\n  \"x\": \"y\",\n  \"resources\": [\"cnp.x.yaml\"]\n}\n"),
        ("\"resources\":\n- a # one\n", "\"resources\":\n- a # one\n- cnp.x.yaml\n"),
        ("x: &a y\nresources:\n- a\nz: *a\n", "x: &a y\nresources:\n- a\n- cnp.x.yaml\nz: *a\n"),
    ] {
        assert_eq!(listed(text).as_deref(), Ok(expected), "{text:?}");
    }
}

/// What is new stands as far from its neighbours as they do from theirs, and below a comment at the
/// end it is not what the comment is about.
#[test]
fn a_new_key_or_item_stands_apart_where_the_others_do() {
    for (text, expected) in [
        ("x: y\n\nlabels:\n- a\n", "x: y\n\nlabels:\n- a\n\nresources:\n- cnp.x.yaml\n"),
        ("x: y\n\n# l\nlabels:\n- a", "x: y\n\n# l\nlabels:\n- a\n\nresources:\n- cnp.x.yaml\n"),
        ("l:\n  a: b\n\nx: y\n", "l:\n  a: b\n\nx: y\nresources:\n  - cnp.x.yaml\n"),
        (
            "x: y\r\n\r\nl:\r\n  a: b\r\n",
            "x: y\r\n\r\nl:\r\n  a: b\r\n\r\nresources:\r\n  - cnp.x.yaml\r\n",
        ),
        ("x: y\n\n# vars:\n#- a\n\n", "x: y\n\n# vars:\n#- a\n\nresources:\n  - cnp.x.yaml\n\n"),
        ("l:\n  a: b\n  # c\n", "l:\n  a: b\n  # c\nresources:\n  - cnp.x.yaml\n"),
        ("x: y\n\np: |+\n  a\n", "x: y\n\np: |+\n  a\nresources:\n  - cnp.x.yaml\n"),
        ("resources:\n- a\n\n- b\nx: y\n", "resources:\n- a\n\n- b\n\n- cnp.x.yaml\nx: y\n"),
        ("resources:\n- a\n\n- b\n- c\n", "resources:\n- a\n\n- b\n- c\n- cnp.x.yaml\n"),
    ] {
        assert_eq!(listed(text).as_deref(), Ok(expected), "{text:?}");
    }
}

/// A file in which two hands indented lists: most of them count, and of several the nearest.
#[test]
fn a_new_list_has_the_dashes_of_most_lists() {
    for (text, expected) in [
        ("a:\n- b\nc:\n  - d\n", "resources:\n  - cnp.x.yaml\n"),
        ("a:\n  - b\nc:\n- d\ne:\n- f\ng:\n - h\n", "resources:\n- cnp.x.yaml\n"),
        ("a: {}\n", "resources:\n  - cnp.x.yaml\n"),
    ] {
        assert_eq!(listed(text).unwrap(), format!("{text}{expected}"));
    }
    let text = "resources:\n- a\npatches: []\nimages:\n - name: b\n";
    let after = added(text).unwrap();
    assert!(after.contains("patches:\n- target:\n    kind: Namespace\n"), "{after}");
}

/// The last scalar would get a line break that it did not have; nothing but a patch may.
#[test]
fn a_file_that_ends_in_a_block_scalar_without_line_break() {
    let text = "x: y\nnotes: |\n  text";
    assert_eq!(listed(text).unwrap(), "x: y\nresources:\n  - cnp.x.yaml\nnotes: |\n  text");
    let text = "patches:\n- patch: |\n    a: b";
    assert_eq!(listed(text).unwrap(), format!("{text}\nresources:\n- cnp.x.yaml\n"));
}

#[test]
fn other_shapes_are_refused_with_a_reason() {
    for (text, word) in [
        ("", "empty"),
        ("# only a comment\n", "empty"),
        ("resources: &r\n  - a\n", "anchor"),
        ("r: &r [a]\nresources: *r\n", "anchor"),
        ("base: &b\n  resources: [a]\n<<: *b\n", "merge key"),
        ("resources:\n  - a\nresources:\n  - b\n", "twice"),
        ("resources:\n  - a\nResources:\n  - b\n", "twice"),
        ("resources:\n  - a\n---\nx: y\n", "two documents"),
        ("resources: a\n", "not a list"),
        ("resources:\n  - a\n  bad\n: x", ""),
        ("- a\n", "not a mapping"),
    ] {
        let refusal = added(text).expect_err(text);
        assert!(refusal.reason.contains(word), "{text:?}: {}", refusal.reason);
    }
}

#[test]
fn a_change_deep_in_a_patch_touches_its_own_bytes_only() {
    let at = || {
        vec![
            key("patches"),
            Step::Index(0),
            key("patch"),
            Step::Inside,
            Step::Index(0),
            key("value"),
        ]
    };
    let rewrite = |text: &str| {
        let way = vec![Splice::insert(4, r#","b""#)];
        done(text, &[Edit { at: at(), change: Change::Rewrite(vec![way]) }])
    };
    for text in [
        "patches:\n- patch: |-\n    - op: add\n      value: '[\"a\"]' # c\n  target: {}\n",
        "patches:\n- patch: |\n    - op: add\n      value: \"[\\\"a\\\"]\"\n",
        "patches: [{patch: '[{\"op\": \"add\", \"value\": \"[\\\"a\\\"]\"}]'}]\n",
        "patches:\n  - patch: \"- op: add\\n  value: '[\\\"a\\\"]'\\n\"\n",
        "patches:\n- patch: >-\n    [{\"op\": \"add\",\n    \"value\": \"[\\\"a\\\"]\"}]\n",
        "patches:\r\n- patch: |-\r\n    - op: add\r\n      value: |-\r\n        [\"a\"]\r\n",
    ] {
        let after = rewrite(text).unwrap_or_else(|refusal| panic!("{text}: {refusal}"));
        let read = Yaml::parse(&after).unwrap();
        let patch = read.root().unwrap().get("patches").unwrap().items().next().unwrap();
        let inner = Yaml::parse(patch.get("patch").unwrap().text().unwrap()).unwrap();
        let value = inner.root().unwrap().items().next().unwrap().get("value").unwrap();
        assert_eq!(value.text(), Some(r#"["a","b"]"#), "{after}");
        assert_eq!(after.lines().count(), text.lines().count());
    }
}

#[test]
fn what_is_taken_out_leaves_the_comments_round_it() {
    let index = |at| vec![key("patches"), Step::Index(at)];
    let removed = |text: &str, at: Vec<Step>| done(text, &[Edit { at, change: Change::Remove }]);
    let text =
        "patches:\n  # first\n  - patch: |-\n      a: b\n  # second\n  - path: x # x\n# end\n";
    assert_eq!(
        removed(text, index(0)).unwrap(),
        "patches:\n  # first\n  # second\n  - path: x # x\n# end\n"
    );
    assert_eq!(
        removed(text, index(1)).unwrap(),
        "patches:\n  # first\n  - patch: |-\n      a: b\n  # second\n# end\n"
    );
    let text = "a: b\npatches: # p\n  # first\n  - patch: |-\n      a: b\n      # text\n# end\n";
    assert_eq!(removed(text, vec![key("patches")]).unwrap(), "a: b\n  # first\n# end\n");
    assert_eq!(removed("{a: b, patches: [x]}\n", vec![key("patches")]).unwrap(), "{a: b}\n");
    assert_eq!(removed("patches: [a, b, c]\n", index(0)).unwrap(), "patches: [b, c]\n");
    assert_eq!(removed("patches: [a, b, c]\n", index(2)).unwrap(), "patches: [a, b]\n");
    let text = "patches:\n- patch: |-\n    - op: add\n      path: /a\n    - op: add\n      path: /b\n  target: {}\n";
    let inner = |at| [index(0), vec![key("patch"), Step::Inside, Step::Index(at)]].concat();
    assert_eq!(
        removed(text, inner(0)).unwrap(),
        "patches:\n- patch: |-\n    - op: add\n      path: /b\n  target: {}\n"
    );
    assert_eq!(
        removed(text, inner(1)).unwrap(),
        "patches:\n- patch: |-\n    - op: add\n      path: /a\n  target: {}\n"
    );
}

/// Whether the file ends with a line break is the file's matter, what a patch says is not.
#[test]
fn what_is_taken_out_at_the_end_leaves_the_text_above_as_it_is() {
    let removed = |text: &str, at: Vec<Step>| done(text, &[Edit { at, change: Change::Remove }]);
    let last = vec![key("patches"), Step::Index(1)];
    assert_eq!(
        removed("patches:\n- path: a\n- path: b", last.clone()).unwrap(),
        "patches:\n- path: a"
    );
    let text = "patches:\n- patch: |\n    a: b\n- path: b";
    assert_eq!(removed(text, last.clone()).unwrap(), "patches:\n- patch: |\n    a: b\n");
    let text = "patches:\n- patch: |+\n    a: b\n\n- path: b\n\nx: y\n";
    assert_eq!(removed(text, last).unwrap(), "patches:\n- patch: |+\n    a: b\n\nx: y\n");
    let inner = vec![key("patches"), Step::Index(0), key("patch"), Step::Inside, key("c")];
    let text =
        "patches:\n- patch: |-\n    a: b\n    c: # x\n      # kept\n      d: e\n      f: g\n";
    assert_eq!(removed(text, inner).unwrap(), "patches:\n- patch: |-\n    a: b\n      # kept\n");
}

/// Blank lines that set apart what goes would end up as two, or at the end of the file.
#[test]
fn blank_lines_above_go_where_they_would_be_left_over() {
    let removed = |text: &str, at: Vec<Step>| done(text, &[Edit { at, change: Change::Remove }]);
    let index = |at| vec![key("p"), Step::Index(at)];
    for (text, at, expected) in [
        ("a: b\n\np:\n- x\n", vec![key("p")], "a: b\n"),
        ("a: b\r\n\r\np:\r\n- x\r\n", vec![key("p")], "a: b\r\n"),
        ("a: b\n\np:\n- x", vec![key("p")], "a: b"),
        ("a: b\n\np:\n- x\n...\n", vec![key("p")], "a: b\n...\n"),
        ("a: b\n\np:\n- x\n\nc: d\n", vec![key("p")], "a: b\n\nc: d\n"),
        ("a: b\n\np:\n- x\nc: d\n", vec![key("p")], "a: b\n\nc: d\n"),
        ("a: b\n\n# p\np:\n- x\n", vec![key("p")], "a: b\n\n# p\n"),
        ("a: |+\n  b\n\np:\n- x\n", vec![key("p")], "a: |+\n  b\n\n"),
        ("p:\n- x\n\n- y\nc: d\n", index(1), "p:\n- x\nc: d\n"),
        ("p:\n- x\n\n- y\n\n- z\n", index(1), "p:\n- x\n\n- z\n"),
        ("p:\n- x\n\n- y\n- z\n", index(1), "p:\n- x\n\n- z\n"),
    ] {
        assert_eq!(removed(text, at).as_deref(), Ok(expected), "{text:?}");
    }
}

/// kustomize reads YAML 1.1, where these end a line, also that of a comment.
#[test]
fn what_may_be_other_lines_to_kustomize_is_refused() {
    for text in ["a: b # x\u{85}resources: []\n", "a: \"\u{2028}\"\n"] {
        let refusal = done(text, &[Edit::append("resources", "- x\n")]).unwrap_err();
        assert!(refusal.reason.contains("invisible character"), "{text:?}: {refusal}");
    }
    let inner = vec![key("patches"), Step::Index(0), key("patch"), Step::Inside, key("a")];
    let text = "patches:\n- patch: \"a: b\\Nc: d\"\n";
    assert!(done(text, &[Edit { at: inner, change: Change::Remove }]).is_err());
}

const WAY: [&str; 4] = ["clusters", "prod", "kube2iam", "node_role"];

#[test]
fn a_value_gets_the_mappings_that_it_lacks() {
    for (text, expected) in [
        ("a: 1\n", "a: 1\nclusters:\n  prod:\n    kube2iam:\n      node_role: x\n"),
        ("clusters:\n", "clusters:\n  prod:\n    kube2iam:\n      node_role: x\n"),
        (
            "clusters:\n  prod: # ours\n    account: '1' # here\n  # end of clusters\nrules: {}\n",
            "clusters:\n  prod: # ours\n    account: '1' # here\n    kube2iam:\n      node_role: x\n  # end of clusters\nrules: {}\n",
        ),
        (
            "clusters:\n    prod:\n        account: '1'",
            "clusters:\n    prod:\n        account: '1'\n        kube2iam:\n          node_role: x\n",
        ),
        (
            "clusters:\n  prod:\n    kube2iam:\n      node_role: # who\n",
            "clusters:\n  prod:\n    kube2iam:\n      node_role: x # who\n",
        ),
        (
            "clusters:\n  prod:\n    kube2iam: {node_role: null, base_arn: b}\n",
            "clusters:\n  prod:\n    kube2iam: {node_role: x, base_arn: b}\n",
        ),
        (
            "clusters: { prod: { account: '1' } } # all\n",
            "clusters: { prod: { account: '1', kube2iam: {node_role: x} } } # all\n",
        ),
        ("clusters: {}\n", "clusters: {prod: {kube2iam: {node_role: x}}}\n"),
        (
            "clusters:\r\n  dev:\r\n    account: '1'\r\n",
            "clusters:\r\n  dev:\r\n    account: '1'\r\n  prod:\r\n    kube2iam:\r\n      node_role: x\r\n",
        ),
    ] {
        assert_eq!(done(text, &[Edit::put(&WAY, "x")]).unwrap(), expected, "{text}");
    }
}

#[test]
fn a_value_that_is_there_or_shared_is_not_put_over() {
    for (text, word) in [
        ("clusters:\n  prod:\n    kube2iam:\n      node_role: y\n", "there already"),
        ("clusters:\n  prod: text\n", "not a mapping"),
        ("clusters:\n  dev: &x\n    account: '1'\n  prod: *x\n", "anchor or alias"),
        ("clusters:\n  prod:\n    kube2iam: {}\n    kube2iam: {}\n", "twice"),
    ] {
        let refusal = done(text, &[Edit::put(&WAY, "x")]).unwrap_err();
        assert!(refusal.reason.contains(word), "{text}: {refusal:?}");
    }
}

#[test]
fn several_values_are_put_one_after_the_other() {
    let edits = [
        Edit::put(&["clusters", "c", "account"], "\"123456789098\""),
        Edit::put(&["clusters", "c", "regions"], "[us-east-1]"),
        Edit::put(&["clusters", "c", "kube2iam", "node_role"], "arn:aws:iam::123456789098:role/n"),
        Edit::put(&["clusters", "d-*", "account"], "\"123456789098\""),
    ];
    let text = done("# facts\nprotected: [x]\n", &edits).unwrap();
    let expected = "# facts\nprotected: [x]\nclusters:\n  c:\n    account: \"123456789098\"\n    regions: [us-east-1]\n    kube2iam:\n      node_role: arn:aws:iam::123456789098:role/n\n  \"d-*\":\n    account: \"123456789098\"\n";
    assert_eq!(text, expected);
}
