//! The example repository of `gangplank demo`, as files with their texts. Pure data: writing it is
//! the shell's work.

/// A file below `repository/`.
macro_rules! file {
    ($path:literal) => {
        ($path, include_str!(concat!("repository/", $path)))
    };
}

/// The files of the example repository: path and text, sorted by path.
pub const FILES: &[(&str, &str)] = &[
    file!("README.md"),
    file!("clusters/dev-eu1/argocd/applicationset.namespaces.yaml"),
    file!("clusters/dev-eu1/argocd/kustomization.yaml"),
    file!("clusters/dev-eu1/namespaces/checkout/kustomization.yaml"),
    file!("clusters/dev-eu1/namespaces/defaults/cnp.default-egress.yaml"),
    file!("clusters/dev-eu1/namespaces/defaults/kustomization.yaml"),
    file!("clusters/dev-eu1/namespaces/defaults/namespace.yaml"),
    file!("clusters/dev-eu1/namespaces/defaults/resourcequota.yaml"),
    file!("clusters/dev-eu1/namespaces/defaults/rolebinding.yaml"),
    file!("clusters/dev-eu1/namespaces/kube-system/kustomization.yaml"),
    file!("clusters/dev-eu1/namespaces/kube-system/namespace.yaml"),
    file!("clusters/dev-eu1/namespaces/kube2iam/daemonset.yaml"),
    file!("clusters/dev-eu1/namespaces/kube2iam/kustomization.yaml"),
    file!("clusters/dev-eu1/namespaces/kube2iam/namespace.yaml"),
    file!("clusters/dev-eu1/namespaces/sandbox/kustomization.yaml"),
    file!("clusters/dev-eu1/namespaces/search/cnp.search.yaml"),
    file!("clusters/dev-eu1/namespaces/search/kustomization.yaml"),
    file!("clusters/prod-us1/argocd/applicationset.namespaces.yaml"),
    file!("clusters/prod-us1/argocd/kustomization.yaml"),
    file!("clusters/prod-us1/namespaces/application/billing/kustomization.yaml"),
    file!("clusters/prod-us1/namespaces/application/checkout/cnp.checkout.yaml"),
    file!("clusters/prod-us1/namespaces/application/checkout/kustomization.yaml"),
    file!("clusters/prod-us1/namespaces/application/data-pipeline/kustomization.yaml"),
    file!("clusters/prod-us1/namespaces/application/search/cnp.search.yaml"),
    file!("clusters/prod-us1/namespaces/application/search/kustomization.yaml"),
    file!("clusters/prod-us1/namespaces/defaults/cnp.default-ingress.yaml"),
    file!("clusters/prod-us1/namespaces/defaults/kustomization.yaml"),
    file!("clusters/prod-us1/namespaces/defaults/namespace.yaml"),
    file!("clusters/prod-us1/namespaces/defaults/resourcequota.yaml"),
    file!("clusters/prod-us1/namespaces/defaults/rolebinding.yaml"),
    file!("clusters/prod-us1/namespaces/system/kube-system/kustomization.yaml"),
    file!("clusters/prod-us1/namespaces/system/kube-system/namespace.yaml"),
    file!("clusters/prod-us1/namespaces/system/kube2iam/daemonset.yaml"),
    file!("clusters/prod-us1/namespaces/system/kube2iam/kustomization.yaml"),
    file!("clusters/prod-us1/namespaces/system/kube2iam/namespace.yaml"),
    file!("gangplank.yaml"),
];
