//! Proves with the real kubectl that what is written builds to what was asked for, in both styles;
//! and that preview, JSON plan, diff, equivalent command and a second run all say the same.

mod houses;
mod names;
mod options;

use std::collections::BTreeMap;

use gangplank::manifests::yaml::{Node, Scalar, Yaml};
use k8s_crds_cilium::ciliumnetworkpolicies::CiliumNetworkPolicy;
use serde_json::{Value as Json, json};

use crate::support::{FOLDER, Files, GRANT, Kubectl, ROLE, Repo, json as read};

/// A check finds nothing but what the review showed.
#[track_caller]
fn finds_no_more(repo: &Repo, plan: &Json) {
    let rules = |json: &Json| -> Vec<String> {
        let all = json["findings"].as_array().unwrap().iter();
        all.map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect()
    };
    let said = rules(plan);
    let found = repo.run(&["check", "--output", "json"]).ends(0).json();
    assert!(rules(&found).iter().all(|rule| said.contains(rule)), "{found:#}");
}

/// One onboarding, and what it must come to.
struct Onboarding<'a> {
    house: &'a dyn Fn() -> Repo,
    arguments: Vec<&'a str>,
    folder: &'a str,
    namespace: &'a str,
    key: &'a str,
    roles: Vec<&'a str>,
    /// The policy's name and its `spec`.
    policy: Option<(&'a str, Json)>,
    labels: Json,
}

impl<'a> Onboarding<'a> {
    /// The guide's own, with these arguments more.
    fn of(house: &'a dyn Fn() -> Repo, more: &[&'a str]) -> Self {
        Onboarding {
            house,
            arguments: [&GRANT[..], more].concat(),
            folder: FOLDER,
            namespace: "report-portal",
            key: "iam.amazonaws.com/allowed-roles",
            roles: vec![ROLE],
            policy: None,
            labels: json!({"tier": "shared"}),
        }
    }

    /// Does it in both styles, looks at everything, and returns what kubectl built.
    #[track_caller]
    fn check(&self, kubectl: &Kubectl) -> Vec<Json> {
        let json_patch = self.check_style(kubectl, "json-patch");
        let merge = self.check_style(kubectl, "strategic-merge");
        assert_eq!(json_patch, merge, "both styles build the same");
        json_patch
    }

    #[track_caller]
    fn check_style(&self, kubectl: &Kubectl, style: &str) -> Vec<Json> {
        let arguments = [&self.arguments[..], &["--style", style]].concat();
        let repo = (self.house)();
        let before = repo.tree();
        let plan = preview(&repo, &arguments);
        assert_eq!(repo.tree(), before, "a dry run writes nothing");

        repo.onboard(&arguments, &["--yes"]).ends(0);
        let written = repo.tree();
        assert_eq!(with_plan(before, &plan.json), written, "the plan is what is written");
        self.comes_to_the_same(&plan, &written);
        is_identical(&repo, &arguments);
        finds_no_more(&repo, &plan.json);
        for path in plan.paths() {
            means_strings(&repo.text(path));
        }
        self.builds(kubectl, &repo)
    }

    /// The diff and the command bring another copy to the same bytes.
    #[track_caller]
    fn comes_to_the_same(&self, plan: &Preview, written: &Files) {
        let patched = (self.house)();
        patched.git_apply(&plan.diff).ends(0);
        assert_eq!(&patched.tree(), written, "git apply");
        let again = (self.house)();
        again.shell(plan.json["command"].as_str().unwrap()).ends(0);
        assert_eq!(&again.tree(), written, "the command that is printed");
    }

    #[track_caller]
    fn builds(&self, kubectl: &Kubectl, repo: &Repo) -> Vec<Json> {
        let built = kubectl.build(&repo.root(), self.folder);
        let mut namespace = only(&built, "Namespace").clone();
        let value = namespace["metadata"]["annotations"][self.key].take();
        let roles: Vec<String> = serde_json::from_str(value.as_str().unwrap()).unwrap();
        assert_eq!(roles, self.roles);
        let annotations = json!({"example.org/owner": "platform", self.key: null});
        let metadata = json!({
            "name": self.namespace, "annotations": annotations, "labels": self.labels,
        });
        let expected = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata});
        assert_eq!(namespace, expected);
        match &self.policy {
            Some((name, spec)) => self.builds_policy(&built, repo, name, spec),
            None => assert!(of_kind(&built, "CiliumNetworkPolicy").next().is_none()),
        }
        built
    }

    #[track_caller]
    fn builds_policy(&self, built: &[Json], repo: &Repo, name: &str, spec: &Json) {
        let text = repo.text(&format!("{}/cnp.{name}.yaml", self.folder));
        let typed: CiliumNetworkPolicy = serde_yaml::from_str(&text).unwrap();
        assert_eq!(typed.metadata.name.as_deref(), Some(name));
        assert!(!typed.spec.egress.unwrap_or_default().is_empty());
        let mut expected = read(&text);
        assert_eq!(expected["spec"], *spec);
        expected["metadata"]["namespace"] = self.namespace.into();
        let mut policy = only(built, "CiliumNetworkPolicy").clone();
        // What siblings' labels add is checked where siblings have some.
        policy["metadata"].as_object_mut().unwrap().remove("labels");
        assert_eq!(policy, expected);
    }
}

/// What a dry run says, as text and as JSON.
struct Preview {
    diff: String,
    json: Json,
}

impl Preview {
    fn paths(&self) -> impl Iterator<Item = &str> {
        let files = self.json["files"].as_array().unwrap();
        files.iter().map(|file| file["path"].as_str().unwrap())
    }
}

#[track_caller]
fn preview(repo: &Repo, arguments: &[&str]) -> Preview {
    let diff = repo.onboard(arguments, &["--dry-run", "--exit-code"]).ends(3);
    let plan = repo.onboard(arguments, &["--dry-run", "--output", "json"]).ends(0);
    let json = plan.json();
    assert_eq!(json["schema"], "gangplank.plan/1");
    let diffs = json["files"].as_array().unwrap().iter();
    let diffs: String = diffs.map(|file| file["diff"].as_str().unwrap()).collect();
    assert_eq!(diffs, diff.stdout, "the diff is that of the JSON plan");
    Preview { diff: diff.stdout, json }
}

/// The files with what a plan puts over them.
fn with_plan(mut files: Files, plan: &Json) -> Files {
    for file in plan["files"].as_array().unwrap() {
        let after = file["after"].as_str().unwrap().as_bytes().to_vec();
        files.insert(file["path"].as_str().unwrap().to_owned(), after);
    }
    files
}

/// The same answers again: nothing to do, and no file is touched.
#[track_caller]
fn is_identical(repo: &Repo, arguments: &[&str]) {
    let times = repo.times();
    let again = repo.onboard(arguments, &["--yes", "--output", "json"]).ends(0);
    for file in again.json()["files"].as_array().unwrap() {
        assert_eq!(file["verb"], "identical", "{file}");
    }
    assert_eq!(repo.times(), times);
    repo.onboard(arguments, &["--dry-run", "--exit-code"]).ends(0);
}

fn of_kind<'a>(built: &'a [Json], kind: &'a str) -> impl Iterator<Item = &'a Json> {
    built.iter().filter(move |object| object["kind"] == kind)
}

#[track_caller]
fn only<'a>(built: &'a [Json], kind: &'a str) -> &'a Json {
    let found: Vec<&Json> = of_kind(built, kind).collect();
    assert_eq!(found.len(), 1, "one {kind} in {built:#?}");
    found[0]
}

/// Nothing in a generated text is retyped: the only scalars that are no strings are the switches.
#[track_caller]
fn means_strings(text: &str) {
    let yaml = Yaml::parse(text).unwrap();
    let switches = ["includeSelectors", "includeTemplates", "egress", "ingress"];
    walk(yaml.root().unwrap(), "", &mut |key, node| {
        let is_switch = switches.contains(&key) && matches!(node.scalar(), Some(Scalar::Bool(_)));
        assert!(is_switch || node.string().is_some(), "{key}: {node:?} in\n{text}");
        // The text of a patch is YAML of its own.
        if let (Some(patch), "patch") = (node.text(), key) {
            means_strings(patch);
        }
    });
}

fn walk(node: Node<'_>, key: &str, look: &mut impl FnMut(&str, Node<'_>)) {
    if node.scalar().is_some() {
        return look(key, node);
    }
    node.items().for_each(|item| walk(item, key, look));
    for entry in node.entries() {
        look("", entry.key);
        walk(entry.value, entry.key.text().unwrap(), look);
    }
}

/// The `spec` of a policy, written down a second time from the parts that answers choose.
#[derive(Clone)]
struct Policy {
    selector: Json,
    /// The DNS rules: peers and port.
    dns: Vec<(Json, &'static str)>,
    metadata: bool,
    hosts: Vec<String>,
    adds_only: bool,
}

impl Policy {
    /// The recommended default for service account `default`.
    fn portable() -> Self {
        Policy {
            selector: json!({"matchLabels": {ACCOUNT: "default"}}),
            dns: vec![(peers(&[("kube-system", &[("k8s-app", "kube-dns")])]), "53")],
            metadata: true,
            hosts: depths("amazonaws.com", 4),
            adds_only: false,
        }
    }

    fn spec(&self) -> Json {
        let ports = |port: &str, protocol: &str| json!([{"port": port, "protocol": protocol}]);
        let mut egress: Vec<Json> = Vec::new();
        for (peer, port) in &self.dns {
            let rules = json!({"dns": [{"matchPattern": "*"}]});
            let mut rule = peer.clone();
            rule["toPorts"] = json!([{"ports": ports(port, "ANY"), "rules": rules}]);
            egress.push(rule);
        }
        if self.metadata {
            let to_ports = json!([{"ports": ports("80", "TCP")}]);
            egress.push(json!({"toCIDR": ["169.254.169.254/32"], "toPorts": to_ports}));
        }
        let hosts = self.hosts.iter().map(|host| {
            let key = if host.contains('*') { "matchPattern" } else { "matchName" };
            json!({key: host})
        });
        let hosts: Vec<Json> = hosts.collect();
        egress.push(json!({"toFQDNs": hosts, "toPorts": [{"ports": ports("443", "TCP")}]}));
        let mut spec = json!({"endpointSelector": self.selector, "egress": egress});
        if self.adds_only {
            spec["enableDefaultDeny"] = json!({"egress": false, "ingress": false});
        }
        spec
    }
}

const ACCOUNT: &str = "io.cilium.k8s.policy.serviceaccount";

/// Peers by namespace and labels.
fn peers(list: &[(&str, &[(&str, &str)])]) -> Json {
    let peer = |(namespace, labels): &(&str, &[(&str, &str)])| {
        let mut map: BTreeMap<String, &str> = BTreeMap::new();
        map.insert("k8s:io.kubernetes.pod.namespace".to_owned(), namespace);
        map.extend(labels.iter().map(|(key, value)| (format!("k8s:{key}"), *value)));
        json!({"matchLabels": map})
    };
    json!({"toEndpoints": list.iter().map(peer).collect::<Vec<_>>()})
}

/// `*.suffix`, `*.*.suffix` and so on.
fn depths(suffix: &str, deepest: usize) -> Vec<String> {
    let depth = |n| format!("{}{suffix}", "*.".repeat(n));
    (1..=deepest).map(depth).collect()
}
