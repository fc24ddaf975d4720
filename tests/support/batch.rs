//! Many folders in few builds of kubectl: one process costs more than a hundred folders do.

use std::path::Path;

use serde_json::Value as Json;

use super::Kubectl;
use super::yaml::documents;

/// More than this many folders in one build take longer than two builds.
const MOST: usize = 60;

/// What kubectl builds of each folder below `root`, or the error.
///
/// The names of their objects must differ. Of an error in a batch, halves are tried.
pub(crate) fn build_each(
    kubectl: &Kubectl,
    root: &Path,
    folders: &[String],
) -> Vec<Result<Vec<Json>, String>> {
    folders.chunks(MOST).flat_map(|chunk| build_chunk(kubectl, root, chunk)).collect()
}

fn build_chunk(
    kubectl: &Kubectl,
    root: &Path,
    folders: &[String],
) -> Vec<Result<Vec<Json>, String>> {
    let batch = root.join("batch");
    std::fs::create_dir_all(&batch).unwrap();
    let mut text = "sortOptions: {order: fifo}\nresources:\n".to_owned();
    for (at, folder) in folders.iter().enumerate() {
        let mark = format!("apiVersion: v1\nkind: Mark\nmetadata: {{name: m{at}}}\n");
        std::fs::write(batch.join(format!("m{at}.yaml")), mark).unwrap();
        text.push_str(&format!("- ../{folder}\n- m{at}.yaml\n"));
    }
    std::fs::write(batch.join("kustomization.yaml"), text).unwrap();
    let outcome = kubectl.run(root, &["kustomize", "batch"]);
    match folders.len() {
        _ if outcome.code == 0 => split(documents(&outcome.stdout)),
        1 => vec![Err(outcome.stderr)],
        count => {
            let (one, other) = folders.split_at(count / 2);
            let mut all = build_chunk(kubectl, root, one);
            all.extend(build_chunk(kubectl, root, other));
            all
        }
    }
}

/// The objects before each mark.
fn split(objects: Vec<Json>) -> Vec<Result<Vec<Json>, String>> {
    let mut all = vec![Vec::new()];
    for object in objects {
        match object["kind"].as_str() {
            Some("Mark") => all.push(Vec::new()),
            _ => all.last_mut().unwrap().push(object),
        }
    }
    all.pop();
    all.into_iter().map(Ok).collect()
}
