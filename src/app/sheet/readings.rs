//! The numbers, remarks and table of a sheet.

use leptos::prelude::*;

use super::Display;
use crate::app::context::Preferences;
use crate::app::platform::export;
use crate::app::shared::shared;
use crate::app::widgets::modal::modal;
use elboscope::sheet::{Csv, Metric, Table};
use elboscope::state::number::full_precision;
use elboscope::state::{Text, number};

/// Every number of the sheet with its label.
#[component]
pub fn Numbers() -> impl IntoView {
    let preferences = shared::<Preferences>();
    let display = expect_context::<Display>();
    let count = Memo::new(move |_| display.sheet.get().map_or(0, |sheet| sheet.metrics.len()));
    let metric = move |index: usize| {
        Signal::derive(move || display.sheet.get()?.metrics.get(index).cloned())
    };
    let row = move |index: usize| {
        let metric = metric(index);
        let is_older =
            move || metric.get().and_then(|metric| metric.basis).is_some_and(|b| b.is_older);
        let text =
            move |read: fn(&Metric) -> Option<String>| move || metric.get().as_ref().and_then(read);
        view! {
            <div class:older=is_older>
                <dt>{text(|metric| Some(metric.label.clone()))}</dt>
                <dd>
                    <span
                        class="number"
                        data-metric=text(|metric| Some(metric.quantity.name().to_owned()))
                        data-k=text(|metric| metric.k.map(|k| k.to_string()))
                        data-value=text(|metric| metric.value.map(full_precision))
                        data-stderr=text(|metric| metric.stderr.map(full_precision))
                        data-step=text(|metric| Some(metric.basis?.step.to_string()))
                        data-images=text(|metric| Some(metric.basis?.images.to_string()))
                    >
                        {move || {
                            metric.get().map(|m| m.form.write(m.value, preferences.language.get()))
                        }}
                    </span>
                    {move || {
                        let stderr = metric.get()?.stderr?;
                        let stderr = number::small(stderr, preferences.language.get());
                        Some(view! { <small>" ± " {stderr}</small> })
                    }}
                </dd>
            </div>
        }
    };
    view! { <dl class="numbers">{move || (0..count.get()).map(row).collect_view()}</dl> }
}

/// The remarks.
#[component]
pub fn Remarks() -> impl IntoView {
    let display = expect_context::<Display>();
    let remarks = Memo::new(move |_| {
        display.sheet.get().map_or_else(Vec::new, |sheet| sheet.remarks.clone())
    });
    view! {
        <div class="remarks" role="status" aria-live="polite">
            {move || {
                remarks
                    .get()
                    .into_iter()
                    .map(|remark| {
                        view! {
                            <p class="verdict" class:doubt=remark.is_warning>
                                {remark.text}
                            </p>
                        }
                    })
                    .collect_view()
            }}
        </div>
    }
}

/// Buttons for the table and its CSV, and the table that opens.
#[component]
pub fn TableView(
    /// Of the files.
    name: &'static str,
    /// Of the page.
    title: Text,
) -> impl IntoView {
    let preferences = shared::<Preferences>();
    let display = expect_context::<Display>();
    let messages = move || preferences.messages();
    let is_open = RwSignal::new(false);
    let table = move || display.sheet.get().map(|sheet| sheet.table.clone()).unwrap_or_default();
    let save = move |csv: Csv| {
        if let Some(sheet) = display.sheet.get_untracked() {
            export::save_text(&sheet.table.to_csv(csv), "text/csv", &csv.file_name(name));
        }
    };
    let title = Signal::derive(move || preferences.say(title).to_owned());
    let content = view! {
        // It scrolls, so that it must be reachable by keyboard.
        <div class="scroll" tabindex="0" role="region" aria-labelledby="lab-table-title">
            <table>
                <thead>
                    <tr>
                        {move || {
                            // A closed table is not built, so that it costs nothing during a drag.
                            let header = if is_open.get() { table().header } else { Vec::new() };
                            header
                                .into_iter()
                                .map(|column| view! { <th scope="col">{column.name}</th> })
                                .collect_view()
                        }}
                    </tr>
                </thead>
                <tbody>
                    {move || {
                        let table = if is_open.get() { table() } else { Table::default() };
                        let language = preferences.language.get();
                        let cell = |(column, value): (usize, &Option<f64>)| {
                            let text = value.map(|value| table.write(column, value, language));
                            view! { <td>{text}</td> }
                        };
                        let rows = table.rows.iter();
                        rows.map(|row| {
                                view! {
                                    <tr>{row.iter().enumerate().map(cell).collect_view()}</tr>
                                }
                            })
                            .collect_view()
                    }}
                </tbody>
            </table>
        </div>
        <form method="dialog">
            <button class="primary">{move || messages().close}</button>
        </form>
    }
    .into_any();
    view! {
        <div class="buttons table-buttons">
            <button
                type="button"
                data-action="table"
                on:click=move |_| is_open.set(true)
            >
                {move || messages().show_table}
            </button>
            <button
                type="button"
                data-action="save-csv"
                title=move || messages().save_csv_help
                on:click=move |_| save(Csv::Point)
            >
                "CSV"
            </button>
            <button
                type="button"
                data-action="save-csv-comma"
                hidden=move || preferences.language.get().decimal_mark() != ','
                title=move || messages().save_csv_comma_help
                on:click=move |_| save(Csv::Comma)
            >
                "CSV (;)"
            </button>
        </div>
        {modal("lab-table", title, is_open, |_| {}, content)}
    }
}
