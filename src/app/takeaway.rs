//! Taking text away from the screen: to the clipboard over the terminal, or into a new file.

use std::io::ErrorKind;
use std::path::Path;

use crate::cli::Environment;
use crate::domain::shown::shown;
use crate::system::{load_buffer, save_new};
use crate::tui;

/// Bytes that terminals take at once: the sequence may be 100,000 long, and base64 makes four
/// bytes of three.
const MOST: usize = 74_994;

/// The way to the clipboard.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clipboard {
    /// Inside of tmux on this machine.
    has_tmux: bool,
    /// Inside of tmux or screen, here or where an ssh connection comes from.
    is_wrapped: bool,
    /// The terminal is known to take no text.
    is_deaf: bool,
}

impl Clipboard {
    pub(super) fn of(environment: &Environment) -> Self {
        let is = |name, value| environment.get(name) == Some(value);
        let term = environment.get("TERM").unwrap_or_default();
        Clipboard {
            has_tmux: environment.get("TMUX").is_some_and(|value| !value.is_empty()),
            is_wrapped: term.starts_with("tmux"),
            is_deaf: term == "linux" || is("TERM_PROGRAM", "Apple_Terminal"),
        }
    }

    /// Copies a text as the screen shows it, since what is pasted goes to another program; says in
    /// words what became of it.
    pub(super) fn copy(self, name: &str, text: &str) -> Result<String, String> {
        let text: &str = &shown(text);
        if text.len() > MOST {
            let size = text.len();
            return Err(format!("{size} bytes are more than terminals take; w saves it to a file"));
        }
        if self.has_tmux && load_buffer(text).is_ok() {
            return Ok(format!("copied {name}: into tmux's buffer and the terminal's clipboard"));
        }
        if self.is_deaf {
            return Err("this terminal takes no text; w saves it to a file".to_owned());
        }
        tui::send_to_clipboard(text, self.is_wrapped || self.has_tmux)
            .map_err(|error| error.to_string())?;
        Ok(format!("copied {name}: handed to the terminal, if it has a clipboard (OSC 52)"))
    }
}

/// Saves a text to a new file; says in words what became of it.
pub(super) fn save(path: &str, text: &str) -> Result<String, String> {
    match save_new(Path::new(path), text) {
        Ok(()) => Ok(format!("saved to {path}")),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            Err(format!("{path} is there already: take another name"))
        }
        Err(error) => Err(format!("{path}: {error}")),
    }
}
