//! A prediction that is committed before the answer is shown, and the computed answer beside it.

use leptos::prelude::*;

use super::panel::note_name;
use super::values::Values;
use super::words;
use crate::app::context::{CoursePages, Preferences, Stage};
use crate::app::navigation::Navigation;
use crate::app::shared::shared;
use elboscope::address::{self, Page};
use elboscope::course::{ChoiceOption, Commitment, Guess, Prediction};
use elboscope::quantity::Measure;
use elboscope::state::Text;

/// A prediction in a step, by its name in the notebook.
#[derive(Clone, Copy)]
struct PredictionEntry {
    course: CoursePages,
    stage: Stage,
    navigation: Navigation,
    values: Values,
    name: StoredValue<String>,
    guess: StoredValue<Guess>,
    /// The page on which the prediction is compared; `None` for a place on a plot, which is compared wherever the
    /// user is.
    page: StoredValue<Option<Page>>,
}

impl PredictionEntry {
    fn committed(self) -> Option<Commitment> {
        self.name.with_value(|name| {
            self.course.notebook.with(|notebook| notebook.get(name).and_then(Commitment::read))
        })
    }

    fn note(self, committed: Option<&Commitment>) {
        self.name.with_value(|name| {
            let text = committed.map(Commitment::text);
            self.course.notebook.update(|notebook| notebook.set(name, text));
        });
    }

    /// Commits the prediction and has the page compute the answer.
    fn commit(self, said: Option<f64>) {
        self.note(Some(&Commitment::new(said)));
        self.compare();
    }

    /// Withdraws the prediction.
    fn forget(self) {
        self.note(None);
        self.navigation.restore_step();
    }

    /// Shows the complete page on which the prediction is compared; if it is already there nothing is computed anew.
    fn compare(self) {
        let Some(page) = self.page.get_value() else { return };
        let is_there = untrack(|| self.navigation.stage() == page);
        if !is_there || self.stage.is_played.get_untracked() {
            self.navigation.show_stage(page);
        }
    }

    /// Records the answer once that page has computed it.
    fn judge(self) {
        let Some(committed) = self.committed().filter(|committed| committed.found.is_none()) else {
            return;
        };
        let is_there = self
            .page
            .with_value(|page| page.as_ref().is_none_or(|page| self.navigation.stage() == *page));
        if !is_there || !self.values.are_settled() {
            return;
        }
        let value_of = |measure: &Measure| self.values.value(measure);
        if let Some(compared) = self.guess.with_value(|guess| committed.compared(guess, &value_of))
        {
            self.note(Some(&compared));
        }
    }
}

/// A prediction, open or committed.
#[component]
pub fn PredictionView(
    place: [usize; 2],
    index: usize,
    prediction: Prediction,
    /// The address of the step's own page.
    state: String,
) -> impl IntoView {
    let preferences = shared::<Preferences>();
    let say = move |text: Text| preferences.say(text);
    let is_place = matches!(prediction.guess, Guess::Place { .. });
    let compared = (!is_place).then(|| prediction.state.unwrap_or(state));
    let page = compared.map(|state| address::parse(&state).address.page);
    let entry = PredictionEntry {
        course: shared(),
        stage: shared(),
        navigation: shared(),
        values: expect_context(),
        name: StoredValue::new(note_name("guess", place, index)),
        guess: StoredValue::new(prediction.guess),
        page: StoredValue::new(page),
    };
    let is_committed = Memo::new(move |_| entry.committed().is_some());
    Effect::new(move |_| entry.judge());
    // The page may have been left or reloaded before the answer was computed.
    if untrack(|| entry.committed()).is_some_and(|committed| committed.found.is_none()) {
        entry.compare();
    }
    let revealed = prediction.revealed;
    view! {
        <section
            class="prediction"
            data-prediction=move || if is_committed.get() { "committed" } else { "open" }
        >
            <h3>{move || say(words::PREDICT)}</h3>
            <div class="prose" inner_html=prediction.text></div>
            {move || match entry.guess.with_value(Clone::clone) {
                Guess::Number { .. } => view! { <NumberField entry is_committed /> }.into_any(),
                Guess::Choice(options) => view! { <Options entry options /> }.into_any(),
                Guess::Place { .. } => {
                    view! {
                        <button
                            type="button"
                            class="primary"
                            data-action="commit"
                            hidden=move || is_committed.get()
                            on:click=move |_| entry.commit(None)
                        >
                            {move || say(words::COMMIT_PLACE)}
                        </button>
                    }
                        .into_any()
                }
            }}
            <div role="status">
                <Verdict entry />
            </div>
            <div class="outcome" hidden=move || !is_committed.get()>
                <div class="prose" inner_html=revealed></div>
                <button
                    type="button"
                    class="link"
                    data-action="guess-again"
                    on:click=move |_| entry.forget()
                >
                    {move || say(words::GUESS_AGAIN)}
                </button>
            </div>
        </section>
    }
}

#[component]
fn NumberField(entry: PredictionEntry, is_committed: Memo<bool>) -> impl IntoView {
    let preferences = shared::<Preferences>();
    let say = move |text: Text| preferences.say(text);
    let text = RwSignal::new(String::new());
    let has_failed = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        match entry.guess.with_value(|guess| guess.read(&text.get_untracked())) {
            Some(number) => entry.commit(Some(number)),
            None => has_failed.set(true),
        }
    };
    view! {
        <form class="guess" hidden=move || is_committed.get() on:submit=submit>
            <input
                type="text"
                // The numeric keyboards of telephones have no minus sign.
                inputmode="text"
                autocomplete="off"
                aria-label=move || say(words::YOUR_NUMBER)
                placeholder=move || say(words::YOUR_NUMBER)
                prop:value=text
                on:input:target=move |event| {
                    has_failed.set(false);
                    text.set(event.target().value());
                }
            />
            <button type="submit" class="primary" data-action="commit">
                {move || say(words::COMMIT)}
            </button>
            <p class="problem" role="alert" hidden=move || !has_failed.get()>
                {move || say(words::NO_NUMBER)}
            </p>
        </form>
    }
}

#[component]
fn Options(entry: PredictionEntry, options: Vec<ChoiceOption>) -> impl IntoView {
    let preferences = shared::<Preferences>();
    let option = move |place: usize, html: String| {
        let number = place as f64;
        let is_chosen = move || entry.committed().is_some_and(|c| c.said == Some(number));
        let is_right = move || {
            let found = entry.committed().and_then(|committed| committed.found);
            found.is_some_and(|found| found.contains(&number))
        };
        let is_wrong = move || {
            let committed = entry.committed();
            committed.is_some_and(|c| {
                c.said == Some(number) && c.found.is_some_and(|found| !found.contains(&number))
            })
        };
        // The meaning of the colours, as a word and a sign.
        let mark = move || {
            let text = if is_right() {
                words::RIGHT_OPTION
            } else if is_wrong() {
                words::WRONG_OPTION
            } else {
                return None;
            };
            Some(preferences.say(text))
        };
        view! {
            <button
                type="button"
                class="option"
                class:right=is_right
                class:wrong=is_wrong
                data-option=place
                aria-pressed=move || is_chosen().to_string()
                disabled=move || entry.committed().is_some()
                on:click=move |_| entry.commit(Some(number))
            >
                <span inner_html=html></span>
                {move || mark().map(|text| view! { <small class="mark">{text}</small> })}
            </button>
        }
    };
    let options = options.into_iter().enumerate().map(|(place, o)| option(place, o.text));
    view! { <div class="options">{options.collect_view()}</div> }
}

/// The prediction beside the computed answer.
#[component]
fn Verdict(entry: PredictionEntry) -> impl IntoView {
    let preferences = shared::<Preferences>();
    let say = move |text: Text| preferences.say(text);
    let write = move |value: f64| entry.values.written(value);
    move || {
        let committed = entry.committed()?;
        let (Some(said), Some(found)) = (committed.said, committed.found) else {
            return Some(view! { <p>{say(words::COMPUTING)}</p> }.into_any());
        };
        let (first, second, within) = match entry.guess.with_value(Clone::clone) {
            Guess::Choice(_) => {
                let is_right = found.contains(&said);
                let text = say(if is_right { words::RIGHT } else { words::WRONG });
                return Some(
                    view! { <p class="verdict" class:doubt=!is_right>{text}</p> }.into_any(),
                );
            }
            Guess::Number { within, .. } => (words::YOU_SAID, words::IT_IS, within),
            Guess::Place { within, .. } => (words::YOUR_PLACE, words::THE_BEST, within),
        };
        let found = found.first().copied()?;
        let difference = (said - found).abs();
        let is_near = difference <= within;
        let judged = if is_near {
            say(words::NEAR).to_owned()
        } else {
            format!("{} {}.", say(words::FAR), write(difference))
        };
        Some(
            view! {
                <p class="verdict" class:doubt=!is_near>
                    {say(first)} " " <b class="number">{write(said)}</b> ", " {say(second)} " "
                    <b class="number">{write(found)}</b> ". " {judged}
                </p>
            }
            .into_any(),
        )
    }
}
