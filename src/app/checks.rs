//! What holds a run, extracts with too many bad rows; and what is only to be known.

use std::collections::{BTreeMap, BTreeSet};

use crate::data::{Frame, Frames, Reject};
use crate::model::{
    Diagnostic, Diagnostics, Exact, ExtractId, FiscalYear, Org, Period, Place, RejectKind, Total,
    WorkCalendar, round,
};
use crate::settings::{ExtractSettings, Project, Reader};

/// How many rows of an extract were read, and how many of them set aside.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct RowCount {
    pub extract: ExtractId,
    pub rows: u64,
    pub rejected: u64,
}

/// Counts rows and rejects of every extract; a row is counted once, however many cells are bad.
pub fn count_rows(frames: &Frames, rejects: &[Reject]) -> Vec<RowCount> {
    let mut rejected: BTreeMap<&ExtractId, std::collections::BTreeSet<(&str, u64)>> =
        BTreeMap::new();
    for reject in rejects {
        rejected.entry(&reject.extract).or_default().insert((&reject.file, reject.row));
    }
    frames
        .iter()
        .map(|frame| RowCount {
            extract: frame.extract.clone(),
            rows: frame.rows,
            rejected: rejected.get(&frame.extract).map_or(0, |rows| rows.len() as u64),
        })
        .collect()
}

/// The share of an extract's rows above which set-aside ones hold the run; none where they never do:
/// nobody's pay depends on a measure, so what does not fit of these is listed, and holds nothing.
pub fn allowed_share<'a>(project: &'a Project, settings: &'a ExtractSettings) -> Option<&'a Exact> {
    let only_actions = project.actions.iter().any(|actions| actions.extract == settings.id);
    let general = (!only_actions).then_some(&project.max_rejected_share);
    settings.max_rejected_share.as_ref().or(general)
}

/// The rejects of an extract that fall into a period, by the month of their file; all of them where no
/// file has a month.
pub fn rejects_in<'a>(
    frame: &Frame,
    rejects: &'a [Reject],
    (period, fiscal): (Period, FiscalYear),
) -> Vec<&'a Reject> {
    let dates = period.dates(fiscal);
    let dated = frame.inputs.iter().any(|input| input.month.is_some());
    let inside = |reject: &&Reject| match frame.month_of(&reject.file) {
        Some(month) => dates.contains(month.dates(fiscal).start),
        None => !dated,
    };
    rejects.iter().filter(|reject| reject.extract == frame.extract).filter(inside).collect()
}

/// The most frequent reason of some rejects, as the first that has it, and how many have it.
pub fn leading<'a>(rejects: &[&'a Reject]) -> Option<(&'a Reject, u64)> {
    let mut reasons: BTreeMap<(RejectKind, &str), (&Reject, u64)> = BTreeMap::new();
    for reject in rejects {
        let reason = reasons.entry((reject.kind, &reject.column)).or_insert((*reject, 0));
        reason.1 += 1;
    }
    // Of several that are as frequent, the one that comes first in the files.
    let most = reasons.values().map(|(_, rows)| *rows).max()?;
    reasons.into_values().filter(|(_, rows)| *rows == most).min()
}

/// Every extract whose share of rejected rows is above what the config allows.
pub fn hold_on_rejects(
    project: &Project,
    (frames, period): (&Frames, Period),
    counts: &[RowCount],
    rejects: &[Reject],
) -> Diagnostics {
    let mut found = Diagnostics::default();
    for count in counts {
        let Some(settings) = project.extracts.iter().find(|e| e.id == count.extract) else {
            continue;
        };
        let Some(allowed) = allowed_share(project, settings) else { continue };
        let share = Exact::from(count.rejected).over(&Exact::from(count.rows));
        let Some(share) = share.filter(|share| share > allowed) else { continue };
        // More digits where two would show a share that is above as the one that is allowed.
        let hundred = Exact::from(100);
        let edge = [allowed * &hundred];
        let percent = |share: &Exact| round::to_honest(&(share * &hundred), 2, &edge);
        let of_period = frames
            .get(&count.extract)
            .map_or_else(Vec::new, |frame| rejects_in(frame, rejects, (period, project.fiscal)));
        let of_all = || rejects.iter().find(|reject| reject.extract == count.extract);
        let first = leading(&of_period).map(|(first, _)| first).or_else(of_all);
        let place = first.map_or_else(
            || Place::file(&settings.file),
            |reject| Place::file(&reject.file).row(reject.row).column(&reject.column),
        );
        let what = format!(
            "{} of {} rows of extract “{}” were set aside ({} %), above the {} % that are allowed; the first: {}",
            count.rejected,
            count.rows,
            count.extract,
            percent(&share),
            percent(allowed),
            first.map_or("", |reject| &reject.reason),
        );
        let who = settings.responsible.as_deref().unwrap_or("whoever delivers the extract");
        let help = format!(
            "have {who} mend the rows (`attain check` lists them), or raise max_rejected_share"
        );
        let diagnostic = Diagnostic::error(place, what, help);
        found.push(match first {
            Some(reject) => diagnostic.value(&reject.value),
            None => diagnostic,
        });
    }
    found
}

/// Rows that were set aside, and that no month has: they have no day that can be read, and their file
/// is of no month.
pub fn rows_of_no_month(project: &Project, totals: &[Total]) -> Vec<Diagnostic> {
    let mut found: BTreeMap<&ExtractId, (u64, Vec<String>)> = BTreeMap::new();
    let lost = totals.iter().filter(|total| total.period.is_none() && total.rejected_rows > 0);
    for total in lost {
        let (rows, sums) = found.entry(&total.extract).or_default();
        *rows = total.rejected_rows.max(*rows);
        sums.push(format!("{} {}", total.metric, round::to_plain(&total.rejected)));
    }
    let say = |(extract, (rows, sums)): (&ExtractId, (u64, Vec<String>))| {
        let settings = project.extracts.iter().find(|one| one.id == *extract);
        let place = Place::file(settings.map_or("attain.toml", |of| of.location.as_str()));
        let what = format!(
            "{rows} rows of extract “{extract}” were set aside and are in no month, since their day cannot be read: {}",
            sums.join(", "),
        );
        let help = "mend the days in the source, or deliver a file for each month ({period})";
        Diagnostic::warning(place, what, help)
    };
    found.into_iter().map(say).collect()
}

/// The calendar years of the period's fiscal year whose holidays nobody has entered.
pub fn unknown_years(
    project: &Project,
    calendar: &WorkCalendar,
    period: Period,
) -> Option<Diagnostic> {
    let calendar_of = project.calendar.as_ref()?;
    let year = Period::Year(project.fiscal.year_of(period.dates(project.fiscal).start));
    let unknown = calendar.unknown_years(&year.dates(project.fiscal));
    let years: Vec<String> = unknown.iter().map(ToString::to_string).collect();
    if years.is_empty() {
        return None;
    }
    let years = years.join(" and ");
    let Some(table) = &calendar_of.table else {
        let place = project.place_in("attain.toml", "calendar.country");
        let what = format!(
            "the holidays of {years} are not known to this version, so nothing is measured by working days and the schedule takes Monday to Friday"
        );
        let help = "install a version that knows them, or give them in an extract: [calendar] extract, day, works";
        return Some(Diagnostic::warning(place, what, help));
    };
    let file = project.extracts.iter().find(|extract| extract.id == table.extract);
    let place = Place::file(file.map_or("attain.toml", |extract| &extract.file));
    let what = format!(
        "the working calendar “{}” has no day of {years}, so nothing is measured by working days",
        table.extract,
    );
    let help = "add the year's holidays and make-up days to the table";
    Some(Diagnostic::warning(place, what, help))
}

/// Roles and units that the plan names and the org does not have: a slip would leave people without
/// a coefficient or a group in silence.
pub fn unknown_in_plan(project: &Project, org: &Org) -> Vec<Diagnostic> {
    let roles: BTreeSet<&String> =
        org.people.values().filter_map(|person| person.role.as_ref()).collect();
    let coefficients = project
        .plan
        .coefficients
        .iter()
        .enumerate()
        .map(|(index, plan)| (format!("coefficient[{index}]"), &plan.roles, &plan.units));
    let groups = project
        .plan
        .rank
        .groups
        .iter()
        .enumerate()
        .map(|(index, group)| (format!("rank.group[{index}]"), &group.roles, &group.units));
    let mut found = Vec::new();
    for (key, wanted, units) in coefficients.chain(groups) {
        for role in wanted.iter().filter(|role| !roles.contains(role)) {
            let place = project.place_in("plan.toml", &format!("{key}.roles"));
            let known: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
            let help = format!("the roles are: {}", known.join(", "));
            found.push(Diagnostic::warning(place, "nobody has this role", help).value(role));
        }
        for unit in units.iter().filter(|unit| !org.units.contains_key(unit)) {
            let place = project.place_in("plan.toml", &format!("{key}.units"));
            let help = "name a department by its id";
            found.push(
                Diagnostic::warning(place, "there is no such unit", help).value(unit.as_str()),
            );
        }
    }
    found
}

/// Whoever `[hr]` names by an id that no person has.
pub fn refuse_unknown_readers(project: &Project, org: &Org) -> Result<(), Diagnostics> {
    let mut found = Diagnostics::default();
    for (index, reader) in project.hr.iter().enumerate() {
        let Reader::Person(id) = reader else { continue };
        if !org.people.contains_key(id) {
            let place = project.place_in("attain.toml", &format!("hr.people[{index}]"));
            let help = "use an id of the people's extract, or a mail address";
            found.push(Diagnostic::error(place, "nobody has this id", help).value(id.as_str()));
        }
    }
    if found.has_errors() { Err(found) } else { Ok(()) }
}

/// A rejected row as something for the assistant to mend.
pub fn describe(reject: &Reject) -> Diagnostic {
    let place = Place::file(&reject.file).row(reject.row);
    let place = if reject.column.is_empty() { place } else { place.column(&reject.column) };
    let what = format!("a row of extract “{}” is set aside: {}", reject.extract, reject.reason);
    let help = "mend the cell in the source, or let the row stay out of all figures";
    Diagnostic::warning(place, what, help).value(&reject.value)
}
