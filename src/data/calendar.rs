//! The company's working days from its table of exceptions.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::rows::{TextRow, read_rows};
use super::{Frame, Frames};
use crate::model::{Diagnostic, Diagnostics, WorkCalendar};
use crate::settings::{CalendarColumns, Country, Project};

/// Reads the calendar: the holidays that come with the program, corrected by the extract; Monday to
/// Friday where the project has neither.
///
/// # Errors
/// Every row that is no day, or that contradicts another.
pub fn read_calendar(project: &Project, frames: &Frames) -> Result<WorkCalendar, Diagnostics> {
    let Some(calendar) = &project.calendar else { return Ok(WorkCalendar::weekdays()) };
    let shipped = calendar.country.into_iter().flat_map(Country::days);
    let frame = calendar.table.as_ref().and_then(|of| Some((of, frames.get(&of.extract)?)));
    let given = frame.map(|(table, frame)| read(table, frame)).transpose()?;
    if calendar.country.is_none() && given.is_none() {
        return Ok(WorkCalendar::weekdays());
    }
    // Of two entries of a day the later one counts: the company's own.
    Ok(WorkCalendar::with_exceptions(shipped.chain(given.unwrap_or_else(Vec::new))))
}

fn read(settings: &CalendarColumns, frame: &Frame) -> Result<Vec<(NaiveDate, bool)>, Diagnostics> {
    let columns = [Some(&settings.day), Some(&settings.works), settings.name.as_ref()];
    let columns: Vec<&str> = columns.into_iter().flatten().map(String::as_str).collect();
    let rows = read_rows(frame, &columns)?;
    let mut found = Diagnostics::default();
    let mut days: BTreeMap<NaiveDate, (bool, &TextRow)> = BTreeMap::new();
    for row in &rows {
        match read_one(settings, row) {
            Ok((day, works)) => match days.insert(day, (works, row)) {
                Some((before, other)) if before != works => {
                    found.push(contradict(settings, row, other));
                }
                _ => {}
            },
            Err(why) => found.push(why),
        }
    }
    if found.has_errors() {
        return Err(found);
    }
    Ok(days.into_iter().map(|(day, (works, _))| (day, works)).collect())
}

fn read_one(settings: &CalendarColumns, row: &TextRow) -> Result<(NaiveDate, bool), Diagnostic> {
    let day = row.date(Some(&settings.day))?.ok_or_else(|| {
        row.refuse(&settings.day, "a row of the calendar without its day", "give the day")
    })?;
    let works = match row.get(&settings.works) {
        Some("true") => true,
        Some("false") => false,
        _ => {
            return Err(row.refuse(
                &settings.works,
                "nothing says whether the day is worked",
                "write yes or no (是 or 否), and give the column type = \"boolean\"",
            ));
        }
    };
    Ok((day, works))
}

fn contradict(settings: &CalendarColumns, row: &TextRow, other: &TextRow) -> Diagnostic {
    let name = other.get_opt(settings.name.as_ref());
    let name = name.map_or_else(String::new, |name| format!(" ({name})"));
    let what = "the day is both worked and not worked";
    let help = format!("keep one; the other is row {}{name} of {}", other.row, other.file);
    row.refuse(&settings.day, what, help)
}
