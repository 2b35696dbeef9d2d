//! ELBOscope: estimates of log p(x) for a small VAE, beside the exact value.

pub mod data;
pub mod evidence;
pub mod exact;
pub mod family;
pub mod model;
pub mod training;
pub mod state;
pub mod bench;
pub mod gradient;
pub mod worker;
#[cfg(target_arch = "wasm32")]
pub mod app;
