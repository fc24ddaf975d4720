//! The terminal as a trait, with a fake that plays a script.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use crossterm::event::Event;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::{Frame, Terminal};

/// A terminal that can be drawn on and read from.
pub trait Console {
    /// Draws a frame.
    ///
    /// # Errors
    /// If the terminal is gone.
    fn draw(&mut self, draw: &mut dyn FnMut(&mut Frame<'_>)) -> io::Result<()>;

    /// Forgets what the terminal shows, so that the next frame is drawn in full.
    ///
    /// # Errors
    /// If the terminal is gone.
    fn redraw(&mut self) -> io::Result<()>;

    /// Waits for an event, at most this long.
    ///
    /// # Errors
    /// If the terminal is gone.
    fn next(&mut self, timeout: Duration) -> io::Result<Option<Event>>;

    /// Gives the terminal back, stops the process, and takes the terminal again after `fg`.
    ///
    /// # Errors
    /// If the terminal is gone.
    fn suspend(&mut self) -> io::Result<()>;
}

/// A terminal in memory that plays events.
#[derive(Debug)]
pub struct ScriptedConsole {
    terminal: Terminal<TestBackend>,
    events: VecDeque<Event>,
    suspended: usize,
}

impl ScriptedConsole {
    /// A terminal of this size.
    ///
    /// # Errors
    /// None that a terminal in memory has.
    pub fn new(
        width: u16,
        height: u16,
        events: impl IntoIterator<Item = Event>,
    ) -> io::Result<Self> {
        let terminal = Terminal::new(TestBackend::new(width, height)).map_err(io::Error::other)?;
        Ok(ScriptedConsole { terminal, events: events.into_iter().collect(), suspended: 0 })
    }

    /// What it shows.
    pub fn shown(&self) -> String {
        self.terminal.backend().to_string()
    }

    /// What it shows, with its styles.
    pub fn buffer(&self) -> &Buffer {
        self.terminal.backend().buffer()
    }

    /// How often it was suspended.
    pub fn suspended(&self) -> usize {
        self.suspended
    }
}

impl Console for ScriptedConsole {
    fn draw(&mut self, draw: &mut dyn FnMut(&mut Frame<'_>)) -> io::Result<()> {
        self.terminal.draw(|frame| draw(frame)).map(drop).map_err(io::Error::other)
    }

    fn redraw(&mut self) -> io::Result<()> {
        self.terminal.clear().map_err(io::Error::other)
    }

    fn next(&mut self, _timeout: Duration) -> io::Result<Option<Event>> {
        let event = self.events.pop_front();
        if let Some(Event::Resize(width, height)) = event {
            self.terminal.backend_mut().resize(width, height);
        }
        Ok(event)
    }

    fn suspend(&mut self) -> io::Result<()> {
        self.suspended += 1;
        Ok(())
    }
}
