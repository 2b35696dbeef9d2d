//! What a page is showing and how it is said: the state, its address, its undo stack, its words.

pub mod address;
pub mod bench;
pub mod course;
pub mod history;
pub mod keys;
pub mod language;
pub mod messages;
pub mod nats_scale;
pub mod number;
pub mod part;
pub mod placement;
pub mod plane_gesture;
pub mod plane_view;
mod proposal;
pub mod range;
pub mod sketch_pad;
pub mod term;
pub mod text;
pub mod theme;

pub use address::{Address, AddressNote, Page, Parameter};
pub use bench::{BenchState, BinarizeState, Identity, XSource};
pub use course::{CoursePlace, CourseState};
pub use history::History;
pub use language::Language;
pub use messages::Messages;
pub use nats_scale::NatsScale;
pub use part::Part;
pub use placement::Placement;
pub use plane_gesture::PlaneGesture;
pub use plane_view::PlaneView;
pub use range::{Pace, Range};
pub use sketch_pad::SketchPad;
pub use term::Term;
pub use text::{Said, Text};
pub use theme::Theme;
