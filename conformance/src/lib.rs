//! Proves that every language's client of the Axiomo API behaves the same.
