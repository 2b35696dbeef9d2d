//! Whether something goes on by itself, and how fast: what a player's buttons change.

use std::time::Duration;

/// Pause between steps that are to be watched one by one, and between those that are not.
const SLOW: Duration = Duration::from_millis(450);
const BRISK: Duration = Duration::from_millis(33);

/// Playing or paused, slow or brisk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tempo {
    /// Whether the climb is playing.
    pub is_playing: bool,
    /// Whether it plays slowly.
    pub is_slow: bool,
}

impl Tempo {
    /// The pause before the next step.
    pub fn pause(self) -> Duration {
        if self.is_slow { SLOW } else { BRISK }
    }

    /// Plays slowly, or briskly again. What is paused begins to play when it is made slow.
    pub fn toggle_slow(&mut self) {
        self.is_slow = !self.is_slow;
        self.is_playing |= self.is_slow;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slow_begins_to_play_and_brisk_goes_on_as_it_was() {
        let mut tempo = Tempo::default();
        let brisk = tempo.pause();
        tempo.toggle_slow();
        assert_eq!(tempo, Tempo { is_playing: true, is_slow: true });
        assert!(tempo.pause() > 10 * brisk);
        tempo.toggle_slow();
        assert_eq!(tempo, Tempo { is_playing: true, is_slow: false });

        let mut paused = Tempo { is_playing: false, is_slow: true };
        paused.toggle_slow();
        assert_eq!(paused, Tempo::default());
    }
}
