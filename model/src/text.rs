use crate::section::Section;

/// A foreign text made fit to be shown: control characters, what turns the direction of writing and
/// what cannot be seen become a visible mark, so that nothing moves a cursor or hides. The first sixteen
/// variation selectors stay, which say how the letter or picture before them looks.
///
/// ```
/// assert_eq!(axiomo_model::printable("a\u{1b}[31mb\u{202e}c"), "a\u{fffd}[31mb\u{fffd}c");
/// ```
#[must_use]
pub fn printable(text: &str) -> String {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.to_owned();
    }
    text.chars().map(|letter| if is_harmful(letter) { char::REPLACEMENT_CHARACTER } else { letter }).collect()
}

fn is_harmful(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{00ad}' | '\u{034f}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | '\u{061c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e01ef}')
}

/// Walks over every text a value holds, so that whoever must check or clean all of them cannot
/// forget one. Keys and numbers are no texts.
pub trait VisitText {
    /// Hands every text to `visit`, in the order of the fields.
    fn visit_text(&mut self, visit: &mut dyn FnMut(&mut String));
}

impl VisitText for String {
    fn visit_text(&mut self, visit: &mut dyn FnMut(&mut String)) {
        visit(self);
    }
}

impl<T: VisitText> VisitText for Option<T> {
    fn visit_text(&mut self, visit: &mut dyn FnMut(&mut String)) {
        if let Some(value) = self {
            value.visit_text(visit);
        }
    }
}

impl<T: VisitText> VisitText for Vec<T> {
    fn visit_text(&mut self, visit: &mut dyn FnMut(&mut String)) {
        for item in self {
            item.visit_text(visit);
        }
    }
}

impl<T: VisitText> VisitText for Section<T> {
    fn visit_text(&mut self, visit: &mut dyn FnMut(&mut String)) {
        if let Some(content) = self.as_mut() {
            content.visit_text(visit);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn of_ascii_all_but_control_characters_is_printable() {
        for byte in 0..=0x7f_u8 {
            let text = char::from(byte).to_string();
            assert_eq!(printable(&text) == text, byte == b' ' || byte.is_ascii_graphic(), "{byte}");
        }
    }
}
