//! Proves on generated kustomizations of every shape that an edit means what it should, that no
//! line and no comment is lost with it, and how seldom it is refused.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use gangplank::domain::answers::PatchStyle;
use gangplank::domain::name::Namespace;
use gangplank::kustomize::{self, Setter};
use gangplank::manifests::edit::{Change, Edit, Step, edit};
use gangplank::manifests::render::patch_entry;
use gangplank::manifests::roles_text::{additions, removals};
use gangplank::manifests::source::SourceText;
use gangplank::manifests::template::Templates;
use gangplank::questions::{GivenAnswers, Origin, QuestionId};
use gangplank::system::{Disk, MemoryDisk, RepoPath};
use gangplank::tree::Tree;

use crate::support::{
    Choices, DEFAULTS, FOLDER, KUSTOMIZATION, KustomizationText, ROLE, ROLES_KEY, comments, count,
    for_all, house_files, judge, lost_lines, planner, spelt,
};

const NAME: &str = "report-portal";
const QUOTA: &str = "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: quota}\nspec: {}\n";

fn disk(text: &KustomizationText) -> Arc<MemoryDisk> {
    let disk = MemoryDisk::default();
    for (path, text) in house_files(DEFAULTS) {
        disk.put(&path, text.as_bytes());
    }
    disk.put(&format!("{FOLDER}/quota.yaml"), QUOTA.as_bytes());
    disk.put(KUSTOMIZATION, &text.bytes());
    Arc::new(disk)
}

/// What an edit may cost.
#[derive(Debug)]
struct Price {
    /// Lines of the file that are not there afterwards.
    lost: usize,
    /// The marks of comments that stay.
    kept: &'static str,
}

/// An edit, and what it may cost.
struct Task {
    name: &'static str,
    edit: Edit,
    price: Price,
}

fn task(choices: &mut Choices, text: &KustomizationText) -> Task {
    let spelt = |name: &str| spelt(&text.text, name);
    let append = |key: &str, item: String, lost| {
        (Edit::append(&spelt(key), item), Price { lost, kept: "cet" })
    };
    let at = choices.below(if text.roles.is_empty() { 4 } else { 8 });
    let (name, (edit, price)) = match at {
        1 | 2 => {
            let style = if at == 1 { PatchStyle::JsonPatch } else { PatchStyle::StrategicMerge };
            let name = Namespace::parse(NAME).unwrap();
            let json = format!("[\"{ROLE}\"]");
            let item = patch_entry(&Templates::built_in(), style, &name, ROLES_KEY, &json);
            ("append patch", append("patches", item.unwrap(), text.patches_cost))
        }
        3 if text.patches > 0 => {
            ("remove patch", remove_patch(text, &spelt("patches"), choices.below(text.patches)))
        }
        4 | 7 => ("add role", rewrite(text, true)),
        5 => ("remove role", rewrite(text, false)),
        6 => ("remove annotation", remove_annotation(text, &spelt("patches"))),
        _ => {
            let item = "- cnp.report-portal.yaml\n".to_owned();
            ("append resource", append("resources", item, text.resources_cost))
        }
    };
    Task { name, edit, price }
}

/// The place that sets the list of roles, as the program finds it.
fn setter(text: &KustomizationText) -> Setter {
    let tree = Tree::of(disk(text) as Arc<dyn Disk>);
    let folder = RepoPath::parse(FOLDER).unwrap();
    let build = kustomize::build(&tree, &folder);
    assert_eq!(build.problems, [], "{}", text.text);
    let namespace = &build.namespaces[0];
    let mut setters = kustomize::setters(&tree, &folder, namespace, &build.objects, ROLES_KEY);
    assert_eq!(setters.len(), 1, "{}", text.text);
    setters.remove(0)
}

fn rewrite(text: &KustomizationText, adds: bool) -> (Edit, Price) {
    let setter = setter(text);
    let list = setter.value.unwrap();
    let read: Vec<String> = serde_json::from_str(&list).unwrap();
    assert_eq!(read, text.roles, "{}", text.text);
    let ways = match adds {
        true => additions(&list, &[ROLE.to_owned()]),
        false => removals(&list, |role| role != text.roles[0]),
    };
    let lost = if adds { 1 } else { 2 };
    (Edit { at: setter.at, change: Change::Rewrite(ways) }, Price { lost, kept: "cet" })
}

/// The operation, the annotation or the whole patch: whatever says nothing else.
fn remove_annotation(text: &KustomizationText, patches: &str) -> (Edit, Price) {
    let removable = setter(text).removable;
    let price = Price { lost: text.patch_lines + 1, kept: "c" };
    match &removable[..] {
        [_, Step::Index(at)] => (remove_patch(text, patches, *at).0, price),
        _ => (Edit { at: removable, change: Change::Remove }, Price { kept: "ce", ..price }),
    }
}

fn remove_patch(text: &KustomizationText, patches: &str, at: usize) -> (Edit, Price) {
    let mut steps = vec![Step::Key(patches.to_owned())];
    // The last patch goes with its key.
    steps.extend((text.patches > 1).then_some(Step::Index(at)));
    let price = Price { lost: text.patch_lines + 1, kept: "c" };
    (Edit { at: steps, change: Change::Remove }, price)
}

/// The comments that a task must keep. A key that goes takes the comment on its line along.
fn kept<'t>(task: &Task, before: &'t str) -> Vec<&'t str> {
    let is_key = matches!(task.edit.at[..], [Step::Key(_)]) && task.edit.change == Change::Remove;
    let Some(Step::Key(key)) = task.edit.at.first().filter(|_| is_key) else {
        return comments(before, task.price.kept);
    };
    let is_line = |line: &&str| {
        let line = line.trim_start().trim_start_matches(['"', '\'']);
        line.strip_prefix(key.as_str()).is_some_and(|rest| rest.starts_with([':', '"', '\'']))
    };
    let gone = before.lines().find(is_line).map(|line| comments(line, "c")).unwrap_or_default();
    comments(before, "c").into_iter().filter(|comment| !gone.contains(comment)).collect()
}

fn without_blank_lines(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.map(|line| format!("{line}\n")).collect()
}

fn check(text: &KustomizationText, task: &Task, after: &SourceText) -> Result<(), String> {
    let (before, bytes) = (&text.text, after.encode());
    let after = after.text();
    judge(before, &task.edit, after)?;
    let lost = match task.edit.change {
        // Blank lines within what goes are its own.
        Change::Remove => lost_lines(&without_blank_lines(before), &without_blank_lines(after)),
        _ => lost_lines(before, after),
    };
    if lost > task.price.lost {
        return Err(format!("{lost} lines are lost, not {}", task.price.lost));
    }
    let ends = |text: &str| (text.matches('\n').count(), text.matches("\r\n").count());
    let (all, crlf) = ends(after);
    let had_crlf = before.contains("\r\n");
    if crlf != if had_crlf { all } else { 0 } {
        return Err("line ends are mixed".to_owned());
    }
    if bytes.starts_with("\u{feff}".as_bytes()) != text.has_bom {
        return Err("the byte order mark".to_owned());
    }
    let (wanted, found) = (kept(task, before), comments(after, task.price.kept));
    let is_kept = |comment: &&&str| found.contains(comment);
    match wanted.iter().find(|comment| !is_kept(comment)) {
        Some(comment) => Err(format!("the comment {comment} is lost")),
        None => Ok(()),
    }
}

#[test]
fn edits_of_generated_kustomizations() {
    let refusals = RefCell::new(BTreeMap::<String, usize>::new());
    let done = RefCell::new(BTreeMap::<&str, usize>::new());
    for_all(count(400, 20_000), |choices| {
        let text = KustomizationText::of(choices, NAME);
        let task = task(choices, &text);
        let source = SourceText::decode(text.bytes()).map_err(|error| error.to_string())?;
        *done.borrow_mut().entry(task.name).or_default() += 1;
        match edit(&source, std::slice::from_ref(&task.edit)) {
            Ok(after) => check(&text, &task, &after).map_err(|error| {
                let at = &task.edit.at;
                format!("{} at {at:?}: {error}\n{}\nbecame\n{}", task.name, text.text, after.text())
            }),
            Err(refusal) => {
                let key = format!("{}: {}", task.name, refusal.reason);
                let seen = refusals
                    .borrow_mut()
                    .entry(key)
                    .and_modify(|n| *n += 1)
                    .or_insert(1)
                    .to_owned();
                if seen <= 2 {
                    eprintln!("refused {} {:?}: {refusal}\n{}", task.name, task.edit.at, text.text);
                }
                Ok(())
            }
        }
    });
    let (done, refusals) = (done.into_inner(), refusals.into_inner());
    let (all, refused) = (done.values().sum::<usize>(), refusals.values().sum::<usize>());
    eprintln!("{all} edits {done:?}, {refused} refused: {refusals:#?}");
    assert!(refused * 100 < all, "{refused} of {all} are refused: {refusals:#?}");
}

fn answers() -> GivenAnswers {
    let mut given = GivenAnswers::default();
    for (id, value) in [
        (QuestionId::Cluster, "c"),
        (QuestionId::Namespace, NAME),
        (QuestionId::Role, ROLE),
        (QuestionId::Select, "sa=default"),
        (QuestionId::Egress, "restrict"),
    ] {
        given.give(id, vec![value.to_owned()], Origin::Flag);
    }
    given
}

/// The whole onboarding, and then the same again, which changes nothing.
#[test]
fn onboarding_of_generated_kustomizations() {
    let (all, refused) = (RefCell::new(0_usize), RefCell::new(Vec::new()));
    for_all(count(40, 600), |choices| {
        let text = KustomizationText::of(choices, NAME);
        let disk = disk(&text);
        let plan = planner(&disk).outlook(&answers()).unwrap().plan.ok_or("no plan")?;
        *all.borrow_mut() += 1;
        if plan.obstacle().is_some() {
            refused.borrow_mut().push(format!("{:?}\n{}", plan.findings, text.text));
            return Ok(());
        }
        for file in plan.files.iter().filter(|file| file.verb.writes()) {
            disk.put(file.path.as_str(), file.after.as_deref().unwrap());
        }
        let mut roles = text.roles.clone();
        roles.push(ROLE.to_owned());
        let again = planner(&disk).outlook(&answers()).unwrap().plan.ok_or("no plan")?;
        let after = String::from_utf8(disk.files()[KUSTOMIZATION].clone()).unwrap();
        let shown = || format!("{}\nbecame\n{after}", text.text);
        if again.has_changes() || again.obstacle().is_some() {
            return Err(format!("the second run: {:?}\n{}", again.findings, shown()));
        }
        if again.effects[0].before != roles {
            return Err(format!("{:?}, not {roles:?}\n{}", again.effects[0].before, shown()));
        }
        Ok(())
    });
    let (all, refused) = (all.into_inner(), refused.into_inner());
    eprintln!("{} of {all} onboardings are refused: {}", refused.len(), refused.join("\n--\n"));
    assert!(refused.len() * 100 < all.max(100), "{} of {all}", refused.len());
}
