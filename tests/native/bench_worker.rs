//! The bench's worker, driven as by the browser: the order of its work, and its events.

use crate::common::scalar_decoder::ScalarDecoder;
use crate::common::small_model::small_model;
use candle_core::DType;
use elboscope::bench::{Noise, draw};
use elboscope::bench_worker::{
    BenchCommand, BenchEvent, BenchOutgoing, BenchServer, LADDER_DRAWS, LatticeRole, Level,
    ProposalParameters, TilePlace,
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

fn load() -> BenchCommand {
    BenchCommand::LoadModel { bytes: write_weights(&model()).unwrap() }
}

fn x() -> BinaryImage {
    BinaryImage::from_fn(|pixel| pixel % 3 == 0)
}

fn set_image(image: u32) -> BenchCommand {
    BenchCommand::SetImage { image, pixels: x().to_base64() }
}

fn q() -> BivariateGaussian {
    BivariateGaussian::new([0.3, -0.2], [0.6, 0.7], 0.2).unwrap()
}

fn propose(proposal: u32) -> BenchCommand {
    BenchCommand::SetProposal { proposal, q: (&q()).into(), seed: 7 }
}

/// Works until it is idle, or until `enough` accepts the last event.
fn work_until(
    server: &mut BenchServer,
    enough: impl Fn(&BenchEvent) -> bool,
) -> Vec<BenchOutgoing> {
    let mut messages = Vec::new();
    while server.is_busy() {
        let slice = server.work();
        let is_enough = slice.iter().any(|outgoing| enough(&outgoing.event));
        messages.extend(slice);
        if is_enough {
            break;
        }
        assert!(messages.len() < 20_000, "no end: {:?}", messages.last());
    }
    messages
}

fn is_field(event: &BenchEvent, wanted: Level) -> bool {
    matches!(event, BenchEvent::Field { level, .. } if *level == wanted)
}

fn is_failure(outgoing: &[BenchOutgoing]) -> bool {
    matches!(outgoing, [BenchOutgoing { event: BenchEvent::Failed { reason }, values }]
        if !reason.is_empty() && values.is_empty())
}

#[test]
fn a_new_server_is_idle_after_saying_so_once() {
    let mut server = BenchServer::new();
    assert!(server.is_busy());
    assert_eq!(server.work(), [BenchOutgoing::from(BenchEvent::Idle { handled: 0 })]);
    assert!(!server.is_busy());
    assert_eq!(server.work(), []);
}

#[test]
fn events_come_in_order_up_to_a_million_draws() {
    let mut server = BenchServer::new();
    for command in [load(), set_image(41), propose(99)] {
        assert_eq!(server.handle(command), []);
    }
    let messages = work_until(&mut server, |_| false);
    assert_eq!(messages.last().map(|last| &last.event), Some(&BenchEvent::Idle { handled: 3 }));
    assert!(!server.is_busy());
    assert!(server.work().is_empty());

    // The order of the milestones.
    let at = |wanted: &dyn Fn(&BenchEvent) -> bool| {
        messages.iter().position(|o| wanted(&o.event)).unwrap()
    };
    let field = |square: LatticeRole, level: Level| {
        at(
            &|event| matches!(event, BenchEvent::Field { square: s, level: l, .. } if (*s, *l) == (square, level)),
        )
    };
    let best = at(&|event| matches!(event, BenchEvent::BestProposal { .. }));
    let posterior = at(&|event| matches!(event, BenchEvent::Posterior { .. }));
    let terms = at(&|event| matches!(event, BenchEvent::Decomposition { .. }));
    let exact_ladder = at(&|event| matches!(event, BenchEvent::ExactLadder { .. }));
    let first_ladder = at(&|event| matches!(event, BenchEvent::Ladder { .. }));
    let interval = |width: f64| {
        at(&|e| matches!(e, BenchEvent::Certified { lower, upper, .. } if upper - lower <= width))
    };
    let a_million = at(&|event| matches!(event, BenchEvent::Running { draws: 1_000_000, .. }));
    let milestones = [
        field(LatticeRole::Inner, Level::Coarse),
        field(LatticeRole::Outer, Level::Coarse),
        first_ladder,
        interval(0.01),
        posterior,
        terms,
        best,
        exact_ladder,
        field(LatticeRole::Inner, Level::Fine),
        interval(1e-6),
        field(LatticeRole::Outer, Level::Fine),
        a_million,
    ];
    assert!(milestones.is_sorted(), "{milestones:?}");

    // Progress of each lattice rises to one, coarse before fine.
    let mut last = (Level::Coarse, 0.0);
    for outgoing in &messages {
        if let BenchEvent::Progress { level, share, .. } = outgoing.event {
            assert!((0.0..=1.0).contains(&share));
            assert!(
                level > last.0 || share > last.1 || last.1 == 1.0,
                "{level:?} {share} after {last:?}"
            );
            last = (level, share);
        }
    }
    assert_eq!(last, (Level::Fine, 1.0));

    // Numbers of x and q are those of the commands; only fields have values.
    for outgoing in &messages {
        match &outgoing.event {
            BenchEvent::Field { image, lattice, .. } => {
                assert_eq!((*image, outgoing.values.len()), (41, lattice.len()));
                continue;
            }
            BenchEvent::Tiles { .. } => panic!("nobody asked for images"),
            BenchEvent::Shade { image, .. } => {
                assert_eq!(*image, 41);
                assert!(!outgoing.values.is_empty());
                continue;
            }
            BenchEvent::BestProposal { image, .. }
            | BenchEvent::Certified { image, .. }
            | BenchEvent::Posterior { image, .. }
            | BenchEvent::EncoderElbo { image, .. }
            | BenchEvent::FieldError { image, .. } => assert_eq!(*image, 41),
            BenchEvent::Running { proposal, .. }
            | BenchEvent::Decomposition { proposal, .. }
            | BenchEvent::Ladder { proposal, .. }
            | BenchEvent::ExactLadder { proposal, .. } => assert_eq!(*proposal, 99),
            BenchEvent::Failed { reason } => panic!("{reason}"),
            BenchEvent::Progress { .. } | BenchEvent::Idle { .. } => {}
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
    assert_eq!(messages[field(LatticeRole::Outer, Level::Coarse)].values, outer.values());
    let inner = direct(LatticePair::FINE.inner);
    assert_eq!(messages[field(LatticeRole::Inner, Level::Fine)].values, inner.values());
    let sent = messages[field(LatticeRole::Outer, Level::Fine)].values.clone();
    let outer = LogLikelihoodLattice::from_values(LatticePair::FINE.outer, sent).unwrap();
    let field = LogLikelihoodField { inner, outer };

    // The best q is better than the encoder's and its ELBO is the exact one.
    let evidence = exact_evidence(&field).log_evidence;
    let BenchEvent::BestProposal { q: best, elbo, .. } = messages[best].event else { panic!() };
    let best = BivariateGaussian::try_from(best).unwrap();
    let encoder = encoder_proposal(&model(), &x()).unwrap();
    assert!((exact_elbo(&best, &field) - elbo).abs() < 1e-6);
    assert!(elbo >= exact_elbo(&encoder, &field) - 1e-6 && elbo < evidence);
    for outgoing in &messages {
        match outgoing.event {
            BenchEvent::Posterior { log_evidence, resolution, .. } => {
                assert!((log_evidence - evidence).abs() < 1e-8, "{log_evidence} {evidence}");
                assert!(matches!(resolution, Resolution::Resolved { error } if error < 1e-8));
            }
            BenchEvent::EncoderElbo { elbo, .. } => {
                assert!((elbo - exact_elbo(&encoder, &field)).abs() < 1e-7);
            }
            BenchEvent::Decomposition { terms, error, .. } => {
                let lattice = Decomposition::new(&q(), &field, &exact_evidence(&field));
                assert!(error < 1e-7 && (terms.elbo() - lattice.elbo()).abs() < 1e-7);
                assert!((terms.kl_posterior - lattice.kl_posterior).abs() < 1e-7);
            }
            _ => {}
        }
    }
    // The coarse field has an error, the fine one has none.
    let errors: Vec<f64> = messages
        .iter()
        .filter_map(|outgoing| match outgoing.event {
            BenchEvent::FieldError { error, .. } => Some(error),
            _ => None,
        })
        .collect();
    assert!(errors.len() >= 2 && errors[errors.len() - 1] < 1e-7, "{errors:?}");

    // The interval narrows around it to a millionth of a nat; the lattice is that exact.
    let mut interval = (f64::NEG_INFINITY, 0.0, 0);
    for outgoing in &messages {
        if let BenchEvent::Certified { lower, upper, cells, .. } = outgoing.event {
            assert!(lower >= interval.0 && upper <= interval.1 && cells >= interval.2);
            assert!(lower <= evidence && evidence <= upper, "{evidence} not in {lower} … {upper}");
            interval = (lower, upper, cells);
        }
    }
    assert!(interval.1 - interval.0 <= 1e-6, "{interval:?}");

    // The number of draws only increases, and the estimate from all of them is within five of its standard errors of
    // the exact value: false-alarm rate 6e-7; 1e-4 nat for f32.
    let mut draws_before = 0;
    for outgoing in &messages {
        if let BenchEvent::Running { draws, log_evidence, log_stderr, .. } = outgoing.event {
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

    // The exact ladder begins at the ELBO and increases towards log p(x).
    let BenchEvent::ExactLadder { values, errors, .. } = &messages[exact_ladder].event else {
        panic!()
    };
    assert_eq!((values.len(), errors.len()), (LADDER.len(), LADDER.len()));
    assert!(values.is_sorted() && values[0] < evidence && values[10] < evidence + 1e-6);
    assert!((values[0] - exact_elbo(&q(), &field)).abs() < 1e-6, "{values:?}");
    assert!(errors.iter().all(|&error| error < 1e-6), "{errors:?}");

    // The last ladder is that of the first 16 · 1024 draws of the seed.
    let noise = Noise::new(7).take(16 * 1024);
    let weights = draw(&model(), &term, &q(), &noise).unwrap().log_weights;
    let ladders = messages.iter().filter_map(|outgoing| match &outgoing.event {
        BenchEvent::Ladder { rungs, .. } => Some(rungs),
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
    let mut server = BenchServer::new();
    for command in [load(), set_image(1), propose(1)] {
        server.handle(command);
    }
    let draws_of = |wanted: u32| move |event: &BenchEvent| matches!(event, BenchEvent::Running { proposal, .. } if *proposal == wanted);
    work_until(&mut server, draws_of(1));
    assert_eq!(server.handle(propose(2)), []);
    let messages =
        work_until(&mut server, |event| matches!(event, BenchEvent::BestProposal { .. }));
    let running = |outgoing: &&BenchOutgoing| matches!(outgoing.event, BenchEvent::Running { .. });
    let Some(BenchEvent::Running { proposal: 2, draws: 1024, .. }) =
        messages.iter().find(running).map(|o| o.event.clone())
    else {
        panic!("{messages:?}")
    };
    for outgoing in &messages {
        if let BenchEvent::Running { proposal, .. } | BenchEvent::Ladder { proposal, .. } =
            &outgoing.event
        {
            assert_eq!(*proposal, 2);
        }
    }
}

#[test]
fn estimates_of_a_moving_q_wait_for_its_frame_and_refinement_for_an_idle_pointer() {
    let mut server = BenchServer::new();
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
    assert_eq!(server.patience(), Patience::PointerIdle);
    let mut messages = Vec::new();
    while server.patience() == Patience::PointerIdle {
        messages.extend(server.work().into_iter().map(|outgoing| outgoing.event));
    }
    assert_eq!(server.patience(), Patience::PageIdle);
    // A first complete set of numbers does not wait for an idle page.
    let is_told = |is_it: fn(&BenchEvent) -> bool| messages.iter().any(is_it);
    assert!(is_told(|event| matches!(event, BenchEvent::Decomposition { .. })), "{messages:?}");
    assert!(is_told(|event| matches!(event, BenchEvent::BestProposal { .. })), "{messages:?}");
    let ladder = messages.iter().rev().find_map(|event| match event {
        BenchEvent::Ladder { rungs, .. } => Some(rungs),
        _ => None,
    });
    assert_eq!(ladder.expect("a ladder")[0].replicates, LADDER_DRAWS);
    assert!(server.is_busy(), "a narrower proof, finer lattices and more draws are left");
    server.handle(set_image(2));
    assert_eq!(server.patience(), Patience::None);
}

#[test]
fn another_image_uses_the_lattices_that_are_there() {
    let mut server = BenchServer::new();
    server.handle(load());
    server.handle(set_image(1));
    work_until(&mut server, |event| is_field(event, Level::Coarse));
    server.handle(set_image(2));
    let messages =
        work_until(&mut server, |event| matches!(event, BenchEvent::BestProposal { .. }));
    assert!(
        matches!(messages[0].event, BenchEvent::Field { image: 2, level: Level::Coarse, .. }),
        "{:?}",
        messages[0].event
    );
    for outgoing in &messages {
        if let BenchEvent::Field { image, .. }
        | BenchEvent::BestProposal { image, .. }
        | BenchEvent::Certified { image, .. } = outgoing.event
        {
            assert_eq!(image, 2);
        }
    }
}

#[test]
fn a_failed_command_is_reported_and_the_server_continues() {
    let mut server = BenchServer::new();
    assert!(is_failure(&server.handle(set_image(1))), "an image before any model");
    assert!(is_failure(&server.handle(BenchCommand::LoadModel { bytes: vec![7; 100] })));
    assert_eq!(server.work(), [BenchOutgoing::from(BenchEvent::Idle { handled: 2 })]);

    assert!(server.handle(load()).is_empty());
    assert!(is_failure(
        &server.handle(BenchCommand::SetImage { image: 2, pixels: "?".to_string() })
    ));
    let bad = ProposalParameters { mean: [0.0; 2], sd: [0.0, 1.0], rho: 0.0 };
    assert!(is_failure(&server.handle(BenchCommand::SetProposal { proposal: 3, q: bad, seed: 0 })));
    assert!(server.handle(set_image(3)).is_empty());
    // A bad file does not remove the present model.
    assert!(is_failure(&server.handle(BenchCommand::LoadModel { bytes: Vec::new() })));
    let messages = work_until(&mut server, |event| is_field(event, Level::Coarse));
    assert!(matches!(messages.last().unwrap().event, BenchEvent::Field { image: 3, .. }));
}

#[test]
fn a_network_that_overflows_is_refused_and_the_server_goes_on() {
    // Finite weights whose sums overflow in f32.
    let mut overflowing = model();
    for layer in &mut overflowing.decoder {
        layer.weight = (&layer.weight * 3e38).unwrap();
        layer.bias = (&layer.bias * 3e38).unwrap();
    }
    let bytes = write_weights(&overflowing).unwrap();
    let mut server = BenchServer::new();
    assert!(is_failure(&server.handle(BenchCommand::LoadModel { bytes })));
    assert_eq!(server.work(), [BenchOutgoing::from(BenchEvent::Idle { handled: 1 })]);
    assert!(server.handle(load()).is_empty());
}

#[test]
fn a_model_of_another_latent_dimension_fails_once() {
    let mut server = BenchServer::new();
    let bytes = write_weights(&small_model(3, 3, Activation::Tanh)).unwrap();
    server.handle(BenchCommand::LoadModel { bytes });
    let mut failures = 0;
    for _ in 0..100 {
        let messages = server.work();
        failures +=
            messages.iter().filter(|o| matches!(o.event, BenchEvent::Failed { .. })).count();
    }
    assert!(failures <= 1 && !server.is_busy(), "{failures} failures");
}

fn any_command() -> impl Strategy<Value = BenchCommand> {
    let number =
        || prop_oneof![any::<f64>(), -4.0..4.0_f64].prop_filter("equality", |f| !f.is_nan());
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..300)
            .prop_map(|bytes| BenchCommand::LoadModel { bytes }),
        (any::<u32>(), ".{0,140}")
            .prop_map(|(image, pixels)| BenchCommand::SetImage { image, pixels }),
        (any::<u32>(), any::<u32>(), [number(), number(), number(), number(), number()]).prop_map(
            |(proposal, seed, [m1, m2, s1, s2, rho])| BenchCommand::SetProposal {
                proposal,
                q: ProposalParameters { mean: [m1, m2], sd: [s1, s2], rho },
                seed,
            }
        ),
    ]
}

fn any_event() -> impl Strategy<Value = BenchEvent> {
    let number = || any::<f64>().prop_filter("equality", |f| !f.is_nan());
    let square = prop_oneof![Just(LatticeRole::Inner), Just(LatticeRole::Outer)];
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
            0 => BenchEvent::Progress { square, level, share: a },
            1 => BenchEvent::Field {
                image: id,
                square,
                level,
                lattice: Lattice::new(a, draws as u32 as usize),
            },
            2 => {
                let q = ProposalParameters { mean: [a, b], sd: [b, a], rho: a };
                BenchEvent::BestProposal { image: id, q, elbo: b }
            }
            3 => BenchEvent::Running { proposal: id, draws, log_evidence: a, log_stderr: option },
            4 => BenchEvent::Ladder { proposal: id, rungs },
            5 => BenchEvent::Certified {
                image: id,
                lower: a,
                upper: b,
                cells: draws as u32 as usize,
            },
            6 => BenchEvent::Failed { reason: format!("{a} é {b}") },
            7 => {
                let resolution = Resolution::BeyondWeights { error: a, relative_width: b };
                BenchEvent::Posterior { image: id, log_evidence: b, resolution }
            }
            8 => BenchEvent::FieldError { image: id, levels: [level, Level::Fine], error: b },
            10 => BenchEvent::Shade { image: id, center: [a, b], half_width: b },
            9 => BenchEvent::ExactLadder { proposal: id, values: vec![a, b], errors: vec![b, a] },
            _ => BenchEvent::Idle { handled: id },
        })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn commands_survive_the_wire(command in any_command()) {
        let bytes = postcard::to_allocvec(&command).unwrap();
        prop_assert_eq!(postcard::from_bytes::<BenchCommand>(&bytes).unwrap(), command);
    }

    #[test]
    fn events_survive_the_wire(event in any_event()) {
        let bytes = postcard::to_allocvec(&event).unwrap();
        prop_assert_eq!(postcard::from_bytes::<BenchEvent>(&bytes).unwrap(), event);
    }

    #[test]
    fn garbage_on_the_wire_is_no_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(command) = postcard::from_bytes::<BenchCommand>(&bytes) {
            BenchServer::new().handle(command);
        }
    }
}

#[test]
fn tiles_are_the_decoders_images() {
    let latents = vec![[0.0, 0.0], [1.2, -0.7], [-2.5, 3.0]];
    let mut server = BenchServer::new();
    let decode =
        BenchCommand::DecodeTiles { place: TilePlace::Plane, number: 5, latents: latents.clone() };
    for command in [load(), set_image(1), propose(1), decode] {
        assert_eq!(server.handle(command), []);
    }
    let messages = work_until(&mut server, |event| matches!(event, BenchEvent::Tiles { .. }));
    let Some(BenchEvent::Tiles { place: TilePlace::Plane, number: 5, shades }) =
        messages.last().map(|last| &last.event)
    else {
        panic!("no tiles: {:?}", messages.last());
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
    let first = |wanted: fn(&BenchEvent) -> bool| messages.iter().position(|o| wanted(&o.event));
    assert!(
        first(|event| matches!(event, BenchEvent::Ladder { .. })).is_some(),
        "no ladder before it"
    );
}
