//! Commands to the workshop and what it answers.

use serde::{Deserialize, Serialize};

use crate::lab::Sheet;
use crate::state::Language;

/// What the page asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// The VAE for the labs that need one; `bytes` is a safetensors file that the page has checked.
    LoadModel {
        /// Safetensors.
        bytes: Vec<u8>,
    },
    /// Show a moment of a lab. Each request is answered once, unless a newer one overtakes it.
    Show(Request),
}

/// A moment of a lab in a state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// The page's number for this request; comes back with the answer.
    pub request: u32,
    /// The page's number for this computation: as long as it is the same, so are lab and values.
    pub computation: u32,
    /// The lab's name in the address.
    pub lab: String,
    /// A value for each of its parameters.
    pub values: Vec<f64>,
    /// The moment; `None` is the last.
    pub moment: Option<usize>,
    /// The language of all words.
    pub language: Language,
}

/// What the page hears.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// The answer to a request.
    Shown {
        /// The number of the request.
        request: u32,
        /// What is seen.
        sheet: Box<Sheet>,
        /// How many moments there are to play.
        moments: usize,
        /// The share of the computation that is done, in [0, 1].
        progress: f64,
        /// Nothing is left to compute: asking again shows the same.
        is_done: bool,
    },
    /// The answer to a request that cannot be fulfilled.
    Refused {
        /// The number of the request.
        request: u32,
        /// What is missing or impossible, in the language of the request.
        reason: String,
    },
    /// The model could not be read.
    Failed {
        /// Why, in English, for the details of a message.
        reason: String,
    },
}
