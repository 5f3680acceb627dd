//! `attain rerun`: a later version of a period that was delivered, told to those whose figures
//! changed, each against what they were last sent.

pub mod command;
pub mod sent;
mod states;
mod touched;

use std::collections::{BTreeMap, BTreeSet};

use self::sent::{Sent, paid_of, read_sent, stored_figures};
use self::states::{Side, Walked, periods_told, walk};
use super::earlier::earlier_runs;
use super::gather::{Gathered, Judged, load_of};
use super::plan::Prepared;
use super::progress::Silent;
use super::recipients::Recipient;
use super::{AppError, Surroundings, recorded};
use crate::calc::correction::{
    Adjustment, Cause, Corrected, Paid, PaidList, Relisted, RowCounts, TalentLists, Told,
    ToldFigures, Way, adjustments, corrected, relisted, told_figures,
};
use crate::calc::talent::Segment;
use crate::ledger::results::Restated;
use crate::ledger::{CorrectionRecord, Manifest, Stored};
use crate::model::{Level, Org, Period, UnitId};
use crate::report::document::{Document, ReportKind};
use crate::report::{CorrectionFacts, Seen, mark_correction};
use crate::settings::Reader;

/// What a correction is made from.
pub struct Now<'a> {
    pub prepared: &'a Prepared,
    pub gathered: &'a Gathered,
    pub judged: &'a Judged,
    pub version: u32,
    pub record: &'a CorrectionRecord,
}

/// What changed against a version that was sent.
pub struct Changes {
    pub figures: Vec<Corrected>,
    pub rows: Vec<RowCounts>,
    /// Whether the causes could be told apart: the version's inputs were kept.
    pub split: bool,
}

/// What changed, for whom, and why.
pub struct Corrections {
    pub version: u32,
    pub record: CorrectionRecord,
    /// By the version that was sent.
    pub changes: BTreeMap<u32, Changes>,
    /// What is paid otherwise than payroll was last told, and by which version.
    pub adjustments: Vec<Adjustment>,
    /// Who is on another talent list than in that version.
    pub relisted: Vec<Relisted>,
    pub paid_version: u32,
    sent: Sent,
    /// Which version each report is held against.
    bases: BTreeMap<(ReportKind, UnitId), u32>,
    /// Of every unit that changed: itself and those above it.
    above: BTreeMap<UnitId, BTreeSet<UnitId>>,
}

/// Finds what changed for each of the recipients.
///
/// # Errors
/// A ledger that cannot be read, and inputs of an earlier version that were changed since.
pub async fn corrections(
    now: &Now<'_>,
    recipients: &[Recipient],
    around: &Surroundings<'_>,
) -> Result<Corrections, AppError> {
    let (prepared, org) = (now.prepared, &now.gathered.org);
    let (ledger, period) = (&prepared.ledger, prepared.period);
    let runs = earlier_runs(ledger, period).await?;
    let sent = read_sent(ledger, &runs, now.version).await?;
    let mut bases = BTreeMap::new();
    for recipient in recipients {
        let reader = address(recipient, org);
        let code = recipient.report.code();
        if let Some(base) = sent.base(code, &recipient.unit, reader.as_deref()) {
            bases.insert((recipient.report, recipient.unit.clone()), base);
        }
    }
    let paid_version = sent.paid().map_or(0, |paid| paid.version);
    let paid = sent.paid().map(|paid| paid.version);
    let wanted: BTreeSet<u32> = bases.values().copied().chain(paid).collect();
    let mut changes = BTreeMap::new();
    for base in wanted {
        changes.insert(base, changes_since(now, base, around).await?);
    }
    let adjustments = match paid_version {
        0 => Vec::new(),
        version => paid_otherwise(now, version).await?,
    };
    let relisted = match paid_version {
        0 => Vec::new(),
        version => listed_otherwise(now, version).await?,
    };
    let dates = period.dates(prepared.project.fiscal);
    let changed: BTreeSet<&UnitId> =
        changes.values().flat_map(|one| &one.figures).map(|figure| &figure.unit).collect();
    let chain = |unit: &UnitId| -> BTreeSet<UnitId> {
        let home = if org.units.contains_key(unit) { unit } else { org.home(unit, &dates) };
        org.and_above(home).chain([unit, &org.company]).cloned().collect()
    };
    let above = changed.into_iter().map(|unit| (unit.clone(), chain(unit))).collect();
    Ok(Corrections {
        version: now.version,
        record: now.record.clone(),
        changes,
        adjustments,
        relisted,
        paid_version,
        sent,
        bases,
        above,
    })
}

/// The address that the report goes to.
fn address(recipient: &Recipient, org: &Org) -> Option<String> {
    match recipient.owner.as_ref()? {
        Reader::Person(id) => org.people.get(id)?.mail.clone(),
        Reader::Address(mail) => Some(mail.clone()),
    }
}

async fn changes_since(
    now: &Now<'_>,
    base: u32,
    around: &Surroundings<'_>,
) -> Result<Changes, AppError> {
    let prepared = now.prepared;
    let (project, period, ledger) = (&prepared.project, prepared.period, &prepared.ledger);
    let told = periods_told(project, period);
    let sent = stored_figures(ledger, period, base, &told).await?;
    let new = told_figures(&now.judged.cards, &told);
    let run = ledger.open(period, Some(base)).await?;
    let manifest: Option<Manifest> = run.read_json(&Stored::Manifest).await?;
    let Some(manifest) = manifest.filter(|manifest| manifest.inputs_kept) else {
        return Ok(unsplit(sent, new));
    };
    let late = !manifest.provisional.is_empty();
    let past = recorded::recall(ledger, &run, &project.dir, around).await?;
    let quiet = Surroundings { progress: &Silent, ..past.surroundings(around) };
    let raw = load_of(&past.prepared.project, period, late, &quiet).await?;
    let old = Side { project: &past.prepared.project, raw: &raw };
    let side = Side { project, raw: &now.gathered.raw };
    let Walked { way, rows } = walk(&old, &side, sent, new, period, around)?;
    Ok(Changes { figures: corrected(&way), rows, split: true })
}

/// Where the inputs of then are not there to be judged again.
fn unsplit(sent: ToldFigures, new: ToldFigures) -> Changes {
    let way = Way { sent, again: None, steps: vec![(Cause::Unsplit, new)] };
    Changes { figures: corrected(&way), rows: Vec::new(), split: false }
}

/// What is paid otherwise than in a version.
async fn paid_otherwise(now: &Now<'_>, version: u32) -> Result<Vec<Adjustment>, AppError> {
    let prepared = now.prepared;
    let periods = periods_told(&prepared.project, prepared.period);
    let run = prepared.ledger.open(prepared.period, Some(version)).await?;
    let people = &now.gathered.org.people;
    let mut old = paid_of(&run, &periods).await?;
    let persons = sent::people_of(&run).await?;
    old.retain(|(_, unit), _| persons.contains_key(unit));
    let awards = now.judged.cards.coefficients.values();
    let new: PaidList = awards
        .filter(|award| periods.contains(&award.period) && people.contains_key(&award.unit))
        .map(|award| {
            let stored = |told: Told, value: Option<&crate::model::Exact>| {
                value.map(|value| told.stored(value))
            };
            let payout = award.payout();
            let paid = Paid {
                coefficient: stored(Told::Coefficient, award.coefficient()),
                base: stored(Told::Amount, payout.map(|payout| &payout.base)),
                amount: stored(Told::Amount, payout.map(|payout| &payout.amount)),
            };
            ((award.period, award.unit.clone()), paid)
        })
        .collect();
    Ok(adjustments(&old, &new))
}

/// Who is on another talent list than in a version.
async fn listed_otherwise(now: &Now<'_>, version: u32) -> Result<Vec<Relisted>, AppError> {
    let run = now.prepared.ledger.open(now.prepared.period, Some(version)).await?;
    let old = sent::talent_of(&run).await?;
    let lists = now.judged.cards.talent.iter();
    let on_one = |segment: Segment| segment != Segment::Middle;
    let entries = lists.flat_map(|list| list.entries.iter());
    let new = entries.filter(|entry| on_one(entry.segment));
    let new: TalentLists = new.map(|entry| (entry.unit.clone(), entry.segment)).collect();
    Ok(relisted(&old, &new))
}

impl Corrections {
    /// Whether nothing is told otherwise than it was. The list for HR has no figures of its own: it
    /// is told of adjustments, and was sent nothing where there were none.
    pub fn is_empty(&self) -> bool {
        let mut reports = self.bases.keys().filter(|(report, _)| *report != ReportKind::Hr);
        self.adjustments.is_empty()
            && self.relisted.is_empty()
            && reports.all(|(report, of)| self.figures_of(*report, of).next().is_none())
    }

    /// Whether a report says something else than its reader was last sent.
    pub fn concerns(&self, recipient: &Recipient) -> bool {
        match recipient.report {
            ReportKind::Hr => !self.adjustments.is_empty() || !self.relisted.is_empty(),
            report => self.figures_of(report, &recipient.unit).next().is_some(),
        }
    }

    /// What changed for a unit and those below it, against what its reader has.
    fn figures_of(&self, report: ReportKind, unit: &UnitId) -> impl Iterator<Item = &Corrected> {
        let base = self.bases.get(&(report, unit.clone()));
        let changes = base.and_then(|base| self.changes.get(base));
        let figures = changes.into_iter().flat_map(|changes| &changes.figures);
        let unit = unit.clone();
        figures.filter(move |figure| {
            self.above.get(&figure.unit).is_some_and(|above| above.contains(&unit))
        })
    }

    /// Everything that was sent of the period before.
    pub fn sent(&self) -> &Sent {
        &self.sent
    }

    /// Puts what changed in front of a report.
    pub fn mark(&self, document: &mut Document, seen: &Seen<'_>, recipient: &Recipient) {
        let unit = &recipient.unit;
        let base = match recipient.report {
            ReportKind::Hr => Some(self.paid_version),
            report => self.bases.get(&(report, unit.clone())).copied(),
        };
        let Some(base) = base else { return };
        let (own, below): (Vec<&Corrected>, Vec<&Corrected>) = match recipient.report {
            ReportKind::Hr => (Vec::new(), Vec::new()),
            report => self.figures_of(report, unit).partition(|figure| figure.unit == *unit),
        };
        let changes = self.changes.get(&base);
        let is_hr = recipient.report == ReportKind::Hr;
        let facts = CorrectionFacts {
            version: self.version,
            base,
            base_day: self.sent.day(base),
            reason: &self.record.reason,
            locked: self.record.locked,
            paid_with: self.record.paid_with.parse().ok(),
            own,
            below,
            rows: changes.map_or(&[], |changes| changes.rows.as_slice()),
            adjustments: if is_hr { &self.adjustments } else { &[] },
            relisted: if is_hr { &self.relisted } else { &[] },
        };
        mark_correction(document, seen, facts);
    }

    /// Every figure that changed, against what the unit's own reader has; of a unit without a report,
    /// against what payroll has. By period, unit and figure.
    pub fn restated(&self, org: &Org) -> Vec<Restated> {
        let mut rows = Vec::new();
        for (base, changes) in &self.changes {
            for figure in &changes.figures {
                let own = self.base_of(&figure.unit, org);
                if own.unwrap_or(self.paid_version) != *base {
                    continue;
                }
                rows.push(Restated {
                    figure: figure.clone(),
                    base_version: *base,
                    version: self.version,
                    told: own.is_some(),
                    reason: self.record.reason.clone(),
                });
            }
        }
        rows.sort_by(|a, b| {
            let place = |row: &Restated| {
                (row.figure.period, row.figure.unit.clone(), row.figure.told.clone())
            };
            place(a).cmp(&place(b))
        });
        rows
    }

    /// The version that a unit's own report is held against.
    fn base_of(&self, unit: &UnitId, org: &Org) -> Option<u32> {
        let kind = match org.level(unit)? {
            Level::Company => ReportKind::Company,
            Level::Department => ReportKind::Department,
            Level::Person => ReportKind::Person,
        };
        let kinds = [kind, ReportKind::Pack];
        kinds.into_iter().find_map(|kind| self.bases.get(&(kind, unit.clone())).copied())
    }

    /// How many rows differ, by extract, over all versions that were sent.
    pub fn row_counts(&self) -> Vec<RowCounts> {
        self.changes.values().last().map_or_else(Vec::new, |changes| changes.rows.clone())
    }
}

/// The month that what is owed for a locked period is paid with.
pub fn month_after(period: Period, fiscal: crate::model::FiscalYear) -> Period {
    Period::month_of(period.dates(fiscal).end)
}
