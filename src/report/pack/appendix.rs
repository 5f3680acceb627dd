//! What stands behind the figures: definitions, where the rows went, and what was restated.

use std::collections::BTreeSet;

use super::facts::{PackFacts, RejectCount, Restatement};
use super::rows::{section, sentence, tables, untitled};
use crate::calc::restatement::{FigureChange, Restated};
use crate::model::{Exact, RejectKind, Total, UnitId};
use crate::report::desk::{Desk, plain, strong};
use crate::report::document::{Block, Cell, Section, Table};
use crate::report::provenance::provenance;
use crate::report::units::{below, left, right, table};
use crate::report::words::PackWords;

/// Every metric that is shown, and what it means.
pub(super) fn definitions(desk: &Desk<'_>) -> Vec<Section> {
    let words = &desk.words.pack;
    let shown = desk.metrics().map(|metric| {
        let text = metric.definition.get(desk.language);
        vec![strong(desk.label(metric)), plain(text)]
    });
    let columns = vec![left(&desk.words.column.metric), left(&words.definition)];
    let title = desk.words.provenance.definitions.text();
    let table = table(desk, "definitions", title, columns, shown.collect());
    vec![untitled("definitions", tables(bare(table)))]
}

/// A table whose title stands above it already.
fn bare(table: Option<Table>) -> Option<Table> {
    table.map(|table| Table { title: String::new(), ..table })
}

/// What was read and set aside, that nothing was lost on the way, and the files.
pub(super) fn quality(desk: &Desk<'_>, facts: &PackFacts) -> Vec<Section> {
    let words = &desk.words.pack;
    let mut kinds = tables(bare(by_kind(desk, &facts.rejects)));
    if kinds.is_empty() {
        kinds.push(sentence(desk.words.provenance.rejected_none.text()));
    }
    vec![
        section("rows", &words.rows_read, tables(bare(rows_read(desk)))),
        section("rejects", &words.set_aside_for, kinds),
        section("totals", &words.reconciled_rows, tables(bare(totals(desk, &facts.totals)))),
        section("files", &desk.words.provenance.inputs, tables(bare(files(desk)))),
    ]
}

fn rows_read(desk: &Desk<'_>) -> Option<Table> {
    let words = &desk.words.pack;
    let columns = vec![
        left(&words.extract),
        right(&words.rows),
        right(&words.set_aside),
        right(&desk.words.cause.share),
    ];
    let rows = desk.briefing.rejected.iter().map(|facts| {
        let share = Exact::from(facts.rejected).over(&Exact::from(facts.rows));
        vec![
            plain(&facts.extract),
            plain(desk.numbers.whole(facts.rows)),
            plain(desk.numbers.whole(facts.rejected)),
            share.map_or_else(|| desk.nothing(), |share| plain(desk.numbers.hundredths(&share))),
        ]
    });
    table(desk, "rows", words.rows_read.text(), columns, rows.collect())
}

fn by_kind(desk: &Desk<'_>, rejects: &[RejectCount]) -> Option<Table> {
    let words = &desk.words.pack;
    let columns = vec![
        left(&words.extract),
        left(&desk.words.column.reason),
        left(&words.column),
        right(&words.rows),
        left(&words.example),
    ];
    let rows = rejects.iter().map(|one| {
        let (file, row, value) = &one.first;
        let (row, value) = (row.to_string(), if value.is_empty() { "—" } else { value });
        let example = words.example_at.fill(&[("value", value), ("file", file), ("row", &row)]);
        vec![
            plain(one.extract.as_str()),
            plain(kind(words, one.kind)),
            if one.column.is_empty() { desk.nothing() } else { plain(&one.column) },
            plain(desk.numbers.whole(one.rows as u64)),
            plain(example),
        ]
    });
    table(desk, "rejects", words.set_aside_for.text(), columns, rows.collect())
}

pub(in crate::report) fn kind(words: &PackWords, kind: RejectKind) -> &str {
    match kind {
        RejectKind::Cell => words.kind_cell.text(),
        RejectKind::Outside => words.kind_outside.text(),
        RejectKind::Reference => words.kind_reference.text(),
        RejectKind::Repeated => words.kind_repeated.text(),
        RejectKind::Unknown => words.kind_unknown.text(),
        RejectKind::Shares => words.kind_shares.text(),
        RejectKind::Unreadable => words.kind_unreadable.text(),
        RejectKind::Misfit => words.kind_misfit.text(),
    }
}

/// The extract's total = credited + unassigned + set aside + undated, for each metric.
fn totals(desk: &Desk<'_>, totals: &[Total]) -> Option<Table> {
    let words = &desk.words.pack;
    let columns = vec![
        left(&words.extract),
        left(&desk.words.column.metric),
        right(&words.total),
        right(&words.credited),
        right(&words.unassigned),
        right(&words.set_aside),
        right(&words.undated),
        right(&words.difference),
    ];
    let row = |one: &Total| {
        let metric = desk.metric(&one.metric)?;
        let parts = [&one.credited, &one.unassigned, &one.rejected, &one.undated];
        let amount = |value: &Exact| plain(desk.numbers.full(metric, value, None));
        let mut row = vec![plain(one.extract.as_str()), strong(desk.label(metric))];
        row.push(amount(&one.total));
        row.extend(parts.map(amount));
        row.push(amount(&one.difference()));
        Some(row)
    };
    let rows = totals.iter().filter_map(row).collect();
    let mut table = table(desk, "totals", words.reconciled_rows.text(), columns, rows)?;
    table.notes.push(words.reconciled_note.text().to_owned());
    Some(table)
}

fn files(desk: &Desk<'_>) -> Option<Table> {
    let words = &desk.words.pack;
    let columns = vec![left(&words.file_path), right(&words.file_size), left(&words.file_hash)];
    let rows = provenance(desk).inputs.into_iter();
    let rows = rows.map(|input| vec![plain(input.path), plain(input.size), plain(input.hash)]);
    table(desk, "files", desk.words.provenance.inputs.text(), columns, rows.collect())
}

/// What was delivered more than once, and what each later version changed for the unit and for
/// those below it.
pub(super) fn restatements(desk: &Desk<'_>, facts: &PackFacts) -> Vec<Section> {
    let words = &desk.words.pack;
    let own: BTreeSet<&UnitId> = below(desk).into_iter().chain([desk.unit]).collect();
    let versions: Vec<String> =
        facts.restatements.iter().map(|one| version(desk, one, &own)).collect();
    let mut blocks = match versions.is_empty() {
        true => vec![sentence(words.no_restatement.text())],
        false => vec![Block::Text { lines: versions }],
    };
    blocks.extend(tables(bare(changes(desk, facts, &own))));
    vec![untitled("restatements", blocks)]
}

/// “2026年8月：第2版于2026-09-20代替第1版，涉及本单位及下级的3个数。”
fn version(desk: &Desk<'_>, one: &Restatement, own: &BTreeSet<&UnitId>) -> String {
    let count = one.changes.iter().filter(|change| own.contains(&change.unit)).count();
    let words = &desk.words.pack;
    let phrase = if count == 0 { &words.restated_nothing } else { &words.restated_line };
    phrase.fill(&[
        ("period", &desk.period_text(one.period)),
        ("version", &one.version.to_string()),
        ("before", &one.before.to_string()),
        ("day", &one.day.to_string()),
        ("count", &count.to_string()),
    ])
}

fn changes(desk: &Desk<'_>, facts: &PackFacts, own: &BTreeSet<&UnitId>) -> Option<Table> {
    let (words, column) = (&desk.words.pack, &desk.words.column);
    let columns = vec![
        left(&words.period),
        left(&column.unit),
        left(&column.metric),
        left(&words.what),
        right(&words.old),
        right(&words.new_value),
        right(&column.gap),
    ];
    let all = facts.restatements.iter().flat_map(|one| {
        one.changes.iter().filter(|change| own.contains(&change.unit)).map(move |of| (one, of))
    });
    let rows = all.filter_map(|(one, change)| change_row(desk, one, change)).collect();
    table(desk, "restatements", words.restated.text(), columns, rows)
}

fn change_row(desk: &Desk<'_>, one: &Restatement, change: &FigureChange) -> Option<Vec<Cell>> {
    let metric = desk.metric(&change.metric).filter(|metric| !metric.hidden)?;
    let words = &desk.words.pack;
    let what = match change.what {
        Restated::Actual => &desk.words.column.actual,
        Restated::Target => &desk.words.column.target,
    };
    let side = |value: &Option<Exact>| match value {
        Some(value) => plain(desk.numbers.undiminished(metric, value)),
        None => desk.nothing(),
    };
    let difference = change.new.as_ref().zip(change.old.as_ref());
    let difference =
        difference.map(|(new, old)| plain(desk.numbers.difference(metric, &(new - old))));
    let gaps = [("period", desk.period_text(one.period)), ("version", one.version.to_string())];
    let period = words.of_version.fill(&gaps.each_ref().map(|(key, text)| (*key, text.as_str())));
    Some(vec![
        plain(period),
        strong(desk.name(&change.unit)),
        plain(desk.label(metric)),
        plain(what.text()),
        side(&change.old),
        side(&change.new),
        difference.unwrap_or_else(|| desk.nothing()),
    ])
}
