//! Undoes what mail programs, word processors and people do to an address, where the original is unambiguous.

use percent_encoding::percent_decode_str;

/// Most levels of percent-encoding that are undone.
const MOST_DECODINGS: usize = 3;
/// Punctuation around an address in a sentence. No value ends in any of these.
const AROUND: [char; 16] =
    ['.', ',', ';', ':', '!', ')', ']', '}', '>', '"', '\'', '”', '’', '»', '*', '/'];

/// The fragment, decoded and without additions.
pub(super) fn tidied(hash: &str) -> String {
    let mut text = hash.strip_prefix('#').unwrap_or(hash).to_owned();
    for _ in 0..MOST_DECODINGS {
        // No value contains a reserved character, so that the whole text can be decoded before it is split.
        let decoded = percent_decode_str(&text).decode_utf8_lossy().into_owned();
        if decoded == text {
            break;
        }
        text = decoded;
    }
    let text: String = text.chars().filter(|&c| !is_unseen(c)).map(plain).collect();
    let text = text.replace("&amp;", "&");
    let text = text.trim().trim_end_matches(|c: char| c.is_whitespace() || AROUND.contains(&c));
    text.strip_prefix('!').unwrap_or(text).to_owned()
}

/// Line breaks and characters of no width.
fn is_unseen(c: char) -> bool {
    matches!(c, '\r' | '\n' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// Replaces every kind of dash by a minus, and every kind of space by a space.
fn plain(c: char) -> char {
    match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe63}' | '\u{ff0d}' => '-',
        '\u{a0}' | '\u{202f}' => ' ',
        c => c,
    }
}

/// A text without lower-case letters in lower case: a code that was printed or scanned in capitals.
pub(super) fn without_capitals(text: &str) -> Option<String> {
    let has_capitals = text.bytes().any(|byte| byte.is_ascii_uppercase());
    let has_small = text.bytes().any(|byte| byte.is_ascii_lowercase());
    (has_capitals && !has_small).then(|| text.to_ascii_lowercase())
}
