//! Symbols as mathematics sets them: variables in italics, what stands behind `_` lowered.

/// A symbol of the registry as HTML: a lower-case letter on its own is a variable, and so in italics; the letter behind
/// `_` is a subscript. "E_q log p(x)" becomes `E<sub><i>q</i></sub> log <i>p</i>(<i>x</i>)`.
///
/// Symbols hold none of the characters that HTML reserves.
pub fn symbol_html(symbol: &str) -> String {
    let mut html = String::with_capacity(2 * symbol.len());
    let mut previous = ' ';
    let mut letters = symbol.chars().peekable();
    while let Some(letter) = letters.next() {
        let is_alone = letter.is_ascii_lowercase()
            && !previous.is_alphabetic()
            && !letters.peek().is_some_and(|next| next.is_alphabetic());
        match (letter, is_alone, previous) {
            ('_', ..) => {}
            (_, true, '_') => html.push_str(&format!("<sub><i>{letter}</i></sub>")),
            (_, true, _) => html.push_str(&format!("<i>{letter}</i>")),
            _ => html.push(letter),
        }
        previous = letter;
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_in_italics_and_names_are_not() {
        for (symbol, html) in [
            ("ELBO", "ELBO"),
            ("log p(x)", "log <i>p</i>(<i>x</i>)"),
            ("H( q )", "H( <i>q</i> )"),
            ("KL( q ‖ p(z | x) )", "KL( <i>q</i> ‖ <i>p</i>(<i>z</i> | <i>x</i>) )"),
            ("E_q log p(x, z)", "E<sub><i>q</i></sub> log <i>p</i>(<i>x</i>, <i>z</i>)"),
        ] {
            assert_eq!(symbol_html(symbol), html);
        }
    }
}
