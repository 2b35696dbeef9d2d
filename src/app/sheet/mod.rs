//! What the pages of the labs and Train have in common: the controls of their parameters, and the sheet that the
//! labs' worker computes.

mod adjustable;
mod controls;
mod display;
mod figure;
mod moments;
mod page;
mod readings;

pub use self::adjustable::Adjustable;
use self::controls::{Controls, Presets};
pub use self::display::Display;
use self::figure::Figures;
pub use self::moments::Moments;
pub use self::page::sheet_page;
use self::readings::{Numbers, Remarks, TableView};
