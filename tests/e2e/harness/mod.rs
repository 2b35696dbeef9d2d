//! The harness of the tests: a static server, a browser, and a page to act on.

mod browser;
mod health;
mod input;
mod layout;
mod metrics;
mod page;
mod server;
mod webdriver;

pub use input::{Point, Stroke, key};
pub use metrics::RESIDUAL_LIMIT;
pub use page::{DENSE, Page, results, visit, visit_ailing, visit_folder};
pub use server::site;
