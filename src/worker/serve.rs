//! The interface between a worker's loop and its computation.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Outgoing;

/// Takes commands at any time and works in slices of a few milliseconds, so that a command never waits long; does not
/// depend on a browser.
pub trait Serve {
    /// The commands.
    type Command: DeserializeOwned;
    /// The events.
    type Event: Serialize;

    /// Takes a command; [`Self::work`] does the work.
    fn handle(&mut self, command: Self::Command) -> Vec<Outgoing<Self::Event>>;

    /// Does the most urgent slice of work and returns its results.
    fn work(&mut self) -> Vec<Outgoing<Self::Event>>;

    /// Whether [`Self::work`] has anything left to do.
    fn is_busy(&self) -> bool;

    /// How long the next slice may wait for a further command.
    fn patience(&self) -> Patience {
        Patience::None
    }
}

/// How long work may wait after the last command: during a drag its result is obsolete at once, and on one or two
/// cores it competes with painting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// It is needed at once.
    None,
    /// Until the page has painted the frame of the last command.
    Frame,
    /// Until no command has come for a while, as when the pointer does not move.
    PointerIdle,
    /// Until the page is idle: all numbers are shown, and the work only refines them.
    PageIdle,
}

/// The milliseconds in the query of the page's address, such as `?idle=2000`, after which the page counts as idle;
/// `None` without such a parameter: then it is idle as soon as the pointer is.
pub fn idle_of(query: &str) -> Option<f64> {
    let parameters = query.trim_start_matches('?').split('&');
    let value = parameters.filter_map(|p| p.split_once('=')).find(|(name, _)| *name == "idle")?.1;
    // Whole numbers only: parsing f64 adds tables of 10 kB.
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
