//! The labs' worker, driven as by the browser: each request is answered once, with the lab's own sheet.

pub mod training;

use std::sync::atomic::{AtomicU32, Ordering};

use elboscope::lab::{LABS, LabState, Sheet, find, start_of};
use elboscope::lab_worker::{
    LabCommand, LabEvent, LabRequest, LabServer, LabWorkerCommand, LabWorkerEvent, Shown,
};
use elboscope::model::read_weights;
use elboscope::state::Language;
use elboscope::worker::{Outgoing, Serve};

const MODEL: &[u8] = include_bytes!("../../../public/models/strokes.safetensors");

/// A clock that does not advance, so that an answer waits until everything is computed.
fn stopped() -> f64 {
    0.0
}

/// A clock that advances by a second at every call, so that no answer waits.
fn hurried() -> f64 {
    static LOOKS: AtomicU32 = AtomicU32::new(0);
    f64::from(LOOKS.fetch_add(1, Ordering::Relaxed)) * 1e3
}

fn request(request: u32, computation: u32, state: &LabState) -> LabRequest {
    LabRequest {
        request,
        computation,
        lab: state.lab.name.to_owned(),
        values: state.values().to_vec(),
        moment: None,
        language: Language::En,
    }
}

fn load() -> LabWorkerCommand {
    LabWorkerCommand::Lab(LabCommand::LoadModel { bytes: MODEL.to_vec() })
}

/// Works until there is an event; the event is serialised and read back.
fn answer(server: &mut LabServer) -> Option<LabWorkerEvent> {
    while server.is_busy() {
        let mut messages = server.work();
        if let Some(Outgoing { event, .. }) = messages.pop() {
            assert!(messages.is_empty(), "two answers at once");
            let bytes = postcard::to_allocvec(&event).unwrap();
            let arrived: LabWorkerEvent = postcard::from_bytes(&bytes).unwrap();
            assert!(postcard::to_allocvec(&arrived).unwrap() == bytes, "what arrives is what left");
            return Some(arrived);
        }
    }
    None
}

/// The answer to a request.
fn shown(server: &mut LabServer, request: LabRequest) -> Shown {
    let number = request.request;
    server.handle(LabWorkerCommand::Lab(LabCommand::Show(request)));
    match answer(server) {
        Some(LabWorkerEvent::Lab(LabEvent::Shown { request, shown })) if request == number => shown,
        other => panic!("request {number}: {other:?}"),
    }
}

/// The final sheet of a lab, computed without the worker.
fn last_sheet(state: &LabState) -> Sheet {
    let model = read_weights(MODEL).unwrap();
    let start = start_of(state.lab.name).unwrap();
    let mut run = start(state.values(), Some(&model)).unwrap();
    while run.advance() {}
    run.sheet(run.steps(), Language::En)
}

#[test]
fn the_program_of_a_lab_comes_with_the_network_that_it_loads() {
    let mut server = LabServer::new(stopped);
    let ask = |server: &mut LabServer, state: &LabState| {
        let (lab, values) = (state.lab.name.to_owned(), state.values().to_vec());
        let language = Language::Pt;
        let mut messages =
            server.handle(LabWorkerCommand::Lab(LabCommand::Program { lab, values, language }));
        messages.pop().map(|messages| messages.event)
    };
    let [evidence, sandwich] =
        ["evidence", "sandwich"].map(|name| LabState::new(find(name).unwrap()));
    match ask(&mut server, &evidence) {
        Some(LabWorkerEvent::Lab(LabEvent::Program { lab, text, file: None })) => {
            assert_eq!(lab, "evidence");
            assert!(text.contains("Evidência"), "{text}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(ask(&mut server, &sandwich), None, "without its model it has none");
    server.handle(load());
    let Some(LabWorkerEvent::Lab(LabEvent::Program { text, file: Some(file), .. })) =
        ask(&mut server, &sandwich)
    else {
        panic!("no program with a file")
    };
    assert!(text.contains(&file), "{text}");
    let (lab, values) = ("sandwich".to_owned(), sandwich.values().to_vec());
    let messages = server
        .handle(LabWorkerCommand::Lab(LabCommand::Network { lab, values }))
        .pop()
        .map(|messages| messages.event);
    let Some(LabWorkerEvent::Lab(LabEvent::Network { file: saved, bytes })) = messages else {
        panic!("{messages:?}")
    };
    assert_eq!(saved, file);
    assert!(read_weights(&bytes).is_ok());
}

#[test]
fn every_lab_is_shown_as_it_is() {
    let mut server = LabServer::new(stopped);
    assert!(server.handle(load()).is_empty());
    for (number, lab) in (1..).zip(LABS) {
        let state = LabState::new(lab);
        let Shown { sheet, progress, is_done, .. } =
            shown(&mut server, request(number, number, &state));
        assert!(is_done, "{}", lab.name);
        assert!((progress - 1.0).abs() < 1e-9, "{}: {progress}", lab.name);
        assert_eq!(*sheet, last_sheet(&state), "{}", lab.name);
        assert_eq!(answer(&mut server), None, "{}: answered twice", lab.name);
    }
}

#[test]
fn an_early_answer_says_that_there_is_more_and_the_computation_goes_on() {
    let state = LabState::new(elboscope::lab::find("sandwich").unwrap());
    let mut server = LabServer::new(hurried);
    server.handle(load());
    let mut shares = Vec::new();
    for number in 1.. {
        let Shown { sheet, progress, is_done, .. } = shown(&mut server, request(number, 1, &state));
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
    let mut server = LabServer::new(stopped);
    server.handle(LabWorkerCommand::Lab(LabCommand::Show(request(1, 1, &state))));
    let newer =
        LabRequest { moment: Some(usize::MAX), language: Language::Pt, ..request(2, 2, &state) };
    let Shown { sheet, .. } = shown(&mut server, newer);
    let english = last_sheet(&state);
    assert_ne!(sheet.figures[0].caption, english.figures[0].caption, "another language");
    assert_eq!(sheet.table.rows, english.table.rows, "the same numbers");
    assert_eq!(answer(&mut server), None);
}

#[test]
fn what_cannot_be_shown_is_refused_in_words() {
    let mut server = LabServer::new(stopped);
    let sandwich = LabState::new(elboscope::lab::find("sandwich").unwrap());
    server.handle(LabWorkerCommand::Lab(LabCommand::Show(request(1, 1, &sandwich))));
    let refusal = answer(&mut server);
    assert!(
        matches!(&refusal, Some(LabWorkerEvent::Lab(LabEvent::Refused { request: 1, reason })) if !reason.is_empty()),
        "without a model: {refusal:?}"
    );
    let unknown = LabRequest { lab: "alchemy".to_owned(), ..request(2, 2, &sandwich) };
    server.handle(LabWorkerCommand::Lab(LabCommand::Show(unknown)));
    let refusal = answer(&mut server);
    assert!(matches!(refusal, Some(LabWorkerEvent::Lab(LabEvent::Refused { request: 2, .. }))));
    let bytes = b"no safetensors".to_vec();
    let messages = server.handle(LabWorkerCommand::Lab(LabCommand::LoadModel { bytes }));
    assert!(
        matches!(&messages[..], [Outgoing { event: LabWorkerEvent::Failed { .. }, .. }]),
        "{messages:?}"
    );
    // The worker still answers.
    server.handle(load());
    shown(&mut server, request(3, 3, &sandwich));
}
