//! The sentence over the bench: it follows from the numbers what to do next, or what has been reached.

use super::{Language, number, say, text};

/// Nats from which on q does not describe the image at all.
const FAR: f64 = 1.0;
/// Nats by which two gaps may differ and count as the same.
const SAME: f64 = 0.002;

/// What the sentence depends on, in nats.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LeadNumbers {
    /// KL(q‖p(z|x)).
    pub gap: f64,
    /// The gap of the encoder's q and of the best Gaussian; `None` while unknown.
    pub encoder: Option<f64>,
    /// The smallest gap of a Gaussian.
    pub best: Option<f64>,
    /// Whether a climb is playing.
    pub is_climbing: bool,
    /// The class of the digit for which q was made, if x is another one now.
    pub left_behind: Option<u8>,
}

/// What the sentence says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Lead {
    /// Pull q over the spot.
    Pull,
    /// q is still where it was for another image.
    LeftBehind {
        /// The class of that image.
        digit: u8,
    },
    /// q climbs the ELBO by itself.
    Climbing {
        /// What is still missing.
        gap: f64,
    },
    /// Less than a nat is missing, more than the encoder misses.
    Near {
        /// What is missing.
        gap: f64,
        /// What the encoder misses.
        encoder: f64,
    },
    /// q is as good as the encoder's.
    Encoder {
        /// What both miss.
        gap: f64,
    },
    /// Closer than the encoder.
    Almost {
        /// What is missing.
        gap: f64,
        /// What the encoder misses.
        encoder: f64,
    },
    /// No Gaussian is closer.
    Best {
        /// What is missing.
        gap: f64,
    },
}

impl Lead {
    /// The sentence for these numbers.
    pub fn of(numbers: &LeadNumbers) -> Self {
        let LeadNumbers { gap, encoder, best, is_climbing, left_behind } = *numbers;
        if best.is_some_and(|best| gap <= best + SAME) {
            return Self::Best { gap };
        }
        if is_climbing {
            return Self::Climbing { gap };
        }
        if let Some(digit) = left_behind.filter(|_| gap >= FAR) {
            return Self::LeftBehind { digit };
        }
        match encoder {
            Some(encoder) if (gap - encoder).abs() <= SAME => Self::Encoder { gap },
            Some(encoder) if gap < FAR && gap < encoder => Self::Almost { gap, encoder },
            Some(encoder) if gap < FAR => Self::Near { gap, encoder },
            _ => Self::Pull,
        }
    }

    /// The sentence as HTML; gaps have so many decimals.
    pub fn html(self, decimals: usize, language: Language) -> String {
        let nats = |value: f64| number::nats(value, decimals, language);
        match self {
            Self::Pull => text!(
                "Pull the <b class=q>blue guess <i>q</i></b> over the <b class=posterior>violet spot</b>. The \
                 <b class=gap>orange gap</b> closes; log <i>p</i>(<i>x</i>) never moves."
            )
            .say(language)
            .to_owned(),
            Self::LeftBehind { digit } => say!(
                language,
                "<b class=q><i>q</i></b> still describes the {digit}. Pull it over the new \
                 <b class=posterior>violet spot</b>.",
                digit = digit.to_string()
            ),
            Self::Climbing { gap } => say!(
                language,
                "<b class=q><i>q</i></b> climbs the <b class=elbo>ELBO</b>: the <b class=gap>gap</b> is {gap} nats.",
                gap = nats(gap)
            ),
            Self::Near { gap, encoder } => say!(
                language,
                "Close: the <b class=gap>gap</b> is {gap} nats. The <b class=encoder>encoder</b> leaves {encoder}.",
                gap = nats(gap),
                encoder = nats(encoder)
            ),
            Self::Encoder { gap } => say!(
                language,
                "What the <b class=encoder>encoder</b> guesses at once leaves a <b class=gap>gap</b> of {gap} nats. \
                 Can you do better?",
                gap = nats(gap)
            ),
            Self::Almost { gap, encoder } => say!(
                language,
                "Almost there: the <b class=gap>gap</b> is {gap} nats, less than the \
                 <b class=encoder>encoder’s</b> {encoder}.",
                gap = nats(gap),
                encoder = nats(encoder)
            ),
            Self::Best { gap } => say!(
                language,
                "You have maximised the <b class=elbo>ELBO</b>: no Gaussian leaves a smaller <b class=gap>gap</b> than \
                 {gap} nats.",
                gap = nats(gap)
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPENING: LeadNumbers = LeadNumbers {
        gap: 5.52,
        encoder: Some(0.26),
        best: Some(0.0007),
        is_climbing: false,
        left_behind: None,
    };

    #[test]
    fn the_sentence_follows_what_happens() {
        let at = |gap| Lead::of(&LeadNumbers { gap, ..OPENING });
        assert_eq!(at(5.52), Lead::Pull);
        assert_eq!(at(0.62), Lead::Near { gap: 0.62, encoder: 0.26 });
        assert_eq!(at(0.2605), Lead::Encoder { gap: 0.2605 });
        assert_eq!(at(0.22), Lead::Almost { gap: 0.22, encoder: 0.26 });
        assert_eq!(at(0.0008), Lead::Best { gap: 0.0008 });
        let climbing = LeadNumbers { is_climbing: true, ..OPENING };
        assert_eq!(Lead::of(&climbing), Lead::Climbing { gap: 5.52 });
    }

    #[test]
    fn another_image_leaves_q_behind_until_it_fits() {
        let left = |gap| Lead::of(&LeadNumbers { gap, left_behind: Some(3), ..OPENING });
        assert_eq!(left(159.0), Lead::LeftBehind { digit: 3 });
        assert_eq!(left(0.22), Lead::Almost { gap: 0.22, encoder: 0.26 });
    }

    #[test]
    fn nothing_is_said_of_what_is_not_known() {
        let unknown = LeadNumbers { encoder: None, best: None, gap: 0.3, ..OPENING };
        assert_eq!(Lead::of(&unknown), Lead::Pull);
    }

    #[test]
    fn a_far_encoder_is_no_reason_to_call_a_gap_small() {
        let poor = LeadNumbers { gap: 4.0, encoder: Some(9.0), ..OPENING };
        assert_eq!(Lead::of(&poor), Lead::Pull);
    }

    #[test]
    fn numbers_stand_in_the_sentence() {
        let lead = Lead::Almost { gap: 0.2249, encoder: 0.2613 };
        let said = lead.html(2, Language::En);
        assert!(said.contains("0.22 nats") && said.contains("0.26."), "{said}");
        assert!(lead.html(2, Language::Pt).contains("0,22 nats"));
    }
}
