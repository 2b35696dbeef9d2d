//! The latency of each lab in its default state: the time until a first sheet, until all is computed, of one slice
//! (the slowest is the longest delay of a drag), and of writing a sheet.

use std::cell::{Cell, RefCell};

use divan::Bencher;
use elboscope::lab::{LABS, Lab, LabState, Run, find, start_of};
use elboscope::model::Vae;
use elboscope::state::Language;

use crate::shipped;

fn names() -> impl Iterator<Item = &'static str> {
    LABS.iter().map(|lab| lab.name)
}

fn begun(lab: &'static Lab, model: &Vae) -> Box<dyn Run> {
    let start = start_of(lab.name).expect("every lab has a start");
    start(LabState::new(lab).values(), Some(model)).expect("a lab opens")
}

fn completed(lab: &'static Lab, model: &Vae) -> Box<dyn Run> {
    let mut run = begun(lab, model);
    while run.advance() {}
    run
}

#[divan::bench(args = names(), max_time = 1)]
fn start(bencher: Bencher, name: &str) {
    let (lab, model) = (find(name).expect("a lab"), shipped());
    bencher.bench_local(|| begun(lab, &model));
}

#[divan::bench(args = names(), max_time = 2)]
fn slice(bencher: Bencher, name: &str) {
    let (lab, model) = (find(name).expect("a lab"), shipped());
    let run = RefCell::new(begun(lab, &model));
    let goes_on = Cell::new(true);
    bencher
        .with_inputs(|| {
            if !goes_on.get() {
                run.replace(begun(lab, &model));
            }
        })
        .bench_local_values(|()| goes_on.set(run.borrow_mut().advance()));
}

#[divan::bench(args = names(), max_time = 2)]
fn whole(bencher: Bencher, name: &str) {
    let (lab, model) = (find(name).expect("a lab"), shipped());
    bencher.bench_local(|| completed(lab, &model));
}

#[divan::bench(args = names(), max_time = 1)]
fn sheet(bencher: Bencher, name: &str) {
    let run = completed(find(name).expect("a lab"), &shipped());
    bencher.bench_local(|| run.sheet(run.steps(), Language::En));
}
