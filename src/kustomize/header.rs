//! The head of a kustomization: its kind and version, which depend on how it comes into a build.

use super::fields::{Kustomization, field_key};
use super::problem::Problem;
use crate::tree::YamlFile;

/// How a kustomization comes into a build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// It is what is built.
    Top,
    /// `resources` list it.
    Resource,
    /// `components` list it.
    Component,
}

/// The kinds and versions that kustomize takes; an absent one is filled in.
pub(super) fn check_header(
    kustomization: &Kustomization<'_>,
    file: &YamlFile,
    role: Role,
) -> Result<(), Problem> {
    let broken = |rule, field, reason: &str| {
        let problem = Problem::broken(rule, &file.path, reason);
        let key = field_key(kustomization.root(), field);
        Err(key.map_or(problem.clone(), |key| problem.at(key)))
    };
    if kustomization.text("apiVersion").starts_with("kustomize.toolkit.fluxcd.io/") {
        let reason =
            "an object of Flux, which is called Kustomization but is no kustomization file";
        return broken("kustomization/wrong-version", "apiVersion", reason);
    }
    let version = match (kustomization.text("kind"), role) {
        ("Component", Role::Resource) => {
            let reason = "a Component is listed in `resources`, not in `components`";
            return broken("kustomization/wrong-kind", "kind", reason);
        }
        ("" | "Kustomization", Role::Component) => {
            let reason = "`components` list a folder that is no Component";
            return broken("kustomization/wrong-kind", "kind", reason);
        }
        ("Component", _) => "kustomize.config.k8s.io/v1alpha1",
        ("" | "Kustomization", _) => "kustomize.config.k8s.io/v1beta1",
        _ => {
            let reason = "the kind is neither Kustomization nor Component";
            return broken("kustomization/wrong-kind", "kind", reason);
        }
    };
    match kustomization.text("apiVersion") {
        "" => Ok(()),
        text if text == version => Ok(()),
        _ => {
            let reason = format!("the apiVersion is not {version}");
            broken("kustomization/wrong-version", "apiVersion", &reason)
        }
    }
}
