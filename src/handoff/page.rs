//! The page for the application team.

use super::document::{Block, Section, code, codes, prose};
use super::pods::PolicyPods;
use super::{Handoff, WORKLOADS, manifest};
use crate::domain::pod::Verdict;
use crate::domain::shell::CommandLine;

impl Handoff {
    /// The page, section by section.
    pub fn page(&self) -> Vec<Section> {
        let sections = [
            Some(self.roles_section()),
            Some(self.pods_section()),
            Some(self.reach_section()),
            Some(self.annotation_section()),
            Some(self.result_section()),
            Some(self.proof_section()),
            self.trust_section(),
            Some(self.asking_section()),
        ];
        sections.into_iter().flatten().collect()
    }

    /// The command that shows what Argo CD will apply.
    pub fn build_command(&self) -> String {
        CommandLine::of("kubectl kustomize").argument(&self.git_path).to_string()
    }

    /// The command that makes new pods.
    pub fn restart_command(&self) -> String {
        let command = CommandLine::of("kubectl").flag("-n", &self.namespace);
        command.switch("rollout restart deployment/NAME").to_string()
    }

    /// The command that prints the script again.
    fn script_command(&self) -> String {
        let place = format!("{}/{}", self.cluster, self.folder.name());
        let mut command = CommandLine::of("gangplank handoff").argument(&place);
        let selections = self.network.pods.selections();
        let role = self.role().map(|role| ("--role", role.as_str()));
        let pods = selections.iter().map(|one| ("--select", one.as_str()));
        let id = self.external_id.as_deref().map(|id| ("--external-id", id));
        for (name, value) in role.into_iter().chain(pods).chain(id) {
            command = command.flag(name, value);
        }
        command.switch("--part test-pod").to_string()
    }

    fn roles_section(&self) -> Section {
        let title = format!(
            "{} on {}: AWS roles for its pods",
            self.namespace,
            prose(self.cluster.as_str())
        );
        let text =
            "Pods of the namespace may ask kube2iam for these roles, as kustomize builds the list:";
        let roles = self.roles.iter().map(|handed| code(handed.role.as_str()));
        let patterns = self.patterns.iter();
        let patterns = patterns.map(|entry| format!("what {} matches", code(entry)));
        let items = roles.chain(patterns).collect();
        Section::new(title, vec![Block::Text(text.to_owned()), Block::Items(items)])
    }

    fn pods_section(&self) -> Section {
        let mut blocks = vec![Block::Text(
            "kube2iam asks for nothing but the namespace and the annotation. The network policies choose by pod:"
                .to_owned(),
        )];
        let item = |policy: &PolicyPods| {
            let way = if policy.reach_kube2iam { "reach" } else { "do not reach" };
            let pods = prose(&policy.in_words());
            format!("{} is for {pods}, which {way} kube2iam", code(&policy.name))
        };
        if self.network.policies.is_empty() {
            blocks = vec![Block::Text("Any pod of the namespace.".to_owned())];
        } else {
            blocks.push(Block::Items(self.network.policies.iter().map(item).collect()));
        }
        Section::new("Which pods", blocks)
    }

    fn reach_section(&self) -> Section {
        let pods = prose(&self.network.reach.pods);
        let text = match self.network.restricts_egress {
            true => "Egress of these pods is restricted: they reach only what the policies open.",
            false => "No policy of the repository restricts egress of these pods.",
        };
        let blocks = [Block::Text(format!("{text} These pods"))].into_iter().chain(self.reached());
        Section::new(format!("What they reach: {pods}"), blocks.collect())
    }

    /// What the pods reach, as sentences without their subject.
    pub(super) fn reached(&self) -> Vec<Block> {
        let rows = self.network.reach.rows.iter().map(|row| prose(&row.sentence()));
        let notes = self.network.reach.notes.iter().map(|note| Block::Text(prose(note)));
        [Block::Items(rows.collect())].into_iter().chain(notes).collect()
    }

    fn annotation_section(&self) -> Section {
        let mut blocks = vec![Block::Text(format!(
            "The annotation {} goes on the pods, never on the workload above them. A pod has one role; for another one write its ARN.",
            code(&self.role_key)
        ))];
        if let Some(id) = &self.external_id {
            blocks.push(Block::Text(format!(
                "The role asks for the external id {}, which the pods send with {}. kube2iam keeps credentials by role on each node, so it keeps no pods of one cluster apart.",
                code(id),
                code(&self.external_id_key)
            )));
        }
        for workload in &WORKLOADS {
            let text = format!("{}, in {}:", workload.kind, code(&workload.place()));
            blocks.push(Block::Text(text));
            blocks.push(Block::Code("yaml", manifest(self, workload)));
        }
        Section::new("The annotation", blocks)
    }

    fn result_section(&self) -> Section {
        let look = "What Argo CD applies to the namespace, from the top of the repository:";
        let restart = "Nothing of the platform is restarted: kube2iam watches the Namespaces, and the policies hold at once. A changed pod template makes new pods by itself. Pods that had the annotation before the sync may hold on to what they were told then:";
        let blocks = vec![
            Block::Text(look.to_owned()),
            Block::Code("sh", self.build_command()),
            Block::Text(restart.to_owned()),
            Block::Code("sh", self.restart_command()),
        ];
        Section::new("After the sync", blocks)
    }

    fn proof_section(&self) -> Section {
        let text = format!(
            "A pod with the service account {} that asks for the role, shows what it got, and is deleted in any case; it needs kubectl with a context for {}:",
            code(self.service_account()),
            code(self.cluster.as_str())
        );
        let mut blocks =
            vec![Block::Text(text), Block::Code("sh", format!("{} | sh", self.script_command()))];
        if let Some(file) = &self.unused_script {
            blocks.push(Block::Text(format!(
                "The repository's own {} is not used: a script that a repository brings would run with your rights.",
                code(file)
            )));
        }
        let doubts = self.links.iter().filter(|link| link.verdict != Verdict::Allow);
        // Where STS is closed, the test pod does without it.
        let doubts = doubts.filter(|link| self.network.opens_sts || link.name != "sts");
        let doubts: Vec<String> = doubts.map(|link| prose(&link.reason)).collect();
        if !doubts.is_empty() {
            blocks.push(Block::Text("What may keep it from the role:".to_owned()));
            blocks.push(Block::Items(doubts));
        }
        if !self.network.opens_sts {
            let text = "The policies open no STS, so the pod asks kube2iam for credentials and goes no further.";
            blocks.push(Block::Text(text.to_owned()));
        }
        Section::new("The proof", blocks)
    }

    /// Left out only where IAM says that all is well.
    fn trust_section(&self) -> Option<Section> {
        let mut blocks = Vec::new();
        for handed in &self.roles {
            let role = code(handed.role.as_str());
            if handed.trust.is_trusted == Some(true) {
                continue;
            }
            let said = handed.trust.said.iter().map(|line| prose(line));
            let statement = self.statement(&handed.role);
            let text = match (handed.trust.is_trusted, &statement) {
                (Some(_), Some(_)) => {
                    format!(
                        "IAM does not let kube2iam have {role} as it is. The trust policy needs:"
                    )
                }
                (Some(_), None) => format!("IAM does not let kube2iam have {role} as it is:"),
                (None, Some(_)) => {
                    format!("The trust policy of {role} needs this statement, if it is missing:")
                }
                (None, None) => format!(
                    "The trust policy of {role} has to let the node role of {} in, which is not known here: set {} in gangplank.yaml.",
                    prose(self.cluster.as_str()),
                    code(&format!("clusters.{}.kube2iam.node_role", self.cluster))
                ),
            };
            blocks.push(Block::Text(text));
            blocks.push(Block::Items(said.collect()));
            blocks.extend(statement.map(|statement| Block::Code("json", statement)));
        }
        blocks.retain(|block| !matches!(block, Block::Items(items) if items.is_empty()));
        (!blocks.is_empty()).then(|| Section::new("On the AWS side", blocks))
    }

    fn asking_section(&self) -> Section {
        let text = match &self.owners[..] {
            [] => "CODEOWNERS names nobody for the namespace: ask those who gave you this page."
                .to_owned(),
            owners => format!(
                "{} own the namespace's files, by CODEOWNERS.",
                codes(owners.iter().map(String::as_str))
            ),
        };
        Section::new("Whom to ask", vec![Block::Text(text)])
    }
}
