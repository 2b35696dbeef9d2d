//! What a background half of the program does, whatever it computes.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Outgoing;

/// Takes commands at any time and works in slices of a few milliseconds, so that a command never waits
/// long; it knows no browser.
pub trait Serve {
    /// What the page may ask for.
    type Command: DeserializeOwned;
    /// What the page hears.
    type Event: Serialize;

    /// Takes a command; the work is done by [`Self::work`].
    fn handle(&mut self, command: Self::Command) -> Vec<Outgoing<Self::Event>>;

    /// Does the most urgent slice of work and tells what came of it.
    fn work(&mut self) -> Vec<Outgoing<Self::Event>>;

    /// Whether [`Self::work`] has anything left to do.
    fn is_busy(&self) -> bool;

    /// How long what is left may wait for the next command.
    fn patience(&self) -> Patience {
        Patience::None
    }
}

/// How long work may wait for the command after the last one: a hand that moves makes it idle, and on few
/// processors it takes the time of whoever paints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// Somebody waits for it.
    None,
    /// Until the page has painted what it computed itself.
    Frame,
    /// Until the hand is still.
    Rest,
    /// Until the page is idle: everything is there, and what is left makes it more precise.
    Idle,
}
