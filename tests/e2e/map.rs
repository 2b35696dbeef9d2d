//! What stands behind the plane: the decoder's images, and the map of the whole prior.

use crate::harness::{Page, visit};

const START: &str = "#/bench?x=digits.3&mu=0.9,-1.4&sigma=0.2,0.12&rho=-0.5&k=64&seed=7";

/// The share of a canvas's pixels that have ink; waits for the first.
fn ink(page: &Page, canvas: &str) -> f64 {
    let script = format!(
        "const canvas = document.querySelector('{canvas}');
         const {{ width, height }} = canvas;
         const {{ data }} = canvas.getContext('2d').getImageData(0, 0, width, height);
         let inked = 0;
         for (let at = 3; at < data.length; at += 4) inked += data[at] > 0;
         return inked / (width * height)"
    );
    let share = || page.eval(&script).as_f64().unwrap_or_default();
    page.wait_for(&format!("ink on {canvas}"), || share() > 0.0);
    share()
}

#[test]
fn every_point_of_the_plane_is_an_image() {
    visit(|page| {
        page.open(START);
        // A stroke covers about a tenth of an image, which takes half of its tile.
        for canvas in ["#plane > canvas:nth-of-type(2)", "#prior-map canvas"] {
            let share = ink(page, canvas);
            assert!((0.02..0.98).contains(&share), "{canvas}: {share}");
        }
    });
}

#[test]
fn the_map_moves_the_view() {
    visit(|page| {
        page.open(START);
        let (scale, mean) = (page.pixels_per_unit(), page.mean());
        // From the middle of the map, which is z = 0, to the left; 144 of its pixels are six units of z.
        page.drag("#prior-map canvas", -10.0, 0.0);
        let middle = [-10.0 * 6.0 / 144.0, 0.0];
        let (plane, handle) = (page.centre("#plane-overlay"), page.centre("#handle-mean"));
        let [right, up] = [handle.x - plane.x, plane.y - handle.y].map(|length| length / scale);
        // A pointer is at whole pixels.
        let pixel = 6.0 / 144.0;
        assert!((right - (mean[0] - middle[0])).abs() < pixel, "{plane:?}, {handle:?}");
        assert!((up - (mean[1] - middle[1])).abs() < pixel, "{plane:?}, {handle:?}");
        assert_eq!((page.pixels_per_unit(), page.mean()), (scale, mean), "only the view moves");
    });
}
