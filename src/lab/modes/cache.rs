//! The last computation of a kind, kept while a hand moves what it does not depend on.

use std::cell::RefCell;
use std::rc::Rc;

/// One value with what it was computed from.
///
/// A drag begins a new run for every frame; a curve over all m need not be computed anew for each
/// m. Only what follows from the key may be kept, so that nothing shown depends on what came
/// before.
pub(super) struct Cache<T>(RefCell<Option<CacheEntry<T>>>);

/// What something was computed from, and what it is.
type CacheEntry<T> = (Vec<f64>, Rc<RefCell<T>>);

impl<T> Cache<T> {
    pub(super) const fn new() -> Self {
        Self(RefCell::new(None))
    }

    /// The value for this key: the one kept, as far as it has come, or a new one.
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
