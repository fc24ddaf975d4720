//! Whoever carries the wizard's effects out, as the views see it.

use std::time::Duration;

use super::effect::{Effect, Ending};
use super::message::Message;

/// Carries effects out, on threads of its own where they can take long.
pub trait Hands {
    /// Begins an effect.
    fn begin(&mut self, effect: Effect);

    /// The results that have come in since.
    fn results(&mut self) -> Vec<Message>;

    /// How long a view may wait for a key before it looks for results again.
    fn patience(&self) -> Duration;

    /// A signal that asks the program to end, if one came.
    fn signal(&self) -> Option<u8>;

    /// Whether somebody asked from outside to stop until `fg`.
    fn takes_suspend(&self) -> bool;

    /// Whether one of its threads had a fault: what it began never ends.
    fn has_fault(&self) -> bool;
}

/// Why a view ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Leave {
    /// The wizard is at its end.
    Ended(Ending),
    /// A signal came.
    Signal(u8),
}
