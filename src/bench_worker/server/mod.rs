//! The loop of the bench's worker, without a browser: takes commands at any time and works in short slices.

mod certification;
mod estimates;
mod exact_proposal;
mod fields;
mod lattices;
mod shade;
mod tiles;
mod truth;

pub use self::estimates::LADDER_DRAWS;
use self::estimates::RunningEstimates;
use self::exact_proposal::ExactProposal;
use self::fields::ImageFields;
use self::lattices::ModelLattices;
use self::tiles::Tiles;
use super::{BenchCommand, BenchEvent};
use crate::bench_worker::BenchOutgoing;
use crate::data::BinaryImage;
use crate::family::BivariateGaussian;
use crate::model::read_weights;
use crate::reason::reason;
use crate::worker::{Patience, Serve};

/// Serves the page: lattices and images of the plane per model, fields per x, estimates per q.
///
/// A slice lasts a few milliseconds, so that a command never waits long. The order of the work is the order in which
/// results matter to the user: the coarse lattices, the fields of x, the first draws from q, a proven interval of log
/// p(x), the posterior, which is integrated where the proof has found it, the exact terms of q, the best q, then the
/// fine lattices, a narrower interval, and a million draws.
#[derive(Debug, Default)]
pub struct BenchServer {
    lattices: Option<ModelLattices>,
    fields: Option<ImageFields>,
    estimates: Option<RunningEstimates>,
    exact: Option<ExactProposal>,
    tiles: Vec<Tiles>,
    handled: u32,
    has_said_idle: bool,
}

impl BenchServer {
    /// A server without a model.
    pub fn new() -> Self {
        Self::default()
    }

    fn load_model(&mut self, bytes: &[u8]) -> Result<(), String> {
        let model = read_weights(bytes).map_err(|error| error.to_string())?;
        self.lattices = Some(ModelLattices::new(model).map_err(|error| reason(&error))?);
        self.fields = None;
        self.estimates = None;
        self.exact = None;
        self.tiles.clear();
        Ok(())
    }

    fn set_image(&mut self, image: u32, pixels: &str) -> Result<(), String> {
        // Even if the new x fails, nothing more is reported about the old one.
        self.fields = None;
        self.estimates = None;
        self.exact = None;
        let pixels = BinaryImage::from_base64(pixels).map_err(|error| error.to_string())?;
        let lattices = self.lattices.as_ref().ok_or("an image came before any model")?;
        let fields = ImageFields::new(lattices, image, &pixels).map_err(|error| reason(&error))?;
        self.fields = Some(fields);
        Ok(())
    }

    /// Whether every number of the present x and q was sent. A narrower proof, finer lattices, the exact curve and
    /// more draws may still be computed.
    fn is_complete(&self) -> bool {
        let (Some(fields), Some(estimates), Some(exact)) =
            (&self.fields, &self.estimates, &self.exact)
        else {
            return false;
        };
        self.tiles.is_empty()
            && !estimates.wants_ladder()
            && !fields.certification.wants_first()
            && !fields.truth.wants_posterior()
            && !fields.truth.wants_more()
            && !exact.wants_terms()
    }

    /// Does one slice of the first unfinished task; `None` when all tasks are done.
    fn slice(&mut self) -> Result<Option<Vec<BenchOutgoing>>, String> {
        let text = |error: &dyn std::fmt::Display| error.to_string();
        let Some(lattices) = &mut self.lattices else { return Ok(None) };
        if lattices.wants_coarse() {
            return lattices.advance().map(Some).map_err(|error| reason(&error));
        }
        if let Some(fields) = &mut self.fields {
            if let Some(event) = fields.deliver(lattices).map_err(|error| reason(&error))? {
                return Ok(Some(vec![event]));
            }
            if let Some(estimates) = &mut self.estimates
                && estimates.wants_ladder()
            {
                return estimates.advance(lattices, fields).map(Some).map_err(|error| text(&error));
            }
            if let Some(tiles) = self.tiles.pop() {
                let messages = tiles.decode(&lattices.model);
                return messages.map(|event| Some(vec![event])).map_err(|error| reason(&error));
            }
            // The proof comes before every exact value: it locates the posterior, and each is compared with it.
            if fields.certification.wants_first() {
                let messages = fields.certification.advance(&lattices.model);
                return messages
                    .map(|event| Some(Vec::from_iter(event)))
                    .map_err(|error| reason(&error));
            }
            if fields.truth.wants_posterior() {
                return Ok(Some(Vec::from_iter(fields.truth.advance(&fields.certification))));
            }
            if let Some(event) = fields.check() {
                return Ok(Some(vec![event]));
            }
            // The curve of a q that is far off takes seconds, so that the results of x alone come before it.
            if fields.truth.wants_more()
                && !self.exact.as_ref().is_some_and(ExactProposal::wants_terms)
            {
                return Ok(Some(Vec::from_iter(fields.truth.advance(&fields.certification))));
            }
            if let Some(exact) = &mut self.exact
                && exact.wants_more()
            {
                let messages = exact.advance(&fields.truth);
                return messages
                    .map(|event| Some(Vec::from_iter(event)))
                    .map_err(|error| text(&error));
            }
            // The interval is narrowed further once the fine lattice has comparable accuracy.
            if fields.certification.wants_more() && lattices.is_inner_fine() {
                let messages = fields.certification.advance(&lattices.model);
                return messages
                    .map(|event| Some(Vec::from_iter(event)))
                    .map_err(|error| reason(&error));
            }
        }
        if lattices.wants_more() {
            return lattices.advance().map(Some).map_err(|error| reason(&error));
        }
        if let (Some(fields), Some(estimates)) = (&self.fields, &mut self.estimates)
            && estimates.wants_more()
        {
            return estimates.advance(lattices, fields).map(Some).map_err(|error| text(&error));
        }
        Ok(None)
    }
}

impl Serve for BenchServer {
    type Command = BenchCommand;
    type Event = BenchEvent;

    fn handle(&mut self, command: BenchCommand) -> Vec<BenchOutgoing> {
        self.has_said_idle = false;
        self.handled = self.handled.wrapping_add(1);
        let result = match command {
            BenchCommand::LoadModel { bytes } => self.load_model(&bytes),
            BenchCommand::SetImage { image, pixels } => self.set_image(image, &pixels),
            BenchCommand::SetProposal { proposal, q, seed } => BivariateGaussian::try_from(q)
                .map(|q| {
                    self.estimates = Some(RunningEstimates::new(proposal, q, seed));
                    self.exact = Some(ExactProposal::new(proposal, q));
                })
                .map_err(|error| error.to_string()),
            BenchCommand::DecodeTiles { place, number, latents } => {
                self.tiles.retain(|tiles| tiles.place != place);
                self.tiles.push(Tiles::new(place, number, latents));
                Ok(())
            }
        };
        result.err().map(failed).into_iter().collect()
    }

    fn is_busy(&self) -> bool {
        !self.has_said_idle
    }

    /// Once the fields of x were sent, the first estimates of a moving q wait for the page's frame, and their
    /// refinement for the pointer to be idle.
    fn patience(&self) -> Patience {
        let is_shown =
            |(lattices, fields): (&ModelLattices, &ImageFields)| fields.are_delivered(lattices);
        if !self.lattices.as_ref().zip(self.fields.as_ref()).is_some_and(is_shown) {
            return Patience::None;
        }
        match &self.estimates {
            Some(_) if self.is_complete() => Patience::PageIdle,
            Some(estimates) if estimates.has_begun() => Patience::PointerIdle,
            Some(_) => Patience::Frame,
            None => Patience::None,
        }
    }

    fn work(&mut self) -> Vec<BenchOutgoing> {
        match self.slice() {
            Ok(Some(outgoing)) => outgoing,
            Ok(None) if self.has_said_idle => Vec::new(),
            Ok(None) => {
                self.has_said_idle = true;
                vec![BenchEvent::Idle { handled: self.handled }.into()]
            }
            Err(reason) => {
                // The same slice would fail again until there is a new model.
                self.lattices = None;
                self.fields = None;
                self.estimates = None;
                self.exact = None;
                vec![failed(reason)]
            }
        }
    }
}

fn failed(reason: String) -> BenchOutgoing {
    BenchEvent::Failed { reason }.into()
}
