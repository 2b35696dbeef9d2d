//! The state of the pages, the undo stack, and the texts of the interface.
//!
//! Addresses are in `address`, above it.

pub mod address_note;
pub mod bench;
pub mod entries;
pub mod frames;
pub mod keys;
pub mod lead;
pub mod messages;
pub mod nats_scale;
pub mod notice;
pub mod number;
pub mod part;
pub mod placement;
pub mod plane_gesture;
pub mod plane_view;
mod proposal;
pub mod range;
pub mod sketch_pad;
pub mod tempo;
pub mod term;
pub mod theme;
pub mod tiling;
pub mod tween;
pub mod undo_history;

pub use elboscope_words::{Language, Said, Text, say, text};

pub use address_note::{AddressNote, AddressParameter};
pub use bench::{BenchState, BinarizeState, Identity, XSource};
pub use frames::Frames;
pub use lead::{Lead, LeadNumbers};
pub use messages::Messages;
pub use nats_scale::{Loupe, NatsScale};
pub use notice::{About, Notice, Occasion};
pub use part::Part;
pub use placement::Placement;
pub use plane_gesture::PlaneGesture;
pub use plane_view::PlaneView;
pub use range::{Pace, Range};
pub use sketch_pad::SketchPad;
pub use tempo::Tempo;
pub use term::Term;
pub use theme::Theme;
pub use tiling::Tiling;
pub use tween::Tween;
pub use undo_history::UndoHistory;
