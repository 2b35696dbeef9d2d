//! Access to contexts and services.
//!
//! All are fields of one context, because each lookup by type costs a kilobyte of code. Contexts that only one part of
//! the page uses (files, canvases, loaded parts) are provided separately.

use leptos::prelude::*;

use super::context::{
    Bench, BenchNumbers, CoursePages, Files, Labs, ModelInUse, Notices, Preferences, Stage,
    Training, Undo,
};
use super::navigation::Navigation;
use super::workers::{BenchWorker, LabWorker};

/// A context or service of the page.
pub trait Shared: Copy {
    /// Its field.
    fn of(contexts: &Contexts) -> Self;
}

/// Returns a context or a service, as in `shared::<Bench>()`.
///
/// # Panics
/// Panics outside of the page's reactive owner, where no context is provided.
pub fn shared<T: Shared>() -> T {
    T::of(contexts())
}

/// One function for all types, not inlined, which keeps the code small.
#[inline(never)]
fn contexts() -> &'static Contexts {
    expect_context()
}

macro_rules! contexts {
    ($($name:ident: $context:ident),+ $(,)?) => {
        /// Every context of the page.
        pub struct Contexts {
            $(pub $name: $context,)+
        }

        $(
            impl Shared for $context {
                fn of(contexts: &Contexts) -> Self {
                    contexts.$name
                }
            }
        )+
    };
}

contexts! {
    preferences: Preferences,
    notices: Notices,
    undo: Undo,
    bench: Bench,
    numbers: BenchNumbers,
    model: ModelInUse,
    stage: Stage,
    labs: Labs,
    training: Training,
    files: Files,
    course: CoursePages,
    navigation: Navigation,
    bench_worker: BenchWorker,
    lab_worker: LabWorker,
}

impl Contexts {
    /// Provides all of them to the views, as long as the page lives.
    pub fn provide(self) {
        provide_context::<&'static Self>(Box::leak(Box::new(self)));
    }
}
