//! The workshop's server, driven as the browser drives it: each request is answered once, by what the
//! lab itself would show.

use std::sync::atomic::{AtomicU32, Ordering};

use elboscope::data::BinaryImage;
use elboscope::lab::training::Order;
use elboscope::lab::{LABS, LabState, Sheet, find, start_of};
use elboscope::model::read_weights;
use elboscope::state::Language;
use elboscope::training::read_run;
use elboscope::worker::{Outgoing, Serve};
use elboscope::workshop::{Command, Event, Purpose, Request, Workshop};

const MODEL: &[u8] = include_bytes!("../public/models/strokes.safetensors");

/// A clock on which no time passes, so that an answer waits until everything is done.
fn stopped() -> f64 {
    0.0
}

/// A clock on which every look costs a second, so that no answer waits.
fn hurried() -> f64 {
    static LOOKS: AtomicU32 = AtomicU32::new(0);
    f64::from(LOOKS.fetch_add(1, Ordering::Relaxed)) * 1e3
}

fn request(request: u32, computation: u32, state: &LabState) -> Request {
    Request {
        request,
        computation,
        lab: state.lab.name.to_owned(),
        values: state.values().to_vec(),
        moment: None,
        language: Language::En,
    }
}

fn load() -> Command {
    Command::LoadModel { bytes: MODEL.to_vec() }
}

/// Works until something is told; what travels is what comes out of its bytes.
fn answer(workshop: &mut Workshop) -> Option<Event> {
    while workshop.is_busy() {
        let mut told = workshop.work();
        if let Some(Outgoing { event, .. }) = told.pop() {
            assert!(told.is_empty(), "two answers at once");
            let bytes = postcard::to_allocvec(&event).unwrap();
            let arrived: Event = postcard::from_bytes(&bytes).unwrap();
            assert!(postcard::to_allocvec(&arrived).unwrap() == bytes, "what arrives is what left");
            return Some(arrived);
        }
    }
    None
}

/// What the lab shows at its end, computed without the workshop.
fn last_sheet(state: &LabState) -> Sheet {
    let model = read_weights(MODEL).unwrap();
    let start = start_of(state.lab.name).unwrap();
    let mut run = start(state.values(), Some(&model)).unwrap();
    while run.advance() {}
    run.sheet(run.steps(), Language::En)
}

#[test]
fn the_program_of_a_lab_comes_with_the_network_that_it_loads() {
    let mut workshop = Workshop::new(stopped);
    let ask = |workshop: &mut Workshop, state: &LabState| {
        let (lab, values) = (state.lab.name.to_owned(), state.values().to_vec());
        let language = Language::Pt;
        let mut told = workshop.handle(Command::LabProgram { lab, values, language });
        told.pop().map(|told| told.event)
    };
    let [evidence, sandwich] =
        ["evidence", "sandwich"].map(|name| LabState::new(find(name).unwrap()));
    match ask(&mut workshop, &evidence) {
        Some(Event::LabProgram { lab, text, file: None }) => {
            assert_eq!(lab, "evidence");
            assert!(text.contains("Evidência"), "{text}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(ask(&mut workshop, &sandwich), None, "without its model it has none");
    workshop.handle(load());
    let Some(Event::LabProgram { text, file: Some(file), .. }) = ask(&mut workshop, &sandwich)
    else {
        panic!("no program with a file")
    };
    assert!(text.contains(&file), "{text}");
    let (lab, values) = ("sandwich".to_owned(), sandwich.values().to_vec());
    let told = workshop.handle(Command::LabNetwork { lab, values }).pop().map(|told| told.event);
    let Some(Event::LabNetwork { file: saved, bytes }) = told else { panic!("{told:?}") };
    assert_eq!(saved, file);
    assert!(read_weights(&bytes).is_ok());
}

#[test]
fn every_lab_is_shown_as_it_is() {
    let mut workshop = Workshop::new(stopped);
    assert!(workshop.handle(load()).is_empty());
    for (number, lab) in (1..).zip(LABS) {
        let state = LabState::new(lab);
        workshop.handle(Command::Show(request(number, number, &state)));
        let Some(Event::Shown { request, sheet, progress, is_done, .. }) = answer(&mut workshop)
        else {
            panic!("{}: nothing is shown", lab.name)
        };
        assert_eq!((request, is_done), (number, true), "{}", lab.name);
        assert!((progress - 1.0).abs() < 1e-9, "{}: {progress}", lab.name);
        assert_eq!(*sheet, last_sheet(&state), "{}", lab.name);
        assert_eq!(answer(&mut workshop), None, "{}: answered twice", lab.name);
    }
}

#[test]
fn an_early_answer_says_that_there_is_more_and_the_computation_goes_on() {
    let state = LabState::new(elboscope::lab::find("sandwich").unwrap());
    let mut workshop = Workshop::new(hurried);
    workshop.handle(load());
    let mut shares = Vec::new();
    for number in 1.. {
        workshop.handle(Command::Show(request(number, 1, &state)));
        let Some(Event::Shown { sheet, progress, is_done, .. }) = answer(&mut workshop) else {
            panic!("request {number} is not answered")
        };
        shares.push(progress);
        if is_done {
            assert_eq!(*sheet, last_sheet(&state));
            break;
        }
    }
    assert!(shares.len() > 2, "{shares:?}");
    assert!(shares.is_sorted(), "one computation, not many: {shares:?}");
}

#[test]
fn a_newer_request_overtakes_and_a_moment_is_clamped() {
    let state = LabState::new(elboscope::lab::find("dimension").unwrap());
    let mut workshop = Workshop::new(stopped);
    workshop.handle(Command::Show(request(1, 1, &state)));
    let newer =
        Request { moment: Some(usize::MAX), language: Language::Pt, ..request(2, 2, &state) };
    workshop.handle(Command::Show(newer));
    let Some(Event::Shown { request, sheet, .. }) = answer(&mut workshop) else {
        panic!("nothing is shown")
    };
    assert_eq!(request, 2);
    let english = last_sheet(&state);
    assert_ne!(sheet.figures[0].caption, english.figures[0].caption, "another language");
    assert_eq!(sheet.table.rows, english.table.rows, "the same numbers");
    assert_eq!(answer(&mut workshop), None);
}

#[test]
fn what_cannot_be_shown_is_refused_in_words() {
    let mut workshop = Workshop::new(stopped);
    let sandwich = LabState::new(elboscope::lab::find("sandwich").unwrap());
    workshop.handle(Command::Show(request(1, 1, &sandwich)));
    let refusal = answer(&mut workshop);
    assert!(
        matches!(&refusal, Some(Event::Refused { request: 1, reason }) if !reason.is_empty()),
        "without a model: {refusal:?}"
    );
    let unknown = Request { lab: "alchemy".to_owned(), ..request(2, 2, &sandwich) };
    workshop.handle(Command::Show(unknown));
    assert!(matches!(answer(&mut workshop), Some(Event::Refused { request: 2, .. })));
    let told = workshop.handle(Command::LoadModel { bytes: b"no safetensors".to_vec() });
    assert!(matches!(&told[..], [Outgoing { event: Event::Failed { .. }, .. }]), "{told:?}");
    // And it still serves.
    workshop.handle(load());
    workshop.handle(Command::Show(request(3, 3, &sandwich)));
    assert!(matches!(answer(&mut workshop), Some(Event::Shown { request: 3, .. })));
}

/// Settings of a run that is quick enough for a test: 256 digits, eight hidden units.
fn training(settings: &[(&str, f64)]) -> LabState {
    let mut state = LabState::new(elboscope::lab::find("train").unwrap());
    for &(name, value) in [("n", 256.0), ("h", 8.0), ("batch", 32.0)].iter().chain(settings) {
        let place = state.lab.parameters.iter().position(|p| p.name == name).unwrap();
        state.set(place, value);
    }
    state
}

/// What a run shows, and whether it goes on.
fn shown(workshop: &mut Workshop, request: Request) -> (Sheet, bool) {
    workshop.handle(Command::Show(request));
    match answer(workshop) {
        Some(Event::Shown { sheet, is_done, .. }) => (*sheet, is_done),
        other => panic!("{other:?}"),
    }
}

fn value(sheet: &Sheet, name: &str) -> f64 {
    sheet.value(name).unwrap_or(f64::NAN)
}

#[test]
fn a_run_does_what_it_is_told_and_rewinds_to_the_same_numbers() {
    let mut workshop = Workshop::new(stopped);
    let state = training(&[]);
    let (first, is_done) = shown(&mut workshop, request(1, 1, &state));
    assert!(is_done, "nothing is learned unasked");
    assert_eq!((value(&first, "step"), first.figures.len()), (0.0, 6));
    for _ in 0..25 {
        workshop.handle(Command::Train(Order::Step));
    }
    let (later, is_done) = shown(&mut workshop, request(2, 1, &state));
    assert!(is_done && value(&later, "step") == 25.0, "{}", value(&later, "step"));
    assert!(value(&later, "elbo") > value(&first, "elbo") + 10.0, "it learns");
    let (before, _) = shown(&mut workshop, Request { moment: Some(0), ..request(3, 1, &state) });
    assert_eq!(value(&before, "elbo"), value(&first, "elbo"), "the first checkpoint");

    workshop.handle(Command::Train(Order::Rewind));
    let (again, _) = shown(&mut workshop, request(4, 1, &state));
    assert!(again == first, "the first weights again");
    for _ in 0..25 {
        workshop.handle(Command::Train(Order::Step));
    }
    let (again, _) = shown(&mut workshop, request(5, 1, &state));
    assert!(again == later, "the same run again");
}

#[test]
fn playing_goes_on_until_paused_and_another_lab_does_not_lose_the_run() {
    let mut workshop = Workshop::new(hurried);
    let state = training(&[("l", 3.0)]);
    while !shown(&mut workshop, request(1, 1, &state)).1 {}
    workshop.handle(Command::Train(Order::Play));
    let steps: Vec<f64> = (2..6)
        .map(|number| {
            let (sheet, is_done) = shown(&mut workshop, request(number, 1, &state));
            assert!(!is_done, "it plays on");
            for _ in 0..40 {
                assert!(workshop.work().is_empty(), "nobody asked");
            }
            value(&sheet, "step")
        })
        .collect();
    assert!(steps.is_sorted_by(|a, b| a < b), "{steps:?}");

    let bias = LabState::new(elboscope::lab::find("bias").unwrap());
    shown(&mut workshop, request(6, 2, &bias));
    let (sheet, mut is_done) = shown(&mut workshop, request(7, 3, &state));
    let paused_at = value(&sheet, "step");
    assert!(paused_at >= steps[3], "{paused_at} {steps:?}");
    // What is still measured beside a paused run comes to an end, and nothing is learned.
    while !is_done {
        let (sheet, is_it) = shown(&mut workshop, request(8, 3, &state));
        assert_eq!(value(&sheet, "step"), paused_at);
        is_done = is_it;
    }
}

#[test]
fn an_order_given_with_the_first_request_is_not_lost() {
    let mut workshop = Workshop::new(stopped);
    let state = training(&[("l", 3.0)]);
    workshop.handle(Command::Show(request(1, 1, &state)));
    workshop.handle(Command::Train(Order::Step));
    let (sheet, _) = shown(&mut workshop, request(2, 1, &state));
    assert_eq!(value(&sheet, "step"), 1.0);
}

#[test]
fn a_past_moment_knows_nothing_of_what_came_after() {
    let mut workshop = Workshop::new(stopped);
    let state = training(&[("l", 3.0)]);
    for _ in 0..90 {
        workshop.handle(Command::Show(request(1, 1, &state)));
        workshop.handle(Command::Train(Order::Step));
    }
    shown(&mut workshop, request(2, 1, &state));
    let mut export = |moment| {
        let told = workshop.handle(Command::Export { moment, purpose: Purpose::Save });
        match told.into_iter().next().map(|outgoing| outgoing.event) {
            Some(Event::Exported { bytes, .. }) => read_run(&bytes).unwrap().unwrap(),
            other => panic!("{other:?}"),
        }
    };
    let (then, now) = (export(Some(1)), export(None));
    assert_eq!(now.step, 90);
    assert!(then.step > 0 && then.step < 90, "{}", then.step);
    assert_eq!(then.history.points().last().unwrap().step, then.step);
    // A moment that is no more is the newest.
    assert_eq!(export(Some(1000)), now);
}

#[test]
fn a_moment_can_be_had_as_a_file() {
    let mut workshop = Workshop::new(stopped);
    let state = training(&[("l", 3.0), ("act", 1.0)]);
    shown(&mut workshop, request(1, 1, &state));
    workshop.handle(Command::Train(Order::Step));
    shown(&mut workshop, request(2, 1, &state));
    let mut export = |moment| {
        let told = workshop.handle(Command::Export { moment, purpose: Purpose::Save });
        match told.into_iter().next().map(|outgoing| outgoing.event) {
            Some(Event::Exported { step, bytes, .. }) => (step, bytes),
            other => panic!("{other:?}"),
        }
    };
    let ((now, newest), (then, first)) = (export(None), export(Some(0)));
    assert_eq!((now, then), (1, 0));
    assert_ne!(newest, first);
    let model = read_weights(&newest).unwrap();
    assert_eq!((model.latent(), model.hidden()), (3, 8));
    assert_eq!(model.activation, elboscope::model::Activation::Relu);
}

#[test]
fn a_run_that_breaks_says_so_and_keeps_what_is_good() {
    let mut workshop = Workshop::new(stopped);
    let state = training(&[("rate", 1.0), ("act", 1.0), ("h", 64.0), ("l", 20.0)]);
    shown(&mut workshop, request(1, 1, &state));
    for _ in 0..400 {
        workshop.handle(Command::Train(Order::Step));
    }
    let (sheet, is_done) = shown(&mut workshop, request(2, 1, &state));
    assert!(is_done);
    assert!(sheet.remarks[0].is_warning, "{:?}", sheet.remarks);
    for metric in &sheet.metrics {
        assert!(metric.value.is_none_or(f64::is_finite), "{metric:?}");
    }
    let told = workshop.handle(Command::Export { moment: None, purpose: Purpose::Bench });
    let Some(Event::Exported { bytes, .. }) = told.first().map(|outgoing| &outgoing.event) else {
        panic!("no file")
    };
    assert!(read_weights(bytes).is_ok(), "a file with NaN would be refused");
}

#[test]
fn the_images_of_an_opened_file_are_learned_from() {
    let mut workshop = Workshop::new(stopped);
    let state = training(&[("data", 1.0), ("l", 3.0)]);
    workshop.handle(Command::Show(request(1, 1, &state)));
    assert!(matches!(answer(&mut workshop), Some(Event::Refused { .. })), "no file is open");
    let stripes = |phase| BinaryImage::from_fn(|pixel| (pixel + phase) % 3 == 0).to_base64();
    let open = |images, labels| Command::OpenImages { name: "stripes".to_owned(), images, labels };
    assert_eq!(workshop.handle(open(vec!["no image".to_owned()], Vec::new())).len(), 1);
    workshop.handle(open((0..40).map(stripes).collect(), vec![1; 40]));
    let (sheet, _) = shown(&mut workshop, request(2, 2, &state));
    assert_eq!(value(&sheet, "step"), 0.0);
    // Labels of other images.
    workshop.handle(open((0..40).map(stripes).collect(), vec![1; 39]));
    workshop.handle(Command::Show(request(3, 3, &state)));
    assert!(matches!(answer(&mut workshop), Some(Event::Refused { .. })));
}

#[test]
fn a_saved_run_goes_on_in_another_workshop() {
    let state =
        training(&[("l", 3.0), ("objective", 3.0), ("k", 2.0), ("rate", 0.001), ("seed", 4.0)]);
    let mut workshop = Workshop::new(stopped);
    shown(&mut workshop, request(1, 1, &state));
    for _ in 0..40 {
        workshop.handle(Command::Train(Order::Step));
    }
    let (before, _) = shown(&mut workshop, request(2, 1, &state));
    let told = workshop.handle(Command::Export { moment: None, purpose: Purpose::Keep });
    let Some(Event::Exported { bytes, .. }) = told.into_iter().next().map(|told| told.event) else {
        panic!("no file")
    };

    // What is set but does not apply makes no other run.
    let state = {
        let mut state = state;
        let beta = state.lab.parameters.iter().position(|p| p.name == "beta").unwrap();
        state.set(beta, 50.0);
        state
    };
    let mut other = Workshop::new(stopped);
    assert!(other.handle(Command::Resume { bytes: bytes.clone() }).is_empty());
    let (after, is_done) = shown(&mut other, request(1, 1, &state));
    assert!(is_done);
    assert_eq!(value(&after, "step"), 40.0);
    assert_eq!(after.table.rows, before.table.rows, "the same curves");
    let latent = |sheet: &Sheet| sheet.figures.iter().find(|f| f.name == "latent").cloned();
    assert!(latent(&after) == latent(&before), "the same network");
    other.handle(Command::Train(Order::Step));
    let (further, _) = shown(&mut other, request(2, 1, &state));
    assert_eq!(value(&further, "step"), 41.0);
    other.handle(Command::Train(Order::Rewind));
    let (rewound, _) = shown(&mut other, request(3, 1, &state));
    assert_eq!(value(&rewound, "step"), 0.0);

    for broken in [&bytes[..bytes.len() / 2], MODEL] {
        let told = other.handle(Command::Resume { bytes: broken.to_vec() });
        assert!(matches!(&told[..], [Outgoing { event: Event::Failed { .. }, .. }]));
    }
}
