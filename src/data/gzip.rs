//! Decompresses gzip piece by piece, up to a limit.

use std::io::{self, BufRead, ErrorKind, Read};

use flate2::bufread::MultiGzDecoder;
use thiserror::Error;

/// The first bytes of a gzip file.
pub(super) const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Why a gzip file cannot be decompressed.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum GzipError {
    /// It is incomplete.
    #[error("the gzip file is cut off")]
    Truncated,
    /// It is corrupt.
    #[error("the gzip file is damaged")]
    Corrupt,
    /// Its content is larger than allowed.
    #[error("larger than {allowed} bytes once unpacked")]
    TooLarge {
        /// The limit in bytes.
        allowed: u64,
    },
}

/// A file that is read in pieces: gzip is decompressed, anything else is kept unchanged.
pub struct Unpacking {
    /// The decompressed bytes so far.
    bytes: Vec<u8>,
    allowed: u64,
    /// `None` until the first piece shows whether the file is compressed.
    form: Option<Packing>,
}

enum Packing {
    Plain,
    Packed(Box<MultiGzDecoder<Pieces>>),
}

impl Unpacking {
    /// Accepts at most `allowed` bytes after decompression.
    pub fn new(allowed: u64) -> Self {
        Self { bytes: Vec::new(), allowed, form: None }
    }

    /// Takes the next bytes of the file; the first piece must contain at least two, if the file does.
    ///
    /// # Errors
    /// See [`GzipError`]; nothing beyond the limit is kept.
    pub fn take(&mut self, piece: &[u8]) -> Result<(), GzipError> {
        let form = self.form.get_or_insert_with(|| {
            if piece.starts_with(&GZIP_MAGIC) {
                Packing::Packed(Box::new(MultiGzDecoder::new(Pieces::default())))
            } else {
                Packing::Plain
            }
        });
        match form {
            Packing::Plain if (self.bytes.len() + piece.len()) as u64 > self.allowed => {
                Err(GzipError::TooLarge { allowed: self.allowed })
            }
            Packing::Plain => {
                self.bytes.extend_from_slice(piece);
                Ok(())
            }
            Packing::Packed(decoder) => {
                decoder.get_mut().add(piece);
                unpack(decoder, &mut self.bytes, self.allowed)
            }
        }
    }

    /// All bytes, after the last piece.
    ///
    /// # Errors
    /// As [`Self::take`].
    pub fn finish(mut self) -> Result<Vec<u8>, GzipError> {
        if let Some(Packing::Packed(decoder)) = &mut self.form {
            decoder.get_mut().is_whole = true;
            unpack(decoder, &mut self.bytes, self.allowed)?;
        }
        Ok(self.bytes)
    }
}

/// Decompresses the available part of a file.
fn unpack(
    decoder: &mut MultiGzDecoder<Pieces>,
    bytes: &mut Vec<u8>,
    allowed: u64,
) -> Result<(), GzipError> {
    // One byte more than allowed, to detect a larger file.
    let room = (allowed + 1).saturating_sub(bytes.len() as u64);
    let unpacked = decoder.take(room).read_to_end(bytes);
    if bytes.len() as u64 > allowed {
        return Err(GzipError::TooLarge { allowed });
    }
    match unpacked {
        Ok(_) => Ok(()),
        // The next piece continues here.
        Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(()),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Err(GzipError::Truncated),
        Err(_) => Err(GzipError::Corrupt),
    }
}

/// The pieces that have not been read yet.
#[derive(Default)]
struct Pieces {
    bytes: Vec<u8>,
    read: usize,
    /// Whether the last piece was taken.
    is_whole: bool,
}

impl Pieces {
    fn add(&mut self, piece: &[u8]) {
        self.bytes.drain(..self.read);
        self.read = 0;
        self.bytes.extend_from_slice(piece);
    }
}

impl BufRead for Pieces {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let left = &self.bytes[self.read..];
        if left.is_empty() && !self.is_whole {
            return Err(ErrorKind::WouldBlock.into());
        }
        Ok(left)
    }

    fn consume(&mut self, count: usize) {
        self.read += count;
    }
}

impl Read for Pieces {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(into)?;
        self.consume(count);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};
    use proptest::prelude::*;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn unpacked(file: &[u8], piece: usize, allowed: u64) -> Result<Vec<u8>, GzipError> {
        let mut unpacking = Unpacking::new(allowed);
        for piece in file.chunks(piece) {
            unpacking.take(piece)?;
        }
        unpacking.finish()
    }

    #[test]
    fn a_bomb_is_stopped_at_the_limit() {
        let bomb = gzip(&vec![0; 4_000_000]);
        let mut unpacking = Unpacking::new(1000);
        let refused = bomb.chunks(100).find_map(|piece| unpacking.take(piece).err());
        assert_eq!(refused, Some(GzipError::TooLarge { allowed: 1000 }));
        assert!(unpacking.bytes.len() <= 1001);
        assert_eq!(unpacked(&[7; 1001], 64, 1000), Err(GzipError::TooLarge { allowed: 1000 }));
        assert_eq!(unpacked(&[7; 1000], 64, 1000), Ok(vec![7; 1000]));
    }

    #[test]
    fn members_one_after_the_other_are_one_file() {
        let file = [gzip(b"one, "), gzip(b"two")].concat();
        assert_eq!(unpacked(&file, 7, 100), Ok(b"one, two".to_vec()));
    }

    #[test]
    fn truncation_and_a_wrong_sum_are_different_errors() {
        let file = gzip(&(0..2000_u32).flat_map(u32::to_le_bytes).collect::<Vec<u8>>());
        for end in (2..file.len()).step_by(61) {
            let found = unpacked(&file[..end], 100, 1 << 20);
            assert_eq!(found, Err(GzipError::Truncated), "{end} of {}", file.len());
        }
        let mut wrong = file.clone();
        let sum = wrong.len() - 8;
        wrong[sum] ^= 1;
        assert_eq!(unpacked(&wrong, 100, 1 << 20), Err(GzipError::Corrupt));
    }

    proptest! {
        #[test]
        fn any_pieces_make_the_same_file(bytes in prop::collection::vec(any::<u8>(), 0..3000), piece in 2_usize..500) {
            // Data that is not gzip is kept unchanged.
            if !bytes.starts_with(&GZIP_MAGIC) {
                prop_assert_eq!(unpacked(&bytes, piece, 1 << 20), Ok(bytes.clone()));
            }
            prop_assert_eq!(unpacked(&gzip(&bytes), piece, 1 << 20), Ok(bytes));
        }
    }
}
