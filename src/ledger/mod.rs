//! Floor 3: what every run leaves behind, never overwritten.
