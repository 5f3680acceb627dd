//! Warnings over the months of the quarter: who had which, and how long they have lasted.

use super::months::month_column;
use super::rows::{below, members, months, score_in, sentence, tables, untitled, warning};
use crate::calc::{Score, Warning};
use crate::model::{Metric, Period, UnitId};
use crate::report::desk::{Desk, plain, strong};
use crate::report::document::{Block, Cell, Section, Table};
use crate::report::units::{home_name, left, people_below, table};
use crate::report::{attention, warned};

/// How many were warned in each month, then who.
pub(super) fn sections(desk: &Desk<'_>) -> Vec<Section> {
    let words = &desk.words.pack;
    let lines = lines(desk);
    let mut blocks = Vec::new();
    match lines.is_empty() {
        true => blocks.push(sentence(words.warned_none.text())),
        false => blocks.push(Block::Text { lines: vec![counts(desk)] }),
    }
    blocks.extend(tables(by_month(desk, &lines)));
    vec![untitled("months", blocks)]
}

/// A metric of a unit that was warned in a month of the quarter, or in the quarter.
struct Line<'a> {
    unit: &'a UnitId,
    metric: &'a Metric,
    /// By the months, then the quarter's.
    scores: Vec<Option<&'a Score>>,
}

impl Line<'_> {
    fn worst(&self) -> Warning {
        let warnings = self.scores.iter().flatten().map(|score| score.warning);
        warnings.max().unwrap_or(Warning::None)
    }

    /// How many months in a row, by the last one.
    fn streak(&self) -> u32 {
        self.last_month().map_or(0, |score| score.streak)
    }

    fn last_month(&self) -> Option<&Score> {
        self.scores.iter().rev().nth(1).copied().flatten()
    }
}

/// The unit itself, the departments below, and the people below: each once.
fn units<'a>(desk: &Desk<'a>) -> Vec<&'a UnitId> {
    let own = desk.briefing.org.units.get(desk.unit).and_then(|unit| unit.owner.as_ref());
    let mut units = vec![desk.unit];
    let people = members(desk).into_iter().chain(people_below(desk));
    for id in below(desk).into_iter().map(|one| one.id).chain(people) {
        if !units.contains(&id) && Some(id) != own {
            units.push(id);
        }
    }
    units
}

/// Whoever was warned, the worst and the longest first, departments before people.
fn lines<'a>(desk: &Desk<'a>) -> Vec<Line<'a>> {
    let periods: Vec<Period> = months(desk).into_iter().chain([desk.briefing.judged]).collect();
    let mut lines = Vec::new();
    for unit in units(desk) {
        for metric in desk.metrics() {
            let scores = periods.iter().map(|period| score_in(desk, *period, unit, &metric.id));
            let line = Line { unit, metric, scores: scores.collect() };
            if line.worst() != Warning::None {
                lines.push(line);
            }
        }
    }
    lines.sort_by_key(|line| {
        let level = desk.briefing.org.level(line.unit);
        (std::cmp::Reverse((line.worst(), line.streak())), level)
    });
    lines
}

/// “7月：红色2个，黄色5个；8月：…”: units that were warned, each once, by their worst warning.
fn counts(desk: &Desk<'_>) -> String {
    let words = &desk.words.pack;
    let units = units(desk);
    let said: Vec<String> = months(desk)
        .into_iter()
        .map(|month| {
            let worst =
                |id: &UnitId| desk.briefing.cards.of_unit(month, id).map(|s| s.warning).max();
            let count = |of| units.iter().filter(|id| worst(id) == Some(of)).count().to_string();
            words.warned_in.fill(&[
                ("month", &desk.month_text(month)),
                ("red", &count(Warning::Red)),
                ("yellow", &count(Warning::Yellow)),
            ])
        })
        .collect();
    words.warned_count.fill(&[("months", &said.join(desk.words.list.clause.text()))])
}

fn by_month(desk: &Desk<'_>, lines: &[Line<'_>]) -> Option<Table> {
    let (words, column) = (&desk.words.pack, &desk.words.column);
    let mut columns = vec![left(&column.unit), left(&words.belongs_to), left(&column.metric)];
    columns.extend(months(desk).into_iter().map(|month| month_column(desk, month)));
    columns.push(month_column(desk, desk.briefing.judged));
    columns.push(left(&words.streak));
    let rows = lines.iter().map(|line| {
        let home = match line.unit == desk.unit {
            true => desk.nothing(),
            false => plain(home_name(desk, line.unit)),
        };
        let mut row = vec![strong(desk.name(line.unit)), home, plain(desk.label(line.metric))];
        row.extend(line.scores.iter().map(|score| shown(desk, *score)));
        let streak = line.last_month().and_then(|score| warned::streak(desk, score));
        row.push(streak.map_or_else(|| desk.nothing(), plain));
        row
    });
    let mut table = table(desk, "warned", words.warned_table.text(), columns, rows.collect())?;
    let last = desk.briefing.judged.last_month(desk.briefing.fiscal);
    table.notes.push(words.streak_note.fill(&[("month", &desk.period_text(last))]));
    table.notes.extend(attention::rules(desk));
    Some(table)
}

/// “黄色 73.0%”: the warning and the attainment that it was judged by.
fn shown(desk: &Desk<'_>, score: Option<&Score>) -> Cell {
    let Some(score) = score else { return desk.nothing() };
    let to_date = match score.period {
        Period::Month { year, month } => Period::Ytd { year, month },
        _ => desk.to_date,
    };
    let judged = warned::is_to_date(score)
        .then(|| score_in(desk, to_date, &score.unit, &score.metric))
        .flatten();
    let share = judged.unwrap_or(score).attainment.known();
    let cell = warning(desk, score.warning);
    match share {
        Some(share) if score.warning != Warning::None => {
            let share = desk.numbers.attainment(share);
            let gaps = [("warning", cell.text.as_str()), ("attainment", &share)];
            Cell { text: desk.words.pack.warned_cell.fill(&gaps), ..cell }
        }
        _ => cell,
    }
}
