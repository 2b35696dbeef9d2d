//! The parameters of a page, declared once: [`parameters!`] makes the table of the controls and the typed
//! struct of their values, [`choices!`] makes a list and its enum.

use std::marker::PhantomData;

use super::parameter::{Choice, Parameter};
use crate::state::{Text, text};

/// What the seed is called on every page.
pub(crate) const SEED: Text = text!("seed");

/// A type as which a parameter's value is read.
pub(crate) trait ParameterValue: Copy {
    /// Converts a value that is within the bounds of its parameter.
    fn of(value: f64) -> Self;
}

impl ParameterValue for f64 {
    fn of(value: f64) -> Self {
        value
    }
}

impl ParameterValue for usize {
    fn of(value: f64) -> Self {
        value as Self
    }
}

impl ParameterValue for u64 {
    fn of(value: f64) -> Self {
        value as Self
    }
}

/// An enum whose variants are the entries of a list, in the same order; see [`choices!`].
pub(crate) trait Listed: ParameterValue {
    /// The entries.
    const LIST: &'static [Choice];
}

/// One parameter of a page: its place in the table, and the type of its value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field<T> {
    place: usize,
    value: PhantomData<T>,
}

impl<T> Field<T> {
    /// The parameter at an index of the table.
    pub(crate) const fn new(place: usize) -> Self {
        Self { place, value: PhantomData }
    }

    /// Its place in the table.
    pub(crate) const fn place(&self) -> usize {
        self.place
    }
}

impl<T: ParameterValue> Field<T> {
    /// Its value among `values`, which are in the order of `table`, clamped to its bounds; the default if it is
    /// missing.
    pub(crate) fn of(&self, table: &[Parameter], values: &[f64]) -> T {
        let parameter = &table[self.place];
        T::of(parameter.clamp(values.get(self.place).copied().unwrap_or(parameter.default)))
    }
}

impl Field<f64> {
    /// The place and a value for it.
    pub(crate) const fn at(self, value: f64) -> (usize, f64) {
        (self.place, value)
    }
}

impl Field<usize> {
    /// The place and a value for it.
    pub(crate) const fn at(self, value: usize) -> (usize, f64) {
        (self.place, value as f64)
    }
}

impl Field<u64> {
    /// The place and a value for it.
    pub(crate) const fn at(self, value: u64) -> (usize, f64) {
        (self.place, value as f64)
    }
}

/// A list to choose from, and the enum of its entries.
///
/// ```text
/// choices! {
///     /// Which q.
///     enum Family {
///         /// N(m, v).
///         Gaussian: "gaussian", text!("Gaussian");
///         /// With a share of the prior.
///         Defensive: "defensive", text!("Gaussian + prior");
///     }
/// }
/// ```
///
/// Each line is a variant, its name in the address and what the list shows. The enum implements
/// [`Listed`], so that a parameter can be a `Choice<Family>`. With `impl` for `enum` it lists an enum that is
/// declared elsewhere; that the lines are all of its variants, in its order, is checked by the compiler.
macro_rules! choices {
    (
        $(#[$about:meta])*
        enum $list:ident {
            $($(#[$doc:meta])* $entry:ident: $name:literal, $label:expr;)+
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum $list {
            $($(#[$doc])* $entry,)+
        }

        $crate::parameters::choices! {
            impl $list {
                $($entry: $name, $label;)+
            }
        }
    };
    (impl $list:ident { $($entry:ident: $name:literal, $label:expr;)+ }) => {
        impl $crate::parameters::ParameterValue for $list {
            fn of(value: f64) -> Self {
                [$(Self::$entry),+][value as usize]
            }
        }

        impl $crate::parameters::Listed for $list {
            const LIST: &'static [$crate::parameters::Choice] =
                &[$($crate::parameters::Choice { name: $name, label: $label }),+];
        }

        impl $crate::parameters::Field<$list> {
            /// The place and a value for it.
            pub(crate) const fn at(self, value: $list) -> (usize, f64) {
                (self.place(), value as usize as f64)
            }
        }

        const _: () = {
            // A missing variant is a compile error, and so is another order.
            let _: fn($list) = |entry| match entry { $($list::$entry => {})+ };
            let entries = [$($list::$entry as usize),+];
            let mut place = 0;
            while place < entries.len() {
                assert!(entries[place] == place);
                place += 1;
            }
        };
    };
}

/// The parameters of a page, in the order of the controls.
///
/// ```text
/// parameters! {
///     /// v/τ².
///     ratio: Ratio {
///         name: "ratio", symbol: "v/τ²", label: text!("variance of q"),
///         values: [0.1, 10.0], default: 1.0,
///     },
///     /// Which q.
///     family: Choice<Family> {
///         name: "family", symbol: "q", label: text!("Family of q"),
///         default: Family::Gaussian,
///     },
///     /// The share of the prior.
///     share: Real {
///         name: "alpha", symbol: "α", label: text!("share of the prior"),
///         values: Range { min: 0.0, max: 1.0, step: 0.1, fine: 0.01, coarse: 0.5 }, default: 0.5,
///         applies: |setting| setting.family == Family::Defensive,
///     },
/// }
/// ```
///
/// | kind | `values` | type |
/// |---|---|---|
/// | `Real` | `Range` | `f64` |
/// | `Ratio` | `[f64; 2]` | `f64` |
/// | `Whole`, `Power` | `[u32; 2]` | `usize` |
/// | `Choice<List>` | none | `List` |
/// | `Seed` | none | `u64` |
///
/// This makes
///
/// - `PARAMETERS`, the table, with what each is called in the address and on the page;
/// - `Setting`, a struct with a field of its type for each; `Setting::of(&values)` reads it, clamps what is out
///   of bounds and puts the default for what is missing; `Vec::from(setting)` is the way back;
/// - `Setting::applies`, which says at which settings a parameter changes anything;
/// - `FIELDS`, by which presets and handles name a parameter: `FIELDS.ratio.at(0.5)` is its place with a value
///   of its type, `FIELDS.ratio.place()` the place. A name or a type that is wrong does not compile.
macro_rules! parameters {
    (@type Real) => { f64 };
    (@type Ratio) => { f64 };
    (@type Whole) => { usize };
    (@type Power) => { usize };
    (@type Seed) => { u64 };
    (@type Choice $list:ty) => { $list };
    (@kind Real $values:expr) => { $crate::parameters::ParameterKind::Real($values) };
    (@kind Ratio $values:expr) => { $crate::parameters::ParameterKind::ratio($values) };
    (@kind Whole $values:expr) => { $crate::parameters::ParameterKind::whole($values) };
    (@kind Power $values:expr) => { $crate::parameters::ParameterKind::power($values) };
    (@kind Seed) => { $crate::parameters::ParameterKind::Seed };
    (@kind Choice $list:ty) => {
        $crate::parameters::ParameterKind::Choice(<$list as $crate::parameters::Listed>::LIST)
    };
    ($(
        $(#[$doc:meta])*
        $field:ident: $kind:ident $(<$list:ty>)? {
            name: $name:expr,
            symbol: $symbol:expr,
            label: $label:expr,
            $(values: $values:expr,)?
            default: $default:expr,
            $(applies: $applies:expr,)?
        },
    )+) => {
        /// The parameters, in the order of the controls.
        pub(super) const PARAMETERS: &[$crate::parameters::Parameter] = &[$(
            $crate::parameters::Parameter {
                name: $name,
                symbol: $symbol,
                label: $label,
                kind: $crate::parameters::parameters!(@kind $kind $($list)? $($values)?),
                default: FIELDS.$field.at($default).1,
            },
        )+];

        /// The values of the parameters.
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub(super) struct Setting {
            $(
                $(#[$doc])*
                pub $field: $crate::parameters::parameters!(@type $kind $($list)?),
            )+
        }

        /// The parameters by name.
        pub(super) struct ParameterFields {
            $(
                $(#[$doc])*
                pub $field: $crate::parameters::Field<
                    $crate::parameters::parameters!(@type $kind $($list)?)
                >,
            )+
        }

        /// Each parameter, with its index in [`PARAMETERS`].
        pub(super) const FIELDS: ParameterFields = {
            let mut count = 0;
            ParameterFields {
                $($field: {
                    count += 1;
                    $crate::parameters::Field::new(count - 1)
                },)+
            }
        };

        impl Setting {
            /// Reads values in the order of the parameters: clamped, and the default for a missing one.
            pub(crate) fn of(values: &[f64]) -> Self {
                Self { $($field: FIELDS.$field.of(PARAMETERS, values),)+ }
            }

            /// Whether the parameter at an index has an effect at these values.
            pub(crate) fn applies(place: usize, values: &[f64]) -> bool {
                let conditions: &[(usize, fn(&Self) -> bool)] =
                    &[$($((FIELDS.$field.place(), $applies),)?)+];
                let mut own = conditions.iter().filter(|(at, _)| *at == place);
                own.all(|(_, applies)| applies(&Self::of(values)))
            }
        }

        impl From<Setting> for Vec<f64> {
            fn from(setting: Setting) -> Self {
                vec![$(FIELDS.$field.at(setting.$field).1),+]
            }
        }
    };
}

pub(crate) use {choices, parameters};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    mod setting {
        use crate::parameters::SEED;
        use crate::state::{Range, Text};

        choices! {
            /// A list.
            enum List {
                /// The first.
                One: "one", Text::same("One");
                /// The second.
                Two: "two", Text::same("Two");
            }
        }

        /// An enum whose list is declared separately.
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub(super) enum Switch {
            Off,
            On,
        }

        choices! {
            impl Switch {
                Off: "off", Text::same("Off");
                On: "on", Text::same("On");
            }
        }

        parameters! {
            /// On a slider.
            real: Real {
                name: "r", symbol: "r", label: Text::same("real"),
                values: Range { min: -1.0, max: 1.0, step: 0.1, fine: 0.01, coarse: 0.5 }, default: 0.25,
            },
            /// A power.
            power: Power {
                name: "p", symbol: "", label: Text::same("power"), values: [2, 64], default: 8,
                applies: |setting| setting.list == List::Two,
            },
            /// A list.
            list: Choice<List> {
                name: "l", symbol: "", label: Text::same("list"), default: List::Two,
            },
            /// Listed apart.
            switch: Choice<Switch> {
                name: "s", symbol: "", label: Text::same("switch"), default: Switch::Off,
            },
            /// Of random numbers.
            seed: Seed { name: "seed", symbol: "", label: SEED, default: 5, },
        }
    }

    use self::setting::{FIELDS, List, PARAMETERS, Setting, Switch};

    #[test]
    fn the_table_the_struct_and_the_places_agree() {
        let names = PARAMETERS.iter().map(|parameter| parameter.name).collect::<Vec<_>>();
        assert_eq!(names, ["r", "p", "l", "s", "seed"]);
        let defaults = PARAMETERS.iter().map(|parameter| parameter.default).collect::<Vec<_>>();
        assert_eq!(defaults, [0.25, 8.0, 1.0, 0.0, 5.0]);
        let opened =
            Setting { real: 0.25, power: 8, list: List::Two, switch: Switch::Off, seed: 5 };
        assert_eq!(Setting::of(&[]), opened);
        assert_eq!(Vec::from(opened), defaults);
        assert_eq!(FIELDS.list.at(List::One), (2, 0.0));
        assert_eq!(FIELDS.switch.at(Switch::On), (3, 1.0));
        assert_eq!(FIELDS.power.at(64), (1, 64.0));
    }

    #[test]
    fn a_parameter_applies_where_its_condition_holds() {
        let places = |list| {
            let values = Vec::from(Setting { list, ..Setting::of(&[]) });
            [0, 1, 2, 3, 4].map(|place| Setting::applies(place, &values))
        };
        assert_eq!(places(List::One), [true, false, true, true, true]);
        assert_eq!(places(List::Two), [true; 5]);
    }

    proptest! {
        #[test]
        fn any_values_are_read_inside_their_bounds(values in prop::collection::vec(prop::num::f64::ANY, 0..7)) {
            let read = Vec::from(Setting::of(&values));
            for (place, (parameter, value)) in PARAMETERS.iter().zip(&read).enumerate() {
                let given = values.get(place).copied().unwrap_or(parameter.default);
                prop_assert_eq!(*value, parameter.clamp(given));
            }
            prop_assert_eq!(Setting::of(&read), Setting::of(&values));
        }
    }
}
