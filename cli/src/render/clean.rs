//! Texts of a pull request are its author's: they must not move the cursor, turn the line around, or
//! become something else than text.

pub(crate) use axiomo_model::printable as for_terminal;

/// For Markdown, as text: no formatting, no HTML, no links, no references, nobody pinged.
pub(crate) fn for_markdown(text: &str) -> String {
    // Not seen, but it separates what would be read as one.
    const BREAK: &str = "&#8203;";
    let text = for_terminal(text);
    let mut clean = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '<' => clean.push_str("&lt;"),
            '>' => clean.push_str("&gt;"),
            '&' => clean.push_str("&amp;"),
            '@' | '#' => {
                clean.push(letter);
                clean.push_str(BREAK);
            }
            // `https://`, `www.` and `GH-12` become links by themselves.
            ':' | '.' | '-' if letters.peek().is_some_and(|next| !next.is_whitespace()) => {
                clean.push('\\');
                clean.push(letter);
                clean.push_str(BREAK);
            }
            letter if letter.is_ascii_punctuation() => {
                clean.push('\\');
                clean.push(letter);
            }
            letter => clean.push(letter),
        }
    }
    clean
}

/// For Markdown, as code: shown letter by letter.
pub(crate) fn for_markdown_code(text: &str) -> String {
    let text = for_terminal(text);
    let longest = text.split(|letter| letter != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let space = if text.starts_with('`') || text.ends_with('`') || text.is_empty() { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_gets_letters_only() {
        assert_eq!(
            for_terminal("a\u{1b}[31mb\rc\nd\u{202e}e\u{2066}f\u{200b}g\u{9b}h"),
            "a\u{fffd}[31mb\u{fffd}c\u{fffd}d\u{fffd}e\u{fffd}f\u{fffd}g\u{fffd}h"
        );
        assert_eq!(for_terminal("Grüße, 世界 👋"), "Grüße, 世界 👋");
    }

    #[test]
    fn markdown_gets_text_only() {
        assert_eq!(for_markdown("**a** _b_"), r"\*\*a\*\* \_b\_");
        assert_eq!(for_markdown("<img src=x>"), r"&lt;img src\=x&gt;");
        assert_eq!(for_markdown("@ann #12"), "@&#8203;ann #&#8203;12");
        assert_eq!(for_markdown("![x](http://y)"), r"\!\[x\]\(http\:&#8203;\/\/y\)");
        assert_eq!(for_markdown("www.x.y"), r"www\.&#8203;x\.&#8203;y");
        assert_eq!(for_markdown("a|b"), r"a\|b");
        assert_eq!(for_markdown("Done."), r"Done\.");
    }

    #[test]
    fn code_ends_where_its_text_does() {
        assert_eq!(for_markdown_code("src/a.rs"), "`src/a.rs`");
        assert_eq!(for_markdown_code("a`b``c"), "```a`b``c```");
        assert_eq!(for_markdown_code("`a"), "`` `a ``");
        assert_eq!(for_markdown_code("a\nb|c"), "`a\u{fffd}b|c`");
    }
}
