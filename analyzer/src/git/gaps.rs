//! The files of a change that could not be read, as they are listed: a list of all of them would be as long
//! as whoever made the change likes.

use std::collections::BTreeMap;

use crate::change::{FileChange, Gap, Lines};

/// The most files that are listed for one kind of reason.
const MOST_OF_A_KIND: usize = 100;

/// The first files of each kind of reason, in their order, and then how many more there are of each.
pub(super) fn of(files: &[FileChange]) -> Vec<Gap> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut gaps = Vec::new();
    for file in files {
        let Lines::Unavailable(reason) = &file.lines else { continue };
        // What follows a colon is told of one file alone.
        let kind = reason.split_once(':').map_or(reason.as_str(), |(kind, _)| kind);
        let count = counts.entry(kind).or_default();
        *count += 1;
        if *count <= MOST_OF_A_KIND {
            gaps.push(Gap { what: file.path.clone(), reason: reason.clone() });
        }
    }
    let more = counts.into_iter().filter_map(|(kind, count)| {
        let what = match count.saturating_sub(MOST_OF_A_KIND) {
            0 => return None,
            1 => "1 more file".to_owned(),
            more => format!("{more} more files"),
        };
        Some(Gap { what, reason: kind.to_owned() })
    });
    gaps.extend(more);
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::{FilePast, FileStatus};
    use crate::path_class::PathClass;

    fn files(count: usize, reason: impl Fn(usize) -> String) -> Vec<FileChange> {
        let file = |number| FileChange {
            path: format!("{number}.rs"),
            previous_path: None,
            status: FileStatus::Added,
            lines: Lines::Unavailable(reason(number)),
            class: PathClass::of("a.rs"),
            past: FilePast::default(),
        };
        (0..count).map(file).collect()
    }

    #[test]
    fn files_are_listed_up_to_a_number_for_each_kind_of_reason() {
        let mut all = files(MOST_OF_A_KIND, |_| "too large".to_owned());
        assert_eq!(of(&all).len(), MOST_OF_A_KIND);
        all.extend(files(MOST_OF_A_KIND + 1, |number| format!("broken: object {number}")));
        all.extend(files(MOST_OF_A_KIND + 50, |_| "missing".to_owned()));
        let gaps = of(&all);
        assert_eq!(gaps.len(), 3 * MOST_OF_A_KIND + 2);
        assert_eq!(gaps[MOST_OF_A_KIND], Gap { what: "0.rs".to_owned(), reason: "broken: object 0".to_owned() });
        let more: Vec<_> = gaps[3 * MOST_OF_A_KIND..].iter().map(|gap| (&*gap.what, &*gap.reason)).collect();
        assert_eq!(more, [("1 more file", "broken"), ("50 more files", "missing")]);
    }

    #[test]
    fn a_file_that_was_read_is_no_gap() {
        let mut all = files(2, |_| "missing".to_owned());
        all[0].lines = Lines::Counted { added: 1, deleted: 0 };
        all[1].lines = Lines::Binary;
        assert!(of(&all).is_empty());
    }
}
