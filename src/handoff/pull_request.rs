//! The text of the pull request.

use super::Handoff;
use super::document::{Block, Section, as_markdown, code, prose};
use crate::domain::finding::{Finding, Level};
use crate::domain::pod::Verdict;

impl Handoff {
    /// The text, in Markdown.
    pub fn pull_request(&self) -> String {
        as_markdown(&[
            Section::new(self.headline(), vec![self.roles_before_and_after()]),
            Section::new("Network", self.network()),
            Section::new("Findings", vec![self.found()]),
            Section::new("How it was checked", vec![Block::Items(self.checked())]),
        ])
    }

    fn headline(&self) -> String {
        let what = match self.earlier.as_ref().map(|earlier| self.difference(&earlier.entries)) {
            Some((new, gone)) if new.is_empty() && gone.is_empty() => "The AWS roles of",
            Some((new, _)) if new.is_empty() => "Take AWS roles from",
            _ => "Grant AWS roles to",
        };
        format!("{what} {} on {}", self.namespace, prose(self.cluster.as_str()))
    }

    /// The entries that came, and those that went.
    fn difference(&self, before: &[String]) -> (Vec<&String>, Vec<String>) {
        let new = self.entries.iter().filter(|entry| !before.contains(entry)).collect();
        let gone = before.iter().filter(|entry| !self.entries.contains(entry)).cloned().collect();
        (new, gone)
    }

    /// The list as built, line by line.
    fn roles_before_and_after(&self) -> Block {
        let Some(earlier) = &self.earlier else {
            let all = self.entries.iter().map(|entry| code(entry));
            return Block::Items(
                all.chain(["before: not known, git says nothing".into()]).collect(),
            );
        };
        let (new, gone) = self.difference(&earlier.entries);
        let of = |entry: &String| match new.contains(&entry) {
            true => format!("new: {}", code(entry)),
            false => format!("as before: {}", code(entry)),
        };
        let after = self.entries.iter().map(of);
        let gone = gone.iter().map(|entry| format!("no longer: {}", code(entry)));
        let before = match (earlier.was_there, earlier.entries.len()) {
            (false, _) => "before: the namespace was not there".to_owned(),
            (true, 0) => "before: no role".to_owned(),
            (true, 1) => "before: 1 role".to_owned(),
            (true, count) => format!("before: {count} roles"),
        };
        Block::Items([before].into_iter().chain(after).chain(gone).collect())
    }

    fn network(&self) -> Vec<Block> {
        let change = Block::Text(format!("{} These pods", self.egress_change()));
        [change].into_iter().chain(self.reached()).collect()
    }

    fn egress_change(&self) -> String {
        let pods = prose(&self.network.pods.in_words());
        let before = self.earlier.as_ref().map(|earlier| earlier.restricted_egress);
        match (before, self.network.restricts_egress) {
            (Some(false), true) => format!(
                "**New: egress is restricted** for {pods}. They reach only what the policies open from now on; everything else stops, their own namespace included unless a policy opens it."
            ),
            (Some(true), false) => format!("Egress is **no longer restricted** for {pods}."),
            (_, true) => format!("Egress of {pods} is restricted, as before."),
            (_, false) => format!("No policy of the repository restricts egress of {pods}."),
        }
    }

    fn found(&self) -> Block {
        if self.findings.is_empty() {
            return Block::Text("None.".to_owned());
        }
        let line = |finding: &Finding| {
            let word = match finding.level {
                Level::Error => "error",
                Level::Warning => "warning",
                Level::Note => "note",
            };
            let (rule, message) = (code(finding.rule), prose(&finding.message));
            format!("{word} {rule} at {}: {message}", code(&finding.location()))
        };
        Block::Items(self.findings.iter().map(line).collect())
    }

    fn checked(&self) -> Vec<String> {
        let mut lines = vec![
            format!("the folder builds; to see it: {}", code(&self.build_command())),
            format!(
                "`gangplank check` of the folder: {}",
                match self.findings.len() {
                    0 => "nothing found".to_owned(),
                    1 => "1 finding, see above".to_owned(),
                    count => format!("{count} findings, see above"),
                }
            ),
        ];
        for link in &self.links {
            let word = match link.verdict {
                Verdict::Allow => "yes",
                Verdict::Deny => "no",
                Verdict::CannotTell => "can't tell",
            };
            lines.push(format!("{}: {word}, {}", link.name, prose(&link.reason)));
        }
        for handed in &self.roles {
            let role = code(handed.role.as_str());
            match &handed.trust.said[..] {
                [] => lines.push(format!("{role}: IAM was not asked")),
                said => lines.extend(said.iter().map(|line| format!("{role}: {}", prose(line)))),
            }
        }
        lines.push("after the sync, the proof is the test pod of `gangplank handoff`".to_owned());
        lines
    }
}
