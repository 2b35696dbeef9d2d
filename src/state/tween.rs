//! A number on its way from one value to another, as a function of time.

/// A movement that begins and ends slowly.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tween {
    from: f64,
    to: f64,
    /// When it began, in milliseconds from any origin.
    began: f64,
    /// How long it takes, in milliseconds.
    duration: f64,
}

impl Tween {
    /// At rest at a value.
    pub fn at(value: f64) -> Self {
        Self { from: value, to: value, began: 0.0, duration: 0.0 }
    }

    /// On the way to `to` from where it is at `now`, for `duration` milliseconds; 0 is a cut.
    pub fn toward(&self, to: f64, now: f64, duration: f64) -> Self {
        Self { from: self.value(now), to, began: now, duration }
    }

    /// The value at `now`, in milliseconds; a cubic that starts and ends with speed zero.
    pub fn value(&self, now: f64) -> f64 {
        if self.is_over(now) {
            return self.to;
        }
        let time = ((now - self.began) / self.duration).max(0.0);
        self.from + (self.to - self.from) * time * time * (3.0 - 2.0 * time)
    }

    /// Whether the value has arrived.
    pub fn is_over(&self, now: f64) -> bool {
        now - self.began >= self.duration
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_arrives_and_stays() {
        let tween = Tween::at(1.0).toward(3.0, 1000.0, 600.0);
        assert_eq!(tween.value(1000.0), 1.0);
        assert_eq!(tween.value(1300.0), 2.0);
        assert!(!tween.is_over(1599.0));
        assert!(tween.is_over(1600.0));
        assert_eq!(tween.value(9e9), 3.0);
    }

    #[test]
    fn it_turns_round_where_it_is() {
        let there = Tween::at(0.0).toward(1.0, 0.0, 600.0);
        let back = there.toward(0.0, 300.0, 600.0);
        assert_eq!(back.value(300.0), 0.5);
        assert_eq!(back.value(600.0), 0.25);
    }

    #[test]
    fn without_duration_it_is_a_cut() {
        assert_eq!(Tween::at(1.0).toward(2.0, 50.0, 0.0).value(50.0), 2.0);
    }

    #[test]
    fn a_clock_that_goes_back_does_no_harm() {
        let tween = Tween::at(1.0).toward(2.0, 50.0, 600.0);
        assert_eq!(tween.value(10.0), 1.0);
    }
}
