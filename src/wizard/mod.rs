//! The wizard as a state machine: messages in, effects out. Pure: it draws nothing, reads nothing
//! and writes nothing, so that every run can be replayed from its messages.
//!
//! ```text
//! key, paste, result of an effect ──> Message ──> Wizard::update ──> Vec<Effect>
//! ```

mod allowed;
mod answers;
mod effect;
mod entry;
mod field;
mod hands;
mod keys;
mod kube2iam_checks;
mod listed_roles;
mod message;
mod panel;
mod preview;
mod reading;
mod review;
mod role_suggestions;
mod state;
mod suggestions;
mod update;

pub use allowed::AllowedAlready;
pub use effect::{Effect, Ending, HandOver};
pub use entry::{Entry, EntryPurpose};
pub use field::{Field, TextField};
pub use hands::{Hands, Leave};
pub use keys::{BINDINGS, Binding, Context, Key, Works, message_for};
pub use message::{Again, Edit, Message, Move, Scanned, Take};
pub use panel::{CheckLine, Sign};
pub use preview::{Mark, PreviewLine, PreviewMode, PreviewPage, Search, Sheet};
pub use review::{ConflictChoice, ReviewRow};
pub use state::{Popup, Setup, Wizard, WriteState, Written};
pub use suggestions::Suggestion;
