//! Proves with the program and kubectl that onboarding into generated kustomizations changes the
//! list of roles and adds the policy, and nothing else in the build.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::support::{
    Kubectl, KustomizationText, Outcome, ROLE, ROLES_KEY, Repo, build_each, count, streams,
};

fn name(at: usize) -> String {
    format!("team-{at}")
}

fn folder(at: usize) -> String {
    format!("clusters/c{at}/namespaces/application/{}", name(at))
}

/// The list of roles, taken out of the objects, and the policies, taken out too.
fn taken(objects: &mut Vec<Json>) -> (Vec<String>, usize) {
    let mut roles = Vec::new();
    for object in objects.iter_mut().filter(|object| object["kind"] == "Namespace") {
        let annotations = object["metadata"]["annotations"].as_object_mut();
        if let Some(value) = annotations.and_then(|map| map.remove(ROLES_KEY)) {
            roles = serde_json::from_str(value.as_str().unwrap()).unwrap();
        }
    }
    let count = objects.len();
    objects.retain(|object| object["kind"] != "CiliumNetworkPolicy");
    (roles, count - objects.len())
}

/// The rules of findings about a folder.
fn rules<'j>(json: &'j Json, folder: &str) -> impl Iterator<Item = String> + use<'j> {
    let folder = folder.to_owned();
    let findings = json["findings"].as_array().unwrap().iter();
    let own = findings.filter(move |f| f["path"].as_str().unwrap().starts_with(&folder));
    own.map(|finding| finding["rule"].as_str().unwrap().to_owned())
}

fn onboard(repo: &Repo, at: usize) -> Outcome {
    let (cluster, name) = (format!("c{at}"), name(at));
    let style = if at.is_multiple_of(2) { "json-patch" } else { "strategic-merge" };
    let answers = [
        ["--cluster", &cluster],
        ["--namespace", &name],
        ["--role", ROLE],
        ["--select", "sa=default"],
        ["--egress", "restrict"],
        ["--style", style],
    ];
    repo.onboard(&answers.concat(), &["--yes", "--output", "json"])
}

#[test]
fn onboarding_changes_the_list_and_adds_the_policy_only() {
    let Some(kubectl) = Kubectl::find() else {
        return;
    };
    let texts: Vec<KustomizationText> = streams(count(24, 500))
        .iter_mut()
        .enumerate()
        .map(|(at, choices)| KustomizationText::of(choices, &name(at)))
        .collect();
    let mut repo = Repo::new();
    let quota = "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: quota}\nspec: {}\n";
    for (at, text) in texts.iter().enumerate() {
        repo = repo
            .defaults(&format!("clusters/c{at}/namespaces/defaults"))
            .file(&format!("{}/quota.yaml", folder(at)), quota)
            .file(&format!("{}/kustomization.yaml", folder(at)), text.bytes());
    }
    let folders: Vec<String> = (0..texts.len()).map(folder).collect();
    let before = build_each(&kubectl, &repo.root(), &folders);
    let said: Vec<BTreeSet<String>> = texts
        .iter()
        .enumerate()
        .map(|(at, text)| {
            let outcome = onboard(&repo, at);
            assert_eq!(outcome.code, 0, "{}\n{}", text.text, outcome.printed());
            rules(&outcome.json(), "").collect()
        })
        .collect();
    // A check finds nothing that the review did not show.
    let found = repo.run(&["check", "--output", "json"]).ends(0).json();
    for (at, said) in said.iter().enumerate() {
        let new: Vec<String> =
            rules(&found, &folder(at)).filter(|rule| !said.contains(rule)).collect();
        assert!(new.is_empty(), "{new:?}\n{}", texts[at].text);
    }
    let after = build_each(&kubectl, &repo.root(), &folders);
    for (at, (before, after)) in before.into_iter().zip(after).enumerate() {
        let text = &texts[at].text;
        let (mut before, mut after) = (before.expect(text), after.expect(text));
        let (old, none) = taken(&mut before);
        let (new, policies) = taken(&mut after);
        assert_eq!((old, none), (texts[at].roles.clone(), 0), "{text}");
        let wanted = [&texts[at].roles[..], &[ROLE.to_owned()]].concat();
        assert_eq!((new, policies), (wanted, 1), "{text}");
        assert_eq!(before, after, "{text}");
    }
    eprintln!("{} onboardings, each the same but for the list and the policy", texts.len());
}
