//! Namespaces and names that Go's YAML reads as something else than a string.

use serde_json::json;

use super::{ACCOUNT, Onboarding, Policy};
use crate::support::{Kubectl, ROLE, Repo};

const WORDS: [&str; 10] = ["on", "off", "y", "no", "null", "true", "123", "1e3", "0x1f", "012"];

/// A sibling whose labels repeat its name, so that the new folder's labels repeat the word.
fn labelled() -> Repo {
    let sibling = "\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: first
resources:
  - ../../defaults
labels:
  - pairs:
      app: first
      answer: \"yes\"
";
    Repo::guide().file("clusters/c/namespaces/application/first/kustomization.yaml", sibling)
}

#[test]
fn words_that_yaml_retypes_stay_strings_everywhere() {
    let Some(kubectl) = Kubectl::find() else {
        return;
    };
    for word in WORDS {
        let folder = format!("clusters/c/namespaces/application/{word}");
        let (account, label) = (format!("sa={word}"), format!("label=tier={word}"));
        let mut policy = Policy::portable();
        policy.selector = json!({"matchLabels": {ACCOUNT: word, "tier": word}});
        let cluster = ["--cluster", "c", "--namespace", word, "--role", ROLE];
        let more = ["--select", &account, "--select", &label, "--egress", "restrict"];
        let onboarding = Onboarding {
            arguments: [cluster, more].concat(),
            folder: &folder,
            namespace: word,
            policy: Some((word, policy.spec())),
            labels: json!({"tier": "shared", "app": word, "answer": "yes"}),
            ..Onboarding::of(&labelled, &[])
        };
        onboarding.check(&kubectl);
    }
}
