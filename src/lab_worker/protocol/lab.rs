//! What the page asks of the labs: each is a pure function of its values.

use serde::{Deserialize, Serialize};

use super::Shown;
use crate::state::Language;

/// What the page asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum LabCommand {
    /// The VAE for the labs that need one; `bytes` is a safetensors file that the page has checked.
    LoadModel {
        /// Safetensors.
        bytes: Vec<u8>,
    },
    /// Write the PyTorch program of a lab.
    Program {
        /// The lab's name in the address.
        lab: String,
        /// A value for each of its parameters.
        values: Vec<f64>,
        /// The language of its comments.
        language: Language,
    },
    /// Write the network that a lab's program loads.
    Network {
        /// The lab's name in the address.
        lab: String,
        /// A value for each of its parameters.
        values: Vec<f64>,
    },
    /// Show a moment of a lab. Each request is answered once, unless a newer one replaces it.
    Show(LabRequest),
}

/// A moment of a lab in a state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LabRequest {
    /// The page's number for this request; the answer carries it.
    pub request: u32,
    /// The page's number for this computation: as long as it stays, lab and values stay.
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
pub enum LabEvent {
    /// The answer to a request.
    Shown {
        /// The number of the request.
        request: u32,
        /// What is seen.
        shown: Shown,
    },
    /// The answer to a request that cannot be fulfilled.
    Refused {
        /// The number of the request.
        request: u32,
        /// What is missing or impossible, in the language of the request.
        reason: String,
    },
    /// The PyTorch program of a lab.
    Program {
        /// The lab's name in the address.
        lab: String,
        /// Python.
        text: String,
        /// The name of the file with a network that it loads, if it needs one.
        file: Option<String>,
    },
    /// The network that the program of a lab loads.
    Network {
        /// The file's name.
        file: String,
        /// Safetensors.
        bytes: Vec<u8>,
    },
}
