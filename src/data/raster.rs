//! A raster of ink of any size, and MNIST's recipe that turns it into a 28×28 image.

use thiserror::Error;

use super::{GreyImage, PIXELS, SIDE};

/// The side of the box into which MNIST's recipe fits the ink before it is centred.
pub const INK_BOX: usize = 20;

/// The most rows or columns a [`GreyRaster`] may have.
pub const MAX_RASTER_SIDE: usize = 8192;

/// The position of the centre of mass, from the frame's corner. MNIST's is the centre of pixel 14 (counted from 0),
/// half a pixel beyond the centre of the frame.
const MIDDLE: f64 = SIDE as f64 / 2.0 + 0.5;

/// Fainter values than this share of the darkest ink are ignored when the ink is cropped: the noise of a scanner or
/// of JPEG, and the outermost pixels of antialiasing.
const FAINT: f32 = 0.1;

/// A raster of ink in shades of grey: 0 is paper, 1 is full ink.
#[derive(Clone, Debug, PartialEq)]
pub struct GreyRaster {
    width: usize,
    height: usize,
    /// Row by row, `width * height` values in [0, 1].
    ink: Vec<f32>,
}

/// Why numbers are not a [`GreyRaster`].
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum RasterError {
    /// A side is zero or above [`MAX_RASTER_SIDE`].
    #[error("{width}×{height} pixels: each side must be 1 to {max}", max = MAX_RASTER_SIDE)]
    Size {
        /// Columns.
        width: usize,
        /// Rows.
        height: usize,
    },
    /// The number of values is not width × height.
    #[error("{found} values for a sheet of {expected} pixels")]
    Length {
        /// Number of values.
        found: usize,
        /// Width × height.
        expected: usize,
    },
}

/// The smallest rectangle that contains the ink; `right` and `bottom` are exclusive.
#[derive(Clone, Copy)]
struct InkBounds {
    left: usize,
    top: usize,
    right: usize,
    bottom: usize,
}

impl GreyRaster {
    /// Takes `ink` row by row; values are clamped to [0, 1], NaN is paper.
    ///
    /// # Errors
    /// A side of 0 or above [`MAX_RASTER_SIDE`], or a length that is not `width * height`.
    pub fn new(width: usize, height: usize, mut ink: Vec<f32>) -> Result<Self, RasterError> {
        let allowed = 1..=MAX_RASTER_SIDE;
        if !allowed.contains(&width) || !allowed.contains(&height) {
            return Err(RasterError::Size { width, height });
        }
        let expected = width * height;
        if ink.len() != expected {
            return Err(RasterError::Length { found: ink.len(), expected });
        }
        for value in &mut ink {
            *value = if value.is_nan() { 0.0 } else { value.clamp(0.0, 1.0) };
        }
        Ok(Self { width, height, ink })
    }

    /// Columns.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.height
    }

    /// The ink, row by row.
    pub fn ink(&self) -> &[f32] {
        &self.ink
    }

    /// Crops to the ink, fits it into 20×20 with its proportions (area averaging), and places it in 28×28 with its
    /// centre of mass at the centre, to the whole pixel: the recipe of MNIST (LeCun, Bottou, Bengio & Haffner 1998).
    /// The ink stays inside the frame. `None` if there is no ink.
    pub fn centred(&self) -> Option<GreyImage> {
        let bounds = self.ink_bounds()?;
        let fitted = self.fit(bounds, INK_BOX);
        let (row_shift, column_shift) = (fitted.middle_by_rows()?, fitted.middle_by_columns()?);
        Some(fitted.placed(row_shift, column_shift))
    }

    /// The whole raster scaled into 28×28 with its proportions.
    pub fn reduced(&self) -> GreyImage {
        let whole = InkBounds { left: 0, top: 0, right: self.width, bottom: self.height };
        let fitted = self.fit(whole, SIDE);
        fitted.placed((SIDE - fitted.height) / 2, (SIDE - fitted.width) / 2)
    }

    fn ink_bounds(&self) -> Option<InkBounds> {
        let darkest = self.ink.iter().copied().fold(0.0, f32::max);
        if darkest <= 0.0 {
            return None;
        }
        let faint = FAINT * darkest;
        let mut bounds = InkBounds { left: self.width, top: self.height, right: 0, bottom: 0 };
        for (row, line) in self.ink.chunks_exact(self.width).enumerate() {
            let Some(first) = line.iter().position(|&ink| ink > faint) else {
                continue;
            };
            let last = line.iter().rposition(|&ink| ink > faint).unwrap_or(first);
            bounds.left = bounds.left.min(first);
            bounds.right = bounds.right.max(last + 1);
            bounds.top = bounds.top.min(row);
            bounds.bottom = row + 1;
        }
        Some(bounds)
    }

    /// The part inside `bounds`, its longer side scaled to `side` pixels by area averaging.
    fn fit(&self, bounds: InkBounds, side: usize) -> Self {
        let (columns, rows) = (bounds.right - bounds.left, bounds.bottom - bounds.top);
        let longer = columns.max(rows);
        // To the nearest pixel; a very thin side keeps at least one.
        let scaled = |length: usize| ((2 * length * side + longer) / (2 * longer)).clamp(1, side);
        let (width, height) = (scaled(columns), scaled(rows));
        let across = area_shares(bounds.left, columns, width);
        let down = area_shares(bounds.top, rows, height);

        // Separable: first along the rows, then along the columns.
        let mut narrow = Vec::with_capacity(rows * width);
        for row in bounds.top..bounds.bottom {
            let line = &self.ink[row * self.width..(row + 1) * self.width];
            narrow.extend(across.iter().map(|shares| {
                shares.iter().map(|&(column, share)| share * f64::from(line[column])).sum::<f64>()
            }));
        }
        let mut ink = Vec::with_capacity(height * width);
        for shares in &down {
            for column in 0..width {
                let mean: f64 = shares
                    .iter()
                    .map(|&(row, share)| share * narrow[(row - bounds.top) * width + column])
                    .sum();
                ink.push(mean as f32);
            }
        }
        Self { width, height, ink }
    }

    /// The number of empty rows above this fitted raster that bring its centre of mass to the centre.
    fn middle_by_rows(&self) -> Option<usize> {
        let mass = self
            .ink
            .chunks_exact(self.width)
            .map(|line| line.iter().map(|&ink| f64::from(ink)).sum());
        shift_to_middle(mass, self.height)
    }

    /// The number of empty columns left of this fitted raster that bring its centre of mass to the centre.
    fn middle_by_columns(&self) -> Option<usize> {
        let mass = (0..self.width).map(|column| {
            self.ink.iter().skip(column).step_by(self.width).map(|&ink| f64::from(ink)).sum()
        });
        shift_to_middle(mass, self.width)
    }

    /// This raster, no larger than 28×28, with `above` empty rows and `before` empty columns.
    fn placed(&self, above: usize, before: usize) -> GreyImage {
        let mut frame = [0.0; PIXELS];
        for (row, line) in self.ink.chunks_exact(self.width).enumerate() {
            let start = (row + above) * SIDE + before;
            frame[start..start + self.width].copy_from_slice(line);
        }
        GreyImage::from_fn(|row, column| frame[row * SIDE + column])
    }
}

/// For each of `parts` equal parts of `start..start + length`: the indices that it covers, with their shares of the
/// part.
fn area_shares(start: usize, length: usize, parts: usize) -> Vec<Vec<(usize, f64)>> {
    // In units of 1/parts of a source pixel every border is an integer.
    (0..parts)
        .map(|part| {
            let (from, to) = (part * length, (part + 1) * length);
            (from / parts..to.div_ceil(parts))
                .map(|index| {
                    let covered = to.min((index + 1) * parts) - from.max(index * parts);
                    (start + index, covered as f64 / length as f64)
                })
                .collect()
        })
        .collect()
}

/// The integer number of pixels that brings the centre of `mass` closest to the centre of the frame while all of its
/// `length` entries stay inside. `None` without mass.
fn shift_to_middle(mass: impl Iterator<Item = f64>, length: usize) -> Option<usize> {
    let (mut total, mut moment) = (0.0, 0.0);
    for (index, mass) in mass.enumerate() {
        total += mass;
        moment += mass * (index as f64 + 0.5);
    }
    if total <= 0.0 {
        return None;
    }
    let shift = (MIDDLE - moment / total).round().max(0.0);
    // Neither negative nor large: the cast is exact.
    Some((shift as usize).min(SIDE - length))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn raster(width: usize, height: usize, ink: impl Fn(usize, usize) -> f32) -> GreyRaster {
        let values = (0..width * height).map(|index| ink(index / width, index % width)).collect();
        GreyRaster::new(width, height, values).unwrap()
    }

    fn rectangle(width: usize, height: usize, rows: [usize; 2], columns: [usize; 2]) -> GreyRaster {
        raster(width, height, |row, column| {
            let inside =
                (rows[0]..rows[1]).contains(&row) && (columns[0]..columns[1]).contains(&column);
            f32::from(u8::from(inside))
        })
    }

    fn inked(image: &GreyImage) -> Vec<usize> {
        (0..PIXELS).filter(|&index| image.pixels()[index] > 0.5).collect()
    }

    #[test]
    fn impossible_sheets_are_refused() {
        for (width, height) in [(0, 3), (3, 0), (MAX_RASTER_SIDE + 1, 1), (1, usize::MAX)] {
            let found = GreyRaster::new(width, height, vec![]);
            assert_eq!(found, Err(RasterError::Size { width, height }));
        }
        let found = GreyRaster::new(2, 3, vec![0.0; 5]);
        assert_eq!(found, Err(RasterError::Length { found: 5, expected: 6 }));
        let odd = GreyRaster::new(3, 1, vec![f32::NAN, -1.0, 7.0]).unwrap();
        assert_eq!(odd.ink(), [0.0, 0.0, 1.0]);
        assert_eq!((odd.width(), odd.height()), (3, 1));
    }

    #[test]
    fn an_empty_sheet_has_no_centre() {
        assert_eq!(raster(280, 280, |_, _| 0.0).centred(), None);
    }

    #[test]
    fn a_square_fills_the_ink_box_wherever_it_was() {
        // 20×20 centred on the middle of pixel 14: its first row and column are 14.5 − 10, rounded
        // up to 5 because half a pixel is rounded away from zero.
        for (left, top) in [(0, 0), (37, 81), (180, 180)] {
            let image =
                rectangle(280, 280, [top, top + 100], [left, left + 100]).centred().unwrap();
            let expected: Vec<usize> = (0..PIXELS)
                .filter(|index| {
                    (5..25).contains(&(index / SIDE)) && (5..25).contains(&(index % SIDE))
                })
                .collect();
            assert_eq!(inked(&image), expected);
            assert!(image.pixels().iter().all(|&ink| (ink - ink.round()).abs() < 1e-6));
        }
    }

    #[test]
    fn proportions_are_kept() {
        let tall = rectangle(300, 300, [10, 210], [50, 110]).centred().unwrap();
        assert_eq!(inked(&tall).len(), 20 * 6);
        let hairline = rectangle(300, 300, [10, 210], [50, 51]).centred().unwrap();
        assert_eq!(inked(&hairline).len(), 20);
        let dot = rectangle(300, 300, [10, 11], [50, 51]).centred().unwrap();
        assert_eq!(inked(&dot).len(), 400);
    }

    #[test]
    fn area_averaging_is_the_mean() {
        // 40×40, a checkerboard: every 2×2 block has mean one half.
        let board = raster(40, 40, |row, column| ((row + column) % 2) as f32).centred().unwrap();
        let (half, other): (Vec<f32>, Vec<f32>) =
            board.pixels().iter().partition(|&&ink| (ink - 0.5).abs() < 1e-6);
        assert_eq!(half.len(), 400);
        assert!(other.iter().all(|&ink| ink == 0.0));
    }

    #[test]
    fn fractional_cells_share_their_ink() {
        // 30 columns into 20: the one inked column, number 1, lies half in cell 0 and half in cell
        // 1, each 1.5 columns wide.
        let shares = area_shares(0, 30, 20);
        assert_eq!(shares[0], [(0, 2.0 / 3.0), (1, 1.0 / 3.0)]);
        assert_eq!(shares[1], [(1, 1.0 / 3.0), (2, 2.0 / 3.0)]);
    }

    #[test]
    fn ink_of_a_whole_sheet_is_conserved_in_the_mean() {
        let wild = raster(61, 61, |row, column| ((row * 7 + column * 13) % 11) as f32 / 10.0);
        let mean = |values: &[f32]| {
            values.iter().map(|&v| f64::from(v)).sum::<f64>() / values.len() as f64
        };
        assert!((mean(wild.reduced().pixels()) - mean(wild.ink())).abs() < 1e-6);
    }

    #[test]
    fn specks_of_faint_noise_do_not_move_the_crop() {
        let mut noisy = rectangle(200, 200, [60, 120], [60, 120]).ink().to_vec();
        noisy[0] = 0.05;
        noisy[200 * 200 - 1] = 0.05;
        let image = GreyRaster::new(200, 200, noisy).unwrap().centred().unwrap();
        assert_eq!(inked(&image).len(), 400);
    }

    proptest! {
        #[test]
        fn the_ink_stays_in_the_frame_near_the_middle(
            width in 1_usize..60,
            height in 1_usize..60,
            blots in prop::collection::vec((0_usize..3600, 0.2_f32..1.0), 1..20),
        ) {
            let mut ink = vec![0.0; width * height];
            for (place, value) in blots {
                ink[place % (width * height)] = value;
            }
            let raster = GreyRaster::new(width, height, ink).unwrap();
            let fitted = raster.fit(raster.ink_bounds().unwrap(), INK_BOX);
            let mass = |values: &[f32]| values.iter().map(|&v| f64::from(v)).sum::<f64>();
            let image = raster.centred().unwrap();
            // No ink is lost at the border.
            prop_assert!((mass(image.pixels()) - mass(fitted.ink())).abs() < 1e-6);
            // Centred to the pixel, unless the frame prevents it.
            let total = mass(image.pixels());
            let (mut row_mean, mut column_mean) = (0.0, 0.0);
            for (index, &ink) in image.pixels().iter().enumerate() {
                row_mean += ((index / SIDE) as f64 + 0.5) * f64::from(ink) / total;
                column_mean += ((index % SIDE) as f64 + 0.5) * f64::from(ink) / total;
            }
            let touches = |line: &dyn Fn(usize) -> usize| {
                image.pixels().iter().enumerate().any(|(index, &ink)| {
                    ink > 0.0 && [0, SIDE - 1].contains(&line(index))
                })
            };
            let rows_free = !touches(&|index| index / SIDE);
            let columns_free = !touches(&|index| index % SIDE);
            prop_assert!(!rows_free || (row_mean - MIDDLE).abs() <= 0.5 + 1e-6);
            prop_assert!(!columns_free || (column_mean - MIDDLE).abs() <= 0.5 + 1e-6);
        }
    }
}
