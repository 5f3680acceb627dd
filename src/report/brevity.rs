//! Mails are short: a client cuts off what is too long. Of a long table a mail has the top rows, and
//! says where the rest is.

use super::desk::Desk;
use super::document::{ReportKind, Table};

/// Of the company's people, so many at either end are listed; whoever needs attention stands in a
/// table of their own.
const MOST_PEOPLE_AT_AN_END: usize = 3;

/// The rows of a table that a mail has at most.
fn most_rows(table: &Table) -> usize {
    match table.key {
        // Rows of whole sentences.
        "causes_below" | "actions" => 6,
        "reconciliation" | "target_check" => 6,
        "attention" => 6,
        "targets" => 5,
        "parts" => 12,
        _ => 40,
    }
}

/// The table as a mail has it.
pub(super) fn shorten(desk: &Desk<'_>, table: &mut Table) {
    let words = &desk.words.mail;
    let all = table.rows.len();
    let (most, phrase) = if table.key == "people" && desk.kind == ReportKind::Company {
        let ends = 2 * MOST_PEOPLE_AT_AN_END;
        if all > ends {
            table.rows.drain(MOST_PEOPLE_AT_AN_END..all - MOST_PEOPLE_AT_AN_END);
        }
        (ends, &words.between_ends)
    } else {
        // The workbook lists all units, all people and their warnings.
        let in_workbook = matches!(table.key, "departments" | "people" | "attention");
        let phrase = if in_workbook { &words.below_the_top } else { &words.not_listed };
        (most_rows(table), phrase)
    };
    table.rows.truncate(most);
    let rest = all - table.rows.len();
    if rest > 0 {
        table.notes.insert(0, phrase.fill(&[("rest", &rest.to_string())]));
    }
}
