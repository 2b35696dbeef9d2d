//! The page's signals: the state a person sets, and what the engine says about it.

use std::sync::Arc;

use leptos::prelude::*;

use super::course::CourseStore;
use super::engine::Engine;
use super::workshop_link::WorkshopLink;

use elboscope::address::{self, Address, Page, Parsed};
use elboscope::bench::{Readings, Scene};
use elboscope::data::{self, BinaryImage, GreyImage, IdxImages, PenDigit};
use elboscope::evidence::Rung;
use elboscope::exact::BestGaussian;
use elboscope::lab::{LabState, Sheet, training};
use elboscope::state::{
    About, AddressNote, BenchState, History, Language, Messages, Notice, Occasion, Part, Term,
    Theme,
};
use elboscope::training::Recipe;
use elboscope::worker::{Evidence, ExactRung, Running, Shade, Terms};

/// Images from a file, of which one is on the bench.
#[derive(Clone, Debug)]
pub struct OpenedFile {
    pub name: String,
    pub images: Arc<IdxImages>,
    pub index: usize,
}

impl OpenedFile {
    /// The name by which a run of training knows its images.
    pub fn training_name(&self) -> String {
        let transposed = if self.images.is_transposed() { " (transposed)" } else { "" };
        format!("{}{transposed}", self.name)
    }
}

/// What changes the state many times in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Movement {
    /// A pointer holds a handle.
    Hand,
    /// A climb is played.
    Climb,
}

/// A sheet of a lab, and the state that it was computed for.
#[derive(Clone, Debug)]
pub struct ShownSheet {
    pub state: LabState,
    pub sheet: Arc<Sheet>,
}

/// What has gone wrong so badly that the page says so over everything else.
#[derive(Clone, Debug, PartialEq)]
pub enum Breakdown {
    /// The worker is gone; the page still works.
    Worker(String),
    /// The workshop is gone; the page still works.
    Workshop(String),
    /// The shipped model could not be fetched.
    Model(String),
    /// A part of the page could not be fetched.
    Part(String),
}

/// Everything that the rooms of the page share. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Store {
    /// What the person set on the bench.
    pub state: RwSignal<BenchState>,
    /// The lab that is shown, with what the person set there; `None` shows the bench.
    pub lab: RwSignal<Option<LabState>>,
    /// The settings of training, while something else is shown as well.
    pub training: RwSignal<LabState>,
    /// The course, if it is one of its pages that is shown.
    pub course: CourseStore,
    /// Earlier and undone states.
    pub history: RwSignal<History<Page>>,
    /// What moves the state now: it is not committed until that comes to rest.
    pub movement: RwSignal<Option<Movement>>,

    /// The language in force.
    pub language: RwSignal<Language>,
    /// The language that the address or the person asked for.
    pub chosen_language: RwSignal<Option<Language>>,
    /// The theme that the address or the person asked for.
    pub chosen_theme: RwSignal<Option<Theme>>,
    /// The parts of the page that the address hides.
    pub hidden_parts: RwSignal<Vec<Part>>,

    /// The gallery of pen-stroke digits.
    pub gallery: StoredValue<Vec<PenDigit>>,
    /// The grey image behind an x that was drawn or opened in this session.
    pub grey_source: RwSignal<Option<GreyImage>>,
    /// What was drawn on the sketch pad in this session, oldest first, to be learned from.
    pub drawings: StoredValue<Vec<BinaryImage>>,
    /// The file whose images can be leafed through.
    pub opened: RwSignal<Option<OpenedFile>>,
    /// The share that has been read of the files that are being opened, or passed on of their images.
    pub opening: RwSignal<Option<f64>>,

    /// The model, the image and the worker.
    pub engine: StoredValue<Engine, LocalStorage>,
    /// The workshop, once a lab has asked for it.
    pub workshop: StoredValue<WorkshopLink, LocalStorage>,
    /// The browser keeps a run of training.
    pub has_kept_run: RwSignal<bool>,
    /// The last run that was to be kept could be.
    pub can_keep_runs: StoredValue<bool>,
    /// How often the workshop had to be started anew.
    pub workshop_restarts: RwSignal<u32>,
    /// How often the run on Train was replaced by that of a file.
    pub run_replacements: RwSignal<u32>,
    /// Hidden widths of the model in use, the encoder's first.
    pub hidden: RwSignal<Option<[usize; 2]>>,
    /// The name of the weights file in use; `None` for the shipped model.
    pub model_name: RwSignal<Option<String>>,
    /// log p(x|z) and what follows from it.
    pub scene: RwSignal<Option<Arc<Scene>>>,
    /// Whether the scene stands on the fine lattice.
    pub is_fine: RwSignal<bool>,
    /// log p(x) of the present x as it is known now.
    pub evidence: RwSignal<Option<Evidence>>,
    /// The posterior as a picture of its own, where the scene does not show it.
    pub shade: RwSignal<Option<Arc<Shade>>>,
    /// The terms of the ELBO of the present q.
    pub terms: RwSignal<Option<Terms>>,
    /// The exact ELBO of the encoder's q for the present x, in nats.
    pub encoder_elbo: RwSignal<Option<f64>>,
    /// L and U, between which log p(x) of the present x is proven to lie.
    pub certified: RwSignal<Option<(f64, f64)>>,
    /// The numbers for the present model, x, q, seed and K; `None` until they are there.
    pub readings: RwSignal<Option<Arc<Readings>>>,
    /// The IWAE ladder of the present q; empty while it is computed.
    pub ladder: RwSignal<Arc<[Rung]>>,
    /// The exact expectations of the ladder's rungs; empty while they are computed.
    pub exact_ladder: RwSignal<Arc<[ExactRung]>>,
    /// The running estimate of the present q; `None` until there is one.
    pub running: RwSignal<Option<Running>>,
    /// The best Gaussian for the present x; `None` until it is found.
    pub best: RwSignal<Option<BestGaussian>>,
    /// The state of which the numbers of the bench are, or will be.
    pub computed_state: RwSignal<Option<BenchState>>,
    /// The numbers of a new x are still computed.
    pub awaits_x: RwSignal<bool>,
    /// p(x|z) at the probe or at q's mean.
    pub decoded: RwSignal<Option<Arc<[f32]>>>,
    /// How far the fine lattices of a new model are, in [0, 1].
    pub progress: RwSignal<Option<f64>>,
    /// Whether the worker still has something to do.
    pub is_busy: RwSignal<bool>,

    /// A first whole sheet of a lab has been shown.
    pub lab_is_ready: RwSignal<bool>,
    /// The lab still computes.
    pub lab_is_busy: RwSignal<bool>,
    /// A lab is at a moment of its playback, not at its end.
    pub lab_is_played: RwSignal<bool>,
    /// How often a lab was shown in a state that nobody moved it to: a preset, a link, a step back.
    pub lab_arrivals: RwSignal<u32>,
    /// What the lab on the screen shows.
    pub lab_sheet: RwSignal<Option<ShownSheet>>,

    /// The term that a pointer or the focus is on.
    pub highlight: RwSignal<Option<Term>>,
    /// A message for the person.
    pub notice: RwSignal<Option<Notice>>,
    /// A text that a person has to copy by hand, while it is shown.
    pub uncopied: RwSignal<Option<String>>,
    /// Something is broken.
    pub breakdown: RwSignal<Option<Breakdown>>,
    /// Decimals for nats, by the size of the gap.
    pub decimals: Memo<usize>,
}

impl Store {
    /// Reads the address and prepares every signal.
    pub fn open() -> Self {
        let hash = window().location().hash().unwrap_or_default();
        let Parsed { address: Address { page, language, theme, hidden }, notes } =
            address::parse(&hash);
        let place = match &page {
            Page::Course(course) => Some(course.place),
            _ => None,
        };
        let (state, lab) = match page.stage() {
            Some(Page::Bench(state)) => (*state, None),
            Some(Page::Lab(lab)) => (BenchState::default(), Some(lab.clone())),
            _ => (BenchState::default(), None),
        };
        let effective = language.unwrap_or_else(super::preferences::browser_language);
        let terms = RwSignal::new(None::<Terms>);
        let store = Self {
            state: RwSignal::new(state),
            training: RwSignal::new(
                lab.clone()
                    .filter(|state| state.lab.is_training())
                    .unwrap_or_else(|| LabState::new(&training::LAB)),
            ),
            lab: RwSignal::new(lab),
            course: CourseStore::new(place, page.stage().is_some()),
            history: RwSignal::new(History::new(page)),
            movement: RwSignal::new(None),
            language: RwSignal::new(effective),
            chosen_language: RwSignal::new(language),
            chosen_theme: RwSignal::new(theme),
            hidden_parts: RwSignal::new(hidden),
            gallery: StoredValue::new(data::gallery()),
            grey_source: RwSignal::new(None),
            drawings: StoredValue::new(Vec::new()),
            opened: RwSignal::new(None),
            opening: RwSignal::new(None),
            engine: StoredValue::new_local(Engine::default()),
            workshop: StoredValue::new_local(WorkshopLink::default()),
            has_kept_run: RwSignal::new(super::lab::kept_run::exists()),
            can_keep_runs: StoredValue::new(true),
            workshop_restarts: RwSignal::new(0),
            run_replacements: RwSignal::new(0),
            hidden: RwSignal::new(None),
            model_name: RwSignal::new(None),
            scene: RwSignal::new(None),
            is_fine: RwSignal::new(false),
            evidence: RwSignal::new(None),
            shade: RwSignal::new(None),
            terms,
            encoder_elbo: RwSignal::new(None),
            certified: RwSignal::new(None),
            readings: RwSignal::new(None),
            ladder: RwSignal::new(Arc::from([])),
            exact_ladder: RwSignal::new(Arc::from([])),
            running: RwSignal::new(None),
            best: RwSignal::new(None),
            computed_state: RwSignal::new(None),
            awaits_x: RwSignal::new(true),
            decoded: RwSignal::new(None),
            progress: RwSignal::new(None),
            is_busy: RwSignal::new(true),
            lab_is_ready: RwSignal::new(false),
            lab_is_busy: RwSignal::new(false),
            lab_is_played: RwSignal::new(false),
            lab_arrivals: RwSignal::new(0),
            lab_sheet: RwSignal::new(None),
            highlight: RwSignal::new(None),
            notice: RwSignal::new(None),
            uncopied: RwSignal::new(None),
            breakdown: RwSignal::new(None),
            decimals: Memo::new(move |_| {
                let gap = terms.get().map_or(1.0, |t| t.decomposition.kl_posterior.abs());
                if gap >= 0.1 {
                    2
                } else if gap >= 0.01 {
                    3
                } else {
                    4
                }
            }),
        };
        store.tell_notes(&notes);
        store
    }

    /// Every text in the language in force.
    pub fn messages(&self) -> &'static Messages {
        self.language.get().messages()
    }

    /// Remembers what was drawn, among the newest that a run of training takes.
    pub fn remember_drawing(&self, pixels: BinaryImage) {
        self.drawings.update_value(|drawings| {
            drawings.push(pixels);
            drawings.drain(..drawings.len().saturating_sub(Recipe::MOST_DRAWINGS));
        });
    }

    /// The address of a page in the language and the theme in force.
    pub fn address_of(&self, page: Page) -> Address {
        Address {
            page,
            language: self.chosen_language.get(),
            theme: self.chosen_theme.get(),
            hidden: self.hidden_parts.get(),
        }
    }

    /// The address of what is on the screen.
    pub fn address(&self) -> Address {
        untrack(|| self.address_of(self.page()))
    }

    /// Says which parts of an address were not taken as they stood.
    pub fn tell_notes(&self, notes: &[AddressNote]) {
        if notes.is_empty() {
            return;
        }
        let language = self.language.get_untracked();
        let messages = language.messages();
        self.notice.set(Some(Notice {
            title: Some(messages.notes_title.to_owned()),
            lines: notes.iter().map(|note| messages.address_note(note)).collect(),
            language,
            about: About::Page,
        }));
    }

    /// Tells one sentence, and others under it.
    pub fn tell(&self, about: About, lines: impl IntoIterator<Item = String>) {
        let (lines, language) = (lines.into_iter().collect(), self.language.get_untracked());
        self.notice.set(Some(Notice { title: None, lines, language, about }));
    }

    /// Takes back what was told, if it no longer holds.
    pub fn end_notice(&self, occasion: Occasion<'_>) {
        let is_ended = |notice: &Option<Notice>| {
            notice.as_ref().is_some_and(|notice| notice.is_ended_by(occasion))
        };
        if self.notice.with_untracked(is_ended) {
            self.notice.set(None);
        }
    }

    /// Changes the state; whatever leaves its range is moved back into it.
    pub fn change(&self, change: impl FnOnce(&mut BenchState)) {
        let mut state = self.state.get_untracked();
        change(&mut state);
        let state = state.clamped();
        if state != self.state.get_untracked() {
            self.is_busy.set(true);
            self.state.set(state);
        }
    }

    /// Changes the state of the lab that is shown, if there is one.
    pub fn change_lab(&self, change: impl FnOnce(&mut LabState)) {
        let Some(mut state) = self.lab.get_untracked() else { return };
        change(&mut state);
        self.show_lab(state);
    }
}
