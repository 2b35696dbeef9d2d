//! A cache of one computation, for parameters that it does not depend on.

use std::cell::RefCell;
use std::rc::Rc;

/// One value, with the key from which it was computed.
///
/// A drag begins a new run in every frame; a curve over all m need not be recomputed for each m. The value must
/// depend only on the key, so that the page does not depend on earlier states.
pub(super) struct Cache<T>(RefCell<Option<CacheEntry<T>>>);

/// The key and the value.
type CacheEntry<T> = (Vec<f64>, Rc<RefCell<T>>);

impl<T> Cache<T> {
    pub(super) const fn new() -> Self {
        Self(RefCell::new(None))
    }

    /// The value for this key: the cached one, as far as it is computed, or a new one.
    pub(super) fn get(&self, key: &[f64], make: impl FnOnce() -> T) -> Rc<RefCell<T>> {
        let mut kept = self.0.borrow_mut();
        match &*kept {
            Some((of, value)) if of == key => value.clone(),
            _ => {
                let value = Rc::new(RefCell::new(make()));
                *kept = Some((key.to_vec(), value.clone()));
                value
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_is_kept_for_one_key() {
        let kept = Cache::new();
        assert_eq!(*kept.get(&[1.0, 2.0], || 5).borrow(), 5);
        assert_eq!(*kept.get(&[1.0, 2.0], || 6).borrow(), 5);
        assert_eq!(*kept.get(&[1.0, 3.0], || 7).borrow(), 7);
        assert_eq!(*kept.get(&[1.0, 2.0], || 8).borrow(), 8);
    }
}
