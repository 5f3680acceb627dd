//! Floor 3: documents become HTML, text and pictures.
