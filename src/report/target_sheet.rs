//! The comparisons of targets as a sheet, and the words that a proposed table of targets is filled
//! with.

use super::sheet::{ColumnKind, Sheet, SheetCell, SheetColumn, SheetTable};
use super::words::{Phrase, WordBook, Words};
use crate::calc::ReconcileState;
use crate::model::{Exact, Language};

/// A comparison as the sheet lists it.
pub struct ComparisonRow<'a> {
    pub state: ReconcileState,
    pub metric: &'a str,
    pub period: &'a str,
    pub unit_id: &'a str,
    pub unit_name: &'a str,
    pub target: Option<&'a Exact>,
    pub below: Option<&'a Exact>,
    pub counted: usize,
    pub difference: Option<&'a Exact>,
    pub buffer_under: Option<&'a Exact>,
    pub buffer_over: Option<&'a Exact>,
    pub submitted: Option<&'a Exact>,
    pub below_submitted: Option<&'a Exact>,
    pub submitters: usize,
    /// Whose values are added; none for the units and people below.
    pub dimension: Option<&'a str>,
}

/// What the sheet is about.
pub struct TargetSheet<'a> {
    pub company: &'a str,
    pub period: &'a str,
    pub rows: Vec<ComparisonRow<'a>>,
    /// Labels of metrics whose targets do not add up.
    pub not_additive: &'a [String],
    /// Labels of metrics whose longer targets are spread evenly here.
    pub spread_evenly: &'a [String],
}

/// The sheet in a language, mismatches first.
pub fn target_sheet(book: &WordBook, language: Language, of: &TargetSheet<'_>) -> Sheet {
    let words = book.of(language);
    let own = &words.target_sheet;
    let mut rows: Vec<&ComparisonRow<'_>> = of.rows.iter().collect();
    rows.sort_by_key(|row| row.state);
    let gaps = [("company", of.company), ("period", of.period)];
    let table = SheetTable {
        columns: columns(words),
        rows: rows.into_iter().map(|row| cells(words, row)).collect(),
        ..SheetTable::default()
    };
    let sheet = Sheet::plain(own.tab.text(), table, notes(words, of));
    Sheet { title: vec![own.title.fill(&gaps)], ..sheet }
}

/// What the note of a proposed target says.
pub fn proposal_note(book: &WordBook, language: Language) -> &str {
    book.of(language).target_sheet.proposed.text()
}

fn columns(words: &Words) -> Vec<SheetColumn> {
    let (own, column) = (&words.target_sheet, &words.column);
    let of = |label: &Phrase, width, kind| SheetColumn::new(label.text(), width, kind);
    vec![
        of(&own.state, 16, ColumnKind::Text),
        of(&column.metric, 14, ColumnKind::Text),
        of(&words.reconcile.period, 10, ColumnKind::Text),
        of(&own.unit_id, 10, ColumnKind::Text),
        of(&own.unit, 20, ColumnKind::Text),
        of(&column.target, 18, ColumnKind::Amount),
        of(&own.below, 18, ColumnKind::Amount),
        of(&own.count, 10, ColumnKind::Whole),
        of(&own.difference, 16, ColumnKind::Amount),
        of(&own.buffer_under, 14, ColumnKind::Amount),
        of(&own.buffer_over, 14, ColumnKind::Amount),
        of(&own.submitted, 18, ColumnKind::Amount),
        of(&own.below_submitted, 18, ColumnKind::Amount),
        of(&own.submitters, 10, ColumnKind::Whole),
        of(&own.dimension, 14, ColumnKind::Text),
    ]
}

fn cells(words: &Words, row: &ComparisonRow<'_>) -> Vec<SheetCell> {
    let count = |count: usize| SheetCell::Whole(i64::try_from(count).unwrap_or(i64::MAX));
    vec![
        SheetCell::text(state(words, row.state)),
        SheetCell::text(row.metric),
        SheetCell::text(row.period),
        SheetCell::text(row.unit_id),
        SheetCell::text(row.unit_name),
        SheetCell::amount(row.target),
        SheetCell::amount(row.below),
        count(row.counted),
        SheetCell::amount(row.difference),
        SheetCell::amount(row.buffer_under),
        SheetCell::amount(row.buffer_over),
        SheetCell::amount(row.submitted),
        SheetCell::amount(row.below_submitted),
        count(row.submitters),
        row.dimension.map_or(SheetCell::Empty, SheetCell::text),
    ]
}

fn state(words: &Words, state: ReconcileState) -> &str {
    let own = &words.target_sheet;
    match state {
        ReconcileState::Mismatch => own.mismatch.text(),
        ReconcileState::WithinBuffer => own.within_buffer.text(),
        ReconcileState::NoParentTarget => own.no_parent.text(),
        ReconcileState::NoChildren => own.no_children.text(),
        ReconcileState::Matches => own.matches.text(),
    }
}

fn notes(words: &Words, of: &TargetSheet<'_>) -> Vec<String> {
    let own = &words.target_sheet;
    let mut notes = vec![own.note_difference.text().to_owned()];
    if of.rows.iter().any(|row| row.dimension.is_some()) {
        notes.push(own.note_dimension.text().to_owned());
    }
    let listed = [(&own.note_even, of.spread_evenly), (&own.note_not_additive, of.not_additive)];
    let named = listed.into_iter().filter(|(_, labels)| !labels.is_empty());
    notes.extend(named.map(|(phrase, labels)| {
        phrase.fill(&[("metrics", &labels.join(words.list.comma.text()))])
    }));
    notes
}
