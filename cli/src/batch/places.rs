use super::results::Place;

/// Where the lines of many items stand, by the items' numbers: eight bytes each, in blocks, so that none of it is
/// ever copied to a larger place.
#[derive(Default)]
pub(super) struct Places(Vec<Option<Box<[u64; BLOCK]>>>);

const BLOCK: usize = 1024;
/// Where no line can stand.
const NOWHERE: u64 = u64::MAX;

impl Places {
    pub(super) fn set(&mut self, item: usize, place: Place) {
        let block = item / BLOCK;
        if self.0.len() <= block {
            self.0.resize(block + 1, None);
        }
        self.0[block].get_or_insert_with(|| Box::new([NOWHERE; BLOCK]))[item % BLOCK] = place.0;
    }

    pub(super) fn get(&self, item: usize) -> Option<Place> {
        let place = self.0.get(item / BLOCK)?.as_ref()?[item % BLOCK];
        (place != NOWHERE).then_some(Place(place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_is_found_by_its_item() {
        let mut places = Places::default();
        for item in [0, 5000, 1024, 1023] {
            places.set(item, Place(item as u64 * 10));
        }
        for item in [0, 1023, 1024, 5000] {
            assert_eq!(places.get(item).unwrap().0, item as u64 * 10);
        }
        assert!([1, 2000, 5001, 9999].iter().all(|item| places.get(*item).is_none()));
    }
}
