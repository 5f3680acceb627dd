//! A few typed columns, and tables written from them.
