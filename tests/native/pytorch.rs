//! Exported files and programs, run with PyTorch; `PYTHON` may name an interpreter that has it.

use std::num::NonZeroUsize;
use std::path::Path;
use std::process::Command;

use crate::common::python::python;
use elboscope::data::{Binarization, gallery};
use elboscope::model::{Activation, Vae, read_weights};
use elboscope::training::{
    Dataset, Objective, Recipe, SavedRun, Session, pytorch_program, write_run,
};

/// Runs a program in a folder; returns the ELBO that it prints.
fn run(python: &str, program: &str, folder: &Path) -> f64 {
    let output = Command::new(python).args(["-c", program]).current_dir(folder).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let text = String::from_utf8(output.stdout).unwrap();
    let line = text.lines().find(|line| line.starts_with("ELBO here")).expect("the ELBO's line");
    line.split_whitespace().nth(2).unwrap().parse().unwrap()
}

fn trained(activation: Activation, latent: usize) -> (Vae, SavedRun) {
    let recipe = Recipe {
        hidden: 12,
        decoder_hidden: Some(9),
        latent,
        activation,
        batch: 16,
        objective: Objective::Elbo { kl_weight: 0.5 },
        ..Recipe::default()
    };
    let images = Dataset::pen_strokes(1, NonZeroUsize::new(100).unwrap());
    let mut session = Session::new(recipe.clone(), &images, None).unwrap();
    for _ in 0..60 {
        session.step().unwrap();
    }
    let history = session.history().clone();
    let step = session.steps();
    (session.model().unwrap(), SavedRun { recipe, step, history, drawings: Vec::new() })
}

#[test]
#[ignore = "needs Python with torch and safetensors"]
fn pytorch_prints_the_same_elbo_and_its_own_files_give_the_same_here() {
    let python = python("torch, safetensors.torch");
    let folder = std::env::temp_dir().join(format!("elboscope-pytorch-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let x = Binarization::default().apply(&gallery()[3].image);
    for (activation, latent) in [(Activation::Relu, 3), (Activation::Tanh, 1)] {
        let (model, saved) = trained(activation, latent);
        std::fs::write(folder.join("vae.safetensors"), write_run(&model, &saved).unwrap()).unwrap();
        let program = pytorch_program(&model, "vae.safetensors", &x).unwrap();
        let there = run(&python, &program.text, &folder);
        // Both in f64, printed with nine decimals.
        assert!((there - program.elbo).abs() < 1e-8, "{there} {}", program.elbo);

        // The other direction: initial weights made and saved by PyTorch.
        let load = "model.load_state_dict(load_file(\"vae.safetensors\"))";
        let save = "from safetensors.torch import save_file\ntorch.manual_seed(1)\nmodel = VAE()\n\
                    save_file(model.state_dict(), \"theirs.safetensors\")";
        assert!(program.text.contains(load));
        let there = run(&python, &program.text.replace(load, save), &folder);
        let mut theirs =
            read_weights(&std::fs::read(folder.join("theirs.safetensors")).unwrap()).unwrap();
        // A file of PyTorch does not name its nonlinearity.
        theirs.activation = activation;
        let here = pytorch_program(&theirs, "theirs.safetensors", &x).unwrap().elbo;
        assert!((there - here).abs() < 1e-8, "{there} {here}");
        assert!((here - program.elbo).abs() > 1.0, "the two models differ");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}
