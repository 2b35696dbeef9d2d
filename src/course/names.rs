//! The names of the lessons.

/// The names of the lessons in addresses, in order.
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
