//! The table: what was measured, its value, the goal, and how they compare.

use std::time::Duration;

pub(crate) use super::cost::median;

/// Counts the goals that were missed.
#[derive(Debug, Default)]
pub(crate) struct Table {
    missed: usize,
}

/// A value with its unit.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Value {
    Time(Duration),
    Bytes(u64),
}

impl Value {
    pub(crate) fn millis(count: u64) -> Self {
        Value::Time(Duration::from_millis(count))
    }

    pub(crate) fn megabytes(count: u64) -> Self {
        Value::Bytes(count * 1_000_000)
    }

    fn number(self) -> f64 {
        match self {
            Value::Time(time) => time.as_secs_f64() * 1e3,
            Value::Bytes(bytes) => f64::from(u32::try_from(bytes / 1_000).unwrap()) / 1e3,
        }
    }

    fn shown(self) -> String {
        let unit = match self {
            Value::Time(_) => "ms",
            Value::Bytes(_) => "MB",
        };
        // What takes less than a tenth of a unit would be shown as nothing.
        let decimals = if self.number() < 0.1 { 3 } else { 1 };
        format!("{:.decimals$} {unit}", self.number())
    }
}

impl Table {
    pub(crate) fn title(&mut self, title: &str) {
        println!("{title}");
        println!("  {:<48} {:>10} {:>10} {:>8}", "", "measured", "goal", "ratio");
    }

    /// A value beside its goal; the ratio is above 1 if the goal is missed.
    pub(crate) fn goal(&mut self, what: &str, value: Value, goal: Value) {
        let ratio = value.number() / goal.number();
        let missed = if ratio > 1.0 { "  missed" } else { "" };
        self.missed += usize::from(ratio > 1.0);
        let (value, goal) = (value.shown(), goal.shown());
        println!("  {what:<48} {value:>10} {goal:>10} {ratio:>8.2}{missed}");
    }

    /// A value that has no goal.
    pub(crate) fn plain(&mut self, what: &str, value: Value) {
        println!("  {what:<48} {:>10}", value.shown());
    }

    /// What another program takes for comparison; the ratio is gangplank's value to it.
    pub(crate) fn peer(&mut self, what: &str, peer: Value, own: Value) {
        let ratio = own.number() / peer.number();
        let decimals = if ratio < 0.01 { 4 } else { 2 };
        println!("    beside {what:<41} {:>10} {:>10} {ratio:>8.decimals$}", peer.shown(), "");
    }

    /// A remark below a line.
    pub(crate) fn remark(&mut self, text: &str) {
        println!("    {text}");
    }

    pub(crate) fn end(&self) {
        match self.missed {
            0 => println!("\nall goals are met"),
            count => println!("\ngoals missed: {count}"),
        }
    }
}
