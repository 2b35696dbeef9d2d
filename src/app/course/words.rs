//! The texts of the course's own controls; lessons bring their own.

use elboscope::state::{Text, text};

pub const COURSE: Text = text!("Course");
pub const COURSE_LEAD: Text =
    text!("Twelve lessons on log p(x): guess first, then see, drag, explain and check.");
pub const LESSON: Text = text!("Lesson");
pub const LOADING: Text = text!("Opening the lessons…");
pub const MINUTES: Text = text!("min");
pub const AFTERWARDS: Text = text!("Afterwards you can");
pub const BEGIN: Text = text!("Begin");
pub const GO_ON: Text = text!("Go on");
pub const AGAIN: Text = text!("Again");
pub const STEPS_DONE: Text = text!("steps done");
pub const GLOSSARY: Text = text!("Glossary");
pub const TEACHER: Text = text!("For teachers");
pub const CLEAR: Text = text!("Clear my progress");
pub const CLEAR_HELP: Text =
    text!("Forget every prediction, answer and goal that this browser keeps");
pub const CLEAR_SURELY: Text = text!("Clear it: predictions, answers, goals");

pub const STEPS_NAME: Text = text!("Steps of the lesson");
pub const BACK: Text = text!("Back");
pub const NEXT: Text = text!("Next");
pub const NEXT_LESSON: Text = text!("Next lesson");
pub const TO_OUTLINE: Text = text!("All lessons");
pub const DONE: Text = text!("done");
pub const RESTORE: Text = text!("Back to this step");
pub const RESTORE_HELP: Text = text!("Set everything beside the text as the step has it");
/// Replaces a covered value.
pub const COVERED: Text = text!("covered: guess first");
pub const KEYS: Text = text!("Keys in lessons");
pub const KEYS_HELP: Text = text!(
    "Page Down and Page Up walk through a lesson, R restores a step; switch them off if they get \
     in your way"
);

pub const PREDICT: Text = text!("Predict");
pub const COMMIT: Text = text!("Commit");
pub const COMMIT_PLACE: Text = text!("Commit this place");
pub const YOUR_NUMBER: Text = text!("Your number");
pub const NO_NUMBER: Text = text!("This cannot be read as a number. Write it like −1.5.");
pub const YOU_SAID: Text = text!("You said");
pub const IT_IS: Text = text!("computed");
pub const YOUR_PLACE: Text = text!("At your place");
pub const THE_BEST: Text = text!("to be compared with");
pub const NEAR: Text = text!("Near enough.");
pub const FAR: Text = text!("Off by");
pub const RIGHT: Text = text!("Right.");
pub const WRONG: Text = text!("Not this one.");
pub const RIGHT_OPTION: Text = text!("✓ right");
pub const WRONG_OPTION: Text = text!("✗ your choice");
pub const GUESS_AGAIN: Text = text!("Guess again");
pub const COMPUTING: Text = text!("computing…");

pub const GOAL: Text = text!("Check");
pub const GOAL_OPEN: Text = text!("not yet");
pub const GOAL_MET: Text = text!("reached");
pub const HINT: Text = text!("Hint");
pub const QUESTION: Text = text!("In your own words");
pub const YOUR_ANSWER: Text = text!("Your answer");
pub const SHOW_ANSWER: Text = text!("Show a model answer");
pub const CORRECTION: Text = text!("With care");
pub const SHAPE: Text = text!("shape");
pub const NOW: Text = text!("now");
pub const POINT_AT_A_LINE: Text = text!("Point at a line: it lights what it computes.");

pub const LINK_TITLE: Text = text!("Build a link");
pub const LINK_LEAD: Text = text!(
    "It lands in a step, or in the state that the bench has now, with what you hide left out."
);
pub const LINK_TO: Text = text!("Where it lands");
pub const LINK_BENCH: Text = text!("The bench, as it is now");
pub const LINK_TRAIN: Text = text!("Train, as it is set now");
pub const LINK_LANGUAGE: Text = text!("Language");
pub const LINK_ANY_LANGUAGE: Text = text!("the browser’s");
pub const LINK_THEME: Text = text!("Theme");
pub const LINK_HIDE: Text = text!("Hide");
pub const LINK_NAME: Text = text!("The link");
pub const COPY: Text = text!("Copy");
pub const KEY_TITLE: Text = text!("Answer key");
pub const KEY_GOAL: Text = text!("Goal reached with");
