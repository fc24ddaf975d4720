//! What kustomize, kube2iam, Cilium and Argo CD let through without a word: the rules, as functions
//! of a tree.

pub mod folder;
pub mod policy;
