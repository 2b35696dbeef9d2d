//! A language in a list to choose from.

use elboscope::state::Language;
use leptos::prelude::*;

/// The entry of a language, in its own words; its value is the name in the address.
pub fn language_option(language: Language) -> AnyView {
    view! { <option value=language.code()>{language.name()}</option> }.into_any()
}
