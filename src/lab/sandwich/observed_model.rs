//! The models of this lab, each with the initial density of its path, its exact draws and its exact results.

use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

use super::plan::{ModelPlan, Plan, Source};
use super::setting::PathStart;
use super::truth::{ModelTruth, PlaneTruth};
use crate::data::{Binarization, BinaryImage, gallery};
use crate::density::DifferentiableDensity;
use crate::evidence::annealed::{AnnealedError, ExactDraws, GeometricPath};
use crate::exact::{GaussianOracle, LinearModel, Normal};
use crate::family::DiagonalGaussian;
use crate::model::{Activation, Blocks, LinearGaussian, Vae, VaeJoint};
use crate::state::{Text, text};
use crate::training::initial_vae;

/// The oracle's model and x.
pub(super) const LINE: LinearModel = LinearModel { slope: 1.5, offset: 0.25, noise: 0.8, x: 1.75 };
/// Mean and variance of the q "wide".
pub(super) const WIDE: (f64, f64) = (0.5, 0.4);
/// Hidden units of the random decoders.
const HIDDEN: usize = 32;
/// The factor of their weights relative to the initial weights of a training: with the usual ones x would hardly
/// depend on z.
const SCALES: [f64; 2] = [1.5, 4.0];
/// The seed of the random decoders, so that the model does not depend on the seed of x.
const DECODER_SEED: u64 = 20;
/// Streams of random numbers: x, and exact draws.
const STREAMS: [u64; 2] = [0x78, 0x7a];

/// A model at one x, with its exact results.
///
/// Networks run in f32 for the chains, whose errors are a thousand times larger, and in f64 for the exact results.
pub(super) struct ObservedModel {
    initial: DiagonalGaussian,
    joint: Box<dyn DifferentiableDensity>,
    /// A smaller path on which step sizes are tuned, and the factor by which they are then multiplied.
    trial: Option<(DiagonalGaussian, Box<dyn DifferentiableDensity>, f64)>,
    /// Exact draws from the posterior, if there are any.
    pub exact_draws: Option<ExactDraws>,
    /// x, one image per network; empty on the line.
    pub images: Vec<BinaryImage>,
    /// The z from which x was simulated.
    pub simulated_latent: Option<Vec<f64>>,
    /// The exact results.
    pub truth: ModelTruth,
}

impl ObservedModel {
    /// The model of a plan.
    pub(super) fn new(plan: &Plan, vae: Option<&Vae>) -> Result<Self, Text> {
        match plan.model {
            ModelPlan::LinePerfect | ModelPlan::Line => {
                Self::line(plan).ok_or(text!("The Gaussian model could not be set up."))
            }
            ModelPlan::Vaes(blocks) => {
                let vae = vae.ok_or(NO_VAE)?;
                if vae.latent() != 2 {
                    return Err(text!("This lab needs a VAE with two latents."));
                }
                Self::vaes(plan, vae, blocks).map_err(|_| BROKEN)
            }
            ModelPlan::Random(dimension) => Self::random(plan, dimension).map_err(|_| BROKEN),
        }
    }

    /// The path from q to the joint.
    pub(super) fn path(&self) -> Result<GeometricPath<'_>, AnnealedError> {
        GeometricPath::new(&self.initial, self.joint.as_ref())
    }

    /// The path on which step sizes are tuned, and their factor.
    ///
    /// The blocks are alike, so that the step sizes of one of them can be used; the error of a trajectory adds up
    /// over B blocks, and ε ∝ B^{−1/4} keeps the acceptance (Neal 2011, section 4.4).
    pub(super) fn trial(&self) -> Result<(GeometricPath<'_>, f64), AnnealedError> {
        match &self.trial {
            Some((initial, joint, factor)) => {
                Ok((GeometricPath::new(initial, joint.as_ref())?, *factor))
            }
            None => Ok((self.path()?, 1.0)),
        }
    }

    /// The initial density of the paths.
    pub(super) fn initial(&self) -> &DiagonalGaussian {
        &self.initial
    }

    fn line(plan: &Plan) -> Option<Self> {
        let LinearModel { slope, offset, noise, x } = LINE;
        let joint = LinearGaussian::independent(1, slope, offset, noise, x).ok()?;
        let (mean, variance) = match plan.start {
            PathStart::Proposal => WIDE,
            PathStart::Prior => (0.0, 1.0),
        };
        let oracle = GaussianOracle::of_model(LINE, Normal::new(mean, variance).ok()?).ok()?;
        let mut rng = rng(plan, STREAMS[1]);
        let draws = joint.draw_posterior(plan.chains.get(), &mut rng);
        Some(Self {
            initial: DiagonalGaussian::new(vec![mean], vec![variance.sqrt()]).ok()?,
            joint: Box::new(joint),
            trial: None,
            exact_draws: Some(ExactDraws::Independent(draws)),
            images: Vec::new(),
            simulated_latent: None,
            truth: ModelTruth::Line(oracle),
        })
    }

    fn vaes(plan: &Plan, vae: &Vae, blocks: usize) -> candle_core::Result<Self> {
        let (images, latent) = images(plan, vae, blocks)?;
        let starts: Vec<DiagonalGaussian> =
            images.iter().map(|image| start(plan, vae, image)).collect::<Result<_, _>>()?;
        let joints: Vec<VaeJoint> =
            images.iter().map(|image| VaeJoint::new(vae, image)).collect::<Result<_, _>>()?;
        let mean = starts.iter().flat_map(DiagonalGaussian::mean).copied().collect();
        let sd = starts.iter().flat_map(DiagonalGaussian::sd).copied().collect();
        let initial = DiagonalGaussian::new(mean, sd).map_err(candle_core::Error::wrap)?;
        let trial = joints.first().zip(starts.first()).filter(|_| blocks > 1);
        let factor = (blocks as f64).powf(-0.25);
        let trial = trial.map(|(joint, q)| {
            let joint: Box<dyn DifferentiableDensity> = Box::new(joint.clone());
            (q.clone(), joint, factor)
        });
        let pairs = images.iter().cloned().zip(starts).collect();
        Ok(Self {
            initial,
            joint: Box::new(Blocks::new(joints).map_err(candle_core::Error::wrap)?),
            trial,
            exact_draws: simulated_draws(plan, latent.as_ref()),
            images,
            simulated_latent: latent,
            truth: ModelTruth::Plane(Box::new(PlaneTruth::new(vae, pairs)?)),
        })
    }

    fn random(plan: &Plan, dimension: usize) -> candle_core::Result<Self> {
        let model = random_decoder(dimension)?;
        let (images, latent) = images(plan, &model, 1)?;
        let initial = DiagonalGaussian::standard(dimension).map_err(candle_core::Error::wrap)?;
        let image = images.first().cloned().unwrap_or_else(|| BinaryImage::from_fn(|_| false));
        Ok(Self {
            initial,
            joint: Box::new(VaeJoint::new(&model, &image)?),
            trial: None,
            exact_draws: simulated_draws(plan, latent.as_ref()),
            images,
            simulated_latent: latent,
            truth: ModelTruth::Unknown,
        })
    }
}

const NO_VAE: Text = text!("The VAE is not here yet.");
const BROKEN: Text = text!("The decoder could not be run.");

/// The network of a plan, which is the VAE itself or one with random weights.
///
/// # Errors
/// A sentence: the VAE is missing, or there is no network on the line.
pub(super) fn decoder_of(plan: &Plan, vae: Option<&Vae>) -> Result<Vae, Text> {
    match plan.model {
        ModelPlan::Random(dimension) => random_decoder(dimension).map_err(|_| BROKEN),
        ModelPlan::Vaes(_) => vae.cloned().ok_or(NO_VAE),
        ModelPlan::LinePerfect | ModelPlan::Line => Err(BROKEN),
    }
}

/// A decoder of the usual shape with random weights.
fn random_decoder(dimension: usize) -> candle_core::Result<Vae> {
    let mut rng = Pcg64Mcg::seed_from_u64(DECODER_SEED);
    let mut model = initial_vae([HIDDEN; 2], dimension, Activation::Tanh, &mut rng)?;
    for (layer, scale) in model.decoder.iter_mut().zip(SCALES) {
        layer.weight = (&layer.weight * scale)?;
    }
    Ok(model)
}

/// One x per block and, if they were simulated, the z of all blocks.
fn images(
    plan: &Plan,
    model: &Vae,
    blocks: usize,
) -> candle_core::Result<(Vec<BinaryImage>, Option<Vec<f64>>)> {
    match plan.source {
        Source::Simulated => {
            let mut rng = rng(plan, STREAMS[0]);
            let pairs: Vec<_> = (0..blocks)
                .map(|_| VaeJoint::simulate(model, &mut rng))
                .collect::<Result<_, _>>()?;
            let (images, latents): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
            Ok((images, Some(latents.concat())))
        }
        Source::Digit(digit) => {
            let digits = gallery();
            let image = |block: usize| &digits[(digit + block) % 10].image;
            let rule = Binarization::default();
            Ok(((0..blocks).map(|block| rule.apply(image(block))).collect(), None))
        }
    }
}

fn start(plan: &Plan, model: &Vae, image: &BinaryImage) -> candle_core::Result<DiagonalGaussian> {
    let q = match plan.start {
        PathStart::Prior => DiagonalGaussian::standard(model.latent()),
        PathStart::Proposal => {
            let (mean, sd) = model.encode_image(image)?;
            DiagonalGaussian::new(mean, sd)
        }
    };
    q.map_err(candle_core::Error::wrap)
}

fn simulated_draws(plan: &Plan, latent: Option<&Vec<f64>>) -> Option<ExactDraws> {
    let latent = latent?.clone();
    Some(ExactDraws::Simulated { latent, chains: plan.chains })
}

fn rng(plan: &Plan, stream: u64) -> Pcg64Mcg {
    Pcg64Mcg::seed_from_u64(plan.seed ^ (stream << 32))
}
