//! Why a unit is behind: the 5W1H card of each warned metric, the factors behind it, and for a
//! manager the conclusion on everybody right below who is warned.

mod answers;
mod conclusion;
mod factors;
mod how;

pub(super) use conclusion::change_text;
pub(super) use how::said;

use super::desk::{Desk, plain, strong};
use super::document::{Cell, ReportKind, Table};
use super::units::{left, table};
use super::warned::is_to_date;
use crate::calc::causes::{Base, Cause, Finding};
use crate::calc::score::{Score, Warning};
use crate::model::{Grain, Level, Metric, UnitId};

/// The cards of the unit's own metrics, each with its table of factors.
pub(super) fn cards(desk: &Desk<'_>) -> Vec<Table> {
    let explained = explained(desk, desk.unit);
    let tables = explained.into_iter().flat_map(|(metric, cause)| {
        [card(desk, metric, cause), factors::factors(desk, metric, cause)]
    });
    tables.flatten().collect()
}

/// The conclusions on the unit's own warned metrics, a sentence each.
pub(super) fn conclusions(desk: &Desk<'_>) -> Vec<String> {
    explained(desk, desk.unit)
        .into_iter()
        .filter_map(|(metric, cause)| conclusion::conclusion(desk, metric, cause))
        .collect()
}

/// The main cause of a metric of the unit, for the notice of its warning; none where there is none.
pub(super) fn main_cause(desk: &Desk<'_>, metric: &Metric) -> Option<String> {
    let cause = cause_of(desk, desk.unit, metric)?;
    let text =
        conclusion::finding(desk, metric, cause).filter(|_| cause.finding == Finding::Main)?;
    Some(desk.words.cause.sentence.fill(&[("text", &as_beginning(&text))]))
}

/// A clause as a sentence begins.
fn as_beginning(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

/// The conclusions on those right below.
pub(super) fn below(desk: &Desk<'_>) -> Option<Table> {
    if desk.kind == ReportKind::Person {
        return None;
    }
    let org = desk.briefing.org;
    let own = org.units.get(desk.unit).and_then(|unit| unit.owner.as_ref());
    let departments = org.children(desk.unit).map(|unit| &unit.id);
    let people = org.members(desk.unit, desk.dates).map(|person| &person.id);
    let mut units: Vec<(Option<Warning>, &UnitId)> = departments
        .chain(people)
        .filter(|id| Some(*id) != own)
        .map(|id| (explained(desk, id).iter().map(|(_, cause)| cause.warning).max(), id))
        .filter(|(warning, _)| warning.is_some())
        .collect();
    // The worst first, departments before people.
    units.sort_by_key(|(warning, id)| {
        (std::cmp::Reverse(*warning), org.level(id) == Some(Level::Person), *id)
    });
    let row = |(_, id): (Option<Warning>, &UnitId)| -> Vec<Cell> {
        let said: Vec<String> = explained(desk, id)
            .into_iter()
            .filter_map(|(metric, cause)| conclusion::conclusion(desk, metric, cause))
            .collect();
        vec![strong(desk.name(id)), plain(said.join(desk.words.list.sentence.text()))]
    };
    let words = &desk.words.cause;
    let columns = vec![left(&desk.words.column.unit), left(&words.conclusion)];
    let rows = units.into_iter().map(row).collect();
    let mut table = table(desk, "causes_below", words.below_title.text(), columns, rows)?;
    table.notes.push(rule(desk));
    Some(table)
}

/// The warned metrics of a unit with their causes: those of the month, or of the year to date
/// where that is what warned; else those of the quarter or year that ends with the month. In a
/// quarter's run also the main metric that missed its target without a warning.
fn explained<'a>(desk: &Desk<'a>, unit: &UnitId) -> Vec<(&'a Metric, &'a Cause)> {
    let of = |metric: &'a Metric| Some((metric, cause_of(desk, unit, metric)?));
    desk.metrics().filter_map(of).collect()
}

pub(super) fn cause_of<'a>(desk: &Desk<'a>, unit: &UnitId, metric: &Metric) -> Option<&'a Cause> {
    let cards = desk.briefing.cards;
    let at = |period| cards.causes.get(&(period, unit.clone(), metric.id.clone()));
    let month = desk.score(unit, &metric.id)?;
    match month.warning {
        Warning::None => std::iter::once(desk.briefing.judged).chain(desk.ending()).find_map(at),
        _ if is_to_date(month) => at(desk.to_date).or_else(|| at(desk.briefing.judged)),
        _ => at(desk.briefing.judged),
    }
}

pub(super) fn score_of<'a>(desk: &Desk<'a>, cause: &Cause) -> Option<&'a Score> {
    desk.briefing.cards.score(cause.period, &cause.unit, &cause.metric)
}

/// The cause that has the months: of a month, that of the year to date.
pub(super) fn spanning<'a>(desk: &Desk<'a>, cause: &'a Cause) -> Option<&'a Cause> {
    match cause.period.grain() {
        Grain::Month => {
            let place = (desk.to_date, cause.unit.clone(), cause.metric.clone());
            desk.briefing.cards.causes.get(&place)
        }
        _ => Some(cause),
    }
}

/// “年初至今”, “2026年第3季度”: the period of a cause with months.
pub(super) fn span_of(desk: &Desk<'_>, cause: &Cause) -> String {
    let words = &desk.words.cause;
    match cause.period.grain() {
        Grain::Ytd if desk.has_calendar_year() => words.year_so_far.text().to_owned(),
        Grain::Ytd => words.fiscal_so_far.text().to_owned(),
        _ => desk.period_text(cause.period),
    }
}

/// The period of a cause as it stands in a sentence.
pub(super) fn period_of(desk: &Desk<'_>, cause: &Cause) -> String {
    let period = desk.period_text(cause.period);
    match cause.period.grain() {
        Grain::Ytd => desk.words.cause.to_date.fill(&[("period", &period)]),
        _ => period,
    }
}

/// What a change is measured from: “去年同期”.
pub(super) fn base_name<'a>(desk: &Desk<'a>, base: Base) -> &'a str {
    let words = &desk.words.cause;
    match base {
        Base::Target => words.target.text(),
        Base::YearAgo(_) => words.year_ago.text(),
        Base::Previous(_) => words.previous.text(),
    }
}

/// When something is called a main cause.
fn rule(desk: &Desk<'_>) -> String {
    let rules = desk.briefing.causes;
    desk.words.cause.rule.fill(&[
        ("least", &desk.numbers.share(&rules.least_share)),
        ("noise", &desk.numbers.share(&rules.noise)),
    ])
}

/// What, when, where, who, why and how, each in a row of its own where there is anything to say.
fn card(desk: &Desk<'_>, metric: &Metric, cause: &Cause) -> Option<Table> {
    let words = &desk.words.cause;
    let rows = [
        (&words.conclusion, conclusion::conclusion(desk, metric, cause)),
        (&words.what, answers::what(desk, metric, cause)),
        (&words.when, answers::when(desk, metric, cause)),
        (&words.place, answers::place(desk, metric, cause)),
        (&words.who, answers::who(desk, metric, cause)),
        (&words.why, answers::why(desk, metric, cause)),
        (&words.how, how::how(desk, metric, cause)),
    ];
    let rows: Vec<Vec<Cell>> = rows
        .into_iter()
        .filter_map(|(label, text)| Some(vec![strong(label.text()), plain(text?)]))
        .collect();
    let title = words.title.fill(&[("metric", desk.label(metric))]);
    let columns = vec![left(&words.question), left(&words.answer)];
    let mut table = table(desk, "causes", &title, columns, rows)?;
    table.notes.push(rule(desk));
    let moved = cause.customers.iter().map(|customers| customers.groups.base);
    if let Some(base) = moved.into_iter().find(|base| *base != Base::Target) {
        table.notes.push(words.lost_note.fill(&[("base", base_name(desk, base))]));
    }
    Some(table)
}
