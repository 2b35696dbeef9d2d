//! The bench's state as the user set it, and the phase of its computation.

use leptos::prelude::*;

use elboscope::data::{self, BinaryImage, GreyImage, PenDigit};
use elboscope::family::BivariateGaussian;
use elboscope::state::{BenchState, Term, XSource};

/// The latent dimension that the bench supports.
pub const LATENT: usize = 2;

/// The phase of the bench's computation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Phase {
    /// The lattices of a new model are being built; the share in [0, 1] is done.
    Preparing(f64),
    /// Something is still being computed.
    Computing,
    /// Everything is computed.
    Idle,
}

/// The bench's context. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Bench {
    /// What the user set.
    pub state: RwSignal<BenchState>,
    /// The phase of the computation.
    pub phase: RwSignal<Phase>,
    /// The gallery of pen-stroke digits.
    pub gallery: StoredValue<Vec<PenDigit>>,
    /// The grey image of an x that was drawn or opened in this session.
    pub grey_source: RwSignal<Option<GreyImage>>,
    /// The term that is hovered or focused.
    pub highlight: RwSignal<Option<Term>>,
    /// A q that stays in the pictures, to be compared with the present one.
    pub pinned: RwSignal<Option<BivariateGaussian>>,
}

impl Bench {
    /// A bench in a state, of which nothing is computed yet.
    pub fn new(state: BenchState) -> Self {
        Self {
            state: RwSignal::new(state),
            phase: RwSignal::new(Phase::Computing),
            gallery: StoredValue::new(data::gallery()),
            grey_source: RwSignal::new(None),
            highlight: RwSignal::new(None),
            pinned: RwSignal::new(None),
        }
    }

    /// Pins the present q, or takes the pin off.
    pub fn toggle_pin(&self) {
        let present = self.state.get_untracked().proposal().ok();
        self.pinned.update(|pinned| *pinned = if pinned.is_some() { None } else { present });
    }

    /// Puts the pinned q in the place of the present one, and pins that.
    pub fn swap_pinned(&self) {
        let Some(pinned) = self.pinned.get_untracked() else { return };
        self.pinned.set(self.state.get_untracked().proposal().ok());
        self.change(|state| *state = state.with_proposal(pinned.mean(), pinned.sd(), pinned.rho()));
    }

    /// Changes the state and clamps every value to its range.
    pub fn change(&self, change: impl FnOnce(&mut BenchState)) {
        let mut state = self.state.get_untracked();
        change(&mut state);
        let state = state.clamped();
        if state != self.state.get_untracked() {
            self.begin();
            self.state.set(state);
        }
    }

    /// Marks the numbers as being computed.
    pub fn begin(&self) {
        if self.phase.get_untracked() == Phase::Idle {
            self.phase.set(Phase::Computing);
        }
    }

    /// Makes a grey image the present x.
    pub fn show_grey(&self, grey: GreyImage) {
        let pixels = self.state.get_untracked().bin.binarization().apply(&grey);
        self.grey_source.set(Some(grey));
        self.change(|state| state.x = XSource::Pixels(pixels));
    }

    /// The x of a state as black and white pixels.
    pub fn pixels_of(&self, state: &BenchState) -> BinaryImage {
        match state.x {
            XSource::Pixels(pixels) => pixels,
            XSource::Digit(index) => self.gallery.with_value(|gallery| {
                // The index is clamped to the gallery, which is never empty.
                let digit = &gallery[index.min(gallery.len() - 1)];
                state.bin.binarization().apply(&digit.image)
            }),
        }
    }
}
