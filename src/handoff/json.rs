//! Everything that is handed over as `gangplank.handoff/1`.

use serde_json::{Value, json};

use super::pods::PolicyPods;
use super::{HandedRole, Handoff, WORKLOADS, Workload, manifest};
use crate::domain::pod::Link;
use crate::domain::pods::Pods;
use crate::domain::reach::ReachRow;
use crate::manifests::template::{TemplateError, Templates};

impl Handoff {
    /// The document.
    ///
    /// # Errors
    /// A template that does not work.
    pub fn json(&self, templates: &Templates) -> Result<Value, TemplateError> {
        Ok(json!({
            "schema": "gangplank.handoff/1",
            "cluster": self.cluster.as_str(),
            "namespace": self.namespace,
            "path": self.folder.as_str(),
            "roles": self.roles.iter().map(|handed| self.role_json(handed)).collect::<Vec<_>>(),
            "patterns": self.patterns,
            "role_key": self.role_key,
            "external_id_key": self.external_id_key,
            "external_id": self.external_id,
            "select": self.network.pods.selections(),
            "region": self.network.region.as_str(),
            "policies": self.network.policies.iter().map(policy).collect::<Vec<_>>(),
            "reach": self.network.reach.rows.iter().map(row).collect::<Vec<_>>(),
            "restricts_egress": self.network.restricts_egress,
            "links": self.links.iter().map(link).collect::<Vec<_>>(),
            "earlier": self.earlier.as_ref().map(|earlier| json!({
                "was_there": earlier.was_there,
                "allowed_roles": earlier.entries,
                "restricted_egress": earlier.restricted_egress,
            })),
            "allowed_roles": self.entries,
            "manifests": WORKLOADS.iter().map(|one| self.manifest_json(one)).collect::<Vec<_>>(),
            "build_command": self.build_command(),
            "restart_command": self.restart_command(),
            "owners": self.owners,
            "findings": self.findings,
            "test_pod": self.test_pod(templates)?,
            "pull_request": self.pull_request(),
        }))
    }

    fn role_json(&self, handed: &HandedRole) -> Value {
        json!({
            "arn": handed.role.as_str(),
            "trusted": handed.trust.is_trusted,
            "iam": handed.trust.said,
            "statement": self.statement(&handed.role),
        })
    }

    fn manifest_json(&self, workload: &Workload) -> Value {
        json!({
            "kind": workload.kind,
            "place": workload.place(),
            "manifest": manifest(self, workload),
        })
    }
}

fn policy(policy: &PolicyPods) -> Value {
    json!({
        "name": policy.name,
        "path": policy.path.as_str(),
        "select": policy.pods.as_ref().map(Pods::selections),
        "reach_kube2iam": policy.reach_kube2iam,
    })
}

fn row(row: &ReachRow) -> Value {
    json!({
        "name": row.name,
        "verdict": row.verdict.word().replace(' ', "_"),
        "because": row.because,
        "remarks": row.remarks,
    })
}

fn link(link: &Link) -> Value {
    json!({ "link": link.name, "verdict": link.verdict.as_str(), "reason": link.reason, "help": link.help })
}
