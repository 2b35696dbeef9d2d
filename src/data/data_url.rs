//! Decodes `data:` addresses, and finds the address of a picture in a piece of HTML.

use base64::Engine;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use percent_encoding::percent_decode_str;

/// The bytes of a `data:` address in base64 or percent-encoded; `None` for any other address.
pub fn data_url(address: &str) -> Option<Vec<u8>> {
    let (scheme, rest) = address.trim().split_once(':')?;
    if !scheme.eq_ignore_ascii_case("data") {
        return None;
    }
    let (head, body) = rest.split_once(',')?;
    let body: Vec<u8> = percent_decode_str(body).collect();
    if !head.to_ascii_lowercase().ends_with(";base64") {
        return Some(body);
    }
    let lenient =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let engine = GeneralPurpose::new(&base64::alphabet::STANDARD, lenient);
    let body: Vec<u8> = body.into_iter().filter(|byte| !byte.is_ascii_whitespace()).collect();
    engine.decode(body).ok()
}

/// The address of the first picture in a piece of HTML, as browsers provide it for a drag.
pub fn picture_in_html(html: &str) -> Option<&str> {
    let lower = html.to_ascii_lowercase();
    let tag = lower.find("<img")?;
    let source = tag + lower[tag..].find("src=")? + "src=".len();
    let quote = html[source..].chars().next().filter(|&c| c == '"' || c == '\'')?;
    html[source + 1..].split(quote).next()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn base64_and_percent_encoding_are_read() {
        for address in [
            "data:image/png;base64,iVBORw==",
            "data:image/png;base64,iVBORw",
            "DATA:image/png;charset=x;BASE64,iVBO%52w%3D%3D",
            " data:;base64,iVBO\nRw== ",
        ] {
            assert_eq!(data_url(address).as_deref(), Some(&b"\x89PNG"[..]), "{address}");
        }
        let svg = "data:image/svg+xml,%3Csvg xmlns='x'/%3E";
        assert_eq!(data_url(svg), Some(b"<svg xmlns='x'/>".to_vec()));
        for other in ["https://a.test/b.png", "data:image/png;base64", "data:;base64,?", "", "data"]
        {
            assert_eq!(data_url(other), None, "{other}");
        }
    }

    #[test]
    fn the_first_picture_of_what_is_dragged_is_found() {
        let dragged =
            "<meta charset='utf-8'><a href=\"#\"><IMG alt=\"3\" SRC=\"https://a.test/3.png\"></a>";
        assert_eq!(picture_in_html(dragged), Some("https://a.test/3.png"));
        assert_eq!(picture_in_html("<img src='data:,x'>"), Some("data:,x"));
        for none in ["<p>3</p>", "<img alt='3'>", "<img src=", "<img src=x>"] {
            assert_eq!(picture_in_html(none), None, "{none}");
        }
    }

    proptest! {
        #[test]
        fn any_text_never_panics(text in "(data:|<img |src=|\"|;base64,|[ -~éß∑]){0,12}") {
            let _ = (data_url(&text), picture_in_html(&text));
        }
    }
}
