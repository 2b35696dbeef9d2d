//! A text without its checks.

use crate::course::{ClaimPiece, pieces_of};

/// The text that a reader sees.
///
/// # Errors
/// As for [`pieces_of`].
pub fn shown_of(text: &str) -> Result<String, &str> {
    let shown = pieces_of(text)?.into_iter().map(|piece| match piece {
        ClaimPiece::Words(words) => words,
        ClaimPiece::Claim(claim) => claim.shown,
    });
    Ok(shown.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_sees_the_words_alone() {
        for (text, expected) in [
            ("no claim, {one} brace", "no claim, {one} brace"),
            ("it was {{−1.839 = log-evidence}}.", "it was −1.839."),
            ("$= {{-8{,}318 = log-evidence}}$ and", "$= -8{,}318$ and"),
            ("$10^{{{47 = log10(2)}}}$", "$10^{47}$"),
            ("{{10 = a}}{{20 within 1 = b @ #/bench?k=1}}", "1020"),
            ("{{half: gap > 0.27 and |a - b| < 1 @ #/bench?bin=threshold:0.8}} of", "half of"),
        ] {
            assert_eq!(shown_of(text), Ok(expected.to_owned()));
        }
    }
}
