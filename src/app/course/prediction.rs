//! A guess that is committed before the answer is shown, and what the page computes beside it.

use std::time::Duration;

use leptos::prelude::*;

use super::panel::note_name;
use super::{live, words};
use crate::app::store::Store;
use crate::course::{ChoiceOption, Guess, Prediction};
use crate::state::{Text, address};

/// How often one looks whether the page has computed what a guess is compared with,
const LOOK: Duration = Duration::from_millis(200);
/// how often at most,
const MOST_LOOKS: u32 = 600;
/// and after how many looks the bench's numbers, which go on improving, are taken as they are.
const PATIENT_LOOKS: u32 = 8;

/// What was said, and what was computed.
#[derive(Clone, Debug, PartialEq)]
struct Committed {
    said: f64,
    /// One number, or the places of the right options; nothing while it is computed.
    found: Vec<f64>,
}

impl Committed {
    fn read(text: &str) -> Option<Self> {
        let (said, found) = text.split_once(';')?;
        let found = found.split_whitespace().filter_map(|number| number.parse().ok()).collect();
        Some(Self { said: said.parse().ok()?, found })
    }

    fn text(&self) -> String {
        let found: Vec<String> = self.found.iter().map(ToString::to_string).collect();
        format!("{};{}", self.said, found.join(" "))
    }
}

/// What the page computes for a guess; `None` while it has not.
fn computed(guess: &Guess) -> Option<Vec<f64>> {
    match guess {
        Guess::Number { measure, .. } => Some(vec![live::value(measure)?]),
        Guess::Place { target, .. } => Some(vec![target.value(&live::value)?]),
        Guess::Choice(options) => {
            let holds: Option<Vec<bool>> =
                options.iter().map(|option| option.condition.holds(&live::value)).collect();
            let right = holds?.into_iter().enumerate().filter(|(_, holds)| *holds);
            Some(right.map(|(place, _)| place as f64).collect())
        }
    }
}

/// A prediction in a step, by its name in the notebook.
#[derive(Clone, Copy)]
struct Entry {
    store: Store,
    name: StoredValue<String>,
    guess: StoredValue<Guess>,
}

impl Entry {
    fn committed(self) -> Option<Committed> {
        self.name.with_value(|name| {
            self.store.course.notebook.with(|notebook| notebook.get(name).and_then(Committed::read))
        })
    }

    fn note(self, committed: Option<&Committed>) {
        self.name.with_value(|name| {
            let text = committed.map(Committed::text);
            self.store.course.notebook.update(|notebook| notebook.set(name, text));
        });
    }

    /// Commits, and looks until the page has computed what it is compared with.
    fn commit(self, said: f64, state: Option<&str>) {
        self.note(Some(&Committed { said, found: Vec::new() }));
        if let Some(state) = state {
            self.store.show_stage(address::parse(state).address.page);
        }
        set_timeout(move || self.look(said, 1), LOOK);
    }

    fn look(self, said: f64, looks: u32) {
        let store = self.store;
        let is_bench = store.lab.with_untracked(Option::is_none);
        let is_at_rest = !is_bench || !store.is_busy.get_untracked() || looks >= PATIENT_LOOKS;
        // The step may have been left in the meantime.
        let Some(found) = self.guess.try_with_value(computed) else { return };
        match found.filter(|_| is_at_rest && live::is_settled(store)) {
            Some(found) => self.note(Some(&Committed { said, found })),
            None if looks < MOST_LOOKS => {
                set_timeout(move || self.look(said, looks + 1), LOOK);
            }
            None => {}
        }
    }
}

/// A guess to be committed, or committed.
#[component]
pub fn PredictionView(place: [usize; 2], index: usize, prediction: Prediction) -> impl IntoView {
    let store = expect_context::<Store>();
    let say = move |text: Text| text.say(store.language.get());
    let entry = Entry {
        store,
        name: StoredValue::new(note_name("guess", place, index)),
        guess: StoredValue::new(prediction.guess),
    };
    let is_committed = Memo::new(move |_| entry.committed().is_some());
    let state = StoredValue::new(prediction.state);
    let commit = move |said: f64| state.with_value(|state| entry.commit(said, state.as_deref()));
    let revealed = prediction.revealed;
    view! {
        <section
            class="prediction"
            data-prediction=move || if is_committed.get() { "committed" } else { "open" }
        >
            <h3>{move || say(words::PREDICT)}</h3>
            <div class="prose" inner_html=prediction.text></div>
            {move || match entry.guess.with_value(Clone::clone) {
                Guess::Number { .. } => view! { <NumberField entry is_committed commit /> }.into_any(),
                Guess::Choice(options) => view! { <Options entry options commit /> }.into_any(),
                Guess::Place { measure, .. } => {
                    view! {
                        <button
                            type="button"
                            class="primary"
                            data-action="commit"
                            hidden=move || is_committed.get()
                            on:click=move |_| {
                                if let Some(value) = live::value(&measure) {
                                    commit(value);
                                }
                            }
                        >
                            {move || say(words::COMMIT_PLACE)}
                        </button>
                    }
                        .into_any()
                }
            }}
            <div class="outcome" role="status" hidden=move || !is_committed.get()>
                <Verdict entry />
                <div class="prose" inner_html=revealed></div>
                <button
                    type="button"
                    class="link"
                    data-action="guess-again"
                    on:click=move |_| {
                        entry.note(None);
                        store.restore_step();
                    }
                >
                    {move || say(words::GUESS_AGAIN)}
                </button>
            </div>
        </section>
    }
}

#[component]
fn NumberField(
    entry: Entry,
    is_committed: Memo<bool>,
    commit: impl Fn(f64) + Copy + 'static,
) -> impl IntoView {
    let store = entry.store;
    let say = move |text: Text| text.say(store.language.get());
    let text = RwSignal::new(String::new());
    let has_failed = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        // A decimal comma and a minus sign from a text processor are meant as numbers too.
        let typed = text.get_untracked().trim().replace(',', ".").replace('−', "-");
        match typed.parse::<f64>().ok().filter(|number| number.is_finite()) {
            Some(number) => commit(number),
            None => has_failed.set(true),
        }
    };
    view! {
        <form class="guess" hidden=move || is_committed.get() on:submit=submit>
            <input
                type="text"
                inputmode="decimal"
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
fn Options(
    entry: Entry,
    options: Vec<ChoiceOption>,
    commit: impl Fn(f64) + Copy + 'static,
) -> impl IntoView {
    let option = move |place: usize, html: String| {
        let number = place as f64;
        let is_chosen = move || entry.committed().is_some_and(|c| c.said == number);
        let is_right = move || entry.committed().is_some_and(|c| c.found.contains(&number));
        let is_wrong = move || {
            entry.committed().is_some_and(|c| {
                c.said == number && !c.found.is_empty() && !c.found.contains(&number)
            })
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
                on:click=move |_| commit(number)
                inner_html=html
            ></button>
        }
    };
    let options = options.into_iter().enumerate().map(|(place, o)| option(place, o.text));
    view! { <div class="options">{options.collect_view()}</div> }
}

/// What was said beside what was computed.
#[component]
fn Verdict(entry: Entry) -> impl IntoView {
    let store = entry.store;
    let say = move |text: Text| text.say(store.language.get());
    let write = move |value: f64| live::written(store, value);
    move || {
        let committed = entry.committed()?;
        let Some(&found) = committed.found.first() else {
            return Some(view! { <p>{say(words::COMPUTING)}</p> }.into_any());
        };
        let (first, second, within) = match entry.guess.with_value(Clone::clone) {
            Guess::Choice(_) => {
                let is_right = committed.found.contains(&committed.said);
                let text = say(if is_right { words::RIGHT } else { words::WRONG });
                return Some(
                    view! { <p class="verdict" class:doubt=!is_right>{text}</p> }.into_any(),
                );
            }
            Guess::Number { within, .. } => (words::YOU_SAID, words::IT_IS, within),
            Guess::Place { within, .. } => (words::YOUR_PLACE, words::THE_BEST, within),
        };
        let difference = (committed.said - found).abs();
        let is_near = difference <= within;
        let judged = if is_near {
            say(words::NEAR).to_owned()
        } else {
            format!("{} {}.", say(words::FAR), write(difference))
        };
        Some(
            view! {
                <p class="verdict" class:doubt=!is_near>
                    {say(first)} " " <b class="number">{write(committed.said)}</b> ", " {say(second)} " "
                    <b class="number">{write(found)}</b> ". " {judged}
                </p>
            }
            .into_any(),
        )
    }
}
