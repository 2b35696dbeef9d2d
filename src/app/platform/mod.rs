//! Small wrappers around browser interfaces, which know nothing of the app.

pub mod debounce;
pub mod dom;
pub mod export;
pub mod full_screen;
pub mod motion;
