//! Floor 4: one file per command: plan, then apply.
