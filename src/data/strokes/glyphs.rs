//! The control points of the pen strokes of each digit, in several variants.

/// A point of a glyph: x to the right (about 0 to 0.75), y downwards from 0 (top) to 1 (bottom).
pub(super) type GlyphPoint = (f64, f64);

/// The [`GlyphPoint`]s of a stroke, x before y in hundredths, so that it fits on one line.
macro_rules! points {
    ($($x:literal $y:literal),+) => { &[$(($x as f64 / 100.0, $y as f64 / 100.0)),+] };
}

/// A stroke as a curve through its points, in two extreme forms between which a handwriting lies. A point given twice
/// is a corner. A stroke that ends where it began, without a corner there, is a smooth closed curve.
pub(super) struct GlyphStroke {
    /// One extreme form.
    pub(super) from: &'static [GlyphPoint],
    /// The other extreme form, with as many points.
    pub(super) to: &'static [GlyphPoint],
}

/// A variant of a digit.
pub(super) struct Glyph {
    /// Its frequency relative to the other variants of the digit.
    pub(super) weight: u32,
    /// The strokes, in order.
    pub(super) strokes: &'static [GlyphStroke],
}

/// The variants of each digit, by label.
pub(super) const GLYPHS: [&[Glyph]; 10] =
    [ZERO, ONE, TWO, THREE, FOUR, FIVE, SIX, SEVEN, EIGHT, NINE];

const ZERO: &[Glyph] = &[
    // A closed oval, from narrow to round.
    Glyph {
        weight: 3,
        strokes: &[GlyphStroke {
            from: points![42 0, 24 14, 14 48, 18 82, 36 100, 54 84, 62 50, 58 15, 42 0],
            to: points![40 0, 12 12, 0 48, 10 86, 42 100, 72 86, 84 48, 72 12, 40 0],
        }],
    },
    // The end crosses the beginning.
    Glyph {
        weight: 1,
        strokes: &[GlyphStroke {
            from: points![50 6, 30 4, 13 26, 8 58, 20 92, 42 97, 60 72, 62 36, 50 8, 36 0],
            to: points![58 10, 34 0, 8 20, 0 56, 16 92, 48 99, 74 76, 78 36, 60 10, 38 4],
        }],
    },
];

const ONE: &[Glyph] = &[
    // A bar.
    Glyph {
        weight: 5,
        strokes: &[GlyphStroke {
            from: points![35 0, 35 50, 35 100],
            to: points![37 0, 33 50, 36 100],
        }],
    },
    // With a flag.
    Glyph {
        weight: 2,
        strokes: &[GlyphStroke {
            from: points![20 20, 38 0, 38 0, 37 50, 36 100],
            to: points![10 26, 38 0, 38 0, 38 50, 38 100],
        }],
    },
    // With a flag and a foot.
    Glyph {
        weight: 1,
        strokes: &[
            GlyphStroke {
                from: points![18 20, 36 0, 36 0, 36 50, 36 98],
                to: points![12 24, 38 0, 38 0, 38 50, 38 98],
            },
            GlyphStroke { from: points![16 98, 56 98], to: points![10 100, 66 97] },
        ],
    },
];

const TWO: &[Glyph] = &[
    // A sharp turn at the foot.
    Glyph {
        weight: 3,
        strokes: &[GlyphStroke {
            from: points![10 22, 22 4, 42 0, 60 14, 58 36, 42 62, 22 84, 6 98, 6 98, 34 97, 66 96],
            to: points![2 20, 20 2, 48 0, 70 16, 66 38, 46 62, 20 82, 0 96, 0 96, 40 93, 84 98],
        }],
    },
    // A loop at the foot.
    Glyph {
        weight: 2,
        strokes: &[GlyphStroke {
            from: points![
                10 20, 24 3, 46 2, 60 20, 52 48, 34 78,
                15 96, 3 88, 13 74, 34 86, 52 97, 74 88
            ],
            to: points![
                4 24, 20 4, 48 0, 68 20, 60 48, 38 80,
                14 98, 0 86, 14 70, 40 84, 64 96, 90 86
            ],
        }],
    },
];

const THREE: &[Glyph] = &[
    // Two bows.
    Glyph {
        weight: 4,
        strokes: &[GlyphStroke {
            from: points![
                6 12, 28 0, 50 8, 54 27, 40 42, 22 48,
                22 48, 46 52, 60 68, 55 88, 32 100, 4 92
            ],
            to: points![
                2 16, 28 0, 60 6, 64 26, 46 42, 26 46,
                26 46, 56 50, 74 68, 66 90, 36 100, 0 86
            ],
        }],
    },
    // A flat top.
    Glyph {
        weight: 1,
        strokes: &[GlyphStroke {
            from: points![
                8 2, 32 3, 58 2, 58 2, 44 22, 28 42,
                28 42, 54 50, 64 70, 50 94, 24 100, 2 90
            ],
            to: points![
                2 6, 32 4, 66 0, 66 0, 48 20, 30 38,
                30 38, 62 46, 74 70, 60 92, 30 100, 0 92
            ],
        }],
    },
];

const FOUR: &[Glyph] = &[
    // Open, with a corner.
    Glyph {
        weight: 3,
        strokes: &[
            GlyphStroke {
                from: points![14 6, 10 30, 7 54, 7 54, 36 54, 68 50],
                to: points![22 0, 12 28, 0 58, 0 58, 40 60, 84 54],
            },
            GlyphStroke { from: points![56 4, 55 50, 53 100], to: points![66 2, 60 50, 54 100] },
        ],
    },
    // Closed.
    Glyph {
        weight: 1,
        strokes: &[
            GlyphStroke {
                from: points![50 0, 26 30, 4 62, 4 62, 40 63, 74 62],
                to: points![56 0, 26 32, 0 66, 0 66, 42 66, 86 64],
            },
            GlyphStroke { from: points![50 0, 50 50, 50 100], to: points![56 0, 56 50, 55 100] },
        ],
    },
    // Open and rounded.
    Glyph {
        weight: 2,
        strokes: &[
            GlyphStroke {
                from: points![12 4, 7 30, 16 50, 38 50, 58 38],
                to: points![8 0, 0 30, 10 54, 38 56, 66 42],
            },
            GlyphStroke { from: points![60 4, 57 45, 54 100], to: points![72 2, 66 45, 58 100] },
        ],
    },
];

const FIVE: &[Glyph] = &[
    // Stem and bow, then the bar on top.
    Glyph {
        weight: 3,
        strokes: &[
            GlyphStroke {
                from: points![20 4, 17 24, 15 44, 15 44, 34 40, 54 50, 58 72, 46 94, 24 100, 4 92],
                to: points![20 4, 14 24, 10 46, 10 46, 38 36, 66 48, 72 72, 56 95, 26 100, 0 90],
            },
            GlyphStroke { from: points![20 4, 40 3, 62 0], to: points![20 4, 50 5, 82 0] },
        ],
    },
    // In one movement, the stem a soft curve.
    Glyph {
        weight: 1,
        strokes: &[GlyphStroke {
            from: points![62 2, 40 3, 20 7, 13 26, 22 42, 44 49, 57 66, 48 92, 24 100, 2 93],
            to: points![78 0, 46 2, 18 6, 6 28, 20 43, 50 50, 68 68, 56 92, 28 100, 0 92],
        }],
    },
];

const SIX: &[Glyph] = &[
    // A curved stem.
    Glyph {
        weight: 3,
        strokes: &[GlyphStroke {
            from: points![48 0, 26 20, 12 48, 8 76, 20 97, 42 97, 55 80, 47 60, 28 58, 10 74],
            to: points![60 2, 30 14, 7 44, 2 74, 18 98, 52 98, 70 74, 57 51, 30 50, 5 72],
        }],
    },
    // A straight stem.
    Glyph {
        weight: 1,
        strokes: &[GlyphStroke {
            from: points![34 0, 18 36, 7 72, 16 96, 38 98, 52 80, 43 62, 25 62, 8 78],
            to: points![38 0, 16 34, 2 70, 16 97, 46 98, 62 78, 50 58, 28 57, 4 76],
        }],
    },
];

const SEVEN: &[Glyph] = &[
    // Plain.
    Glyph {
        weight: 3,
        strokes: &[GlyphStroke {
            from: points![6 8, 32 5, 58 4, 58 4, 44 36, 34 68, 30 100],
            to: points![0 6, 36 3, 76 2, 76 2, 54 36, 36 68, 24 100],
        }],
    },
    // With a bar.
    Glyph {
        weight: 1,
        strokes: &[
            GlyphStroke {
                from: points![6 6, 32 4, 60 3, 60 3, 48 36, 38 68, 32 100],
                to: points![0 6, 36 3, 74 2, 74 2, 56 36, 40 68, 26 100],
            },
            GlyphStroke { from: points![22 54, 62 50], to: points![20 52, 74 46] },
        ],
    },
    // With a serif.
    Glyph {
        weight: 1,
        strokes: &[GlyphStroke {
            from: points![6 20, 8 4, 8 4, 34 4, 62 3, 62 3, 46 48, 34 100],
            to: points![0 22, 4 5, 4 5, 38 6, 74 2, 74 2, 50 48, 30 100],
        }],
    },
];

const EIGHT: &[Glyph] = &[
    // In one movement, as an S that returns to its start.
    Glyph {
        weight: 3,
        strokes: &[GlyphStroke {
            from: points![
                52 15, 38 0, 22 10, 23 32, 37 48, 50 66, 50 90,
                33 100, 17 90, 18 68, 35 48, 49 32, 52 15
            ],
            to: points![
                63 14, 40 0, 14 10, 16 34, 40 48, 63 66, 63 90,
                34 100, 7 90, 9 68, 36 50, 59 34, 63 14
            ],
        }],
    },
    // Begun and ended at the top right.
    Glyph {
        weight: 2,
        strokes: &[GlyphStroke {
            from: points![
                56 10, 40 0, 20 10, 22 32, 38 48, 50 68,
                46 92, 30 100, 17 88, 24 66, 40 44, 58 16
            ],
            to: points![
                64 6, 42 0, 14 10, 16 33, 40 50, 58 70,
                50 93, 28 100, 10 88, 20 66, 42 46, 70 15
            ],
        }],
    },
    // Two rings.
    Glyph {
        weight: 1,
        strokes: &[
            GlyphStroke {
                from: points![36 46, 23 34, 22 12, 36 0, 50 12, 49 34, 36 46],
                to: points![38 45, 14 34, 13 11, 38 0, 61 11, 59 34, 38 45],
            },
            GlyphStroke {
                from: points![36 46, 19 60, 17 87, 36 100, 55 87, 53 60, 36 46],
                to: points![38 45, 9 60, 5 88, 38 100, 70 88, 67 60, 38 45],
            },
        ],
    },
];

const NINE: &[Glyph] = &[
    // A ring and a straight stem.
    Glyph {
        weight: 3,
        strokes: &[
            GlyphStroke {
                from: points![56 14, 40 1, 20 8, 12 28, 22 46, 42 42, 56 22],
                to: points![66 14, 42 0, 12 7, 2 30, 18 51, 46 44, 66 22],
            },
            GlyphStroke { from: points![56 14, 55 50, 50 100], to: points![66 14, 63 50, 52 100] },
        ],
    },
    // In one movement, with a curved tail.
    Glyph {
        weight: 1,
        strokes: &[GlyphStroke {
            from: points![
                56 15, 40 0, 20 7, 12 28, 22 46, 43 40,
                56 15, 56 15, 57 52, 50 86, 30 100, 12 93
            ],
            to: points![
                64 16, 42 0, 14 7, 4 30, 20 50, 48 42,
                64 16, 64 16, 66 54, 54 90, 26 100, 4 90
            ],
        }],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_hands_make_the_same_movements() {
        for (label, glyphs) in GLYPHS.iter().enumerate() {
            assert!(glyphs.iter().all(|glyph| glyph.weight > 0), "digit {label}");
            for stroke in glyphs.iter().flat_map(|glyph| glyph.strokes) {
                assert_eq!(stroke.from.len(), stroke.to.len(), "digit {label}");
                assert!(stroke.from.len() > 1, "digit {label}");
                // Corners are at the same places, and both are closed or both open.
                let corners = |points: &[GlyphPoint]| -> Vec<bool> {
                    points.windows(2).map(|pair| pair[0] == pair[1]).collect()
                };
                assert_eq!(corners(stroke.from), corners(stroke.to), "digit {label}");
                let closed = |points: &[GlyphPoint]| points.first() == points.last();
                assert_eq!(closed(stroke.from), closed(stroke.to), "digit {label}");
            }
        }
    }

    #[test]
    fn points_lie_where_the_sheet_is() {
        for stroke in GLYPHS.iter().flat_map(|glyphs| *glyphs).flat_map(|glyph| glyph.strokes) {
            for (x, y) in stroke.from.iter().chain(stroke.to) {
                assert!((0.0..=0.9).contains(x) && (0.0..=1.0).contains(y), "({x}, {y})");
            }
        }
    }
}
