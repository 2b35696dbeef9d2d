//! The list of the lessons.

/// The names of the lessons in the address, in their order.
pub const LESSONS: [&str; 12] = [
    "area",
    "needle",
    "importance",
    "log",
    "elbo",
    "variational",
    "reparameterization",
    "vae",
    "amortization",
    "modes",
    "dimension",
    "honesty",
];
