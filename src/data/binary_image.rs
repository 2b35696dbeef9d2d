//! A 28×28 image of zeros and ones: the x of log p(x).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::PIXELS;

const BYTES: usize = PIXELS / 8;

/// Pixels packed eight to a byte, the first pixel in the highest bit, row by row. Messages and addresses contain the
/// text of [`BinaryImage::to_base64`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BinaryImage([u8; BYTES]);

/// Why a text is not a [`BinaryImage`].
#[derive(Debug, Error, PartialEq, Eq)]
pub enum BinaryImageError {
    /// A character outside the URL-safe base64 alphabet, or a wrong length.
    #[error("expected {expected} bytes of unpadded URL-safe base64", expected = BYTES)]
    NotBase64,
}

impl TryFrom<String> for BinaryImage {
    type Error = BinaryImageError;

    fn try_from(text: String) -> Result<Self, BinaryImageError> {
        Self::from_base64(&text)
    }
}

impl From<BinaryImage> for String {
    fn from(image: BinaryImage) -> Self {
        image.to_base64()
    }
}

impl BinaryImage {
    /// Builds the image from a function of the pixel index, row by row.
    pub fn from_fn(mut is_ink: impl FnMut(usize) -> bool) -> Self {
        let mut bytes = [0; BYTES];
        for index in 0..PIXELS {
            if is_ink(index) {
                bytes[index / 8] |= 0x80 >> (index % 8);
            }
        }
        Self(bytes)
    }

    /// Whether pixel `index` is ink.
    ///
    /// # Panics
    /// Panics if `index` is not below [`PIXELS`].
    pub fn is_ink(&self, index: usize) -> bool {
        assert!(index < PIXELS, "pixel {index} of {PIXELS}");
        self.0[index / 8] & (0x80 >> (index % 8)) != 0
    }

    /// The pixels as zeros and ones, row by row.
    pub fn pixels(&self) -> impl Iterator<Item = bool> + '_ {
        (0..PIXELS).map(|index| self.is_ink(index))
    }

    /// The 98 packed bytes, row by row, the first pixel in the highest bit.
    pub(crate) fn packed(&self) -> &[u8] {
        &self.0
    }

    /// The 98 packed bytes as 131 characters of URL-safe base64.
    pub fn to_base64(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Parses what [`Self::to_base64`] wrote.
    pub fn from_base64(text: &str) -> Result<Self, BinaryImageError> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| BinaryImageError::NotBase64)?;
        Ok(Self(bytes.try_into().map_err(|_| BinaryImageError::NotBase64)?))
    }
}

impl std::fmt::Debug for BinaryImage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "BinaryImage({})", self.to_base64())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_first_pixel_is_the_highest_bit_of_the_first_byte() {
        // RFC 4648: the byte 0x80 begins with the six bits 100000, "g".
        let first = BinaryImage::from_fn(|index| index == 0);
        assert_eq!(first.to_base64(), format!("gA{}", "A".repeat(129)));
        let last = BinaryImage::from_fn(|index| index == PIXELS - 1);
        assert_eq!(last.to_base64(), format!("{}AE", "A".repeat(129)));
        // 0xFF throughout is all ones: "_" is 63 in the URL-safe alphabet. 98 bytes are 130 times six
        // bits and four more, followed by two zeros: 111100 = 60 = "8".
        let full = BinaryImage::from_fn(|_| true);
        assert_eq!(full.to_base64(), format!("{}8", "_".repeat(130)));
    }

    #[test]
    fn what_is_no_image_is_refused() {
        let text = BinaryImage::from_fn(|index| index % 7 == 0).to_base64();
        let padded = format!("{text}=");
        let spare = format!("{}B", &text[..130]);
        let longer = format!("{text}AAAA");
        let standard = format!("+{}", &text[1..]);
        for bad in ["", "A", &text[..130], &padded, &spare, &longer, &standard, "é"] {
            assert_eq!(BinaryImage::from_base64(bad), Err(BinaryImageError::NotBase64), "{bad}");
        }
    }

    #[test]
    #[should_panic(expected = "pixel 784 of 784")]
    fn there_is_no_pixel_784() {
        BinaryImage::from_fn(|_| true).is_ink(PIXELS);
    }

    proptest! {
        #[test]
        fn text_and_back(pixels in prop::collection::vec(any::<bool>(), PIXELS)) {
            let image = BinaryImage::from_fn(|index| pixels[index]);
            prop_assert_eq!(image.pixels().collect::<Vec<bool>>(), pixels);
            let text = image.to_base64();
            prop_assert_eq!(text.len(), 131);
            prop_assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
            prop_assert_eq!(BinaryImage::from_base64(&text), Ok(image));
        }

        #[test]
        fn any_text_is_an_image_or_an_error(text in "[A-Za-z0-9_-]{131}|.{0,140}") {
            if let Ok(image) = BinaryImage::from_base64(&text) {
                prop_assert_eq!(image.to_base64(), text);
            }
        }
    }
}
