//! What the user has to know or mend: each with its place, what was found, and what to do.

use std::fmt;

use serde::Serialize;

/// Whether the job can go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Error,
    Warning,
}

/// Where something stands: a file, and inside it a row and a column of a table, or a line of text.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    pub file: String,
    /// Line of a text file such as the config, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// Row of a table as a spreadsheet counts, the header being row 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
}

impl Place {
    pub fn file(file: impl Into<String>) -> Self {
        Self { file: file.into(), ..Self::default() }
    }

    pub fn line(mut self, line: Option<usize>) -> Self {
        self.line = line;
        self
    }

    pub fn row(mut self, row: u64) -> Self {
        self.row = Some(row);
        self
    }

    pub fn column(mut self, column: impl Into<String>) -> Self {
        self.column = Some(column.into());
        self
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(row) = self.row {
            write!(f, ", row {row}")?;
        }
        if let Some(column) = &self.column {
            write!(f, ", column {column}")?;
        }
        Ok(())
    }
}

/// One thing to know or mend.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Diagnostic {
    pub severity: Severity,
    pub place: Place,
    /// What is wrong, in one sentence without a full stop.
    pub what: String,
    /// The value that was found, as it stands in the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// What was expected or what to do, in one sentence without a full stop.
    pub help: String,
}

impl Diagnostic {
    pub fn error(place: Place, what: impl Into<String>, help: impl Into<String>) -> Self {
        let (what, help) = (what.into(), help.into());
        Self { severity: Severity::Error, place, what, value: None, help }
    }

    pub fn warning(place: Place, what: impl Into<String>, help: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(place, what, help) }
    }

    /// With the value that was found; a long one is shortened, and control characters are shown
    /// as their escapes, so that hostile text cannot repaint a terminal.
    pub fn value(mut self, value: impl AsRef<str>) -> Self {
        const LONGEST: usize = 60;
        let value = value.as_ref();
        let mut shown: String = value.chars().take(LONGEST).flat_map(show_control).collect();
        if value.chars().count() > LONGEST {
            shown.push('…');
        }
        self.value = Some(shown);
        self
    }
}

/// A text with control and direction marks as their escapes, so that it stays on its line.
pub fn printable(text: &str) -> String {
    text.chars().flat_map(show_control).collect()
}

fn show_control(c: char) -> Vec<char> {
    let invisible = c.is_control()
        || matches!(c, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if invisible { c.escape_default().collect() } else { vec![c] }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(f, "{word}: {}: {}", self.place, self.what)?;
        if let Some(value) = &self.value {
            write!(f, ": “{value}”")?;
        }
        write!(f, "\n  → {}", self.help)
    }
}

/// All that was found, collected instead of stopping at the first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    pub fn extend(&mut self, others: impl IntoIterator<Item = Diagnostic>) {
        self.0.extend(others);
    }

    /// Adds those that are not there yet.
    pub fn extend_new(&mut self, others: impl IntoIterator<Item = Diagnostic>) {
        for other in others {
            if !self.0.contains(&other) {
                self.0.push(other);
            }
        }
    }

    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|d| d.severity == Severity::Error)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.0.iter()
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(one: Diagnostic) -> Self {
        Self(vec![one])
    }
}
