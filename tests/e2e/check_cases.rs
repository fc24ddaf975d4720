//! Proves on the 143 recorded kustomize builds that every silent failure is found, every build that
//! kustomize refuses is called so, and nothing else is said.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gangplank::check::folder::{Bases, FolderContext, findings};
use gangplank::domain::finding::{Finding, RefusedBy};
use gangplank::domain::name::ClusterName;
use gangplank::repo::Repository;
use gangplank::system::{RealDisk, RepoPath};
use gangplank::tree::Tree;
use serde_json::Value as Json;

use crate::support::with_listed_levels;

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/kustomize");

fn cases() -> Vec<(String, PathBuf, Json)> {
    let folders = fs::read_dir(CASES).unwrap().map(|entry| entry.unwrap().path());
    let mut cases: Vec<_> = folders
        .filter(|path| path.is_dir())
        .map(|path| {
            let about = fs::read_to_string(path.join("case.json")).unwrap();
            let about: Json = serde_json::from_str(&about).unwrap();
            (about["name"].as_str().unwrap().to_owned(), path, about)
        })
        .collect();
    cases.sort_by(|one, other| one.0.cmp(&other.0));
    assert_eq!(cases.len(), 143);
    cases
}

fn checked(case: &Path) -> Vec<Finding> {
    let disk = RealDisk::open(&case.join("input")).unwrap();
    let repository = Repository::open(Tree::of(Arc::new(disk)), String::new()).unwrap();
    let survey = repository.survey(&ClusterName::parse("dev-eu1").unwrap()).ok();
    let folder = "clusters/dev-eu1/namespaces/application/report-portal";
    with_listed_levels(findings(&FolderContext {
        tree: &repository.tree,
        folder: &RepoPath::parse(folder).unwrap(),
        namespace: Some("report-portal"),
        survey: survey.as_ref(),
        config: &repository.config,
        bases: &Bases::default(),
    }))
}

/// What is wrong with the cases, judged by what kubectl built of them and by what that means to
/// kube2iam. Nothing is wrong with the others.
const WRONG: &[(&str, &[&str])] = &[
    (
        "a03-seed-plus-cnp",
        &[
            "policy/dns-without-l7",
            "policy/ingress-not-list",
            "policy/no-metadata",
            "policy/wildcard-matchname",
        ],
    ),
    ("b04-haskey-json6902", &["annotation/drops-inherited"]),
    ("b06-json-addmap-loses", &["patch/wipes-annotations"]),
    ("c05-smp-notarget-nomatch", &["patch/name-mismatch"]),
    ("c07-target-name-ns", &["patch/new-name"]),
    ("c08-target-nomatch", &["patch/no-match"]),
    ("c14-smp-noallow-name", &["kustomization/no-namespace"]),
    ("c18-smp-no-target-nor-kind", &["patch/not-a-patch"]),
    ("c19-json-no-target", &["patch/no-target"]),
    ("d01-zero-ns-json", &["kustomization/no-namespace-object"]),
    ("d02-zero-ns-smp-target", &["kustomization/no-namespace-object"]),
    ("d03-zero-ns-smp-notarget", &["patch/name-mismatch"]),
    ("d04-two-ns-with-transformer", &["kustomization/two-namespaces"]),
    ("d05-two-ns-no-transformer", &["kustomization/no-namespace"]),
    ("d08-missing-defaults", &["kustomization/missing-resource"]),
    ("d09-defaults-no-kustomization", &["kustomization/missing-resource"]),
    ("d10-empty-kustomization", &["kustomization/empty"]),
    ("d12-missing-resource-file", &["kustomization/missing-resource"]),
    ("d13-cycle", &["kustomization/cycle"]),
    ("e02-tilde0", &["annotation/wrong-key"]),
    ("e03-percent2f", &["annotation/wrong-key"]),
    ("e05-double-escape", &["annotation/wrong-key"]),
    ("e06-no-leading-slash", &["patch/bad-path"]),
    ("e07-trailing-slash", &["patch/unescaped"]),
    ("e09-typo-annotation", &["patch/bad-path"]),
    ("e10-smp-escaped-key", &["annotation/wrong-key"]),
    ("e12-trailing-tilde", &["annotation/wrong-key"]),
    ("e13-op-case", &["patch/bad-op"]),
    ("e14-no-value", &["patch/no-value"]),
    ("e15-not-a-list", &["patch/not-a-patch"]),
    ("f01-json-list", &["annotation/not-a-string"]),
    ("f02-smp-list", &["annotation/not-a-string"]),
    ("f06-smp-bool", &["annotation/retyped"]),
    ("f07-json-null", &["annotation/retyped"]),
    ("f08-smp-null", &["patch/null"]),
    ("f09-json-number", &["annotation/retyped"]),
    ("f11-json-plain-arn", &["annotation/not-json"]),
    ("f16-wildcard", &["annotation/wildcard"]),
    ("f20-defaults-list-nons", &["annotation/not-a-string", "kustomization/no-namespace"]),
    ("f21-smp-map", &["annotation/not-a-string"]),
    ("f23-json-yes", &["annotation/retyped"]),
    ("f24-smp-yes", &["annotation/retyped"]),
    ("f25-json-list-unquoted-star", &["patch/not-a-patch"]),
    ("f26-smp-list-unquoted-star", &["patch/not-a-patch"]),
    ("f29-json-remove-missing", &["patch/remove-missing"]),
    ("f32-smp-bool-notarget", &["annotation/retyped"]),
    ("g03-two-json-same-key", &["patch/overridden"]),
    ("g04-two-smp-same-key", &["patch/overridden"]),
    ("g07-two-ops-one-patch", &["patch/overridden"]),
    ("g11-patch-and-path", &["patch/both-sources"]),
    ("g13-multi-smp-in-one-patch", &["patch/many-documents"]),
    ("g15-patches-string", &["patch/wrong-type"]),
    ("g16-patch-empty", &["patch/empty"]),
    ("g21-target-namespace-field", &["patch/no-match"]),
    (
        "h01-cnp-ns-missing",
        &[
            "policy/dns-without-l7",
            "policy/ingress-not-list",
            "policy/no-metadata",
            "policy/wildcard-matchname",
        ],
    ),
    (
        "h02-cnp-ns-other",
        &[
            "policy/dns-without-l7",
            "policy/foreign-namespace",
            "policy/ingress-not-list",
            "policy/no-metadata",
            "policy/wildcard-matchname",
        ],
    ),
    (
        "h03-cnp-same-name-as-default",
        &[
            "kustomization/duplicate-resource",
            "policy/dns-without-l7",
            "policy/ingress-not-list",
            "policy/no-metadata",
            "policy/wildcard-matchname",
        ],
    ),
    (
        "h04-cnp-listed-twice",
        &[
            "kustomization/duplicate-resource",
            "policy/dns-without-l7",
            "policy/ingress-not-list",
            "policy/wildcard-matchname",
        ],
    ),
    ("h05-cnp-not-listed", &["kustomization/unlisted-policy"]),
    (
        "h06-ccnp",
        &[
            "policy/clusterwide",
            "policy/dns-without-l7",
            "policy/ingress-not-list",
            "policy/wildcard-matchname",
        ],
    ),
    ("h07-cnp-bad-indent", &["kustomization/invalid-yaml"]),
    ("h09-cnp-empty-file", &["kustomization/empty-resource"]),
    ("h10-cnp-comment-only", &["kustomization/empty-resource"]),
    (
        "h11-cnp-no-name",
        &[
            "kustomization/wrong-type",
            "policy/bad-name",
            "policy/dns-without-l7",
            "policy/ingress-not-list",
            "policy/no-metadata",
            "policy/wildcard-matchname",
        ],
    ),
    (
        "h12-cnp-trailing-docsep",
        &[
            "policy/dns-without-l7",
            "policy/ingress-not-list",
            "policy/no-metadata",
            "policy/wildcard-matchname",
        ],
    ),
    (
        "h13-cnp-is-kustomization-list",
        &[
            "policy/dns-without-l7",
            "policy/ingress-not-list",
            "policy/no-metadata",
            "policy/wildcard-matchname",
        ],
    ),
    (
        "h14-cnp-specs-bad-schema",
        &["policy/ingress-not-list", "policy/no-metadata", "policy/unknown-field"],
    ),
    (
        "h15-symlink-free-nested",
        &[
            "policy/dns-without-l7",
            "policy/ingress-not-list",
            "policy/no-metadata",
            "policy/wildcard-matchname",
        ],
    ),
    (
        "h16-dot-slash",
        &[
            "policy/dns-without-l7",
            "policy/ingress-not-list",
            "policy/no-metadata",
            "policy/wildcard-matchname",
        ],
    ),
    (
        "h17-dot-slash-and-plain",
        &[
            "kustomization/duplicate-resource",
            "policy/dns-without-l7",
            "policy/ingress-not-list",
            "policy/no-metadata",
            "policy/wildcard-matchname",
        ],
    ),
    ("i01-patchesstrategicmerge", &["kustomization/deprecated"]),
    ("i02-patchesjson6902", &["kustomization/deprecated"]),
    ("i04-commonlabels", &["kustomization/deprecated"]),
    ("i05-deprecated-plus-new", &["kustomization/deprecated", "patch/overridden"]),
    ("i08-component-as-resource", &["kustomization/wrong-kind"]),
    ("i11-two-names", &["kustomization/two-files"]),
    ("i13-multidoc", &["kustomization/second-document"]),
    ("i19-tab-indent", &["kustomization/invalid-yaml"]),
    ("i20-tab-in-patch", &["kustomization/invalid-yaml"]),
    ("i23-dup-key-namespace", &["kustomization/duplicate-key", "kustomization/namespace-mismatch"]),
    ("i24-dup-key-in-patch", &["kustomization/duplicate-key"]),
    ("i26-case-field", &["kustomization/key-case"]),
    ("i28-wrong-kind", &["kustomization/wrong-kind"]),
    ("i29-wrong-api", &["kustomization/wrong-version"]),
    ("i30-flux-kustomization", &["kustomization/wrong-version"]),
    ("i35-latin1", &["kustomization/not-utf8"]),
    ("i37-nbsp", &["kustomization/invalid-yaml"]),
    ("i38-smartquotes", &["annotation/not-json"]),
    ("i40-ns-invalid", &["kustomization/bad-namespace"]),
    ("i41-ns-mismatch-folder", &["kustomization/namespace-mismatch"]),
    ("i43-abs-path", &["kustomization/outside-root"]),
    ("i44-resource-file-outside", &["kustomization/outside-root"]),
    ("i45-vars-fields", &["kustomization/not-evaluated"]),
    ("i54-namespace-transformer-file", &["kustomization/not-evaluated"]),
    ("i55-pj6902-target-nsname", &["kustomization/deprecated"]),
    ("i57-psm-file-list", &["kustomization/deprecated"]),
    ("j02-seed-path-on-real-layout", &["kustomization/missing-resource"]),
    ("j06-quota-patch-file-missing", &["patch/missing-file"]),
];

/// The defaults of all cases restrict egress and open no metadata address, so whoever is granted a
/// role there gets no credentials. That is said of the defaults, and is not what the cases are about.
fn is_of_the_defaults(finding: &Finding) -> bool {
    finding.rule == "policy/no-metadata"
        && finding.path.ends_with("/defaults/cnp.default-deny.yaml")
}

#[test]
fn defaults_that_cut_off_the_metadata_address_are_found_where_a_role_is_granted() {
    let found = |name: &str| checked(&Path::new(CASES).join(name)).iter().any(is_of_the_defaults);
    assert!(found("a01-seed-json6902") && found("g09-patch-file-json"));
    assert!(!found("f01-json-list") && !found("f27-smp-null-notarget"));
}

#[test]
fn each_case_gets_its_findings_and_no_others() {
    for (name, path, about) in cases() {
        let mut found = checked(&path);
        found.retain(|finding| !is_of_the_defaults(finding));
        let rules: BTreeSet<&str> = found.iter().map(|finding| finding.rule).collect();
        let wrong =
            WRONG.iter().find(|(case, _)| *case == name).map_or(&[][..], |(_, rules)| rules);
        assert_eq!(rules, wrong.iter().copied().collect(), "{name}: {found:#?}");
        let is_refused = found.iter().any(|f| f.refused_by == Some(RefusedBy::Build));
        assert_eq!(is_refused, about["exit_code"] != 0, "{name}: {found:#?}");
    }
    assert!(WRONG.iter().all(|(name, _)| Path::new(CASES).join(name).is_dir()));
}

/// A finding without a place is one that people have to look for.
#[test]
fn each_finding_has_a_place() {
    for (name, path, _) in cases() {
        for finding in checked(&path) {
            let of_a_folder = finding.path.ends_with("report-portal");
            let of_all = ["kustomization/empty", "kustomization/not-utf8"].contains(&finding.rule);
            assert!(finding.line.is_some() || of_a_folder || of_all, "{name}: {finding:?}");
        }
    }
}
