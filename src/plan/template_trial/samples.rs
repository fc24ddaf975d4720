//! What templates are tried with: three clusters whose folders are made in different ways, and
//! answers for every branch of a template.

/// A cluster without a namespace, one whose siblings have all that a shape can have, and one with a
/// folder from before that sets no `namespace`.
pub(super) const FILES: &[(&str, &str)] = &[
    ("gangplank.yaml", CONFIG),
    ("clusters/new/namespaces/defaults/kustomization.yaml", "resources:\n  - namespace.yaml\n"),
    ("clusters/new/namespaces/defaults/namespace.yaml", NAMESPACE),
    ("clusters/house/namespaces/defaults/kustomization.yaml", "resources:\n  - namespace.yaml\n"),
    ("clusters/house/namespaces/defaults/namespace.yaml", NAMESPACE),
    ("clusters/house/components/team/kustomization.yaml", COMPONENT),
    ("clusters/house/namespaces/application/one/kustomization.yaml", SIBLING),
    ("clusters/house/namespaces/application/two/kustomization.yaml", SIBLING),
    (
        "clusters/old/namespaces/application/web/kustomization.yaml",
        "resources:\n- namespace.yaml\n",
    ),
    ("clusters/old/namespaces/application/web/namespace.yaml", OLD_NAMESPACE),
];

const CONFIG: &str = r#"
clusters:
  "*":
    account: "123456789098"
    regions: [us-east-1]
    cilium:
      version: "1.17"
      dns: [{ namespace: kube-system, labels: { k8s-app: kube-dns }, port: 53 }]
"#;

const NAMESPACE: &str = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: placeholder\n";

const OLD_NAMESPACE: &str = "\
apiVersion: v1
kind: Namespace
metadata:
  name: web
  annotations:
    iam.amazonaws.com/allowed-roles: '[\"arn:aws:iam::123456789098:role/before\"]'
";

const COMPONENT: &str = "\
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
";

const SIBLING: &str = "\
---
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization

namespace: one
resources:
  - ../../defaults
components:
  - ../../../components/team
commonLabels:
  example.com/tier: \"1\"
labels:
  - pairs:
      example.com/team: \"on\"
    includeSelectors: false
    includeTemplates: true
commonAnnotations:
  example.com/owner: \"true\"
patches:
  - target:
      kind: Namespace
    patch: |-
      - op: add
        path: /metadata/annotations/iam.amazonaws.com~1allowed-roles
        value: '[\"arn:aws:iam::123456789098:role/one\"]'
";

type Answers = &'static [(&'static str, &'static str)];

/// Places. Names that are numbers to YAML come to light where they are not quoted.
const PLACES: [Answers; 3] = [
    &[("cluster", "new"), ("namespace", "2048")],
    &[("cluster", "house"), ("namespace", "web")],
    &[("cluster", "old"), ("namespace", "web")],
];

/// What is granted.
const GRANTS: [Answers; 2] = [
    &[("style", "json-patch"), ("role", "arn:aws:iam::123456789098:role/app/web")],
    &[
        ("style", "strategic-merge"),
        ("role", "arn:aws:iam::123456789098:role/web"),
        ("role", "arn:aws:iam::123456789098:role/app/@home,it=is+me"),
    ],
];

/// What the policies say.
const POLICIES: [Answers; 9] = [
    &[("network", "none")],
    &[("network", "portable"), ("select", "all"), ("egress", "restrict")],
    &[("network", "portable"), ("select", "sa=web"), ("egress", "add-only")],
    &[("network", "regional"), ("select", "sa=web"), ("select", "sa=007"), ("egress", "restrict")],
    &[
        ("network", "regional"),
        ("region", "us-east-1"),
        ("region", "eu-central-1"),
        ("service", "sts"),
        ("service", "s3"),
        ("dual_stack", "true"),
        ("select", "sa=web"),
        ("select", "sa=jobs"),
        ("select", "label=tier=1"),
        ("egress", "add-only"),
    ],
    &[
        ("network", "regional"),
        ("select", "label=app=true"),
        ("select", "label=example.com/tier=no"),
        ("egress", "restrict"),
        ("policy_name", "1e3"),
    ],
    &[
        ("network", "portable"),
        ("select", "all"),
        ("egress", "restrict"),
        ("dns", "dns/app=one,tier=2"),
        ("dns", "dns/app=two"),
        ("dns", "kube-system/k8s-app=kube-dns:5353"),
        ("dns", "169.254.20.10/32"),
        ("dns", "fd00::10/128@5353"),
    ],
    &[("network", "portable"), ("select", "all"), ("egress", "restrict"), ("no_dns_rule", "true")],
    &[
        ("network", "portable"),
        ("select", "sa=web"),
        ("egress", "add-only"),
        ("no_metadata_rule", "true"),
        ("dns", "169.254.20.10/32"),
    ],
];

/// The answers of all onboardings: each policy in each place, and with each grant in one of them.
pub(super) fn onboardings() -> impl Iterator<Item = Vec<(&'static str, &'static str)>> {
    PLACES.iter().enumerate().flat_map(|(at, place)| {
        POLICIES.iter().enumerate().map(move |(policy_at, policy)| {
            let grant = GRANTS[(at + policy_at) % GRANTS.len()];
            [*place, grant, *policy].concat()
        })
    })
}
