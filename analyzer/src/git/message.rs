//! What is read from the message of a commit. It is as long as whoever wrote it liked, and commits are kept
//! by the ten thousand.

use super::objects::Signature;

/// The most letters that are kept of a line, a name or an address; the providers allow far fewer.
const LONGEST_TEXT: usize = 1000;
/// The most people besides its author who are looked at in one commit, and besides its authors in one change.
pub(super) const MOST_CO_AUTHORS: usize = 1000;

/// The beginning of a text, or all of it.
pub(super) fn shortened(text: &str) -> String {
    let end = text.char_indices().nth(LONGEST_TEXT).map_or(text.len(), |(end, _)| end);
    text[..end].to_owned()
}

/// The first line.
pub(super) fn subject(message: &str) -> String {
    shortened(message.lines().next().unwrap_or_default().trim())
}

/// The people named in `Co-authored-by: Name <address>` lines, in their order.
pub(super) fn co_authors(message: &str) -> impl Iterator<Item = Signature> {
    let named = message.lines().filter_map(|line| {
        let (key, value) = line.split_once(':')?;
        if !key.trim().eq_ignore_ascii_case("co-authored-by") {
            return None;
        }
        let (name, rest) = value.split_once('<')?;
        let (email, _) = rest.split_once('>')?;
        Some(Signature::new(name, email)).filter(|signature| !signature.email.is_empty())
    });
    named.take(MOST_CO_AUTHORS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_the_first_line_and_not_too_long() {
        assert_eq!(subject(" Fix it \nand more"), "Fix it");
        assert_eq!(subject(""), "");
        assert_eq!(subject(&"é".repeat(LONGEST_TEXT + 1)), "é".repeat(LONGEST_TEXT));
    }

    #[test]
    fn co_authors_are_read_from_their_lines() {
        let message = "Add\n\nCo-authored-by: Cy <CY@example.com>\nco-authored-by:<b@example.com> x\n\
                       Co-authored-by: Nobody <>\nReviewed-by: Ann <ann@example.com>\nCo-authored-by: Cy\n";
        let found: Vec<_> = co_authors(message).map(|person| (person.name, person.email)).collect();
        let expected = [("Cy", "cy@example.com"), ("", "b@example.com")];
        assert_eq!(found, expected.map(|(name, email)| (name.to_owned(), email.to_owned())));
    }

    #[test]
    fn of_very_many_co_authors_the_first_are_read() {
        let line = |number: usize| format!("Co-authored-by: A <a{number}@example.com>\n");
        let message = (0..2 * MOST_CO_AUTHORS).fold(String::new(), |message, number| message + &line(number));
        assert_eq!(co_authors(&message).count(), MOST_CO_AUTHORS);
        let long = format!("Co-authored-by: {0} <{0}>\n", "n".repeat(LONGEST_TEXT + 1));
        let person = co_authors(&long).next().unwrap();
        assert_eq!((person.name.len(), person.email.len()), (LONGEST_TEXT, LONGEST_TEXT));
    }
}
