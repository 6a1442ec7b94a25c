//! What every enum of the Signal can do besides its values: it reads any text and keeps it.

/// Gives a generated enum its reading, writing and display.
macro_rules! open_enum {
    ($name:ident) => {
        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl crate::lenient::Lenient for $name {
            fn from_text(text: &str, _: &crate::lenient::Reading) -> Option<Self> {
                Some(Self::from(text))
            }
        }

        impl crate::text::VisitText for $name {
            fn visit_text(&mut self, visit: &mut dyn FnMut(&mut String)) {
                if let Self::Unknown(text) = self {
                    visit(text);
                }
            }
        }
    };
}

pub(crate) use open_enum;
