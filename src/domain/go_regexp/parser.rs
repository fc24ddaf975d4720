//! Reads a pattern by Go's grammar: what Go refuses is refused, what can't be known stays open.

use super::flags::Flags;
use super::group::Group;
use super::set::Set;
use super::tree::{Count, Edge, Node, Tree, fits};

/// Why there is no tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// Go refuses the pattern.
    Refused,
    /// Whether Go refuses it, or what it means there, is not known here.
    Unsure(&'static str),
}

pub(super) type Read<T> = Result<T, Stop>;

/// A pattern that Go accepts.
#[derive(Debug)]
pub(super) struct Pattern {
    pub(super) tree: Tree,
    /// Whether tables that are not here decide for characters outside ASCII.
    pub(super) is_only_sure_for_ascii: bool,
}

/// Go's `maxRepeat`.
const MOST_COPIES: u32 = 1000;
/// Go's `maxHeight`.
const MOST_HEIGHT: usize = 1000;
/// Go gives alternatives with a common beginning up to some levels more than are written.
const MOST_HEIGHT_OF_ALTERNATIVES: usize = 250;
/// Go's `maxSize`: 128 MiB in instructions of 40 bytes.
const MOST_SIZE: u64 = (128 << 20) / 40;
/// Beyond this, alternatives could begin alike often enough to reach Go's limit of height.
const MOST_TEXT: usize = 20_000;

pub(super) struct Parser<'a> {
    pub(super) rest: &'a str,
    pub(super) flags: Flags,
    /// The innermost group last; the first is the pattern itself.
    groups: Vec<Group>,
    has_alternatives: bool,
    pub(super) is_only_sure_for_ascii: bool,
}

/// Reads a pattern.
///
/// # Errors
/// What Go refuses, and what can't be known.
pub(super) fn read(pattern: &str) -> Read<Pattern> {
    if pattern.len() > MOST_TEXT {
        return Err(Stop::Unsure("it is too long"));
    }
    let mut parser = Parser {
        rest: pattern,
        flags: Flags::default(),
        groups: Vec::new(),
        has_alternatives: false,
        is_only_sure_for_ascii: false,
    };
    let tree = parser.pattern()?;
    Ok(Pattern { tree, is_only_sure_for_ascii: parser.is_only_sure_for_ascii })
}

impl Parser<'_> {
    fn pattern(&mut self) -> Read<Tree> {
        let mut group = Group::new(self.flags, false);
        let mut was_repeat = false;
        while let Some(c) = self.rest.chars().next() {
            let is_repeat = self.element(c, &mut group, was_repeat)?;
            was_repeat = is_repeat;
        }
        if !self.groups.is_empty() {
            return Err(Stop::Refused);
        }
        self.checked(group.close())
    }

    /// Reads one element; says whether it was a repetition.
    fn element(&mut self, c: char, group: &mut Group, was_repeat: bool) -> Read<bool> {
        match c {
            '(' => self.open(group)?,
            ')' => self.close(group)?,
            '|' => {
                self.skip(1);
                self.has_alternatives = true;
                group.next_alternative();
            }
            '*' | '+' | '?' | '{' => return self.repetition(c, group, was_repeat),
            '^' => self.edge(self.flags.line_start(), group),
            '$' => self.edge(self.flags.line_end(), group),
            '.' => {
                self.skip(1);
                group.push(Tree::leaf(Node::One(Set::any(self.flags.dot_matches_line_break))));
            }
            '[' => {
                let set = self.bracket()?;
                group.push(Tree::leaf(Node::One(set)));
            }
            '\\' => self.escaped(group)?,
            c => {
                self.skip(c.len_utf8());
                self.literal(c.into(), group);
            }
        }
        Ok(false)
    }

    pub(super) fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    fn edge(&mut self, edge: Edge, group: &mut Group) {
        self.skip(1);
        group.push(Tree::leaf(Node::Edge(edge)));
    }

    pub(super) fn literal(&mut self, c: u32, group: &mut Group) {
        let mut set = Set::default();
        self.add_range(c, c, &mut set);
        group.push(Tree::leaf(Node::One(set)));
    }

    /// Adds a range, folded if the flags say so.
    pub(super) fn add_range(&mut self, low: u32, high: u32, set: &mut Set) {
        if !self.flags.folds_case {
            set.add(low, high);
        } else if !set.add_folded(low, high) {
            self.is_only_sure_for_ascii = true;
        }
    }

    fn open(&mut self, group: &mut Group) -> Read<()> {
        let before = self.flags;
        let is_captured = if self.rest.starts_with("(?") {
            let Some(is_captured) = self.group_head()? else { return Ok(()) };
            is_captured
        } else {
            self.skip(1);
            true
        };
        let outer = std::mem::replace(group, Group::new(before, is_captured));
        self.groups.push(outer);
        Ok(())
    }

    fn close(&mut self, group: &mut Group) -> Read<()> {
        self.skip(1);
        let outer = self.groups.pop().ok_or(Stop::Refused)?;
        let inner = std::mem::replace(group, outer);
        self.flags = inner.flags_before;
        let tree = self.checked(inner.close())?;
        group.push(tree);
        Ok(())
    }

    fn repetition(&mut self, c: char, group: &mut Group, was_repeat: bool) -> Read<bool> {
        let unbraced = |min, max| Count { min, max, is_braced: false };
        let (count, length) = match c {
            '*' => (unbraced(0, None), 1),
            '+' => (unbraced(1, None), 1),
            '?' => (unbraced(0, Some(1)), 1),
            _ => match braced(self.rest) {
                Some((count, length)) => (count?, length),
                None => {
                    self.skip(1);
                    self.literal('{'.into(), group);
                    return Ok(false);
                }
            },
        };
        self.skip(length);
        // Lazy or not makes no difference to whether it matches.
        if self.rest.starts_with('?') {
            self.skip(1);
        }
        if was_repeat {
            return Err(Stop::Refused);
        }
        let tree = group.pop().ok_or(Stop::Refused)?.repeat(count);
        let is_many = count.is_braced && (count.min >= 2 || count.max.is_some_and(|max| max >= 2));
        if is_many && !fits(&tree.node, MOST_COPIES) {
            return Err(Stop::Refused);
        }
        let tree = self.checked(tree)?;
        group.push(tree);
        Ok(true)
    }

    /// Go limits size and depth of what it built; near a limit its exact counts matter.
    fn checked(&self, tree: Tree) -> Read<Tree> {
        let most = match self.has_alternatives {
            true => MOST_HEIGHT_OF_ALTERNATIVES,
            false => MOST_HEIGHT,
        };
        match tree {
            tree if tree.height > most => Err(Stop::Unsure("it nests too deeply")),
            tree if tree.size > MOST_SIZE => Err(Stop::Unsure("it repeats too much")),
            tree => Ok(tree),
        }
    }
}

/// `{n}`, `{n,}` or `{n,m}` with its length; `None` for a brace that only means itself.
fn braced(text: &str) -> Option<(Read<Count>, usize)> {
    let inside = text.strip_prefix('{')?;
    let (min, rest) = number(inside)?;
    let (max, rest) = match rest.strip_prefix(',') {
        None => (Some(min), rest),
        Some(rest) if rest.starts_with('}') => (None, rest),
        Some(rest) => number(rest).map(|(max, rest)| (Some(max), rest))?,
    };
    let rest = rest.strip_prefix('}')?;
    let is_legal = min <= MOST_COPIES && max.is_none_or(|max| max <= MOST_COPIES && min <= max);
    let count = if is_legal { Ok(Count { min, max, is_braced: true }) } else { Err(Stop::Refused) };
    Some((count, text.len() - rest.len()))
}

/// Digits without a leading zero; what is too large for the type is too large for Go.
fn number(text: &str) -> Option<(u32, &str)> {
    let end = text.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    if digits.is_empty() || (digits.len() > 1 && digits.starts_with('0')) {
        return None;
    }
    Some((digits.parse().unwrap_or(u32::MAX), rest))
}
