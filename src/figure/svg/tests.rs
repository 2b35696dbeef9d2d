//! Tests of the SVG: which elements are drawn, and where.

use super::*;
use crate::figure::Role;

const FRAME: Frame = Frame { size: [400.0, 300.0], line: 14.0 };

fn figure(marks: Vec<Mark>) -> Figure {
    Figure {
        name: "test".into(),
        caption: String::new(),
        x: Axis::linear("z", [-2.0, 2.0]),
        y: Axis::linear("p", [0.0, 1.0]),
        marks,
        handles: Vec::new(),
        summary: String::new(),
    }
}

#[test]
fn screen_and_data_take_each_other_back() {
    let figure = figure(Vec::new());
    for point in [[-2.0, 0.0], [0.5, 0.25], [2.0, 1.0]] {
        let back = FRAME.data_from_screen(&figure, FRAME.screen_from_data(&figure, point));
        assert!((back[0] - point[0]).abs() < 1e-12 && (back[1] - point[1]).abs() < 1e-12);
    }
    let [left, top, right, bottom] = FRAME.inside(&figure);
    for (point, expected) in [([-2.0, 0.0], [left, bottom]), ([2.0, 1.0], [right, top])] {
        let found = FRAME.screen_from_data(&figure, point);
        assert!(found.iter().zip(expected).all(|(f, e)| (f - e).abs() < 1e-9), "{found:?}");
    }
}

#[test]
fn what_is_not_finite_is_left_out() {
    let points = vec![[-1.0, 0.2], [0.0, f64::NAN], [1.0, 0.4], [1.5, f64::INFINITY]];
    let marks = vec![
        Mark::new(Role::Q, Shape::Line(points)),
        Mark::new(Role::Sampling, Shape::Dots(vec![[f64::NAN, 0.1, 2.0], [0.0, 0.1, 2.0]])),
        Mark::new(Role::Evidence, Shape::Level(f64::NAN)),
        Mark::new(Role::Gap, Shape::Band(vec![[f64::NAN; 3]])),
        Mark::new(Role::Gap, Shape::Line(Vec::new())),
    ];
    let drawn = svg(&figure(marks), &FRAME, Language::En);
    assert!(!drawn.contains("NaN") && !drawn.contains("inf\""), "{drawn}");
    assert_eq!(drawn.matches("<circle").count(), 1);
    assert!(!drawn.contains("d=\"Z") && !drawn.contains("d=\"\""), "{drawn}");
    let line = drawn.split("line q").nth(1).and_then(|rest| rest.split('"').nth(2));
    assert_eq!(line.map(|d| d.matches('M').count()), Some(2), "{line:?}");
}

#[test]
fn no_size_of_numbers_is_drawn_as_nan() {
    for value in [1e16, -3.1e30, 1e300, f64::MAX, f64::MIN, 5e-324, 0.0] {
        for range in [[value, value], [-value.abs(), value.abs()], [0.0, value]] {
            let line = Shape::Line(vec![[range[0], 0.0], [value, 0.5], [f64::MAX, 1.0]]);
            let mut figure = figure(vec![Mark::new(Role::Q, line)]);
            (figure.x, figure.y) = (Axis::linear("z", range), Axis::linear("p", range));
            let drawn = svg(&figure, &FRAME, Language::En);
            assert!(!drawn.contains("NaN") && !drawn.contains("inf"), "{range:?}: {drawn}");
        }
    }
}

#[test]
fn cells_of_one_opacity_are_one_path() {
    let cells = vec![
        [-2.0, -1.0, 0.0, 0.5, 1.0],
        [-1.0, 0.0, 0.0, 0.5, 0.4],
        [0.0, 1.0, 0.5, 1.0, 0.401],
        [1.0, 2.0, 0.5, 1.0, 0.0],
        [1.0, f64::NAN, 0.5, 1.0, 1.0],
        [1.0, 2.0, 0.5, 1.0, f64::NAN],
    ];
    let drawn =
        svg(&figure(vec![Mark::new(Role::Posterior, Shape::Cells(cells))]), &FRAME, Language::En);
    let inside = drawn.split("cells posterior").nth(1).unwrap();
    assert_eq!(inside.matches("<path").count(), 2, "{inside}");
    assert!(!inside.contains("NaN"), "{inside}");
    let faint = inside.split("fill-opacity=\"0.40\"").nth(1).unwrap();
    assert_eq!(faint.split("/>").next().map(|path| path.matches('M').count()), Some(2));
    // A quarter of the width and half of the height inside the axes.
    let [left, top, right, bottom] = FRAME.inside(&figure(Vec::new()));
    let (width, height) = ((right - left) / 4.0, (bottom - top) / 2.0);
    assert!(inside.contains(&format!("h{width:.1}v{height:.1}h-{width:.1}z")), "{inside}");
}

#[test]
fn words_cannot_become_markup() {
    let label = Shape::Label([0.0, 0.5], "K < 8 & <b>".to_owned());
    let drawn = svg(&figure(vec![Mark::new(Role::Guide, label)]), &FRAME, Language::En);
    assert!(drawn.contains("K &lt; 8 &amp; &lt;b&gt;"), "{drawn}");
}

#[test]
fn a_word_at_the_edge_stays_inside() {
    let word = |at, text: &str| Mark::new(Role::Guide, Shape::Label(at, text.to_owned()));
    let marks = vec![word([1.9, 1.0], "ninety words"), word([-1.0, 0.5], "one")];
    let drawn = svg(&figure(marks), &FRAME, Language::En);
    let [_, top, right, _] = FRAME.inside(&figure(Vec::new()));
    let number = |text: &str, name: &str| -> f64 {
        let rest = text.split(&format!(" {name}=\"")).nth(1).unwrap();
        rest.split('"').next().unwrap().parse().unwrap()
    };
    let notes: Vec<_> = drawn.split("<text class=\"note").skip(1).collect();
    assert!(notes[0].contains("\"end\"") && notes[1].contains("\"start\""), "{notes:?}");
    assert!(number(notes[0], "x") < right && number(notes[0], "y") > top + 10.0, "{notes:?}");
}

#[test]
fn numbers_follow_the_language() {
    let drawn = svg(&figure(Vec::new()), &FRAME, Language::Pt);
    assert!(drawn.contains(">0,4<") && drawn.contains(">−2<"), "{drawn}");
}

#[test]
fn signs_and_pixels_stand_where_they_belong() {
    let raster = Shape::Raster { png: b"png".to_vec(), place: [-2.0, 2.0, 0.0, 0.5] };
    let signs = Shape::Signs(vec![[0.0, 0.5], [f64::NAN, 0.5]], "3".to_owned());
    let marks = vec![Mark::new(Role::Guide, raster), Mark::new(Role::Class(3), signs)];
    let figure = figure(marks);
    let drawn = svg(&figure, &FRAME, Language::En);
    assert!(drawn.contains("href=\"data:image/png;base64,cG5n\""), "{drawn}");
    assert_eq!(drawn.matches(">3</text>").count(), 1, "{drawn}");
    let [x, _] = FRAME.screen_from_data(&figure, [0.0, 0.5]);
    assert!(drawn.contains(&format!("<g class=\"signs class-3\"><text x=\"{x:.1}\"")), "{drawn}");
}

#[test]
fn a_long_number_at_the_right_end_stays_on_the_sheet() {
    let mut figure = figure(Vec::new());
    figure.x = Axis::linear("steps", [0.0, 1_000_000.0]);
    let drawn = svg(&figure, &FRAME, Language::En);
    let before = drawn.split(">1000000<").next().unwrap();
    let x: f64 =
        before.rsplit("<text x=\"").next().unwrap().split('"').next().unwrap().parse().unwrap();
    // Seven digits of 0.648, centred.
    assert!(x + 3.5 * 0.648 * FRAME.line <= FRAME.size[0] + 0.1, "{x}");
}

#[test]
fn a_long_number_at_the_left_has_room() {
    let mut figure = figure(Vec::new());
    for range in [[-50_000.0, 50_000.0], [-0.0004, 0.0], [0.0, 1.0]] {
        figure.y = Axis::linear("nats", range);
        let left = FRAME.inside(&figure)[0];
        let numbers = figure.y.numbers(Direction::Up, 18.0, Language::En);
        assert!(numbers.len() >= 3, "{numbers:?}");
        for (_, text) in numbers {
            // By the font's own widths: minus 0.659, digits 0.648, full stop and comma at most 0.289.
            let width = |sign| match sign {
                '−' => 0.659,
                '.' | ',' => 0.289,
                _ => 0.648,
            };
            let width: f64 = FRAME.line * text.chars().map(width).sum::<f64>();
            assert!(left - NUMBER_GAP * FRAME.line - width >= 0.0, "{text} is cut: {left}");
        }
    }
}

#[test]
fn a_unit_of_a_plane_is_equally_long_both_ways() {
    let mut figure = figure(Vec::new());
    for (x, y) in [([-2.6, 2.6], [-2.6, 2.6]), ([-1.0, 4.0], [0.0, 1.0]), ([0.0, 1.0], [-3.0, 9.0])]
    {
        (figure.x, figure.y) = (Axis::plane("z₁", x), Axis::plane("z₂", y));
        let at = |point| FRAME.screen_from_data(&figure, point);
        let ([x0, y0], [x1, y1]) = (at([0.0, 0.0]), at([0.5, 0.5]));
        assert!(((x1 - x0) - (y0 - y1)).abs() < 1e-9, "{x:?} {y:?}");
        let [left, top, right, bottom] = FRAME.inside(&figure);
        assert!(left > 0.0 && top > 0.0 && right < FRAME.size[0] && bottom < FRAME.size[1]);
    }
}

#[test]
fn a_sheet_without_room_is_empty() {
    let frame = Frame { size: [20.0, 20.0], line: 14.0 };
    assert_eq!(svg(&figure(Vec::new()), &frame, Language::En), "");
}
