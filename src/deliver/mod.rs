//! Floor 3: letters to their recipients, each accounted for.
