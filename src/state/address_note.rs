//! Notes on what was not taken literally from an address.

/// The parameters of an address, in the order in which they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AddressParameter {
    /// `x=digits.3` or `x=pixels.…`.
    X,
    /// `bin=threshold:0.5` or `bin=bernoulli:7`.
    Bin,
    /// `mu=0.5,-0.2`.
    Mu,
    /// `sigma=0.4,0.8`.
    Sigma,
    /// `rho=0.3`.
    Rho,
    /// `probe=1,0`.
    Probe,
    /// `k=64`.
    K,
    /// `seed=7`.
    Seed,
    /// `identity=gap`.
    Identity,
    /// `loupe=10`.
    Loupe,
    /// `lang=pt`.
    Lang,
    /// `theme=dark`.
    Theme,
    /// `hide=sliders,numbers`.
    Hide,
}

impl AddressParameter {
    /// Every parameter, in the order in which they are written.
    pub const ALL: [Self; 13] = [
        Self::X,
        Self::Bin,
        Self::Mu,
        Self::Sigma,
        Self::Rho,
        Self::Probe,
        Self::K,
        Self::Seed,
        Self::Identity,
        Self::Loupe,
        Self::Lang,
        Self::Theme,
        Self::Hide,
    ];

    /// The name in the address.
    pub fn name(self) -> &'static str {
        match self {
            Self::X => "x",
            Self::Bin => "bin",
            Self::Mu => "mu",
            Self::Sigma => "sigma",
            Self::Rho => "rho",
            Self::Probe => "probe",
            Self::K => "k",
            Self::Seed => "seed",
            Self::Identity => "identity",
            Self::Loupe => "loupe",
            Self::Lang => "lang",
            Self::Theme => "theme",
            Self::Hide => "hide",
        }
    }

    /// Whether all pages have it, not only the bench.
    pub fn is_of_every_page(self) -> bool {
        matches!(self, Self::Lang | Self::Theme | Self::Hide)
    }

    /// The parameter with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|parameter| parameter.name() == name)
    }
}

/// Something in an address that was changed or left out; `given` is cut to a readable length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AddressNote {
    /// The address is longer than any this app writes; the default is shown.
    TooLong {
        /// Length in bytes.
        bytes: usize,
    },
    /// There is no such page; the default is shown.
    UnknownPage {
        /// The path.
        given: String,
    },
    /// There is no such parameter; it was left out.
    UnknownParameter {
        /// Its name.
        given: String,
    },
    /// The parameter occurs again; the first occurrence counts.
    Repeated {
        /// The parameter.
        parameter: &'static str,
        /// The value left out.
        given: String,
    },
    /// The value is out of range and was moved to the nearest one inside.
    Clamped {
        /// The parameter.
        parameter: &'static str,
        /// The value in the address.
        given: String,
        /// The value used instead.
        became: String,
    },
    /// The value cannot be read; the default is used instead.
    Unreadable {
        /// The parameter.
        parameter: &'static str,
        /// The value in the address.
        given: String,
        /// The default; `None` where the default is no value.
        became: Option<String>,
    },
}
