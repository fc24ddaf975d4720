//! The pod that a workload makes: from a Deployment, a CronJob, a Pod and whatever else has a pod
//! template.

use super::yaml::{Node, Yaml};
use crate::domain::pod::{Pod, RoleWish};
use crate::domain::pods::Pods;

/// The ways to a pod template.
const TEMPLATES: [&[&str]; 2] =
    [&["spec", "jobTemplate", "spec", "template"], &["spec", "template"]];

/// The pod of the first workload in a text, with its kind and name; `None` without one.
pub fn pod_of(yaml: &Yaml, role_key: &str, external_id_key: &str) -> Option<(String, Pod)> {
    yaml.documents().find_map(|root| {
        let kind = root.get("kind")?.text()?;
        let template = match kind {
            "Pod" => Some(root),
            _ => TEMPLATES.iter().find_map(|way| root.at(way)).filter(|node| node.is_mapping()),
        }?;
        let name = text(root, &["metadata", "name"]).unwrap_or_default();
        let annotation = |node: Node<'_>, key| text(node, &["metadata", "annotations", key]);
        let role = match annotation(template, role_key) {
            Some(role) => RoleWish::OnPod(role),
            None => misplaced(root, template, role_key),
        };
        let account = text(template, &["spec", "serviceAccountName"]);
        let account = account.filter(|name| !name.is_empty());
        let pod = Pod {
            role,
            external_id: annotation(template, external_id_key),
            pods: Pods {
                service_accounts: vec![account.unwrap_or_else(|| "default".to_owned())],
                labels: labels(template),
            },
            host_network: text(template, &["spec", "hostNetwork"]).as_deref() == Some("true"),
        };
        Some((format!("{kind} {name}"), pod))
    })
}

/// A role where kube2iam does not look.
fn misplaced(root: Node<'_>, template: Node<'_>, role_key: &str) -> RoleWish {
    let at = |node: Node<'_>, kind| text(node, &["metadata", kind, role_key]);
    if let Some(role) = at(template, "labels").or_else(|| at(root, "labels")) {
        return RoleWish::AsLabel(role);
    }
    at(root, "annotations").map_or(RoleWish::Absent, RoleWish::OnWorkload)
}

fn labels(template: Node<'_>) -> Vec<(String, String)> {
    let labels = template.at(&["metadata", "labels"]).into_iter().flat_map(Node::entries);
    let texts = labels.filter_map(|entry| Some((entry.key.text()?, entry.value.text()?)));
    texts.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

fn text(node: Node<'_>, way: &[&str]) -> Option<String> {
    node.at(way).and_then(Node::text).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(String, Pod)> {
        pod_of(
            &Yaml::parse(text).unwrap(),
            "iam.amazonaws.com/role",
            "iam.amazonaws.com/external-id",
        )
    }

    #[test]
    fn the_role_is_found_where_kube2iam_looks_and_where_it_does_not() {
        let role = "annotations: {iam.amazonaws.com/role: app}";
        for (text, expected) in [
            (format!("kind: Pod\nmetadata: {{{role}}}\n"), RoleWish::OnPod("app".into())),
            (
                format!("kind: Deployment\nspec: {{template: {{metadata: {{{role}}}}}}}\n"),
                RoleWish::OnPod("app".into()),
            ),
            (
                format!(
                    "kind: CronJob\nspec: {{jobTemplate: {{spec: {{template: {{metadata: {{{role}}}}}}}}}}}\n"
                ),
                RoleWish::OnPod("app".into()),
            ),
            (
                format!(
                    "kind: Deployment\nmetadata: {{{role}}}\nspec: {{template: {{spec: {{}}}}}}\n"
                ),
                RoleWish::OnWorkload("app".into()),
            ),
            (
                "kind: Pod\nmetadata: {labels: {iam.amazonaws.com/role: app}}\n".to_owned(),
                RoleWish::AsLabel("app".into()),
            ),
            ("kind: Pod\nspec: {}\n".to_owned(), RoleWish::Absent),
        ] {
            assert_eq!(read(&text).unwrap().1.role, expected, "{text}");
        }
    }

    #[test]
    fn the_first_document_with_a_pod_counts() {
        let text = "kind: Service\nmetadata: {name: s}\n---\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    metadata: {labels: {app: web}}\n    spec: {serviceAccountName: rp, hostNetwork: true}\n";
        let (name, pod) = read(text).unwrap();
        assert_eq!(name, "Deployment web");
        assert_eq!(pod.pods.service_accounts, ["rp"]);
        assert_eq!(pod.pods.labels, [("app".to_owned(), "web".to_owned())]);
        assert!(pod.host_network);
        assert!(read("kind: Service\n").is_none());
    }
}
