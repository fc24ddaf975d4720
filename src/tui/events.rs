//! Terminal events as keys, and by the wizard's table as messages.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::wizard::{Context, Key, Message, message_for};

/// What an event means in a context; nothing for a key that has no work there.
pub fn message_of(event: Event, context: Context) -> Option<Message> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => message_for(key_of(key)?, context),
        Event::Paste(text) => Some(Message::Pasted(text)),
        _ => None,
    }
}

fn key_of(event: KeyEvent) -> Option<Key> {
    let has = |modifier| event.modifiers.contains(modifier);
    let (ctrl, alt) = (has(KeyModifiers::CONTROL), has(KeyModifiers::ALT));
    Some(match event.code {
        // Without a shift state of their own, control keys come as they are typed.
        KeyCode::Char(c) if ctrl => Key::Ctrl(c.to_ascii_lowercase()),
        KeyCode::Char(c) if alt => Key::Alt(c.to_ascii_lowercase()),
        KeyCode::Char(c) => Key::Char(c),
        KeyCode::Enter => Key::Named("Enter"),
        KeyCode::Tab if has(KeyModifiers::SHIFT) => Key::Named("BackTab"),
        KeyCode::Tab => Key::Named("Tab"),
        KeyCode::BackTab => Key::Named("BackTab"),
        KeyCode::Esc => Key::Named("Esc"),
        KeyCode::Backspace if alt => Key::Named("Alt-Backspace"),
        KeyCode::Backspace => Key::Named("Backspace"),
        KeyCode::Delete => Key::Named("Delete"),
        KeyCode::Left if alt => Key::Named("Alt-Left"),
        KeyCode::Left => Key::Named("Left"),
        KeyCode::Right => Key::Named("Right"),
        KeyCode::Up => Key::Named("Up"),
        KeyCode::Down => Key::Named("Down"),
        KeyCode::PageUp => Key::Named("PageUp"),
        KeyCode::PageDown => Key::Named("PageDown"),
        KeyCode::Home => Key::Named("Home"),
        KeyCode::End => Key::Named("End"),
        KeyCode::F(1) => Key::Named("F1"),
        KeyCode::F(10) => Key::Named("F10"),
        _ => return None,
    })
}
