//! The width of a text, from the advance widths of the interface's font.
//!
//! A figure is laid out in the worker, before any browser has measured its texts.

/// Advance widths of U+0020 … U+007E in thousandths of the font size (Inter, digits of one width).
const BASIC: [u16; 95] = [
    281, 278, 403, 631, 638, 812, 639, 222, 362, 362, 500, 659, 276, 460, 276, 357, 648, 648, 648,
    648, 648, 648, 648, 648, 648, 648, 276, 276, 659, 659, 659, 507, 936, 676, 651, 727, 719, 598,
    587, 743, 740, 264, 543, 652, 562, 889, 753, 761, 635, 761, 639, 638, 642, 741, 676, 949, 642,
    665, 625, 362, 357, 362, 469, 452, 497, 564, 621, 558, 621, 582, 361, 609, 591, 237, 237, 544,
    237, 869, 585, 597, 609, 609, 372, 523, 364, 581, 557, 812, 540, 557, 541, 362, 327, 362, 659,
];

/// Advance widths of U+00A0 … U+00FF; 0 where the font has no glyph.
const LATIN: [u16; 96] = [
    281, 278, 558, 631, 723, 548, 266, 551, 591, 915, 449, 540, 540, 460, 670, 449, 455, 659, 420,
    430, 497, 622, 599, 276, 267, 313, 449, 540, 884, 926, 949, 507, 676, 676, 676, 676, 676, 676,
    990, 727, 598, 598, 598, 598, 264, 264, 264, 264, 719, 753, 761, 761, 761, 761, 761, 659, 761,
    741, 741, 741, 741, 665, 631, 609, 564, 564, 564, 564, 564, 564, 925, 558, 582, 582, 582, 582,
    237, 237, 237, 237, 580, 585, 597, 597, 597, 597, 597, 659, 597, 581, 581, 581, 581, 557, 609,
    557,
];

/// Advance widths of other characters that occur in labels.
const SIGNS: [(char, u16); 53] = [
    ('Δ', 676),
    ('Σ', 631),
    ('α', 641),
    ('β', 592),
    ('γ', 534),
    ('δ', 540),
    ('ε', 544),
    ('θ', 540),
    ('μ', 622),
    ('ρ', 571),
    ('σ', 631),
    ('φ', 732),
    ('‑', 358),
    ('–', 500),
    ('—', 1000),
    ('‖', 358),
    ('‘', 199),
    ('’', 185),
    ('“', 381),
    ('”', 381),
    ('…', 821),
    ('⁰', 440),
    ('⁴', 436),
    ('⁵', 415),
    ('⁶', 425),
    ('⁷', 388),
    ('⁸', 428),
    ('⁹', 425),
    ('⁻', 439),
    ('ⁿ', 403),
    ('₀', 440),
    ('₁', 313),
    ('₂', 420),
    ('₃', 430),
    ('₄', 436),
    ('₅', 415),
    ('₆', 425),
    ('₇', 388),
    ('₈', 428),
    ('₉', 425),
    ('←', 955),
    ('↑', 955),
    ('→', 955),
    ('↓', 955),
    ('∂', 631),
    ('∑', 631),
    ('−', 659),
    ('√', 631),
    ('∞', 930),
    ('∫', 278),
    ('≈', 659),
    ('≤', 659),
    ('≥', 659),
];

/// The width of any other character, which comes from a fallback font; few are wider than a capital M.
const UNKNOWN: u16 = 890;

/// The width of a text in font sizes.
pub fn text_width(text: &str) -> f64 {
    text.chars().map(|sign| f64::from(advance(sign)) / 1000.0).sum()
}

fn advance(sign: char) -> u16 {
    let code = sign as usize;
    let found = match code {
        0x20..=0x7e => BASIC[code - 0x20],
        0xa0..=0xff => LATIN[code - 0xa0],
        _ => SIGNS.iter().find(|(known, _)| *known == sign).map_or(0, |(_, width)| *width),
    };
    if found == 0 { UNKNOWN } else { found }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_those_of_the_font() {
        // Summed from the font's tables by fontTools; each width here is rounded to a thousandth.
        for (text, width) in [("−151.960", 4.8210), ("sí", 0.7599), ("log p(x)", 3.5980)] {
            let rounded = 5e-4 * text.chars().count() as f64;
            assert!((text_width(text) - width).abs() <= rounded, "{text}: {}", text_width(text));
        }
    }

    #[test]
    fn digits_are_of_one_width() {
        assert_eq!(text_width("1111"), text_width("0489"));
    }

    #[test]
    fn a_sign_of_another_font_takes_room() {
        assert!(text_width("⤢") > 0.5);
    }
}
