//! Answers copied from another namespace (`--from`): from dev to prod, each with its own account,
//! regions and DNS.

use super::on_disk::OnDisk;
use super::outlook::{InvalidAnswer, Outlook, OutlookError, Planner};
use super::own_policy::own_policies;
use super::role_list::RoleList;
use crate::domain::allowed_roles::AllowedRoles;
use crate::domain::answers::PatchStyle;
use crate::domain::invalid::Invalid;
use crate::domain::name::{ClusterName, Namespace};
use crate::domain::role_arn::RoleArn;
use crate::kustomize::{self, BuiltNamespace};
use crate::manifests::edit::Step;
use crate::questions::{GivenAnswers, QuestionId, check_from};
use crate::repo::{DefaultsChoice, Survey};

/// A namespace whose answers are copied.
struct Model {
    cluster: ClusterName,
    namespace: Namespace,
}

impl Model {
    fn parse(text: &str) -> Result<Self, Invalid> {
        check_from(text)?;
        let (cluster, namespace) = text.split_once('/').unwrap_or((text, ""));
        Ok(Model { cluster: ClusterName::parse(cluster)?, namespace: Namespace::parse(namespace)? })
    }
}

impl Planner {
    /// The answers of the namespace that `--from` names, for `cluster`; none without one.
    pub(super) fn copied(
        &mut self,
        given: &GivenAnswers,
        cluster: &Survey,
        outlook: &mut Outlook,
    ) -> Result<OnDisk, OutlookError> {
        let Some(text) = given.value(QuestionId::From) else {
            return Ok(OnDisk::default());
        };
        let mut refuse = |invalid| {
            let answer = InvalidAnswer { id: QuestionId::From, value: text.to_owned(), invalid };
            if !outlook.invalid.contains(&answer) {
                outlook.invalid.push(answer);
            }
            Ok(OnDisk::default())
        };
        let model = match Model::parse(text) {
            Ok(model) => model,
            Err(invalid) => return refuse(invalid),
        };
        let survey = self.survey(&model.cluster)?;
        let tree = &self.repository.tree;
        let place = survey.place(tree, &model.namespace).ok().filter(|place| place.exists);
        let Some(place) = place else {
            let message = format!("there is no {} on {}", model.namespace, model.cluster);
            return refuse(Invalid::whole(message, "dev-eu1/report-portal"));
        };
        let build = kustomize::build(tree, &place.folder);
        let [built] = &build.namespaces[..] else {
            let message = "its build has not exactly one Namespace";
            return refuse(Invalid::whole(message, "dev-eu1/report-portal"));
        };
        let key = &survey.facts.allowed_roles_key;
        let list = RoleList::read(tree, &place.folder, built, &build.objects, key).ok();
        let own = own_policies(&place.folder, &build.objects, &self.templates)?;
        let mut copied = OnDisk::copied(text, own.first(), &model.namespace);
        copied.add(QuestionId::Namespace, vec![model.namespace.to_string()]);
        if let Some(list) = list {
            let inherited = self.inherited(&survey, key);
            let roles = list.entries.entries().iter().filter(|role| !inherited.contains(role));
            copied
                .add(QuestionId::Role, roles.filter_map(|r| mapped(r, &survey, cluster)).collect());
            let style = style_of(list.place());
            copied
                .add(QuestionId::Style, style.map(|s| s.as_str().to_owned()).into_iter().collect());
        }
        Ok(copied)
    }

    /// The roles that every namespace of a cluster inherits: the copy inherits its own.
    fn inherited(&self, survey: &Survey, key: &str) -> Vec<String> {
        let DefaultsChoice::One(defaults) = &survey.defaults else {
            return Vec::new();
        };
        let build = kustomize::build(&self.repository.tree, &defaults.folder);
        let text = |namespace: &BuiltNamespace| namespace.annotations.get(key).cloned();
        let texts = build.namespaces.iter().filter_map(text);
        texts
            .filter_map(|text| AllowedRoles::parse(&text).ok())
            .flat_map(|r| r.entries().to_vec())
            .collect()
    }
}

/// An entry of the model's list as a role of the other cluster; none for a pattern.
fn mapped(entry: &str, from: &Survey, to: &Survey) -> Option<String> {
    let plain = entry.strip_suffix('$').unwrap_or(entry).replace('\\', "");
    let role = RoleArn::parse(&plain).ok()?;
    let account = |survey: &Survey| survey.facts.account.as_ref().map(|fact| fact.value.clone());
    if account(from).as_deref() != Some(role.account()) {
        return Some(plain);
    }
    // Without a known account the placeholder stays, and is refused with the reason.
    let new = account(to).unwrap_or_else(|| "{account}".to_owned());
    Some(plain.replacen(role.account(), &new, 1))
}

/// The style of the patch at the end of this way.
fn style_of(at: Option<&[Step]>) -> Option<PatchStyle> {
    match at?.last()? {
        Step::Key(key) if key == "value" => Some(PatchStyle::JsonPatch),
        _ => Some(PatchStyle::StrategicMerge),
    }
}
