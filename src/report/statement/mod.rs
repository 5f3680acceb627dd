//! The statement: a workbook in which every headline figure can be followed down to its rows, with
//! the bands of the coefficient and the plan sheet; and the workbook of all units below one.

mod bands;
mod cells;
mod hr;
mod letterhead;
mod parts;
mod rows;
mod summary;
#[cfg(test)]
mod tests;
mod units;

pub use self::hr::hr_workbook;
use self::letterhead::Letterhead;
use self::parts::Parts;
pub(super) use self::rows::column_label;
use self::units::Places;
use super::desk::Desk;
use super::pack::pack_file;
use super::plan_sheet::sheet_of;
use super::seen::Seen;
use super::sheet::{Book, Sheet, Term};
use crate::calc::score::Score;
use crate::model::credited::CreditedRows;
use crate::model::{Language, Level, Metric, UnitId};

/// For whom, and from which rows.
#[derive(Clone, Copy)]
pub struct StatementOf<'a> {
    /// Who is responsible: the plan sheet names them.
    pub owner: Option<&'a UnitId>,
    pub language: Language,
    /// None where the rows are left out, since a mail with them would be too large.
    pub rows: Option<&'a CreditedRows>,
}

/// The statement of a person or a department. It holds the rows of that unit and of nobody else.
pub fn statement(seen: &Seen<'_>, of: &StatementOf<'_>) -> Book {
    let (briefing, unit) = (&seen.briefing(), seen.unit());
    let of = StatementOf { rows: seen.rows(of.rows), ..*of };
    let desk = Desk::new(briefing, unit, of.language);
    let words = &desk.words.statement;
    let head = Letterhead::new(&desk, &words.title, desk.name(unit));
    let row_sheets = of.rows.map_or_else(Vec::new, |rows| rows::sheets(&desk, &head, rows));
    let parts = of.rows.map(|rows| Parts::find(&desk, rows, &row_sheets, summary::PARTS));
    let awards = bands::sheets(&desk, &head);
    let from =
        |metric: &Metric, score: &Score| parts.as_ref()?.formula(metric, score.actual.known()?);
    let left_out = of.rows.is_none().then(|| words.left_out.text().to_owned());
    let more = left_out.into_iter().collect();
    let mut sheets = vec![summary::sheet(&desk, &head, parts.as_ref(), &from, &awards, more)];
    if briefing.org.level(unit) != Some(Level::Person) {
        sheets.extend(units::sheets(&desk, &head, &Places::find(&desk)));
    }
    sheets.extend(row_sheets.into_iter().map(|rows| rows.sheet));
    sheets.extend(awards.into_iter().map(|award| award.sheet));
    sheets.extend(plan_sheets(&desk, &of));
    Book { file: file(&desk, words.file.text()), sheets }
}

/// The sheets of a unit's rows alone, each with its total.
pub(super) fn row_sheets(desk: &Desk<'_>, rows: &CreditedRows) -> Vec<Sheet> {
    let head = Letterhead::new(desk, &desk.words.statement.title, desk.name(desk.unit));
    rows::sheets(desk, &head, rows).into_iter().map(|rows| rows.sheet).collect()
}

/// The company's workbook, with its plan sheet. It names units and people, and lists no rows.
pub fn company_workbook(seen: &Seen<'_>, of: &StatementOf<'_>) -> Book {
    let briefing = &seen.briefing();
    let desk = Desk::new(briefing, seen.unit(), of.language);
    let mut sheets = unit_workbook(seen, of.language);
    sheets.extend(plan_sheets(&desk, of));
    Book { file: file(&desk, desk.words.workbook.file.text()), sheets }
}

/// What goes with the pack of a quarter.
pub fn pack_workbook(seen: &Seen<'_>, language: Language) -> Book {
    let sheets = unit_workbook(seen, language);
    Book { file: pack_file(seen, language), sheets }
}

/// Everybody below a unit, and the unit itself: a summary, an overview, departments and people with
/// every headline figure, warnings and coefficients. For any period that was judged.
pub fn unit_workbook(seen: &Seen<'_>, language: Language) -> Vec<Sheet> {
    let (briefing, unit) = (&seen.briefing(), seen.unit());
    let desk = Desk::new(briefing, unit, language);
    let head = Letterhead::new(&desk, &desk.words.workbook.title, desk.name(unit));
    let places = Places::find(&desk);
    let from = |metric: &Metric, _: &Score| {
        let at = places.metrics.iter().position(|other| other.id == metric.id)?;
        Some(vec![Term::Cell(places.unit(at, unit, units::ACTUAL)?)])
    };
    let mut sheets = vec![summary::sheet(&desk, &head, None, &from, &[], Vec::new())];
    sheets.extend(units::sheets(&desk, &head, &places));
    sheets
}

/// The tabs of the plan sheet, where the unit is warned.
fn plan_sheets(desk: &Desk<'_>, of: &StatementOf<'_>) -> Vec<Sheet> {
    sheet_of(desk, of.owner).map_or_else(Vec::new, |plan| plan.sheets)
}

fn file(desk: &Desk<'_>, what: &str) -> String {
    format!("{what}-{}-{}-{}", desk.briefing.judged, desk.unit, desk.name(desk.unit))
}
