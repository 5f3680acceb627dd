//! Resources that lean towards the departments above target: a suggestion, with its rule.

use super::desk::{Desk, plain};
use super::document::{Align, Cell, Column, ReportKind, Table};
use super::units::{left, right, table as built};
use super::words::Phrase;
use crate::calc::tilt::{Tilt, TiltShare};
use crate::model::plan::{Resource, ShareBy, TiltRule};
use crate::model::{Exact, Figure, Grain, UnitId};

pub(super) fn table(desk: &Desk<'_>) -> Option<Table> {
    if desk.kind != ReportKind::Company {
        return None;
    }
    let tilt = desk.briefing.cards.tilt.as_ref()?;
    let rule = desk.briefing.plan.tilt.as_ref()?;
    let words = &desk.words.tilt;
    let mut columns = vec![
        left(&desk.words.column.department),
        right(&desk.words.column.attainment),
        right(&words.factor).under(),
    ];
    for resource in Resource::ALL {
        let column = |phrase: &Phrase| Column {
            label: phrase.fill(&[("resource", name(desk, resource).text())]),
            align: Align::Right,
            under: false,
        };
        columns.extend([column(&words.suggested), column(&words.base).under()]);
    }
    let units = tilt.shares.iter().filter(|share| share.resource == Resource::ALL[0]);
    let rows = units.map(|share| row(desk, tilt, share)).collect();
    let mut table = built(desk, "tilt", words.title.text(), columns, rows)?;
    table.notes.extend(remarks(desk, tilt, rule));
    Some(table)
}

fn row(desk: &Desk<'_>, tilt: &Tilt, first: &TiltShare) -> Vec<Cell> {
    let attainment = match &first.attainment {
        Figure::Known(share) => plain(desk.numbers.attainment(share)),
        Figure::Absent(absence) => plain(desk.absence(*absence)),
    };
    let factor = match &first.factor {
        Some(factor) => plain(desk.numbers.coefficient(factor)),
        None => desk.nothing(),
    };
    let share = |share: Option<&Exact>| match share {
        Some(share) => plain(desk.numbers.tenths(share)),
        None => desk.nothing(),
    };
    let mut row = vec![plain(desk.name(&first.unit)), attainment, factor];
    for resource in Resource::ALL {
        let found = tilt.of(&first.unit, resource);
        let mut suggested = share(found.and_then(|found| found.share.as_ref()));
        suggested.strong = true;
        row.push(suggested);
        row.push(share(found.and_then(|found| found.base.as_ref())));
    }
    row
}

/// The rule with its numbers, and who is treated otherwise.
fn remarks(desk: &Desk<'_>, tilt: &Tilt, rule: &TiltRule) -> Vec<String> {
    let words = &desk.words.tilt;
    let metric = desk.metric(&rule.metric);
    let label = metric.map_or_else(|| rule.metric.to_string(), |metric| desk.label_inside(metric));
    let phrase = if tilt.period.grain() == Grain::Ytd { &words.to_date } else { &words.period };
    let mut notes = vec![
        words.rule.fill(&[
            ("strength", &desk.numbers.coefficient(&rule.strength)),
            ("floor", &desk.numbers.coefficient(&rule.floor)),
            ("cap", &desk.numbers.coefficient(&rule.cap)),
            ("customers", by(desk, rule.customers_by).text()),
            ("market", by(desk, rule.market_by).text()),
        ]),
        phrase.fill(&[("metric", &label), ("period", &desk.period_text(tilt.period))]),
    ];
    let mut named = |phrase: &Phrase, is: fn(&TiltShare) -> bool| {
        let mut units: Vec<&UnitId> =
            tilt.shares.iter().filter(|share| is(share)).map(|share| &share.unit).collect();
        units.sort();
        units.dedup();
        let names: Vec<String> = units.iter().map(|unit| desk.name(unit)).collect();
        if !names.is_empty() {
            notes.push(phrase.fill(&[("units", &desk.words.list(&names))]));
        }
    };
    named(&words.kept, |share| share.factor.is_none() && share.base.is_some());
    named(&words.no_base, |share| share.base.is_none());
    notes
}

fn name<'a>(desk: &Desk<'a>, resource: Resource) -> &'a Phrase {
    match resource {
        Resource::Customers => &desk.words.tilt.customers,
        Resource::Market => &desk.words.tilt.market,
    }
}

fn by<'a>(desk: &Desk<'a>, by: ShareBy) -> &'a Phrase {
    match by {
        ShareBy::Target => &desk.words.tilt.target,
        ShareBy::Headcount => &desk.words.tilt.headcount,
        ShareBy::Even => &desk.words.tilt.even,
    }
}
