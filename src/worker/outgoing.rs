//! A message from a worker to the page.

/// An event with a large array that is transferred, not copied, to the page.
#[derive(Clone, Debug, PartialEq)]
pub struct Outgoing<E> {
    /// The event.
    pub event: E,
    /// The array, such as the values of a field; empty for most events.
    pub values: Vec<f64>,
}

impl<E> From<E> for Outgoing<E> {
    fn from(event: E) -> Self {
        Self { event, values: Vec::new() }
    }
}
