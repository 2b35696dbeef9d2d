//! Commands to the labs' worker and what it answers.

use serde::{Deserialize, Serialize};

use crate::course::Course;
use crate::data::BinaryImage;
use crate::lab::Sheet;
use crate::lab::training::Order;
use crate::state::{Language, Said};

/// What the page asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum LabCommand {
    /// The VAE for the labs that need one; `bytes` is a safetensors file that the page has checked.
    LoadModel {
        /// Safetensors.
        bytes: Vec<u8>,
    },
    /// The file that is open on the page, to learn from; its images follow.
    OpenImages {
        /// The file's name.
        name: String,
        /// How many images will come.
        count: usize,
        /// A class for each, or nothing.
        labels: Vec<u8>,
    },
    /// The next images of that file. What is asked of a run on it waits until all are there.
    MoreImages {
        /// In the file's order.
        images: Vec<BinaryImage>,
    },
    /// What was drawn on the sketch pad since the page was opened, to learn from.
    Drawings {
        /// Oldest first.
        images: Vec<BinaryImage>,
    },
    /// Go on with a run of training that was saved; it is shown by a request with its settings.
    Resume {
        /// Safetensors with the run in its metadata.
        bytes: Vec<u8>,
        /// Answer with [`LabEvent::Resumed`] once it is the run that goes on.
        answer: bool,
    },
    /// Tell the run of training something.
    Train(Order),
    /// Give a moment of the run of training, `None` being now, as a file.
    Export {
        /// The moment.
        moment: Option<usize>,
        /// What for; comes back with the file.
        purpose: Purpose,
    },
    /// Give a PyTorch program that loads a moment of the run from the file of this name.
    Program {
        /// The moment.
        moment: Option<usize>,
        /// The file's name.
        file: String,
    },
    /// Give the lessons in a language.
    Course {
        /// Of every text.
        language: Language,
    },
    /// Give the PyTorch program of a lab.
    LabProgram {
        /// The lab's name in the address.
        lab: String,
        /// A value for each of its parameters.
        values: Vec<f64>,
        /// The language of its comments.
        language: Language,
    },
    /// Give the network that the program of a lab loads.
    LabNetwork {
        /// The lab's name in the address.
        lab: String,
        /// A value for each of its parameters.
        values: Vec<f64>,
    },
    /// Show a moment of a lab. Each request is answered once, unless a newer one overtakes it.
    Show(Request),
}

/// What a file of weights is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    /// To be used on the bench.
    Bench,
    /// To be kept by the person.
    Save,
    /// To be kept by the browser, so that a reload of the page loses nothing.
    Keep,
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
pub enum LabEvent {
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
        /// It goes on until it is told otherwise.
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
        /// After how many steps it was like this.
        step: u32,
        /// The settings that decide its run.
        values: Vec<f64>,
        /// Safetensors.
        bytes: Vec<u8>,
    },
    /// The run of an opened file is the newest now.
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
        /// Of every text.
        language: Language,
        /// All of them.
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
        /// Why.
        reason: Said,
    },
}
