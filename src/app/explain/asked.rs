//! What the user asks for, in their own words: a period, a unit by id or name, a metric by id or
//! label.

use std::collections::BTreeSet;
use std::str::FromStr;

use crate::app::AppError;
use crate::model::{
    DateRange, Diagnostic, Diagnostics, Language, Metric, Org, Period, Place, UnitId, did_you_mean,
};
use crate::report::explanation::Subject;
use crate::settings::Project;

/// A period as the user writes it: `2026-10`, `2026-Q3`, `2026`; `2026-10-ytd` is the year to the
/// end of October; `2026-04-15..2026-10-15` are the explicit dates of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AskedPeriod(pub Period);

impl FromStr for AskedPeriod {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        const HELP: &str =
            "write a month 2026-10, a quarter 2026-Q3, a year 2026, or a year to date 2026-10-ytd";
        let trimmed = text.trim().to_ascii_lowercase();
        if let Some((from, to)) = trimmed.split_once("..") {
            let days = from.parse().ok().zip(to.parse::<chrono::NaiveDate>().ok());
            let dates = days.and_then(|(from, to)| DateRange::new(from, to.succ_opt()?));
            return dates.map(|dates| Self(Period::Range(dates))).ok_or_else(|| HELP.to_owned());
        }
        let (month, to_date) = match trimmed.strip_suffix("-ytd") {
            Some(month) => (month, true),
            None => (trimmed.as_str(), false),
        };
        match (month.parse(), to_date) {
            (Ok(period), false) => Ok(Self(period)),
            (Ok(Period::Month { year, month }), true) => Ok(Self(Period::Ytd { year, month })),
            _ => Err(HELP.to_owned()),
        }
    }
}

/// As the user would write it.
pub fn written(period: Period) -> String {
    match period {
        Period::Ytd { .. } => format!("{period}-ytd"),
        other => other.to_string(),
    }
}

/// The unit or person of an id, or of a name that only one has.
///
/// # Errors
/// Usage: nobody, with the nearest name; or several, each with the place in the org.
pub fn find_unit(org: &Org, dates: &DateRange, asked: &str) -> Result<UnitId, AppError> {
    let wanted = asked.trim();
    let id = UnitId::from(wanted);
    if org.level(&id).is_some() {
        return Ok(id);
    }
    let names = || {
        let units = org.units.values().flat_map(|unit| {
            let en = unit.name_en.as_deref().filter(|name| *name != unit.name);
            [Some(unit.name.as_str()), en].into_iter().flatten().map(|name| (name, &unit.id))
        });
        units.chain(org.people.values().map(|person| (person.name.as_str(), &person.id)))
    };
    let same = |text: &str| text.to_lowercase() == wanted.to_lowercase();
    let ids = || org.units.keys().chain(org.people.keys());
    let mut found: BTreeSet<&UnitId> =
        names().filter(|(name, _)| same(name)).map(|(_, id)| id).collect();
    found.extend(ids().filter(|id| same(id.as_str())));
    let mut found = found.into_iter();
    let (first, more): (_, Vec<&UnitId>) = (found.next(), found.collect());
    match first {
        Some(only) if more.is_empty() => Ok(only.clone()),
        Some(first) => {
            let place = |id: &UnitId| match org.people.contains_key(id) {
                true => format!("{id} ({})", org.name(org.home(id, dates), Language::Zh)),
                false => id.to_string(),
            };
            let all: Vec<String> = std::iter::once(first).chain(more).map(place).collect();
            let what = format!("{} are called that", all.len());
            Err(refuse("UNIT", what, format!("give the id: {}", all.join(", ")), wanted))
        }
        None => {
            let known = names().map(|(name, _)| name).chain(ids().map(UnitId::as_str));
            let meant = did_you_mean(wanted, known);
            let help = format!("{meant}name a unit or a person by id or name, as the extracts do");
            Err(refuse("UNIT", "nobody and no unit is called that", help, wanted))
        }
    }
}

/// The metric of an id or label, or `coefficient`, `composite`, `rank`.
///
/// # Errors
/// Usage: there is none, with the nearest.
pub fn find_subject<'a>(project: &'a Project, asked: &str) -> Result<Subject<'a>, AppError> {
    let wanted = asked.trim().to_lowercase();
    let names =
        |metric: &Metric| [metric.id.to_string(), metric.label.zh.clone(), metric.label.en.clone()];
    let by_id = project.metrics.iter().find(|metric| metric.id.as_str() == wanted);
    let by_name = || {
        let is_called = |metric: &&Metric| names(metric).iter().any(|n| n.to_lowercase() == wanted);
        project.metrics.iter().find(is_called)
    };
    if let Some(metric) = by_id.or_else(by_name) {
        return Ok(Subject::Metric(metric));
    }
    match wanted.as_str() {
        "coefficient" | "奖金系数" | "系数" => Ok(Subject::Coefficient),
        "composite" | "综合得分" => Ok(Subject::Composite),
        "rank" | "排名" => Ok(Subject::Rank),
        _ => {
            let mut known: Vec<String> = project.metrics.iter().flat_map(names).collect();
            known.extend(["coefficient", "composite", "rank"].map(str::to_owned));
            let meant = did_you_mean(&wanted, known.iter().map(String::as_str));
            let shown = project.metrics.iter().filter(|metric| !metric.hidden);
            let ids: Vec<&str> = shown.map(|metric| metric.id.as_str()).collect();
            let help = format!(
                "{meant}one of: {}, coefficient, composite, rank; or a metric that others are made of",
                ids.join(", ")
            );
            Err(refuse("METRIC", "there is no such metric", help, asked.trim()))
        }
    }
}

pub fn refuse(
    place: &str,
    what: impl Into<String>,
    help: impl Into<String>,
    value: &str,
) -> AppError {
    AppError::Usage(Diagnostics::from(
        Diagnostic::error(Place::file(place), what, help).value(value),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_written_as_people_write_them() {
        let read = |text: &str| {
            text.parse::<AskedPeriod>()
                .ok()
                .map(|asked| format!("{} {}", asked.0.grain().code(), written(asked.0)))
        };
        assert_eq!(read("2026-10").as_deref(), Some("month 2026-10"));
        assert_eq!(read("2026-q3").as_deref(), Some("quarter 2026-Q3"));
        assert_eq!(read("2026").as_deref(), Some("year 2026"));
        assert_eq!(read("2026-10-YTD").as_deref(), Some("ytd 2026-10-ytd"));
        assert_eq!(read("2026-04-15..2026-10-15").as_deref(), Some("range 2026-04-15..2026-10-15"));
        for wrong in ["2026-Q3-ytd", "2026-13", "ytd", "2026-10-15..2026-04-15", ".."] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
