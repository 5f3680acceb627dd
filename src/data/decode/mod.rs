//! Bytes of one file become rows of text or typed columns.
