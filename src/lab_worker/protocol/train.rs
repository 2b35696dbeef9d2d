//! What the page asks of training: runs have a history, learn from files, and go on until they are told otherwise.

use serde::{Deserialize, Serialize};

use super::Shown;
use crate::data::BinaryImage;
use crate::state::Language;
use crate::train_page::{Order, RunSettings};

/// What the page asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum TrainCommand {
    /// Begins the transfer of an opened file for training; its images follow.
    OpenImages {
        /// The file's name.
        name: String,
        /// How many images will come.
        count: usize,
        /// A class for each, or nothing.
        labels: Vec<u8>,
    },
    /// The next images of that file. Requests about a run on the file wait until all have come.
    MoreImages {
        /// In the file's order.
        images: Vec<BinaryImage>,
    },
    /// The drawings of this session, for training.
    Drawings {
        /// Oldest first.
        images: Vec<BinaryImage>,
    },
    /// Go on with a run that was saved; it is shown by a request with its settings.
    Resume {
        /// Safetensors with the run in its metadata.
        bytes: Vec<u8>,
        /// Answer with [`TrainEvent::Resumed`] once it is the run that goes on.
        answer: bool,
    },
    /// Tell the run something.
    Order(Order),
    /// Give a moment of the run, `None` being now, as a file.
    Export {
        /// The moment.
        moment: Option<usize>,
        /// The purpose; the answer carries it.
        purpose: Purpose,
    },
    /// Write a PyTorch program that loads a moment of the run from a file of this name.
    Program {
        /// The moment.
        moment: Option<usize>,
        /// The file's name.
        file: String,
    },
    /// Show a moment of the run with these settings. Each request is answered once, unless a newer one overtakes it.
    Show(TrainRequest),
}

/// The purpose of an exported network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    /// To be used on the bench.
    Bench,
    /// To be kept by the person.
    Save,
    /// Storage in the browser, so that a reload loses nothing.
    Keep,
}

/// A moment of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainRequest {
    /// The page's number for this request; the answer carries it.
    pub request: u32,
    /// Which run.
    pub settings: RunSettings,
    /// The moment; `None` is now.
    pub moment: Option<usize>,
    /// The language of all words.
    pub language: Language,
}

/// What the page hears.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum TrainEvent {
    /// The answer to a request.
    Shown {
        /// The number of the request.
        request: u32,
        /// What is seen.
        shown: Shown,
        /// It learns until it is told otherwise.
        is_playing: bool,
    },
    /// The answer to a request that cannot be fulfilled.
    Refused {
        /// The number of the request.
        request: u32,
        /// What is missing or impossible, in the language of the request.
        reason: String,
    },
    /// A network as a file.
    Exported {
        /// What it was asked for.
        purpose: Purpose,
        /// The number of steps after which the run had this network.
        step: u32,
        /// The settings of its run.
        settings: RunSettings,
        /// Safetensors.
        bytes: Vec<u8>,
    },
    /// The run of an opened file was resumed.
    Resumed {
        /// Its settings.
        settings: RunSettings,
    },
    /// A PyTorch program for a network.
    Program {
        /// Python.
        text: String,
    },
}
