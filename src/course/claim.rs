//! Claims in a text, each with its check: `{{−1.839 = log-evidence}}`, `{{half of them: gap > 0.27}}`.
//!
//! A reader sees only the words. `cargo test --test native course::` compares them with what the app computes.

/// A part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimPiece<'a> {
    /// Text without a claim.
    Words(&'a str),
    /// A claim.
    Claim(Claim<'a>),
}

/// Words and the check that holds if they are true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim<'a> {
    /// The words that the reader sees.
    pub shown: &'a str,
    /// The check of the words.
    pub check: Check<'a>,
    /// The address of the page whose numbers are checked, if it is not the page beside the text.
    pub page: Option<&'a str>,
}

/// The check of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check<'a> {
    /// The number shown equals an expression, up to rounding or a tolerance.
    Equals {
        /// An expression.
        expression: &'a str,
        /// The tolerance; without it, that of rounding.
        within: Option<&'a str>,
    },
    /// This comparison holds.
    Holds(&'a str),
}

/// Splits a text at its claims. A text that begins with `{{` and is no claim is an error.
///
/// # Errors
/// The remaining text, from that `{{` on.
pub fn pieces_of(text: &str) -> Result<Vec<ClaimPiece<'_>>, &str> {
    let (mut pieces, mut rest) = (Vec::new(), text);
    while let Some(found) = rest.find("{{") {
        // In `10^{{{47 = …}}}` the first brace belongs to the formula.
        let braces = rest[found..].bytes().take_while(|byte| *byte == b'{').count();
        let start = found + braces - 2;
        let (claim, after) = claim_of(&rest[start + 2..]).ok_or(&rest[start..])?;
        pieces.extend([ClaimPiece::Words(&rest[..start]), ClaimPiece::Claim(claim)]);
        rest = after;
    }
    pieces.push(ClaimPiece::Words(rest));
    Ok(pieces)
}

/// The claim at the beginning of a text, after its opening braces, and the text that follows.
fn claim_of(text: &str) -> Option<(Claim<'_>, &str)> {
    let (inside, after) = text.split_once("}}")?;
    let (said, page) = match inside.split_once(" @ ") {
        Some((said, page)) => (said, Some(page.trim())),
        None => (inside, None),
    };
    let claim = match said.split_once(": ") {
        Some((shown, condition)) => Claim { shown, check: Check::Holds(condition.trim()), page },
        None => {
            let (number, expression) = said.split_once(" = ")?;
            let (shown, within) = match number.split_once(" within ") {
                Some((shown, within)) => (shown, Some(within.trim())),
                None => (number, None),
            };
            Claim { shown, check: Check::Equals { expression: expression.trim(), within }, page }
        }
    };
    Some((claim, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(text: &str) -> Claim<'_> {
        let pieces = pieces_of(text).unwrap();
        let claims = pieces.into_iter().filter_map(|piece| match piece {
            ClaimPiece::Claim(claim) => Some(claim),
            ClaimPiece::Words(_) => None,
        });
        let claims: Vec<Claim> = claims.collect();
        assert_eq!(claims.len(), 1, "{text}");
        claims[0]
    }

    #[test]
    fn the_check_is_what_stands_behind() {
        let claim = only("{{300 within 10 = kl-prior - elbo @ #/bench?k=64&seed=2}}");
        let check = Check::Equals { expression: "kl-prior - elbo", within: Some("10") };
        assert_eq!((claim.shown, claim.check), ("300", check));
        assert_eq!(claim.page, Some("#/bench?k=64&seed=2"));
        let claim = only("{{half = of: gap > 0.27}}");
        assert_eq!((claim.shown, claim.check), ("half = of", Check::Holds("gap > 0.27")));
        assert_eq!(claim.page, None);
    }

    #[test]
    fn two_braces_without_a_check_are_an_error() {
        assert_eq!(pieces_of("a {{b}} c"), Err("{{b}} c"));
        assert_eq!(pieces_of("a {{1 = b"), Err("{{1 = b"));
    }
}
