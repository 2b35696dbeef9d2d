//! Three sizes of screen: nothing to scroll in the lecture hall, nothing too small anywhere.

use crate::harness::{Page, visit};

/// Shared by several scripts: visible elements, except those for screen readers only.
const SHARED: &str = "
    const tiny = (box) => box.width <= 1 || box.height <= 1;
    const unseen = new Map();
    const hides = (part) => {
        if (!part) return false;
        if (!unseen.has(part)) {
            const { position, overflow } = getComputedStyle(part);
            const box = position === 'absolute' && overflow !== 'visible' && part.getBoundingClientRect();
            unseen.set(part, box && tiny(box) || hides(part.parentElement));
        }
        return unseen.get(part);
    };
    const hidden = (part) =>
        !part.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || hides(part)
        || !part.getClientRects().length && getComputedStyle(part).display === 'none';
    const name = (part) => `${part.tagName.toLowerCase()}#${part.id}.${part.getAttribute('class') ?? ''}`
        + ` ${part.dataset.action ?? part.dataset.metric ?? ''} «${(part.textContent ?? '').trim().slice(0, 40)}»`;
    const shown = (selector) =>
        [...document.querySelectorAll(selector)].filter((part) => !hidden(part));
";

pub fn offences(page: &Page, script: &str) -> Vec<String> {
    page.list_of(&format!("{SHARED} {script}"))
}

/// Text smaller than `least` pixels as rendered; the scripts of a formula may be smaller.
pub fn small_text(page: &Page, least: u32) -> Vec<String> {
    offences(page, &small_text_script(least))
}

fn small_text_script(least: u32) -> String {
    format!(
        "const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
         const found = new Set();
         while (walker.nextNode()) {{
             const parent = walker.currentNode.parentElement;
             if (!walker.currentNode.data.trim() || hidden(parent)) continue;
             if (parent.closest('option, script, style, sub, sup, msub, msup, msubsup, mover, munderover, mfrac')
                 || parent.closest('munder') && !parent.matches('.live'))
                 continue;
             const matrix = parent.ownerSVGElement && parent.getScreenCTM();
             const scale = matrix ? Math.hypot(matrix.b, matrix.d) : 1;
             const size = parseFloat(getComputedStyle(parent).fontSize) * scale;
             if (size < {least} - 0.01) found.add(`${{size}} px: ${{name(parent)}}`);
         }}
         return [...found]"
    )
}

/// Numbers and controls that are not completely in the viewport.
pub fn outside(page: &Page) -> Vec<String> {
    offences(
        page,
        "return shown('[data-metric], input, select, button[data-action], #plane').filter((part) => {
             if (part.closest('dialog, details, [data-scrolls]') || part.type === 'file') return false;
             const box = part.getBoundingClientRect();
             return !tiny(box) && (box.left < -1 || box.top < -1
                 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1);
         }).map(name)",
    )
}

/// Text that is cut off by its own box.
pub fn cut_off(page: &Page) -> Vec<String> {
    offences(page, CUT_OFF)
}

const CUT_OFF: &str = "
    return shown('body *:not(svg *, select *, option)').filter((part) => {
        if (!part.innerText?.trim() || part.closest('svg, select, [data-scrolls]')) return false;
        const { overflowX, overflowY } = getComputedStyle(part);
        const clips = (overflow) => overflow === 'hidden' || overflow === 'clip';
        return clips(overflowX) && part.scrollWidth > part.clientWidth + 1
            || clips(overflowY) && part.scrollHeight > part.clientHeight + 1;
    }).map(name)";

/// Pairs of buttons, fields and sliders that overlap, or that overlap the legend of their own figure: the legend of
/// another one may be under a figure that is sticky while the page scrolls.
pub fn overlapping(page: &Page) -> Vec<String> {
    offences(page, OVERLAPPING)
}

const OVERLAPPING: &str = "
    const words = '.key > span';
    const parts = shown(`button, input:not([type=file]), select, ${words}`)
        .filter((part) => !part.closest('dialog'));
    const boxes = parts.map((part) => part.getBoundingClientRect());
    const picture = (part) => part.closest('figure, section, main');
    const pairs = [];
    for (let i = 0; i < parts.length; i++) for (let j = 0; j < i; j++) {
        const [a, b] = [boxes[i], boxes[j]];
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        const isOfWords = parts[i].matches(words) || parts[j].matches(words);
        if (isOfWords && picture(parts[i]) !== picture(parts[j])) continue;
        if (across > 2 && down > 2) pairs.push(`${name(parts[i])} on ${name(parts[j])}`);
    }
    return pairs";

/// All of these at once, as an expression of a script for [`offences`].
pub fn flaws(least: u32) -> String {
    let kinds = [
        ("cut off", CUT_OFF),
        ("overlapping", OVERLAPPING),
        ("too small", &small_text_script(least)),
    ];
    let list = |(kind, script): (&str, &str)| {
        format!("...(() => {{ {script} }})().map((found) => `{kind}: ${{found}}`)")
    };
    format!("[{}]", kinds.map(list).join(", "))
}

pub fn assert_none(what: &str, where_: &str, offences: &[String]) {
    assert!(offences.is_empty(), "{what} ({where_}): {offences:#?}");
}

#[test]
fn the_lecture_hall_needs_no_scrolling() {
    visit(|page| {
        page.open("");
        for (width, height) in [(1280, 720), (1920, 1080)] {
            page.set_viewport(width, height);
            for state in ["lang=en", "lang=pt", "lang=pt&mu=-3.99,-3.99&rho=-0.99"] {
                let place = format!("{width}×{height}, {state}");
                page.go(&format!("#/bench?x=digits.3&{state}"));
                let fits = "const { scrollWidth, scrollHeight } = document.scrollingElement;
                    return scrollWidth <= innerWidth && scrollHeight <= innerHeight
                        ? [] : [`${scrollWidth}×${scrollHeight}`]";
                assert_none("it scrolls", &place, &offences(page, fits));
                assert_none("outside the screen", &place, &outside(page));
                assert_none("cut off", &place, &cut_off(page));
                assert_none("overlapping", &place, &overlapping(page));
                assert_none("text below 13 px", &place, &small_text(page, 13));
                page.picture(&format!("size-{width}-{}.png", &state[5..7]));
            }
        }
    });
}

#[test]
fn the_projector_is_read_from_the_last_row() {
    visit(|page| {
        page.open("#/bench?x=digits.3&lang=pt");
        page.choose("select#theme", "projector");
        for (width, height) in [(1280, 720), (1920, 1080)] {
            page.set_viewport(width, height);
            page.settle();
            let place = format!("{width}×{height}, projector");
            assert_none("text below 20 px", &place, &small_text(page, 20));
            assert_none("outside the screen", &place, &outside(page));
            assert_none("cut off", &place, &cut_off(page));
            assert_none("overlapping", &place, &overlapping(page));
            page.picture(&format!("projector-{width}.png"));
        }
    });
}

#[test]
fn a_phone_scrolls_one_way_and_takes_fingers() {
    visit(|page| {
        page.set_viewport(390, 844);
        for language in ["en", "pt"] {
            page.glance(&format!("#/bench?x=digits.3&lang={language}"));
            let wide = "return document.scrollingElement.scrollWidth <= innerWidth ? []
                : [String(document.scrollingElement.scrollWidth), ...shown('body *').filter((part) =>
                    part.getBoundingClientRect().right > innerWidth + 1).map(name)]";
            assert_none("wider than the screen", language, &offences(page, wide));
            assert_none("text below 13 px", language, &small_text(page, 13));
            assert_none("cut off", language, &cut_off(page));
            assert_none("overlapping", language, &overlapping(page));
            let small =
                "return shown('button, select, input:not([type=file]), a[href], [role=slider]')
                .flatMap((part) => {
                    const box = (part.type === 'checkbox' || part.type === 'radio'
                        ? part.closest('label') ?? part : part).getBoundingClientRect();
                    const fits = box.width >= 43.5 && box.height >= 43.5;
                    return fits ? [] : [`${box.width}×${box.height} ${name(part)}`];
                })";
            assert_none("targets below 44 px", language, &offences(page, small));
            page.picture(&format!("phone-{language}.png"));
        }
        page.assert_sound();
    });
}

#[test]
fn the_picture_follows_the_size_of_the_window() {
    visit(|page| {
        page.glance("#/bench?mu=1,1");
        let small = page.pixels_per_unit();
        page.set_viewport(1920, 1080);
        page.wait_for("a larger plane", || page.pixels_per_unit() > 1.2 * small);
        page.settle();
        // Still to scale: a drag moves the mean by exactly the pointer's distance.
        let (before, scale) = (page.mean(), page.pixels_per_unit());
        page.drag("#handle-mean", -scale, 0.0);
        let moved = page.mean()[0] - before[0];
        assert!((moved + 1.0).abs() <= 1.0 / scale, "moved by {moved}");
    });
}
