//! What kustomize says of a folder, also through kubectl and Argo CD.

use super::{Symptom, row};

const UNPARSED: &str = "kustomize: a patch is no YAML, no list of operations or has no apiVersion, kind and name; what is wrong with it is swallowed";
const AS_STRING: &str =
    "the value of an annotation is a list; it must be a string that holds the list";
const TAB: &str = "kustomize: a tab where blanks are needed";

pub(super) const SYMPTOMS: &[Symptom] = &[
    row(
        "base-missing",
        &["must build at directory: ", "evalsymlink failure"],
        "kustomize: a path in resources leads nowhere",
        "gangplank check says which folder is near: rule kustomization/missing-resource",
    ),
    row(
        "patch-unreadable",
        &["unable to parse sm or json patch from"],
        UNPARSED,
        "gangplank check says the line: rules patch/not-a-patch, patch/empty, patch/no-name",
    ),
    row(
        "remove-missing",
        &["error in remove for path", "unable to remove nonexistent key"],
        "kustomize: a patch removes what is not there",
        "gangplank check: rule patch/remove-missing",
    ),
    row(
        "patch-test",
        &["testing value ", " failed: test failed"],
        "kustomize: `op: test` of a patch found another value",
        "gangplank check: rule patch/test-failed",
    ),
    row(
        "patch-without-target",
        &["must specify a target for json patch"],
        "kustomize: a list of operations does not say what it is for",
        "gangplank check: rule patch/no-target; target: { kind: Namespace }",
    ),
    row(
        "missing-path",
        &["operation does not apply: doc is missing path"],
        "kustomize: the path of a patch leads nowhere; `/` in an annotation's key is written `~1`",
        "gangplank check: rules patch/unescaped and patch/bad-path",
    ),
    row(
        "bad-operation",
        &["unexpected kind: "],
        "kustomize: `op` of a patch is none; it is written in lower case",
        "gangplank check: rule patch/bad-op",
    ),
    row(
        "patch-and-path",
        &["patch and path can't be set at the same time"],
        "kustomize: an entry of patches has both a text and a file",
        "gangplank check: rule patch/both-sources",
    ),
    row(
        "many-patches",
        &["multiple strategic-merge patches in one", "is not allowed to set"],
        "kustomize: a patch with a target holds more than one document",
        "gangplank check: rule patch/many-documents",
    ),
    row(
        "patch-as-text",
        &["cannot unmarshal string into go struct field kustomization.patches of type types.patch"],
        "kustomize: an entry of patches is a file's name; it must be `path: FILE`",
        "gangplank check: rule kustomization/wrong-type",
    ),
    row(
        "old-kubectl",
        &["kustomization.patchesstrategicmerge of type patch.strategicmerge"],
        "kubectl is older than 1.21: its kustomize does not know these fields",
        "gangplank doctor; install kustomize 4 or newer, or kubectl 1.21 or newer",
    ),
    row(
        "list-not-string",
        &["cannot unmarshal array into go struct field kustomization.commonannotations"],
        AS_STRING,
        "gangplank check: rule annotation/not-a-string",
    ),
    row(
        "list-not-string",
        &["cannot unmarshal array into go struct field objectmeta.metadata.annotations"],
        AS_STRING,
        "gangplank check: rule annotation/not-a-string",
    ),
    row(
        "unknown-field",
        &["json: unknown field "],
        "kustomize or Cilium: a field that there is not, or in the wrong place",
        "gangplank check: rules kustomization/unknown-field and policy/unknown-field",
    ),
    row(
        "two-namespaces",
        &["namespace transformation produces id conflict"],
        "kustomize: the folder builds two Namespaces, and `namespace:` gives both one name",
        "gangplank check: rule kustomization/two-namespaces",
    ),
    row(
        "no-kustomization",
        &["unable to find one of", "kustomization.yaml", "in directory"],
        "kustomize: a folder without a kustomization file",
        "gangplank check: rules kustomization/missing-resource and layout/raw-folder",
    ),
    row(
        "cycle",
        &["cycle detected: candidate root"],
        "kustomize: a folder builds from itself",
        "gangplank check: rule kustomization/cycle",
    ),
    row(
        "listed-twice",
        &["may not add resource with an already registered id"],
        "kustomize: a resource is there twice: listed twice, or of one kind and name",
        "gangplank check: rules kustomization/duplicate-resource and policy/name-taken; --policy-name gives another name",
    ),
    row(
        "outside",
        &["security; file", "is not in or below"],
        "kustomize: a file of another folder is listed; only folders may be outside",
        "gangplank check: rule kustomization/outside-root",
    ),
    row(
        "outside",
        &["new root", "cannot be absolute"],
        "kustomize: a path in resources is absolute",
        "gangplank check: rule kustomization/outside-root",
    ),
    row(
        "empty-kustomization",
        &["kustomization.yaml is empty"],
        "kustomize: there is nothing in the kustomization",
        "gangplank check: rule kustomization/empty",
    ),
    row(
        "tab",
        &["malformedyamlerror", "found character that cannot start any token"],
        TAB,
        "gangplank check says the column: rules kustomization/invalid-yaml and policy/invalid-yaml",
    ),
    row(
        "tab",
        &["invalid kustomization: yaml: ", "found character that cannot start any token"],
        TAB,
        "gangplank check says the column: rules kustomization/invalid-yaml and policy/invalid-yaml",
    ),
    row(
        "no-name",
        &["missing metadata.name in object"],
        "kustomize: a resource has no name",
        "gangplank check: rules policy/bad-name and patch/no-name",
    ),
    row(
        "two-kustomizations",
        &["found multiple kustomization files under"],
        "kustomize: a folder has two kustomization files",
        "gangplank check: rule kustomization/two-files",
    ),
    row(
        "not-utf8",
        &["yaml: invalid ", "utf-8"],
        "kustomize: a file is not in UTF-8",
        "gangplank check says the byte: rule kustomization/not-utf8",
    ),
    row(
        "wrong-kind",
        &["kind should be kustomization or component"],
        "kustomize: another `kind` in the kustomization",
        "gangplank check: rule kustomization/wrong-kind",
    ),
    row(
        "wrong-kind",
        &["expected kind != component for path"],
        "kustomize: a Component in resources; it belongs into components",
        "gangplank check: rule kustomization/wrong-kind",
    ),
    row(
        "wrong-version",
        &["apiversion for kustomization should be"],
        "kustomize: another `apiVersion` in the kustomization",
        "gangplank check: rule kustomization/wrong-version",
    ),
    row(
        "deprecated",
        &["warning: ", " is deprecated. please use", "kustomize edit fix"],
        "kustomize: a field from earlier; it still works, but at another time than its successor",
        "gangplank check: rules kustomization/deprecated and patch/overridden-deprecated; read what `kustomize edit fix` changes",
    ),
    row(
        "fix-differs",
        &["fixed kustomization now produces different output"],
        "kustomize edit fix has written a kustomization that builds something else",
        "put it back with git, then gangplank check: rule kustomization/deprecated",
    ),
    row(
        "already-there",
        &["kustomization file already exists"],
        "kustomize create makes no second kustomization",
        "gangplank onboard edits the one that is there",
    ),
];
