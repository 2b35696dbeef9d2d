//! Playback of a computation: which moment is shown, and the step to the next one.

use crate::state::Tempo;

/// A play at full speed takes about so many steps, however many moments there are.
const BRISK_STEPS: usize = 150;

/// The state of the playback. The last moment, at which everything is computed, is shown unless another one is
/// chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Playback {
    moments: usize,
    moment: Option<usize>,
    tempo: Tempo,
}

impl Playback {
    /// The number of moments before the last.
    pub fn moments(&self) -> usize {
        self.moments
    }

    /// The moment that is shown; `None` is the last.
    pub fn moment(&self) -> Option<usize> {
        self.moment
    }

    /// The index of the moment that is shown, from 0 to [`Self::moments`].
    pub fn place(&self) -> usize {
        self.moment.unwrap_or(self.moments)
    }

    /// Whether moments follow each other by themselves, and how fast.
    pub fn tempo(&self) -> Tempo {
        self.tempo
    }

    /// Sets the number of moments.
    pub fn set_moments(&mut self, moments: usize) {
        self.moments = moments;
    }

    /// Pauses, or plays from the present moment, at the end from the beginning.
    pub fn toggle(&mut self) {
        self.set_tempo(Tempo { is_playing: !self.tempo.is_playing, ..self.tempo });
    }

    /// Plays slowly, or at full speed again.
    pub fn toggle_slow(&mut self) {
        let mut tempo = self.tempo;
        tempo.toggle_slow();
        self.set_tempo(tempo);
    }

    fn set_tempo(&mut self, tempo: Tempo) {
        let begins = tempo.is_playing && !self.tempo.is_playing;
        self.tempo = tempo;
        if begins && self.moment.is_none_or(|moment| moment >= self.moments) {
            self.moment = Some(0);
        }
    }

    /// Shows the next moment while it is playing; at the end it stops playing.
    pub fn advance(&mut self) {
        if self.tempo.is_playing {
            let stride = self.moments.div_ceil(BRISK_STEPS).max(1);
            self.tempo.is_playing = self.go(if self.tempo.is_slow { 1 } else { stride });
        }
    }

    /// Pauses and shows the next moment; the first one after the last.
    pub fn step(&mut self) {
        self.tempo.is_playing = false;
        match self.moment {
            None => self.moment = Some(0),
            Some(_) => _ = self.go(1),
        }
    }

    /// Pauses and shows a moment.
    pub fn seek(&mut self, moment: usize) {
        self.tempo.is_playing = false;
        self.moment = (moment < self.moments).then_some(moment);
    }

    /// Pauses and shows the last moment.
    pub fn show_whole(&mut self) {
        self.tempo.is_playing = false;
        self.moment = None;
    }

    /// Advances by `stride` moments; returns false at the end.
    fn go(&mut self, stride: usize) -> bool {
        let next = self.moment.unwrap_or(0) + stride;
        self.moment = (next < self.moments).then_some(next);
        self.moment.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(moments: usize) -> Playback {
        let mut playback = Playback::default();
        playback.set_moments(moments);
        playback
    }

    /// Advances until it stops; the indices that were shown.
    fn played(mut playback: Playback) -> Vec<usize> {
        let mut places = vec![playback.place()];
        while playback.tempo().is_playing {
            playback.advance();
            places.push(playback.place());
            assert!(places.len() < 10_000);
        }
        places
    }

    #[test]
    fn it_plays_from_the_beginning_to_the_end_and_stops_there() {
        let mut playback = of(3);
        assert_eq!((playback.place(), playback.moment()), (3, None));
        playback.toggle();
        assert_eq!(played(playback), [0, 1, 2, 3]);
    }

    #[test]
    fn a_brisk_play_takes_few_steps_and_a_slow_one_every_moment() {
        let mut playback = of(65_536);
        playback.toggle();
        let places = played(playback);
        assert!((100..=151).contains(&places.len()), "{}", places.len());
        assert_eq!(places.last(), Some(&65_536));

        let mut slow = of(400);
        slow.toggle_slow();
        assert!(slow.tempo() == Tempo { is_playing: true, is_slow: true });
        assert_eq!(played(slow).len(), 401);
    }

    #[test]
    fn it_goes_on_from_where_it_was_paused() {
        let mut playback = of(10);
        playback.toggle();
        playback.advance();
        playback.advance();
        playback.toggle();
        assert_eq!((playback.place(), playback.tempo().is_playing), (2, false));
        playback.advance();
        assert_eq!(playback.place(), 2, "paused");
        playback.toggle();
        playback.advance();
        assert_eq!(playback.place(), 3);
    }

    #[test]
    fn steps_by_hand_go_round() {
        let mut playback = of(2);
        let mut places = Vec::new();
        for _ in 0..4 {
            playback.step();
            places.push(playback.place());
        }
        assert_eq!(places, [0, 1, 2, 0]);
        playback.seek(5);
        assert_eq!(playback.moment(), None);
        playback.seek(1);
        assert_eq!(playback.moment(), Some(1));
        playback.show_whole();
        assert_eq!(playback, of(2));
    }

    #[test]
    fn without_moments_it_ends_at_once() {
        let mut playback = of(0);
        playback.toggle();
        playback.advance();
        assert_eq!((playback.tempo().is_playing, playback.moment()), (false, None));
    }
}
