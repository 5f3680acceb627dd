//! One report, put together.

use super::desk::Desk;
use super::document::{Document, ReportKind, Table};
use super::finality::mark;
use super::sections::sections;
use super::seen::Seen;
use super::{lead, provenance, tiles};
use crate::model::Language;

/// A unit's report on what its readers may see, in a language. The same gives the same document.
///
/// A person's report holds that person's figures, and of others only rank, group mean and median.
pub fn compose(seen: &Seen<'_>, language: Language) -> Document {
    let (briefing, unit) = (&seen.briefing(), seen.unit());
    let desk = Desk::new(briefing, unit, language);
    let words = &desk.words.report;
    let title = match desk.kind {
        ReportKind::Person => &words.person,
        ReportKind::Department => &words.department,
        ReportKind::Company => &words.company,
        ReportKind::Hr => &words.hr,
        ReportKind::Pack => &words.pack,
        ReportKind::Reminder => &words.reminder,
        ReportKind::Quality => &words.quality,
    };
    let lead = lead::paragraphs(&desk);
    let subject = lead::subject(&desk);
    let document = Document {
        kind: desk.kind,
        language,
        unit: unit.clone(),
        period: briefing.judged,
        preheader: lead.first().cloned().unwrap_or_else(|| subject.clone()),
        subject,
        company: briefing.company.get(language).to_owned(),
        unit_name: unit_name(&desk),
        title: title.text().to_owned(),
        period_text: desk.period_text(briefing.judged),
        lead,
        tiles: tiles::tiles(&desk),
        sections: sections(&desk),
        provenance: provenance::provenance(&desk),
    };
    mark(&desk, document)
}

/// Leaves out the columns that have a dash in every row, so that a table is no wider than it says.
/// What would have stood below a column that is left out stands for itself.
pub(super) fn drop_empty_columns(table: &mut Table, nothing: &str) {
    let says: Vec<bool> = (0..table.columns.len())
        .map(|at| table.rows.iter().any(|row| row.get(at).is_some_and(|cell| cell.text != nothing)))
        .collect();
    let mut has_above = false;
    for (column, says) in table.columns.iter_mut().zip(&says) {
        has_above &= column.under;
        column.under &= has_above;
        has_above |= says;
    }
    let mut says_column = says.iter();
    table.columns.retain(|_| says_column.next().is_some_and(|says| *says));
    for row in &mut table.rows {
        let mut says_cell = says.iter();
        row.retain(|_| says_cell.next().is_some_and(|says| *says));
    }
}

/// The unit's name; a person's with the unit they stand in.
fn unit_name(desk: &Desk<'_>) -> String {
    let name = desk.name(desk.unit);
    if desk.kind != ReportKind::Person {
        return name;
    }
    let home = desk.name(desk.briefing.org.home(desk.unit, &desk.dates));
    desk.words.report.place.fill(&[("name", &name), ("unit", &home)])
}
