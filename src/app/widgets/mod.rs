//! Controls that several pages use.

pub mod clipboard;
pub mod copy_button;
pub mod handle;
pub mod icon_button;
pub mod language_option;
pub mod modal;
pub mod number_field;
pub mod play_button;
pub mod player;
pub mod seed;
pub mod slider;
