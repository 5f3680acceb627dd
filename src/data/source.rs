//! Which files an extract consists of, in an object store.
