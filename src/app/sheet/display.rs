//! The moment of a computation that is shown, as the labs' worker tells it: one request at a time.

use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;

use crate::app::context::{Notices, Preferences, SheetPhase, ShownSheet, Stage};
use crate::app::shared::shared;
use elboscope::address::Page;
use elboscope::lab_worker::Shown;
use elboscope::sheet::{Playback, Scene, Sheet};
use elboscope::state::{About, Language};

/// Asks the worker for a moment; returns the page that is asked for and the number that the answer will carry, `None`
/// if nothing can be asked yet.
type Ask = Rc<dyn Fn(Option<usize>) -> (Page, Option<u32>)>;

/// What a page shows, and which moment of it. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Display {
    notices: Notices,
    stage: Stage,
    language: RwSignal<Language>,
    /// Whether the axes belong to the scene; where a computation has no end they grow with it.
    holds_axes: bool,
    /// The sheet on the screen; the last complete one while the next is computed.
    pub sheet: RwSignal<Option<Arc<Sheet>>>,
    /// The share of the computation that is done.
    pub progress: RwSignal<f64>,
    /// Which moment is shown, and whether it plays.
    pub playback: RwSignal<Playback>,
    /// The moment that is shown; `None` is the last.
    pub moment: Memo<Option<usize>>,
    ask: StoredValue<Ask, LocalStorage>,
    /// The request that is pending; there is one at most.
    asked: StoredValue<Option<u32>>,
    /// The page that it asks for.
    asked_for: StoredValue<Option<Page>>,
    /// Whether the state changed after that request.
    is_stale: StoredValue<bool>,
    /// What holds the axes of the figures.
    scene: StoredValue<Scene>,
    /// The language of its labels.
    scene_language: StoredValue<Language>,
    /// The last sheet as it came, on axes of its own.
    own: StoredValue<Option<Sheet>>,
    /// Which figures would be seen better on axes of their own.
    pub could_fit: RwSignal<Vec<bool>>,
}

impl Display {
    /// Shows what `ask` asks for, and asks again whenever another moment or language is wanted.
    pub fn start(
        holds_axes: bool,
        ask: impl Fn(Option<usize>) -> (Page, Option<u32>) + 'static,
    ) -> Self {
        let preferences = shared::<Preferences>();
        let stage = shared::<Stage>();
        let playback = RwSignal::new(Playback::default());
        let display = Self {
            notices: shared(),
            stage,
            language: preferences.language,
            holds_axes,
            sheet: RwSignal::new(None),
            progress: RwSignal::new(0.0),
            playback,
            moment: Memo::new(move |_| playback.with(Playback::moment)),
            ask: StoredValue::new_local(Rc::new(ask)),
            asked: StoredValue::new(None),
            asked_for: StoredValue::new(None),
            is_stale: StoredValue::new(false),
            scene: StoredValue::new(Scene::default()),
            scene_language: StoredValue::new(preferences.language.get_untracked()),
            own: StoredValue::new(None),
            could_fit: RwSignal::new(Vec::new()),
        };
        Effect::new(move |previous: Option<()>| {
            preferences.language.track();
            display.moment.track();
            if previous.is_some() {
                display.ask();
            }
        });
        Effect::new(move |_| {
            let is_played = display.moment.get().is_some();
            stage.is_played.set(is_played);
        });
        // An answer that is still under way when the page is left finds no display.
        on_cleanup(move || {
            stage.phase.set(SheetPhase::Nothing);
            stage.is_played.set(false);
            stage.sheet.set(None);
        });
        display
    }

    /// Requests what is to be shown, at once or when the pending answer has come: at most one request is pending, so
    /// that a fast drag cannot queue requests.
    pub fn ask(self) {
        // Whoever waited to ask may find that the page has been left.
        if self.asked.try_get_value().is_none() {
            return;
        }
        self.stage.phase.set(SheetPhase::Computing);
        self.is_stale.set_value(true);
        self.send();
    }

    /// Whoever was asked is gone.
    pub fn forget_request(self) {
        self.asked.set_value(None);
    }

    fn send(self) {
        let Some(None) = self.asked.try_get_value() else { return };
        self.is_stale.set_value(false);
        let ask = self.ask.get_value();
        let (page, asked) = ask(self.moment.get_untracked());
        self.asked.set_value(asked);
        self.asked_for.set_value(Some(page));
    }

    /// Whether this is the answer that is waited for.
    pub fn awaits(self, request: u32) -> bool {
        self.asked.try_get_value() == Some(Some(request))
    }

    /// Takes in the answer that is waited for.
    pub fn show(self, shown: Shown) {
        self.asked.set_value(None);
        self.update(|playback| playback.set_moments(shown.moments));
        self.progress.set(shown.progress);
        let sheet = self.on_its_axes(*shown.sheet, shown.is_done);
        if let Some(page) = self.asked_for.get_value() {
            self.stage.sheet.set(Some(ShownSheet { page, sheet }));
        }
        self.go_on(!shown.is_done);
    }

    /// Begins a scene: the whole sheet that is shown, or the one that is asked for, fixes the axes for all that follow
    /// until another scene begins.
    pub fn begin_scene(self) {
        self.scene.set_value(Scene::default());
        let is_settled = self.asked.get_value().is_none() && !self.is_stale.get_value();
        if let Some(own) = self.own.get_value().filter(|_| is_settled) {
            self.on_its_axes(own, true);
        }
    }

    /// Gives a figure the axes that fit what it shows now.
    pub fn fit(self, index: usize) {
        let Some(Some(own)) = self.own.try_get_value() else { return };
        let Some(figure) = own.figures.get(index) else { return };
        self.scene.update_value(|scene| scene.fit(figure));
        self.on_its_axes(own, false);
    }

    /// Shows a sheet on the axes of the scene; a whole sheet begins a scene that has none.
    fn on_its_axes(self, mut sheet: Sheet, is_whole: bool) -> Arc<Sheet> {
        self.own.set_value(Some(sheet.clone()));
        let language = self.language.get_untracked();
        // Labels are of a language, and an axis is held for a label. A sheet that comes late, while another one is
        // wanted already, begins nothing.
        let is_awaited =
            !self.scene.with_value(Scene::has_begun) || self.scene_language.get_value() != language;
        if is_whole && is_awaited && self.holds_axes && !self.is_stale.get_value() {
            self.scene.set_value(Scene::beginning_with(&sheet));
            self.scene_language.set_value(language);
        }
        let could_fit = self.scene.with_value(|scene| scene.hold(&mut sheet, language));
        self.could_fit.maybe_update(|present| {
            let is_other = *present != could_fit;
            *present = could_fit;
            is_other
        });
        let sheet = Arc::new(sheet);
        self.sheet.set(Some(sheet.clone()));
        sheet
    }

    /// Takes in that what is waited for cannot be had.
    pub fn refuse(self, reason: String) {
        self.asked.set_value(None);
        self.notices.show(About::Page, [reason]);
        self.go_on(false);
    }

    /// Asks again if something was set meanwhile or there is more to come.
    fn go_on(self, has_more: bool) {
        if self.is_stale.get_value() {
            self.send();
        } else if has_more {
            request_animation_frame(move || self.send());
        } else {
            let is_whole = self.sheet.with_untracked(Option::is_some);
            self.stage.phase.set(if is_whole { SheetPhase::Whole } else { SheetPhase::Nothing });
        }
    }

    /// Changes the playback; notifies only if something changed.
    pub fn update(self, change: impl FnOnce(&mut Playback)) {
        self.playback.maybe_update(|playback| {
            let before = *playback;
            change(playback);
            *playback != before
        });
    }

    /// Ends playback and shows the last moment, at which everything is computed.
    pub fn show_whole(self) {
        self.update(Playback::show_whole);
    }
}
