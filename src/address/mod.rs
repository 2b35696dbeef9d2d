//! Reads and writes the state as the fragment of the address; reading never fails.

mod course_place;
mod tidy;
mod value;

pub use course_place::{CoursePlace, CourseState};

use self::tidy::{tidied, without_capitals};
use self::value::ParsedValue;
use crate::course::LESSONS;
use crate::lab::{self, LabState};
use crate::parameters::Parameter as Setting;
use crate::state::bench::{
    BenchState, Identity, K_RANGE, MU_RANGE, PROBE_RANGE, RHO_RANGE, SEED_RANGE, SIGMA_RANGE,
};
use crate::state::{AddressNote, AddressParameter, Language, Loupe, Part, Theme};
use crate::train_page::{self, RunSettings};

/// The longest address that is read, in bytes; the app writes fewer than 500.
const LONGEST: usize = 4096;
/// Longest part of an unknown text that a note repeats.
const LONGEST_GIVEN: usize = 40;

/// Everything that an address contains.
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
    /// The course, with a bench or lab beside a step's text.
    Course(CourseState),
}

/// An address that was read, and what was not taken literally.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed {
    /// A valid address, whatever the text was.
    pub address: Address,
    /// What was changed or left out, in the order of the address.
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

/// Reads a fragment, with or without its `#`, plain or percent-encoded.
///
/// Never fails: a value out of range is clamped, an unreadable one keeps its default, an unknown name is left out,
/// and each of these has a note. An empty text gives the default without a note.
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

/// The fragment of an address of this app, on any site; `None` for any other text.
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

/// A note on a step number below 1; whether a number is past the last step is known only to the loaded lesson.
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

/// The page that a path names, in its default state.
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

/// Writes the fragment, from `#` on; [`parse`] reads exactly the same values.
///
/// The binarization, the probe, the identity, the loupe, the language and the theme are left out where they
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
        AddressParameter::ALL
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
        // An ampersand that was escaped twice leaves `amp;` before a name.
        let (name, text) = (name.trim().trim_start_matches("amp;"), text.trim());
        let slot = AddressSlot::named(name, &address.page)
            .or_else(|| AddressSlot::named(&without_capitals(name)?, &address.page));
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
            ParseOutcome::Unreadable => match without_capitals(text) {
                // The pixels of an image cannot be restored once their lower-case letters are lost.
                Some(small) if !small.starts_with(value::PIXELS) => slot.read(&small, &mut address),
                _ => ParseOutcome::Unreadable,
            },
            outcome => outcome,
        };
        match outcome {
            ParseOutcome::Exact => {}
            ParseOutcome::Clamped => {
                let became = slot.text(&address).unwrap_or_default();
                notes.push(AddressNote::Clamped { parameter, given, became });
            }
            ParseOutcome::Unreadable => {
                let became = slot.text(&address);
                notes.push(AddressNote::Unreadable { parameter, given, became });
            }
        }
    }
    Parsed { address, notes }
}

/// The meaning of a parameter's name on a page.
#[derive(Clone, Copy)]
enum AddressSlot {
    /// A parameter of the bench, or of every page.
    Common(AddressParameter),
    /// Of a lab or of Train, with its place there.
    Own(&'static Setting, usize),
}

impl AddressSlot {
    fn named(name: &str, page: &Page) -> Option<Self> {
        let settings = page.stage().map_or(&[][..], Page::settings);
        if let Some(place) = settings.iter().position(|setting| setting.name == name) {
            return Some(Self::Own(&settings[place], place));
        }
        AddressParameter::from_name(name)
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

    fn read(&self, text: &str, address: &mut Address) -> ParseOutcome {
        let (setting, place) = match *self {
            Self::Common(parameter) => return read(parameter, text, address),
            Self::Own(setting, place) => (setting, place),
        };
        let (Some(value), Some(page)) = (setting.read(text), address.page.stage_mut()) else {
            return ParseOutcome::Unreadable;
        };
        page.set(place, value);
        if page.setting(place) == value { ParseOutcome::Exact } else { ParseOutcome::Clamped }
    }
}

enum ParseOutcome {
    Exact,
    Clamped,
    Unreadable,
}

fn read(parameter: AddressParameter, text: &str, address: &mut Address) -> ParseOutcome {
    match parameter {
        AddressParameter::Lang => {
            return settle(
                &mut address.language,
                ParsedValue::from(Language::from_tag(text)).map(Some),
            );
        }
        AddressParameter::Theme => {
            return settle(&mut address.theme, ParsedValue::from(Theme::from_name(text)).map(Some));
        }
        AddressParameter::Hide => return settle(&mut address.hidden, value::parts(text)),
        _ => {}
    }
    let Some(Page::Bench(bench)) = address.page.stage_mut() else {
        return ParseOutcome::Unreadable;
    };
    match parameter {
        AddressParameter::X => settle(&mut bench.x, value::source(text)),
        AddressParameter::Bin => settle(&mut bench.bin, value::binarize(text)),
        AddressParameter::Mu => settle(&mut bench.mu, value::pair(text, MU_RANGE)),
        AddressParameter::Sigma => settle(&mut bench.sigma, value::pair(text, SIGMA_RANGE)),
        AddressParameter::Rho => settle(&mut bench.rho, value::real(text, RHO_RANGE)),
        AddressParameter::Probe => {
            settle(&mut bench.probe, value::pair(text, PROBE_RANGE).map(Some))
        }
        AddressParameter::K => settle(&mut bench.k, value::whole(text, K_RANGE)),
        AddressParameter::Seed => settle(&mut bench.seed, value::whole(text, SEED_RANGE)),
        AddressParameter::Identity => settle(&mut bench.identity, Identity::from_name(text).into()),
        AddressParameter::Loupe => settle(&mut bench.loupe, Loupe::from_name(text).into()),
        AddressParameter::Lang | AddressParameter::Theme | AddressParameter::Hide => {
            ParseOutcome::Unreadable
        }
    }
}

fn settle<T>(target: &mut T, reading: ParsedValue<T>) -> ParseOutcome {
    match reading {
        ParsedValue::Exact(value) => {
            *target = value;
            ParseOutcome::Exact
        }
        ParsedValue::Clamped(value) => {
            *target = value;
            ParseOutcome::Clamped
        }
        ParsedValue::Unreadable => ParseOutcome::Unreadable,
    }
}

/// Whether a parameter is written where it has a value.
fn is_written(parameter: AddressParameter, page: &Page) -> bool {
    let Some(Page::Bench(bench)) = page.stage() else { return parameter.is_of_every_page() };
    let default = BenchState::default();
    match parameter {
        AddressParameter::Bin => bench.bin != default.bin,
        AddressParameter::Identity => bench.identity != default.identity,
        AddressParameter::Loupe => bench.loupe != default.loupe,
        _ => true,
    }
}

/// The value of a parameter, if it has one.
fn text_of(parameter: AddressParameter, address: &Address) -> Option<String> {
    match parameter {
        AddressParameter::Lang => return Some(address.language?.code().to_owned()),
        AddressParameter::Theme => return Some(address.theme?.name().to_owned()),
        AddressParameter::Hide => return value::parts_text(&address.hidden),
        _ => {}
    }
    let Some(Page::Bench(bench)) = address.page.stage() else { return None };
    Some(match parameter {
        AddressParameter::X => value::source_text(bench.x),
        AddressParameter::Bin => value::binarize_text(bench.bin),
        AddressParameter::Mu => value::pair_text(bench.mu),
        AddressParameter::Sigma => value::pair_text(bench.sigma),
        AddressParameter::Rho => bench.rho.to_string(),
        AddressParameter::Probe => value::pair_text(bench.probe?),
        AddressParameter::K => bench.k.to_string(),
        AddressParameter::Seed => bench.seed.to_string(),
        AddressParameter::Identity => bench.identity.name().to_owned(),
        AddressParameter::Loupe => bench.loupe.name().to_owned(),
        AddressParameter::Lang | AddressParameter::Theme | AddressParameter::Hide => return None,
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
