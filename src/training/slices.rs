//! The amount of work per slice, so that the caller can respond in between.

/// Rows of the largest matrix product times its hidden width in one slice: about 10 ms of a training
/// step in the browser.
const ROWS_TIMES_HIDDEN: usize = 51_200;
/// No slice has more rows: beyond it, nothing is gained.
const MOST_ROWS: usize = 512;

/// Images with `draws` points of z each that go through a network of this hidden width in one slice.
pub(super) fn images_per_slice(hidden: usize, draws: usize) -> usize {
    let rows = (ROWS_TIMES_HIDDEN / hidden.max(1)).min(MOST_ROWS);
    (rows / draws.max(1)).max(1)
}

/// Images in each part of a batch, the parts as equal as they can be.
pub(super) fn images_per_part(batch: usize, hidden: usize, draws: usize) -> usize {
    let parts = batch.div_ceil(images_per_slice(hidden, draws)).max(1);
    batch.div_ceil(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_batch_is_one_part_and_many_draws_are_several() {
        assert_eq!(images_per_part(128, 400, 1), 128);
        assert_eq!(images_per_part(128, 64, 1), 128);
        assert_eq!(images_per_part(1024, 64, 1), 512);
        // 128 rows hold 16 images.
        assert_eq!(images_per_part(128, 400, 8), 16);
        // Three parts of 86, 86 and 84.
        assert_eq!(images_per_part(256, 512, 1), 86);
        assert_eq!(images_per_part(128, 1024, 64), 1);
        assert_eq!(images_per_part(1, 1, 1), 1);
    }
}
