//! Snapshots of generated texts: the labs' PyTorch programs and figures. They show that a text has changed; other
//! suites test that it is right. A change is reviewed and accepted with `INSTA_UPDATE=always cargo test --test native
//! snapshots::` and `git diff tests/native/snapshots`.

use elboscope::figure::{Frame, svg};
use elboscope::lab::{LABS, LabState, program_of, start_of};
use elboscope::model::{Vae, read_weights};
use elboscope::state::Language;

fn model() -> Vae {
    read_weights(include_bytes!("../../public/models/strokes.safetensors")).unwrap()
}

/// The text is equal to `tests/native/snapshots/NAME.snap`.
fn assert_kept(name: &str, text: &str) {
    insta::with_settings!({ prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, text);
    });
}

#[test]
fn programs_as_the_labs_open() {
    let model = model();
    for lab in LABS {
        let program = |language| {
            program_of(lab.name, LabState::new(lab).values(), Some(&model), language).unwrap()
        };
        assert_kept(&format!("program-{}-en", lab.name), &program(Language::En));
    }
    // The code is the same in both languages, which `tests/native/programs.rs` tests; one program has the other
    // language.
    let lab = LABS[0];
    let program = program_of(lab.name, LabState::new(lab).values(), Some(&model), Language::Pt);
    assert_kept(&format!("program-{}-pt", lab.name), &program.unwrap());
}

#[test]
fn figures_of_closed_forms() {
    const FRAME: Frame = Frame { size: [640.0, 360.0], line: 16.0 };
    let lab = LABS.iter().find(|lab| lab.name == "evidence").unwrap();
    let mut run = start_of(lab.name).unwrap()(LabState::new(lab).values(), None).unwrap();
    while run.advance() {}
    for language in [Language::En, Language::Pt] {
        let sheet = run.sheet(run.steps(), language);
        assert!(sheet.figures.len() > 1, "{}", sheet.figures.len());
        for (place, figure) in sheet.figures.iter().enumerate() {
            // One element per line, so that a difference is readable.
            let drawn = svg(figure, &FRAME, language).replace("><", ">\n<");
            assert_kept(&format!("figure-evidence-{place}-{}", language.code()), &drawn);
        }
    }
}
