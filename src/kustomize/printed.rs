//! What another program printed as the result of a build, read into the same form.

use super::build::Build;
use super::namespace::BuiltNamespace;
use crate::manifests::yaml::{Node, Yaml};
use crate::system::RepoPath;

/// The build with its Namespaces as another program printed them, and with nothing left open. The
/// objects stay those of the files.
///
/// # Errors
/// A text that is no list of objects; Namespaces that can't be told from each other.
pub fn with_printed(build: &Build, text: &str, file: &RepoPath) -> Result<Build, String> {
    let yaml = Yaml::parse(text).map_err(|error| format!("prints no YAML: {}", error.message))?;
    let mut namespaces = Vec::new();
    for root in yaml.documents().filter(|root| !root.is_null()) {
        let word = |key| root.get(key).and_then(Node::text);
        let Some(kind) = word("kind") else {
            return Err("prints something that is no object".to_owned());
        };
        if kind == "Namespace" && word("apiVersion") == Some("v1") {
            namespaces.push(BuiltNamespace::of(root, file));
        }
    }
    if let [_, _, ..] = &build.namespaces[..] {
        return Err("prints Namespaces of which several files may be the source".to_owned());
    }
    if let ([known], [printed]) = (&build.namespaces[..], &mut namespaces[..]) {
        printed.came_from(known);
    }
    Ok(Build { objects: build.objects.clone(), namespaces, ..Build::default() })
}
