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
    PointerIdle,
    /// Until the page is idle: everything is there, and what is left makes it more precise.
    PageIdle,
}

/// The milliseconds in the query of the page's address, such as `?idle=2000`, after which the page is taken to be
/// idle; `None` where it says nothing: then it is as soon as the hand is still.
pub fn idle_of(query: &str) -> Option<f64> {
    let parameters = query.trim_start_matches('?').split('&');
    let value = parameters.filter_map(|p| p.split_once('=')).find(|(name, _)| *name == "idle")?.1;
    // Whole numbers: to read others takes tables of 10 kB.
    value.parse::<u32>().ok().map(f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_may_say_when_the_page_is_idle() {
        for (query, expected) in [
            ("?idle=2000", Some(2000.0)),
            ("?a=1&idle=0", Some(0.0)),
            ("", None),
            ("?idle", None),
            ("?idle=", None),
            ("?idle=-1", None),
            ("?idle=soon", None),
            ("?idler=1", None),
        ] {
            assert_eq!(idle_of(query), expected, "{query}");
        }
    }
}
