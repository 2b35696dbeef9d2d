//! Latent points at equal distances over the visible part of the plane, at which the decoder's images are shown.

use super::PlaneView;

/// The most tiles that are asked for: an image of each is decoded whenever the view rests.
const MOST: usize = 400;

/// Squares of the latent plane, each with a point in its middle.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tiling {
    /// Side of a square in latent units.
    pub side: f64,
    /// The middles.
    pub centres: Vec<[f64; 2]>,
}

impl Tiling {
    /// The squares that a view shows a part of, `pixels` wide on its screen. Their middles are multiples of the side, so
    /// that a view that is moved keeps those that stay in sight.
    pub fn of(view: &PlaneView, pixels: f64) -> Self {
        let side = pixels / view.scale;
        let [across, up] = view
            .ranges()
            .map(|[low, high]| ((low / side).round() as i64, (high / side).round() as i64));
        let count = |(low, high): (i64, i64)| (high - low + 1).max(0) as usize;
        if !side.is_finite() || side <= 0.0 || count(across).saturating_mul(count(up)) > MOST {
            return Self::default();
        }
        let row = |second: i64| {
            (across.0..=across.1).map(move |first| [first as f64 * side, second as f64 * side])
        };
        Self { side, centres: (up.0..=up.1).flat_map(row).collect() }
    }

    /// How strongly an image is drawn, in [0, 1]: the prior N(0, I) hardly goes where it fades.
    pub fn strength([first, second]: [f64; 2]) -> f64 {
        const FADES: [f64; 2] = [2.5, 4.5];
        const LEAST: f64 = 0.3;
        let share = (first.hypot(second) - FADES[0]) / (FADES[1] - FADES[0]);
        1.0 - (1.0 - LEAST) * share.clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VIEW: PlaneView = PlaneView { centre: [0.3, -1.2], scale: 640.0, size: [576.0, 544.0] };

    #[test]
    fn the_tiles_cover_the_view() {
        let tiling = Tiling::of(&VIEW, 64.0);
        assert_eq!(tiling.side, 0.1);
        for x in [0.0, 100.0, 333.0, 576.0] {
            for y in [0.0, 250.0, 544.0] {
                let at = VIEW.data_from_screen([x, y]);
                let is_over = |centre: &[f64; 2]| {
                    (0..2).all(|axis| (centre[axis] - at[axis]).abs() <= 0.5 * tiling.side + 1e-9)
                };
                assert!(tiling.centres.iter().any(is_over), "nothing at {x}, {y}");
            }
        }
        assert!(tiling.centres.len() <= 110, "{}", tiling.centres.len());
    }

    #[test]
    fn a_view_that_is_moved_keeps_its_tiles() {
        let before = Tiling::of(&VIEW, 64.0);
        let after = Tiling::of(&VIEW.panned([100.0, -30.0]), 64.0);
        let kept = after.centres.iter().filter(|centre| before.centres.contains(centre)).count();
        assert!(kept >= 50, "{kept} of {}", after.centres.len());
    }

    #[test]
    fn a_view_without_size_or_with_too_many_has_none() {
        assert_eq!(Tiling::of(&PlaneView { scale: 0.0, ..VIEW }, 64.0), Tiling::default());
        assert_eq!(Tiling::of(&PlaneView { size: [1e5; 2], ..VIEW }, 64.0), Tiling::default());
    }

    #[test]
    fn images_fade_where_the_prior_never_goes() {
        assert_eq!(Tiling::strength([0.0, 2.0]), 1.0);
        assert!((Tiling::strength([3.5, 0.0]) - 0.65).abs() < 1e-12);
        assert!((Tiling::strength([20.0, -20.0]) - 0.3).abs() < 1e-12);
    }
}
