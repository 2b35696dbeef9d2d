//! The labs' computation, one file per lab: from a lab's parameters to everything its page shows.

pub mod gradients;
