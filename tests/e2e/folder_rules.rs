//! Proves each rule on namespace folders: what it fires on, and a near miss that it is silent on.

use std::sync::Arc;

use gangplank::check::folder::{Bases, FolderContext, findings, fixes};
use gangplank::domain::finding::Finding;
use gangplank::domain::name::ClusterName;
use gangplank::plan::Plan;
use gangplank::repo::Repository;
use gangplank::system::{Disk, MemoryDisk, RepoPath};
use gangplank::tree::Tree;

use crate::support::{DEFAULTS, FOLDER, KUSTOMIZATION, ROLE, house_files, with_listed_levels};

/// A repository with one namespace folder.
struct House {
    disk: Arc<MemoryDisk>,
}

impl House {
    /// The guide's folder, with this behind `namespace:`.
    fn with(rest: &str) -> Self {
        Self::of(&format!("resources:\n  - ../../defaults\nnamespace: report-portal\n{rest}"))
    }

    fn of(kustomization: &str) -> Self {
        let disk = MemoryDisk::default();
        for (path, text) in house_files(DEFAULTS) {
            disk.put(&path, text.as_bytes());
        }
        disk.put(KUSTOMIZATION, kustomization.as_bytes());
        House { disk: Arc::new(disk) }
    }

    /// A list of roles in a JSON patch.
    fn granting(value: &str) -> Self {
        Self::with(&patch(value))
    }

    fn file(self, path: &str, text: &str) -> Self {
        self.disk.put(path, text.as_bytes());
        self
    }

    fn config(self, facts: &str) -> Self {
        let text = format!("clusters:\n  c:\n    {}\n", facts.replace('\n', "\n    "));
        self.file("gangplank.yaml", &text)
    }

    fn look<T>(&self, look: impl Fn(&FolderContext<'_>) -> T) -> T {
        let tree = Tree::of(Arc::clone(&self.disk) as Arc<dyn Disk>);
        let repository = Repository::open(tree, String::new()).unwrap();
        let survey = repository.survey(&ClusterName::parse("c").unwrap()).unwrap();
        look(&FolderContext {
            tree: &repository.tree,
            folder: &RepoPath::parse(FOLDER).unwrap(),
            namespace: Some("report-portal"),
            survey: Some(&survey),
            config: &repository.config,
            bases: &Bases::default(),
        })
    }

    fn findings(&self) -> Vec<Finding> {
        with_listed_levels(self.look(findings))
    }

    /// The kustomization once everything is mended that can be.
    fn mended(&self) -> String {
        let plan = self.look(|context| Plan::of_fixes(context.tree, &fixes(context)));
        assert!(plan.findings.is_empty(), "{:?}", plan.findings);
        for file in plan.files.iter().filter(|file| file.verb.writes()) {
            self.disk.put(file.path.as_str(), file.after.as_deref().unwrap());
        }
        String::from_utf8(self.disk.files()[KUSTOMIZATION].clone()).unwrap()
    }

    /// Whether the rule fires, exactly here if so.
    #[track_caller]
    fn fires(&self, rule: &str, place: &str) {
        let found = self.findings();
        let of_rule: Vec<String> =
            found.iter().filter(|f| f.rule == rule).map(Finding::location).collect();
        let place =
            if place.contains('/') { place.to_owned() } else { format!("{KUSTOMIZATION}:{place}") };
        assert_eq!(of_rule, [place], "{rule}: {found:#?}");
    }

    #[track_caller]
    fn is_silent(&self) {
        let found = self.findings();
        assert!(found.is_empty(), "{found:#?}");
    }
}

/// A JSON patch of the annotation, and nothing else.
fn patch(value: &str) -> String {
    format!("patches:\n{}", entry(value))
}

fn entry(value: &str) -> String {
    format!(
        "  - target:\n      kind: Namespace\n    patch: |-\n      - op: add\n        path: /metadata/annotations/iam.amazonaws.com~1allowed-roles\n        value: {value}\n"
    )
}

fn list(roles: &[&str]) -> String {
    format!("'{}'", serde_json::to_string(roles).unwrap())
}

/// Where the value stands in [`House::granting`].
const VALUE: &str = "10:16";

/// The text of a patch that is no YAML, at the place where it stops being some.
#[test]
fn broken_patches_are_shown_where_they_break() {
    let inline = "patches:\n  - target:\n      kind: Namespace\n    patch: |-\n      - op: add\n        path: /a\n         value: x\n";
    House::with(inline).fires("patch/not-a-patch", "10:15");
    let entry = "patches:\n  - path: p.yaml\n    target: {kind: Namespace}\n";
    let house = House::with(entry)
        .file(&format!("{FOLDER}/p.yaml"), "kind: Namespace\nmetadata:\n  a: b: c\n");
    house.fires("patch/not-a-patch", &format!("{FOLDER}/p.yaml:3:7"));
}

/// One cause, one finding: the type is wrong, whatever the number says.
#[test]
fn a_number_as_namespace_is_wrong_for_its_type_alone() {
    let house = House::of("resources:\n  - ../../defaults\nnamespace: 123\n");
    let rules: Vec<_> = house.findings().iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["kustomization/wrong-type"]);
}

/// What a patch makes of a policy is not in its file.
#[test]
fn patched_policies_are_not_judged_by_their_files() {
    let with = |target: &str, path: &str| {
        let metadata = "{toCIDR: [169.254.169.254/32], toPorts: [{ports: [{port: \"80\"}]}]}";
        let patch = format!(
            "  - target: {target}\n    patch: |-\n      - op: add\n        path: {path}\n        value: {metadata}\n"
        );
        let resources =
            "resources:\n  - ../../defaults\n  - a.yaml\n  - b.yaml\nnamespace: report-portal\n";
        let policy = |name: &str| {
            format!(
                "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {{name: {name}}}\nspec:\n  endpointSelector: {{}}\n  egress:\n    - toEndpoints: [{{}}]\n"
            )
        };
        let granted = self::patch(&list(&[ROLE]));
        House::of(&format!("{resources}{granted}{patch}"))
            .file(&format!("{FOLDER}/a.yaml"), &policy("a"))
            .file(&format!("{FOLDER}/b.yaml"), &policy("b"))
    };
    with("{kind: CiliumNetworkPolicy, name: a}", "/spec/egress/-").is_silent();
    with("{name: b}", "/spec/egress/-").is_silent();
    for (target, path) in [
        ("{kind: CiliumNetworkPolicy, name: a}", "/metadata/labels/x"),
        ("{kind: ResourceQuota}", "/spec/egress/-"),
    ] {
        let found = with(target, path).findings();
        let rules: Vec<_> = found.iter().map(|finding| finding.rule).collect();
        assert!(rules.contains(&"policy/no-metadata"), "{target}: {found:#?}");
    }
}

/// Components may lie among the namespaces that use them.
#[test]
fn a_component_needs_no_namespace_of_its_own() {
    let kind = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n";
    let granted = self::patch(&list(&[ROLE]));
    House::of(&format!("{kind}{granted}")).is_silent();
    House::of(&granted).fires("kustomization/no-namespace-object", "2:5");
}

#[test]
fn a_healthy_folder_is_silent() {
    House::granting(&list(&[ROLE])).is_silent();
    House::with("").is_silent();
    House::with("patches: []\n").is_silent();
    // What people commented out was looked at.
    let commented = "# patches:\n#   - target: {}\n#     patch: x\n#  - cnp.report-portal.yaml\n";
    let policy = "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata:\n  name: x\n";
    House::with(commented).file(&format!("{FOLDER}/cnp.report-portal.yaml"), policy).is_silent();
    // Two objects, two patches, two annotations.
    let other = entry("v").replace("iam.amazonaws.com~1allowed-roles", "example.org~1other");
    House::with(&(patch(&list(&[ROLE])) + &other)).is_silent();
    let quota = "  - target: {kind: LimitRange}\n    patch: '[{\"op\": \"add\", \"path\": \"/metadata/labels\", \"value\": {}}]'\n";
    House::with(&(patch(&list(&[ROLE])) + quota)).is_silent();
}

#[test]
fn values_that_are_no_string() {
    House::granting(&format!("[{ROLE}]")).fires("annotation/not-a-string", VALUE);
    House::granting("{a: b}").fires("annotation/not-a-string", VALUE);
    House::granting("true").fires("annotation/retyped", VALUE);
    House::granting("~").fires("annotation/retyped", VALUE);
    House::granting("on").fires("annotation/retyped", VALUE);
    House::granting("123456789012").fires("annotation/retyped", VALUE);
    House::granting("'[]'").fires("annotation/empty-list", VALUE);
    House::granting("'null'").fires("annotation/empty-list", VALUE);
    House::granting("''").fires("annotation/empty-list", VALUE);
    House::granting(&format!(">-\n          [\"{ROLE}\"]")).is_silent();
    House::granting(&format!("\"[\\\"{ROLE}\\\"]\"")).is_silent();
}

#[test]
fn values_that_are_no_list_of_strings() {
    House::granting(ROLE).fires("annotation/not-json", VALUE);
    House::granting("'[''a'']'").fires("annotation/not-json", VALUE);
    House::granting(&format!("'[\"{ROLE}\",]'")).fires("annotation/not-json", VALUE);
    House::granting("'{\"a\": 1}'").fires("annotation/not-json", VALUE);
    House::granting(&format!("'[\"{ROLE}\", 1]'")).fires("annotation/not-strings", VALUE);
    House::granting(&format!("'[\"{ROLE}\", null]'")).fires("annotation/not-strings", VALUE);
    House::granting(&format!("' [ \"{ROLE}\" ] '")).is_silent();
}

#[test]
fn entries_that_never_match_or_match_too_much() {
    let granting = |roles: &[&str]| House::granting(&list(roles));
    granting(&[ROLE, ""]).fires("annotation/empty-element", VALUE);
    granting(&[&format!(" {ROLE}")]).fires("annotation/blanks", VALUE);
    granting(&[ROLE, ROLE]).fires("annotation/duplicate", VALUE);
    granting(&["*"]).fires("annotation/wildcard", VALUE);
    granting(&["arn:*"]).fires("annotation/wildcard", VALUE);
    granting(&["arn:aws:iam::123456789098:role/team-*"]).fires("annotation/wildcard", VALUE);
    granting(&["app"]).fires("annotation/short-name", VALUE);
    for bad in [
        "arn:aws:iam::123456789098:user/app",
        "arn:aws:iam::123456789098:instance-profile/app",
        "arn:aws:sts::123456789098:assumed-role/app/session",
        "arn:aws:iam::12345678909:role/app",
        "arn:aws:iam::123456789098:role/my app",
    ] {
        granting(&[bad]).fires("annotation/bad-arn", VALUE);
    }
    granting(&["ARN:aws:iam::123456789098:role/app"]).fires("annotation/letter-case", VALUE);
    granting(&[&format!("{ROLE}$")]).fires("annotation/wrong-format", VALUE);
    granting(&["arn:aws:iam::123456789098:role/.*"]).fires("annotation/wrong-format", VALUE);
    granting(&["arn:aws:iam::123456789098:role/a+b=c,d.e@f-g_h"]).is_silent();
    granting(&["arn:aws:iam::123456789098:role/team/path/app"]).is_silent();
}

#[test]
fn entries_where_kube2iam_reads_regexps() {
    let granting = |role: &str| {
        House::granting(&list(&[role])).config("kube2iam: { restriction_format: regexp }")
    };
    granting("").fires("annotation/empty-element", VALUE);
    granting(ROLE).fires("annotation/unanchored", VALUE);
    granting("arn:aws:iam::123456789098:role/(").fires("annotation/bad-regexp", VALUE);
    granting("*").fires("annotation/bad-regexp", VALUE);
    granting("arn:aws:iam::123456789098:role/team-*").fires("annotation/wrong-format", VALUE);
    granting("arn:aws:iam::123456789098:user/app$").fires("annotation/bad-arn", VALUE);
    granting(r"arn:aws:iam::123456789098:role/\p{Letter}$").fires("annotation/not-portable", VALUE);
    granting(&format!("{ROLE}$")).is_silent();
    granting(r"arn:aws:iam::123456789098:role/a\.b$").is_silent();
    granting("arn:aws:iam::123456789098:role/team-.*$").fires("annotation/wildcard", VALUE);
    let based =
        "kube2iam: { restriction_format: regexp, base_arn: 'arn:aws:iam::123456789098:role/' }";
    House::granting(&list(&["^app$"])).config(based).fires("annotation/caret", VALUE);
    House::granting(&list(&["app$"])).config(based).is_silent();
}

#[test]
fn accounts_and_default_roles() {
    let own = "account: '123456789098'";
    let foreign = "arn:aws:iam::210987654321:role/app";
    let granting = |role: &str| House::granting(&list(&[role]));
    granting(foreign).config(own).fires("annotation/other-account", VALUE);
    granting(ROLE).config(own).is_silent();
    granting(foreign).config(&format!("{own}\ntrusted_accounts: ['210987654321']")).is_silent();
    let other =
        "clusters:\n  c:\n    account: '123456789098'\n  prod:\n    account: '210987654321'\n";
    granting(foreign)
        .file("gangplank.yaml", other)
        .file("clusters/prod/namespaces/x/kustomization.yaml", "resources: []\n")
        .fires("annotation/other-environment", VALUE);
    let default = "kube2iam: { default_role: report-portal }";
    granting(ROLE).config(default).fires("annotation/default-role", VALUE);
    granting(ROLE).config("kube2iam: { default_role: other }").is_silent();
}

#[test]
fn names_that_differ_by_case_only() {
    let sibling = "resources:\n  - ../../defaults\nnamespace: other\n";
    let other = ROLE.replace("report-portal", "Report-Portal");
    let with = |role: &str| {
        let text = format!("{sibling}{}", patch(&list(&[role])));
        House::granting(&list(&[ROLE]))
            .file("clusters/c/namespaces/application/other/kustomization.yaml", &text)
    };
    with(&other).fires("annotation/letter-case", VALUE);
    with(ROLE).is_silent();
    with(&format!("{ROLE}-x")).is_silent();
}

#[test]
fn keys_that_nothing_reads() {
    let with = |key: &str| {
        House::with(&patch(&list(&[ROLE])).replace("iam.amazonaws.com~1allowed-roles", key))
    };
    for key in [
        "iam.amazonaws.com~1allowed-role",
        "iam.amazonaws.com~1alowed-roles",
        "iam.amazon.com~1allowed-roles",
        "iam.amazonaws.com~0allowed-roles",
        "iam.amazonaws.com~01allowed-roles",
        "iam.amazonaws.com%2Fallowed-roles",
        "iam.amazonaws.com~1allowed-roles~",
    ] {
        with(key).fires("annotation/wrong-key", "9:15");
    }
    // Of kiam, of pods, of anybody.
    for key in ["iam.amazonaws.com~1permitted", "iam.amazonaws.com~1role", "example.org~1roles"] {
        with(key).is_silent();
    }
    let configured = "kube2iam: { allowed_roles_key: example.org/roles }";
    with("iam.amazonaws.com~1allowed-roles")
        .config(configured)
        .fires("annotation/wrong-key", "9:15");
    with("example.org~1roles").config(configured).is_silent();
    let merge = "patches:\n  - target: {kind: Namespace}\n    patch: |-\n      kind: Namespace\n      metadata:\n        name: x\n        annotations:\n          iam.amazonaws.com~1allowed-roles: '[]'\n";
    House::with(merge).fires("annotation/wrong-key", "11:11");
}

#[test]
fn targets_that_mean_nothing_or_everything() {
    let targeting = |target: &str| {
        House::with(
            &patch(&list(&[ROLE]))
                .replace("target:\n      kind: Namespace", &format!("target: {target}")),
        )
    };
    targeting("{kind: Namespce}").fires("patch/no-match", "5:13");
    targeting("{kind: Namespace, namespace: report-portal}").fires("patch/no-match", "5:13");
    targeting("{kind: Namespace, version: v2}").fires("patch/no-match", "5:13");
    targeting("{kind: Namespace, labelSelector: 'tier=other'}").fires("patch/no-match", "5:13");
    targeting("{kind: Namespace, name: report-portal}").fires("patch/new-name", "5:13");
    targeting("{}").fires("patch/matches-all", "5:13");
    targeting("{name: placeholder}").fires("patch/matches-all", "5:13");
    targeting("{kind: Namespace, name: placeholder}").is_silent();
    targeting("{kind: Name.*}").is_silent();
    targeting("{kind: Namespace, labelSelector: 'tier=shared'}").is_silent();
    // Generated objects are in no file.
    let generated = "configMapGenerator:\n  - name: x\n    literals: [a=b]\npatches:\n  - target: {kind: ConfigMap}\n    patch: '[{\"op\": \"add\", \"path\": \"/data/c\", \"value\": \"d\"}]'\n";
    House::with(generated).is_silent();
}

#[test]
fn patches_that_do_something_else_than_they_seem_to() {
    let valueless = patch("x").replace("        value: x\n", "");
    House::with(&valueless).fires("patch/no-value", "8:9");
    let merge = |body: &str| {
        format!(
            "patches:\n  - target: {{kind: Namespace}}\n    patch: |-\n      kind: Namespace\n      metadata:\n        name: x\n{body}"
        )
    };
    let null = "        annotations:\n          example.org/owner: null\n";
    House::with(&merge(null)).fires("patch/null", "11:11");
    let untargeted = merge(null)
        .replace("target: {kind: Namespace}\n    ", "")
        .replace("name: x", "name: placeholder")
        .replace(
            "kind: Namespace\n      metadata",
            "apiVersion: v1\n      kind: Namespace\n      metadata",
        );
    House::with(&untargeted).is_silent();
    let wiping = patch("{}").replace("/iam.amazonaws.com~1allowed-roles", "");
    House::with(&wiping).fires("patch/wipes-annotations", "8:9");
    let keeping =
        patch("{example.org/owner: platform}").replace("/iam.amazonaws.com~1allowed-roles", "");
    House::with(&keeping).is_silent();
    House::with(
        &merge("")
            .replace("      kind: Namespace\n", "      $patch: delete\n      kind: Namespace\n"),
    )
    .fires("patch/deletes-namespace", "7:7");
}

#[test]
fn of_several_lists_the_last_one_wins() {
    let value = list(&[ROLE]);
    House::with(&(patch(&value) + &entry(&value))).fires("patch/overridden", VALUE);
    let late = format!(
        "patchesJson6902:\n{}",
        entry(&value).replace(
            "kind: Namespace",
            "kind: Namespace\n      version: v1\n      name: report-portal"
        )
    );
    House::with(&(patch(&value) + &late)).fires("patch/overridden-deprecated", VALUE);
    // Another Namespace's name: it is never applied.
    let dead = late.replace("name: report-portal", "name: other");
    let found = House::with(&(patch(&value) + &dead)).findings();
    assert!(!found.iter().any(|f| f.rule.starts_with("patch/overridden")), "{found:#?}");
    let common = format!("commonAnnotations:\n  iam.amazonaws.com/allowed-roles: {value}\n");
    House::with(&(patch(&value) + &common)).fires("patch/overridden", VALUE);
}

#[test]
fn a_list_of_the_defaults_is_not_joined() {
    let inherited = "arn:aws:iam::123456789098:role/logs";
    let namespace = format!(
        "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: placeholder\n  annotations:\n    iam.amazonaws.com/allowed-roles: {}\n",
        list(&[inherited])
    );
    let with = |roles: &[&str]| {
        House::granting(&list(roles)).file(&format!("{DEFAULTS}/namespace.yaml"), &namespace)
    };
    with(&[ROLE]).fires("annotation/drops-inherited", VALUE);
    with(&[inherited, ROLE]).is_silent();
    // What is wrong in the defaults is said there.
    let broken = namespace.replace("'[", "[").replace("]'", "]");
    House::with("")
        .file(&format!("{DEFAULTS}/namespace.yaml"), &broken)
        .fires("annotation/not-a-string", &format!("{DEFAULTS}/namespace.yaml:6:38"));
}

#[test]
fn names_of_namespaces() {
    let of = |namespace: &str| House::of(&format!("resources:\n  - ../../defaults\n{namespace}"));
    of("").fires("kustomization/no-namespace", "1:1");
    of("namespace: ''\n").fires("kustomization/no-namespace", "1:1");
    of("namespace: other\n").fires("kustomization/namespace-mismatch", "3:12");
    of("namespace: Report_Portal\n").fires("kustomization/bad-namespace", "3:12");
    let own = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: report-portal\n";
    House::of("resources:\n  - namespace.yaml\n")
        .file(&format!("{FOLDER}/namespace.yaml"), own)
        .is_silent();
    let nothing =
        format!("resources: [a.yaml]\nnamespace: report-portal\n{}", patch(&list(&[ROLE])));
    let pod = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n";
    House::of(&nothing)
        .file(&format!("{FOLDER}/a.yaml"), pod)
        .fires("kustomization/no-namespace-object", "4:5");
    let without = nothing.split("patches:").next().unwrap().to_owned();
    House::of(&without).file(&format!("{FOLDER}/a.yaml"), pod).is_silent();
}

#[test]
fn files_that_say_less_than_they_seem_to() {
    House::with("namespace: report-portal\n").fires("kustomization/duplicate-key", "4:1");
    House::with("---\nnamespace: x\n").fires("kustomization/second-document", "5:1");
    House::with("---\n# nothing\n").is_silent();
    House::with("Patches: []\n").fires("kustomization/key-case", "4:1");
    House::with("commonLabels: {a: b}\n").fires("kustomization/deprecated", "4:1");
    House::with("labels:\n  - pairs: {a: b}\n").is_silent();
    let policy = "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata:\n  name: x\n";
    let path = format!("{FOLDER}/cnp.x.yaml");
    House::with("")
        .file(&path, policy)
        .fires("kustomization/unlisted-policy", &format!("{path}:1:1"));
    House::with("").file(&path, &policy.replace("name: x", "name: ${NAME}")).is_silent();
    House::with("").file(&path, &policy.replace("name: x", "name: {{ .name }}")).is_silent();
    House::with("").file(&path, &policy.replace("CiliumNetworkPolicy", "ConfigMap")).is_silent();
    let listing = "resources:\n  - ../../defaults\n  - empty.yaml\nnamespace: report-portal\n";
    House::of(listing)
        .file(&format!("{FOLDER}/empty.yaml"), "# later\n")
        .fires("kustomization/empty-resource", "3:5");
}

#[test]
fn folders_that_argo_cd_does_not_deliver() {
    let application = |path: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata:\n  name: namespaces\nspec:\n  generators:\n    - git:\n        directories:\n          - path: {path}\n"
        )
    };
    let with = |path: &str| {
        House::granting(&list(&[ROLE])).file("clusters/c/argocd/set.yaml", &application(path))
    };
    with("clusters/c/namespaces/*").fires("layout/not-delivered", FOLDER);
    with("clusters/c/namespaces/application/*").is_silent();
}

#[test]
fn what_is_missing_is_named_with_what_may_be_meant() {
    let help = |text: &str| {
        let found = House::of(text).findings();
        let missing = found.iter().find(|f| f.rule == "kustomization/missing-resource").unwrap();
        missing.help.clone()
    };
    assert_eq!(
        help("resources: [../../default]\nnamespace: report-portal\n"),
        "did you mean ../../defaults?"
    );
    assert_eq!(
        help("resources: [../defaults]\nnamespace: report-portal\n"),
        "did you mean ../../defaults?"
    );
}

/// What is called fixable is gone after the fix, with its own lines changed and no others.
#[test]
fn what_is_beyond_doubt_is_mended() {
    let other = "arn:aws:iam::123456789098:role/other";
    for (value, mended) in [
        (list(&[&format!(" {ROLE} ")]), list(&[ROLE])),
        (list(&[ROLE, ROLE, other]), list(&[ROLE, other])),
        (list(&[ROLE, &format!("{ROLE} "), other]), list(&[ROLE, other])),
        (list(&[&ROLE.replace("arn:", "ARN:")]), list(&[ROLE])),
        (
            format!("[{ROLE}, \"{other}\"] # for the portal"),
            format!("{} # for the portal", list(&[ROLE, other])),
        ),
    ] {
        let house = House::with(&format!("# why\n{}# end\n", patch(&value)));
        let before = house.findings();
        assert!(before.iter().any(|finding| finding.fixable), "{before:#?}");
        let expected = format!("# why\n{}# end\n", patch(&mended));
        assert!(house.mended().ends_with(&expected), "{}", house.mended());
        house.is_silent();
    }
    let house = House::with("Patches: [] # none yet\n");
    assert!(house.findings()[0].fixable);
    assert!(house.mended().ends_with("\npatches: [] # none yet\n"));
}

#[test]
fn what_needs_a_decision_is_not_mended() {
    for house in [
        House::granting(ROLE),
        House::granting(&format!("\n          - {ROLE} # one")),
        House::granting("{a: b}"),
        House::granting("true"),
        House::granting("'[\"*\"]'"),
        House::with("Patches: []\npatches: []\n"),
        House::with(&(patch(&list(&[ROLE])) + &entry(&list(&[ROLE])))),
    ] {
        let (before, found) = (house.disk.files(), house.findings());
        assert!(!found.is_empty() && found.iter().all(|finding| !finding.fixable), "{found:#?}");
        house.mended();
        assert_eq!(house.disk.files(), before);
    }
}

#[test]
fn a_misspelt_entry_is_one_finding() {
    let policy = "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata:\n  name: x\n";
    let house = House::of(
        "resources:\n  - ../../defaults\n  - cnp.potral.yaml\nnamespace: report-portal\n",
    )
    .file(&format!("{FOLDER}/cnp.portal.yaml"), policy);
    house.fires("kustomization/missing-resource", "3:5");
    assert_eq!(house.findings().len(), 1);
}

/// What kubectl 1.37 refuses about patches; see the recorded builds for more.
#[test]
fn patches_that_kustomize_refuses() {
    let with = |rest: &str| House::with(&format!("patches:\n{rest}"));
    let operation = |operation: &str| {
        with(&format!("  - target: {{kind: Namespace}}\n    patch: |-\n      - {operation}\n"))
    };
    operation("{op: test, path: /metadata/annotations/example.org~1owner, value: other}")
        .fires("patch/test-failed", "7:9");
    operation("{op: remove, path: /metadata/annotations/none}")
        .fires("patch/remove-missing", "7:9");
    operation("{op: adds, path: /metadata/annotations/a, value: b}").fires("patch/bad-op", "7:9");
    operation("{op: add, path: /metadata/annotations/a/b, value: c}")
        .fires("patch/unescaped", "7:9");
    operation("{op: add, path: /metadata/annotatons/a, value: c}").fires("patch/bad-path", "7:9");
    operation("{op: test, path: /metadata/annotations/example.org~1owner, value: platform}")
        .is_silent();
    with("  - target: {kind: Namespace}\n    patch: |-\n      - op: add\n        path: [*]\n")
        .fires("patch/not-a-patch", "8:16");
    with("  - target: {kind: Namespace}\n    patch: |-\n      kind: Namespace\n")
        .fires("patch/no-name", "7:7");
    with("  - patch.yaml\n").fires("patch/wrong-type", "5:5");
    with("  - target: Namespace\n    patch: x\n").fires("patch/wrong-type", "5:13");
    with("  - target: {kind: [Namespace]}\n    patch: x\n").fires("patch/wrong-type", "5:20");
    with("  - target: {kind: Namespace}\n    patch: 1\n").fires("patch/wrong-type", "6:12");
    let found = with("  - path: patsh.yaml\n    target: {kind: Namespace}\n")
        .file(&format!("{FOLDER}/patch.yaml"), "- {op: add, path: /metadata/labels/a, value: b}\n");
    found.fires("patch/missing-file", "5:5");
    assert_eq!(found.findings()[0].help, "did you mean patch.yaml?");
}
