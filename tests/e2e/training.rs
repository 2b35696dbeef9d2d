//! A training run: it plays, pauses, steps and rewinds, its network is used on the bench and saved.

use std::fs;

use elboscope::address::Page as Place;
use elboscope::model::read_weights;
use elboscope::train_page::{NAME, RunSettings};
use elboscope::training::{initial_vae, read_run, write_run};
use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

use crate::files::{idx_images, idx_labels};
use crate::harness::{Page, visit};
use crate::labs::{assert_fits, keep_files};
use crate::sketch;

/// Few digits, and steps that are slow enough for the run not to plateau before it is paused.
const QUICK: &str = "#/train?n=1024&h=64&batch=128&lang=en";

/// Steps until the run has reached a step.
fn play_until(page: &Page, step: f64) {
    page.click("[data-action=play]");
    page.wait_for("some steps", || page.metric("step") >= step);
    page.click("[data-action=play]");
    page.wait_until_idle();
}

fn numbers(page: &Page) -> Vec<(String, String)> {
    let timed = ["ms-per-step", "images-per-second", "epoch-seconds-left", "rest-seconds-left"];
    let metrics = page.metrics().into_iter().filter(|metric| !timed.contains(&&*metric.name));
    metrics.map(|metric| (metric.name, metric.value)).collect()
}

#[test]
fn it_trains_while_it_plays_and_not_while_it_is_paused() {
    visit(|page| {
        page.open(QUICK);
        page.wait_until_idle();
        assert_eq!(page.metric("step"), 0.0, "nothing is learned unasked");
        let elbo = page.metric("elbo");
        play_until(page, 60.0);
        assert!(page.metric("elbo") > elbo + 100.0, "{elbo} → {}", page.metric("elbo"));
        let (log_evidence, best) = (page.metric("log-evidence"), page.metric("best-q-elbo"));
        assert!(log_evidence > best && best > page.metric("encoder-elbo"), "{log_evidence} {best}");
        // When it is paused, the exact numbers are of the network on the screen, and no number is grey.
        let step = page.metric("step");
        let measured_at = page.attribute("[data-metric='log-evidence']", "data-step");
        assert_eq!(measured_at.and_then(|step| step.parse().ok()), Some(step));
        assert_eq!(page.count(".numbers .older"), 0);
        let paused = numbers(page);
        page.settle();
        assert_eq!(numbers(page), paused);

        // After visiting another page the run is unchanged.
        page.click("nav.pages a:first-child");
        page.wait_for("the bench", || page.shows("#plane"));
        page.click("nav.pages a[href^='#/train']");
        page.wait_for("the run", || page.shows("figure[data-figure='bounds'] svg"));
        page.wait_until_idle();
        assert_eq!(numbers(page), paused);
    });
}

#[test]
fn a_run_survives_a_reload_until_it_is_forgotten() {
    visit(|page| {
        page.open(QUICK);
        page.wait_until_idle();
        assert!(!page.shows("[data-action=forget-run]"), "nothing is kept yet");
        play_until(page, 20.0);
        page.wait_for("the run to be kept", || page.shows("[data-action=forget-run]"));
        let step = page.metric("step");
        let text = page.text_of("return localStorage.getItem('elboscope.run')");
        let tab = text.lines().last().expect("a tab").to_owned();
        page.reload();
        page.wait_until_idle();
        assert_eq!(page.metric("step"), step);
        // Of one page after the other the last run alone is kept; soon after it is opened a page keeps nothing.
        std::thread::sleep(std::time::Duration::from_millis(700));
        page.act("train-step");
        page.wait_for("the newer run to be kept, and no other", || {
            let text = page.text_of("return localStorage.getItem('elboscope.run')");
            !text.ends_with(&tab) && kept_in_database(page) == 1
        });
        page.act("forget-run");
        page.wait_for("its bytes to be deleted", || kept_in_database(page) == 0);
        page.reload();
        page.wait_until_idle();
        assert_eq!(page.metric("step"), 0.0, "forgotten");
        assert!(!page.shows("[data-action=forget-run]"));
    });
}

/// How many runs there are in the browser's database.
fn kept_in_database(page: &Page) -> u64 {
    in_database(page, "const asked = store.count(); asked.onsuccess = () => finish(asked.result);")
        .as_u64()
        .expect("a number")
}

/// What a script makes of the store of runs, for which it calls `finish`.
fn in_database(page: &Page, script: &str) -> serde_json::Value {
    page.eval(&format!(
        "return new Promise((done, failed) => {{
             const opened = indexedDB.open('elboscope');
             opened.onerror = failed;
             opened.onsuccess = () => {{
                 const store = opened.result.transaction('runs', 'readwrite').objectStore('runs');
                 let result;
                 const finish = (found) => {{ result = found; }};
                 store.transaction.oncomplete = () => {{ opened.result.close(); done(result); }};
                 {script}
             }};
         }})"
    ))
}

#[test]
fn a_run_that_an_earlier_version_kept_is_taken_over() {
    visit(|page| {
        page.open(QUICK);
        page.wait_until_idle();
        play_until(page, 20.0);
        page.wait_for("the run to be kept", || page.shows("[data-action=forget-run]"));
        let step = page.metric("step");
        // The whole run was in the text, in base64.
        let script = "const [name, , tab] = localStorage.getItem('elboscope.run').split('\\n');
            const asked = store.get(tab);
            asked.onsuccess = () => {
                const bytes = Array.from(asked.result, (byte) => String.fromCharCode(byte)).join('');
                localStorage.setItem('elboscope.run', `${name}\\n${btoa(bytes)}\\n${tab}`);
                store.clear();
                finish(bytes.length);
            };";
        let length = in_database(page, script).as_u64().expect("a number");
        let text = || page.text_of("return localStorage.getItem('elboscope.run')");
        assert!(length > 100_000 && text().len() as u64 > length, "{length}");
        page.reload();
        page.wait_until_idle();
        assert_eq!(page.metric("step"), step);
        page.wait_for("the run in the database", || text().len() < 1000);
        page.wait_for("no other run there", || kept_in_database(page) == 1);
        page.reload();
        page.wait_until_idle();
        assert_eq!(page.metric("step"), step);
    });
}

#[test]
fn a_run_that_the_browser_has_deleted_is_not_promised() {
    visit(|page| {
        page.open(QUICK);
        page.wait_until_idle();
        play_until(page, 20.0);
        page.wait_for("the run to be kept", || page.shows("[data-action=forget-run]"));
        in_database(page, "store.clear(); finish(0);");
        page.reload();
        page.wait_until_idle();
        assert_eq!(page.metric("step"), 0.0);
        assert!(!page.shows("[data-action=forget-run]"), "there is nothing to forget");
    });
}

#[test]
fn of_two_tabs_each_says_whether_its_run_is_kept() {
    visit(|page| {
        page.open(QUICK);
        page.wait_until_idle();
        play_until(page, 20.0);
        page.wait_for("the run to be kept", || page.shows("[data-action=forget-run]"));
        // Another document of this site keeps a run, as another tab would.
        let script = "const other = document.createElement('iframe');
            document.body.append(other);
            other.contentWindow.localStorage.setItem('elboscope.run', 'another\\nAAAA\\nsomebody');
            other.remove()";
        page.eval(script);
        page.wait_for("the message", || {
            page.text("#notice").contains("Another tab trains as well")
        });
        assert!(!page.shows("[data-action=forget-run]"), "it is not this run that is kept");
        page.act("close-notice");
        // The other tab's run is not replaced, and the notice is shown once.
        page.act("train-step");
        page.wait_until_idle();
        std::thread::sleep(std::time::Duration::from_millis(700));
        page.act("train-step");
        page.wait_until_idle();
        let kept = page.text_of("return localStorage.getItem('elboscope.run')");
        assert!(kept.starts_with("another"), "{kept}");
        assert!(!page.shows("#notice"), "{}", page.text("#notice"));
    });
}

#[test]
fn a_full_storage_is_said_and_training_goes_on() {
    nothing_can_be_kept(
        "Storage.prototype.setItem = () => {
             throw new DOMException('no room', 'QuotaExceededError');
         }",
    );
}

#[test]
fn a_full_database_is_said_and_training_goes_on() {
    // A private window may refuse it as well.
    nothing_can_be_kept(
        "const put = IDBObjectStore.prototype.put;
         IDBObjectStore.prototype.put = function (...given) {
             put.apply(this, given);
             this.transaction.abort();
         }",
    );
}

#[test]
fn without_a_database_training_goes_on() {
    nothing_can_be_kept(
        "IDBFactory.prototype.open = () => {
             throw new DOMException('not here', 'SecurityError');
         }",
    );
}

/// The person is told once that the browser keeps no run, after a script that sees to it.
fn nothing_can_be_kept(script: &str) {
    visit(|page| {
        page.open(QUICK);
        page.wait_until_idle();
        page.eval(script);
        play_until(page, 20.0);
        page.wait_for("the message", || page.shows("#notice"));
        assert!(
            page.text("#notice").contains("no room to keep the run"),
            "{}",
            page.text("#notice")
        );
        page.act("close-notice");
        let step = page.metric("step");
        page.act("train-step");
        page.wait_until_idle();
        assert_eq!(page.metric("step"), step + 1.0);
        assert!(!page.shows("[data-action=forget-run]"), "nothing is kept");
        // The notice is shown once.
        assert!(!page.shows("#notice"), "{}", page.text("#notice"));
        page.reload();
        page.wait_until_idle();
        assert_eq!(page.metric("step"), 0.0);
    });
}

#[test]
fn the_wrong_sign_is_refuted_by_the_exact_evidence() {
    visit(|page| {
        page.open(&format!("{QUICK}&objective=wrong-sign"));
        page.wait_until_idle();
        let elbo = page.metric("elbo");
        play_until(page, 40.0);
        assert!(page.metric("elbo") < elbo - 100.0, "the true ELBO falls: {}", page.metric("elbo"));
        // Sums of the same terms in two orders.
        let (reported, elbo) = (page.metric("reported-elbo"), page.metric("elbo"));
        assert!((reported + elbo).abs() <= 1e-12 * elbo.abs(), "{reported} {elbo}");
        assert!(page.metric("log-evidence") < 0.0 && page.metric("reported-elbo") > 0.0);
        let remark = page.text(".remarks .doubt");
        assert!(remark.contains("its sign is wrong"), "{remark}");
        let text = page.text("body");
        assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
        // In the other language as well.
        page.go(&format!("{QUICK}&objective=wrong-sign").replace("lang=en", "lang=pt"));
        page.wait_for("Portuguese", || page.text(".remarks .doubt").contains("sinal está trocado"));
    });
}

#[test]
fn what_was_drawn_is_learned_from() {
    visit(|page| {
        sketch::open_pad(page);
        sketch::draw(page);
        page.click("button[data-action='sketch-use']");
        page.wait_for("the pad to close", || !page.shows("dialog#sketch[open]"));
        page.go(&format!("{QUICK}&data=drawings"));
        // Of 1024 digits 922 are for training; a tenth of them is one drawing 92 times.
        let says = || page.text(".remarks").contains("Own drawings: 1, each 92× among 922");
        page.wait_for("the drawing", says);
        page.act("train-step");
        page.wait_until_idle();
        assert_eq!(page.metric("step"), 1.0);
        // The run contains its drawing; a page without drawings has none.
        page.wait_for("the run to be kept", || page.shows("[data-action=forget-run]"));
        page.reload();
        page.wait_until_idle();
        assert_eq!(page.metric("step"), 1.0);
        assert!(says(), "{}", page.text(".remarks"));
        page.go(&format!("{QUICK}&data=drawings&seed=2"));
        page.wait_for("the refusal", || page.shows("#notice"));
        assert!(page.text("#notice").contains("Nothing has been drawn yet"));
    });
}

#[test]
fn while_it_plays_it_says_how_long_it_will() {
    visit(|page| {
        page.open(&format!("{QUICK}&hd=48"));
        page.wait_until_idle();
        page.click("[data-action=play]");
        let left = "[data-metric='rest-seconds-left']";
        page.wait_for("a pace", || page.shows(left));
        assert!(page.metric("rest-seconds-left") > 0.0);
        assert!(page.text(left).ends_with(" s"), "{}", page.text(left));
        page.click("[data-action=play]");
        page.wait_until_idle();
        assert!(!page.shows(left), "a paused run has no end");
    });
}

#[test]
fn rewound_it_takes_the_same_steps_again() {
    visit(|page| {
        page.open(QUICK);
        page.wait_until_idle();
        let first = numbers(page);
        let steps = || {
            for _ in 0..3 {
                page.act("train-step");
            }
            page.wait_until_idle();
            numbers(page)
        };
        let third = steps();
        assert_eq!(page.metric("step"), 3.0);
        page.act("rewind");
        page.wait_until_idle();
        assert_eq!(numbers(page), first);
        assert_eq!(steps(), third);
    });
}

#[test]
fn a_moment_goes_to_the_bench_and_into_a_file() {
    visit(|page| {
        let kept = keep_files(page);
        page.open(QUICK);
        page.wait_until_idle();
        play_until(page, 60.0);
        let newest = page.metric("step");
        page.run(
            "const slider = document.querySelector('#moment');
             slider.value = 0;
             slider.dispatchEvent(new Event('input', { bubbles: true }))",
            serde_json::json!([]),
        );
        page.wait_until_idle();
        assert_eq!(page.metric("step"), 0.0, "the first checkpoint");
        page.run(
            "const slider = document.querySelector('#moment');
             slider.value = slider.max;
             slider.dispatchEvent(new Event('input', { bubbles: true }))",
            serde_json::json!([]),
        );
        page.wait_until_idle();
        assert_eq!(page.metric("step"), newest);

        page.act("save-weights");
        let bytes = kept("elboscope.safetensors");
        let model = read_weights(&bytes).expect("weights");
        assert_eq!((model.hidden(), model.latent()), (64, 2));
        let run = read_run(&bytes).expect("a run").expect("its settings");
        assert_eq!((f64::from(run.step), run.recipe.batch), (newest, 128));

        page.act("to-bench");
        page.wait_for("the bench", || page.shows("#plane"));
        page.wait_for("the trained network", || page.text(".model").contains("step"));
        page.settle();
        page.assert_sound();
        assert!(page.text(".model").contains(&format!("{newest}")), "{}", page.text(".model"));
    });
}

#[test]
fn a_learning_rate_that_breaks_the_run_is_said() {
    visit(|page| {
        page.open("#/train?n=512&h=64&l=20&act=relu&batch=32&rate=1&lang=en");
        page.wait_until_idle();
        page.click("[data-action=play]");
        page.wait_for("the warning", || page.shows(".remarks .doubt"));
        page.wait_until_idle();
        assert_eq!(page.attribute("[data-action=play]", "aria-pressed").as_deref(), Some("false"));
        assert!(page.metric("elbo").is_finite());
        let text = page.text("body");
        assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
    });
}

#[test]
fn it_learns_from_an_opened_file() {
    visit(|page| {
        page.open(QUICK);
        page.wait_until_idle();
        let folder = page.browser.folder();
        let (images, labels) = (folder.join("images.idx"), folder.join("labels.idx"));
        std::fs::write(&images, idx_images(3)).expect("a writable folder");
        std::fs::write(&labels, idx_labels(&[0, 1, 2])).expect("a writable folder");
        page.choose("#list-data", "file");
        page.wait_for("a message", || page.shows("#notice"));
        page.act("close-notice");
        page.give_files(&[images, labels]);
        page.wait_for("the run", || {
            page.attribute("html", "data-busy").as_deref() == Some("false")
        });
        page.act("train-step");
        page.wait_until_idle();
        assert_eq!(page.metric("step"), 1.0);
        assert!(page.metric("elbo").is_finite());
        assert!(!page.shows("#slider-n"), "the number of pen strokes does not matter");
    });
}

#[test]
fn training_fits_the_lecture_hall_and_the_phone() {
    visit(|page| {
        page.open("#/bench");
        assert_fits(page, NAME, &Place::Train(RunSettings::default()));
    });
}

#[test]
fn weights_that_do_not_fit_are_refused_in_words_and_the_run_is_kept() {
    visit(|page| {
        let kept = keep_files(page);
        page.open(QUICK);
        page.wait_until_idle();
        play_until(page, 20.0);
        page.act("save-weights");
        let saved = kept("elboscope.safetensors");
        let run = read_run(&saved).expect("a run").expect("its settings");
        // The settings of this run beside weights of another width.
        let mut weights = Pcg64Mcg::seed_from_u64(1);
        let other = initial_vae([7, 7], 2, run.recipe.activation, &mut weights).expect("weights");
        let bytes = write_run(&other, &run).expect("a file");
        let file = page.browser.folder().join("otherwidth.safetensors");
        fs::write(&file, bytes).expect("a writable temporary folder");
        let before = numbers(page);
        page.give_files(&[file]);
        page.wait_for("the refusal", || page.shows("#notice"));
        let said = page.text("#notice");
        let expected = ["otherwidth.safetensors", "784–7–2", "784–64–2", "Nothing was changed"];
        assert!(expected.iter().all(|part| said.contains(part)), "{said}");
        page.wait_until_idle();
        assert_eq!(numbers(page), before);
        page.act("train-step");
        page.wait_until_idle();
        assert_eq!(page.metric("step"), f64::from(run.step) + 1.0);
    });
}
