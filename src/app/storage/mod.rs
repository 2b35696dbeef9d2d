//! What is stored in the browser from one visit to the next.

pub mod kept_run;
pub mod notebook;
