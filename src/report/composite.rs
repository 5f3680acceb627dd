//! The weighted attainment over several metrics: what it is made of, and the place that it gives.

use super::desk::{Desk, muted, plain, strong};
use super::document::{Cell, Table};
use super::units::{left, right};
use crate::calc::{CompositeScore, NotRanked, Part};
use crate::model::plan::MissingPart;
use crate::model::{Figure, UnitId};

/// A unit's composite in a column.
pub(super) fn cell(desk: &Desk<'_>, unit: &UnitId) -> Cell {
    match desk.composite(unit).map(|score| &score.value) {
        Some(value) => figure(desk, value),
        None => desk.nothing(),
    }
}

fn figure(desk: &Desk<'_>, value: &Figure) -> Cell {
    match value {
        Figure::Known(value) => plain(desk.numbers.attainment(value)),
        Figure::Absent(why) => muted(desk.absence(*why)),
    }
}

/// Each metric with its weight and what it brings, and their sum.
pub(super) fn table(desk: &Desk<'_>) -> Option<Table> {
    let score = desk.composite(desk.unit)?;
    let words = &desk.words.composite;
    let columns = vec![
        left(&desk.words.column.metric),
        right(&words.attainment),
        right(&words.counted),
        right(&words.weight),
        right(&words.brings),
    ];
    let mut rows: Vec<Vec<Cell>> = score.parts.iter().filter_map(|part| row(desk, part)).collect();
    let total = Cell { strong: true, ..figure(desk, &score.value) };
    let (nothing, name) = (desk.nothing(), strong(words.total.text()));
    rows.push(vec![name, nothing.clone(), nothing.clone(), nothing, total]);
    let title = words.name.text().to_owned();
    let mut table = Table { key: "composite", title, columns, rows, notes: notes(desk, score) };
    if score.parts.iter().all(|part| part.counted == part.attainment) {
        // No cap and no floor: what counts is the attainment.
        const COUNTED: usize = 2;
        table.columns.remove(COUNTED);
        table.rows.iter_mut().for_each(|row| drop(row.remove(COUNTED)));
    }
    Some(table)
}

fn row(desk: &Desk<'_>, part: &Part) -> Option<Vec<Cell>> {
    let brings = match part.brings() {
        Some(brings) => plain(desk.numbers.points_of(&brings)),
        None => desk.nothing(),
    };
    Some(vec![
        plain(desk.label(desk.metric(&part.metric)?)),
        figure(desk, &part.attainment),
        figure(desk, &part.counted),
        plain(desk.numbers.share(&part.weight)),
        brings,
    ])
}

/// The place among the peers, or why there is none.
fn notes(desk: &Desk<'_>, score: &CompositeScore) -> Vec<String> {
    let words = &desk.words.composite;
    let mut notes = Vec::new();
    notes.extend(score.standing.as_ref().filter(|standing| standing.peers > 1).map(|standing| {
        words.place.fill(&[
            ("within", &desk.peers_name(&standing.group.within)),
            ("peers", &standing.peers.to_string()),
            ("rank", &standing.rank.to_string()),
        ])
    }));
    notes.extend(score.not_ranked.as_ref().map(|why| not_ranked(desk, why)));
    let missing = score.parts.iter().any(|part| part.counted.known().is_none());
    if missing && score.value.known().is_some() {
        let reweighs = desk.briefing.plan.composite.as_ref().map(|rule| rule.missing);
        notes.push(
            match reweighs {
                Some(MissingPart::Zero) => words.missing_zero.text(),
                Some(MissingPart::Reweigh) | None => words.missing_reweigh.text(),
            }
            .to_owned(),
        );
    }
    notes
}

/// Why a unit stands in no ranking.
pub(super) fn not_ranked(desk: &Desk<'_>, why: &NotRanked) -> String {
    let words = &desk.words.composite;
    match why {
        NotRanked::NotThere => words.not_there.text().to_owned(),
        NotRanked::NoRole => words.no_role.text().to_owned(),
        NotRanked::NoGroup => words.no_group.text().to_owned(),
        NotRanked::Participation { days, least, .. } => words.participation.fill(&[
            ("there", &days.there.to_string()),
            ("of", &days.of.to_string()),
            ("least", &desk.numbers.share(least)),
        ]),
    }
}
