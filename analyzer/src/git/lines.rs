//! Counting changed lines exactly as git does.

use gix::bstr::ByteSlice;

use crate::change::Lines;

/// How much of a text git looks at before it calls it binary.
const LOOKED_AT: usize = 8000;

/// The most lines that are compared: beyond, a hostile content takes minutes.
const MOST_LINES: usize = 200_000;

/// The lines that differ between two contents.
pub(super) fn count(old: &[u8], new: &[u8]) -> Lines {
    if is_binary(old) || is_binary(new) {
        return Lines::Binary;
    }
    if [old, new].iter().any(|content| content.lines_with_terminator().nth(MOST_LINES).is_some()) {
        return Lines::Unavailable(format!("more than {MOST_LINES} lines"));
    }
    let mut options = git2::DiffOptions::new();
    options.context_lines(0).force_text(true);
    let counted =
        git2::Patch::from_buffers(old, None, new, None, Some(&mut options)).and_then(|patch| patch.line_stats());
    match counted {
        Ok((_, added, deleted)) => Lines::Counted { added: added as u64, deleted: deleted as u64 },
        Err(error) => Lines::Unavailable(format!("its lines cannot be counted: {}", error.message())),
    }
}

/// Whether git takes a content for binary: it has a zero byte near its beginning.
pub(super) fn is_binary(content: &[u8]) -> bool {
    content.iter().take(LOOKED_AT).any(|byte| *byte == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_told_apart_by_their_ends_too() {
        let counted = |old: &str, new: &str| count(old.as_bytes(), new.as_bytes());
        let lines = |added, deleted| Lines::Counted { added, deleted };
        assert_eq!(counted("", "a\nb\n"), lines(2, 0));
        assert_eq!(counted("a\nb\n", ""), lines(0, 2));
        assert_eq!(counted("a\nb", "a\nb\n"), lines(1, 1));
        assert_eq!(counted("a\r\n", "a\n"), lines(1, 1));
        assert_eq!(counted("a\nb\nc\n", "a\nx\nc\n"), lines(1, 1));
        assert_eq!(counted("same\n", "same\n"), lines(0, 0));
    }

    #[test]
    fn a_zero_byte_makes_a_file_binary_only_near_its_beginning() {
        let mut late = vec![b'a'; LOOKED_AT];
        late.push(0);
        assert_eq!(count(b"a\0", b"b"), Lines::Binary);
        assert_eq!(count(b"b", &late), Lines::Counted { added: 1, deleted: 1 });
    }
}
