//! Bytes of one file become rows of cells. Each format has a module; what a cell must hold is
//! decided by [`super::typed`].

pub mod csv;
pub mod encoding;
pub mod ndjson;
pub mod records;
pub mod workbook;

mod inflated;

use std::borrow::Cow;

use chrono::NaiveDate;

/// A text without what turns its reader's eye: control characters but tab and line break, marks
/// that turn the direction of writing, and marks of no width. Such a mark in an id makes another id
/// that looks the same.
pub fn visible(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.bytes().all(|byte| (b' '..0x7f).contains(&byte)) || !text.contains(is_unseen) {
        return text;
    }
    Cow::Owned(text.chars().filter(|c| !is_unseen(*c)).collect())
}

fn is_unseen(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' => false,
        '\u{ad}' | '\u{61c}' | '\u{feff}' => true,
        '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' => true,
        '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206f}' => true,
        '\u{e0000}'..='\u{e007f}' => true,
        c => c.is_control(),
    }
}

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
    /// A text without marks that nobody sees and without the spaces around it; empty where nothing
    /// is left.
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        match visible(text.into()) {
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
