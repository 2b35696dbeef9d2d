//! The state as the text after `#` in the address, both ways, without ever failing.

mod course_place;
mod tidy;
mod value;

pub use course_place::{CoursePlace, CourseState};

use self::tidy::{tidied, without_capitals};
use self::value::Reading;
use crate::course::LESSONS;
use crate::lab::{self, LabState};
use crate::parameters::Parameter as Setting;
use crate::state::bench::{
    BenchState, Identity, K_RANGE, MU_RANGE, PROBE_RANGE, RHO_RANGE, SEED_RANGE, SIGMA_RANGE,
};
use crate::state::{AddressNote, Language, Parameter, Part, Theme};
use crate::train_page::{self, RunSettings};

/// The longest address that is read, in bytes; the app writes fewer than 500.
const LONGEST: usize = 4096;
/// How many characters of a strange text a note repeats.
const LONGEST_GIVEN: usize = 40;

/// Everything an address says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Address {
    /// The page and its state.
    pub page: Page,
    /// The language of the interface; `None` follows the browser.
    pub language: Option<Language>,
    /// The theme of the interface; `None` follows the browser.
    pub theme: Option<Theme>,
    /// The parts of the page that are not shown.
    pub hidden: Vec<Part>,
}

/// A page with its whole state.
#[derive(Clone, Debug, PartialEq)]
pub enum Page {
    /// One x, one q, and log p(x).
    Bench(BenchState),
    /// One of the labs.
    Lab(LabState),
    /// A run of training.
    Train(RunSettings),
    /// The course, with one of the others beside its text.
    Course(CourseState),
}

/// An address that was read, and what was not taken as it stood.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed {
    /// A valid address, whatever the text was.
    pub address: Address,
    /// What was changed or left out, in the order of the text.
    pub notes: Vec<AddressNote>,
}

impl Default for Page {
    fn default() -> Self {
        Self::Bench(BenchState::default())
    }
}

impl Page {
    /// The path in the address.
    pub fn path(&self) -> String {
        match self {
            Self::Bench(_) => "bench".to_owned(),
            Self::Lab(state) => state.lab.path(),
            Self::Train(_) => train_page::NAME.to_owned(),
            Self::Course(state) => match &state.stage {
                Some(stage) => format!("{}/{}", state.place.path(), stage.path()),
                None => state.place.path(),
            },
        }
    }

    /// The bench, the lab or Train: the page itself, or the one beside a lesson.
    pub fn stage(&self) -> Option<&Self> {
        match self {
            Self::Course(state) => state.stage.as_deref(),
            stage => Some(stage),
        }
    }

    fn stage_mut(&mut self) -> Option<&mut Self> {
        match self {
            Self::Course(state) => state.stage.as_deref_mut(),
            stage => Some(stage),
        }
    }

    /// What can be set in the lab or in Train; the bench has parameters of other kinds.
    fn settings(&self) -> &'static [Setting] {
        match self {
            Self::Lab(state) => state.lab.parameters,
            Self::Train(_) => train_page::PARAMETERS,
            Self::Bench(_) | Self::Course(_) => &[],
        }
    }

    /// The value of one of [`Self::settings`].
    fn setting(&self, place: usize) -> f64 {
        match self {
            Self::Lab(state) => state.get(place),
            Self::Train(settings) => settings.get(place),
            Self::Bench(_) | Self::Course(_) => 0.0,
        }
    }

    /// Sets one of [`Self::settings`] to the nearest value that it can take.
    fn set(&mut self, place: usize, value: f64) {
        match self {
            Self::Lab(state) => state.set(place, value),
            Self::Train(settings) => settings.set(place, value),
            Self::Bench(_) | Self::Course(_) => {}
        }
    }
}

/// Reads the text after `#` (with or without it), as it stands or percent-encoded.
///
/// Never fails: what is out of range is clamped, what cannot be read keeps its default, what is
/// unknown is left out, and each such thing has a note. Nothing at all is the default, unnoted.
pub fn parse(hash: &str) -> Parsed {
    if hash.len() > LONGEST {
        return default_because(AddressNote::TooLong { bytes: hash.len() });
    }
    let text = tidied(hash);
    let (path, query) = text.split_once('?').unwrap_or((&text, ""));
    let path = path.trim().trim_matches('/');
    let page = page_at(path).or_else(|| page_at(&without_capitals(path)?));
    let Some(page) = page else {
        return default_because(AddressNote::UnknownPage { given: shortened(path) });
    };
    let step = step_note(&page, path);
    let mut parsed = parse_page(page, query);
    parsed.notes.splice(..0, step);
    parsed
}

/// The part of a text from `#` on, if the text is an address of this app, on whatever site.
pub fn link(text: &str) -> Option<String> {
    let text = text.trim();
    let (site, _) = text.split_once('#')?;
    let hash = &text[site.len()..];
    let leads_somewhere = ["#/", "#!/", "#%2F", "#%2f"].iter().any(|start| hash.starts_with(start));
    if !leads_somewhere || site.contains(char::is_whitespace) {
        return None;
    }
    let is_unknown = |note: &AddressNote| {
        matches!(note, AddressNote::UnknownPage { .. } | AddressNote::TooLong { .. })
    };
    (!parse(hash).notes.iter().any(is_unknown)).then(|| hash.to_owned())
}

/// What is said of a step that is counted from 0; of one past the last the page can tell once the lesson is
/// there.
fn step_note(page: &Page, path: &str) -> Option<AddressNote> {
    let Page::Course(CourseState { place: CoursePlace::Step { lesson, step }, .. }) = page else {
        return None;
    };
    let given = path.split('/').nth(2)?;
    (given.parse() == Ok(0)).then(|| AddressNote::Clamped {
        parameter: LESSONS.get(*lesson).copied().unwrap_or_default(),
        given: shortened(given),
        became: (step + 1).to_string(),
    })
}

/// The page that a path leads to, as it opens.
fn page_at(path: &str) -> Option<Page> {
    if let Some((place, stage)) = CoursePlace::from_path(path) {
        let stage = match stage {
            "" => None,
            stage => Some(Box::new(stage_at(stage)?)),
        };
        return Some(Page::Course(CourseState { place, stage }));
    }
    stage_at(path)
}

/// The bench, the lab or Train that a path leads to, as it opens.
fn stage_at(path: &str) -> Option<Page> {
    match path {
        "" | "bench" => Some(Page::default()),
        train_page::NAME => Some(Page::Train(RunSettings::default())),
        path => lab::find_path(path).map(|lab| Page::Lab(LabState::new(lab))),
    }
}

/// Writes the address, beginning with `#`; [`parse`] reads back the very same values.
///
/// The binarization, the probe, the identity, the language and the theme are left out where they
/// are the default.
pub fn format(address: &Address) -> String {
    let mut parameters: Vec<String> = Vec::new();
    if let Some(page) = address.page.stage() {
        let settings = page.settings().iter().enumerate();
        let text =
            |(place, p): (usize, &Setting)| format!("{}={}", p.name, p.text(page.setting(place)));
        parameters.extend(settings.map(text));
    }
    parameters.extend(
        Parameter::ALL
            .into_iter()
            .filter(|&parameter| is_written(parameter, &address.page))
            .filter_map(|parameter| {
                Some(format!("{}={}", parameter.name(), text_of(parameter, address)?))
            }),
    );
    let path = address.page.path();
    if parameters.is_empty() {
        format!("#/{path}")
    } else {
        format!("#/{path}?{}", parameters.join("&"))
    }
}

fn default_because(note: AddressNote) -> Parsed {
    Parsed { address: Address::default(), notes: vec![note] }
}

fn parse_page(page: Page, query: &str) -> Parsed {
    let mut address = Address { page, ..Address::default() };
    let mut notes = Vec::new();
    let mut seen = Vec::new();
    for piece in query.split('&').filter(|piece| !piece.trim().is_empty()) {
        let (name, text) = piece.split_once('=').unwrap_or((piece, ""));
        // Escaped more than once on the way, `&amp;` leaves this.
        let (name, text) = (name.trim().trim_start_matches("amp;"), text.trim());
        let slot = Slot::named(name, &address.page)
            .or_else(|| Slot::named(&without_capitals(name)?, &address.page));
        let Some(slot) = slot else {
            notes.push(AddressNote::UnknownParameter { given: shortened(name) });
            continue;
        };
        let (parameter, given) = (slot.name(), shortened(text));
        if seen.contains(&parameter) {
            notes.push(AddressNote::Repeated { parameter, given });
            continue;
        }
        seen.push(parameter);
        let outcome = match slot.read(text, &mut address) {
            Outcome::Unreadable => match without_capitals(text) {
                // The pixels of an image cannot be told from others without their small letters.
                Some(small) if !small.starts_with(value::PIXELS) => slot.read(&small, &mut address),
                _ => Outcome::Unreadable,
            },
            outcome => outcome,
        };
        match outcome {
            Outcome::Exact => {}
            Outcome::Clamped => {
                let became = slot.text(&address).unwrap_or_default();
                notes.push(AddressNote::Clamped { parameter, given, became });
            }
            Outcome::Unreadable => {
                let became = slot.text(&address);
                notes.push(AddressNote::Unreadable { parameter, given, became });
            }
        }
    }
    Parsed { address, notes }
}

/// What a name in an address stands for on a page.
#[derive(Clone, Copy)]
enum Slot {
    /// Of the bench, or of every page.
    Common(Parameter),
    /// Of a lab or of Train, with its place there.
    Own(&'static Setting, usize),
}

impl Slot {
    fn named(name: &str, page: &Page) -> Option<Self> {
        let settings = page.stage().map_or(&[][..], Page::settings);
        if let Some(place) = settings.iter().position(|setting| setting.name == name) {
            return Some(Self::Own(&settings[place], place));
        }
        Parameter::from_name(name)
            .filter(|parameter| {
                matches!(page.stage(), Some(Page::Bench(_))) || parameter.is_of_every_page()
            })
            .map(Self::Common)
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Common(parameter) => parameter.name(),
            Self::Own(setting, _) => setting.name,
        }
    }

    fn text(&self, address: &Address) -> Option<String> {
        match self {
            Self::Common(parameter) => text_of(*parameter, address),
            Self::Own(setting, place) => Some(setting.text(address.page.stage()?.setting(*place))),
        }
    }

    fn read(&self, text: &str, address: &mut Address) -> Outcome {
        let (setting, place) = match *self {
            Self::Common(parameter) => return read(parameter, text, address),
            Self::Own(setting, place) => (setting, place),
        };
        let (Some(value), Some(page)) = (setting.read(text), address.page.stage_mut()) else {
            return Outcome::Unreadable;
        };
        page.set(place, value);
        if page.setting(place) == value { Outcome::Exact } else { Outcome::Clamped }
    }
}

enum Outcome {
    Exact,
    Clamped,
    Unreadable,
}

fn read(parameter: Parameter, text: &str, address: &mut Address) -> Outcome {
    match parameter {
        Parameter::Lang => {
            return settle(
                &mut address.language,
                Reading::from(Language::from_tag(text)).map(Some),
            );
        }
        Parameter::Theme => {
            return settle(&mut address.theme, Reading::from(Theme::from_name(text)).map(Some));
        }
        Parameter::Hide => return settle(&mut address.hidden, value::parts(text)),
        _ => {}
    }
    let Some(Page::Bench(bench)) = address.page.stage_mut() else { return Outcome::Unreadable };
    match parameter {
        Parameter::X => settle(&mut bench.x, value::source(text)),
        Parameter::Bin => settle(&mut bench.bin, value::binarize(text)),
        Parameter::Mu => settle(&mut bench.mu, value::pair(text, MU_RANGE)),
        Parameter::Sigma => settle(&mut bench.sigma, value::pair(text, SIGMA_RANGE)),
        Parameter::Rho => settle(&mut bench.rho, value::real(text, RHO_RANGE)),
        Parameter::Probe => settle(&mut bench.probe, value::pair(text, PROBE_RANGE).map(Some)),
        Parameter::K => settle(&mut bench.k, value::whole(text, K_RANGE)),
        Parameter::Seed => settle(&mut bench.seed, value::whole(text, SEED_RANGE)),
        Parameter::Identity => settle(&mut bench.identity, Identity::from_name(text).into()),
        Parameter::Lang | Parameter::Theme | Parameter::Hide => Outcome::Unreadable,
    }
}

fn settle<T>(target: &mut T, reading: Reading<T>) -> Outcome {
    match reading {
        Reading::Exact(value) => {
            *target = value;
            Outcome::Exact
        }
        Reading::Clamped(value) => {
            *target = value;
            Outcome::Clamped
        }
        Reading::Unreadable => Outcome::Unreadable,
    }
}

/// Whether a parameter that has a value is written.
fn is_written(parameter: Parameter, page: &Page) -> bool {
    let Some(Page::Bench(bench)) = page.stage() else { return parameter.is_of_every_page() };
    let default = BenchState::default();
    match parameter {
        Parameter::Bin => bench.bin != default.bin,
        Parameter::Identity => bench.identity != default.identity,
        _ => true,
    }
}

/// The value of a parameter, if it has one.
fn text_of(parameter: Parameter, address: &Address) -> Option<String> {
    match parameter {
        Parameter::Lang => return Some(address.language?.code().to_owned()),
        Parameter::Theme => return Some(address.theme?.name().to_owned()),
        Parameter::Hide => return value::parts_text(&address.hidden),
        _ => {}
    }
    let Some(Page::Bench(bench)) = address.page.stage() else { return None };
    Some(match parameter {
        Parameter::X => value::source_text(bench.x),
        Parameter::Bin => value::binarize_text(bench.bin),
        Parameter::Mu => value::pair_text(bench.mu),
        Parameter::Sigma => value::pair_text(bench.sigma),
        Parameter::Rho => bench.rho.to_string(),
        Parameter::Probe => value::pair_text(bench.probe?),
        Parameter::K => bench.k.to_string(),
        Parameter::Seed => bench.seed.to_string(),
        Parameter::Identity => bench.identity.name().to_owned(),
        Parameter::Lang | Parameter::Theme | Parameter::Hide => return None,
    })
}

fn shortened(text: &str) -> String {
    let mut characters = text.chars();
    let mut short: String = characters.by_ref().take(LONGEST_GIVEN).collect();
    if characters.next().is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests;
