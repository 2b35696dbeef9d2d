//! Bytes in IndexedDB by a key: it holds more than `localStorage`, and the page does not wait for it.

use js_sys::{Function, Promise, Uint8Array};
use leptos::prelude::window;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbObjectStore, IdbRequest, IdbTransactionMode};

const DATABASE: &str = "elboscope";
/// The only one in it: runs of training.
const STORE: &str = "runs";

/// The bytes under a key, if there are any.
///
/// # Errors
/// Where the browser has no database for this site.
pub async fn get(key: &str) -> Result<Option<Vec<u8>>, JsValue> {
    let database = open().await?;
    let store = database.transaction_with_str(STORE)?.object_store(STORE)?;
    let found = result_of(&store.get(&key.into())?).await;
    database.close();
    Ok(found?.dyn_into::<Uint8Array>().ok().map(|bytes| bytes.to_vec()))
}

/// Puts bytes under a key, in place of what was there.
///
/// # Errors
/// Where there is no room for them, or no database.
pub async fn put(key: &str, bytes: &[u8]) -> Result<(), JsValue> {
    let bytes = Uint8Array::from(bytes);
    change(|store| store.put_with_key(&bytes, &key.into())).await
}

/// Deletes what is under a key.
///
/// # Errors
/// Where the browser has no database for this site.
pub async fn delete(key: &str) -> Result<(), JsValue> {
    change(|store| store.delete(&key.into())).await
}

/// A change that is there as a whole, or not at all.
async fn change(
    work: impl FnOnce(&IdbObjectStore) -> Result<IdbRequest, JsValue>,
) -> Result<(), JsValue> {
    let database = open().await?;
    let transaction =
        database.transaction_with_str_and_mode(STORE, IdbTransactionMode::Readwrite)?;
    work(&transaction.object_store(STORE)?)?;
    let done = settled(&|done, failed| {
        transaction.set_oncomplete(Some(done));
        transaction.set_onabort(Some(failed));
    })
    .await;
    database.close();
    done.map(|_| ())
}

/// The database, which is made when it is first opened.
async fn open() -> Result<IdbDatabase, JsValue> {
    let factory = window().indexed_db()?.ok_or(JsValue::UNDEFINED)?;
    let request = factory.open(DATABASE)?;
    let made = request.clone();
    let make = Closure::<dyn FnMut()>::new(move || {
        if let Ok(Ok(database)) = made.result().map(|made| made.dyn_into::<IdbDatabase>()) {
            // It fails if the store is there, and then it is there.
            let _ = database.create_object_store(STORE);
        }
    });
    request.set_onupgradeneeded(Some(make.as_ref().unchecked_ref()));
    let opened = result_of(&request).await;
    request.set_onupgradeneeded(None);
    Ok(opened?.unchecked_into())
}

/// What comes of a request.
async fn result_of(request: &IdbRequest) -> Result<JsValue, JsValue> {
    settled(&|done, failed| {
        request.set_onsuccess(Some(done));
        request.set_onerror(Some(failed));
    })
    .await?;
    request.result()
}

/// Ends with the first of two events, to which `listen` attaches their listeners.
async fn settled(listen: &dyn Fn(&Function, &Function)) -> Result<JsValue, JsValue> {
    let promise = Promise::new(&mut |done, failed| listen(&done, &failed));
    JsFuture::from(promise).await
}
