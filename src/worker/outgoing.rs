//! What a worker sends to the page.

/// An event with the large array that belongs to it, which is moved rather than copied to the page.
#[derive(Clone, Debug, PartialEq)]
pub struct Outgoing<E> {
    /// What happened.
    pub event: E,
    /// The large array, such as the values of a field; empty for most events.
    pub values: Vec<f64>,
}

impl<E> From<E> for Outgoing<E> {
    fn from(event: E) -> Self {
        Self { event, values: Vec::new() }
    }
}
