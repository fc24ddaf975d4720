//! One line of a table: what one tool takes for a job.

use std::process::Command;
use std::time::Duration;

use super::cost::{Cost, cost, median};
use super::repository::Repository;
use super::tools::Tools;

/// Runs of each tool.
const RUNS: usize = 11;

/// What a tool does: the tool's name, what the line says, and the rest of its call.
pub(crate) struct Call<'a> {
    pub(crate) tool: &'static str,
    pub(crate) what: &'a str,
    pub(crate) arguments: Vec<String>,
    /// Where it is called, from the root.
    pub(crate) folder: &'a str,
}

/// A table that compares each line with the first one.
pub(crate) struct Table<'a> {
    tools: &'a Tools,
    repository: &'a Repository,
    /// CPU time of gangplank, once it is known.
    own: Option<Duration>,
}

impl<'a> Table<'a> {
    pub(crate) fn new(title: &str, tools: &'a Tools, repository: &'a Repository) -> Self {
        println!("\n{title}");
        let heads = ["wall", "CPU", "memory", "lines", "CPU to CPU"];
        println!(
            "  {:<34} {:>9} {:>9} {:>9} {:>6} {:>11}",
            "", heads[0], heads[1], heads[2], heads[3], heads[4]
        );
        Table { tools, repository, own: None }
    }

    /// Measures a call: medians of the times, the most memory, and the lines that it changes.
    pub(crate) fn line(&mut self, call: &Call<'_>) {
        if self.command(call).is_none() {
            println!("  {:<34} not installed", call.what);
            return;
        }
        let mut lines = 0;
        let mut run = || {
            self.repository.reset();
            let cost = cost(self.command(call).unwrap());
            lines = self.repository.changed_lines();
            cost
        };
        let costs: Vec<Cost> = (0..RUNS).map(|_| run()).collect();
        self.repository.reset();
        let middle =
            |of: fn(&Cost) -> Duration| median(&mut costs.iter().map(of).collect::<Vec<_>>());
        let (wall, cpu) = (middle(|cost| cost.wall), middle(|cost| cost.cpu));
        let memory = costs.iter().map(|cost| cost.memory).max().unwrap();
        let own = *self.own.get_or_insert(cpu);
        println!(
            "  {:<34} {:>9} {:>9} {:>9} {lines:>6} {:>11.2}",
            call.what,
            millis(wall),
            millis(cpu),
            format!("{:.1} MB", f64::from(u32::try_from(memory / 1_000).unwrap()) / 1e3),
            own.as_secs_f64() / cpu.as_secs_f64(),
        );
    }

    fn command(&self, call: &Call<'_>) -> Option<Command> {
        let mut command = self.tools.command(call.tool)?;
        command.args(&call.arguments).current_dir(self.repository.root().join(call.folder));
        command.env("HOME", self.repository.home());
        command.env("XDG_STATE_HOME", self.repository.home().join("state"));
        Some(command)
    }
}

fn millis(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}
