//! Parts of the page that are fetched when they are first shown, so that the first visit downloads less.
//!
//! The build moves each `wasm_split` function, with all code that only it uses, into a file of its own
//! (scripts/bin/wasm-bindgen). Once loaded, its functions are called like any others.

use std::future::Future;

use leptos::prelude::*;
use leptos::reactive::computed::ScopedFuture;
use leptos::task::spawn_local;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use super::context::{Breakdown, CoursePages, Notices, Stage as OnStage, StagePage};
use super::course::{self, Glossary, LessonPanel, Outline, Teacher};
use super::lab::LabPage;
use super::train::{self, TrainPage};
use crate::app::shared::shared;

/// The views of the labs and of training.
#[derive(Clone, Copy)]
pub struct LabPart {
    pub lab: fn() -> AnyView,
    pub train: fn() -> AnyView,
}

/// The views of the course.
#[derive(Clone, Copy)]
pub struct CoursePart {
    pub lesson: fn() -> AnyView,
    pub outline: fn() -> AnyView,
    pub glossary: fn() -> AnyView,
    pub teacher: fn() -> AnyView,
}

#[wasm_split(labs, fallible)]
fn fetch_labs() -> Result<LabPart, SplitLoaderError> {
    train::follow_answers();
    Ok(LabPart {
        lab: || view! { <LabPage /> }.into_any(),
        train: || view! { <TrainPage /> }.into_any(),
    })
}

#[wasm_split(course, fallible)]
fn fetch_course() -> Result<CoursePart, SplitLoaderError> {
    course::run();
    Ok(CoursePart {
        lesson: || view! { <LessonPanel /> }.into_any(),
        outline: || view! { <Outline /> }.into_any(),
        glossary: || view! { <Glossary /> }.into_any(),
        teacher: || view! { <Teacher /> }.into_any(),
    })
}

/// The state of loading a part.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LoadState<T> {
    Unasked,
    OnItsWay,
    There(T),
    Failed,
}

/// A part of the page, loaded on demand.
struct Lazy<T: 'static>(RwSignal<LoadState<T>, LocalStorage>);

impl<T> Clone for Lazy<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Lazy<T> {}

impl<T: Copy + 'static> Lazy<T> {
    fn new() -> Self {
        Self(RwSignal::new_local(LoadState::Unasked))
    }

    /// Fetches the part unless it was requested before; its effects belong to `owner`.
    fn ask<F>(self, notices: Notices, owner: &Owner, fetch: fn() -> F)
    where
        F: Future<Output = Result<T, SplitLoaderError>> + 'static,
    {
        if !matches!(self.0.get(), LoadState::Unasked) {
            return;
        }
        self.0.set(LoadState::OnItsWay);
        let fetched = owner.with(|| ScopedFuture::new_untracked(fetch()));
        spawn_local(async move {
            match fetched.await {
                Ok(part) => self.0.set(LoadState::There(part)),
                Err(error) => {
                    self.0.set(LoadState::Failed);
                    notices.breakdown.set(Some(Breakdown::Part(error.to_string())));
                }
            }
        });
    }

    fn get(self) -> Option<T> {
        match self.0.get() {
            LoadState::There(part) => Some(part),
            _ => None,
        }
    }

    fn is_on_its_way(self) -> bool {
        matches!(self.0.get(), LoadState::OnItsWay)
    }

    fn retry(self) {
        if matches!(self.0.get_untracked(), LoadState::Failed) {
            self.0.set(LoadState::Unasked);
        }
    }
}

/// The parts that contain views. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Parts {
    labs: Lazy<LabPart>,
    course: Lazy<CoursePart>,
}

impl Parts {
    /// Fetches each part when something of it is first to be shown. Its effects last as long as the present owner.
    pub fn follow() -> Self {
        let notices = shared::<Notices>();
        let stage = shared::<OnStage>();
        let course = shared::<CoursePages>();
        let parts = Self { labs: Lazy::new(), course: Lazy::new() };
        let owner = Owner::current().unwrap_or_default();
        Effect::new(move |_| {
            if !stage.is_on(StagePage::Bench) {
                parts.labs.ask(notices, &owner, fetch_labs);
            }
            if course.place.with(Option::is_some) {
                parts.course.ask(notices, &owner, fetch_course);
            }
        });
        parts
    }

    /// The labs and Train, once they are there.
    pub fn labs(self) -> Option<LabPart> {
        self.labs.get()
    }

    /// The course, once loaded.
    pub fn course(self) -> Option<CoursePart> {
        self.course.get()
    }

    /// Whether a part is being fetched.
    pub fn is_any_on_its_way(self) -> bool {
        // Both are read, so that both are tracked.
        let (labs, course) = (self.labs.is_on_its_way(), self.course.is_on_its_way());
        labs || course
    }

    /// Retries the parts that could not be fetched.
    pub fn retry(self) {
        self.labs.retry();
        self.course.retry();
    }
}
