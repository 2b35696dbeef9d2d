//! The texts in English.

use super::trouble::bytes;
use super::{Messages, opening};
use crate::state::language::Language::En;
use crate::state::number::{decimal, grouped, integer, small};

/// English.
pub const EN: Messages = Messages {
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

    field_needs_number: |typed, kept| {
        format!("“{typed}” cannot be read as a number, so it stays {kept}.")
    },
    field_needs_whole_number: |typed, kept| {
        format!("“{typed}” cannot be read as a whole number, so it stays {kept}.")
    },

    // x and where it comes from.
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
    program_copied: |file| {
        format!("The program is in the clipboard. It loads {file}, which Save puts on your disk.")
    },
    forget_run: "Forget",
    forget_run_help: "Delete the run that this browser keeps so that a reload loses nothing",
    run_not_kept: "This browser has no room to keep the run: save it, or a reload will lose it.",
    trained_name: |step| format!("trained, step {}", integer(step, En)),
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
    save_csv_comma_help: "Save the table for a spreadsheet in Portuguese: semicolons between cells, \
                          decimal commas",

    x_is_drawn: "drawn by hand",
    x_is_digit: |class| format!("pen-stroke {class}"),
    x_is_from_file: |file, index, count| {
        format!("{file}, {} of {}", integer(index as u64, En), integer(count as u64, En))
    },
    x_label: |class| format!("labelled {class}"),
    gallery_name: "Gallery of digits",
    draw: "Draw",
    draw_help: "Draw an x of your own",
    open: "Open…",
    open_help: "Open MNIST (IDX, also .gz), a picture or weights; it stays on this computer",
    drop_here: "Drop the file to open it",
    previous_image: "Previous image",
    next_image: "Next image",
    decoded_at_mean: "at q’s mean",
    decoded_at_probe: "at the probe",

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
    legend_posterior: "posterior",
    legend_prior: "prior",
    legend_q: "q",
    legend_encoder: "encoder",
    legend_best_q: "best q",
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
    climb_converged: |steps| match steps {
        1 => "Arrived after 1 step".to_owned(),
        _ => format!("Arrived after {} steps", integer(steps as u64, En)),
    },
    new_draw: "New draw",
    new_draw_help: "The next seed: other draws from the same q",
    undo: "Undo",
    redo: "Redo",

    // The terms, all in nats.
    nats_title: "Nats",
    nats_unit: "nats",
    evidence: "log p(x)",
    evidence_help: "The log evidence, integrated over z where the posterior is",
    evidence_error: |error| format!("exact log p(x) ± {}", small(error, En)),
    evidence_first_look: "first look",
    first_look_help: "A first look on a lattice that has not been held against the decoder yet",
    evidence_unresolved: "too narrow to resolve: the proven interval stands for log p(x)",
    certified: "proven:",
    certified_help: "log p(x) lies between these two numbers: bounds proven cell by cell, rounding included",
    refuted: "The quadrature contradicts the proven bounds; do not trust it:",
    evidence_coarse: "refining…",
    elbo_help: "The evidence lower bound: never above log p(x)",
    gap: "gap",
    gap_help: "KL(q ‖ p(z | x)): exactly what the ELBO lacks",
    reconstruction_help: "E_q log p(x | z): how well draws from q explain x",
    kl_prior_help: "KL(q ‖ p(z)): what it costs q to leave the prior",
    energy_help: "E_q log p(x, z): the expected log joint",
    entropy_help: "H(q): how spread out q is",
    importance: "importance sampling",
    best_q_elbo: "best q",
    encoder_elbo: "encoder",
    identity_residual: "The two sides differ by",
    draws_so_far: |draws| match draws {
        1 => "1 draw so far".to_owned(),
        _ => format!("{} draws so far", integer(draws, En)),
    },

    // The equation strip.
    identity_name: "Decomposition",
    identity_gap: "ELBO + KL",
    identity_prior: "rec. − KL to prior",
    identity_energy: "−energy + entropy",

    // Diagnostics of the weights, and what they mean.
    ess: "ESS",
    ess_help: "Effective sample size: how many equally weighted draws these are worth",
    max_share: "largest share",
    max_share_help: "The part of the whole weight that the heaviest draw carries",
    khat: "k̂",
    khat_help: "Shape of the tail of the weights (Pareto fit); heavier tails have larger k̂",
    khat_fine: |limit| format!("fine up to {}", decimal(limit, 2, En)),
    khat_high: |limit| format!("too heavy a tail: {} or more", decimal(limit, 2, En)),
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
    file_empty: "The file is empty (0 bytes). Open one with something in it.",
    file_unknown_kind: "This kind of file cannot be opened. Open MNIST’s IDX files (images or \
                        labels, also .gz), a picture (PNG, JPEG, …) or weights (.safetensors).",
    file_foreign: |foreign, name| opening::foreign(foreign, name, En),
    file_too_large: |found, allowed| {
        format!(
            "The file has {}; at most {} are read. Open a smaller one.",
            bytes(found, En),
            bytes(allowed, En)
        )
    },
    file_gzip_cut: "The .gz file ends in the middle. Download it again.",
    file_gzip_damaged: "The .gz file is damaged and cannot be unpacked. Download it again.",
    file_idx_too_large: |allowed| {
        format!(
            "The IDX file is too large: unpacked, at most {} ({} MiB) are read. Open one with \
             fewer or smaller images.",
            bytes(allowed, En),
            integer(allowed >> 20, En)
        )
    },
    file_idx_too_many: |found, allowed| {
        format!(
            "The IDX file holds {} images; at most {} are read. Open one with fewer images.",
            integer(found.into(), En),
            integer(allowed.into(), En)
        )
    },
    file_idx_start: |[first, second]| {
        format!(
            "This is not an IDX file: it begins with the bytes {first:02x} {second:02x} instead of \
             00 00. Open MNIST’s files as they were downloaded."
        )
    },
    file_idx_element: |found| {
        format!(
            "The IDX file has elements of type 0x{found:02x}; only unsigned bytes (0x08) are read. \
             Save it again as unsigned bytes."
        )
    },
    file_idx_dimensions: |found| {
        format!(
            "The IDX file’s number of dimensions is {found}; it must be 3 (grey images) or 1 \
             (labels). Save images as count × rows × columns."
        )
    },
    file_idx_nothing: "The IDX file holds 0 images or labels; it must hold at least 1. Open \
                       another.",
    file_idx_image_size: |rows, columns, allowed| {
        format!(
            "The IDX file’s images have {} × {} pixels; each side must have 1 to {}. Open one with \
             images of such a size.",
            integer(rows.into(), En),
            integer(columns.into(), En),
            integer(allowed.into(), En)
        )
    },
    file_idx_cut: |missing| {
        format!(
            "The IDX file is cut short: it ends at least {} too early. Download it again.",
            bytes(missing, En)
        )
    },
    file_idx_trailing: |extra| {
        format!(
            "The IDX file goes on for {} after its last element, where it should end. Download it \
             again.",
            bytes(extra, En)
        )
    },
    file_picture_kind: "This is not a picture that can be read. Save it as PNG or JPEG.",
    file_picture_undecodable: |format| opening::undecodable(format, En),
    file_picture_size: |width, height, allowed| {
        format!(
            "The picture has {} × {} pixels; each side may have at most {}. Crop it or make it \
             smaller.",
            integer(width.into(), En),
            integer(height.into(), En),
            integer(allowed.into(), En)
        )
    },
    file_picture_memory: |allowed| {
        format!(
            "Decoded, the picture needs more than {} of memory ({} MiB). Make it smaller or save \
             it with 8 bits per channel.",
            bytes(allowed, En),
            integer(allowed >> 20, En)
        )
    },
    file_picture_damaged: |detail| {
        format!(
            "The picture is damaged, cut short or of a variety that is not read. Save it again as \
             PNG or JPEG. (Decoder: {detail})"
        )
    },
    file_picture_no_ink: "The picture is blank: nothing stands out from the paper. Open one with \
                          darker or lighter strokes.",
    file_labels_alone: "These are labels without images; open both files together.",
    file_labels_mismatch: |labels, images| {
        format!(
            "The files do not belong together (labels: {}; images: {}); each image needs one \
             label. Open images and labels of the same set, both train or both t10k.",
            integer(labels, En),
            integer(images, En)
        )
    },
    file_unreadable: "The browser could not read the file. Choose it again.",

    // Weights of the model.
    model: "Model",
    model_shipped: "pen strokes",
    model_loading: "Loading the model…",
    model_preparing: "Preparing the exact integral…",
    model_shape: |[encoder, decoder]| format!("784–{encoder}–2, 2–{decoder}–784"),
    model_not_fetched: "The model could not be loaded.",
    part_not_fetched: "This part of the page could not be loaded.",
    model_opened: |file| format!("Model opened: {file}"),
    model_assumed_tanh: "The file’s metadata has no “activation”, so tanh was assumed. If the \
                         model was trained with ReLU, save it with \
                         metadata={\"activation\": \"relu\"}.",
    model_not_safetensors: |detail| {
        format!(
            "This cannot be read as a .safetensors file. Save the weights again with \
             safetensors.torch.save_file, as float32. (Reader: {detail})"
        )
    },
    model_tensor_missing: |name, found| {
        let found = if found.is_empty() { "no tensors" } else { found };
        format!(
            "The tensor {name} is missing; the file has {found}. Name the tensors as PyTorch names \
             two nn.Sequential: encoder.0.weight to decoder.2.bias."
        )
    },
    model_tensor_shape: |name, found, expected| {
        format!(
            "The tensor {name} has the shape {found}; it must be {expected}. The layers must be \
             784 → H → 2L in the encoder and L → H → 784 in the decoder, with H, L ≥ 1."
        )
    },
    model_tensor_not_finite: |name, index| {
        format!(
            "The tensor {name} holds NaN or an infinity, first at index {} (row by row from 0); \
             every number must be finite. Save the weights from before training diverged.",
            integer(index as u64, En)
        )
    },
    model_too_large: |name, reached, allowed| {
        format!(
            "The numbers in {name} are so large that the network can reach {}; at most {} can be \
             computed with. Save the weights from before training diverged.",
            small(reached, En),
            small(allowed, En)
        )
    },
    model_prefix: |prefix| {
        format!("Every tensor’s name began with “{prefix}”; that was taken off.")
    },
    model_too_wide: |found, allowed| {
        format!(
            "The hidden layer has {} units; at most {} are accepted. Train a narrower model.",
            integer(found as u64, En),
            integer(allowed as u64, En)
        )
    },
    model_wrong_latent: |found| {
        format!(
            "The bench needs two latent dimensions, L = 2; the file has L = {}. Train a model with \
             L = 2.",
            integer(found as u64, En)
        )
    },
    model_unknown_activation: |given| {
        format!(
            "The file’s metadata names the activation “{given}”; only tanh and relu are known. \
             Save it with one of these."
        )
    },
    model_not_written: |detail| {
        format!("The weights could not be written to a file. Try again. (Writer: {detail})")
    },

    // When something breaks.
    retry: "Try again",
    worker_died: "The background computation has stopped.",
    worker_died_help: "Nothing you set is lost. Exact values and long runs are missing until it \
                       is started again.",
    worker_restart: "Start it again",
    panic_reload: "Reload this state",
    panic_details: "Details",

    // Notes on an address.
    notes_title: "The link was not taken quite as it stands",
    note_too_long: |bytes| {
        format!(
            "The link is too long ({} bytes) to be one of ours; this is the default bench.",
            integer(bytes as u64, En)
        )
    },
    note_unknown_page: |given| format!("There is no page “{given}”; this is the default bench."),
    note_unknown_parameter: |given| {
        format!("“{given}” is not a parameter of this page and was left out.")
    },
    note_repeated: |parameter, given| {
        format!("{parameter} stands in the link twice; {given} was left out.")
    },
    note_clamped: |parameter, given, became| {
        format!("{parameter}: {given} is out of range, so {became} is used.")
    },
    note_unreadable: |parameter, given, became| match became {
        Some(became) => {
            format!("{parameter}: “{given}” cannot be read, so the default {became} is used.")
        }
        None => format!("{parameter}: “{given}” cannot be read and was left out."),
    },

    // Accessible names, values and summaries.
    mu_name: |axis| format!("Mean of q along z{axis}"),
    sigma_name: |axis| format!("Standard deviation of q along z{axis}"),
    rho_name: "Correlation of q",
    k_name: "Number of draws K",
    seed_name: "Seed of the draws",
    plane_name: "Latent plane with the exact posterior, the prior and q",
    mean_handle_name: "Mean of q",
    sigma_handle_name: |axis| format!("Width and direction of q, principal axis {axis}"),
    probe_handle_name: "Probe z",
    handle_help: "Arrow keys move, with Shift finer, Page Up and Page Down coarser, Home and End \
                  to the ends.",
    point_value: |first, second| {
        format!("z1 {}, z2 {}", decimal(first, 2, En), decimal(second, 2, En))
    },
    sigma_value: |sigma| format!("standard deviation {}", decimal(sigma, 2, En)),
    announcement: |elbo, gap| {
        format!("ELBO {}, gap {} nats", grouped(elbo, 1, En), grouped(gap, 1, En))
    },
    plane_summary: |mu, sigma, rho| {
        format!(
            "q has its mean at ({}, {}), standard deviations {} and {}, and correlation {}.",
            decimal(mu[0], 2, En),
            decimal(mu[1], 2, En),
            decimal(sigma[0], 2, En),
            decimal(sigma[1], 2, En),
            decimal(rho, 2, En)
        )
    },
    thermometer_summary: |evidence, elbo, gap| {
        format!(
            "log p(x) is {} nats. The ELBO is {}, which leaves a gap of {}.",
            decimal(evidence, 2, En),
            decimal(elbo, 2, En),
            decimal(gap, 2, En)
        )
    },
    show_table: "Table",
    ladder_table_caption: "IWAE bound by number of samples, in nats",
    table_k: "K",
    table_estimate: "Estimate",
    table_interval: "Interval",
    table_replicates: "Replicates",
    table_exact: "Exact",
    sketch_pad_name: "Sketch pad, 28 by 28 pixels",
    x_picture_name: "The image x",
    decoded_picture_name: "The decoder’s p(x | z), probability of ink per pixel",
    // The foot of the page.
};
