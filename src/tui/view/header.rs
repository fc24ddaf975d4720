//! The top line and the list of steps.

use ratatui::text::{Line, Span, Text};
use unicode_width::UnicodeWidthStr;

use super::page::cut;
use crate::questions::{QuestionId, Step};
use crate::tui::theme::Theme;
use crate::wizard::Wizard;

const SHOWN: [Step; 7] = [
    Step::Cluster,
    Step::Namespace,
    Step::Role,
    Step::Pods,
    Step::Network,
    Step::Style,
    Step::Review,
];

/// The title line of a wide screen.
pub(super) fn title(wizard: &Wizard, theme: &Theme, width: u16) -> Line<'static> {
    let setup = wizard.setup();
    let branch = setup.branch.as_ref().map(|branch| format!(" ({branch})")).unwrap_or_default();
    let left = format!(" gangplank {} {}{branch}", theme.glyphs.dot, setup.repository);
    let right = if setup.dry_run { "dry run: nothing is written " } else { "" };
    let width = usize::from(width);
    let left = cut(&left, width.saturating_sub(right.width() + 1));
    let gap = " ".repeat(width.saturating_sub(left.width() + right.width()));
    Line::from(vec![Span::styled(left, theme.dim), Span::raw(gap), Span::styled(right, theme.look)])
}

/// The steps in one line, the answers in place of those that are done.
pub(super) fn crumbs(wizard: &Wizard, theme: &Theme, width: u16) -> Line<'static> {
    let mut spans = vec![Span::raw(" ")];
    let width = usize::from(width);
    if wizard.setup().dry_run {
        spans.push(Span::styled("dry run ", theme.look));
    }
    let at = SHOWN.iter().position(|step| *step == wizard.step()).unwrap_or(SHOWN.len());
    let number = format!("{}/{} ", (at + 1).min(SHOWN.len()), SHOWN.len());
    let full: Vec<(String, ratatui::style::Style)> = SHOWN
        .iter()
        .enumerate()
        .map(|(index, step)| {
            let answer = short_answer(wizard, *step).filter(|_| index < at);
            let text = answer.unwrap_or_else(|| step.title().to_owned());
            let style = if index == at { theme.accent } else { theme.dim };
            let here = if index == at { format!("{} ", theme.glyphs.here) } else { String::new() };
            (format!("{here}{text}"), style)
        })
        .collect();
    let separator = format!(" {} ", theme.glyphs.then);
    let used: usize = full.iter().map(|(text, _)| text.width() + separator.width()).sum();
    if used + 10 > width {
        let title = wizard.step().title();
        spans.push(Span::styled(number, theme.dim));
        spans.push(Span::styled(cut(title, width.saturating_sub(8)), theme.accent));
        return Line::from(spans);
    }
    for (index, (text, style)) in full.into_iter().enumerate() {
        if index > 0 {
            spans.push(Span::styled(separator.clone(), theme.dim));
        }
        spans.push(Span::styled(text, style));
    }
    Line::from(spans)
}

/// The steps one below the other, with their answers.
pub(super) fn steps(wizard: &Wizard, theme: &Theme) -> Text<'static> {
    let mut lines = vec![Line::styled("Steps", theme.dim), Line::default()];
    let at = SHOWN.iter().position(|step| *step == wizard.step()).unwrap_or(SHOWN.len());
    for (index, step) in SHOWN.iter().enumerate() {
        let (sign, style) = match index.cmp(&at) {
            std::cmp::Ordering::Less => (theme.glyphs.ok, theme.dim),
            std::cmp::Ordering::Equal => (theme.glyphs.here, theme.accent),
            std::cmp::Ordering::Greater => (theme.glyphs.not_yet, theme.dim),
        };
        lines.push(Line::styled(format!("{sign} {}", step.title()), style));
        if let Some(answer) = short_answer(wizard, *step).filter(|_| index < at) {
            lines.push(Line::raw(format!("  {}", cut(&answer, 20))));
        }
    }
    Text::from(lines)
}

/// The step's main answer, short.
fn short_answer(wizard: &Wizard, step: Step) -> Option<String> {
    let id = match step {
        Step::Cluster => QuestionId::Cluster,
        Step::Namespace => QuestionId::Namespace,
        Step::Role => QuestionId::Role,
        Step::Pods => QuestionId::Select,
        Step::Network => QuestionId::Network,
        Step::Style => QuestionId::Style,
        Step::Review | Step::Written => return None,
    };
    let value = wizard.value(id)?;
    Some(match id {
        QuestionId::Role => value.rsplit(":role/").next().unwrap_or(&value).to_owned(),
        QuestionId::Namespace if !wizard.namespaces().contains(&value) => format!("{value} (new)"),
        _ => value,
    })
}
