//! Namespace folders that use what kustomize has for changing a Namespace, in any combination.

use super::Choices;

/// A folder with its bases: files by path below the case's own folder.
#[derive(Debug, Clone)]
pub(crate) struct NamespaceFolder {
    pub(crate) files: Vec<(String, String)>,
}

const VALUES: [&str; 16] = [
    "x",
    "'[\"a\"]'",
    "on",
    "yes",
    "true",
    "null",
    "~",
    "12",
    "123456789098",
    "0.5",
    "1e3",
    "[x]",
    "{a: b}",
    "\"\"",
    "0x1F",
    "2001-01-01",
];

const KEYS: [&str; 5] = ["a", "b", "example.org/owner", "iam.amazonaws.com/allowed-roles", "t~x"];

impl NamespaceFolder {
    /// Reads decisions into a folder; `at` makes its names its own.
    pub(crate) fn of(choices: &mut Choices, at: usize) -> Self {
        let mut make = Make { choices, at, files: Vec::new(), names: vec![format!("base-{at}")] };
        make.base();
        make.middle();
        make.top();
        NamespaceFolder { files: make.files }
    }

    /// Its text, for messages.
    pub(crate) fn shown(&self) -> String {
        self.files.iter().map(|(path, text)| format!("{path}:\n{text}")).collect()
    }
}

struct Make<'c> {
    choices: &'c mut Choices,
    at: usize,
    files: Vec<(String, String)>,
    /// The names that the Namespace has had.
    names: Vec<String>,
}

impl Make<'_> {
    fn put(&mut self, path: &str, text: impl Into<String>) {
        self.files.push((path.to_owned(), text.into()));
    }

    fn value(&mut self) -> &'static str {
        if self.choices.one_in(6) { self.choices.pick(&VALUES) } else { "x" }
    }

    fn key(&mut self) -> &'static str {
        self.choices.pick(&KEYS)
    }

    fn base(&mut self) {
        let name = self.names[0].clone();
        let mut text = format!("apiVersion: v1\nkind: Namespace\nmetadata:\n  name: {name}\n");
        for field in ["annotations", "labels"] {
            match self.choices.below(6) {
                0 | 1 => {}
                2 => text.push_str(&format!("  {field}:\n")),
                3 => text.push_str(&format!("  {field}: {{}}\n")),
                _ => {
                    let value = self.choices.pick(&["y", "\"1\"", "y", "'on'"]);
                    text.push_str(&format!("  {field}:\n    a: {value}\n    tier: shared\n"));
                }
            }
        }
        self.put("base/namespace.yaml", text);
        let more = self.transformers();
        let quota =
            format!("apiVersion: v1\nkind: ResourceQuota\nmetadata: {{name: q{}}}\n", self.at);
        self.put("base/quota.yaml", quota);
        let field = self.choices.pick(&["resources", "bases"]);
        let text = match field {
            "bases" => format!("resources: [namespace.yaml]\n{more}"),
            _ => format!("resources:\n- namespace.yaml\n- quota.yaml\n{more}"),
        };
        self.put("base/kustomization.yaml", text);
    }

    /// A base of the base, in one of three.
    fn middle(&mut self) {
        if self.choices.one_in(3) {
            let more = self.transformers();
            self.put("middle/kustomization.yaml", format!("bases: [../base]\n{more}"));
        }
    }

    fn top(&mut self) {
        let below = if self.files.iter().any(|(path, _)| path == "middle/kustomization.yaml") {
            "middle"
        } else {
            "base"
        };
        let more = self.transformers();
        let component = if self.choices.one_in(6) {
            let more = self.transformers();
            let head = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n";
            self.put("component/kustomization.yaml", format!("{head}{more}"));
            "components: [../component]\n"
        } else {
            ""
        };
        let text = format!("resources:\n- ../{below}\n{component}{more}");
        self.put("top/kustomization.yaml", text);
    }

    /// The fields that change things, in any order.
    fn transformers(&mut self) -> String {
        let mut fields = Vec::new();
        let early = self.choices.below(6);
        if early >= 4 {
            fields.push(self.strategic_merges());
        }
        fields.push(self.patches());
        if self.choices.one_in(2) {
            let name = format!("ns{}-{}", fields.len(), self.at);
            fields.push(format!("namespace: {name}\n"));
            self.names.push(name);
        }
        if self.choices.one_in(4) {
            let (key, value) = (self.key(), self.choices.pick(&["x", "'1'", "\"\"", "'on'"]));
            fields.push(format!("commonAnnotations:\n  {key}: {value}\n"));
        }
        if self.choices.one_in(4) {
            fields.push(self.labels());
        }
        if self.choices.one_in(4) {
            fields.push(self.late_patches());
        }
        let turn = self.choices.below(fields.len());
        fields.rotate_left(turn);
        fields.concat()
    }

    fn labels(&mut self) -> String {
        let key = self.choices.pick(&["a", "b", "tier"]);
        match self.choices.below(4) {
            0 => format!("commonLabels:\n  {key}: z\nlabels: [{{pairs: {{{key}: e}}}}]\n"),
            1 => format!(
                "labels:\n- pairs:\n    {key}: z\n- pairs: {{c: d}}\n  includeSelectors: true\n"
            ),
            2 => format!(
                "labels:\n- includeSelectors: false\n  includeTemplates: true\n  pairs: {{{key}: w}}\n"
            ),
            _ => format!("commonLabels: {{{key}: z}}\nlabels: [{{pairs: {{e: f}}}}]\n"),
        }
    }

    fn patches(&mut self) -> String {
        let count = self.choices.pick(&[0, 1, 1, 2, 3]);
        if count == 0 {
            return String::new();
        }
        let entries: String = (0..count).map(|_| self.entry()).collect();
        format!("patches:\n{entries}")
    }

    fn entry(&mut self) -> String {
        let (text, is_merge) =
            if self.choices.one_in(2) { (self.merge(), true) } else { (self.operations(), false) };
        let target = if is_merge && self.choices.one_in(3) { String::new() } else { self.target() };
        if self.choices.one_in(5) {
            let name = format!("patch{}.yaml", self.files.len());
            // Each folder of the case has a copy, whichever refers to it.
            for folder in ["base", "middle", "top", "component"] {
                self.files.push((format!("{folder}/{name}"), text.clone()));
            }
            return format!("- path: {name}\n{target}");
        }
        format!("- patch: |-\n{}{target}", indented(&text, 4))
    }

    fn target(&mut self) -> String {
        let name = self.name();
        let target = match self.choices.below(12) {
            0..=4 => "kind: Namespace".to_owned(),
            5 => format!("kind: Namespace, name: {name}"),
            6 => format!("name: {name}"),
            7 => "kind: Name.*".to_owned(),
            8 => "kind: Namespace|ResourceQuota, name: base-.*".to_owned(),
            9 => "version: v1, kind: ^Namespace$".to_owned(),
            10 => "kind: Namespac".to_owned(),
            _ => "kind: LimitRange".to_owned(),
        };
        format!("  target: {{{target}}}\n")
    }

    /// A name that the Namespace has, had, or never had.
    fn name(&mut self) -> String {
        match self.choices.below(40) {
            39 => "nobody".to_owned(),
            at @ 0..8 => self.names[at % self.names.len()].clone(),
            _ => self.names[0].clone(),
        }
    }

    fn operations(&mut self) -> String {
        let count = 1 + self.choices.below(2);
        (0..count).map(|_| self.operation()).collect()
    }

    fn operation(&mut self) -> String {
        let key = self.key().replace('~', "~0").replace('/', "~1");
        let map = if self.choices.one_in(16) { "labels" } else { "annotations" };
        // Labels that are no texts are nothing that a cluster takes.
        let value = if map == "labels" { "x" } else { self.value() };
        let path = format!("/metadata/{map}/{key}");
        match self.choices.below(96) {
            0..=59 => format!("- {{op: add, path: \"{path}\", value: {value}}}\n"),
            60..=85 => format!("- op: replace\n  path: {path}\n  value: {value}\n"),
            86 => format!("- op: remove\n  path: {path}\n"),
            87..=93 => format!(
                "- op: add\n  path: /metadata/{map}\n  value:\n    a: {}\n",
                self.choices.pick(&["x", "'1'"])
            ),
            94 => format!(
                "- op: test\n  path: {path}\n  value: {value}\n- {{op: add, path: \"{path}\", value: z}}\n"
            ),
            _ => {
                let name = format!("renamed-{}", self.at);
                self.names.push(name.clone());
                format!("- op: replace\n  path: /metadata/name\n  value: {name}\n")
            }
        }
    }

    fn merge(&mut self) -> String {
        let name = self.name();
        let mut text = format!("apiVersion: v1\nkind: Namespace\nmetadata:\n  name: {name}\n");
        for field in ["annotations", "labels"] {
            if self.choices.one_in(2) {
                let (key, value) = (self.choices.pick(&["a", "tier", "b"]), self.value());
                let is_label = field == "labels";
                let (value, other) = if is_label { ("y", "'on'") } else { (value, self.value()) };
                text.push_str(&format!("  {field}:\n    {key}: {value}\n    c: {other}\n"));
            }
        }
        text
    }

    fn strategic_merges(&mut self) -> String {
        let text = self.merge();
        format!("patchesStrategicMerge:\n- |-\n{}", indented(&text, 2))
    }

    fn late_patches(&mut self) -> String {
        let (name, text) = (self.name(), self.operations());
        format!(
            "patchesJson6902:\n- target: {{version: v1, kind: Namespace, name: {name}}}\n  patch: |-\n{}",
            indented(&text, 4)
        )
    }
}

fn indented(text: &str, column: usize) -> String {
    text.lines().map(|line| format!("{}{line}\n", " ".repeat(column))).collect()
}
