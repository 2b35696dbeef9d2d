//! Commands to the labs' worker, and its events.

use serde::{Deserialize, Serialize};

use crate::course::Course;
use crate::data::BinaryImage;
use crate::lab::Sheet;
use crate::lab::training::Order;
use crate::state::{Language, Said};

/// Commands to the worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum LabCommand {
    /// The VAE for the labs that need one; `bytes` is a safetensors file that the page has checked.
    LoadModel {
        /// Safetensors.
        bytes: Vec<u8>,
    },
    /// Begins the transfer of an opened file for training; its images follow.
    OpenImages {
        /// The file's name.
        name: String,
        /// The number of images that follow.
        count: usize,
        /// A class for each image, or empty.
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
    /// Resume a saved training run; a request with its settings shows it.
    Resume {
        /// Safetensors with the run in its metadata.
        bytes: Vec<u8>,
        /// Whether to answer with [`LabEvent::Resumed`].
        answer: bool,
    },
    /// An order to the training run.
    Train(Order),
    /// Export a moment of the training run as a file; `None` is the newest.
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
    /// Write the lessons in a language.
    Course {
        /// The language of every text.
        language: Language,
    },
    /// Write the PyTorch program of a lab.
    LabProgram {
        /// The lab's name in the address.
        lab: String,
        /// A value for each of its parameters.
        values: Vec<f64>,
        /// The language of its comments.
        language: Language,
    },
    /// Write the network that a lab's program loads.
    LabNetwork {
        /// The lab's name in the address.
        lab: String,
        /// A value for each of its parameters.
        values: Vec<f64>,
    },
    /// Show a moment of a lab. Each request is answered once, unless a newer one replaces it.
    Show(Request),
}

/// The purpose of an exported network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    /// Use on the bench.
    Bench,
    /// Download by the user.
    Save,
    /// Storage in the browser, so that a reload loses nothing.
    Keep,
}

/// A moment of a lab in a state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Request {
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
    /// The language of all texts.
    pub language: Language,
}

/// Events of the worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum LabEvent {
    /// The answer to a request.
    Shown {
        /// The number of the request.
        request: u32,
        /// The sheet.
        sheet: Box<Sheet>,
        /// The number of moments.
        moments: usize,
        /// The share of the computation that is done, in [0, 1].
        progress: f64,
        /// Whether the computation has ended: another request would give the same sheet.
        is_done: bool,
        /// Whether the run continues until it is paused.
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
        /// The purpose for which it was requested.
        purpose: Purpose,
        /// The number of steps after which the run had this network.
        step: u32,
        /// The settings of its run.
        values: Vec<f64>,
        /// Safetensors.
        bytes: Vec<u8>,
    },
    /// The run of an opened file was resumed.
    Resumed {
        /// Its settings.
        values: Vec<f64>,
    },
    /// A PyTorch program for a network.
    Program {
        /// Python.
        text: String,
    },
    /// The lessons.
    Course {
        /// The language of every text.
        language: Language,
        /// The lessons.
        course: Box<Course>,
    },
    /// The PyTorch program of a lab.
    LabProgram {
        /// The lab's name in the address.
        lab: String,
        /// Python.
        text: String,
        /// The name of the file with a network that it loads, if it needs one.
        file: Option<String>,
    },
    /// The network that the program of a lab loads.
    LabNetwork {
        /// The file's name.
        file: String,
        /// Safetensors.
        bytes: Vec<u8>,
    },
    /// The model, the images or a saved run could not be read.
    Failed {
        /// The reason.
        reason: Said,
    },
}
