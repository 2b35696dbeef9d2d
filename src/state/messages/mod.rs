//! The texts of the interface, each under a name: this table of those that stand as they are, and sentences with values
//! in the files beside it.

pub mod opening;
mod sentences;
mod trouble;

use super::{Language, text};

/// Declares [`Messages`] from names and English texts, and documents each with its text.
macro_rules! messages {
    ($($name:ident: $english:literal,)*) => {
        /// The texts in one language.
        ///
        /// Names ending in `_help` are tooltips, in `_name` accessible names, in `_summary` the words for a picture.
        pub struct Messages {
            spoken: Language,
            $(#[doc = $english] pub $name: &'static str,)*
        }

        impl Messages {
            /// The texts in a language.
            const fn new(language: Language) -> Self {
                Self { spoken: language, $($name: text!($english).say(language),)* }
            }
        }
    };
}

static MESSAGES: [Messages; Language::ALL.len()] = {
    let mut all = [const { Messages::new(Language::En) }; Language::ALL.len()];
    let mut place = 0;
    while place < all.len() {
        all[place] = Messages::new(Language::ALL[place]);
        place += 1;
    }
    all
};

impl Messages {
    /// Every text of the interface in a language.
    pub fn of(language: Language) -> &'static Self {
        &MESSAGES[language as usize]
    }
}

messages! {
    // The frame of the page.
    page_title: "ELBOscope: the evidence, its bounds and its estimates",
    skip_to_plane: "Skip to the latent plane",
    pages_name: "Pages",
    bench: "Bench",
    close: "Close",

    // Languages, themes, links.
    language: "Language",
    theme: "Theme",
    theme_auto: "Automatic",
    theme_light: "Light",
    theme_dark: "Dark",
    theme_projector: "Projector",
    copy_link: "Copy link",
    copied: "Copied",
    copy_by_hand_title: "Copy it by hand",
    copy_by_hand: "The browser does not let this page copy. The text is selected: press Ctrl+C (on a Mac ⌘C), or hold a finger on it.",
    present: "Present",
    stop_presenting: "Stop presenting",
    full_screen_refused: "The browser gives no full screen here. The type is large all the same.",

    // Training.
    train: "Train",
    train_play_help: "Learn until the validation bound rests",
    train_pause_help: "Stop where it is",
    train_step_help: "One step of Adam on one batch",
    train_slow_help: "Step after step, slowly enough to watch",
    rewind: "Rewind",
    rewind_help: "Back to the same first weights",
    checkpoint_name: "Moment of the run",
    to_bench: "To the bench",
    to_bench_help: "Open the network of this moment on the bench, with its exact log p(x)",
    bench_needs_plane: "The bench shows two latent dimensions",
    save_weights: "Save",
    save_weights_help: "Save the weights of this moment as safetensors, with PyTorch's names",
    copy_pytorch_help: "Copy a PyTorch program that loads the saved file and prints the same ELBO",
    forget_run: "Forget",
    forget_run_help: "Delete the run that this browser keeps so that a reload loses nothing",
    run_not_kept: "This browser has no room to keep the run: save it, or a reload will lose it.",

    // The labs.
    labs: "Labs",
    lab_numbers_name: "Parameters and numbers",
    figures_name: "Pictures",
    presets_name: "States worth seeing",
    player_name: "Play the computation",
    play: "Play",
    play_help: "Show how the picture comes about, from the beginning",
    play_step_help: "One step further",
    play_slow_help: "Slowly enough to watch each step",
    reset: "Reset",
    reset_help: "Back to how the lab opens",
    moment_name: "Moment of the computation",
    computing_name: "Computing",
    save_svg_help: "Save the picture as SVG",
    save_png_help: "Save the picture as PNG",
    code: "Code",
    code_help: "The same computation in PyTorch, with the present values",
    code_note: "Python prints the exact numbers of this page again; the estimates, from other draws, agree within their errors.",
    code_name: "The program, in Python",
    copy_code: "Copy",
    save_code: "Save .py",
    save_code_help: "Save the program, to run it with Python",
    save_network_help: "Save the network that the program loads",
    save_csv_help: "Save the table as CSV: commas between cells, decimal points",
    save_csv_comma_help: "Save the table for a spreadsheet in Portuguese: semicolons between cells, decimal commas",

    // x and where it comes from.
    x_is_drawn: "drawn by hand",
    gallery_name: "Gallery of digits",
    draw: "Draw",
    draw_help: "Draw an x of your own",
    open: "Open…",
    open_help: "Open MNIST (IDX, also .gz), a picture or weights; it stays on this computer",
    drop_here: "Drop the file to open it",
    previous_image: "Previous image",
    next_image: "Next image",

    // From grey to black and white.
    binarization: "Black or white",
    threshold: "Threshold",
    threshold_help: "A pixel is ink from this grey level on",
    bernoulli: "Bernoulli",
    bernoulli_help: "Each pixel is a coin toss with its grey level as probability of ink",
    bernoulli_seed: "Seed of the pixels",

    // The sketch pad.
    sketch_title: "Draw x",
    sketch_help: "Draw with mouse, pen or finger. Delete clears, Enter takes it, Escape cancels.",
    sketch_empty: "Nothing is drawn yet.",
    use_this: "Use this",
    clear: "Clear",
    cancel: "Cancel",

    // The latent plane and its legend.
    plane_title: "Latent plane",
    zoom_in: "Zoom in",
    zoom_out: "Zoom out",
    fit_view: "Fit view",

    // Buttons that move q.
    set_prior: "Prior",
    set_prior_help: "Set q to the prior, a standard normal",
    set_encoder: "Encoder",
    set_encoder_help: "Set q to what the encoder answers for this x",
    set_best_q: "Best q",
    set_best_q_help: "Set q to the Gaussian with the highest ELBO",
    climb: "Climb",
    climb_help: "Follow the reparameterised gradient of the ELBO until it no longer rises",
    pause: "Pause",
    step: "Step",
    step_help: "One gradient step",
    slow: "Slow",
    slow_help: "Slow enough to watch each step",
    new_draw: "New draw",
    new_draw_help: "The next seed: other draws from the same q",
    undo: "Undo",
    redo: "Redo",

    // The terms, all in nats.
    nats_title: "Nats",
    nats_unit: "nats",
    evidence_help: "The log evidence, integrated over z where the posterior is",
    evidence_first_look: "first look",
    first_look_help: "A first look on a lattice that has not been held against the decoder yet",
    evidence_unresolved: "too narrow to resolve: the proven interval stands for log p(x)",
    certified: "proven:",
    certified_help: "log p(x) lies between these two numbers: bounds proven cell by cell, rounding included",
    refuted: "The quadrature contradicts the proven bounds; do not trust it:",
    evidence_coarse: "refining…",
    elbo_help: "The evidence lower bound: never above log p(x)",
    gap_help: "KL(q ‖ p(z | x)): exactly what the ELBO lacks",
    reconstruction_help: "E_q log p(x | z): how well draws from q explain x",
    kl_prior_help: "KL(q ‖ p(z)): what it costs q to leave the prior",
    energy_help: "E_q log p(x, z): the expected log joint",
    entropy_help: "H(q): how spread out q is",
    identity_residual: "The two sides differ by",

    // The equation strip.
    identity_name: "Decomposition",

    // Diagnostics of the weights, and what they mean.
    ess_help: "Effective sample size: how many equally weighted draws these are worth",
    max_share_help: "The part of the whole weight that the heaviest draw carries",
    khat_help: "Shape of the tail of the weights (Pareto fit); heavier tails have larger k̂",
    khat_infinite: "> 1: as if the weights had no finite mean",
    khat_equal: "the weights are nearly equal: k̂ says nothing",
    khat_none: "too few weights in the tail to judge it",
    verdict_nothing: "One draw says nothing of its own error.",
    verdict_too_few: "So few draws say little of their error.",
    verdict_uneven: "The weights differ: the draws count for less than two thirds of their number.",
    verdict_fine: "The weights show nothing wrong.",
    verdict_few_carry: "Do not trust this estimate: the draws count for less than a tenth of their number.",
    verdict_one_carries: "Do not trust this estimate: one draw carries more than half of it.",
    verdict_heavy_tail: "Careful: for this K the tail looks too heavy to trust the interval.",

    // Files with images.
    file_kept: "Nothing was changed.",
    file_labels_alone: "These are labels without images; open both files together.",
    file_unreadable: "The browser could not read the file. Choose it again.",

    // Weights of the model.
    model: "Model",
    model_shipped: "pen strokes",
    model_loading: "Loading the model…",
    model_preparing: "Preparing the exact integral…",
    model_not_fetched: "The model could not be loaded.",
    part_not_fetched: "This part of the page could not be loaded.",
    model_assumed_tanh: "The file’s metadata has no “activation”, so tanh was assumed. If the model was trained with ReLU, save it with metadata={\"activation\": \"relu\"}.",

    // When something breaks.
    retry: "Try again",
    worker_died: "The background computation has stopped.",
    worker_died_help: "Nothing you set is lost. Exact values and long runs are missing until it is started again.",
    worker_restart: "Start it again",
    panic_reload: "Reload this state",
    panic_details: "Details",

    // Notes on an address.
    notes_title: "The link was not taken quite as it stands",

    // Accessible names, values and summaries.
    rho_name: "Correlation of q",
    k_name: "Number of draws K",
    seed_name: "Seed of the draws",
    plane_name: "Latent plane with the exact posterior, the prior and q",
    mean_handle_name: "Mean of q",
    probe_handle_name: "Probe z",
    handle_help: "Arrow keys move, with Shift finer, Page Up and Page Down coarser, Home and End to the ends.",
    show_table: "Table",
    ladder_table_caption: "IWAE bound by number of samples, in nats",
    sketch_pad_name: "Sketch pad, 28 by 28 pixels",
    x_picture_name: "The image x",
    decoded_picture_name: "The decoder’s p(x | z), probability of ink per pixel",
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::parse;

    #[test]
    fn numbers_inside_sentences_follow_the_language() {
        let (en, pt) = (Messages::of(Language::En), Messages::of(Language::Pt));
        assert_eq!(en.announcement(-92.31, 1.42), "ELBO −92.3, gap 1.4 nats");
        assert_eq!(pt.announcement(-92.31, 1.42), "ELBO −92,3, lacuna 1,4 nats");
        assert_eq!(pt.draws_so_far(12_288), "12.288 amostras até agora");
        assert_eq!(en.evidence_error(3.1e-9), "exact log p(x) ± 3·10⁻⁹");
        assert_eq!(pt.khat_fine(0.7), "bom até 0,70");
    }

    #[test]
    fn every_kind_of_note_has_words() {
        let say = |hash: &str| -> Vec<String> {
            parse(hash)
                .notes
                .iter()
                .map(|note| Messages::of(Language::En).address_note(note))
                .collect()
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
