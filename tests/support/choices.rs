//! Decisions made from random bytes. Whatever proptest shrinks the bytes to, the generators that
//! read them get simpler: byte 0 is the plainest choice.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};

use proptest::collection::vec;
use proptest::num::u32::ANY;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

/// What to reproduce a failure with.
pub(crate) const SEED: &str = "GANGPLANK_TEST_SEED";

/// The seed of the run that is always the same.
const FIXED: u64 = 20_261_123;

/// A stream of decisions.
pub(crate) struct Choices {
    bytes: Vec<u8>,
    at: usize,
}

impl Choices {
    pub(crate) fn of(words: &[u32]) -> Self {
        Choices { bytes: words.iter().flat_map(|word| word.to_le_bytes()).collect(), at: 0 }
    }

    /// A number below `count`, which is at most 256.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        let byte = self.bytes.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        usize::from(byte) % count
    }

    pub(crate) fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == count - 1
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

/// `many` in a full run, else `few`.
pub(crate) fn count(few: u32, many: u32) -> u32 {
    let is_full = std::env::var("GANGPLANK_TESTS").is_ok_and(|value| value == "full");
    if is_full { many } else { few }
}

/// Runs `check` on this many streams of a fixed seed, and on a fourth as many of a fresh one.
#[track_caller]
pub(crate) fn for_all(cases: u32, check: impl Fn(&mut Choices) -> Result<(), String>) {
    let fresh = given_seed().unwrap_or_else(|| RandomState::new().build_hasher().finish());
    run(&[(FIXED, cases), (fresh, cases / 4)], check);
}

/// Runs `check` on this many streams of one seed: a run says something of the commit, whatever
/// bytes nobody writes are tried on another day. Other seeds are tried by hand, with [`SEED`].
#[track_caller]
pub(crate) fn for_fixed(cases: u32, check: impl Fn(&mut Choices) -> Result<(), String>) {
    run(&[(given_seed().unwrap_or(FIXED), cases)], check);
}

fn given_seed() -> Option<u64> {
    std::env::var(SEED).ok().and_then(|seed| seed.parse().ok())
}

#[track_caller]
fn run(seeds: &[(u64, u32)], check: impl Fn(&mut Choices) -> Result<(), String>) {
    for &(seed, cases) in seeds {
        let outcome = runner(seed, cases).run(&vec(ANY, 80), |words| {
            check(&mut Choices::of(&words)).map_err(TestCaseError::fail)
        });
        match outcome {
            Ok(()) => {}
            Err(TestError::Fail(reason, _)) => panic!("with {SEED}={seed}: {reason}"),
            Err(error) => panic!("with {SEED}={seed}: {error}"),
        }
    }
}

/// A stream of decisions for each of `cases` cases of the fixed seed, for tests that take them
/// together.
pub(crate) fn streams(cases: u32) -> Vec<Choices> {
    use proptest::strategy::{Strategy, ValueTree};
    let mut runner = runner(FIXED, cases);
    let words = (0..cases).map(|_| vec(ANY, 80).new_tree(&mut runner).unwrap().current());
    words.map(|words| Choices::of(&words)).collect()
}

/// The seeds of so many runs that are each reproduced by their own: one if it is given, the same
/// ones every time if nobody asked for others.
pub(crate) fn seeds(runs: u64, are_fresh: bool) -> Vec<u64> {
    if let Some(seed) = given_seed() {
        return vec![seed];
    }
    let first = if are_fresh { RandomState::new().build_hasher().finish() } else { FIXED };
    (0..runs).map(|run| first.wrapping_add(run)).collect()
}

/// A long stream of decisions from one seed.
pub(crate) fn stream(seed: u64) -> Choices {
    use proptest::strategy::{Strategy, ValueTree};
    Choices::of(&vec(ANY, 2000).new_tree(&mut runner(seed, 1)).unwrap().current())
}

fn runner(seed: u64, cases: u32) -> TestRunner {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let bytes: Vec<u8> = seed.to_le_bytes().into_iter().cycle().take(32).collect();
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
}
