//! The places of a sentence that values are put into: `{name}`, with a name as Rust has them.
//!
//! Part of the build script as well, which compares the places of a text with those of its translation.

/// The first place at or after a byte of a text: where its braces open and close. Braces around anything but a name
/// are braces.
pub(crate) const fn next_place(text: &str, from: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut open = from;
    while open < bytes.len() {
        if bytes[open] == b'{' {
            let mut close = open + 1;
            while close < bytes.len() && is_of_name(bytes[close], close == open + 1) {
                close += 1;
            }
            if close > open + 1 && close < bytes.len() && bytes[close] == b'}' {
                return Some((open, close));
            }
        }
        open += 1;
    }
    None
}

/// Whether a byte can stand in a name, or begin one.
const fn is_of_name(byte: u8, is_first: bool) -> bool {
    byte.is_ascii_lowercase() || byte == b'_' || (byte.is_ascii_digit() && !is_first)
}
