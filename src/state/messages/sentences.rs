//! The sentences of the interface that hold values.
//!
//! Numbers come in as they are and leave in the language's form.

use super::Messages;
use crate::state::AddressNote;
use crate::state::number::{decimal, grouped, integer, small};
use crate::state::say;

/// Number fields, training.
impl Messages {
    /// What was typed is no number; `kept` is what the field shows.
    pub fn field_needs_number(&self, typed: &str, kept: &str) -> String {
        say!(self.spoken, "“{typed}” cannot be read as a number, so it stays {kept}.", typed, kept)
    }

    /// What was typed is no whole number; `kept` is what the field shows.
    pub fn field_needs_whole_number(&self, typed: &str, kept: &str) -> String {
        say!(
            self.spoken,
            "“{typed}” cannot be read as a whole number, so it stays {kept}.",
            typed,
            kept,
        )
    }

    /// The PyTorch program was copied that loads this file.
    pub fn program_copied(&self, file: &str) -> String {
        say!(
            self.spoken,
            "The program is in the clipboard. It loads {file}, which Save puts on your disk.",
            file,
        )
    }

    /// The name of a network that was trained here.
    pub fn trained_name(&self, step: u64) -> String {
        say!(self.spoken, "trained, step {step}", step = integer(step, self.spoken))
    }
}

/// The bench: x, q and the terms.
impl Messages {
    /// x is of the gallery, a digit of this class.
    pub fn x_is_digit(&self, class: u8) -> String {
        say!(self.spoken, "pen-stroke {class}", class = class.to_string())
    }

    /// x is the image at `index`, counted from 1, of `count` in a file.
    pub fn x_is_from_file(&self, file: &str, index: usize, count: usize) -> String {
        say!(
            self.spoken,
            "{file}, {index} of {count}",
            file,
            index = integer(index as u64, self.spoken),
            count = integer(count as u64, self.spoken),
        )
    }

    /// The class of x in the file of labels.
    pub fn x_label(&self, class: u8) -> String {
        say!(self.spoken, "labelled {class}", class = class.to_string())
    }

    /// The climb ended after so many steps.
    pub fn climb_converged(&self, steps: usize) -> String {
        match steps {
            1 => say!(self.spoken, "Arrived after 1 step"),
            _ => say!(
                self.spoken,
                "Arrived after {steps} steps",
                steps = integer(steps as u64, self.spoken),
            ),
        }
    }

    /// The error of the quadrature, in nats.
    pub fn evidence_error(&self, error: f64) -> String {
        say!(self.spoken, "exact log p(x) ± {error}", error = small(error, self.spoken))
    }

    /// Draws accumulated while nothing moves.
    pub fn draws_so_far(&self, draws: u64) -> String {
        match draws {
            1 => say!(self.spoken, "1 draw so far"),
            _ => say!(self.spoken, "{draws} draws so far", draws = integer(draws, self.spoken)),
        }
    }

    /// k̂ is below its limit for this number of draws.
    pub fn khat_fine(&self, limit: f64) -> String {
        say!(self.spoken, "fine up to {limit}", limit = decimal(limit, 2, self.spoken))
    }

    /// k̂ is not below its limit for this number of draws.
    pub fn khat_high(&self, limit: f64) -> String {
        say!(
            self.spoken,
            "too heavy a tail: {limit} or more",
            limit = decimal(limit, 2, self.spoken),
        )
    }

    /// The layers of a network with these hidden widths, the encoder's first.
    pub fn model_shape(&self, [encoder, decoder]: [usize; 2]) -> String {
        format!("784–{encoder}–2, 2–{decoder}–784")
    }

    /// Weights from a file of this name are used.
    pub fn model_opened(&self, file: &str) -> String {
        say!(self.spoken, "Model opened: {file}", file)
    }

    /// Every tensor's name began with this.
    pub fn model_prefix(&self, prefix: &str) -> String {
        say!(self.spoken, "Every tensor’s name began with “{prefix}”; that was taken off.", prefix,)
    }

    /// The file's network has so many latent dimensions, and the bench needs two.
    pub fn model_wrong_latent(&self, latent: usize) -> String {
        say!(
            self.spoken,
            "The bench needs two latent dimensions, L = 2; the file has L = {latent}. Train a \
             model with L = 2.",
            latent = integer(latent as u64, self.spoken),
        )
    }
}

/// Accessible names, values and summaries.
impl Messages {
    /// The mean of q along an axis, 1 or 2.
    pub fn mu_name(&self, axis: u8) -> String {
        say!(self.spoken, "Mean of q along z{axis}", axis = axis.to_string())
    }

    /// The standard deviation of q along an axis, 1 or 2.
    pub fn sigma_name(&self, axis: u8) -> String {
        say!(self.spoken, "Standard deviation of q along z{axis}", axis = axis.to_string())
    }

    /// The handle on a principal axis of q, 1 or 2.
    pub fn sigma_handle_name(&self, axis: u8) -> String {
        say!(
            self.spoken,
            "Width and direction of q, principal axis {axis}",
            axis = axis.to_string(),
        )
    }

    /// A point of the latent plane.
    pub fn point_value(&self, first: f64, second: f64) -> String {
        say!(
            self.spoken,
            "z1 {first}, z2 {second}",
            first = decimal(first, 2, self.spoken),
            second = decimal(second, 2, self.spoken),
        )
    }

    /// A length in the latent plane.
    pub fn sigma_value(&self, sigma: f64) -> String {
        say!(self.spoken, "standard deviation {sigma}", sigma = decimal(sigma, 2, self.spoken))
    }

    /// The ELBO and the gap, in nats; said when a movement ends.
    pub fn announcement(&self, elbo: f64, gap: f64) -> String {
        say!(
            self.spoken,
            "ELBO {elbo}, gap {gap} nats",
            elbo = grouped(elbo, 1, self.spoken),
            gap = grouped(gap, 1, self.spoken),
        )
    }

    /// Mean, standard deviations and correlation of q.
    pub fn plane_summary(&self, mu: [f64; 2], sigma: [f64; 2], rho: f64) -> String {
        let two = |value: f64| decimal(value, 2, self.spoken);
        say!(
            self.spoken,
            "q has its mean at ({first}, {second}), standard deviations {wide} and {high}, and \
             correlation {rho}.",
            first = two(mu[0]),
            second = two(mu[1]),
            wide = two(sigma[0]),
            high = two(sigma[1]),
            rho = two(rho),
        )
    }

    /// log p(x), the ELBO and the gap, in nats.
    pub fn thermometer_summary(&self, evidence: f64, elbo: f64, gap: f64) -> String {
        let two = |value: f64| decimal(value, 2, self.spoken);
        say!(
            self.spoken,
            "log p(x) is {evidence} nats. The ELBO is {elbo}, which leaves a gap of {gap}.",
            evidence = two(evidence),
            elbo = two(elbo),
            gap = two(gap),
        )
    }
}

/// What an address said that was not taken as it stood.
impl Messages {
    /// The words for one note on an address.
    pub fn address_note(&self, note: &AddressNote) -> String {
        match note {
            AddressNote::TooLong { bytes } => say!(
                self.spoken,
                "The link is too long ({count} bytes) to be one of ours; this is the default \
                 bench.",
                count = integer(*bytes as u64, self.spoken),
            ),
            AddressNote::UnknownPage { given } => {
                say!(self.spoken, "There is no page “{given}”; this is the default bench.", given,)
            }
            AddressNote::UnknownParameter { given } => say!(
                self.spoken,
                "“{given}” is not a parameter of this page and was left out.",
                given,
            ),
            AddressNote::Repeated { parameter, given } => say!(
                self.spoken,
                "{parameter} stands in the link twice; {given} was left out.",
                parameter,
                given,
            ),
            AddressNote::Clamped { parameter, given, became } => {
                self.note_clamped(parameter, given, became)
            }
            AddressNote::Unreadable { parameter, given, became: Some(became) } => say!(
                self.spoken,
                "{parameter}: “{given}” cannot be read, so the default {became} is used.",
                parameter,
                given,
                became,
            ),
            AddressNote::Unreadable { parameter, given, became: None } => say!(
                self.spoken,
                "{parameter}: “{given}” cannot be read and was left out.",
                parameter,
                given,
            ),
        }
    }

    /// A value of a parameter that was out of range, and what it became.
    pub fn note_clamped(&self, parameter: &str, given: &str, became: &str) -> String {
        say!(
            self.spoken,
            "{parameter}: {given} is out of range, so {became} is used.",
            parameter,
            given,
            became,
        )
    }
}
