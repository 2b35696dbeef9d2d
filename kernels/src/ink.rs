//! Products with a matrix of zeros and few ones, such as black-and-white images: sums over the ones.

use wide::f32x8;

const LANES: usize = 8;
/// Columns that are summed together, as many as fit into the registers.
const BLOCK: usize = 32;
const REGISTERS: usize = BLOCK / LANES;
/// With more than one 1 in so many numbers the ordinary product is as fast.
const NUMBERS_PER_ONE: usize = 4;

/// The positions of the ones in a matrix X of zeros and ones.
#[derive(Clone, Debug)]
pub struct Ink {
    /// The columns of the ones, row by row.
    by_row: Lists,
    /// Their rows, column by column.
    by_column: Lists,
}

/// Concatenated lists of indices.
#[derive(Clone, Debug)]
struct Lists {
    places: Vec<u32>,
    /// The end of each list.
    ends: Vec<u32>,
}

impl Lists {
    fn iter(&self) -> impl Iterator<Item = &[u32]> {
        let mut start = 0;
        self.ends.iter().map(move |&end| {
            let end = end as usize;
            &self.places[std::mem::replace(&mut start, end)..end]
        })
    }
}

impl Ink {
    /// Scans the rows of `values`, each of length `columns`. `None` if a number is neither 0 nor 1, or if more than a
    /// quarter are 1.
    pub fn new(values: &[f32], columns: usize) -> Option<Self> {
        let mut by_row = Lists { places: Vec::new(), ends: Vec::new() };
        let mut counts = vec![0; columns];
        for row in values.chunks_exact(columns.max(1)) {
            for (column, &value) in row.iter().enumerate() {
                if value != 0.0 {
                    if value != 1.0 {
                        return None;
                    }
                    by_row.places.push(column as u32);
                    counts[column] += 1;
                }
            }
            by_row.ends.push(by_row.places.len() as u32);
        }
        if by_row.places.len() * NUMBERS_PER_ONE > values.len() {
            return None;
        }
        let mut start = 0;
        let starts = counts.into_iter().map(|count| {
            start += count;
            start - count
        });
        let mut by_column = Lists { places: vec![0; by_row.places.len()], ends: starts.collect() };
        for (row, columns) in by_row.iter().enumerate() {
            for &column in columns {
                // Each list grows from its start to its end.
                let end = &mut by_column.ends[column as usize];
                by_column.places[*end as usize] = row as u32;
                *end += 1;
            }
        }
        Some(Self { by_row, by_column })
    }

    /// X Wᵀ, [rows, outputs], from W [outputs, columns].
    pub fn times_transposed(&self, weight: &[f32]) -> Vec<f32> {
        let (rows, columns) = (self.by_row.ends.len(), self.by_column.ends.len());
        let outputs = weight.len() / columns.max(1);
        let mut product = vec![0.0; rows * outputs];
        let mut table = vec![[0.0; BLOCK]; columns];
        for from in (0..outputs).step_by(BLOCK) {
            let width = BLOCK.min(outputs - from);
            // These columns of Wᵀ, a few rows at a time so that memory is read in long runs.
            for (index, slots) in table.chunks_mut(LANES).enumerate() {
                for lane in 0..width {
                    let row = &weight[(from + lane) * columns + index * LANES..];
                    slots.iter_mut().zip(row).for_each(|(slot, value)| slot[lane] = *value);
                }
            }
            for (row, places) in product.chunks_exact_mut(outputs).zip(self.by_row.iter()) {
                row[from..from + width].copy_from_slice(&sum(places, &table)[..width]);
            }
        }
        product
    }

    /// Dᵀ X, [outputs, columns], from D [rows, outputs].
    pub fn transposed_times(&self, factor: &[f32]) -> Vec<f32> {
        let (rows, columns) = (self.by_row.ends.len(), self.by_column.ends.len());
        let outputs = factor.len() / rows.max(1);
        let mut product = vec![0.0; outputs * columns];
        let mut table = vec![[0.0; BLOCK]; rows];
        for (block, product) in product.chunks_mut(BLOCK * columns.max(1)).enumerate() {
            let (from, width) = (block * BLOCK, product.len() / columns);
            for (slot, row) in table.iter_mut().zip(factor.chunks_exact(outputs)) {
                slot[..width].copy_from_slice(&row[from..from + width]);
            }
            let mut lists = self.by_column.iter();
            for first in (0..columns).step_by(LANES) {
                let count = LANES.min(columns - first);
                let mut tile = [[0.0; BLOCK]; LANES];
                tile.iter_mut().zip(lists.by_ref().take(count)).for_each(|(slot, places)| {
                    *slot = sum(places, &table);
                });
                for (lane, row) in product.chunks_exact_mut(columns).enumerate() {
                    let row = &mut row[first..first + count];
                    row.iter_mut().zip(&tile).for_each(|(value, slot)| *value = slot[lane]);
                }
            }
        }
        product
    }
}

/// The sum of the rows of `table` at these indices.
#[inline(always)]
fn sum(places: &[u32], table: &[[f32; BLOCK]]) -> [f32; BLOCK] {
    let mut sums = [f32x8::splat(0.0); REGISTERS];
    for &place in places {
        let (row, _) = table[place as usize].as_chunks::<LANES>();
        sums.iter_mut().zip(row).for_each(|(sum, eight)| *sum += f32x8::from(*eight));
    }
    let mut together = [0.0; BLOCK];
    let (eights, _) = together.as_chunks_mut::<LANES>();
    eights.iter_mut().zip(sums).for_each(|(eight, sum)| *eight = sum.to_array());
    together
}
