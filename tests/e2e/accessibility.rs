//! The browser's accessibility tree; contrast; reduced motion.

use serde_json::{Value, json};

use crate::harness::{Page, visit};

/// Roles of controls and pictures, which need an accessible name.
const NAMED: [&str; 13] = [
    "button",
    "checkbox",
    "combobox",
    "ComboBoxMenuList",
    "dialog",
    "image",
    "link",
    "radio",
    "slider",
    "spinbutton",
    "switch",
    "tab",
    "textbox",
];

/// The nodes of the accessibility tree that are not ignored.
fn tree(page: &Page) -> Vec<Value> {
    let session = &page.browser.session;
    session.devtools("Accessibility.enable", json!({}));
    let tree = session.devtools("Accessibility.getFullAXTree", json!({}));
    let nodes = tree["nodes"].as_array().cloned().unwrap_or_default();
    nodes.into_iter().filter(|node| node["ignored"] != json!(true)).collect()
}

fn role(node: &Value) -> &str {
    node["role"]["value"].as_str().unwrap_or_default()
}

/// The markup of a node, for the message.
fn markup(page: &Page, node: &Value) -> String {
    let of = json!({ "backendNodeId": node["backendDOMNodeId"] });
    let found = page.browser.session.devtools("DOM.getOuterHTML", of);
    found["outerHTML"].as_str().unwrap_or_default().chars().take(160).collect()
}

fn assert_named(page: &Page) {
    let nodes = tree(page);
    let controls: Vec<_> = nodes.iter().filter(|node| NAMED.contains(&role(node))).collect();
    assert!(controls.len() >= 15, "only {} controls in the tree", controls.len());
    let unnamed =
        |node: &&&Value| node["name"]["value"].as_str().unwrap_or_default().trim().is_empty();
    let unnamed: Vec<_> = controls.iter().filter(unnamed).map(|node| markup(page, node)).collect();
    assert!(unnamed.is_empty(), "controls without a name: {unnamed:#?}");
}

#[test]
fn every_control_and_picture_has_a_name() {
    visit(|page| {
        for language in ["en", "pt"] {
            page.glance(&format!("#/bench?x=digits.3&lang={language}"));
            assert_named(page);
        }
        for hash in ["#/labs/bias", "#/train", "#/course", "#/course/teacher", "#/course/elbo/2"] {
            page.go(hash);
            assert_named(page);
        }
        page.go("#/bench?x=digits.3");
        page.click("button[data-action='draw']");
        page.wait_for("the sketch pad", || page.shows("dialog#sketch[open]"));
        let nodes = tree(page);
        let dialog = nodes.iter().find(|node| role(node) == "dialog").expect("a dialog");
        assert!(!dialog["name"]["value"].as_str().unwrap_or_default().is_empty());
    });
}

#[test]
fn the_page_has_a_skeleton() {
    visit(|page| {
        page.glance("");
        assert_eq!((page.count("main"), page.count("h1")), (1, 1));
        assert!(!page.text_of("return document.title").is_empty());
        let polite = page.count("[aria-live=polite], [role=status]");
        assert_eq!(polite, 1, "there are {polite} polite live regions");
        let doubles = page.list_of(
            "const ids = [...document.querySelectorAll('[id]')].map((part) => part.id);
             return ids.filter((id, i) => ids.indexOf(id) !== i)",
        );
        assert!(doubles.is_empty(), "ids used twice: {doubles:?}");
        let lost = page.list_of(
            "return ['aria-labelledby', 'aria-describedby', 'aria-controls', 'for'].flatMap((link) =>
                 [...document.querySelectorAll(`[${link}]`)].flatMap((part) =>
                     part.getAttribute(link).split(/\\s+/).filter((id) =>
                         !document.getElementById(id)).map((id) => `${link}=${id}`)))",
        );
        assert!(lost.is_empty(), "references to nothing: {lost:?}");
        let zoom = page.attribute("meta[name=viewport]", "content").unwrap_or_default();
        assert!(!zoom.contains("user-scalable=no") && !zoom.contains("maximum-scale"), "{zoom}");
    });
}

#[test]
fn the_handles_say_where_they_are() {
    visit(|page| {
        page.glance("#/bench?x=digits.3&mu=0.5,-0.25&lang=pt");
        for handle in ["#handle-mean", "#handle-axis1", "#handle-axis2", "#handle-probe"] {
            let get = |name: &str| page.attribute(handle, name).unwrap_or_default();
            assert_eq!((get("role"), get("tabindex")), ("slider".into(), "0".into()), "{handle}");
            let now: f64 = get("aria-valuenow").parse().unwrap_or(f64::NAN);
            let least: f64 = get("aria-valuemin").parse().unwrap_or(f64::NAN);
            let most: f64 = get("aria-valuemax").parse().unwrap_or(f64::NAN);
            assert!(least <= now && now <= most, "{handle}: {now} in {least} … {most}");
            assert!(!get("aria-valuetext").is_empty(), "{handle}");
        }
    });
}

#[test]
fn what_changed_is_spoken() {
    visit(|page| {
        page.open("#/bench?x=digits.3&mu=0.5,-0.25&lang=en");
        let spoken = || {
            page.text_of(
                "return document.querySelector('[aria-live=polite], [role=status]').textContent",
            )
        };
        let before = spoken();
        page.act("best-q");
        page.wait_for("the live region to speak", || spoken() != before);
        assert!(spoken().contains("ELBO"), "{:?}", spoken());
    });
}

/// Text with too little contrast to its background (WCAG 2, level AA).
fn faint(page: &Page) -> Vec<String> {
    page.list_of(
        "const brush = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
         const over = (colours, text, opacity) => {
             brush.clearRect(0, 0, 1, 1);
             for (const colour of colours) { brush.fillStyle = colour; brush.fillRect(0, 0, 1, 1); }
             if (text) {
                 brush.globalAlpha = opacity;
                 brush.fillStyle = text;
                 brush.fillRect(0, 0, 1, 1);
                 brush.globalAlpha = 1;
             }
             return [...brush.getImageData(0, 0, 1, 1).data.slice(0, 3)];
         };
         const light = (colour) => {
             const [r, g, b] = colour.map((part) => part / 255).map((part) =>
                 part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
             return 0.2126 * r + 0.7152 * g + 0.0722 * b;
         };
         const found = new Set();
         const look = (part, words, style) => {
             const layers = [];
             let opacity = 1;
             for (let at = part; at; at = at.parentElement) {
                 layers.unshift(getComputedStyle(at).backgroundColor);
                 opacity *= getComputedStyle(at).opacity;
             }
             const behind = ['white', ...layers];
             const text = part.closest('svg') ? style.fill : style.color;
             const [a, b] = [light(over(behind)), light(over(behind, text, opacity))];
             const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
             const size = parseFloat(style.fontSize);
             const large = size >= 24 || size >= 18.66 && style.fontWeight >= 700;
             if (ratio < (large ? 3 : 4.5) - 0.01)
                 found.add(`${ratio.toFixed(2)}: ${words.slice(0, 40)}`);
         };
         for (const field of document.querySelectorAll('[placeholder]'))
             if (field.checkVisibility({ visibilityProperty: true }) && !field.disabled)
                 look(field, field.placeholder, getComputedStyle(field, '::placeholder'));
         const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
         while (walker.nextNode()) {
             const part = walker.currentNode.parentElement;
             const words = walker.currentNode.data.trim();
             if (words && !part.closest('title, option, script, style, :disabled')
                 && part.checkVisibility({ visibilityProperty: true }))
                 look(part, words, getComputedStyle(part));
         }
         return [...found]",
    )
}

/// Pages of every kind except the bench.
const PAGES: [&str; 17] = [
    "#/labs/evidence",
    "#/labs/discrete",
    "#/labs/bias",
    "#/labs/dimension",
    "#/labs/gradients",
    "#/labs/modes",
    "#/labs/sandwich",
    "#/train",
    "#/course",
    "#/course/glossary",
    "#/course/teacher",
    "#/course/elbo/2",
    "#/course/vae/3",
    // A term is highlighted, and the others are dimmed.
    "#/course/log/4",
    // The plane is covered for a prediction.
    "#/course/amortization/1",
    "#/course/needle/3",
    // An answer is written.
    "#/course/area/8",
];

/// Texts on the page that can be read.
fn texts(page: &Page) -> usize {
    let count = "return document.body.innerText.split('\\n').filter((line) => line.trim()).length";
    page.eval(count).as_u64().unwrap_or_default() as usize
}

#[test]
fn text_stands_out_in_every_theme() {
    visit(|page| {
        page.glance("#/bench?x=digits.3&lang=en");
        page.prefer("prefers-reduced-motion", "reduce");
        for theme in ["light", "dark", "projector"] {
            for (count, hash) in
                [&["#/bench?x=digits.3"], &PAGES[..]].concat().into_iter().enumerate()
            {
                // Every page in every theme, with alternating languages.
                let language = if count % 2 == 0 { "en" } else { "pt" };
                let mark = if hash.contains('?') { '&' } else { '?' };
                page.go(&format!("{hash}{mark}lang={language}&theme={theme}"));
                assert!(texts(page) >= 15, "only {} lines of text at {hash}", texts(page));
                let faint = faint(page);
                assert!(faint.is_empty(), "too little contrast in {theme} at {hash}: {faint:#?}");
            }
        }
    });
}

#[test]
fn the_skip_link_leads_somewhere_on_every_page() {
    visit(|page| {
        page.glance("#/bench?x=digits.3");
        for hash in [&["#/bench?x=digits.3"], &PAGES[..]].concat() {
            page.go(hash);
            let target = page.attribute("a.skip", "href").unwrap_or_default();
            assert_eq!(page.count(&target), 1, "{target} at {hash}");
            page.eval("document.querySelector('a.skip').click()");
            let script = "return '#' + document.activeElement.id";
            assert_eq!(page.text_of(script), target, "the focus at {hash}");
            assert!(!page.hash().starts_with(&target), "the address of {hash} is another");
            assert_eq!(page.count("main"), 1, "main parts at {hash}");
        }
    });
}

#[test]
fn what_scrolls_is_reached_by_keyboard() {
    visit(|page| {
        page.glance("#/bench?x=digits.3");
        let mut looked = 0;
        for theme in ["light", "projector"] {
            for hash in [&["#/bench?x=digits.3"], &PAGES[..]].concat() {
                let mark = if hash.contains('?') { '&' } else { '?' };
                page.go(&format!("{hash}{mark}theme={theme}"));
                page.eval(
                    "document.querySelector('[data-action=table]')?.click();
                     for (const part of document.querySelectorAll('details')) part.open = true",
                );
                let scrolling = "const reached = 'a[href], button, input, select, textarea, summary, [tabindex]';
                    return [...document.querySelectorAll('body *')].filter((part) => {
                        const { overflowX: x, overflowY: y } = getComputedStyle(part);
                        const scrolls = (over, size, inner) => /auto|scroll/.test(over) && inner > size + 1;
                        return part.checkVisibility({ visibilityProperty: true })
                            && (scrolls(x, part.clientWidth, part.scrollWidth)
                                || scrolls(y, part.clientHeight, part.scrollHeight));
                    }).map((part) => {
                        const inside = [part, ...part.querySelectorAll(reached)].some((inner) =>
                            inner.tabIndex >= 0 && inner.checkVisibility({ visibilityProperty: true }));
                        return `${inside ? '' : 'unreached '}${part.tagName}.${part.className}`;
                    })";
                let found = page.list_of(scrolling);
                looked += found.len();
                let unreached: Vec<_> =
                    found.iter().filter(|part| part.starts_with("unreached")).collect();
                assert!(unreached.is_empty(), "{theme}, {hash}: {unreached:?}");
                page.eval("document.querySelector('dialog[open]')?.close()");
            }
        }
        assert!(looked >= 12, "only {looked} parts scroll");
    });
}

#[test]
fn with_reduced_motion_nothing_moves_by_itself() {
    visit(|page| {
        page.prefer("prefers-reduced-motion", "reduce");
        page.glance("");
        let moving = "return document.getAnimations().filter((moving) =>
            moving.playState === 'running').map((moving) => moving.effect?.target?.outerHTML.slice(0, 80))";
        let moving = page.list_of(moving);
        assert!(moving.is_empty(), "{moving:#?}");
        page.assert_sound();
    });
}

#[test]
fn the_focus_is_seen() {
    visit(|page| {
        page.glance("");
        for selector in ["#handle-mean", "#slider-mu1", "button[data-action='best-q']"] {
            // A key first: the focus ring is shown after keyboard input only.
            page.keys(&['\u{e004}']);
            page.focus(selector);
            let ring = page.run(
                "const part = document.querySelector(arguments[0]);
                 const look = (at) => { const s = getComputedStyle(at);
                     return [s.outlineStyle, s.outlineWidth, s.boxShadow, s.stroke, s.strokeWidth].join(); };
                 const all = [part, ...part.querySelectorAll('*')];
                 const on = all.map(look).join(';');
                 part.blur();
                 return on !== all.map(look).join(';')",
                json!([selector]),
            );
            assert_eq!(ring, json!(true), "{selector} looks the same with the focus");
        }
    });
}
