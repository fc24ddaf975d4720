//! Kustomizations as people and scripts write them, in every shape: the inputs of edits.

use serde_json::json;

use super::Choices;
use super::patch_text::{PatchText, other_patch, roles, roles_patch};

/// A generated kustomization.
#[derive(Debug, Clone, Default)]
pub(crate) struct KustomizationText {
    /// The text, with its line ends, without a byte order mark.
    pub(crate) text: String,
    pub(crate) has_bom: bool,
    /// The list of roles that a patch in it sets.
    pub(crate) roles: Vec<String>,
    /// How many lines of a list or key may change when something is put into it.
    pub(crate) resources_cost: usize,
    pub(crate) patches_cost: usize,
    /// The most lines that one patch takes.
    pub(crate) patch_lines: usize,
    /// How many patches `patches` has.
    pub(crate) patches: usize,
}

impl KustomizationText {
    /// Reads decisions into a kustomization of the namespace of this name.
    pub(crate) fn of(choices: &mut Choices, namespace: &str) -> Self {
        let mut out = match choices.below(16) {
            14 => json_root(choices, namespace),
            15 => flow_root(choices, namespace),
            _ => BlockText::write(choices, namespace),
        };
        match choices.below(10) {
            7 | 8 => out.text = out.text.replace('\n', "\r\n"),
            _ => {}
        }
        out.has_bom = choices.one_in(12);
        out
    }

    /// The bytes of the file.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let bom = if self.has_bom { "\u{feff}" } else { "" };
        format!("{bom}{}", self.text).into_bytes()
    }
}

fn json_root(choices: &mut Choices, namespace: &str) -> KustomizationText {
    let mut root = json!({"namespace": namespace, "resources": ["../../defaults"]});
    let mut out = KustomizationText { resources_cost: 1, patches_cost: 1, ..Default::default() };
    if choices.one_in(2) {
        out.roles = roles(choices);
        out.patches = 1;
        let patch = roles_patch(choices, &out.roles, true).text;
        root["patches"] = json!([{"target": {"kind": "Namespace"}, "patch": patch}]);
    }
    let is_one_line = choices.one_in(2);
    out.text = if is_one_line { root.to_string() } else { format!("{root:#}") };
    out.patch_lines = out.text.lines().count();
    if !choices.one_in(4) {
        out.text.push('\n');
    }
    out
}

fn flow_root(choices: &mut Choices, namespace: &str) -> KustomizationText {
    let mut out = KustomizationText { resources_cost: 1, patches_cost: 1, ..Default::default() };
    let mut keys =
        vec![format!("namespace: {namespace}"), "resources: [../../defaults]".to_owned()];
    if choices.one_in(2) {
        out.roles = roles(choices);
        out.patches = 1;
        keys.push(format!("patches: [{}]", flow_entry(choices, Some(&out.roles))));
    }
    let (open, separator, close) =
        choices.pick(&[("{", ", ", "}\n"), ("{\n  ", ",\n  ", "\n}\n"), ("{ ", ", ", ", }\n")]);
    out.text = format!("{open}{}{close}", keys.join(separator));
    out.patch_lines = out.text.lines().count();
    out
}

/// An entry of `patches` in braces.
fn flow_entry(choices: &mut Choices, roles: Option<&[String]>) -> String {
    let (kind, patch) = match roles {
        Some(roles) => ("Namespace", roles_patch(choices, roles, true)),
        None => ("LimitRange", other_patch(choices, true)),
    };
    let text = quoted(choices, &patch.text);
    if choices.one_in(2) {
        format!("{{patch: {text}, target: {{kind: {kind}}}}}")
    } else {
        format!("{{target: {{kind: {kind}}}, patch: {text}}}")
    }
}

fn quoted(choices: &mut Choices, text: &str) -> String {
    if choices.one_in(2) {
        serde_json::Value::from(text).to_string()
    } else {
        format!("'{}'", text.replace('\'', "''"))
    }
}

struct BlockText<'c> {
    choices: &'c mut Choices,
    out: KustomizationText,
    /// The column of the root's keys.
    root: usize,
    /// The column of dashes, from the root's.
    dash: usize,
    gap: usize,
    comments: usize,
    /// A comment this deep would belong to the block scalar above.
    scalar_column: Option<usize>,
}

impl<'c> BlockText<'c> {
    fn write(choices: &'c mut Choices, namespace: &str) -> KustomizationText {
        let root = if choices.one_in(12) { 2 } else { 0 };
        let (dash, gap) = (choices.pick(&[2, 0, 4]), choices.pick(&[1, 1, 1, 3]));
        let out = KustomizationText::default();
        let comments = 0;
        let mut text = BlockText { choices, out, root, dash, gap, comments, scalar_column: None };
        text.document(namespace);
        text.out
    }

    fn document(&mut self, namespace: &str) {
        self.remarks(0);
        if self.choices.one_in(5) {
            self.out.text.push_str("---\n");
            self.remarks(0);
        }
        let first = self.choices.below(4);
        for at in 0..4 {
            match (first + at) % 4 {
                0 => self.head(namespace),
                1 => self.resources(),
                2 => self.patches(),
                _ => self.others(),
            }
        }
        self.end();
    }

    fn end(&mut self) {
        self.remarks(0);
        match self.choices.below(12) {
            6..=8 => {
                self.out.text.pop();
            }
            9 => self.out.text.push_str("...\n"),
            10 => self.out.text.push_str("---\n"),
            11 => self.out.text.push_str("\n\n"),
            _ => {}
        }
    }

    fn head(&mut self, namespace: &str) {
        if self.choices.one_in(2) {
            self.line(0, "apiVersion: kustomize.config.k8s.io/v1beta1");
            self.line(0, "kind: Kustomization");
        }
        let tail = self.tail('c');
        let form = self.choices.below(6);
        let value = match form {
            3 => format!("\"{namespace}\""),
            4 => format!("'{namespace}'"),
            5 => format!("&ns {namespace}"),
            _ => namespace.to_owned(),
        };
        let key = self.key("namespace");
        self.line(0, &format!("{key}: {value}{tail}"));
        if form == 5 {
            self.line(0, "commonAnnotations:");
            self.line(2, "ns: *ns");
        }
        self.remarks(0);
    }

    fn resources(&mut self) {
        let form = self.choices.below(12);
        if form >= 9 {
            let column = self.dash;
            self.line(0, "bases:");
            self.line(column, "- ../../defaults");
        }
        let key = self.key("resources");
        let items: &[&str] = match self.choices.below(4) {
            0 | 1 => &["../../defaults"],
            2 => &["../../defaults", "quota.yaml"],
            _ => &["'./quota.yaml'", "../../defaults/"],
        };
        self.out.resources_cost = usize::from(form == 7 || form == 8 || form == 9);
        match form {
            7 => self.line(0, &format!("{key}: [{}] # c0", items.join(", "))),
            8 => self.flow_lines(&key, items),
            9 => self.nothing(&key),
            10 => {
                let tail = self.tail('c');
                self.line(0, &format!("{key}:{tail}"));
            }
            11 => {}
            _ => self.dashes(&key, items),
        }
        self.remarks(self.dash);
    }

    /// `[]` and its like.
    fn nothing(&mut self, key: &str) {
        let (value, tail) = (self.choices.pick(&["[]", "~", "null"]), self.tail('c'));
        self.line(0, &format!("{key}: {value}{tail}"));
    }

    fn dashes(&mut self, key: &str, items: &[&str]) {
        let tail = self.tail('c');
        self.line(0, &format!("{key}:{tail}"));
        for item in items {
            self.remarks(self.dash);
            let (gap, tail) = (" ".repeat(self.gap), self.tail('e'));
            self.line(self.dash, &format!("-{gap}{item}{tail}"));
        }
    }

    /// `[` on the key's line, and the rest on lines of its own.
    fn flow_lines(&mut self, key: &str, items: &[&str]) {
        self.line(0, &format!("{key}: ["));
        let last_comma = self.choices.pick(&["", ","]);
        for (at, item) in items.iter().enumerate() {
            let comma = if at + 1 < items.len() { "," } else { last_comma };
            let tail = self.tail('c');
            self.line(2, &format!("{item}{comma}{tail}"));
        }
        let column = self.choices.pick(&[0, 2]);
        // A bracket at the margin ends the root's block for libyaml.
        self.line(column, "]");
    }

    fn patches(&mut self) {
        let form = self.choices.below(12);
        self.out.patches_cost = usize::from((5..=7).contains(&form));
        let with_roles = form != 6 && form < 8 && !self.choices.one_in(4);
        let others = self.choices.pick(&[0, 0, 1, 2]);
        if with_roles {
            self.out.roles = roles(self.choices);
        }
        let mine = self.choices.below(others + 1);
        let count = others + usize::from(with_roles);
        let is_list = form < 6 || form == 7;
        self.out.patches = if is_list { count } else { 0 };
        let key = self.key("patches");
        match form {
            8 => self.line(0, &format!("{key}:")),
            9.. => {}
            6 => self.nothing(&key),
            _ if count == 0 => {
                self.out.patches_cost = 1;
                self.nothing(&key);
            }
            5 | 7 => {
                let roles = self.out.roles.clone();
                let entries: Vec<String> = (0..count)
                    .map(|at| {
                        flow_entry(self.choices, (with_roles && at == mine).then_some(&roles[..]))
                    })
                    .collect();
                let separator = self.choices.pick(&[", ", ",\n    "]);
                self.line(0, &format!("{key}: [{}]", entries.join(separator)));
                self.out.patch_lines = 2;
            }
            _ => {
                let tail = self.tail('c');
                self.line(0, &format!("{key}:{tail}"));
                for at in 0..count {
                    self.remarks(self.dash);
                    self.entry(with_roles && at == mine);
                }
            }
        }
        self.remarks(self.dash);
    }

    /// One entry of `patches` between dashes.
    fn entry(&mut self, sets_roles: bool) {
        let start = self.out.text.lines().count();
        let roles = self.out.roles.clone();
        let patch = match sets_roles {
            true => roles_patch(self.choices, &roles, false),
            false => other_patch(self.choices, false),
        };
        let kind = if sets_roles { "Namespace" } else { "LimitRange" };
        let needs_target = !(patch.is_merge && self.choices.one_in(3));
        let dash = format!("-{}", " ".repeat(self.gap));
        if !needs_target {
            self.patch_key(&dash, &patch);
        } else if self.choices.one_in(2) {
            self.patch_key(&dash, &patch);
            self.entry_remark();
            self.target(&" ".repeat(self.gap + 1), kind);
        } else {
            self.target(&dash, kind);
            self.entry_remark();
            self.patch_key(&" ".repeat(self.gap + 1), &patch);
        }
        let lines = self.out.text.lines().count() - start;
        self.out.patch_lines = self.out.patch_lines.max(lines);
    }

    fn target(&mut self, lead: &str, kind: &str) {
        let (tail, key) = (self.tail('e'), self.key("target"));
        match self.choices.below(4) {
            0 | 1 => {
                self.line(self.dash, &format!("{lead}{key}:{tail}"));
                let column = self.dash + lead.len() + 2;
                self.line(column, &format!("kind: {kind}"));
            }
            2 => self.line(self.dash, &format!("{lead}{key}: {{kind: {kind}}}{tail}")),
            _ => {
                self.line(self.dash, &format!("{lead}{key}: {{version: v1, kind: \"{kind}\"}}"));
            }
        }
    }

    fn patch_key(&mut self, lead: &str, patch: &PatchText) {
        let key = self.key("patch");
        let form = self.choices.below(8);
        if form == 7 || (form == 6 && patch.is_json) {
            let text = match form {
                7 => serde_json::Value::from(&*patch.text).to_string(),
                _ => format!("'{}'", patch.text),
            };
            let tail = self.tail('e');
            return self.line(self.dash, &format!("{lead}{key}: {text}{tail}"));
        }
        let (header, more) = match form {
            3 => ("|", 2),
            4 => ("|+", 2),
            5 => ("|2-", 2),
            6 => ("|-", 4),
            2 if patch.is_json => (">-", 2),
            _ => ("|-", 2),
        };
        let tail = self.choices.pick(&["", "", " # e0"]);
        self.line(self.dash, &format!("{lead}{key}: {header}{tail}"));
        let column = self.dash + lead.len() + more;
        for line in self.body_lines(patch, form == 2) {
            self.line(column, &line);
        }
        if header == "|+" && self.choices.one_in(2) {
            self.out.text.push('\n');
        }
        self.scalar_column = Some(self.root + column);
    }

    fn body_lines(&mut self, patch: &PatchText, folds: bool) -> Vec<String> {
        if patch.is_json && folds {
            return patch.text.replace(",\"", ",\n\"").lines().map(str::to_owned).collect();
        }
        let mut lines: Vec<String> = patch.text.lines().map(str::to_owned).collect();
        if self.choices.one_in(6) {
            lines.insert(0, "# t7 ö".to_owned());
        }
        lines
    }

    /// Fields that are none of an edit's business.
    fn others(&mut self) {
        for _ in 0..self.choices.below(3) {
            let text = self.choices.pick(&[
                "labels:\n  - pairs:\n      team: x # c0\n",
                "labels: []\n",
                "sortOptions: {order: fifo}\n",
                "commonLabels:\n  a: &a x\n  b: *a\n",
                "patchesStrategicMerge:\n- |-\n  apiVersion: v1\n  kind: LimitRange\n  metadata: {name: default-limits, annotations: {s: m}}\n",
                "patchesJson6902:\n  - target: {version: v1, kind: LimitRange, name: default-limits}\n    patch: '[{\"op\": \"add\", \"path\": \"/metadata/annotations\", \"value\": {\"j\": \"p\"}}]'\n",
                "images:\n    -   name: a\n        newTag: \"1\"\n",
                "configMapGenerator: [\n  {name: a, literals: [b=c]} # c0\n  ]\n",
                "buildMetadata: []\n",
            ]);
            let key = text.split(':').next().unwrap_or_default();
            if !self.out.text.contains(&format!("{key}:")) {
                for line in text.lines() {
                    self.line(0, line);
                }
                self.remarks(0);
            }
        }
    }

    /// A key of the root or of a patch's entry, as people spell it.
    fn key(&mut self, name: &str) -> String {
        match self.choices.below(20) {
            16 => format!("\"{name}\""),
            17 => format!("'{name}'"),
            18 => format!("{}{}", name[..1].to_uppercase(), &name[1..]),
            19 => name.to_uppercase(),
            _ => name.to_owned(),
        }
    }

    fn line(&mut self, column: usize, text: &str) {
        if !text.is_empty() {
            self.out.text.push_str(&" ".repeat(self.root + column));
            self.out.text.push_str(text);
        }
        self.out.text.push('\n');
        self.scalar_column = None;
    }

    /// A comment behind something; `mark` says what it goes with.
    fn tail(&mut self, mark: char) -> String {
        if self.choices.one_in(5) { format!(" {}", self.comment(mark)) } else { String::new() }
    }

    /// A comment that no other is like.
    fn comment(&mut self, mark: char) -> String {
        self.comments += 1;
        let words =
            ["", " shared", " ä → ✓ 漢字", " - cnp.x.yaml", " key: 'value", " \"[{", " # #"];
        format!("# {mark}{}.{}", self.comments, self.choices.pick(&words))
    }

    /// Comments and blank lines between things, at this column or deeper, or at the margin.
    fn remarks(&mut self, column: usize) {
        for _ in 0..self.choices.pick(&[0, 0, 0, 1, 2]) {
            if self.choices.one_in(3) {
                self.out.text.push('\n');
                continue;
            }
            let comment = self.comment('c');
            self.remark(column, &comment);
        }
    }

    fn entry_remark(&mut self) {
        if self.choices.one_in(6) {
            let comment = self.comment('e');
            self.remark(self.dash + 2, &comment);
        }
    }

    fn remark(&mut self, column: usize, comment: &str) {
        let wanted = self.choices.pick(&[column, column, column + 2, column + 6, 0]);
        let most = self.scalar_column.map_or(usize::MAX, |deep| deep - 1);
        let column = (self.root + wanted).min(most);
        self.out.text.push_str(&format!("{}{comment}\n", " ".repeat(column)));
        self.scalar_column = None;
    }
}
