//! End-to-end tests of the built site in a real browser.
//!
//! Needs `dist/`, Chromium and its driver: `make test` prepares them. One test by name:
//! `make build && cargo test --test e2e dragging::the_mean -- --nocapture`.

mod accessibility;
mod address;
mod bench;
mod buttons;
mod clipboard;
mod course;
mod dragging;
mod dropping;
mod failure;
mod files;
mod first_load;
mod first_sight;
mod gap_and_pin;
mod gestures;
mod harness;
mod history;
mod keyboard;
mod labels;
mod labs;
mod language;
mod layout;
mod map;
mod notices;
mod opening;
mod programs;
mod screens;
mod sketch;
mod theme;
mod thermometer;
mod training;
mod typed;
