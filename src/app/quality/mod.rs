//! The checks of the extracts' contracts, and the report on them for whoever is responsible for the
//! data.

mod diagnose;
mod letters;
mod readers;
mod share;
mod tell;

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::AppError;
use super::checks::RowCount;
use super::gather::{Found as Facts, Gathered};
use super::recipients::Recipient;
use crate::calc::contract::{SourceCase, judge_source};
use crate::data::profile::{ProfileRequest, profile};
use crate::data::rows::read_rows;
use crate::data::{Frame, Reject};
use crate::deliver::address;
use crate::model::metric::CreditTo;
use crate::model::{
    Consequence, Contract, Diagnostic, Exact, ExtractId, Finding, FiscalYear, Found, Measure,
    Metric, MetricKind, Org, Period, Profile, StatedTotals, Total,
};
pub use crate::report::quality::QualityFacts;
use crate::report::quality::{RejectReason, Sample, SourceFacts, Unreachable, Unreached};
use crate::settings::{ColumnKind, ExtractSettings, Project, Reader};

pub use diagnose::{diagnostics, refuse_unknown_responsible};
pub use letters::{Quality, plan_quality};
pub use tell::{HeldRun, plan_held, tell_early, tell_held};

/// So many rows are shown for each reason.
const SAMPLES: usize = 3;

/// Holds every extract to its contract.
///
/// # Errors
/// Rows that cannot be read, and control totals that are no numbers.
pub fn examine(
    project: &Project,
    gathered: &Gathered,
    found: &Facts,
    counts: &[RowCount],
    (period, today): (Period, NaiveDate),
) -> Result<QualityFacts, AppError> {
    let mut facts = QualityFacts {
        rejects: count_reasons(&found.rejects),
        totals: of_period(&found.facts.totals, period, project.fiscal),
        unreached_then: project.checks.unreachable,
        ..QualityFacts::default()
    };
    for settings in &project.extracts {
        let Some(frame) = gathered.frames.get(&settings.id) else { continue };
        let count = counts.iter().find(|count| count.extract == settings.id);
        let columns = Columns::of(settings, &project.metrics);
        let measured = match columns.date {
            Some(date) => Some(measure(settings, frame, date, columns.person)?),
            None => None,
        };
        let dates = period.dates(project.fiscal);
        facts.sources.push(SourceFacts {
            extract: settings.id.clone(),
            responsible: settings.responsible.clone().unwrap_or_else(String::new),
            rhythm: measured.as_ref().map(|_| settings.contract.rhythm),
            rows: count.map_or(frame.rows, |count| count.rows),
            rejected: count.map_or(0, |count| count.rejected),
            allowed: super::checks::allowed_share(project, settings).cloned(),
            in_period: measured.as_ref().map(|profile| profile.within(&dates).rows),
            last: measured.as_ref().and_then(|profile| profile.last_before(dates.end)),
        });
        let Some(profile) = measured else { continue };
        let contract = Contract {
            rhythm: settings.contract.rhythm,
            late: settings.contract.late(),
            drift: settings.contract.drift.rule(&project.checks.drift),
            expects: settings.contract.expects.clone(),
        };
        facts.findings.extend(judge_source(&SourceCase {
            extract: &settings.id,
            contract: &contract,
            profile: &profile,
            stated: &stated(settings, gathered)?,
            stated_by: settings.contract.control.as_ref().map(|control| &control.extract),
            period,
            fiscal: project.fiscal,
            today,
            calendar: &gathered.calendar,
            org: &gathered.org,
        }));
    }
    let (totals, rejects) = (&facts.totals, &found.rejects[..]);
    facts.findings.extend(share::above(project, gathered, counts, (totals, rejects), period));
    facts.findings.extend(slips(&found.facts.totals));
    Ok(facts)
}

/// The columns that tell when and whose a row is.
struct Columns<'a> {
    date: Option<&'a str>,
    person: Option<&'a str>,
}

impl<'a> Columns<'a> {
    /// As the contract names them, else as the first metric over the extract does.
    fn of(settings: &'a ExtractSettings, metrics: &'a [Metric]) -> Self {
        let simple = metrics.iter().find_map(|metric| match &metric.kind {
            MetricKind::Simple(simple) if simple.extract == settings.id => Some(simple),
            _ => None,
        });
        let contract = &settings.contract;
        let person = simple.and_then(|simple| match &simple.credit_to {
            CreditTo::Person(column) => Some(column.as_str()),
            CreditTo::Unit(_) => None,
        });
        let date = simple.map(|simple| simple.date.as_str());
        Self {
            date: contract.date.as_deref().or(date),
            person: contract.person.as_deref().or(person),
        }
    }
}

fn measure(
    settings: &ExtractSettings,
    frame: &Frame,
    date: &str,
    person: Option<&str>,
) -> Result<Profile, AppError> {
    let decimals = settings.columns.iter().filter(|column| column.kind == ColumnKind::Decimal);
    let sums: Vec<&str> = decimals.map(|column| column.name.as_str()).collect();
    let person = person.filter(|_| settings.contract.expects.is_some());
    profile(frame, &ProfileRequest { date, person, sums: &sums })
        .map_err(|why| AppError::Usage(why.into()))
}

/// What is stated of each month: in the config, and in the table of control totals.
fn stated(
    settings: &ExtractSettings,
    gathered: &Gathered,
) -> Result<BTreeMap<Period, StatedTotals>, AppError> {
    let header = |name: &str| {
        let column = settings.columns.iter().find(|column| column.name == name);
        Measure::Sum(column.map_or(name, |column| column.header()).to_owned())
    };
    let mut all: BTreeMap<Period, StatedTotals> = BTreeMap::new();
    for stated in &settings.contract.stated {
        let Some(month) = stated.month() else { continue };
        let measures = &mut all.entry(month).or_default().measures;
        measures.extend(stated.rows.map(|rows| (Measure::Rows, Exact::from(rows))));
        measures.extend(stated.sums.iter().map(|(name, sum)| (header(name), sum.clone())));
    }
    let Some(control) = &settings.contract.control else { return Ok(all) };
    let Some(frame) = gathered.frames.get(&control.extract) else { return Ok(all) };
    let columns = [Some(&control.period), control.name.as_ref(), control.rows.as_ref()];
    let wanted: Vec<&str> =
        columns.into_iter().flatten().chain(control.sums.values()).map(String::as_str).collect();
    let held = |why: Diagnostic| AppError::Held(why.into());
    for row in read_rows(frame, &wanted).map_err(|why| AppError::Usage(why.into()))? {
        let name = row.get_opt(control.name.as_ref());
        if control.name.is_some() && name != Some(settings.id.as_str()) {
            continue;
        }
        let month = row.get(&control.period).and_then(|text| text.parse::<Period>().ok());
        let Some(month @ Period::Month { .. }) = month else {
            let help = "write a month such as 2026-10";
            return Err(held(row.refuse(&control.period, "not a month", help)));
        };
        let measures = &mut all.entry(month).or_default().measures;
        if let Some(column) = &control.rows {
            let rows = row.number(column).map_err(held)?;
            measures.extend(rows.map(|rows| (Measure::Rows, rows)));
        }
        for (name, column) in &control.sums {
            let sum = row.number(column).map_err(held)?;
            measures.extend(sum.map(|sum| (header(name), sum)));
        }
    }
    Ok(all)
}

/// Totals whose parts do not add up.
fn slips(totals: &[Total]) -> impl Iterator<Item = Finding> {
    totals.iter().filter(|total| !total.difference().is_zero()).map(|total| Finding {
        extract: total.extract.clone(),
        then: Consequence::Hold,
        what: Found::Slip {
            metric: total.metric.clone(),
            month: total.period,
            difference: total.difference(),
        },
    })
}

/// The totals of the months of a period, added up.
pub fn of_period(totals: &[Total], period: Period, fiscal: FiscalYear) -> Vec<Total> {
    let dates = period.dates(fiscal);
    let inside = |month: Period| dates.contains(month.dates(fiscal).start);
    let of: Vec<Total> =
        totals.iter().filter(|total| total.period.is_some_and(inside)).cloned().collect();
    Total::over_all(&of)
}

/// Rows that were set aside by reason, each with the last of them, since the newest files come last:
/// rejects are sorted by extract, file and row.
fn count_reasons(rejects: &[Reject]) -> Vec<RejectReason> {
    let mut reasons: BTreeMap<(&ExtractId, _, &str), RejectReason> = BTreeMap::new();
    for reject in rejects {
        let place = (&reject.extract, reject.kind, reject.column.as_str());
        let reason = reasons.entry(place).or_insert_with(|| RejectReason {
            extract: reject.extract.clone(),
            kind: reject.kind,
            column: reject.column.clone(),
            rows: 0,
            samples: Vec::new(),
        });
        reason.rows += 1;
        if reason.samples.len() == SAMPLES {
            reason.samples.remove(0);
        }
        reason.samples.push(Sample {
            file: reject.file.clone(),
            row: reject.row,
            value: reject.value.clone(),
        });
    }
    reasons.into_values().collect()
}

/// The reports whose owner cannot be mailed, with the reason.
pub fn unreached(project: &Project, org: &Org, recipients: &[Recipient]) -> Vec<Unreached> {
    let allowed = &project.delivery.allowed_domains;
    let of = |to: &Recipient| {
        let (owner, mail) = match &to.owner {
            None => (None, None),
            Some(Reader::Address(mail)) => (None, Some(mail.clone())),
            Some(Reader::Person(id)) => {
                let person = org.people.get(id);
                (Some(id.clone()), person.and_then(|person| person.mail.clone()))
            }
        };
        let written = mail.as_deref().unwrap_or("").trim();
        let why = match &to.owner {
            None => Unreachable::Nobody,
            Some(_) if written.is_empty() => Unreachable::NoAddress,
            Some(_) if address::named("", written).is_err() => Unreachable::BadAddress,
            Some(_) => address::refusal(written, allowed).map(|_| Unreachable::OtherDomain)?,
        };
        Some(Unreached { unit: to.unit.clone(), owner, mail, why })
    };
    recipients.iter().filter_map(of).collect()
}
