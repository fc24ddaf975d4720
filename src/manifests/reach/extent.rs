//! How much of a target a rule is about, and what keeps that from being known.

/// Why it can't be told whether a rule is about a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Doubt {
    /// Labels of the peer that nobody has mentioned.
    Labels,
    /// The address of a name, which may lie in a block.
    Addresses,
    /// A group of addresses that stands elsewhere.
    Groups,
    /// The endpoints of a Service.
    Services,
    /// Fields that ask for more than a peer.
    Requirements,
    /// Rules for what is said over the connection.
    Layer7,
    /// A port by its name.
    NamedPort,
    /// A pattern that versions of Cilium read differently.
    Pattern,
    /// Whether Cilium learns the addresses of a name.
    Names,
    /// Whether an address is one of the node's own.
    Node,
    /// A patch changes the policy.
    Patched,
}

impl Doubt {
    /// The reason in words.
    pub(super) fn in_words(self) -> &'static str {
        match self {
            Doubt::Labels => "asks for labels of the other side that are not known here",
            Doubt::Addresses => "has a block of addresses that it may or may not be in",
            Doubt::Groups => "names a group of addresses that is not looked up here",
            Doubt::Services => "names a Service, whose endpoints are not known here",
            Doubt::Requirements => "asks for more than a peer, which is not worked out here",
            Doubt::Layer7 => "has rules for what is said over the connection",
            Doubt::NamedPort => "names a port by its name",
            Doubt::Pattern => "has a `**` that Cilium reads differently before 1.19",
            Doubt::Names => "names it, and whether its addresses are learned is not certain",
            Doubt::Node => "has an address that Cilium may count as the node's own",
            Doubt::Patched => "is patched, and what it says then is not worked out here",
        }
    }
}

/// How much of a target something is about, from nothing to everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Extent {
    /// Nothing of it.
    None,
    /// That can't be told.
    Perhaps(Doubt),
    /// Some of it.
    Part,
    /// All of it.
    All,
}

impl Extent {
    /// All or nothing.
    pub(super) fn of(is_all: bool) -> Self {
        if is_all { Extent::All } else { Extent::None }
    }

    /// What both are about.
    pub(super) fn and(self, other: Self) -> Self {
        self.min(other)
    }

    /// The largest of them; nothing if there are none.
    pub(super) fn widest(extents: impl IntoIterator<Item = Self>) -> Self {
        extents.into_iter().max().unwrap_or(Extent::None)
    }

    /// What all of them are about; everything if there are none.
    pub(super) fn narrowest(extents: impl IntoIterator<Item = Self>) -> Self {
        extents.into_iter().min().unwrap_or(Extent::All)
    }

    pub(super) fn is_none(self) -> bool {
        self == Extent::None
    }
}
