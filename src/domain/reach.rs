//! What pods reach and what not, and because of what: a table for people.

/// Whether pods reach something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reachable {
    /// They do.
    Yes,
    /// They reach some of it.
    InPart,
    /// They do not.
    No,
    /// It can't be told from here.
    CannotTell,
}

impl Reachable {
    /// The verdict in a word or two.
    pub fn word(self) -> &'static str {
        match self {
            Reachable::Yes => "yes",
            Reachable::InPart => "in part",
            Reachable::No => "no",
            Reachable::CannotTell => "cannot tell",
        }
    }
}

/// What a row of the table is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReachTarget {
    /// The servers that are asked for names.
    Dns,
    /// The metadata address, where kube2iam answers.
    Credentials,
    /// An AWS endpoint in the region of the pods.
    Aws,
    /// One in another region.
    OtherRegion,
    /// A host that is not AWS's.
    Outside,
    /// The pods of the same namespace.
    OwnNamespace,
    /// The pods of all others.
    OtherNamespaces,
}

/// One row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReachRow {
    /// What it is about.
    pub target: ReachTarget,
    /// The same in words: a host name, say.
    pub name: String,
    /// Whether the pods reach it.
    pub verdict: Reachable,
    /// Because of what: a policy, or that there is none.
    pub because: String,
    /// What else is to be said of it.
    pub remarks: Vec<String>,
}

/// What some pods of a namespace reach, all policies for them taken together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// The cluster.
    pub cluster: String,
    /// The namespace.
    pub namespace: String,
    /// Which of its pods, in words.
    pub pods: String,
    /// The rows.
    pub rows: Vec<ReachRow>,
    /// What holds for all rows.
    pub notes: Vec<String>,
}

impl ReachRow {
    /// The row as a sentence without its subject: `reach DNS: opened by cnp.x.yaml`.
    pub fn sentence(&self) -> String {
        let verb = match self.verdict {
            Reachable::Yes => "reach ",
            Reachable::InPart => "reach in part ",
            Reachable::No => "do not reach ",
            Reachable::CannotTell => "may or may not reach ",
        };
        let remarks: String = self.remarks.iter().map(|remark| format!("; {remark}")).collect();
        format!("{verb}{}: {}{remarks}", self.name, self.because)
    }
}

impl Reach {
    /// Whose table it is: `service account app of team-a on prod-us1`.
    pub fn subject(&self) -> String {
        format!("{} of {} on {}", self.pods, self.namespace, self.cluster)
    }

    /// The table in words: a sentence for each row, then the notes.
    pub fn lines(&self) -> Vec<String> {
        let notes = self.notes.iter().cloned();
        self.rows.iter().map(ReachRow::sentence).chain(notes).collect()
    }

    /// The first row about something.
    pub fn row(&self, target: ReachTarget) -> Option<&ReachRow> {
        self.rows.iter().find(|row| row.target == target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_sentences() {
        let row = |name: &str, verdict, remarks: &[&str]| ReachRow {
            target: ReachTarget::Aws,
            name: name.to_owned(),
            verdict,
            because: "because".to_owned(),
            remarks: remarks.iter().map(|remark| (*remark).to_owned()).collect(),
        };
        let reach = Reach {
            cluster: "prod-us1".to_owned(),
            namespace: "team-a".to_owned(),
            pods: "all pods".to_owned(),
            rows: vec![
                row("a", Reachable::Yes, &["and more", "and that"]),
                row("pods of team-b", Reachable::InPart, &[]),
                row("c", Reachable::No, &[]),
                row("d", Reachable::CannotTell, &[]),
            ],
            notes: vec!["as far as this repository shows".to_owned()],
        };
        assert_eq!(reach.subject(), "all pods of team-a on prod-us1");
        assert_eq!(
            reach.lines(),
            [
                "reach a: because; and more; and that",
                "reach in part pods of team-b: because",
                "do not reach c: because",
                "may or may not reach d: because",
                "as far as this repository shows",
            ]
        );
    }
}
