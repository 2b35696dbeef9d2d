//! Every text of the interface: one struct, one constant per language.

mod en;
pub mod opening;
mod pt;
mod trouble;

pub use en::EN;
pub use pt::PT;

use super::Language;
use super::address_note::AddressNote;
use crate::data::{Foreign, PictureFormat};

impl Language {
    /// Every text of the interface in this language.
    pub fn messages(self) -> &'static Messages {
        match self {
            Self::En => &EN,
            Self::Pt => &PT,
        }
    }
}

/// The texts of one language; a text that a language lacks is a compile error.
///
/// Arguments are numbers as they are; the texts format them for the language. Names ending in `_help` are tooltips,
/// in `_name` accessible names, in `_summary` descriptions of a picture.
pub struct Messages {
    // The frame of the page.
    pub page_title: &'static str,
    pub skip_to_plane: &'static str,
    pub pages_name: &'static str,
    pub bench: &'static str,
    pub close: &'static str,

    // Languages, themes, links.
    pub language: &'static str,
    pub theme: &'static str,
    pub theme_auto: &'static str,
    pub theme_light: &'static str,
    pub theme_dark: &'static str,
    pub theme_projector: &'static str,
    pub copy_link: &'static str,
    pub copied: &'static str,
    pub copy_by_hand_title: &'static str,
    pub copy_by_hand: &'static str,
    pub present: &'static str,
    pub stop_presenting: &'static str,
    pub full_screen_refused: &'static str,

    // Number fields; the arguments are what was typed and what the field shows.
    pub field_needs_number: fn(&str, &str) -> String,
    pub field_needs_whole_number: fn(&str, &str) -> String,

    // Training.
    pub train: &'static str,
    pub train_play_help: &'static str,
    pub train_pause_help: &'static str,
    pub train_step_help: &'static str,
    pub train_slow_help: &'static str,
    pub rewind: &'static str,
    pub rewind_help: &'static str,
    pub checkpoint_name: &'static str,
    pub to_bench: &'static str,
    pub to_bench_help: &'static str,
    pub bench_needs_plane: &'static str,
    pub save_weights: &'static str,
    pub save_weights_help: &'static str,
    pub copy_pytorch_help: &'static str,
    pub program_copied: fn(&str) -> String,
    pub forget_run: &'static str,
    pub forget_run_help: &'static str,
    pub run_not_kept: &'static str,
    pub trained_name: fn(u64) -> String,

    // The labs.
    pub labs: &'static str,
    pub lab_numbers_name: &'static str,
    pub figures_name: &'static str,
    pub presets_name: &'static str,
    pub player_name: &'static str,
    pub play: &'static str,
    pub play_help: &'static str,
    pub play_step_help: &'static str,
    pub play_slow_help: &'static str,
    pub reset: &'static str,
    pub reset_help: &'static str,
    pub moment_name: &'static str,
    pub computing_name: &'static str,
    pub save_svg_help: &'static str,
    pub save_png_help: &'static str,
    pub code: &'static str,
    pub code_help: &'static str,
    pub code_note: &'static str,
    pub code_name: &'static str,
    pub copy_code: &'static str,
    pub save_code: &'static str,
    pub save_code_help: &'static str,
    pub save_network_help: &'static str,
    pub save_csv_help: &'static str,
    pub save_csv_comma_help: &'static str,

    // x and where it comes from.
    pub x_is_drawn: &'static str,
    /// Argument: the class, 0 to 9.
    pub x_is_digit: fn(u8) -> String,
    /// Arguments: the file's name, the image counted from 1, how many there are.
    pub x_is_from_file: fn(&str, usize, usize) -> String,
    /// Argument: the class in the file of labels.
    pub x_label: fn(u8) -> String,
    pub gallery_name: &'static str,
    pub draw: &'static str,
    pub draw_help: &'static str,
    pub open: &'static str,
    pub open_help: &'static str,
    pub drop_here: &'static str,
    pub previous_image: &'static str,
    pub next_image: &'static str,
    pub decoded_at_mean: &'static str,
    pub decoded_at_probe: &'static str,

    // From grey to black and white.
    pub binarization: &'static str,
    pub threshold: &'static str,
    pub threshold_help: &'static str,
    pub bernoulli: &'static str,
    pub bernoulli_help: &'static str,
    pub bernoulli_seed: &'static str,

    // The sketch pad.
    pub sketch_title: &'static str,
    pub sketch_help: &'static str,
    pub sketch_empty: &'static str,
    pub use_this: &'static str,
    pub clear: &'static str,
    pub cancel: &'static str,

    // The latent plane and its legend.
    pub plane_title: &'static str,
    pub legend_posterior: &'static str,
    pub legend_prior: &'static str,
    pub legend_q: &'static str,
    pub legend_encoder: &'static str,
    pub legend_best_q: &'static str,
    pub zoom_in: &'static str,
    pub zoom_out: &'static str,
    pub fit_view: &'static str,

    // Buttons that move q.
    pub set_prior: &'static str,
    pub set_prior_help: &'static str,
    pub set_encoder: &'static str,
    pub set_encoder_help: &'static str,
    pub set_best_q: &'static str,
    pub set_best_q_help: &'static str,
    pub climb: &'static str,
    pub climb_help: &'static str,
    pub pause: &'static str,
    pub step: &'static str,
    pub step_help: &'static str,
    pub slow: &'static str,
    pub slow_help: &'static str,
    /// Argument: how many steps it took.
    pub climb_converged: fn(usize) -> String,
    pub new_draw: &'static str,
    pub new_draw_help: &'static str,
    pub undo: &'static str,
    pub redo: &'static str,

    // The terms, all in nats.
    pub nats_title: &'static str,
    pub nats_unit: &'static str,
    pub evidence: &'static str,
    pub evidence_help: &'static str,
    /// Argument: the error of the quadrature, in nats.
    pub evidence_error: fn(f64) -> String,
    pub evidence_first_look: &'static str,
    pub first_look_help: &'static str,
    pub evidence_unresolved: &'static str,
    pub certified: &'static str,
    pub certified_help: &'static str,
    pub refuted: &'static str,
    pub evidence_coarse: &'static str,
    pub elbo_help: &'static str,
    pub gap: &'static str,
    pub gap_help: &'static str,
    pub reconstruction_help: &'static str,
    pub kl_prior_help: &'static str,
    pub energy_help: &'static str,
    pub entropy_help: &'static str,
    pub importance: &'static str,
    pub best_q_elbo: &'static str,
    pub encoder_elbo: &'static str,
    pub identity_residual: &'static str,
    /// Argument: draws accumulated while nothing moves.
    pub draws_so_far: fn(u64) -> String,

    // The equation strip.
    pub identity_name: &'static str,
    pub identity_gap: &'static str,
    pub identity_prior: &'static str,
    pub identity_energy: &'static str,

    // Diagnostics of the weights, and what they mean.
    pub ess: &'static str,
    pub ess_help: &'static str,
    pub max_share: &'static str,
    pub max_share_help: &'static str,
    pub khat: &'static str,
    pub khat_help: &'static str,
    /// Argument: the limit for this number of draws.
    pub khat_fine: fn(f64) -> String,
    /// Argument: the limit for this number of draws.
    pub khat_high: fn(f64) -> String,
    pub khat_infinite: &'static str,
    pub khat_equal: &'static str,
    pub khat_none: &'static str,
    pub verdict_nothing: &'static str,
    pub verdict_too_few: &'static str,
    pub verdict_uneven: &'static str,
    pub verdict_fine: &'static str,
    pub verdict_few_carry: &'static str,
    pub verdict_one_carries: &'static str,
    pub verdict_heavy_tail: &'static str,

    // Files with images.
    pub file_kept: &'static str,
    pub file_empty: &'static str,
    pub file_unknown_kind: &'static str,
    /// Arguments: what the file is, its name.
    pub file_foreign: fn(&Foreign, &str) -> String,
    /// Arguments: bytes in the file, bytes allowed.
    pub file_too_large: fn(u64, u64) -> String,
    pub file_gzip_cut: &'static str,
    pub file_gzip_damaged: &'static str,
    /// Argument: bytes allowed once unpacked.
    pub file_idx_too_large: fn(u64) -> String,
    /// Arguments: how many images there are, how many are read.
    pub file_idx_too_many: fn(u32, u32) -> String,
    /// Argument: the first two bytes.
    pub file_idx_start: fn([u8; 2]) -> String,
    /// Argument: the code of the type of element.
    pub file_idx_element: fn(u8) -> String,
    /// Argument: the number of dimensions.
    pub file_idx_dimensions: fn(u8) -> String,
    pub file_idx_nothing: &'static str,
    /// Arguments: rows and columns of each image, the most allowed of either.
    pub file_idx_image_size: fn(u32, u32, u32) -> String,
    /// Argument: how many bytes are missing at least.
    pub file_idx_cut: fn(u64) -> String,
    /// Argument: how many bytes are too many.
    pub file_idx_trailing: fn(u64) -> String,
    pub file_picture_kind: &'static str,
    pub file_picture_undecodable: fn(PictureFormat) -> String,
    /// Arguments: width and height in pixels, the most allowed of either.
    pub file_picture_size: fn(u32, u32, u32) -> String,
    /// Argument: bytes of memory allowed.
    pub file_picture_memory: fn(u64) -> String,
    /// Argument: what the decoder says, in English.
    pub file_picture_damaged: fn(&str) -> String,
    pub file_picture_no_ink: &'static str,
    pub file_labels_alone: &'static str,
    /// Arguments: how many labels, how many images.
    pub file_labels_mismatch: fn(u64, u64) -> String,
    pub file_unreadable: &'static str,

    // Weights of the model.
    pub model: &'static str,
    pub model_shipped: &'static str,
    pub model_loading: &'static str,
    pub model_preparing: &'static str,
    /// Argument: widths of the hidden layers, the encoder's first.
    pub model_shape: fn([usize; 2]) -> String,
    pub model_not_fetched: &'static str,
    pub part_not_fetched: &'static str,
    /// Argument: the file's name.
    pub model_opened: fn(&str) -> String,
    pub model_assumed_tanh: &'static str,
    /// Argument: what the reader says, in English.
    pub model_not_safetensors: fn(&str) -> String,
    /// Arguments: the tensor's name, the names in the file (comma-separated, may be empty).
    pub model_tensor_missing: fn(&str, &str) -> String,
    /// Arguments: the tensor's name, the shape found, the shape expected.
    pub model_tensor_shape: fn(&str, &str, &str) -> String,
    /// Arguments: the tensor's name, the index of the first such number, row by row from 0.
    pub model_tensor_not_finite: fn(&str, usize) -> String,
    /// Arguments: the tensor's name, how far the network's numbers can come, how far they may.
    pub model_too_large: fn(&str, f64, f64) -> String,
    /// Argument: what stood before every tensor's name.
    pub model_prefix: fn(&str) -> String,
    /// Arguments: units in the hidden layer, units allowed.
    pub model_too_wide: fn(usize, usize) -> String,
    /// Argument: the latent dimensions of the file.
    pub model_wrong_latent: fn(usize) -> String,
    /// Argument: the activation named in the file.
    pub model_unknown_activation: fn(&str) -> String,
    /// Argument: what the writer says, in English.
    pub model_not_written: fn(&str) -> String,

    // When something breaks.
    pub retry: &'static str,
    pub worker_died: &'static str,
    pub worker_died_help: &'static str,
    pub worker_restart: &'static str,
    pub panic_reload: &'static str,
    pub panic_details: &'static str,

    // Notes on an address.
    pub notes_title: &'static str,
    /// Argument: length in bytes.
    pub note_too_long: fn(usize) -> String,
    /// Argument: what was given.
    pub note_unknown_page: fn(&str) -> String,
    /// Argument: the name given.
    pub note_unknown_parameter: fn(&str) -> String,
    /// Arguments: the parameter, the value left out.
    pub note_repeated: fn(&str, &str) -> String,
    /// Arguments: the parameter, what was given, what it became.
    pub note_clamped: fn(&str, &str, &str) -> String,
    /// Arguments: the parameter, what was given, the default in its place if there is one.
    pub note_unreadable: fn(&str, &str, Option<&str>) -> String,

    // Accessible names, values and summaries.
    pub mu_name: fn(u8) -> String,
    pub sigma_name: fn(u8) -> String,
    pub rho_name: &'static str,
    pub k_name: &'static str,
    pub seed_name: &'static str,
    pub plane_name: &'static str,
    pub mean_handle_name: &'static str,
    /// Argument: which principal axis, 1 or 2.
    pub sigma_handle_name: fn(u8) -> String,
    pub probe_handle_name: &'static str,
    pub handle_help: &'static str,
    /// Arguments: the two latent coordinates.
    pub point_value: fn(f64, f64) -> String,
    /// Argument: a length in the latent plane.
    pub sigma_value: fn(f64) -> String,
    /// Arguments: the ELBO and the gap, in nats; said when a movement ends.
    pub announcement: fn(f64, f64) -> String,
    /// Arguments: mean, standard deviations and correlation of q.
    pub plane_summary: fn([f64; 2], [f64; 2], f64) -> String,
    /// Arguments: log p(x), ELBO and gap, in nats.
    pub thermometer_summary: fn(f64, f64, f64) -> String,
    pub show_table: &'static str,
    pub ladder_table_caption: &'static str,
    pub table_k: &'static str,
    pub table_estimate: &'static str,
    pub table_interval: &'static str,
    pub table_replicates: &'static str,
    pub table_exact: &'static str,
    pub sketch_pad_name: &'static str,
    pub x_picture_name: &'static str,
    pub decoded_picture_name: &'static str,
}

impl Messages {
    /// The words for one note on an address.
    pub fn address_note(&self, note: &AddressNote) -> String {
        match note {
            AddressNote::TooLong { bytes } => (self.note_too_long)(*bytes),
            AddressNote::UnknownPage { given } => (self.note_unknown_page)(given),
            AddressNote::UnknownParameter { given } => (self.note_unknown_parameter)(given),
            AddressNote::Repeated { parameter, given } => (self.note_repeated)(parameter, given),
            AddressNote::Clamped { parameter, given, became } => {
                (self.note_clamped)(parameter, given, became)
            }
            AddressNote::Unreadable { parameter, given, became } => {
                (self.note_unreadable)(parameter, given, became.as_deref())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::parse;

    #[test]
    fn numbers_inside_sentences_follow_the_language() {
        assert_eq!((EN.announcement)(-92.31, 1.42), "ELBO −92.3, gap 1.4 nats");
        assert_eq!((PT.announcement)(-92.31, 1.42), "ELBO −92,3, lacuna 1,4 nats");
        assert_eq!((PT.draws_so_far)(12_288), "12.288 amostras até agora");
        assert_eq!((EN.evidence_error)(3.1e-9), "exact log p(x) ± 3·10⁻⁹");
        assert_eq!((PT.khat_fine)(0.7), "bom até 0,70");
    }

    #[test]
    fn every_kind_of_note_has_words() {
        let say = |hash: &str| -> Vec<String> {
            parse(hash).notes.iter().map(|note| EN.address_note(note)).collect()
        };
        assert_eq!(
            say("#/bench?k=0&k=1&probe=a&rho=b&utm=c"),
            [
                "k: 0 is out of range, so 1 is used.",
                "k stands in the link twice; 1 was left out.",
                "probe: “a” cannot be read and was left out.",
                "rho: “b” cannot be read, so the default -0.5 is used.",
                "“utm” is not a parameter of this page and was left out.",
            ]
        );
        assert_eq!(say("#/attic"), ["There is no page “attic”; this is the default bench."]);
        let long = format!("#{}", "a".repeat(5000));
        assert_eq!(
            say(&long),
            ["The link is too long (5,001 bytes) to be one of ours; this is the default bench."]
        );
    }
}
