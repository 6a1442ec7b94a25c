use axiomo_model::{Meta, Timestamp, Unavailable};

use crate::change::Change;

pub(crate) fn meta(change: &Change, as_of: Timestamp) -> Meta {
    let mut meta = Meta::default();
    meta.as_of = Some(as_of);
    meta.generator = Some(concat!("axiomo-analyzer ", env!("CARGO_PKG_VERSION")).to_owned());
    meta.unavailable = change
        .unavailable
        .iter()
        .map(|gap| {
            let mut unavailable = Unavailable::default();
            unavailable.what = Some(gap.what.clone());
            unavailable.reason = Some(gap.reason.clone());
            unavailable
        })
        .collect();
    meta
}
