//! What the browser keeps from one visit to the next.

mod database;
pub mod kept_run;
pub mod notebook;
