//! How it is to be mended.

use crate::calc::causes::Cause;
use crate::calc::score::Warning;
use crate::model::Level;
use crate::report::desk::Desk;

/// Who is to do what, by the warning.
pub(super) fn how(desk: &Desk<'_>, cause: &Cause) -> Option<String> {
    let words = &desk.words.warning;
    let phrase = match (desk.briefing.org.level(&cause.unit)?, cause.warning) {
        (_, Warning::None) => return None,
        (Level::Person, Warning::Yellow) => &words.person_yellow,
        (Level::Person, Warning::Red) => &words.person_red,
        (Level::Department, Warning::Yellow) => &words.department_yellow,
        (Level::Department, Warning::Red) => &words.department_red,
        (Level::Company, Warning::Yellow) => &words.company_yellow,
        (Level::Company, Warning::Red) => &words.company_red,
    };
    Some(phrase.text().to_owned())
}
