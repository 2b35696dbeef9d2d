//! The network in use: fetched, replaced, exported.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

use super::marks::mark;
use super::{BenchWorker, LoadedModel};
use crate::app::context::{Breakdown, Phase};
use elboscope::bench_worker::BenchCommand;
use elboscope::model::{Vae, read_weights};

/// The shipped weights, served beside the page.
const SHIPPED_MODEL: &str = "./models/strokes.safetensors";

impl BenchWorker {
    /// The file of the model in use, if loaded, and the number of models so far.
    pub fn model_file(self) -> Option<(u32, Vec<u8>)> {
        self.inner.with_value(|inner| {
            inner.model.as_ref().map(|model| (inner.models, model.bytes.clone()))
        })
    }

    /// Fetches the shipped model.
    pub fn fetch_shipped_model(self) {
        self.notices.breakdown.set(None);
        spawn_local(async move {
            let loaded = async {
                let bytes = fetch(SHIPPED_MODEL).await.map_err(|error| format!("{error:?}"))?;
                let vae = read_weights(&bytes).map_err(|error| error.to_string())?;
                Ok::<_, String>((vae, bytes))
            };
            match loaded.await {
                Ok((vae, bytes)) => self.use_model(vae, bytes, None),
                Err(reason) => self.notices.breakdown.set(Some(Breakdown::Model(reason))),
            }
        });
    }

    /// Puts another model on the bench; `bytes` is the file from which it was read.
    pub fn use_model(self, vae: Vae, bytes: Vec<u8>, name: Option<String>) {
        self.model.hidden.set(Some([vae.encoder_hidden(), vae.hidden()]));
        self.model.name.set(name);
        self.numbers.map.set(None);
        self.bench.begin();
        mark("elboscope:model");
        self.inner.update_value(|inner| {
            if inner.worker.is_some() {
                self.bench.phase.set(Phase::Preparing(0.0));
            }
            inner.send(BenchCommand::LoadModel { bytes: bytes.clone() });
            inner.model = Some(LoadedModel { vae, bytes });
            inner.models = inner.models.wrapping_add(1);
            inner.image = None;
            inner.current.begin_model();
            inner.decoded_at = None;
        });
        self.publish();
        self.request_update();
    }
}

async fn fetch(url: &str) -> std::result::Result<Vec<u8>, JsValue> {
    let response: Response = JsFuture::from(window().fetch_with_str(url)).await?.dyn_into()?;
    if !response.ok() {
        return Err(JsValue::from_str(&format!("{} {}", response.status(), response.url())));
    }
    let buffer = JsFuture::from(response.array_buffer()?).await?;
    Ok(js_sys::Uint8Array::new(&buffer).to_vec())
}
