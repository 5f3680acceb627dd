//! Extracts are located, read, typed and checked.
