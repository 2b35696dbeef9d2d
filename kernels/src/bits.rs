//! Packed black-and-white pixels as numbers.

/// Appends eight zeros and ones for every byte, the highest bit first.
pub fn extend_with_bits_f32(numbers: &mut Vec<f32>, bytes: &[u8]) {
    let from = numbers.len();
    numbers.resize(from + 8 * bytes.len(), 0.0);
    for (eight, byte) in numbers[from..].as_chunks_mut::<8>().0.iter_mut().zip(bytes) {
        for (bit, number) in eight.iter_mut().enumerate() {
            *number = f32::from(byte >> (7 - bit) & 1);
        }
    }
}
