//! A 28×28 image of zeros and ones: the x whose log p(x) everything here is about.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use thiserror::Error;

use super::PIXELS;

const BYTES: usize = PIXELS / 8;

/// Pixels packed eight to a byte, first pixel in the highest bit, row by row.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct BinaryImage([u8; BYTES]);

/// Why a text is not a [`BinaryImage`].
#[derive(Debug, Error, PartialEq, Eq)]
pub enum BinaryImageError {
    /// A character outside the URL-safe base64 alphabet, or a wrong length.
    #[error("expected {expected} bytes of unpadded URL-safe base64", expected = BYTES)]
    NotBase64,
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
    /// If `index` is not below [`PIXELS`].
    pub fn is_ink(&self, index: usize) -> bool {
        assert!(index < PIXELS, "pixel {index} of {PIXELS}");
        self.0[index / 8] & (0x80 >> (index % 8)) != 0
    }

    /// The pixels as zeros and ones, row by row.
    pub fn pixels(&self) -> impl Iterator<Item = bool> + '_ {
        (0..PIXELS).map(|index| self.is_ink(index))
    }

    /// The 98 packed bytes as 131 characters that are safe in an address.
    pub fn to_base64(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Reads what [`Self::to_base64`] wrote.
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
