//! How a view takes a context or a service: all are provided behind one context, because each lookup by type costs a
//! kilobyte of code. What belongs to one part of the page (files, canvases, what is fetched later) is provided by
//! itself.

use leptos::prelude::*;

use super::context::{
    Bench, BenchNumbers, CoursePages, Files, Labs, ModelInUse, Notices, Preferences, Stage,
    Training, Undo,
};
use super::navigation::Navigation;
use super::workers::{BenchWorker, LabWorker};

/// Something that the pages share.
pub trait Shared: Copy {
    /// The one of the page.
    fn of(contexts: &Contexts) -> Self;
}

/// Takes what the pages share, such as `shared::<Bench>()`.
///
/// # Panics
/// Outside of the views and of what they set up, where nothing is shared.
pub fn shared<T: Shared>() -> T {
    T::of(contexts())
}

/// A single function, whatever is asked for.
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
    /// Provides them to all views, as long as the page lives.
    pub fn provide(self) {
        provide_context::<&'static Self>(Box::leak(Box::new(self)));
    }
}
