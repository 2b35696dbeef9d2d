//! The parts of a page that a link can hide and a lesson can cover.

use serde::{Deserialize, Serialize};

/// The largest number of figures on a page.
const MOST_FIGURES: u8 = 6;

/// A part of the bench, of a lab, or of the frame around them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Part {
    /// The column of x.
    Image,
    /// The gallery of digits.
    Gallery,
    /// The latent plane.
    Plane,
    /// The sliders of q.
    Sliders,
    /// The buttons below the plane.
    Actions,
    /// The thermometer.
    Thermometer,
    /// The diagnostics of the weights.
    Diagnostics,
    /// The equation strip.
    Equation,
    /// A lab's presets.
    Presets,
    /// A lab's controls.
    Controls,
    /// A lab's numbers.
    Numbers,
    /// A lab's remarks.
    Remarks,
    /// The player of a lab.
    Player,
    /// One of a lab's figures, counted from 1.
    Figure(u8),
    /// The text of a lesson.
    Lesson,
    /// The links to the other pages.
    Pages,
    /// The choice of the language.
    Language,
    /// The choice of the theme.
    Theme,
}

/// Every part but the figures, with its name.
const NAMES: [(Part, &str); 17] = [
    (Part::Image, "image"),
    (Part::Gallery, "gallery"),
    (Part::Plane, "plane"),
    (Part::Sliders, "sliders"),
    (Part::Actions, "actions"),
    (Part::Thermometer, "thermometer"),
    (Part::Diagnostics, "diagnostics"),
    (Part::Equation, "equation"),
    (Part::Presets, "presets"),
    (Part::Controls, "controls"),
    (Part::Numbers, "numbers"),
    (Part::Remarks, "remarks"),
    (Part::Player, "player"),
    (Part::Lesson, "lesson"),
    (Part::Pages, "pages"),
    (Part::Language, "language"),
    (Part::Theme, "theme"),
];

impl Part {
    /// Every part, in the order of the page.
    pub fn all() -> impl Iterator<Item = Self> {
        NAMES.iter().map(|(part, _)| *part).chain((1..=MOST_FIGURES).map(Self::Figure))
    }

    /// The name in addresses, lessons and style sheets.
    pub fn name(self) -> String {
        if let Self::Figure(number) = self {
            return format!("figure-{number}");
        }
        let found = NAMES.iter().find(|(part, _)| *part == self);
        found.map_or_else(String::new, |(_, name)| (*name).to_owned())
    }

    /// The part with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::all().find(|part| part.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_has_a_name_of_its_own() {
        let names: std::collections::HashSet<String> = Part::all().map(Part::name).collect();
        assert_eq!(names.len(), Part::all().count());
        for part in Part::all() {
            assert_eq!(Part::from_name(&part.name()), Some(part));
        }
        assert_eq!(Part::from_name("figure-7"), None);
        assert_eq!(Part::from_name(""), None);
    }
}
