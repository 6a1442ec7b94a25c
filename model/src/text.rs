use crate::section::Section;

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
