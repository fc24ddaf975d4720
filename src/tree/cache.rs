//! What was read already: a preview looks at the same files after each key, and a check at the same
//! defaults for each namespace.

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Listing, ReadError, YamlFile};
use crate::system::RepoPath;

/// Bytes of text that are kept parsed, more than any defaults have: beyond it, all is forgotten and
/// the next reader begins anew.
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// A parsed file, or why it can't be parsed.
pub(super) type Parsed = Result<Arc<YamlFile>, ReadError>;

/// Files that were parsed and folders that were listed.
#[derive(Debug, Default)]
pub(super) struct Cache {
    parsed: Mutex<HashMap<RepoPath, Parsed>>,
    bytes: Mutex<usize>,
    listed: Mutex<HashMap<RepoPath, Arc<Listing>>>,
}

/// The paths that were asked for.
#[derive(Debug, Clone, Default)]
pub struct Asked(Arc<Mutex<BTreeSet<RepoPath>>>);

impl Cache {
    pub(super) fn parsed(&self, path: &RepoPath) -> Option<Parsed> {
        get(&self.parsed, path)
    }

    /// Keeps a parsed file; `bytes` is how long its text is.
    pub(super) fn keep_parsed(&self, path: &RepoPath, parsed: Parsed, bytes: usize) {
        let mut kept = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        let mut files = self.parsed.lock().unwrap_or_else(PoisonError::into_inner);
        if *kept + bytes > MOST_BYTES {
            files.clear();
            *kept = 0;
        }
        *kept += bytes;
        files.insert(path.clone(), parsed);
    }

    /// The files that are kept.
    pub(super) fn paths(&self) -> Vec<RepoPath> {
        let files = self.parsed.lock().unwrap_or_else(PoisonError::into_inner);
        files.keys().cloned().collect()
    }

    pub(super) fn listed(&self, folder: &RepoPath) -> Option<Arc<Listing>> {
        get(&self.listed, folder)
    }

    pub(super) fn keep_listed(&self, folder: &RepoPath, listing: &Arc<Listing>) {
        let mut listed = self.listed.lock().unwrap_or_else(PoisonError::into_inner);
        listed.insert(folder.clone(), Arc::clone(listing));
    }

    pub(super) fn clear(&self) {
        self.parsed.lock().unwrap_or_else(PoisonError::into_inner).clear();
        *self.bytes.lock().unwrap_or_else(PoisonError::into_inner) = 0;
        self.listed.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

fn get<K: Eq + Hash, V: Clone>(map: &Mutex<HashMap<K, V>>, key: &K) -> Option<V> {
    map.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
}

impl Asked {
    pub(super) fn note(&self, path: &RepoPath) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(path.clone());
    }

    /// The paths, those of missing files too.
    pub fn paths(&self) -> BTreeSet<RepoPath> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
