//! Floor 1: a place in an object store, or a folder that is used as one.
