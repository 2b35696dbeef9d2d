//! Readings belong to their subject: whatever is changed while the worker computes, and however late its events
//! arrive, no reading of another model, x, q or seed is ever among the present ones.

use std::collections::{HashMap, VecDeque};
use std::num::NonZeroUsize;
use std::sync::{Mutex, OnceLock};

use crate::common::small_model::small_model;
use candle_core::DType;
use elboscope::bench::{Noise, Readings, Scene, draw};
use elboscope::bench_worker::{
    BenchCommand, BenchEvent, BenchOutgoing, BenchServer, Change, CurrentReadings, LatticeRole,
    Level,
};
use elboscope::data::BinaryImage;
use elboscope::evidence::{LADDER_STEPS, RunningImportance, ladder};
use elboscope::exact::{
    LatticePair, LogLikelihoodLattice, LogPartitionPair, Resolution, best_gaussian, exact_elbo,
};
use elboscope::family::BivariateGaussian;
use elboscope::model::{Activation, ImageTerm, Vae, encoder_proposal, write_weights};
use elboscope::state::BenchState;
use elboscope::worker::Serve;
use proptest::prelude::*;

/// A state of the bench: one of two models, images, q and seeds, and one of two K.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Bench {
    model: usize,
    image: usize,
    q: usize,
    seed: u32,
    k: usize,
}

fn model(index: usize) -> Vae {
    small_model(3 + index, 2, Activation::Tanh)
}

fn image(index: usize) -> BinaryImage {
    BinaryImage::from_fn(|pixel| pixel % (3 + 2 * index) == 0)
}

fn q(index: usize) -> BivariateGaussian {
    [([0.3, -0.2], [0.6, 0.7], 0.2), ([-1.0, 0.5], [0.4, 0.3], -0.5)]
        .map(|(mean, sd, rho)| BivariateGaussian::new(mean, sd, rho).unwrap())[index]
}

fn k(index: usize) -> NonZeroUsize {
    NonZeroUsize::new([64, 8][index]).unwrap()
}

/// A model and x computed directly, without the worker, on the coarse lattice.
struct Subject {
    model: Vae,
    term: ImageTerm,
    scene: Scene,
    best_elbo: f64,
}

impl Subject {
    fn new(model_index: usize, image_index: usize) -> Self {
        let (model, image) = (model(model_index), image(image_index));
        let exact = model.to_dtype(DType::F64).unwrap();
        let exact_term = ImageTerm::new(&exact, &image).unwrap();
        let partitions = LogPartitionPair::new(&exact, LatticePair::COARSE).unwrap();
        let encoder = encoder_proposal(&model, &image).unwrap();
        let scene = Scene::new(partitions.field(&exact, &exact_term).unwrap(), encoder);
        let best = best_gaussian(&scene.field, &[encoder], BenchState::admits).unwrap();
        let term = ImageTerm::new(&model, &image).unwrap();
        Self { model, term, scene, best_elbo: best.elbo }
    }
}

/// Every model and x, computed once.
fn subjects() -> &'static HashMap<(usize, usize), Subject> {
    static SUBJECTS: OnceLock<HashMap<(usize, usize), Subject>> = OnceLock::new();
    SUBJECTS.get_or_init(|| {
        let pairs = [(0, 0), (0, 1), (1, 0), (1, 1)];
        pairs.into_iter().map(|pair| (pair, Subject::new(pair.0, pair.1))).collect()
    })
}

/// The expected estimates from this number of draws: log p(x) by all of them, and the ELBO.
fn estimates(bench: Bench, draws: usize) -> [f64; 2] {
    type Key = (Bench, usize);
    static KNOWN: Mutex<Option<HashMap<Key, [f64; 2]>>> = Mutex::new(None);
    let key = (Bench { k: 0, ..bench }, draws);
    let mut known = KNOWN.lock().unwrap();
    *known.get_or_insert_default().entry(key).or_insert_with(|| {
        let Subject { model, term, .. } = &subjects()[&(bench.model, bench.image)];
        let noise = Noise::new(bench.seed).take(draws);
        let weights = draw(model, term, &q(bench.q), &noise).unwrap().log_weights;
        let mut running = RunningImportance::new();
        running.push_slice(weights.as_slice()).unwrap();
        let elbo = ladder(&weights, &LADDER_STEPS)[0].mean;
        [running.estimate().unwrap().log_evidence, elbo]
    })
}

/// The page, the worker, and the messages between them.
struct World {
    page: CurrentReadings,
    server: BenchServer,
    commands: VecDeque<BenchCommand>,
    events: VecDeque<BenchOutgoing>,
    bench: Bench,
    earlier: Vec<Bench>,
    /// How often each kind of reading was checked, and events of other subjects were dropped.
    seen: [usize; 6],
    dropped: usize,
}

/// Nats by which the fine lattice and f32 may change a number, far less than the differences between subjects.
const SLACK: f64 = 2e-3;

impl World {
    fn new(bench: Bench) -> Self {
        let mut world = Self {
            page: CurrentReadings::default(),
            server: BenchServer::new(),
            commands: VecDeque::new(),
            events: VecDeque::new(),
            bench,
            earlier: Vec::new(),
            seen: [0; 6],
            dropped: 0,
        };
        world.begin_model();
        world
    }

    fn subject(&self) -> &'static Subject {
        &subjects()[&(self.bench.model, self.bench.image)]
    }

    fn begin_model(&mut self) {
        self.page.begin_model();
        let bytes = write_weights(&model(self.bench.model)).unwrap();
        self.commands.push_back(BenchCommand::LoadModel { bytes });
        self.begin_image();
    }

    fn begin_image(&mut self) {
        let encoder = self.subject().scene.encoder;
        let number = self.page.begin_image(encoder);
        let pixels = image(self.bench.image).to_base64();
        self.commands.push_back(BenchCommand::SetImage { image: number, pixels });
        self.begin_proposal();
    }

    fn begin_proposal(&mut self) {
        let (q, seed) = (q(self.bench.q), self.bench.seed);
        if let Some(proposal) = self.page.begin_proposal(q, seed, k(self.bench.k)) {
            self.commands.push_back(BenchCommand::SetProposal { proposal, q: (&q).into(), seed });
        }
        self.read();
    }

    /// The readings that the page computes itself at every change.
    fn read(&mut self) {
        if let (Some(scene), None) = (self.page.scene().cloned(), self.page.readings()) {
            let (q, noise) =
                (q(self.bench.q), Noise::new(self.bench.seed).take(k(self.bench.k).get()));
            let Subject { model, term, .. } = self.subject();
            let readings = Readings::new(&scene, model, term, &q, &noise).unwrap();
            self.page.set_readings(readings);
        }
    }

    fn change(&mut self, to: Bench) {
        let before = std::mem::replace(&mut self.bench, to);
        if before.model != to.model {
            self.begin_model();
        } else if before.image != to.image {
            self.begin_image();
        } else {
            self.begin_proposal();
        }
    }

    fn deliver_command(&mut self) {
        if let Some(command) = self.commands.pop_front() {
            self.events.extend(self.server.handle(command));
        }
    }

    fn work(&mut self) {
        self.events.extend(self.server.work());
    }

    fn deliver_event(&mut self) {
        if let Some(BenchOutgoing { event, values }) = self.events.pop_front() {
            match self.page.receive(event, values) {
                Change::Field => self.read(),
                Change::Nothing => self.dropped += 1,
                Change::Image | Change::Proposal => {}
            }
        }
    }

    /// Compares every present reading with the values computed for the present state.
    fn check(&mut self) -> Result<(), TestCaseError> {
        let subject = self.subject();
        let (q, seed, k) = (q(self.bench.q), self.bench.seed, k(self.bench.k));
        let truth = subject.scene.evidence.log_evidence;
        let elbo = exact_elbo(&q, &subject.scene.field);
        if let Some(scene) = self.page.scene() {
            self.seen[0] += 1;
            prop_assert!((scene.evidence.log_evidence - truth).abs() < SLACK);
        }
        if let Some((lower, upper)) = self.page.certified() {
            self.seen[1] += 1;
            prop_assert!(lower <= truth + SLACK && truth <= upper + SLACK);
        }
        if let Some(best) = self.page.best() {
            self.seen[2] += 1;
            prop_assert!((best.elbo - subject.best_elbo).abs() < SLACK);
        }
        if let Some(readings) = self.page.readings() {
            self.seen[3] += 1;
            prop_assert!((readings.decomposition.elbo() - elbo).abs() < SLACK);
            prop_assert_eq!(readings.importance.draws, k);
            let noise = Noise::new(seed).take(k.get());
            let latents: Vec<_> = noise.iter().map(|&e| q.latent_from_noise(e)).collect();
            prop_assert_eq!(&readings.draws.latents, &latents);
        }
        if let Some(running) = self.page.running() {
            self.seen[4] += 1;
            let [expected, _] = estimates(self.bench, running.draws as usize);
            prop_assert!((running.log_evidence - expected).abs() < 1e-6);
        }
        if let Some(rungs) = self.page.ladder() {
            let [_, expected] = estimates(self.bench, rungs[0].replicates);
            prop_assert!((rungs[0].mean - expected).abs() < 1e-6);
        }
        if let Some(values) = self.page.exact_ladder() {
            self.seen[5] += 1;
            prop_assert!((values[0].value - elbo).abs() < SLACK);
        }
        Ok(())
    }
}

/// Events of the test.
#[derive(Clone, Copy, Debug)]
enum Step {
    Model(usize),
    Image(usize),
    Proposal(usize),
    Seed(u32),
    Draws(usize),
    Undo,
    /// Commands that arrive at the worker, slices of its work, events that arrive at the page.
    Pass([usize; 3]),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        1 => (0..2_usize).prop_map(Step::Model),
        2 => (0..2_usize).prop_map(Step::Image),
        3 => (0..2_usize).prop_map(Step::Proposal),
        2 => (7..9_u32).prop_map(Step::Seed),
        1 => (0..2_usize).prop_map(Step::Draws),
        1 => Just(Step::Undo),
        8 => [0..4_usize, 0..60, 0..60].prop_map(Step::Pass),
    ]
}

proptest! {
    // Each case loads models anew and builds their lattices.
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn no_reading_of_another_is_ever_a_present_one(
        steps in prop::collection::vec(step(), 20..80),
    ) {
        let mut world = World::new(Bench { model: 0, image: 0, q: 0, seed: 7, k: 0 });
        for step in steps {
            let mut next = world.bench;
            match step {
                Step::Model(model) => next.model = model,
                Step::Image(image) => next.image = image,
                Step::Proposal(q) => next.q = q,
                Step::Seed(seed) => next.seed = seed,
                Step::Draws(k) => next.k = k,
                Step::Undo => next = world.earlier.pop().unwrap_or(next),
                Step::Pass([commands, slices, events]) => {
                    (0..commands).for_each(|_| world.deliver_command());
                    (0..slices).for_each(|_| world.work());
                    for _ in 0..events {
                        world.deliver_event();
                        world.check()?;
                    }
                }
            }
            if next != world.bench {
                if !matches!(step, Step::Undo) {
                    world.earlier.push(world.bench);
                }
                world.change(next);
                world.check()?;
            }
        }
        // Once all messages have arrived, every reading is present again.
        while !world.commands.is_empty() {
            world.deliver_command();
        }
        let is_whole = |page: &CurrentReadings| {
            page.readings().is_some()
                && page.best().is_some()
                && page.certified().is_some()
                && page.running().is_some()
                && page.ladder().is_some()
                && page.exact_ladder().is_some()
        };
        let mut slices = 0;
        while !is_whole(&world.page) {
            world.work();
            while !world.events.is_empty() {
                world.deliver_event();
            }
            slices += 1;
            prop_assert!(slices < 5000, "the readings of what is on the bench never came");
        }
        world.check()?;
        prop_assert!(world.seen.iter().all(|&seen| seen > 0), "{:?}", world.seen);
    }
}

#[test]
fn subjects_differ_by_more_than_the_slack() {
    let subjects: Vec<&Subject> = subjects().values().collect();
    assert_eq!(subjects.len(), 4);
    for (index, subject) in subjects.iter().enumerate() {
        for other in &subjects[..index] {
            let evidence = subject.scene.evidence.log_evidence - other.scene.evidence.log_evidence;
            assert!(evidence.abs() > 10.0 * SLACK);
            assert!((subject.best_elbo - other.best_elbo).abs() > 10.0 * SLACK);
        }
        let elbos = [0, 1].map(|index| exact_elbo(&q(index), &subject.scene.field));
        assert!((elbos[0] - elbos[1]).abs() > 10.0 * SLACK);
    }
}

#[test]
fn terms_where_the_lattice_was_not_tried_are_a_first_look_while_their_sides_differ() {
    // A wave that a lattice of step 0.04 resolves, and one of step 0.08, the only one beyond ±6, does not.
    let wave = |[z1, z2]: [f64; 2]| 10.0 * (25.0 * z1).cos() * (25.0 * z2).cos();
    let fields = [LatticePair::FINE.inner, LatticePair::FINE.outer].map(|lattice| {
        let side = lattice.side();
        let node =
            |index| wave([lattice.coordinate(index / side), lattice.coordinate(index % side)]);
        let values = (0..lattice.len()).map(node).collect();
        LogLikelihoodLattice::from_values(lattice, values).unwrap()
    });
    let (model, encoder) = (model(0), q(0));
    let term = ImageTerm::new(&model, &image(0)).unwrap();
    let mut current = CurrentReadings::default();
    let image = current.begin_image(encoder);
    let [inner, outer] = fields.clone();
    for (square, field) in [(LatticeRole::Inner, inner), (LatticeRole::Outer, outer)] {
        let (level, lattice) = (Level::Fine, field.lattice());
        current
            .receive(BenchEvent::Field { image, square, level, lattice }, field.values().to_vec());
    }
    let scene = current.scene().expect("both squares").clone();
    let log_evidence = scene.evidence.log_evidence;
    let resolution = Resolution::Resolved { error: 1e-9 };
    current.receive(BenchEvent::Posterior { image, log_evidence, resolution }, Vec::new());
    let levels = [Level::Fine; 2];
    current.receive(BenchEvent::FieldError { image, levels, error: 1e-9 }, Vec::new());
    for (mean, sd, is_first_look) in
        [([0.3, -0.2], [0.6, 0.7], false), ([4.0, 4.0], [3.0, 3.0], true)]
    {
        let q = BivariateGaussian::new(mean, sd, 0.0).unwrap();
        current.begin_proposal(q, 1, k(1));
        current.set_readings(Readings::new(&scene, &model, &term, &q, &[[0.0; 2]]).unwrap());
        let terms = current.terms().expect("readings");
        assert_eq!(terms.is_first_look, is_first_look, "{q:?}: {terms:?}");
    }
}
