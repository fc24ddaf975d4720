//! Drawing the wizard: pure functions of its state and the size of the screen.
//!
//! From 110 columns on: steps, question and preview side by side. From 60×16: the question, and
//! the preview as a drawer below it. Smaller: one pane. Below 20×5: a plain message.

mod cells;
mod entry;
mod footer;
mod header;
mod page;
mod popup;
mod preview;
mod question;
mod reach;
mod review;
mod written;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Line;
use ratatui::widgets::{Block, Borders, Clear, Paragraph};

use super::theme::Theme;
use crate::questions::Step;
use crate::wizard::Wizard;
use page::{LEAST_COUNTED, Page};

const WIDE: u16 = 110;
const DRAWER: (u16, u16) = (60, 16);
/// Lines of a preview that are worth a part of the screen.
const LEAST_PREVIEW: u16 = 8;
/// Columns and lines of the smallest screen that questions fit on.
pub const LEAST: (u16, u16) = (20, 5);

/// Draws the wizard.
pub fn draw(frame: &mut Frame<'_>, wizard: &Wizard, theme: &Theme) {
    let area = frame.area();
    if area.width < LEAST.0 || area.height < LEAST.1 {
        return frame.render_widget(Paragraph::new("make the window larger"), area);
    }
    let [top, body, bottom] =
        Layout::vertical([Constraint::Length(1), Constraint::Min(1), Constraint::Length(1)])
            .areas(area);
    if area.width >= WIDE {
        frame.render_widget(header::title(wizard, theme, top.width), top);
    } else {
        frame.render_widget(header::crumbs(wizard, theme, top.width), top);
    }
    body_panes(frame, wizard, theme, body);
    popup::draw(frame, wizard, theme, body);
    match wizard.entry() {
        Some(entry) => entry::draw(frame, entry, theme, bottom),
        None => foot(frame, wizard, theme, area, bottom),
    }
    cells::reveal(frame.buffer_mut());
    if theme.is_ascii {
        cells::fold(frame.buffer_mut());
    }
}

/// The keys, or what happened last over the lowest lines.
fn foot(frame: &mut Frame<'_>, wizard: &Wizard, theme: &Theme, area: Rect, bottom: Rect) {
    let Some(lines) = footer::notice(wizard, theme, area.width) else {
        return frame.render_widget(footer::footer(wizard, theme, bottom.width), bottom);
    };
    let height = u16::try_from(lines.len()).unwrap_or(1).min(area.height);
    let over = Rect { y: area.bottom() - height, height, ..area };
    frame.render_widget(Clear, over);
    frame.render_widget(Paragraph::new(lines), over);
}

fn body_panes(frame: &mut Frame<'_>, wizard: &Wizard, theme: &Theme, body: Rect) {
    if wizard.is_preview_open() {
        return preview::draw(frame, wizard, theme, body);
    }
    let has_preview = wizard.step() != Step::Written && wizard.preview_page().is_some();
    if body.width >= WIDE && body.height >= DRAWER.1 - 2 {
        let [steps, question, files] = Layout::horizontal([
            Constraint::Length(24),
            Constraint::Fill(1),
            Constraint::Percentage(if has_preview { 42 } else { 0 }),
        ])
        .areas(body);
        frame.render_widget(header::steps(wizard, theme), pad(steps));
        main_pane(frame, wizard, theme, pad(question));
        if has_preview {
            let rule = Block::new().borders(Borders::LEFT).border_style(theme.dim);
            let inner = rule.inner(files);
            frame.render_widget(rule, files);
            side_pane(frame, wizard, theme, pad(inner));
        }
        return;
    }
    // What stops the writing needs the room more than the files that won't be written.
    let is_stopped = wizard.step() == Step::Review && review::is_stopped(wizard);
    let with_drawer =
        has_preview && !is_stopped && body.width >= DRAWER.0 && body.height + 2 >= DRAWER.1;
    if with_drawer {
        let share = if wizard.step() == Step::Review { 45 } else { 38 };
        let [question, drawer] =
            Layout::vertical([Constraint::Fill(1), Constraint::Percentage(share)]).areas(body);
        main_pane(frame, wizard, theme, pad(question));
        drawer_pane(frame, wizard, theme, drawer);
        return;
    }
    main_pane(frame, wizard, theme, pad(body));
}

/// The preview; while the network is asked about, below what the pods reach.
fn side_pane(frame: &mut Frame<'_>, wizard: &Wizard, theme: &Theme, area: Rect) {
    let reach = wizard.reach().filter(|_| wizard.step() == Step::Network);
    let Some(reach) = reach else {
        return preview::draw(frame, wizard, theme, area);
    };
    let page = reach::page(reach, theme, usize::from(area.width));
    let wanted = u16::try_from(page.lines.len() + 1).unwrap_or(u16::MAX);
    let left = area.height.saturating_sub(wanted);
    let left = if left < LEAST_PREVIEW { 0 } else { left };
    let [table, files] =
        Layout::vertical([Constraint::Fill(1), Constraint::Length(left)]).areas(area);
    render(frame, page, table, theme, false);
    if left > 0 {
        preview::draw(frame, wizard, theme, files);
    }
}

/// The preview; while the network is asked about, what the pods reach in short.
fn drawer_pane(frame: &mut Frame<'_>, wizard: &Wizard, theme: &Theme, area: Rect) {
    let reach = wizard.reach().filter(|_| wizard.step() == Step::Network);
    let Some(reach) = reach else {
        return preview::draw(frame, wizard, theme, area);
    };
    let [title, body] = Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(area);
    let name = format!("reach, with this policy: {}", reach.pods);
    frame.render_widget(preview::title_line(theme, &name, "^O why", title.width), title);
    let page = reach::compact(reach, theme, usize::from(body.width));
    render(frame, page, body, theme, false);
}

/// One blank at the left and right.
fn pad(area: Rect) -> Rect {
    let margin = u16::from(area.width > 20);
    Rect { x: area.x + margin, width: area.width.saturating_sub(2 * margin), ..area }
}

fn main_pane(frame: &mut Frame<'_>, wizard: &Wizard, theme: &Theme, area: Rect) {
    let size = (usize::from(area.width), usize::from(area.height));
    let page = match wizard.step() {
        Step::Review => review::page(wizard, theme, size.0),
        Step::Written => written::page(wizard, theme, size.0),
        _ => question::page(wizard, theme, size),
    };
    let has_cursor = wizard.popup().is_none() && wizard.entry().is_none();
    render(frame, page, area, theme, has_cursor);
}

/// Draws a page, scrolled so that what matters is in sight.
fn render(frame: &mut Frame<'_>, page: Page, area: Rect, theme: &Theme, with_cursor: bool) {
    let height = usize::from(area.height);
    let skip = page.first_line(height);
    let below = page.lines.len().saturating_sub(skip + height);
    let mut lines: Vec<Line> = page.lines.into_iter().skip(skip).take(height).collect();
    if let (Some(last), true) = (lines.last_mut(), below > 0 && height > LEAST_COUNTED) {
        *last = Line::styled(format!("{} {} more lines", theme.glyphs.more, below + 1), theme.dim);
    }
    frame.render_widget(Paragraph::new(lines), area);
    let Some((column, line)) = page.cursor.filter(|_| with_cursor) else {
        return;
    };
    let (Ok(x), Ok(y)) = (u16::try_from(column), u16::try_from(line.saturating_sub(skip))) else {
        return;
    };
    if x < area.width && y < area.height {
        frame.set_cursor_position((area.x + x, area.y + y));
    }
}
