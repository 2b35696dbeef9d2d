//! Numbers in a lesson's text, each of which shows the present value of a quantity.

use wasm_bindgen::JsCast;
use web_sys::Element;

use super::values::Values;
use elboscope::quantity::Measure;

/// Writes the present values into all live numbers inside an element.
pub fn fill(values: Values, within: &Element) {
    let Ok(places) = within.query_selector_all("[data-live]") else { return };
    for index in 0..places.length() {
        let place = places.item(index).and_then(|node| node.dyn_into::<Element>().ok());
        let Some(place) = place else { continue };
        let measure = place.get_attribute("data-live").as_deref().and_then(Measure::read);
        let text = measure.and_then(|measure| values.text(&measure));
        let text = text.unwrap_or_else(|| "–".to_owned());
        if place.text_content().as_ref() != Some(&text) {
            place.set_text_content(Some(&text));
        }
    }
}
