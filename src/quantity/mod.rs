//! The registry of the numbers that the app shows: what each is called, what it means, and how far it is to be trusted.
//!
//! A quantity means the same wherever it stands: in `data-metric`, on a lab's sheet, in a lesson, in what the PyTorch
//! programs print, and in `docs/quantities.md`, which is written from here. Its labels and its symbol are written here
//! alone: rows, columns, keys of figures and the bench's equation take them with [`Label`], or in a `const` block from
//! [`Quantity::label`], [`Quantity::short_label`] and [`Quantity::symbol`] where a program carries no others.

mod column;
mod form;
mod label;
mod measure;
mod name;
mod standing;
mod symbol;
mod table;
mod unit;

pub use column::Column;
pub use form::{BEYOND, Form};
pub use label::Label;
pub use measure::Measure;
pub use standing::Standing;
pub use symbol::symbol_html;
pub use table::Quantity;
pub use unit::Unit;

impl Quantity {
    /// How it is written where nothing else is said, nats with so many decimals.
    pub fn form(self, decimals: usize) -> Form {
        match self {
            // Wide enough for the proof, which ends at 1e-6.
            Self::LogEvidenceLower | Self::LogEvidenceUpper => Form::Nats(6),
            Self::KHat => Form::Plain,
            _ => match self.unit() {
                Unit::Nats => Form::Nats(decimals),
                Unit::SmallNats => Form::Small,
                Unit::Count => Form::Count,
                Unit::Share => Form::Percent,
                Unit::One | Unit::Milliseconds => Form::Plain,
                Unit::Seconds => Form::Seconds,
            },
        }
    }
}

/// The registry as a table in Markdown: `docs/quantities.md`.
pub fn markdown() -> String {
    use crate::state::Language::{En, Pt};
    let mut text = "# Every number of the app\n\n\
        Written from `src/quantity/table.rs` by `cargo run --example quantities > docs/quantities.md`; a test compares \
        the two.\nThe name stands in `data-metric`, in lessons, and in what the PyTorch programs print. A number with a \
        standard error\nbeside it was estimated there, whatever the fourth column says.\n\n\
        | name | English | português | short | standing | symbol | unit | formula | source |\n\
        |---|---|---|---|---|---|---|---|---|\n"
        .to_owned();
    for quantity in Quantity::ALL {
        let label = quantity.label();
        let short = quantity.short_label();
        let short = match [En, Pt].map(|language| short.say(language)) {
            _ if short == label => String::new(),
            [en, pt] if en == pt => en.to_owned(),
            [en, pt] => format!("{en} / {pt}"),
        };
        let cells = [
            &format!("`{}`", quantity.name()),
            label.say(En),
            label.say(Pt),
            &short,
            quantity.standing().label().say(En),
            quantity.symbol(),
            quantity.unit().symbol(),
            quantity.formula(),
            quantity.source(),
        ];
        let cells = cells.map(|cell| cell.replace('|', "\\|"));
        text.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::state::Language::{En, Pt};

    #[test]
    fn names_are_names_and_lead_back() {
        let names: BTreeSet<_> = Quantity::ALL.iter().map(|quantity| quantity.name()).collect();
        assert_eq!(names.len(), Quantity::ALL.len());
        assert!(names.len() > 60, "{}", names.len());
        for quantity in Quantity::ALL {
            let name = quantity.name();
            let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(name.chars().all(is_plain) && name.starts_with(char::is_alphabetic), "{name}");
            assert_eq!(Quantity::named(name), Some(*quantity));
        }
        assert_eq!(Quantity::named("nothing"), None);
    }

    #[test]
    fn every_quantity_says_what_it_is_in_both_languages() {
        for quantity in Quantity::ALL {
            let (label, name) = (quantity.label(), quantity.name());
            let short = quantity.short_label();
            let labels = [label, short].map(|text| [text.say(En), text.say(Pt)]);
            for text in labels.as_flattened().iter().chain(&[quantity.symbol(), quantity.formula()])
            {
                assert!(!text.trim().is_empty() && text.trim() == *text, "{name}: {text:?}");
            }
            // It is put into the page as HTML.
            assert!(!quantity.symbol().contains(['<', '>', '&', '"']), "{name}");
            let is_of_the_run = quantity.standing() == Standing::Progress;
            assert_eq!(quantity.source().is_empty(), is_of_the_run, "{name}");
        }
    }
}
