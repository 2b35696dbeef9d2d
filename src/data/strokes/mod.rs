//! Procedural pen-stroke digits in the style of MNIST: seeded, labelled, unlimited.

mod glyphs;
mod pen;

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use self::glyphs::{GLYPHS, Glyph, GlyphPoint};
use super::raster::{GreyRaster, INK_BOX};
use super::{GreyImage, SIDE};

/// Digits are drawn this much larger and then reduced, as MNIST's were.
const MAGNIFICATION: usize = 3;
/// The side of the raster on which a digit is drawn.
const RASTER_SIDE: usize = SIDE * MAGNIFICATION;
/// The nib in pixels of the finished image.
const NIB: (f64, f64) = (1.8, 3.2);
/// The bit that distinguishes the gallery's seeds from those of a [`StrokeGenerator`].
const GALLERY_BIT: u64 = 1 << 63;
/// The number of digits in the gallery.
pub const GALLERY_LEN: usize = 30;

/// A pen-stroke digit with its label.
#[derive(Clone, Debug, PartialEq)]
pub struct PenDigit {
    /// 0 to 9.
    pub label: u8,
    /// The image.
    pub image: GreyImage,
}

impl PenDigit {
    /// Writes the digit `label % 10` in the handwriting `seed`. The same label and seed give the same pixels in every
    /// browser, because only arithmetic and the square root are used. A seed fixes slant, nib and tremble for all ten
    /// digits.
    pub fn write(label: u8, seed: u64) -> Self {
        let label = label % 10;
        let mut rng = Pcg64Mcg::seed_from_u64(seed);
        let handwriting = Handwriting::new(&mut rng);
        let glyph = choose(GLYPHS[usize::from(label)], &mut rng);
        let lines = handwriting.written(glyph, &mut rng);
        Self { label, image: scanned(lines, handwriting.nib) }
    }
}

/// An unlimited sequence of pen digits with uniformly random labels.
///
/// Its digits have seeds below 2⁶³, those of the [`gallery`] seeds from 2⁶³ on: the gallery is never in the training
/// data, whatever the generator's own seed.
#[derive(Clone, Debug)]
pub struct StrokeGenerator(Pcg64Mcg);

impl StrokeGenerator {
    /// The sequence of a seed.
    pub fn new(seed: u64) -> Self {
        Self(Pcg64Mcg::seed_from_u64(seed))
    }

    /// The next digit.
    pub fn draw(&mut self) -> PenDigit {
        let label = self.0.random_range(0..10_u8);
        PenDigit::write(label, self.0.random::<u64>() & !GALLERY_BIT)
    }
}

impl Iterator for StrokeGenerator {
    type Item = PenDigit;

    fn next(&mut self) -> Option<PenDigit> {
        Some(self.draw())
    }
}

/// The fixed held-out digits from which the user picks x: [`GALLERY_LEN`] of them, number n has the label n % 10.
pub fn gallery() -> Vec<PenDigit> {
    (0..GALLERY_LEN as u64).map(|n| PenDigit::write((n % 10) as u8, GALLERY_BIT | n)).collect()
}

/// The parameters of one handwriting, which are the same for all points of a digit.
struct Handwriting {
    /// The nib's diameter, in pixels of the finished image.
    nib: f64,
    /// The position between the two extremes of a glyph, 0 to 1.
    blend: f64,
    /// x gained per y upwards.
    slant: f64,
    /// Cosine and sine of the rotation.
    turn: (f64, f64),
    /// Width in proportion to the glyph's own.
    aspect: f64,
    /// Coefficients of the smooth deformation.
    bend: [f64; 6],
    /// The distance of the digit's waist below its middle: above 0 the upper half is the larger one.
    waist: f64,
    /// The largest displacement of a single point.
    tremble: f64,
}

impl Handwriting {
    fn new(rng: &mut Pcg64Mcg) -> Self {
        let half_angle_tangent = 0.09 * bell(rng);
        let norm = 1.0 + half_angle_tangent * half_angle_tangent;
        Self {
            nib: rng.random_range(NIB.0..NIB.1),
            blend: rng.random(),
            slant: 0.16 + 0.6 * bell(rng),
            // Cosine and sine from the tangent of half the angle, which needs arithmetic only.
            turn: ((2.0 - norm) / norm, 2.0 * half_angle_tangent / norm),
            aspect: 1.05 + 0.45 * bell(rng),
            bend: std::array::from_fn(|_| 0.13 * bell(rng)),
            waist: 0.3 * bell(rng),
            tremble: rng.random_range(0.01..0.05),
        }
    }

    /// The curves of `glyph` in this handwriting, in units of the glyph.
    fn written(&self, glyph: &Glyph, rng: &mut Pcg64Mcg) -> Vec<Vec<GlyphPoint>> {
        // Strokes that share a point still share it, and a corner stays one point.
        let mut strayed: Vec<(GlyphPoint, GlyphPoint)> = Vec::new();
        let mut stray = |from: GlyphPoint, to: GlyphPoint| {
            let at = (mix(from.0, to.0, self.blend), mix(from.1, to.1, self.blend));
            if let Some((_, known)) = strayed.iter().find(|(original, _)| *original == at) {
                return *known;
            }
            let moved = (at.0 + self.tremble * bell(rng), at.1 + self.tremble * bell(rng));
            let moved = self.bent(moved);
            strayed.push((at, moved));
            moved
        };
        glyph
            .strokes
            .iter()
            .map(|stroke| {
                let points: Vec<GlyphPoint> =
                    stroke.from.iter().zip(stroke.to).map(|(&from, &to)| stray(from, to)).collect();
                pen::curve_through(&points)
            })
            .collect()
    }

    /// The point of the glyph after deformation, slant, stretching and rotation.
    fn bent(&self, (x, y): GlyphPoint) -> GlyphPoint {
        // Relative to the centre of the glyph, about −1 to 1 in both directions.
        let (u, v) = (2.0 * (x - 0.37), 2.0 * (y - 0.5));
        let [a, b, c, d, e, f] = self.bend;
        let x = u + a * v * v + b * u * v + c * v * v * v;
        let y = v + self.waist * (1.0 - v * v) + d * u * u + e * u * v + f * u * u * u;
        let x = self.aspect * x - self.slant * y;
        let (cos, sin) = self.turn;
        (cos * x - sin * y, sin * x + cos * y)
    }
}

/// Fits the curves into the ink box, draws them, and centres them by mass.
fn scanned(mut lines: Vec<Vec<GlyphPoint>>, nib: f64) -> GreyImage {
    let magnification = MAGNIFICATION as f64;
    let radius = nib * magnification / 2.0;
    let extent = |coordinate: fn(&GlyphPoint) -> f64| {
        lines
            .iter()
            .flatten()
            .map(coordinate)
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
                (low.min(value), high.max(value))
            })
    };
    let (left, right) = extent(|point| point.0);
    let (top, bottom) = extent(|point| point.1);
    let room = INK_BOX as f64 * magnification - 2.0 * radius;
    let scale = room / (right - left).max(bottom - top);
    let middle = RASTER_SIDE as f64 / 2.0;
    for point in lines.iter_mut().flatten() {
        point.0 = middle + scale * (point.0 - (left + right) / 2.0);
        point.1 = middle + scale * (point.1 - (top + bottom) / 2.0);
    }
    GreyRaster::new(RASTER_SIDE, RASTER_SIDE, pen::inked(&lines, radius, RASTER_SIDE))
        .ok()
        .and_then(|raster| raster.centred())
        .unwrap_or_else(GreyImage::blank)
}

/// One of the variants of a digit, chosen by weight.
fn choose<'a>(glyphs: &'a [Glyph], rng: &mut Pcg64Mcg) -> &'a Glyph {
    let total: u32 = glyphs.iter().map(|glyph| glyph.weight).sum();
    let mut ticket = rng.random_range(0..total);
    for glyph in glyphs {
        if ticket < glyph.weight {
            return glyph;
        }
        ticket -= glyph.weight;
    }
    &glyphs[0]
}

/// A bell-shaped random number in (−1, 1) with mean 0 and variance 1/9: the mean of three uniforms.
fn bell(rng: &mut Pcg64Mcg) -> f64 {
    (0..3).map(|_| rng.random_range(-1.0..1.0)).sum::<f64>() / 3.0
}

fn mix(from: f64, to: f64, share: f64) -> f64 {
    from + share * (to - from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Binarization, BinaryImage};

    fn binary(digit: &PenDigit) -> BinaryImage {
        Binarization::default().apply(&digit.image)
    }

    fn ink_of(digit: &PenDigit) -> f64 {
        digit.image.pixels().iter().map(|&ink| f64::from(ink)).sum()
    }

    #[test]
    fn the_same_seed_writes_the_same_digits() {
        let write = |seed| StrokeGenerator::new(seed).take(50).collect::<Vec<_>>();
        assert_eq!(write(3), write(3));
        assert_ne!(write(3), write(4));
        assert_eq!(gallery(), gallery());
        assert_eq!(PenDigit::write(7, 11), PenDigit::write(17, 11));
    }

    #[test]
    fn the_gallery_is_thirty_labelled_digits() {
        let gallery = gallery();
        assert_eq!(gallery.len(), GALLERY_LEN);
        assert!(gallery.iter().enumerate().all(|(n, digit)| usize::from(digit.label) == n % 10));
    }

    #[test]
    fn the_gallery_is_held_out() {
        let gallery: Vec<_> = gallery().iter().map(binary).collect();
        for seed in [0, 1, GALLERY_BIT, u64::MAX] {
            for digit in StrokeGenerator::new(seed).take(1000) {
                assert!(!gallery.contains(&binary(&digit)));
            }
        }
    }

    #[test]
    fn every_class_is_drawn_equally_often() {
        let mut counts = [0.0_f64; 10];
        for digit in StrokeGenerator::new(1).take(5000) {
            counts[usize::from(digit.label)] += 1.0;
        }
        let chi_squared: f64 = counts.iter().map(|n| (n - 500.0) * (n - 500.0) / 500.0).sum();
        // Chi-squared with 9 degrees of freedom: a false alarm once in 1e4 choices of the seed.
        assert!(chi_squared < 33.72, "{counts:?}");
    }

    #[test]
    fn the_ink_is_sane_and_inside_the_frame() {
        for digit in StrokeGenerator::new(5).take(2000) {
            let pixels = digit.image.pixels();
            assert!(pixels.iter().all(|ink| (0.0..=1.0).contains(ink)));
            assert!(pixels.iter().any(|&ink| ink > 0.9), "a {} without full ink", digit.label);
            let extent = |line: fn(usize) -> usize| {
                let lines = (0..pixels.len()).filter(|&index| pixels[index] > 0.0).map(line);
                lines.clone().max().unwrap() - lines.min().unwrap() + 1
            };
            let (rows, columns) = (extent(|index| index / SIDE), extent(|index| index % SIDE));
            assert_eq!(rows.max(columns), INK_BOX, "a {} of {rows}×{columns}", digit.label);
            // MNIST's digits have 20 to 300 units of ink.
            assert!((20.0..300.0).contains(&ink_of(&digit)), "a {}", digit.label);
        }
    }

    /// The mean of MNIST's 10 000 test images is 0.1325 and its centre of mass pixel 14.0.
    #[test]
    fn there_is_as_much_ink_as_in_mnist_and_in_the_same_place() {
        let digits: Vec<_> = StrokeGenerator::new(6).take(2000).collect();
        let (mut ink, mut row, mut column) = (0.0, 0.0, 0.0);
        for digit in &digits {
            let total = ink_of(digit);
            ink += total / (digits.len() * SIDE * SIDE) as f64;
            for (index, &value) in digit.image.pixels().iter().enumerate() {
                let share = f64::from(value) / total / digits.len() as f64;
                row += share * (index / SIDE) as f64;
                column += share * (index % SIDE) as f64;
            }
        }
        assert!((ink - 0.1325).abs() < 0.01, "mean {ink}");
        assert!((row - 14.0).abs() < 0.1 && (column - 14.0).abs() < 0.1, "{row}, {column}");
    }

    #[test]
    fn black_and_white_digits_are_told_apart_by_their_nearest_neighbour() {
        let known: Vec<_> = (0..2000_u64).map(|n| PenDigit::write((n % 10) as u8, n)).collect();
        let known: Vec<_> = known.iter().map(|digit| (digit.label, bits(digit))).collect();
        let label_of = |digit: &PenDigit| {
            let pixels = bits(digit);
            let differ = |(_, other): &&(u8, Vec<u64>)| -> u32 {
                pixels.iter().zip(other).map(|(a, b)| (a ^ b).count_ones()).sum()
            };
            known.iter().min_by_key(differ).map(|(label, _)| *label)
        };
        assert!(gallery().iter().all(|digit| label_of(digit) == Some(digit.label)));
        let new: Vec<_> = StrokeGenerator::new(9).take(500).collect();
        let right = new.iter().filter(|digit| label_of(digit) == Some(digit.label)).count();
        // MNIST's own nearest-neighbour error with 60 000 examples is 3 %.
        assert!(right >= 485, "{right} of 500");
    }

    fn bits(digit: &PenDigit) -> Vec<u64> {
        let pixels: Vec<bool> = binary(digit).pixels().collect();
        pixels
            .chunks(64)
            .map(|word| word.iter().fold(0, |bits, &ink| bits << 1 | u64::from(ink)))
            .collect()
    }

    #[test]
    fn the_bell_has_its_mean_and_variance() {
        let mut rng = Pcg64Mcg::seed_from_u64(1);
        let n = 40_000.0;
        let values: Vec<f64> = (0..40_000).map(|_| bell(&mut rng)).collect();
        let mean = values.iter().sum::<f64>() / n;
        let variance = values.iter().map(|value| value * value).sum::<f64>() / n;
        assert!(values.iter().all(|value| value.abs() < 1.0));
        // The variances of a value and of its square are 1/9 and 1.6/81: five standard errors or
        // more, a false alarm less than once in 1e6 choices of the seed.
        assert!(mean.abs() < 5.0 / (3.0 * n.sqrt()), "{mean}");
        assert!((variance - 1.0 / 9.0).abs() < 5.0 / (6.0 * n.sqrt()), "{variance}");
    }
}
