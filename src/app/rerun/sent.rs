//! Who was sent what, by the versions of a period that were delivered.

use chrono::NaiveDate;

use crate::calc::correction::{Paid, PaidList, TalentLists, Told, ToldFigures};
use crate::calc::talent::Segment;
use crate::ledger::past::read_table;
use crate::ledger::{
    Ledger, LedgerError, Outbox, Run, RunState, RunSummary, Standings, Table, journal,
};
use crate::model::{Exact, Level, Period, State, UnitId};

/// A version that was delivered.
#[derive(Clone, Debug)]
pub struct Version {
    pub version: u32,
    /// The day that counted as today.
    pub day: NaiveDate,
    /// Whether it went to some units alone; payroll was sent nothing then.
    pub restricted: bool,
}

/// A letter that was sent for sure.
#[derive(Clone, Debug)]
struct SentLetter {
    version: u32,
    /// The code of the report's kind.
    report: String,
    unit: String,
    recipient: String,
    message_id: String,
}

/// Everything that was sent of a period.
#[derive(Clone, Debug, Default)]
pub struct Sent {
    pub versions: Vec<Version>,
    letters: Vec<SentLetter>,
}

/// Reads what the versions before `before` sent.
///
/// # Errors
/// A ledger that cannot be read.
pub async fn read_sent(
    ledger: &Ledger,
    runs: &[RunSummary],
    before: u32,
) -> Result<Sent, LedgerError> {
    let mut sent = Sent::default();
    for run in runs.iter().filter(|run| run.version < before && was_delivered(run)) {
        let Some(manifest) = &run.manifest else { continue };
        let (version, day) = (run.version, manifest.as_of);
        sent.versions.push(Version { version, day, restricted: !manifest.only.is_empty() });
        let stored = ledger.open(run.period, Some(version)).await?;
        let Some((outbox, _)) = Outbox::read(&stored).await? else { continue };
        let mut standings = Standings::of(&outbox, &journal::read(&stored).await?);
        // What a process had claimed that is no longer there is in doubt.
        standings.begin(u32::MAX);
        let mails = outbox.mails.iter().zip(standings.iter());
        let reached = mails.filter(|(_, standing)| standing.state == State::Sent);
        sent.letters.extend(reached.map(|(mail, _)| SentLetter {
            version,
            report: mail.report.clone(),
            unit: mail.unit.clone(),
            recipient: mail.recipient.clone(),
            message_id: mail.message_id.clone(),
        }));
    }
    Ok(sent)
}

/// Whether a run came to its end, and mailed.
pub fn was_delivered(run: &RunSummary) -> bool {
    matches!(run.state, RunState::Delivered | RunState::DeliveredInPart)
}

impl Sent {
    /// The version that a reader was last sent a report with; where they never got it, the last one
    /// that anybody got; and where nobody did, the last one that was delivered.
    pub fn base(&self, report: &str, unit: &UnitId, reader: Option<&str>) -> Option<u32> {
        let of_report = || {
            let about =
                move |letter: &&SentLetter| letter.report == report && letter.unit == unit.as_str();
            self.letters.iter().filter(about)
        };
        let own = of_report().filter(|letter| Some(letter.recipient.as_str()) == reader);
        let last = own.map(|letter| letter.version).max();
        last.or_else(|| of_report().map(|letter| letter.version).max())
            .or_else(|| self.versions.last().map(|version| version.version))
    }

    /// The Message-ID of the first mail with a report to a reader.
    pub fn first_message(&self, report: &str, unit: &UnitId, reader: &str) -> Option<&str> {
        let first = self.letters.iter().find(|letter| {
            letter.report == report && letter.unit == unit.as_str() && letter.recipient == reader
        });
        first.map(|letter| letter.message_id.as_str())
    }

    /// The version that payroll has.
    pub fn paid(&self) -> Option<&Version> {
        self.versions.iter().rfind(|version| !version.restricted)
    }

    /// The day that counted as today for a version.
    pub fn day(&self, version: u32) -> Option<NaiveDate> {
        let of = self.versions.iter().find(|of| of.version == version);
        of.map(|of| of.day)
    }
}

/// A cell of a table that is read back; none where it is empty.
pub fn figure(cell: &str) -> Option<Exact> {
    Exact::parse(cell).ok().filter(|_| !cell.is_empty())
}

/// The figures of some periods as a version stored them.
///
/// # Errors
/// A ledger that cannot be read.
pub async fn stored_figures(
    ledger: &Ledger,
    period: Period,
    version: u32,
    wanted: &[Period],
) -> Result<ToldFigures, LedgerError> {
    let run = ledger.open(period, Some(version)).await?;
    let of = |text: &str, grain: &str| {
        wanted.iter().find(|one| one.to_string() == text && one.grain().code() == grain).copied()
    };
    let mut told = ToldFigures::new();
    if let Some(table) = read_table(&run, Table::Scores).await? {
        let names = ["period", "grain", "unit_id", "metric", "actual", "target", "attainment"];
        let warnings = table.columns(["warning"])?;
        for ([text, grain, unit, metric, actual, target, attainment], [warning]) in
            table.columns(names)?.into_iter().zip(warnings)
        {
            let Some(period) = of(text, grain) else { continue };
            let level = match warning {
                "yellow" => 1,
                "red" => 2,
                _ => 0,
            };
            let values = [
                (Told::Actual(metric.into()), figure(actual)),
                (Told::Target(metric.into()), figure(target)),
                (Told::Attainment(metric.into()), figure(attainment)),
                (Told::Warning(metric.into()), Some(Exact::from(level))),
            ];
            let known = values.into_iter().filter_map(|(what, value)| Some((what, value?)));
            told.extend(known.map(|(what, value)| ((period, unit.into(), what), value)));
        }
    }
    for ((period, unit), paid) in paid_of(&run, wanted).await? {
        let values = [(Told::Coefficient, paid.coefficient), (Told::Amount, paid.amount)];
        let known = values.into_iter().filter_map(|(what, value)| Some((what, value?)));
        told.extend(known.map(|(what, value)| ((period, unit.clone(), what), value)));
    }
    Ok(told)
}

/// What a version pays, of some periods.
///
/// # Errors
/// A ledger that cannot be read.
pub async fn paid_of(run: &Run, wanted: &[Period]) -> Result<PaidList, LedgerError> {
    let Some(table) = read_table(run, Table::Coefficients).await? else {
        return Ok(PaidList::new());
    };
    let names = ["period", "grain", "unit_id", "coefficient", "base", "amount"];
    let rows = table.columns(names)?.into_iter().filter_map(
        |[text, grain, unit, coefficient, base, amount]| {
            let is = |one: &&Period| one.to_string() == text && one.grain().code() == grain;
            let period = *wanted.iter().find(is)?;
            let paid = Paid {
                coefficient: figure(coefficient),
                base: figure(base),
                amount: figure(amount),
            };
            Some(((period, UnitId::from(unit)), paid))
        },
    );
    Ok(rows.collect())
}

/// Who is on which talent list in a version.
///
/// # Errors
/// A ledger that cannot be read.
pub async fn talent_of(run: &Run) -> Result<TalentLists, LedgerError> {
    let Some(table) = read_table(run, Table::Flags).await? else { return Ok(TalentLists::new()) };
    let rows = table.columns(["unit_id", "flag"])?.into_iter();
    let listed = rows.filter_map(|[unit, flag]| match flag {
        "promotion" => Some((UnitId::from(unit), Segment::Top)),
        "coaching" => Some((UnitId::from(unit), Segment::Bottom)),
        _ => None,
    });
    Ok(listed.collect())
}

/// The people of a version, with their names.
///
/// # Errors
/// A ledger that cannot be read.
pub async fn people_of(
    run: &Run,
) -> Result<std::collections::BTreeMap<UnitId, String>, LedgerError> {
    let Some(table) = read_table(run, Table::Scores).await? else {
        return Ok(std::collections::BTreeMap::new());
    };
    let rows = table.columns(["unit_id", "unit_name", "level"])?.into_iter();
    let people = rows.filter(|[.., level]| *level == Level::Person.code());
    Ok(people.map(|[unit, name, _]| (unit.into(), name.to_owned())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(version: u32, unit: &str, recipient: &str) -> SentLetter {
        SentLetter {
            version,
            report: "person".into(),
            unit: unit.into(),
            recipient: recipient.into(),
            message_id: format!("<{version}-{unit}>"),
        }
    }

    #[test]
    fn the_base_is_what_the_reader_has_whatever_came_after_it() {
        let day = NaiveDate::MIN;
        let version = |version, restricted| Version { version, day, restricted };
        let sent = Sent {
            versions: vec![version(1, false), version(2, false), version(3, true)],
            letters: vec![letter(1, "A", "a@x"), letter(2, "A", "a@x"), letter(1, "B", "b@x")],
        };
        let base = |unit: &str, reader| sent.base("person", &unit.into(), reader);
        assert_eq!(base("A", Some("a@x")), Some(2));
        assert_eq!(base("B", Some("b@x")), Some(1));
        assert_eq!(base("A", Some("new@x")), Some(2));
        assert_eq!(base("C", None), Some(3));
        assert_eq!(sent.first_message("person", &"A".into(), "a@x"), Some("<1-A>"));
        assert_eq!(sent.first_message("person", &"A".into(), "new@x"), None);
        assert_eq!(sent.paid().map(|of| of.version), Some(2));
    }
}
