//! Training runs in the worker: ordered, shown, exported, resumed.

use elboscope::data::BinaryImage;
use elboscope::figure::Shape;
use elboscope::lab::{LabState, find};
use elboscope::lab_worker::{
    LabServer, LabWorkerCommand, LabWorkerEvent, Purpose, TrainCommand, TrainEvent, TrainRequest,
};
use elboscope::model::read_weights;
use elboscope::quantity::{Column, Quantity};
use elboscope::sheet::{Metric, Sheet};
use elboscope::state::Language;
use elboscope::train_page::{Order, PARAMETERS, RunSettings};
use elboscope::training::{DataSource, read_run, write_run};
use elboscope::worker::{Outgoing, Serve};

use crate::lab_worker::{self, MODEL, answer, hurried, stopped};

/// The place of a setting.
fn place(name: &str) -> usize {
    PARAMETERS.iter().position(|parameter| parameter.name == name).unwrap()
}

/// Settings of a quick run: 256 digits, eight hidden units.
pub fn training(settings: &[(&str, f64)]) -> RunSettings {
    let mut state = RunSettings::default();
    for &(name, value) in [("n", 256.0), ("h", 8.0), ("batch", 32.0)].iter().chain(settings) {
        state.set(place(name), value);
    }
    state
}

fn request(request: u32, settings: RunSettings) -> TrainRequest {
    TrainRequest { request, settings, moment: None, language: Language::En }
}

fn tell(server: &mut LabServer, command: TrainCommand) -> Vec<Outgoing<LabWorkerEvent>> {
    server.handle(LabWorkerCommand::Train(command))
}

/// The sheet of a run, and whether it continues.
fn shown(server: &mut LabServer, request: TrainRequest) -> (Sheet, bool) {
    tell(server, TrainCommand::Show(request));
    match answer(server) {
        Some(LabWorkerEvent::Train(TrainEvent::Shown { shown, .. })) => {
            (*shown.sheet, shown.is_done)
        }
        other => panic!("{other:?}"),
    }
}

/// Whether a request is refused.
fn is_refused(server: &mut LabServer) -> bool {
    matches!(answer(server), Some(LabWorkerEvent::Train(TrainEvent::Refused { .. })))
}

fn value(sheet: &Sheet, quantity: Quantity) -> f64 {
    sheet.value(quantity).unwrap_or(f64::NAN)
}

#[test]
fn a_run_follows_its_orders_and_rewinds_to_the_same_numbers() {
    let mut server = LabServer::new(stopped);
    let state = training(&[]);
    let (first, is_done) = shown(&mut server, request(1, state));
    assert!(is_done, "nothing is learned unasked");
    assert_eq!((value(&first, Quantity::Step), first.figures.len()), (0.0, 6));
    for _ in 0..25 {
        tell(&mut server, TrainCommand::Order(Order::Step));
    }
    let (later, is_done) = shown(&mut server, request(2, state));
    assert!(is_done && value(&later, Quantity::Step) == 25.0, "{}", value(&later, Quantity::Step));
    assert!(value(&later, Quantity::Elbo) > value(&first, Quantity::Elbo) + 10.0, "it learns");
    let (before, _) = shown(&mut server, TrainRequest { moment: Some(0), ..request(3, state) });
    assert_eq!(
        value(&before, Quantity::Elbo),
        value(&first, Quantity::Elbo),
        "the first checkpoint"
    );

    tell(&mut server, TrainCommand::Order(Order::Rewind));
    let (again, _) = shown(&mut server, request(4, state));
    assert!(again == first, "the first weights again");
    for _ in 0..25 {
        tell(&mut server, TrainCommand::Order(Order::Step));
    }
    let (again, _) = shown(&mut server, request(5, state));
    assert!(again == later, "the same run again");
}

#[test]
fn playing_goes_on_until_paused_and_another_lab_does_not_lose_the_run() {
    let mut server = LabServer::new(hurried);
    let state = training(&[("l", 3.0)]);
    while !shown(&mut server, request(1, state)).1 {}
    tell(&mut server, TrainCommand::Order(Order::Play));
    let steps: Vec<f64> = (2..6)
        .map(|number| {
            let (sheet, is_done) = shown(&mut server, request(number, state));
            assert!(!is_done, "it plays on");
            for _ in 0..40 {
                assert!(server.work().is_empty(), "nobody asked");
            }
            value(&sheet, Quantity::Step)
        })
        .collect();
    assert!(steps.is_sorted_by(|a, b| a < b), "{steps:?}");

    let bias = LabState::new(find("bias").unwrap());
    lab_worker::shown(&mut server, lab_worker::request(6, 2, &bias));
    let (sheet, mut is_done) = shown(&mut server, request(7, state));
    let paused_at = value(&sheet, Quantity::Step);
    assert!(paused_at >= steps[3], "{paused_at} {steps:?}");
    // The measurement beside a paused run is completed, without further training.
    while !is_done {
        let (sheet, is_it) = shown(&mut server, request(8, state));
        assert_eq!(value(&sheet, Quantity::Step), paused_at);
        is_done = is_it;
    }
}

#[test]
fn an_order_given_with_the_first_request_is_not_lost() {
    let mut server = LabServer::new(stopped);
    let state = training(&[("l", 3.0)]);
    tell(&mut server, TrainCommand::Show(request(1, state)));
    tell(&mut server, TrainCommand::Order(Order::Step));
    let (sheet, _) = shown(&mut server, request(2, state));
    assert_eq!(value(&sheet, Quantity::Step), 1.0);
}

#[test]
fn a_past_moment_knows_nothing_of_what_came_after() {
    let mut server = LabServer::new(stopped);
    let state = training(&[("l", 3.0)]);
    for _ in 0..90 {
        tell(&mut server, TrainCommand::Show(request(1, state)));
        tell(&mut server, TrainCommand::Order(Order::Step));
    }
    shown(&mut server, request(2, state));
    let mut export = |moment| {
        let messages = tell(&mut server, TrainCommand::Export { moment, purpose: Purpose::Save });
        match messages.into_iter().next().map(|outgoing| outgoing.event) {
            Some(LabWorkerEvent::Train(TrainEvent::Exported { bytes, .. })) => {
                read_run(&bytes).unwrap().unwrap()
            }
            other => panic!("{other:?}"),
        }
    };
    let (then, now) = (export(Some(1)), export(None));
    assert_eq!(now.step, 90);
    assert!(then.step > 0 && then.step < 90, "{}", then.step);
    assert_eq!(then.history.points().last().unwrap().step, then.step);
    // A moment that no longer exists is replaced by the newest.
    assert_eq!(export(Some(1000)), now);
}

#[test]
fn a_moment_can_be_had_as_a_file() {
    let mut server = LabServer::new(stopped);
    let state = training(&[("l", 3.0), ("act", 1.0), ("hd", 5.0)]);
    shown(&mut server, request(1, state));
    tell(&mut server, TrainCommand::Order(Order::Step));
    shown(&mut server, request(2, state));
    let mut export = |moment| {
        let messages = tell(&mut server, TrainCommand::Export { moment, purpose: Purpose::Save });
        match messages.into_iter().next().map(|outgoing| outgoing.event) {
            Some(LabWorkerEvent::Train(TrainEvent::Exported { step, bytes, .. })) => (step, bytes),
            other => panic!("{other:?}"),
        }
    };
    let ((now, newest), (then, first)) = (export(None), export(Some(0)));
    assert_eq!((now, then), (1, 0));
    assert_ne!(newest, first);
    let model = read_weights(&newest).unwrap();
    assert_eq!((model.latent(), model.encoder_hidden(), model.hidden()), (3, 8, 5));
    assert_eq!(model.activation, elboscope::model::Activation::Relu);
}

#[test]
fn a_run_that_breaks_says_so_and_keeps_what_is_good() {
    let mut server = LabServer::new(stopped);
    let state = training(&[("rate", 1.0), ("act", 1.0), ("h", 64.0), ("l", 20.0)]);
    shown(&mut server, request(1, state));
    for _ in 0..400 {
        tell(&mut server, TrainCommand::Order(Order::Step));
    }
    let (sheet, is_done) = shown(&mut server, request(2, state));
    assert!(is_done);
    assert!(sheet.remarks[0].is_warning, "{:?}", sheet.remarks);
    for metric in &sheet.metrics {
        assert!(metric.value.is_none_or(f64::is_finite), "{metric:?}");
    }
    let messages =
        tell(&mut server, TrainCommand::Export { moment: None, purpose: Purpose::Bench });
    let Some(LabWorkerEvent::Train(TrainEvent::Exported { bytes, .. })) =
        messages.first().map(|outgoing| &outgoing.event)
    else {
        panic!("no file")
    };
    assert!(read_weights(bytes).is_ok(), "a file with NaN would be refused");
}

fn stripes(count: usize) -> Vec<BinaryImage> {
    (0..count).map(|phase| BinaryImage::from_fn(|pixel| (pixel + phase) % 3 == 0)).collect()
}

/// Opens a file, whose images are sent in pieces.
fn open(server: &mut LabServer, images: Vec<BinaryImage>, labels: Vec<u8>) {
    let (name, count) = ("stripes".to_owned(), images.len());
    assert!(tell(server, TrainCommand::OpenImages { name, count, labels }).is_empty());
    for piece in images.chunks(7) {
        assert!(tell(server, TrainCommand::MoreImages { images: piece.to_vec() }).is_empty());
    }
}

#[test]
fn what_is_asked_of_a_file_waits_for_its_images() {
    let state = training(&[("data", 1.0), ("l", 3.0)]);
    let mut server = LabServer::new(stopped);
    let images = stripes(40);
    let begin =
        || TrainCommand::OpenImages { name: "stripes".to_owned(), count: 40, labels: Vec::new() };
    tell(&mut server, begin());
    tell(&mut server, TrainCommand::Show(request(1, state)));
    tell(&mut server, TrainCommand::Order(Order::Step));
    tell(&mut server, TrainCommand::MoreImages { images: images[..39].to_vec() });
    assert!(!server.is_busy(), "it waits for the page and does not turn in circles");
    assert!(server.work().is_empty());
    // A run on other images does not wait.
    let strokes = training(&[("l", 3.0)]);
    let (sheet, _) = shown(&mut server, request(2, strokes));
    assert_eq!(value(&sheet, Quantity::Step), 0.0);
    tell(&mut server, TrainCommand::Show(request(3, state)));
    tell(&mut server, TrainCommand::MoreImages { images: images[39..].to_vec() });
    let Some(LabWorkerEvent::Train(TrainEvent::Shown { request: 3, shown: third, .. })) =
        answer(&mut server)
    else {
        panic!("nothing is shown")
    };
    assert_eq!(value(&third.sheet, Quantity::Step), 1.0, "the order was not lost");
    // Another file replaces it before its images have come.
    tell(&mut server, begin());
    tell(&mut server, TrainCommand::Resume { bytes: MODEL.to_vec(), answer: true });
    open(&mut server, images, Vec::new());
    let (sheet, _) = shown(&mut server, request(4, state));
    assert_eq!(value(&sheet, Quantity::Step), 0.0, "another file is another run");
}

#[test]
fn a_run_on_a_file_is_gone_on_with_once_the_images_are_there() {
    let state = training(&[("data", 1.0), ("l", 3.0)]);
    let mut server = LabServer::new(stopped);
    open(&mut server, stripes(40), Vec::new());
    shown(&mut server, request(1, state));
    tell(&mut server, TrainCommand::Order(Order::Step));
    shown(&mut server, request(2, state));
    let bytes = file(&mut server);
    let mut other = LabServer::new(stopped);
    let images = stripes(40);
    let name = "stripes".to_owned();
    tell(&mut other, TrainCommand::OpenImages { name, count: 40, labels: Vec::new() });
    assert!(tell(&mut other, TrainCommand::Resume { bytes, answer: true }).is_empty());
    let messages = tell(&mut other, TrainCommand::MoreImages { images });
    assert!(
        matches!(
            &messages[..],
            [Outgoing { event: LabWorkerEvent::Train(TrainEvent::Resumed { .. }), .. }]
        ),
        "{messages:?}"
    );
    let (sheet, _) = shown(&mut other, request(1, state));
    assert_eq!(value(&sheet, Quantity::Step), 1.0);
}

#[test]
fn letters_are_shown_by_their_labels() {
    let state = training(&[("data", 1.0), ("l", 2.0)]);
    let mut server = LabServer::new(stopped);
    // 260 images of 26 classes leave 26 to validate on.
    let labels: Vec<u8> = (0..260).map(|image| 1 + (image % 26) as u8).collect();
    open(&mut server, stripes(260), labels);
    let (sheet, _) = shown(&mut server, request(1, state));
    let latent = sheet.figures.iter().find(|figure| figure.name == "latent").unwrap();
    let mut shown: Vec<u8> = latent
        .marks
        .iter()
        .filter_map(|mark| match &mark.shape {
            Shape::Signs(places, sign) if !places.is_empty() => sign.parse().ok(),
            _ => None,
        })
        .collect();
    shown.sort_unstable();
    assert!(shown.iter().all(|class| (1..=26).contains(class)), "{shown:?}");
    // None of 26 above nine: (9/26)²⁶ ≈ 10⁻¹² over seeds, and the seed is fixed.
    assert!(shown.iter().any(|&class| class > 9), "{shown:?}");
    assert!(!latent.summary.contains("digit"), "{}", latent.summary);
}

#[test]
fn the_images_of_an_opened_file_are_learned_from() {
    let mut server = LabServer::new(stopped);
    let state = training(&[("data", 1.0), ("l", 3.0)]);
    tell(&mut server, TrainCommand::Show(request(1, state)));
    assert!(is_refused(&mut server), "no file is open");
    open(&mut server, stripes(40), vec![1; 40]);
    let (sheet, _) = shown(&mut server, request(2, state));
    assert_eq!(value(&sheet, Quantity::Step), 0.0);
    // The wrong number of labels.
    open(&mut server, stripes(40), vec![1; 39]);
    tell(&mut server, TrainCommand::Show(request(3, state)));
    assert!(is_refused(&mut server));
}

#[test]
fn a_saved_run_goes_on_in_another_worker() {
    let state = training(&[
        ("l", 3.0),
        ("hd", 6.0),
        ("objective", 3.0),
        ("k", 2.0),
        ("rate", 0.001),
        ("seed", 4.0),
    ]);
    let mut server = LabServer::new(stopped);
    shown(&mut server, request(1, state));
    for _ in 0..40 {
        tell(&mut server, TrainCommand::Order(Order::Step));
    }
    let (before, _) = shown(&mut server, request(2, state));
    let messages = tell(&mut server, TrainCommand::Export { moment: None, purpose: Purpose::Keep });
    let Some(LabWorkerEvent::Train(TrainEvent::Exported { bytes, .. })) =
        messages.into_iter().next().map(|messages| messages.event)
    else {
        panic!("no file")
    };

    // Settings without effect do not make another run.
    let state = {
        let mut state = state;
        state.set(place("beta"), 50.0);
        state
    };
    let mut other = LabServer::new(stopped);
    assert!(
        tell(&mut other, TrainCommand::Resume { bytes: bytes.clone(), answer: false }).is_empty()
    );
    let (after, is_done) = shown(&mut other, request(1, state));
    assert!(is_done);
    assert_eq!(value(&after, Quantity::Step), 40.0);
    // Measurements beside a run are not saved with it.
    let curves = |sheet: &Sheet| -> Vec<Vec<Option<f64>>> {
        let measured = [Quantity::Iwae, Quantity::EncoderElbo];
        let is_saved = |column: &Column| {
            let starts = |q: &Quantity| column.name.starts_with(q.label().say(Language::En));
            !measured.iter().any(starts)
        };
        let width = sheet.table.header.iter().take_while(|column| is_saved(column)).count();
        sheet.table.rows.iter().map(|row| row[..width].to_vec()).collect()
    };
    assert_eq!(curves(&after), curves(&before), "the same curves");
    let latent = |sheet: &Sheet| sheet.figures.iter().find(|f| f.name == "latent").cloned();
    assert!(latent(&after) == latent(&before), "the same network");
    tell(&mut other, TrainCommand::Order(Order::Step));
    let (further, _) = shown(&mut other, request(2, state));
    assert_eq!(value(&further, Quantity::Step), 41.0);
    tell(&mut other, TrainCommand::Order(Order::Rewind));
    let (rewound, _) = shown(&mut other, request(3, state));
    assert_eq!(value(&rewound, Quantity::Step), 0.0);

    for broken in [&bytes[..bytes.len() / 2], MODEL] {
        let messages =
            tell(&mut other, TrainCommand::Resume { bytes: broken.to_vec(), answer: false });
        assert!(matches!(&messages[..], [Outgoing { event: LabWorkerEvent::Failed { .. }, .. }]));
    }
}

/// The bytes of a run in its present state.
fn file(server: &mut LabServer) -> Vec<u8> {
    let messages = tell(server, TrainCommand::Export { moment: None, purpose: Purpose::Keep });
    match messages.into_iter().next().map(|messages| messages.event) {
        Some(LabWorkerEvent::Train(TrainEvent::Exported { bytes, .. })) => bytes,
        other => panic!("{other:?}"),
    }
}

#[test]
fn digits_of_another_seed_are_other_images_and_are_found_again() {
    let first = |settings: &[(&str, f64)]| {
        let mut server = LabServer::new(stopped);
        let (sheet, _) = shown(&mut server, request(1, training(settings)));
        let bytes = file(&mut server);
        (value(&sheet, Quantity::Elbo), bytes)
    };
    let (usual, _) = first(&[("l", 3.0)]);
    // An explicit default changes nothing.
    assert_eq!(first(&[("l", 3.0), ("digits-seed", 10.0)]).0, usual);
    let (other, bytes) = first(&[("l", 3.0), ("digits-seed", 11.0)]);
    assert_ne!(other, usual);
    let run = read_run(&bytes).unwrap().unwrap();
    assert_eq!(run.recipe.data, DataSource::PenStrokes { count: 256, seed: 11 });
    let mut again = LabServer::new(stopped);
    assert!(tell(&mut again, TrainCommand::Resume { bytes, answer: false }).is_empty());
    let state = training(&[("l", 3.0), ("digits-seed", 11.0)]);
    let (sheet, _) = shown(&mut again, request(1, state));
    assert_eq!(value(&sheet, Quantity::Elbo), other);
}

#[test]
fn with_the_wrong_sign_the_sheet_refutes_what_is_reported() {
    let mut server = LabServer::new(stopped);
    let state = training(&[("objective", 4.0)]);
    shown(&mut server, request(1, state));
    for _ in 0..40 {
        tell(&mut server, TrainCommand::Order(Order::Step));
    }
    for language in [Language::En, Language::Pt] {
        let (sheet, _) = shown(&mut server, TrainRequest { language, ..request(2, state) });
        assert_eq!(value(&sheet, Quantity::Step), 40.0);
        let (reported, log_evidence) =
            (value(&sheet, Quantity::ReportedElbo), value(&sheet, Quantity::LogEvidence));
        assert!(log_evidence + value(&sheet, Quantity::LogEvidenceError) < 0.0);
        assert!(reported > 0.0 && reported == -value(&sheet, Quantity::Elbo), "{reported}");
        assert!(
            sheet.remarks.iter().any(|remark| remark.is_warning && remark.text.contains("ELBO"))
        );
        let says = |text: &str| sheet.remarks.iter().any(|remark| remark.text.contains(text));
        assert!(says("gap is not split") || says("lacuna não é dividida"), "{:?}", sheet.remarks);
        let bounds = sheet.figures.iter().find(|figure| figure.name == "bounds").unwrap();
        assert_eq!(bounds.marks.iter().filter(|mark| mark.name.is_some()).count(), 4);
        for name in [Quantity::EncoderElbo, Quantity::BestQElbo] {
            assert!(value(&sheet, name).is_nan(), "{name} is not known of such a network");
        }
    }
    // Any other objective reports its own value.
    let (sheet, _) = shown(&mut server, request(3, training(&[])));
    assert!(value(&sheet, Quantity::ReportedElbo).is_nan());
}

/// In every list of numbers a bound is not above the value that it bounds, and labels name network and images.
fn assert_bounds_hold(sheet: &Sheet) {
    let by_name = |name: &str| sheet.metrics.iter().find(|metric| metric.quantity.name() == name);
    let means = ["elbo", "reconstruction", "kl-prior", "reported-elbo", "log-evidence"];
    let first = ["iwae", "best-q-elbo", "encoder-elbo", "encoder-reported"];
    for metric in means.into_iter().chain(first).filter_map(by_name) {
        let says = metric.value.is_none() || metric.basis.is_some();
        assert!(says, "{} does not say whose it is", metric.quantity.name());
    }
    let value = |name: &str| by_name(name).and_then(|metric| metric.value);
    for [low, high] in [
        ["best-q-elbo", "log-evidence"],
        ["encoder-elbo", "best-q-elbo"],
        ["encoder-elbo", "log-evidence"],
        ["encoder-elbo", "iwae"],
        ["iwae", "log-evidence"],
    ] {
        let (Some(below), Some(above)) = (by_name(low), by_name(high)) else { continue };
        assert_eq!(below.basis, above.basis, "{low} and {high} are of other networks or images");
        let (Some(below), Some(above)) = (value(low), value(high)) else { continue };
        assert!(below <= above + 1e-6, "{low} = {below} above {high} = {above}");
    }
    // A label names the images and the step; a number of an older network is marked.
    let of_bounds = by_name("elbo").and_then(|metric| metric.basis).map(|basis| basis.step);
    for name in ["elbo", "log-evidence", "iwae"] {
        let Some(metric) = by_name(name) else { continue };
        let Some(basis) = metric.basis else { continue };
        assert_eq!(basis.is_older, Some(basis.step) < of_bounds, "{name}");
        assert!(metric.label.contains(&format!("step {}", basis.step)), "{}", metric.label);
        assert!(metric.label.contains(&format!("{} images", basis.images)), "{}", metric.label);
    }
}

#[test]
fn a_bound_is_never_shown_above_what_it_bounds() {
    for settings in [&[][..], &[("l", 3.0)], &[("objective", 4.0)]] {
        let state = training(settings);
        let mut server = LabServer::new(hurried);
        tell(&mut server, TrainCommand::Show(request(1, state)));
        tell(&mut server, TrainCommand::Order(Order::Play));
        let (mut sheets, mut older) = (0, 0);
        let mut look = |sheet: &Sheet| {
            assert_bounds_hold(sheet);
            sheets += 1;
            let is_older = |metric: &Metric| metric.basis.is_some_and(|basis| basis.is_older);
            older += usize::from(sheet.metrics.iter().any(is_older));
        };
        for number in 2.. {
            let (sheet, _) = shown(&mut server, request(number, state));
            look(&sheet);
            if value(&sheet, Quantity::Step) >= 50.0 {
                break;
            }
        }
        // When the run is paused, its present network is measured.
        tell(&mut server, TrainCommand::Order(Order::Pause));
        let mut is_done = false;
        while !is_done {
            let (sheet, is_it) = shown(&mut server, request(1, state));
            look(&sheet);
            is_done = is_it;
            if is_done {
                let step = value(&sheet, Quantity::Step);
                let mut exact = ["log-evidence", "iwae"].into_iter();
                let exact =
                    exact.find_map(|name| sheet.metrics.iter().find(|m| m.quantity.name() == name));
                let basis = exact.and_then(|metric| metric.basis).expect("a measurement");
                assert_eq!(
                    f64::from(basis.step),
                    step,
                    "{settings:?}: of the network that is seen"
                );
            }
        }
        assert!(
            sheets > 20 && older > 5,
            "{settings:?}: {sheets} sheets, {older} with an older number"
        );
        // Every moment of the run, and its table, whose rows are of one step each.
        let Some(LabWorkerEvent::Train(TrainEvent::Shown { shown: last, .. })) = ({
            tell(&mut server, TrainCommand::Show(request(1, state)));
            answer(&mut server)
        }) else {
            panic!("nothing is shown")
        };
        for moment in 0..last.moments {
            let request = TrainRequest { moment: Some(moment), ..request(1, state) };
            let (sheet, _) = shown(&mut server, request);
            assert_bounds_hold(&sheet);
            assert_table_holds(&sheet);
        }
    }
}

/// In every row of the table the bound is not above the exact value.
fn assert_table_holds(sheet: &Sheet) {
    let column = |quantity: Quantity| {
        let label = quantity.label().say(Language::En);
        sheet.table.header.iter().position(|column| column.name.starts_with(label))
    };
    let (exact, elbo) = (column(Quantity::LogEvidence), column(Quantity::EncoderElbo));
    let (Some(exact), Some(elbo)) = (exact, elbo) else { return };
    let mut measured = 0;
    for row in &sheet.table.rows {
        if let (Some(exact), Some(elbo)) = (row[exact], row[elbo]) {
            assert!(elbo <= exact + 1e-6, "{row:?}");
            measured += 1;
        }
    }
    assert!(measured > 0, "{:?}", sheet.table.header);
}

#[test]
fn own_drawings_are_learned_from_and_travel_with_the_run() {
    let state = training(&[("data", 2.0), ("l", 3.0)]);
    let mut server = LabServer::new(stopped);
    tell(&mut server, TrainCommand::Show(request(1, state)));
    assert!(is_refused(&mut server), "nothing is drawn");
    let drawn = |phase| BinaryImage::from_fn(|pixel| pixel % 7 == phase);
    let images: Vec<BinaryImage> = (0..3).map(drawn).collect();
    assert!(tell(&mut server, TrainCommand::Drawings { images: images.clone() }).is_empty());
    shown(&mut server, request(2, state));
    tell(&mut server, TrainCommand::Order(Order::Step));
    let (sheet, _) = shown(&mut server, request(3, state));
    // 256 digits minus 25 for validation leave 231, a tenth of them for three drawings: 7 times each.
    let says = |text: &str| sheet.remarks.iter().any(|remark| remark.text.contains(text));
    assert!(says("Own drawings: 3, each 7× among 231"), "{:?}", sheet.remarks);

    let bytes = file(&mut server);
    assert_eq!(read_run(&bytes).unwrap().unwrap().drawings, images);
    // In a session without drawings the run has its own.
    let mut other = LabServer::new(stopped);
    assert!(tell(&mut other, TrainCommand::Resume { bytes, answer: false }).is_empty());
    let (again, _) = shown(&mut other, request(1, state));
    assert_eq!(value(&again, Quantity::Step), 1.0);
    assert_eq!(again.remarks, sheet.remarks);
    // Other drawings make another run.
    tell(&mut server, TrainCommand::Drawings { images: images[..1].to_vec() });
    let (sheet, _) = shown(&mut server, request(4, state));
    assert_eq!(value(&sheet, Quantity::Step), 0.0);
}

#[test]
fn a_file_that_cannot_be_gone_on_with_is_refused_in_both_languages() {
    let mut server = LabServer::new(stopped);
    for bytes in [b"nothing".as_slice(), MODEL] {
        let messages =
            tell(&mut server, TrainCommand::Resume { bytes: bytes.to_vec(), answer: false });
        let Some(LabWorkerEvent::Failed { reason }) =
            messages.into_iter().next().map(|messages| messages.event)
        else {
            panic!("it was taken")
        };
        assert!(
            reason.english().ends_with('.') && reason.say(Language::Pt).ends_with('.'),
            "{reason:?}"
        );
        assert_ne!(reason.english(), reason.say(Language::Pt));
    }
}

/// The file of a run whose settings describe eight hidden units, with the weights of another network.
fn with_weights_of(run: &[u8], settings: &[(&str, f64)]) -> Vec<u8> {
    let mut server = LabServer::new(stopped);
    shown(&mut server, request(1, training(settings)));
    let other = read_weights(&file(&mut server)).unwrap();
    let run = read_run(run).unwrap().unwrap();
    write_run(&other, &run).unwrap()
}

#[test]
fn weights_that_do_not_fit_their_settings_are_refused_and_the_run_goes_on() {
    let state = training(&[("l", 3.0)]);
    let mut server = LabServer::new(stopped);
    shown(&mut server, request(1, state));
    for _ in 0..30 {
        tell(&mut server, TrainCommand::Order(Order::Step));
    }
    let (before, _) = shown(&mut server, request(2, state));
    let bytes = file(&mut server);
    let others: [&[(&str, f64)]; 4] = [
        &[("l", 3.0), ("h", 9.0)],
        &[("l", 3.0), ("hd", 9.0)],
        &[("l", 2.0)],
        &[("l", 3.0), ("act", 1.0)],
    ];
    for settings in others {
        let bytes = with_weights_of(&bytes, settings);
        let messages = tell(&mut server, TrainCommand::Resume { bytes, answer: true });
        let [Outgoing { event: LabWorkerEvent::Failed { reason }, .. }] = &messages[..] else {
            panic!("{settings:?}: {messages:?}")
        };
        assert!(reason.english().contains("784–8–3, 3–8–784, tanh"), "{reason:?}");
        // A request with these settings finds the run with its steps and its curves.
        let (after, _) = shown(&mut server, request(3, state));
        assert_eq!(value(&after, Quantity::Step), 30.0, "{settings:?}");
        assert!(after == before, "{settings:?}");
    }
    // The same file with its own weights is resumed, and its settings are reported.
    let messages = tell(&mut server, TrainCommand::Resume { bytes, answer: true });
    let [Outgoing { event: LabWorkerEvent::Train(TrainEvent::Resumed { settings }), .. }] =
        &messages[..]
    else {
        panic!("{messages:?}")
    };
    assert_eq!(*settings, state.canonical());
}
