//! Where the rows of the judged period went, to the cent: in the company's report.

use super::desk::{Desk, plain, strong};
use super::document::{ReportKind, Table};
use super::units::{left, right, table};
use crate::model::{Exact, Total};

/// The total = credited + nobody's + set aside, for each metric that is shown.
pub(super) fn reconciled(desk: &Desk<'_>) -> Option<Table> {
    if desk.kind != ReportKind::Company {
        return None;
    }
    let words = &desk.words.pack;
    let columns = vec![
        left(&desk.words.column.metric),
        left(&words.extract).under(),
        right(&words.total),
        right(&words.credited),
        right(&words.unassigned),
        right(&words.set_aside),
        right(&desk.words.statement.overlay),
        right(&words.difference),
    ];
    let row = |one: &Total| {
        let metric = desk.metric(&one.metric).filter(|metric| !metric.hidden)?;
        let amount = |value: &Exact| plain(desk.numbers.undiminished(metric, value));
        let mut row = vec![strong(desk.label(metric)), plain(one.extract.as_str())];
        row.extend([&one.total, &one.credited, &one.unassigned, &one.rejected].map(amount));
        row.push(if one.overlay.is_zero() { desk.nothing() } else { amount(&one.overlay) });
        row.push(amount(&one.difference()));
        Some(row)
    };
    let rows = desk.briefing.totals.iter().filter_map(row).collect();
    let mut table = table(desk, "totals", "", columns, rows)?;
    table.notes.push(desk.words.quality.totals_note.text().to_owned());
    Some(table)
}
