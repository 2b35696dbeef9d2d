//! How the bar is cut: each decomposition of the ELBO is a piece between a level and the ELBO.

use leptos::prelude::*;

use crate::app::canvas::{Palette, Rgb};
use crate::app::platform::motion::since_change;
use elboscope::exact::Decomposition;
use elboscope::state::{Identity, Term};

/// Milliseconds in which one cut gives way to another.
const MOVES: f64 = 400.0;

/// A cut on its way from one decomposition to another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cut {
    from: Identity,
    to: Identity,
    /// How far it has come, from 0 to 1.
    share: f64,
}

impl Cut {
    /// Follows the decomposition that is chosen.
    pub fn following(identity: Memo<Identity>) -> Memo<Self> {
        let change = since_change(identity, MOVES);
        Memo::new(move |_| {
            let (from, to, share) = change.get();
            Self { from, to, share }
        })
    }

    /// Where the piece begins, in nats; it ends at the ELBO.
    pub fn level(&self, decomposition: &Decomposition) -> f64 {
        let [from, to] = [self.from, self.to].map(|cut| match cut {
            Identity::Gap => decomposition.log_evidence,
            Identity::Prior => decomposition.reconstruction,
            Identity::Energy => decomposition.expected_log_joint,
        });
        if self.share >= 1.0 { to } else { from + self.share * (to - from) }
    }

    /// The term that the piece is.
    pub fn term(&self) -> Term {
        match self.to {
            Identity::Gap => Term::Gap,
            Identity::Prior => Term::KlPrior,
            Identity::Energy => Term::Entropy,
        }
    }

    /// Its colour.
    pub fn color(&self, palette: &Palette) -> Rgb {
        let [from, to] = [self.from, self.to].map(|cut| match cut {
            Identity::Gap => palette.gap,
            Identity::Prior => palette.prior,
            Identity::Energy => palette.q,
        });
        from.toward(to, self.share)
    }

    /// How its hatch rises: with the colour, a second sign.
    pub fn slope(&self) -> f64 {
        match self.to {
            Identity::Gap => 1.0,
            Identity::Prior => -1.0,
            Identity::Energy => 0.0,
        }
    }
}
