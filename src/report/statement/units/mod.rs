//! All units below one in one workbook: an overview, departments and people with every headline
//! figure, warnings and coefficients. Nothing is cut off, for it is no mail; and it is made for any
//! period that was judged.

mod lists;
mod overview;
mod places;
mod table;

pub(super) use self::lists::coefficients;
pub(super) use self::places::{ACTUAL, Places};

use self::lists::warnings;
use self::overview::overview;
use self::table::{people, units};
use super::letterhead::Letterhead;
use crate::report::desk::Desk;
use crate::report::sheet::Sheet;

/// The sheets about those below the desk's unit; none about a person.
pub(super) fn sheets(desk: &Desk<'_>, head: &Letterhead, places: &Places<'_>) -> Vec<Sheet> {
    let words = &desk.words.workbook;
    let mut sheets = vec![
        (overview(desk, places), &words.tab_overview),
        (units(desk, places), &words.tab_units),
        (people(desk, places), &words.tab_people),
    ];
    sheets.extend(warnings(desk).map(|sheet| (sheet, &words.tab_warnings)));
    let is_paid = |id| desk.award(id).is_some_and(|award| award.payout().is_some());
    let paid = desk.briefing.sight.amounts && places.everybody().any(is_paid);
    let awards = coefficients(desk, desk.briefing.judged, places.everybody(), paid);
    sheets.extend(awards.map(|sheet| (sheet, &words.tab_coefficients)));
    sheets
        .into_iter()
        .filter(|(sheet, _)| sheet.tables.iter().any(|table| !table.rows.is_empty()))
        .map(|(mut sheet, name)| {
            head.dress(&mut sheet, name.text());
            sheet
        })
        .collect()
}
