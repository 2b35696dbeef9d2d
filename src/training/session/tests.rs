//! Runs on a few pen strokes, small enough to be over in a moment.

use std::num::NonZeroUsize;

use super::*;
use crate::data::BinaryImage;
use crate::model::write_weights;
use crate::training::{DataSource, Objective};

const IMAGES: NonZeroUsize = NonZeroUsize::new(60).expect("positive");

fn images() -> Dataset {
    Dataset::pen_strokes(1, IMAGES)
}

fn recipe() -> Recipe {
    Recipe {
        data: DataSource::PenStrokes { count: IMAGES.get(), seed: 1 },
        hidden: 8,
        batch: 16,
        learning_rate: 1e-2,
        patience: 0,
        ..Recipe::default()
    }
}

fn session(recipe: Recipe) -> Session {
    Session::new(recipe, &images(), None).expect("a recipe that can be run")
}

/// The results of the next `steps` steps, and the weights after them.
fn trace(session: &mut Session, steps: usize) -> (Vec<OptimizationStep>, Vec<u8>) {
    let found = (0..steps).map(|_| session.step().expect("finite").expect("no rest")).collect();
    (found, write_weights(&session.model().expect("a model")).expect("bytes"))
}

/// The run as it would be saved now.
fn saved_of(session: &Session) -> SavedRun {
    SavedRun {
        recipe: session.recipe().clone(),
        step: session.steps(),
        history: session.history().clone(),
        drawings: session.drawings().to_vec(),
    }
}

#[test]
fn rewound_or_begun_again_it_gives_the_same_bits() {
    let mut session = session(recipe());
    let first = trace(&mut session, 45);
    let history = session.history().clone();
    session.rewind().unwrap();
    assert_eq!((session.steps(), session.history().points().len()), (0, 0));
    assert_eq!(trace(&mut session, 45), first);
    assert_eq!(session.history(), &history);
    assert_eq!(trace(&mut self::session(recipe()), 45), first);
    let other = trace(&mut self::session(Recipe { seed: 2, ..recipe() }), 45);
    assert_ne!(other.0, first.0);
    assert_ne!(other.1, first.1);
}

#[test]
fn a_rewind_in_the_middle_of_a_step_forgets_the_middle() {
    let iwae = Recipe { objective: Recipe::iwae(64, true), hidden: 1024, ..recipe() };
    let mut session = session(Recipe { batch: 3, ..iwae });
    while session.advance().unwrap() != Progress::Measured {}
    // One image at a time: the batch has three parts.
    assert_eq!(session.advance().unwrap(), Progress::Working);
    assert_eq!(session.advance().unwrap(), Progress::Working);
    assert!(matches!(session.advance().unwrap(), Progress::Stepped(_)));
    session.advance().unwrap();
    session.rewind().unwrap();
    while session.advance().unwrap() != Progress::Measured {}
    let first = session.step().unwrap();
    session.rewind().unwrap();
    assert_eq!(session.step().unwrap(), first);
}

#[test]
fn the_split_keeps_a_tenth_apart_with_its_labels() {
    let images = images();
    // The label is the index, so that it identifies the image.
    let labels: Vec<u8> = (0..60).collect();
    let session = Session::new(recipe(), &images, Some(&labels)).unwrap();
    let kept = session.validation_images().images();
    assert_eq!((kept.len(), session.training_images().images().len()), (6, 54));
    for (image, &label) in kept.iter().zip(session.validation_labels().unwrap()) {
        assert_eq!(*image, images.images()[usize::from(label)]);
    }
    let all = |dataset: &Dataset| {
        let mut texts: Vec<String> = dataset.images().iter().map(BinaryImage::to_base64).collect();
        texts.sort_unstable();
        texts
    };
    let mut both = all(session.training_images());
    both.extend(all(session.validation_images()));
    both.sort_unstable();
    assert_eq!(both, all(&images));
    // 54 images make three batches of 16.
    assert_eq!(session.steps_per_epoch(), 3);
}

#[test]
fn own_drawings_are_learned_from_and_never_validated_on() {
    let drawings = [0, 1].map(|phase| BinaryImage::from_fn(|pixel| pixel % 2 == phase));
    let recipe = Recipe { drawings: 2, ..recipe() };
    let refused = Session::with_drawings(recipe.clone(), &images(), None, &drawings[..1]);
    assert!(matches!(refused, Err(SessionError::Drawings { found: 1, expected: 2 })));
    let begin = |count| {
        let many = Dataset::pen_strokes(1, NonZeroUsize::new(count).unwrap());
        Session::with_drawings(recipe.clone(), &many, None, &drawings).unwrap()
    };
    // 54 strokes are left to learn from, a tenth of them is 5: each drawing twice; of 9 strokes once.
    for (count, repeats) in [(60, 2), (10, 1)] {
        let session = begin(count);
        assert_eq!(session.drawing_repeats(), repeats);
        let learned = session.training_images().images();
        assert_eq!(learned.len(), count / 10 * 9 + 2 * repeats);
        for drawing in &drawings {
            assert_eq!(learned.iter().filter(|image| *image == drawing).count(), repeats);
            assert!(!session.validation_images().images().contains(drawing));
        }
    }
    // The validation set is the same as without them.
    let without = session(self::recipe());
    let mut first = begin(60);
    assert_eq!(first.validation_images().images(), without.validation_images().images());
    trace(&mut first, 25);
    let resumed = Session::resume(saved_of(&first), &first.model().unwrap(), &images(), None);
    assert_eq!(resumed.unwrap().training_images().images(), first.training_images().images());
}

#[test]
fn the_history_has_a_point_before_the_first_step_and_every_twenty() {
    let mut session = session(recipe());
    let elbos: Vec<f64> = trace(&mut session, 41).0.iter().map(|step| step.elbo).collect();
    let points = session.history().points();
    assert_eq!(points.iter().map(|point| point.step).collect::<Vec<_>>(), [0, 20, 40]);
    assert_eq!(points[0].training_elbo, None);
    for (point, window) in points[1..].iter().zip(elbos.chunks_exact(20)) {
        let mean = window.iter().sum::<f64>() / 20.0;
        assert!((point.training_elbo.unwrap() - mean).abs() < 1e-9);
        assert!((point.epoch - f64::from(point.step) / 3.0).abs() < 1e-12);
        assert_eq!(point.validation.kl.len(), 2);
    }
    assert!((session.epochs() - 41.0 / 3.0).abs() < 1e-12);
    // It learns: the untrained network says half for every pixel.
    let gain = points[2].validation.objective - points[0].validation.objective;
    assert!(gain > 100.0, "{gain}");
}

/// A measurement on the images that a run has kept apart.
fn validation(session: &Session) -> Validation {
    session.recipe.validation(&session.split.validation, session.streams)
}

#[test]
fn a_checkpoint_is_the_network_that_was_measured() {
    let mut session = session(recipe());
    trace(&mut session, 41);
    let steps: Vec<u32> = session.checkpoints().iter().map(|one| one.step).collect();
    assert_eq!(steps, [0, 20, 40]);
    for (checkpoint, point) in session.checkpoints().iter().zip(session.history().points()) {
        let mut again = validation(&session);
        assert_eq!(again.advance(&checkpoint.model).unwrap().as_ref(), Some(&point.validation));
    }
    assert!(session.checkpoint(2).is_some() && session.checkpoint(3).is_none());
}

#[test]
fn the_run_stops_at_a_plateau_and_continues_on_demand() {
    let mut session = session(Recipe { patience: 200, ..recipe() });
    let mut steps = 0;
    while session.step().unwrap().is_some() {
        steps += 1;
        assert!(steps < 20_000, "54 images are learned by heart long before");
    }
    assert!(session.has_plateaued() && steps > 200);
    assert_eq!(session.advance().unwrap(), Progress::Plateaued);
    session.ignore_plateau();
    assert!(session.step().unwrap().is_some());
}

#[test]
fn the_weight_on_kl_warms_up() {
    let step_of = |recipe: Recipe| session(recipe).step().unwrap().unwrap();
    let warm = step_of(Recipe { warm_up: 10, ..recipe() });
    let cold = step_of(recipe());
    assert_eq!(warm.elbo, cold.elbo);
    assert_eq!(cold.elbo, cold.objective);
    // Weight 0 in the first step: the objective is the reconstruction alone, more by KL.
    assert!(warm.objective > warm.elbo, "{warm:?}");
}

#[test]
fn no_learning_rate_or_objective_on_offer_lets_a_nan_out() {
    let elbo = |kl_weight| Objective::Elbo { kl_weight };
    let mut diverged = 0;
    for objective in [elbo(1.0), elbo(1000.0), Recipe::iwae(5, false), Recipe::iwae(5, true)] {
        for learning_rate in [0.1, 1.0] {
            for activation in [crate::model::Activation::Tanh, crate::model::Activation::Relu] {
                let recipe = Recipe { objective, learning_rate, activation, ..recipe() };
                let mut session = session(recipe);
                for _ in 0..150 {
                    match session.step() {
                        Ok(step) => {
                            let step = step.unwrap();
                            assert!(step.elbo.is_finite() && step.objective.is_finite());
                        }
                        Err(SessionError::Diverged { step, kept }) => {
                            assert!(kept <= step);
                            diverged += 1;
                            break;
                        }
                        Err(other) => panic!("{other}"),
                    }
                }
                assert!(is_finite(&session.model().unwrap()).unwrap());
                for point in session.history().points() {
                    assert!(point.validation.is_finite());
                }
            }
        }
    }
    assert!(diverged > 0, "a learning rate of 1 must be too much for something");
}

#[test]
fn a_run_that_diverged_keeps_its_last_good_network_until_rewound() {
    let mut session = session(recipe());
    let (_, _) = trace(&mut session, 30);
    let good = write_weights(&session.checkpoints()[1].model).unwrap();
    // As if a step had blown a weight up.
    let bias = session.run.trainer.moving_model().decoder[1].bias.clone();
    crate::training::numbers::write(&bias, |values| values[5] = f32::NAN).unwrap();
    for _ in 0..2 {
        assert!(matches!(session.step(), Err(SessionError::Diverged { step: 30, kept: 20 })));
    }
    assert_eq!(write_weights(&session.model().unwrap()).unwrap(), good);
    session.ignore_plateau();
    assert!(session.step().is_err());
    session.rewind().unwrap();
    assert!(session.step().is_ok());
}

#[test]
fn what_cannot_be_run_is_refused() {
    let one = Dataset::pen_strokes(1, NonZeroUsize::MIN);
    assert!(matches!(Session::new(recipe(), &one, None), Err(SessionError::TooFewImages(1))));
    let wrong = Session::new(recipe(), &images(), Some(&[1, 2, 3]));
    assert!(matches!(wrong, Err(SessionError::Labels(_))));
    let wide = Session::new(Recipe { hidden: 5000, ..recipe() }, &images(), None);
    assert!(matches!(wide, Err(SessionError::Recipe(_))));
}

#[test]
fn a_saved_run_goes_on_where_it_was() {
    let mut first = session(recipe());
    trace(&mut first, 45);
    let model = first.model().unwrap();
    let saved = saved_of(&first);
    let resume = || Session::resume(saved.clone(), &model, &images(), None).unwrap();
    let mut resumed = resume();
    assert_eq!((resumed.steps(), resumed.history()), (45, first.history()));
    assert_eq!(resumed.checkpoints().iter().map(|one| one.step).collect::<Vec<_>>(), [0, 45]);
    let bytes = write_weights(&model).unwrap();
    assert_eq!(write_weights(&resumed.model().unwrap()).unwrap(), bytes);
    // The same images are kept apart, so the same network has the same validation bound.
    let mut again = (validation(&first), validation(&resumed));
    assert_eq!(again.0.advance(&model).unwrap(), again.1.advance(&model).unwrap());
    let went_on = trace(&mut resumed, 20);
    let points: Vec<u32> = resumed.history().points().iter().map(|point| point.step).collect();
    assert_eq!(points, [0, 20, 40, 60]);
    assert_eq!(trace(&mut resume(), 20), went_on);
    // It continues from what was learned.
    assert!(went_on.0[0].elbo > first.history().points()[1].validation.elbo() - 30.0);
    resumed.rewind().unwrap();
    assert_eq!(trace(&mut resumed, 5), trace(&mut session(recipe()), 5));
}

#[test]
fn a_narrow_decoder_learns_and_goes_on() {
    let recipe = Recipe { hidden: 24, decoder_hidden: Some(8), ..recipe() };
    let mut first = session(recipe);
    let (steps, _) = trace(&mut first, 45);
    assert!(steps[44].elbo > steps[0].elbo + 100.0, "{:?}", steps[44]);
    let model = first.model().unwrap();
    let width = |layers: &[crate::model::Linear; 2]| layers[0].weight.dim(0).unwrap();
    assert_eq!((width(&model.encoder), width(&model.decoder)), (24, 8));
    let saved = saved_of(&first);
    let bytes = crate::training::write_run(&model, &saved).unwrap();
    let (back, saved) = (crate::model::read_weights(&bytes), crate::training::read_run(&bytes));
    let saved = saved.unwrap().expect("a run");
    let mut resumed = Session::resume(saved, &back.unwrap(), &images(), None).unwrap();
    assert_eq!(write_weights(&resumed.model().unwrap()), write_weights(&model));
    assert!(resumed.step().is_ok());
    // A width that is given explicitly and the same width by default are the same run.
    let said = Recipe { decoder_hidden: Some(8), ..self::recipe() };
    assert_eq!(trace(&mut session(said), 3), trace(&mut session(self::recipe()), 3));
}

#[test]
fn a_saved_network_of_other_settings_is_refused() {
    let run = session(recipe());
    let model = run.model().unwrap();
    for recipe in [
        Recipe { hidden: 9, ..recipe() },
        Recipe { decoder_hidden: Some(9), ..recipe() },
        Recipe { latent: 3, ..recipe() },
        Recipe { activation: crate::model::Activation::Relu, ..recipe() },
    ] {
        let saved = SavedRun { recipe, step: 0, ..saved_of(&run) };
        let refused = Session::resume(saved, &model, &images(), None);
        assert!(matches!(refused, Err(SessionError::Model)));
    }
}

/// Where the exact log p(x) is known: ELBO ≤ L_64 ≤ log p(x), each by Monte Carlo on six images with the
/// same draws. L_64 is an unbiased estimate of a lower bound; that it is above by its own luck has a
/// standard deviation of about √(χ²/64) per image, with χ² of a few: 0.3 nats is five of them on the mean.
#[test]
fn after_training_the_bounds_and_the_exact_evidence_are_in_order() {
    use crate::training::GapTask;
    let mut session = session(Recipe { batch: 54, ..recipe() });
    trace(&mut session, 300);
    let model = session.model().unwrap();
    let images = session.validation_images().clone();
    let mut task = GapTask::new(&model, images.clone(), GapTask::LIVE).unwrap();
    let split = loop {
        if let Some(split) = task.advance().unwrap() {
            break split;
        }
    };
    let mut bounds = Validation::new(images, 2, Recipe::iwae(64, false), 3);
    let bounds = loop {
        if let Some(bounds) = bounds.advance(&model).unwrap() {
            break bounds;
        }
    };
    assert!(bounds.elbo() < bounds.objective, "{bounds:?}");
    assert!(bounds.objective < split.log_evidence + 0.3, "{bounds:?} {split:?}");
    assert!(split.encoder_elbo < split.best_elbo && split.best_elbo < split.log_evidence);
}

/// The value of code that mistakes binary cross-entropy plus KL for the ELBO is refuted by log p(x).
#[test]
fn with_the_wrong_sign_the_reported_bound_is_above_what_it_bounds() {
    use crate::training::GapTask;
    let page = Recipe { learning_rate: Recipe::default().learning_rate, hidden: 64, ..recipe() };
    let mut session = session(Recipe { objective: Objective::WrongSign, ..page });
    let (steps, _) = trace(&mut session, 300);
    for step in &steps {
        assert_eq!(step.objective, -step.elbo);
    }
    assert!(steps[299].elbo < steps[0].elbo - 1000.0, "the true ELBO falls: {:?}", steps[299]);
    let points = session.history().points();
    for point in points {
        let reported = point.validation.objective;
        assert!((reported + point.validation.elbo()).abs() < 1e-9 * reported);
    }
    // 300 steps end with a point and a checkpoint of the same network.
    let last = points.last().unwrap();
    let images = session.validation_images().clone();
    let mut task = GapTask::new(&session.model().unwrap(), images, GapTask::LIVE).unwrap();
    let split = loop {
        if let Some(split) = task.advance().unwrap() {
            break split;
        }
    };
    let log_evidence = split.log_evidence + split.error;
    assert!(log_evidence < 0.0, "no image of bits is more than certain: {split:?}");
    assert!(last.validation.objective > log_evidence + 1000.0, "{last:?} {split:?}");
}

#[test]
fn with_the_wrong_sign_a_run_ends_typed_and_never_as_nan() {
    let wrong = Recipe { objective: Objective::WrongSign, ..recipe() };
    let relu = Recipe { activation: crate::model::Activation::Relu, ..wrong };
    let mut session = session(Recipe { hidden: 64, ..relu });
    let end = (0..1000).find_map(|_| match session.step() {
        Ok(step) => {
            let step = step.expect("it rises without end");
            assert!(step.elbo.is_finite() && step.objective.is_finite());
            None
        }
        Err(error) => Some(error),
    });
    assert!(matches!(end, Some(SessionError::Diverged { .. })), "{end:?}");
    assert!(is_finite(&session.model().unwrap()).unwrap());
    assert!(session.history().points().iter().all(|point| point.validation.is_finite()));
}
