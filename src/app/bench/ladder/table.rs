//! The ladder as a table, for those who read rather than look.

use leptos::html::Dialog;
use leptos::prelude::*;

use crate::app::bench::metric::Metric;
use crate::app::context::{BenchNumbers, Preferences};
use crate::app::shared::shared;
use elboscope::evidence::LADDER;
use elboscope::quantity::Quantity;
use elboscope::state::{Text, number};

/// Nats from which on the error of an exact value is written beside it.
const SHOWN_ERROR: f64 = 1e-6;

/// A button and the table that it opens.
#[component]
pub fn LadderTable() -> impl IntoView {
    let preferences = shared::<Preferences>();
    let numbers = shared::<BenchNumbers>();
    let messages = move || preferences.messages();
    let say = move |text: Text| move || preferences.say(text);
    let dialog = NodeRef::<Dialog>::new();
    let exact = move |index: usize| numbers.exact_ladder.with(|ladder| ladder.get(index).copied());
    let rows = LADDER.iter().enumerate().map(|(index, &k)| {
        view! {
            <tr>
                <th scope="row">{move || number::integer(k as u64, preferences.language.get())}</th>
                <td>
                    <Metric quantity=Quantity::Iwae k=k />
                </td>
                <td>
                    <Metric quantity=Quantity::IwaeExact k=k />
                    {move || {
                        let error = exact(index)?.error;
                        let language = preferences.language.get();
                        // Below that it is exact to all digits of the table.
                        (error > SHOWN_ERROR).then(|| format!(" ± {}", number::small(error, language)))
                    }}
                </td>
                <td>
                    <Metric quantity=Quantity::IwaeLow k=k />
                    " … "
                    <Metric quantity=Quantity::IwaeHigh k=k />
                </td>
                <td>
                    <Metric quantity=Quantity::IwaeReplicates k=k />
                </td>
            </tr>
        }
    });
    view! {
        <button
            type="button"
            class="link"
            data-action="table"
            on:click=move |_| {
                if let Some(dialog) = dialog.get_untracked() {
                    // It fails only for a dialog that is already open.
                    let _ = dialog.show_modal();
                }
            }
        >
            {move || messages().show_table}
        </button>
        <dialog id="ladder-table" node_ref=dialog aria-labelledby="ladder-caption">
            <h2 id="ladder-caption">{move || messages().ladder_table_caption}</h2>
            <table>
                <thead>
                    <tr>
                        <th scope="col">"K"</th>
                        <th scope="col">{say(const { Quantity::Iwae.label() })}</th>
                        <th scope="col">{say(const { Quantity::IwaeExact.label() })}</th>
                        <th scope="col">
                            {const { Quantity::IwaeLow.symbol() }} " … "
                            {const { Quantity::IwaeHigh.symbol() }}
                        </th>
                        <th scope="col">{say(const { Quantity::IwaeReplicates.label() })}</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
            <form method="dialog">
                <button class="primary">{move || messages().close}</button>
            </form>
        </dialog>
    }
}
