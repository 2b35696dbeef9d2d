//! The sliders and buttons below the plane: parameters of q, jumps of q, the climb and the draws.

use std::num::NonZeroUsize;

use leptos::prelude::*;

use super::climb::{ClimbPlayer, NAMES};
use crate::app::context::{Bench, BenchNumbers, CoursePages, Preferences, Undo};
use crate::app::shared::shared;
use crate::app::widgets::player::{play_button, step_buttons};
use crate::app::widgets::seed::{next_seed, seed_number};
use crate::app::widgets::slider::Slider;
use elboscope::family::BivariateGaussian;
use elboscope::state::bench::{
    K_RANGE, MU_RANGE, MU_SLIDER, RHO_RANGE, SEED_RANGE, SIGMA_RANGE, SIGMA_SLIDER,
};
use elboscope::state::number::typed::Numbers;
use elboscope::state::{BenchState, Language, Messages, Range, Text, number, text};

/// A parameter of the bench's state that has a slider.
#[derive(Clone, Copy)]
struct BenchParameter {
    name: &'static str,
    word: Text,
    symbol: &'static str,
    index: Option<&'static str>,
    scale: SliderScale,
    get: fn(&BenchState) -> f64,
    set: fn(&mut BenchState, f64),
    words: fn(&'static Messages) -> String,
}

/// The scale of a slider.
#[derive(Clone, Copy)]
enum SliderScale {
    /// Linear: `range` is what the parameter can be, `slider` what the slider reaches unless the value lies outside
    /// of it.
    Linear { range: Range, slider: Range },
    /// Powers of two up to `largest`.
    Powers { largest: f64 },
}

impl SliderScale {
    /// The slider's smallest and largest position and its step, at a value.
    fn range(self, value: f64) -> [f64; 3] {
        match self {
            Self::Linear { range, slider } => {
                let reach = slider.reaching(value, &range);
                [reach.min, reach.max, SLIDER_STEP]
            }
            Self::Powers { largest } => [0.0, largest.log2(), 1.0],
        }
    }

    fn position(self, value: f64) -> f64 {
        match self {
            Self::Linear { .. } => value,
            Self::Powers { .. } => value.log2(),
        }
    }

    fn value_at(self, position: f64) -> f64 {
        match self {
            Self::Linear { .. } => position,
            Self::Powers { .. } => 2.0_f64.powi(position as i32),
        }
    }

    fn numbers(self) -> Numbers {
        match self {
            Self::Linear { .. } => Numbers::Real,
            Self::Powers { .. } => Numbers::Whole,
        }
    }

    fn can_be_negative(self) -> bool {
        matches!(self, Self::Linear { range, .. } if range.min < 0.0)
    }

    /// Whether the parameter belongs to q.
    fn is_of_q(self) -> bool {
        matches!(self, Self::Linear { .. })
    }
}

const PARAMETERS: [BenchParameter; 6] = [
    BenchParameter {
        name: "mu1",
        word: text!("centre"),
        symbol: "μ",
        index: Some("1"),
        scale: SliderScale::Linear { range: MU_RANGE, slider: MU_SLIDER },
        get: |state| state.mu[0],
        set: |state, value| state.mu[0] = value,
        words: |messages| messages.mu_name(1),
    },
    BenchParameter {
        name: "sigma1",
        word: text!("spread"),
        symbol: "σ",
        index: Some("1"),
        scale: SliderScale::Linear { range: SIGMA_RANGE, slider: SIGMA_SLIDER },
        get: |state| state.sigma[0],
        set: |state, value| state.sigma[0] = value,
        words: |messages| messages.sigma_name(1),
    },
    BenchParameter {
        name: "mu2",
        word: text!("centre"),
        symbol: "μ",
        index: Some("2"),
        scale: SliderScale::Linear { range: MU_RANGE, slider: MU_SLIDER },
        get: |state| state.mu[1],
        set: |state, value| state.mu[1] = value,
        words: |messages| messages.mu_name(2),
    },
    BenchParameter {
        name: "sigma2",
        word: text!("spread"),
        symbol: "σ",
        index: Some("2"),
        scale: SliderScale::Linear { range: SIGMA_RANGE, slider: SIGMA_SLIDER },
        get: |state| state.sigma[1],
        set: |state, value| state.sigma[1] = value,
        words: |messages| messages.sigma_name(2),
    },
    BenchParameter {
        name: "rho",
        word: text!("tilt"),
        symbol: "ρ",
        index: None,
        scale: SliderScale::Linear { range: RHO_RANGE, slider: RHO_RANGE },
        get: |state| state.rho,
        set: |state, value| state.rho = value,
        words: |messages| messages.rho_name.to_owned(),
    },
    BenchParameter {
        name: "k",
        word: text!("draws"),
        symbol: "K",
        index: None,
        scale: SliderScale::Powers { largest: K_RANGE.end().get() as f64 },
        get: |state| state.k.get() as f64,
        set: |state, value| {
            let (low, high) = (K_RANGE.start().get() as f64, K_RANGE.end().get() as f64);
            if let Some(k) = NonZeroUsize::new(value.clamp(low, high).round() as usize) {
                state.k = k;
            }
        },
        words: |messages| messages.k_name.to_owned(),
    },
];

/// The finest step of a slider; the number field takes any value.
const SLIDER_STEP: f64 = 0.01;

/// The buttons, and the numbers of q behind one of them; beside a lesson these are always there.
#[component]
pub fn Controls() -> impl IntoView {
    let preferences = shared::<Preferences>();
    let bench = shared::<Bench>();
    let course = shared::<CoursePages>();
    let climb = expect_context::<ClimbPlayer>();
    // A memo: only entering or leaving a lesson opens or closes the numbers, not each of its steps.
    let is_lesson = Memo::new(move |_| course.place.get().is_some());
    let seed = Signal::derive(move || bench.state.with(|state| f64::from(state.seed)));
    let set_seed = move |value: f64| bench.change(|state| state.seed = value.max(0.0) as u32);
    let new_draws = next_seed(seed, *SEED_RANGE.end(), set_seed);
    view! {
        <div class="controls">
            {actions(new_draws)}
            <details class="fold" prop:open=move || is_lesson.get()>
                <summary inner_html=move || {
                    text!("Numbers of <i>q</i>").say(preferences.language.get())
                }></summary>
                <div class="sliders">
                    {PARAMETERS.map(|parameter| view! { <ParameterSlider parameter /> }).collect_view()}
                    <div class="buttons">{step_buttons(climb, NAMES)} {pin_buttons()}</div>
                    <label class="seed">
                        {move || preferences.messages().seed_name} {seed_number(seed, set_seed)}
                    </label>
                </div>
            </details>
        </div>
    }
}

/// One number with its slider.
#[component]
fn ParameterSlider(parameter: BenchParameter) -> impl IntoView {
    let preferences = shared::<Preferences>();
    let bench = shared::<Bench>();
    let climb = expect_context::<ClimbPlayer>();
    let BenchParameter { name, word, symbol, index, scale, get, set, words } = parameter;
    let value = Memo::new(move |_| bench.state.with(get));
    let accept = move |value: f64| {
        if scale.is_of_q() {
            climb.stop();
        }
        bench.change(|state| set(state, value));
    };
    view! {
        <Slider
            name
            word=Some(word)
            symbol
            index
            label=Signal::derive(move || words(preferences.messages()))
            numbers=scale.numbers()
            can_be_negative=scale.can_be_negative()
            range=Memo::new(move |_| scale.range(value.get()))
            position=Signal::derive(move || scale.position(value.get()))
            on_slide=move |position| accept(scale.value_at(position))
            value
            written=if scale.is_of_q() { written } else { |k, _| k.to_string() }
            on_type=accept
        />
    }
}

/// A parameter as its number field shows it: two or three decimals, or two significant digits of a small value.
fn written(value: f64, language: Language) -> String {
    let rounded = (value * 1000.0).round() / 1000.0;
    let decimals = match value.abs() {
        small if small > 0.0 && small < 0.01 => (1.0 - small.log10().floor()) as usize,
        _ if (rounded * 100.0).fract().abs() < 1e-6 => 2,
        _ => 3,
    };
    number::decimal(value, decimals.min(6), language)
}

/// The buttons that pin q and compare it with another one; P and A do the same.
fn pin_buttons() -> AnyView {
    let preferences = shared::<Preferences>();
    let bench = shared::<Bench>();
    let say = move |text: Text| move || text.say(preferences.language.get());
    view! {
        <button
            type="button"
            data-action="pin"
            title=say(text!("Keep this q in the pictures, to compare others with it (P)"))
            aria-pressed=move || bench.pinned.get().is_some().to_string()
            on:click=move |_| bench.toggle_pin()
        >
            {say(text!("Pin"))}
        </button>
        <button
            type="button"
            data-action="swap-pinned"
            title=say(text!("Exchange q and the pinned one (A)"))
            disabled=move || bench.pinned.get().is_none()
            on:click=move |_| bench.swap_pinned()
        >
            {say(text!("Swap"))}
        </button>
    }
    .into_any()
}

/// The buttons that let q climb or jump, and `new_draws`.
fn actions(new_draws: AnyView) -> AnyView {
    let preferences = shared::<Preferences>();
    let undo = shared::<Undo>();
    let bench = shared::<Bench>();
    let numbers = shared::<BenchNumbers>();
    let climb = expect_context::<ClimbPlayer>();
    let messages = move || preferences.messages();
    let jump = move |q: Option<BivariateGaussian>| {
        climb.stop();
        undo.movement.set(None);
        if let Some(q) = q {
            bench.change(|state| *state = state.with_proposal(q.mean(), q.sd(), q.rho()));
        }
    };
    let is_unknown = move || numbers.best.get().is_none();
    view! {
        <div class="actions">
            {play_button(climb, NAMES)}
                <button
                    type="button"
                    data-action="best-q"
                    title=move || messages().set_best_q_help
                    disabled=is_unknown
                    on:click=move |_| jump(numbers.best.get_untracked().map(|best| best.q))
                >
                    {move || messages().set_best_q}
                </button>
                <button
                    type="button"
                    data-action="encoder"
                    title=move || messages().set_encoder_help
                    disabled=move || numbers.scene.get().is_none()
                    on:click=move |_| jump(numbers.scene.get_untracked().map(|scene| scene.encoder))
                >
                    {move || messages().set_encoder}
                </button>
                <button
                    type="button"
                    data-action="prior"
                    title=move || messages().set_prior_help
                    on:click=move |_| jump(Some(BivariateGaussian::standard()))
                >
                    {move || messages().set_prior}
                </button>
            {new_draws}
        </div>
        <p class="arrived">
            {move || climb.arrived_after.get().map(|steps| messages().climb_converged(steps))}
        </p>
    }
    .into_any()
}
