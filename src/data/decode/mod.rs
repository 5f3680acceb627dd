//! Bytes of one file become rows of cells. Each format has a module; what a cell must hold is
//! decided by [`super::typed`].

pub mod csv;
pub mod encoding;
pub mod ndjson;
pub mod records;
pub mod workbook;

use std::borrow::Cow;

use chrono::NaiveDate;

/// A cell as a file gives it, before its column's type is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell<'a> {
    Empty,
    Text(Cow<'a, str>),
    /// A day that the format itself marks as one.
    Day(NaiveDate),
    /// An error value of a workbook, such as `#N/A`.
    Broken(String),
}

impl<'a> Cell<'a> {
    /// A text without the spaces around it; empty where nothing is left.
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        match text.into() {
            Cow::Borrowed(text) if text.trim().is_empty() => Self::Empty,
            Cow::Borrowed(text) => Self::Text(Cow::Borrowed(text.trim())),
            Cow::Owned(text) if text.trim().is_empty() => Self::Empty,
            Cow::Owned(text) if text.trim().len() == text.len() => Self::Text(Cow::Owned(text)),
            Cow::Owned(text) => Self::Text(Cow::Owned(text.trim().to_owned())),
        }
    }

    /// As a person would read it.
    pub fn shown(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.clone().into_owned(),
            Self::Day(day) => day.to_string(),
            Self::Broken(what) => what.clone(),
        }
    }
}
