//! The repository's own templates, in a folder beside its config.

use crate::manifests::template::{LARGEST_TEMPLATE, OwnTemplate};
use crate::system::{FileKind, RepoPath};
use crate::tree::{ReadError, Tree};

/// Where they are, below the root.
pub const TEMPLATES_FOLDER: &str = ".gangplank/templates";

/// A folder of templates holds no more than a few.
const MOST_FILES: usize = 64;

/// The template of the script that people pipe into a shell. A repository's own is not used: whoever
/// may open a pull request would write what runs with the rights of whoever tries it.
const SCRIPT: &str = "test-pod.sh";

/// The repository's own templates that are used; one that can't be read is there too, and says why.
pub fn own_templates(tree: &Tree) -> Vec<OwnTemplate> {
    let mut all = all_templates(tree);
    all.retain(|own| own.name != SCRIPT);
    all
}

/// The file of the repository's own template of a script, which is not used.
pub fn unused_script(tree: &Tree) -> Option<String> {
    all_templates(tree).into_iter().find(|own| own.name == SCRIPT).map(|own| own.file)
}

/// The repository's own templates, those that are not used too.
pub fn all_templates(tree: &Tree) -> Vec<OwnTemplate> {
    let folder = RepoPath::parse(TEMPLATES_FOLDER).unwrap_or_default();
    match template_files(tree, &folder) {
        Ok(files) => files,
        Err(error) => {
            vec![OwnTemplate::new("", TEMPLATES_FOLDER, Err(error.reason))]
        }
    }
}

/// The templates in a folder.
///
/// # Errors
/// What keeps it from being listed.
pub fn template_files(tree: &Tree, folder: &RepoPath) -> Result<Vec<OwnTemplate>, ReadError> {
    let names = tree.list(folder)?;
    let names =
        names.iter().filter_map(|(file, kind)| Some((OwnTemplate::name_of(file)?, file, kind)));
    let read = names.take(MOST_FILES).map(|(name, file, kind)| {
        let path = folder.child(file);
        OwnTemplate::new(name, path.as_str(), bytes(tree, &path, *kind))
    });
    Ok(read.collect())
}

fn bytes(tree: &Tree, path: &RepoPath, kind: FileKind) -> Result<Vec<u8>, String> {
    if kind == FileKind::Folder {
        return Err("this is a folder, not a template".to_owned());
    }
    let bytes = tree.read(path).map_err(|error| error.reason)?;
    let bytes = bytes.ok_or_else(|| "a link that leads nowhere".to_owned())?;
    match bytes.len() as u64 > LARGEST_TEMPLATE {
        true => Err("larger than 64 KiB: no template is".to_owned()),
        false => Ok(bytes),
    }
}
