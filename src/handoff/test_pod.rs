//! The script that proves it: a pod that asks for the role, and goes again.

use serde::Serialize;

use super::Handoff;
use crate::manifests::template::{TemplateError, Templates};

#[derive(Serialize)]
struct Context<'a> {
    cluster: &'a str,
    namespace: &'a str,
    role: &'a str,
    role_key: &'a str,
    account: &'a str,
    role_name: &'a str,
    external_id_key: &'a str,
    external_id: Option<&'a str>,
    service_account: &'a str,
    labels: Vec<Label<'a>>,
    region: &'a str,
    sts: bool,
}

#[derive(Serialize)]
struct Label<'a> {
    key: &'a str,
    value: &'a str,
}

impl Handoff {
    /// The script.
    ///
    /// # Errors
    /// A template that does not work.
    pub fn test_pod(&self, templates: &Templates) -> Result<String, TemplateError> {
        let role = self.role();
        let context = Context {
            cluster: self.cluster.as_str(),
            namespace: &self.namespace,
            role: role.map_or("", |role| role.as_str()),
            role_key: &self.role_key,
            account: role.map_or("", |role| role.account()),
            role_name: role.map_or("", |role| role.name()),
            external_id_key: &self.external_id_key,
            external_id: self.external_id.as_deref(),
            service_account: self.service_account(),
            labels: self
                .network
                .pods
                .labels
                .iter()
                .map(|(key, value)| Label { key, value })
                .collect(),
            region: self.network.region.as_str(),
            sts: self.network.opens_sts,
        };
        templates.render("test-pod.sh", &context)
    }

    /// The account of the test pod: the first one that the policies name.
    pub(super) fn service_account(&self) -> &str {
        self.network.pods.service_accounts.first().map_or("default", String::as_str)
    }
}
