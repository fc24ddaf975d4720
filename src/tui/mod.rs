//! The full screen: draws the wizard and turns events into its messages.

mod console;
mod events;
mod run;
mod screen;
mod theme;
pub mod view;

pub use console::{Console, ScriptedConsole};
pub use events::message_of;
pub use run::run;
pub use screen::{Screen, give_back, has_fault, install_panic_hook, send_to_clipboard, size};
pub use theme::{Glyphs, Theme};
