//! Keys in a lesson after the mouse has focused a control: a presenter's remote goes on and changes no value.

use elboscope::course::{LESSONS, course_in};
use elboscope::state::Language;

use super::link;
use crate::harness::{Page, key, visit};

/// A step beside the bench that is followed by another, and the address of that one.
fn step_on_the_bench() -> [String; 2] {
    let course = course_in(Language::En).expect("the lessons");
    let found = course.lessons.iter().enumerate().find_map(|(number, lesson)| {
        let before_last = lesson.steps.iter().take(lesson.steps.len() - 1);
        let index = before_last.clone().position(|step| step.state.starts_with("#/bench"))?;
        Some([index, index + 1].map(|index| link(number, index, Language::En)))
    });
    found.unwrap_or_else(|| panic!("no step beside the bench in {LESSONS:?}"))
}

/// Presses Page Down until the next step is shown; until then it scrolls the text, and the value of `look` stays
/// unchanged.
fn walk_on<T: PartialEq + std::fmt::Debug>(page: &Page, next: &str, look: impl Fn() -> T) {
    let (seen, here) = (look(), page.hash());
    for _ in 0..20 {
        page.keys(&[key::PAGE_DOWN]);
        page.settle();
        if page.hash() == next {
            page.back();
            assert_eq!((page.hash(), look()), (here, seen), "what was left");
            return;
        }
        assert_eq!(look(), seen, "Page Down moved it");
    }
    panic!("Page Down does not lead from {here} to {next}");
}

#[test]
fn page_keys_walk_on_after_a_handle_was_dragged() {
    visit(|page| {
        let [here, next] = step_on_the_bench();
        page.glance(&here);
        let before = page.mean();
        page.drag("#handle-mean", 30.0, -20.0);
        assert_ne!(page.mean(), before, "the handle was dragged");
        walk_on(page, &next, || page.mean());
    });
}

#[test]
fn page_keys_walk_on_after_a_slider_was_dragged() {
    visit(|page| {
        // Beside the bench no sliders are shown.
        let [here, next] = [2, 3].map(|step| link(0, step, Language::En));
        page.glance(&here);
        let (before, track) = (page.field("x"), page.centre("#slider-x"));
        page.stroke(&[track, track.moved(10.0, 0.0), track.moved(20.0, 0.0)]);
        page.settle();
        assert_ne!(page.field("x"), before, "the slider was dragged");
        walk_on(page, &next, || page.field("x"));
    });
}

#[test]
fn r_restores_the_step_after_a_handle_was_dragged() {
    visit(|page| {
        let [here, _] = step_on_the_bench();
        page.glance(&here);
        let before = page.mean();
        page.drag("#handle-mean", 30.0, -20.0);
        assert_ne!(page.hash(), here);
        page.keys(&['r']);
        page.wait_for("the step's own state", || page.hash() == here);
        assert_eq!(page.mean(), before);
    });
}

#[test]
fn a_handle_reached_by_keyboard_takes_page_keys() {
    visit(|page| {
        let [here, _] = step_on_the_bench();
        page.glance(&here);
        // Whatever had been dragged before.
        page.drag("#handle-mean", 10.0, 0.0);
        page.focus("#handle-axis2");
        page.keys(&[key::TAB]);
        let focused = page.text_of("return document.activeElement.id");
        assert_eq!(focused, "handle-mean");
        let before = page.mean();
        page.keys(&[key::PAGE_UP]);
        page.settle();
        let after = page.mean();
        assert!((after[1] - before[1] - 0.5).abs() < 1e-9, "{before:?} to {after:?}");
    });
}
