//! What is wrong in one config file, by key, and the line that the key stands on.

use std::collections::BTreeSet;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::model::{Diagnostic, ExtractId, Place, Severity};

/// One thing that is wrong, or should be looked at, at a key such as `coefficient.bands[1].from`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub severity: Severity,
    pub key: String,
    pub what: String,
    pub help: String,
}

impl Problem {
    pub fn new(key: &str, what: impl Into<String>, help: impl Into<String>) -> Self {
        let (key, what, help) = (key.to_owned(), what.into(), help.into());
        Self { severity: Severity::Error, key, what, help }
    }

    /// Something that can be used, and should be looked at.
    pub fn warning(key: &str, what: impl Into<String>, help: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::new(key, what, help) }
    }

    /// With the file and the line of the key, or of the nearest key above it that is written.
    pub fn place(self, file: &str, text: &str) -> Diagnostic {
        let line = line_of_key(text, &self.key);
        let found = Diagnostic::error(Place::file(file).line(line), self.what, self.help);
        Diagnostic { severity: self.severity, ..found }
    }
}

/// All that is wrong in one file.
pub type Problems = Vec<Problem>;

/// The line of a byte position, counted from 1.
pub fn line_of(text: &str, byte: usize) -> usize {
    text.bytes().take(byte).filter(|&b| b == b'\n').count() + 1
}

pub(super) fn line_of_key(text: &str, key: &str) -> Option<usize> {
    let table = DeTable::parse(text).ok()?;
    let steps = key.replace('[', ".").replace(']', "");
    let mut value: Option<&Spanned<DeValue<'_>>> = None;
    let mut found = None;
    for step in steps.split('.').filter(|step| !step.is_empty()) {
        let next = match value.map(Spanned::get_ref) {
            None => find(table.get_ref(), step),
            Some(DeValue::Table(table)) => find(table, step),
            Some(DeValue::Array(items)) => {
                let item = step.parse::<usize>().ok().and_then(|index| items.get(index));
                item.map(|item| (item.span().start, item))
            }
            Some(_) => None,
        };
        let Some((byte, inner)) = next else { break };
        found = Some(byte);
        value = Some(inner);
    }
    found.map(|byte| line_of(text, byte))
}

fn find<'a, 'b>(table: &'a DeTable<'b>, name: &str) -> Option<(usize, &'a Spanned<DeValue<'b>>)> {
    table
        .iter()
        .find(|(key, _)| key.get_ref() == name)
        .map(|(key, value)| (key.span().start, value))
}

/// Says so where `key` names an extract that has no file.
pub(super) fn require_extract(
    key: &str,
    extract: &ExtractId,
    known: &BTreeSet<ExtractId>,
    problems: &mut Problems,
) {
    if !known.contains(extract) {
        let names: Vec<_> = known.iter().map(ToString::to_string).collect();
        problems.push(Problem::new(
            key,
            format!("there is no extract “{extract}”"),
            format!("add extracts/{extract}.toml, or use one of: {}", names.join(", ")),
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_found_on_its_line() {
        let text = "a = 1\n[warning]\nyellow = 2\n[[bands]]\nfrom = 0\n[[bands]]\nfrom = 1\n";
        assert_eq!(line_of_key(text, "warning.yellow"), Some(3));
        assert_eq!(line_of_key(text, "bands[1].from"), Some(7));
        assert_eq!(line_of_key(text, "bands[1].absent"), Some(6));
        assert_eq!(line_of_key(text, "nowhere"), None);
    }
}
