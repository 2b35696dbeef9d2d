//! The worker's server, driven as the browser drives it: what is done in which order, and what is told.

use crate::common::scalar_decoder::ScalarDecoder;
use crate::common::small_model::small_model;
use candle_core::DType;
use elboscope::bench::{Noise, draw};
use elboscope::bench_worker::{
    Command, Event, LADDER_DRAWS, Level, Outgoing, ProposalParameters, Server, Square, TilePlace,
};
use elboscope::data::BinaryImage;
use elboscope::evidence::{LADDER, LADDER_STEPS, ladder};
use elboscope::exact::{
    Decomposition, Lattice, LatticePair, LogLikelihoodField, LogLikelihoodLattice,
    LogPartitionLattice, Resolution, exact_elbo, exact_evidence,
};
use elboscope::family::BivariateGaussian;
use elboscope::model::{Activation, ImageTerm, Vae, encoder_proposal, write_weights};
use elboscope::worker::{Patience, Serve};
use proptest::prelude::*;

fn model() -> Vae {
    small_model(3, 2, Activation::Tanh)
}

fn load() -> Command {
    Command::LoadModel { bytes: write_weights(&model()).unwrap() }
}

fn x() -> BinaryImage {
    BinaryImage::from_fn(|pixel| pixel % 3 == 0)
}

fn set_image(image: u32) -> Command {
    Command::SetImage { image, pixels: x().to_base64() }
}

fn q() -> BivariateGaussian {
    BivariateGaussian::new([0.3, -0.2], [0.6, 0.7], 0.2).unwrap()
}

fn propose(proposal: u32) -> Command {
    Command::SetProposal { proposal, q: (&q()).into(), seed: 7 }
}

/// Works until it is idle, or until `enough` says so of what was told last.
fn work_until(server: &mut Server, enough: impl Fn(&Event) -> bool) -> Vec<Outgoing> {
    let mut told = Vec::new();
    while server.is_busy() {
        let slice = server.work();
        let is_enough = slice.iter().any(|outgoing| enough(&outgoing.event));
        told.extend(slice);
        if is_enough {
            break;
        }
        assert!(told.len() < 20_000, "no end: {:?}", told.last());
    }
    told
}

fn is_field(event: &Event, wanted: Level) -> bool {
    matches!(event, Event::Field { level, .. } if *level == wanted)
}

fn is_failure(outgoing: &[Outgoing]) -> bool {
    matches!(outgoing, [Outgoing { event: Event::Failed { reason }, values }]
        if !reason.is_empty() && values.is_empty())
}

#[test]
fn a_new_server_is_idle_after_saying_so_once() {
    let mut server = Server::new();
    assert!(server.is_busy());
    assert_eq!(server.work(), [Outgoing::from(Event::Idle { handled: 0 })]);
    assert!(!server.is_busy());
    assert_eq!(server.work(), []);
}

#[test]
fn everything_is_told_in_order_to_a_million_draws() {
    let mut server = Server::new();
    for command in [load(), set_image(41), propose(99)] {
        assert_eq!(server.handle(command), []);
    }
    let told = work_until(&mut server, |_| false);
    assert_eq!(told.last().map(|last| &last.event), Some(&Event::Idle { handled: 3 }));
    assert!(!server.is_busy());
    assert!(server.work().is_empty());

    // The order of the milestones.
    let at = |wanted: &dyn Fn(&Event) -> bool| told.iter().position(|o| wanted(&o.event)).unwrap();
    let field = |square: Square, level: Level| {
        at(
            &|event| matches!(event, Event::Field { square: s, level: l, .. } if (*s, *l) == (square, level)),
        )
    };
    let best = at(&|event| matches!(event, Event::BestProposal { .. }));
    let posterior = at(&|event| matches!(event, Event::Posterior { .. }));
    let terms = at(&|event| matches!(event, Event::Decomposition { .. }));
    let exact_ladder = at(&|event| matches!(event, Event::ExactLadder { .. }));
    let first_ladder = at(&|event| matches!(event, Event::Ladder { .. }));
    let interval = |width: f64| {
        at(&|e| matches!(e, Event::Certified { lower, upper, .. } if upper - lower <= width))
    };
    let a_million = at(&|event| matches!(event, Event::Running { draws: 1_000_000, .. }));
    let milestones = [
        field(Square::Inner, Level::Coarse),
        field(Square::Outer, Level::Coarse),
        first_ladder,
        interval(0.01),
        posterior,
        terms,
        best,
        exact_ladder,
        field(Square::Inner, Level::Fine),
        interval(1e-6),
        field(Square::Outer, Level::Fine),
        a_million,
    ];
    assert!(milestones.is_sorted(), "{milestones:?}");

    // Progress of each lattice rises to one, coarse before fine.
    let mut last = (Level::Coarse, 0.0);
    for outgoing in &told {
        if let Event::Progress { level, share, .. } = outgoing.event {
            assert!((0.0..=1.0).contains(&share));
            assert!(
                level > last.0 || share > last.1 || last.1 == 1.0,
                "{level:?} {share} after {last:?}"
            );
            last = (level, share);
        }
    }
    assert_eq!(last, (Level::Fine, 1.0));

    // Numbers of x and q are those of the commands; values travel with fields alone.
    for outgoing in &told {
        match &outgoing.event {
            Event::Field { image, lattice, .. } => {
                assert_eq!((*image, outgoing.values.len()), (41, lattice.len()));
                continue;
            }
            Event::Shade { image, .. } => {
                assert_eq!(*image, 41);
                assert!(!outgoing.values.is_empty());
                continue;
            }
            Event::BestProposal { image, .. }
            | Event::Certified { image, .. }
            | Event::Posterior { image, .. }
            | Event::EncoderElbo { image, .. }
            | Event::FieldError { image, .. } => assert_eq!(*image, 41),
            Event::Running { proposal, .. }
            | Event::Decomposition { proposal, .. }
            | Event::Ladder { proposal, .. }
            | Event::ExactLadder { proposal, .. } => assert_eq!(*proposal, 99),
            Event::Failed { reason } => panic!("{reason}"),
            Event::Progress { .. } | Event::Idle { .. } => {}
        }
        assert!(outgoing.values.is_empty());
    }

    // The last fields are those of a direct computation, to the bit.
    let exact = model().to_dtype(DType::F64).unwrap();
    let term = ImageTerm::new(&exact, &x()).unwrap();
    let direct = |lattice: Lattice| {
        let partition = LogPartitionLattice::new(&exact, lattice).unwrap();
        LogLikelihoodLattice::new(&exact, &term, &partition).unwrap()
    };
    let outer = direct(LatticePair::COARSE.outer);
    assert_eq!(told[field(Square::Outer, Level::Coarse)].values, outer.values());
    let inner = direct(LatticePair::FINE.inner);
    assert_eq!(told[field(Square::Inner, Level::Fine)].values, inner.values());
    let sent = told[field(Square::Outer, Level::Fine)].values.clone();
    let outer = LogLikelihoodLattice::from_values(LatticePair::FINE.outer, sent).unwrap();
    let field = LogLikelihoodField { inner, outer };

    // The best q is better than the encoder's and its ELBO is the exact one.
    let evidence = exact_evidence(&field).log_evidence;
    let Event::BestProposal { q: best, elbo, .. } = told[best].event else { panic!() };
    let best = BivariateGaussian::try_from(best).unwrap();
    let encoder = encoder_proposal(&model(), &x()).unwrap();
    assert!((exact_elbo(&best, &field) - elbo).abs() < 1e-6);
    assert!(elbo >= exact_elbo(&encoder, &field) - 1e-6 && elbo < evidence);
    for outgoing in &told {
        match outgoing.event {
            Event::Posterior { log_evidence, resolution, .. } => {
                assert!((log_evidence - evidence).abs() < 1e-8, "{log_evidence} {evidence}");
                assert!(matches!(resolution, Resolution::Resolved { error } if error < 1e-8));
            }
            Event::EncoderElbo { elbo, .. } => {
                assert!((elbo - exact_elbo(&encoder, &field)).abs() < 1e-7);
            }
            Event::Decomposition { terms, error, .. } => {
                let lattice = Decomposition::new(&q(), &field, &exact_evidence(&field));
                assert!(error < 1e-7 && (terms.elbo() - lattice.elbo()).abs() < 1e-7);
                assert!((terms.kl_posterior - lattice.kl_posterior).abs() < 1e-7);
            }
            _ => {}
        }
    }
    // The coarse field is off, the fine one is not.
    let errors: Vec<f64> = told
        .iter()
        .filter_map(|outgoing| match outgoing.event {
            Event::FieldError { error, .. } => Some(error),
            _ => None,
        })
        .collect();
    assert!(errors.len() >= 2 && errors[errors.len() - 1] < 1e-7, "{errors:?}");

    // The interval narrows around it until it is a millionth of a nat wide; the lattice is that exact.
    let mut interval = (f64::NEG_INFINITY, 0.0, 0);
    for outgoing in &told {
        if let Event::Certified { lower, upper, cells, .. } = outgoing.event {
            assert!(lower >= interval.0 && upper <= interval.1 && cells >= interval.2);
            assert!(lower <= evidence && evidence <= upper, "{evidence} not in {lower} … {upper}");
            interval = (lower, upper, cells);
        }
    }
    assert!(interval.1 - interval.0 <= 1e-6, "{interval:?}");

    // Draws only ever grow, and the estimate from all of them is within five of its standard errors of
    // the truth: false-alarm rate 6e-7; 1e-4 nat for f32.
    let mut draws_before = 0;
    for outgoing in &told {
        if let Event::Running { draws, log_evidence, log_stderr, .. } = outgoing.event {
            assert!(draws > draws_before);
            draws_before = draws;
            if draws == 1_000_000 {
                let stderr = log_stderr.unwrap();
                println!("{log_evidence} ± {stderr:.1e}, exact {evidence}");
                assert!((log_evidence - evidence).abs() < 5.0 * stderr + 1e-4);
            }
        }
    }
    assert_eq!(draws_before, 1_000_000);

    // The exact ladder begins at the ELBO and rises towards log p(x).
    let Event::ExactLadder { values, errors, .. } = &told[exact_ladder].event else { panic!() };
    assert_eq!((values.len(), errors.len()), (LADDER.len(), LADDER.len()));
    assert!(values.is_sorted() && values[0] < evidence && values[10] < evidence + 1e-6);
    assert!((values[0] - exact_elbo(&q(), &field)).abs() < 1e-6, "{values:?}");
    assert!(errors.iter().all(|&error| error < 1e-6), "{errors:?}");

    // The last ladder is that of the first 16 · 1024 draws of the seed.
    let noise = Noise::new(7).take(16 * 1024);
    let weights = draw(&model(), &term, &q(), &noise).unwrap().log_weights;
    let ladders = told.iter().filter_map(|outgoing| match &outgoing.event {
        Event::Ladder { rungs, .. } => Some(rungs),
        _ => None,
    });
    let ladders: Vec<_> = ladders.collect();
    assert_eq!(ladders.len(), 5);
    assert!(ladders.iter().all(|rungs| rungs.len() == LADDER.len()));
    for (found, expected) in ladders[4].iter().zip(ladder(&weights, &LADDER_STEPS)) {
        assert_eq!((found.k, found.replicates), (expected.k, expected.replicates));
        assert!((found.mean - expected.mean).abs() < 1e-4);
    }
}

#[test]
fn a_new_proposal_replaces_the_old_one_and_starts_over() {
    let mut server = Server::new();
    for command in [load(), set_image(1), propose(1)] {
        server.handle(command);
    }
    let draws_of = |wanted: u32| move |event: &Event| matches!(event, Event::Running { proposal, .. } if *proposal == wanted);
    work_until(&mut server, draws_of(1));
    assert_eq!(server.handle(propose(2)), []);
    let told = work_until(&mut server, |event| matches!(event, Event::BestProposal { .. }));
    let running = |outgoing: &&Outgoing| matches!(outgoing.event, Event::Running { .. });
    let Some(Event::Running { proposal: 2, draws: 1024, .. }) =
        told.iter().find(running).map(|o| o.event.clone())
    else {
        panic!("{told:?}")
    };
    for outgoing in &told {
        if let Event::Running { proposal, .. } | Event::Ladder { proposal, .. } = &outgoing.event {
            assert_eq!(*proposal, 2);
        }
    }
}

#[test]
fn what_a_moving_q_asks_for_waits_for_its_frame_and_refinement_for_a_rest() {
    let mut server = Server::new();
    for command in [load(), set_image(1), propose(1)] {
        server.handle(command);
    }
    assert_eq!(server.patience(), Patience::None, "somebody waits for the fields of x");
    while server.patience() == Patience::None {
        assert!(server.is_busy() && !server.work().is_empty(), "the fields were never told");
    }
    server.handle(propose(2));
    assert_eq!(server.patience(), Patience::Frame);
    server.work();
    assert_eq!(server.patience(), Patience::Rest);
    let mut told = Vec::new();
    while server.patience() == Patience::Rest {
        told.extend(server.work().into_iter().map(|outgoing| outgoing.event));
    }
    assert_eq!(server.patience(), Patience::Idle);
    // Whoever waits for the first whole set of numbers does not wait for an idle page.
    let is_told = |is_it: fn(&Event) -> bool| told.iter().any(is_it);
    assert!(is_told(|event| matches!(event, Event::Decomposition { .. })), "{told:?}");
    assert!(is_told(|event| matches!(event, Event::BestProposal { .. })), "{told:?}");
    let ladder = told.iter().rev().find_map(|event| match event {
        Event::Ladder { rungs, .. } => Some(rungs),
        _ => None,
    });
    assert_eq!(ladder.expect("a ladder")[0].replicates, LADDER_DRAWS);
    assert!(server.is_busy(), "a narrower proof, finer lattices and more draws are left");
    server.handle(set_image(2));
    assert_eq!(server.patience(), Patience::None);
}

#[test]
fn another_image_uses_the_lattices_that_are_there() {
    let mut server = Server::new();
    server.handle(load());
    server.handle(set_image(1));
    work_until(&mut server, |event| is_field(event, Level::Coarse));
    server.handle(set_image(2));
    let told = work_until(&mut server, |event| matches!(event, Event::BestProposal { .. }));
    assert!(
        matches!(told[0].event, Event::Field { image: 2, level: Level::Coarse, .. }),
        "{:?}",
        told[0].event
    );
    for outgoing in &told {
        if let Event::Field { image, .. }
        | Event::BestProposal { image, .. }
        | Event::Certified { image, .. } = outgoing.event
        {
            assert_eq!(image, 2);
        }
    }
}

#[test]
fn what_cannot_be_done_is_told_and_the_server_goes_on() {
    let mut server = Server::new();
    assert!(is_failure(&server.handle(set_image(1))), "an image before any model");
    assert!(is_failure(&server.handle(Command::LoadModel { bytes: vec![7; 100] })));
    assert_eq!(server.work(), [Outgoing::from(Event::Idle { handled: 2 })]);

    assert!(server.handle(load()).is_empty());
    assert!(is_failure(&server.handle(Command::SetImage { image: 2, pixels: "?".to_string() })));
    let bad = ProposalParameters { mean: [0.0; 2], sd: [0.0, 1.0], rho: 0.0 };
    assert!(is_failure(&server.handle(Command::SetProposal { proposal: 3, q: bad, seed: 0 })));
    assert!(server.handle(set_image(3)).is_empty());
    // A bad file does not take away the model that is there.
    assert!(is_failure(&server.handle(Command::LoadModel { bytes: Vec::new() })));
    let told = work_until(&mut server, |event| is_field(event, Level::Coarse));
    assert!(matches!(told.last().unwrap().event, Event::Field { image: 3, .. }));
}

#[test]
fn a_network_that_overflows_is_refused_and_the_server_goes_on() {
    // Finite weights whose sums are not, in f32.
    let mut overflowing = model();
    for layer in &mut overflowing.decoder {
        layer.weight = (&layer.weight * 3e38).unwrap();
        layer.bias = (&layer.bias * 3e38).unwrap();
    }
    let bytes = write_weights(&overflowing).unwrap();
    let mut server = Server::new();
    assert!(is_failure(&server.handle(Command::LoadModel { bytes })));
    assert_eq!(server.work(), [Outgoing::from(Event::Idle { handled: 1 })]);
    assert!(server.handle(load()).is_empty());
}

#[test]
fn a_model_of_another_latent_dimension_fails_once() {
    let mut server = Server::new();
    let bytes = write_weights(&small_model(3, 3, Activation::Tanh)).unwrap();
    server.handle(Command::LoadModel { bytes });
    let mut failures = 0;
    for _ in 0..100 {
        let told = server.work();
        failures += told.iter().filter(|o| matches!(o.event, Event::Failed { .. })).count();
    }
    assert!(failures <= 1 && !server.is_busy(), "{failures} failures");
}

fn any_command() -> impl Strategy<Value = Command> {
    let number =
        || prop_oneof![any::<f64>(), -4.0..4.0_f64].prop_filter("equality", |f| !f.is_nan());
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..300).prop_map(|bytes| Command::LoadModel { bytes }),
        (any::<u32>(), ".{0,140}").prop_map(|(image, pixels)| Command::SetImage { image, pixels }),
        (any::<u32>(), any::<u32>(), [number(), number(), number(), number(), number()]).prop_map(
            |(proposal, seed, [m1, m2, s1, s2, rho])| Command::SetProposal {
                proposal,
                q: ProposalParameters { mean: [m1, m2], sd: [s1, s2], rho },
                seed,
            }
        ),
    ]
}

fn any_event() -> impl Strategy<Value = Event> {
    let number = || any::<f64>().prop_filter("equality", |f| !f.is_nan());
    let square = prop_oneof![Just(Square::Inner), Just(Square::Outer)];
    let level = prop_oneof![Just(Level::Coarse), Just(Level::Fine)];
    let rung =
        (1..2000_usize, 1..2000_usize, [number(), number(), number()], prop::option::of(number()));
    let rungs = prop::collection::vec(rung, 0..12).prop_map(|rungs| {
        let rung = |(k, replicates, [mean, low, high], stderr): (usize, usize, [f64; 3], _)| {
            elboscope::evidence::Rung {
                k: std::num::NonZeroUsize::new(k).unwrap(),
                replicates,
                mean,
                stderr,
                low,
                high,
            }
        };
        rungs.into_iter().map(rung).collect::<Vec<_>>()
    });
    (
        0..12,
        any::<u32>(),
        (square, level),
        [number(), number()],
        prop::option::of(number()),
        rungs,
        any::<u64>(),
    )
        .prop_map(|(kind, id, (square, level), [a, b], option, rungs, draws)| match kind {
            0 => Event::Progress { square, level, share: a },
            1 => Event::Field {
                image: id,
                square,
                level,
                lattice: Lattice::new(a, draws as u32 as usize),
            },
            2 => {
                let q = ProposalParameters { mean: [a, b], sd: [b, a], rho: a };
                Event::BestProposal { image: id, q, elbo: b }
            }
            3 => Event::Running { proposal: id, draws, log_evidence: a, log_stderr: option },
            4 => Event::Ladder { proposal: id, rungs },
            5 => Event::Certified { image: id, lower: a, upper: b, cells: draws as u32 as usize },
            6 => Event::Failed { reason: format!("{a} é {b}") },
            7 => {
                let resolution = Resolution::BeyondWeights { error: a, relative_width: b };
                Event::Posterior { image: id, log_evidence: b, resolution }
            }
            8 => Event::FieldError { image: id, levels: [level, Level::Fine], error: b },
            10 => Event::Shade { image: id, center: [a, b], half_width: b },
            9 => Event::ExactLadder { proposal: id, values: vec![a, b], errors: vec![b, a] },
            _ => Event::Idle { handled: id },
        })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn commands_survive_the_wire(command in any_command()) {
        let bytes = postcard::to_allocvec(&command).unwrap();
        prop_assert_eq!(postcard::from_bytes::<Command>(&bytes).unwrap(), command);
    }

    #[test]
    fn events_survive_the_wire(event in any_event()) {
        let bytes = postcard::to_allocvec(&event).unwrap();
        prop_assert_eq!(postcard::from_bytes::<Event>(&bytes).unwrap(), event);
    }

    #[test]
    fn garbage_on_the_wire_is_no_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(command) = postcard::from_bytes::<Command>(&bytes) {
            Server::new().handle(command);
        }
    }
}

#[test]
fn tiles_are_the_decoders_images() {
    let latents = vec![[0.0, 0.0], [1.2, -0.7], [-2.5, 3.0]];
    let mut server = Server::new();
    let decode =
        Command::DecodeTiles { place: TilePlace::Plane, number: 5, latents: latents.clone() };
    for command in [load(), set_image(1), propose(1), decode] {
        assert_eq!(server.handle(command), []);
    }
    let told = work_until(&mut server, |event| matches!(event, Event::Tiles { .. }));
    let Some(Event::Tiles { place: TilePlace::Plane, number: 5, shades }) =
        told.last().map(|last| &last.event)
    else {
        panic!("no tiles: {:?}", told.last());
    };
    assert_eq!(shades.len(), 784 * latents.len());

    // The logit of a pixel is what log p(x|z) gains by its ink: by the scalar decoder, pixel by pixel.
    let scalar = ScalarDecoder::read(&write_weights(&model()).unwrap());
    let blank = BinaryImage::from_fn(|_| false);
    for (place, z) in latents.iter().enumerate() {
        for pixel in [0, 100, 391, 783] {
            let dot = BinaryImage::from_fn(|index| index == pixel);
            let [with, without] = scalar.log_likelihoods(&[dot, blank], *z)[..] else {
                panic!("two images, two values")
            };
            let expected = 255.0 / (1.0 + (without - with).exp());
            let found = f64::from(shades[784 * place + pixel]);
            assert!((found - expected).abs() < 0.51, "{z:?}, {pixel}: {found} for {expected}");
        }
    }

    // The first numbers come before the picture.
    let first = |wanted: fn(&Event) -> bool| told.iter().position(|o| wanted(&o.event));
    assert!(first(|event| matches!(event, Event::Ladder { .. })).is_some(), "no ladder before it");
}
