//! What is stored in the browser from one visit to the next.

mod database;
pub mod kept_run;
pub mod local;
pub mod notebook;
