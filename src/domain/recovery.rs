//! What becomes of a run that was interrupted while it wrote.

/// The ways out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recovery {
    /// It is written to its end.
    Finish,
    /// What was there before comes back.
    PutBack,
    /// Its files stay as they are, and nothing is known of it any more.
    Forget,
}

impl Recovery {
    /// All of them.
    pub const ALL: [Recovery; 3] = [Recovery::Finish, Recovery::PutBack, Recovery::Forget];

    /// The name of its flag.
    pub fn flag(self) -> &'static str {
        match self {
            Recovery::Finish => "finish",
            Recovery::PutBack => "put-back",
            Recovery::Forget => "forget",
        }
    }
}
