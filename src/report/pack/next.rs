//! What comes next: the targets of the quarter ahead, and what the year still takes.

use super::months::month_column;
use super::rows::{below, bold, headline, section, sentence, tables};
use crate::calc::Outlook;
use crate::model::{Exact, Metric, UnitId};
use crate::report::desk::{Desk, plain, strong};
use crate::report::document::{Cell, Section, Table};
use crate::report::pace;
use crate::report::units::{left, right, table};

/// The next quarter's targets of the unit and of those below, then the way through the year.
pub(super) fn sections(desk: &Desk<'_>) -> Vec<Section> {
    let words = &desk.words.pack;
    let outlook = desk.briefing.cards.outlook.as_ref();
    let mut targets = tables(outlook.and_then(|outlook| own(desk, outlook)));
    targets.extend(tables(outlook.and_then(|outlook| of_units(desk, outlook))));
    if let (Some(outlook), true) = (outlook, targets.is_empty()) {
        let quarter = desk.period_text(outlook.quarter);
        targets.push(sentence(words.no_next.fill(&[("quarter", &quarter)])));
    }
    vec![
        section("targets", &words.next_targets, targets),
        section("year", &words.year_ahead, tables(pace::tables(desk))),
    ]
}

fn goal(desk: &Desk<'_>, metric: &Metric, value: Option<&Exact>) -> Cell {
    match value {
        Some(value) => plain(desk.numbers.goal(metric, value)),
        None => desk.nothing(),
    }
}

/// The target against what this quarter came to, for what adds up.
fn against_now(desk: &Desk<'_>, metric: &Metric, unit: &UnitId, target: Option<&Exact>) -> Cell {
    let now = desk.score(unit, &metric.id).and_then(|score| score.actual.known());
    let adds = metric.target_spreads();
    let change = target.zip(now.filter(|now| adds && now.is_positive()));
    let change = change.and_then(|(target, now)| (target - now).over(now));
    change.map_or_else(|| desk.nothing(), |change| plain(desk.numbers.relative(&change)))
}

/// The unit's targets of the quarter ahead and of its months.
fn own(desk: &Desk<'_>, outlook: &Outlook) -> Option<Table> {
    let months = outlook.quarter.months(desk.briefing.fiscal);
    let words = &desk.words.pack;
    let target = |period, metric: &Metric| {
        outlook.target(period, desk.unit, &metric.id).and_then(|figure| figure.known())
    };
    let row = |metric: &Metric| {
        let whole = target(outlook.quarter, metric)?;
        let mut row = vec![strong(desk.label(metric)), goal(desk, metric, Some(whole))];
        row.push(against_now(desk, metric, desk.unit, Some(whole)));
        row.extend(months.iter().map(|month| goal(desk, metric, target(*month, metric))));
        row.push(pace::required_of(desk, desk.unit, metric));
        Some(row)
    };
    let rows: Vec<Vec<Cell>> = headline(desk).into_iter().filter_map(row).collect();
    let mut columns =
        vec![left(&desk.words.column.metric), right(&words.next_target), right(&words.against_now)];
    columns.extend(months.iter().map(|month| month_column(desk, *month)));
    columns.push(right(&desk.words.pace.required));
    let title = words.next_table.fill(&[("quarter", &desk.period_text(outlook.quarter))]);
    let mut table = table(desk, "next", &title, columns, rows)?;
    table.notes.push(words.next_note.text().to_owned());
    Some(table)
}

/// The main metric's targets of the units below, with the way through the year.
fn of_units(desk: &Desk<'_>, outlook: &Outlook) -> Option<Table> {
    let metric = desk.main()?;
    let words = &desk.words.pack;
    let row = |unit: &UnitId, name: Cell| {
        let target = outlook.target(outlook.quarter, unit, &metric.id)?.known()?;
        let to_date = match desk.score_to_date(unit, &metric.id) {
            Some(score) => desk.attainment(score),
            None => desk.nothing(),
        };
        Some(vec![
            name,
            goal(desk, metric, Some(target)),
            against_now(desk, metric, unit, Some(target)),
            to_date,
            pace::required_of(desk, unit, metric),
            pace::state_of(desk, unit, metric),
        ])
    };
    let rows: Vec<Vec<Cell>> =
        below(desk).iter().filter_map(|one| row(one.id, plain(&one.name))).collect();
    let columns = vec![
        left(&desk.words.column.unit),
        right(&words.next_target),
        right(&words.against_now),
        right(&desk.words.column.to_date_attainment),
        right(&desk.words.pace.required),
        left(&desk.words.pace.state),
    ];
    let gaps =
        [("quarter", desk.period_text(outlook.quarter)), ("metric", desk.label_inside(metric))];
    let title = words.next_units.fill(&gaps.each_ref().map(|(key, text)| (*key, text.as_str())));
    let mut table = table(desk, "next_units", &title, columns, rows)?;
    if let Some(mut total) = row(desk.unit, strong(desk.words.table.total.text())) {
        bold(&mut total);
        table.rows.push(total);
    }
    Some(table)
}

/// “第4季度销售额目标…；要完成全年目标，后续月均需完成…。”; none where no target is set.
pub(super) fn said(desk: &Desk<'_>) -> Option<String> {
    let metric = desk.main()?;
    let outlook = desk.briefing.cards.outlook.as_ref()?;
    let target = outlook.target(outlook.quarter, desk.unit, &metric.id)?.known()?;
    let words = &desk.words.pack;
    let (quarter, target) =
        (desk.period_text(outlook.quarter), desk.numbers.target_short(metric, target));
    let label = desk.label_inside(metric);
    let gaps = [("quarter", quarter.as_str()), ("metric", &label), ("target", &target)];
    Some(match pace::required_in_words(desk, metric) {
        Some(required) => {
            words.next_said_year.fill(&[&gaps[..], &[("required", required.as_str())]].concat())
        }
        None => words.next_said.fill(&gaps),
    })
}
