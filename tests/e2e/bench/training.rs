//! Training in one worker of the browser: this app beside plain candle and TensorFlow.js, in one run.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::quantile;
use crate::harness::{Page, visit_folder};

/// Images per step.
const BATCH: f64 = 128.0;
/// All implementations take this many turns in alternation, so that other work on the machine affects all of them; a
/// first turn warms up and does not count.
const TURNS: usize = 9;
/// Sizes of the square matrices whose fastest product is the peak.
const PRODUCTS: [u32; 3] = [256, 512, 768];
const PRODUCTS_PER_TURN: u32 = 10;
/// The number of first and of last steps that are compared to detect a slowing run.
const STRETCH: u32 = 1000;
const STRETCHES: u32 = 10;

/// A VAE of 784-H-2L and L-H-784.
pub struct Shape {
    pub hidden: u32,
    pub latent: u32,
    pub steps_per_turn: u32,
}

pub const SHAPES: [Shape; 2] = [
    Shape { hidden: 400, latent: 20, steps_per_turn: 10 },
    Shape { hidden: 64, latent: 2, steps_per_turn: 40 },
];

/// Milliseconds per step, turn by turn.
#[derive(Default)]
struct Times(Vec<Vec<f64>>);

impl Times {
    /// The mean of each turn: the clock is coarse beside a single step.
    fn means(&self) -> Vec<f64> {
        self.0.iter().map(|turn| turn.iter().sum::<f64>() / turn.len() as f64).collect()
    }

    /// The mean of the fastest turn, which other work on the machine disturbed least.
    fn best(&self) -> f64 {
        quantile(&self.means(), 0.0)
    }

    /// The median of the turns.
    fn typical(&self) -> f64 {
        quantile(&self.means(), 0.5)
    }

    /// The 95th percentile.
    fn slow(&self) -> f64 {
        quantile(&self.0.concat(), 0.95)
    }
}

impl Shape {
    pub fn name(&self) -> String {
        let Self { hidden, latent, .. } = self;
        format!("784-{hidden}-{}, {latent}-{hidden}-784", 2 * latent)
    }

    /// Floating-point operations of the matrix products of a step: three per layer, except the gradient with respect
    /// to the pixels, which is not needed.
    fn operations(&self) -> f64 {
        let [hidden, latent] = [self.hidden, self.latent].map(f64::from);
        let pixels = 784.0 * hidden;
        2.0 * BATCH * (3.0 * (2.0 * pixels + 3.0 * latent * hidden) - pixels)
    }
}

/// The folder that scripts/training_bench.sh fills.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/training-bench")
}

/// Sends a question to the worker.
fn ask(page: &Page, question: Value) -> Value {
    page.run("return window.ask(...arguments)", question)
}

pub fn milliseconds(list: &Value) -> Vec<f64> {
    list.as_array().into_iter().flatten().filter_map(Value::as_f64).collect()
}

/// Loads the page afresh with a worker of its own.
pub fn begin(page: &Page) {
    page.load("");
    page.wait_for("the page's script", || page.eval("return !!window.begin") == json!(true));
    page.eval("window.begin()");
}

/// Billions of floating-point operations per second of plain products, and the size that is fastest.
fn peak(page: &Page) -> (f64, u32) {
    let rate = |size: u32| {
        let turn = |_| milliseconds(&ask(page, json!(["multiply", size, PRODUCTS_PER_TURN])));
        let times = Times((0..=TURNS).map(turn).skip(1).collect());
        2.0 * f64::from(size).powi(3) / times.best() / 1e6
    };
    let rates = PRODUCTS.map(|size| (rate(size), size));
    rates.into_iter().max_by(|one, other| one.0.total_cmp(&other.0)).expect("there are sizes")
}

#[test]
#[ignore = "a measurement: make bench"]
fn steps_side_by_side() {
    visit_folder(&folder(), |page| {
        begin(page);
        let mut ways = vec![
            ("app", "this app".to_owned()),
            ("candle", "candle's autograd and Adam, wasm".to_owned()),
        ];
        if folder().join("tfjs").is_dir() {
            let backend = ask(page, json!(["backend"]));
            let title = format!("TensorFlow.js {}", backend.as_str().unwrap_or_default());
            ways.push(("tensorflow", title));
        }
        println!("\nTraining a VAE in one worker: one step of Adam on {BATCH} images");
        for shape in &SHAPES {
            compare(page, shape, &ways);
        }
    });
}

/// Prints the table of one shape.
fn compare(page: &Page, shape: &Shape, ways: &[(&str, String)]) {
    let Shape { hidden, latent, steps_per_turn } = shape;
    let mut measured: Vec<_> = ways.iter().map(|_| (Times::default(), f64::NAN)).collect();
    for turn in 0..=TURNS {
        for ((way, _), (times, elbo)) in ways.iter().zip(&mut measured) {
            let found = ask(page, json!(["train", way, hidden, latent, steps_per_turn]));
            *elbo = found["last"].as_f64().unwrap_or(f64::NAN);
            if turn > 0 {
                times.0.push(milliseconds(&found["milliseconds"]));
            }
        }
    }
    let (rate, size) = peak(page);
    let floor = shape.operations() / rate / 1e6;
    let app = measured[0].0.typical();

    let header = ["best ms", "p50 ms", "p95 ms", "images/s", "p50 ratio", "last ELBO"];
    println!("\n{:<40} {}", shape.name(), header.map(|name| format!("{name:>9}")).join(" "));
    for ((_, title), (times, elbo)) in ways.iter().zip(&measured) {
        let [best, typical, slow] = [times.best(), times.typical(), times.slow()];
        let (speed, ratio) = (1e3 * BATCH / typical, typical / app);
        println!(
            "{title:<40} {best:>9.2} {typical:>9.2} {slow:>9.2} {speed:>9.0} {ratio:>9.2} {elbo:>9.2}"
        );
    }
    let title = format!("its products alone at {rate:.1} GFLOP/s*");
    println!("{title:<40} {floor:>9.2}");
    println!("* the peak of a plain f32 GEMM: candle's product of two {size} × {size} matrices");
}

#[test]
#[ignore = "a measurement: make bench"]
fn a_long_run() {
    let Shape { hidden, latent, .. } = SHAPES[1];
    visit_folder(&folder(), |page| {
        begin(page);
        let megabytes =
            || ask(page, json!(["memory"])).as_f64().unwrap_or(f64::NAN) / f64::from(1 << 20);
        println!("\n{} steps of {}", STRETCH * STRETCHES, SHAPES[1].name());
        println!("before: {:.2} MB of wasm memory", megabytes());
        for stretch in 0..STRETCHES {
            let found = ask(page, json!(["run", hidden, latent, STRETCH]));
            let times = Times(vec![milliseconds(&found["milliseconds"])]);
            if stretch == 0 || stretch == STRETCHES - 1 {
                println!(
                    "steps {:>5} to {:>5}: {:.3} ms per step, p95 {:.2}; then {:.2} MB, ELBO {:.2}",
                    stretch * STRETCH + 1,
                    (stretch + 1) * STRETCH,
                    times.typical(),
                    times.slow(),
                    megabytes(),
                    found["last"].as_f64().unwrap_or(f64::NAN),
                );
            }
        }
    });
}
