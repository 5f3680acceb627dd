//! `flags`: what marks a unit out beyond its scores.

use super::{share, text};
use crate::calc::recovery::RecoveryState;
use crate::calc::talent::{Missing, QuarterPlace, Segment, TalentEntry, TalentGroup, TalentList};
use crate::calc::{Scorecards, Within};
use crate::data::columns::Column;
use crate::ledger::reasons_pace::of_recovery;
use crate::model::{Exact, Grain, Period};

/// A line of the table.
struct Flag {
    period: Period,
    unit: String,
    metric: String,
    flag: &'static str,
    value: Option<Exact>,
    reason: String,
}

/// The table: promotion, coaching, the groups that had neither, then streaks of warnings and the
/// states of recovery, each by unit and metric.
pub fn flags(cards: &Scorecards) -> Vec<Column> {
    let talent = cards.talent.iter().flat_map(of_talent);
    let rows: Vec<Flag> = talent.chain(streaks(cards)).chain(recoveries(cards)).collect();
    vec![
        text("period", &rows, |flag| Some(flag.period.to_string())),
        text("grain", &rows, |flag| Some(flag.period.grain().code().to_owned())),
        text("unit_id", &rows, |flag| Some(flag.unit.clone())),
        text("metric", &rows, |flag| Some(flag.metric.clone())),
        text("flag", &rows, |flag| Some(flag.flag.to_owned())),
        share("value", &rows, |flag| flag.value.clone()),
        text("reason", &rows, |flag| Some(flag.reason.clone())),
    ]
}

/// Warnings of the judged month, the last one, that have lasted for two months or more.
fn streaks(cards: &Scorecards) -> impl Iterator<Item = Flag> {
    let months = cards.scores.keys().map(|(period, _, _)| *period);
    let judged = months.filter(|period| period.grain() == Grain::Month).max();
    let lasting =
        cards.scores.values().filter(move |of| Some(of.period) == judged && of.streak > 1);
    lasting.map(|of| Flag {
        period: of.period,
        unit: of.unit.to_string(),
        metric: of.metric.to_string(),
        flag: "warning_streak",
        value: Some(Exact::from(u64::from(of.streak))),
        reason: format!("{} now, with a warning for {} months", of.warning.code(), of.streak),
    })
}

/// Units that are behind the year's targets to date, or back on them.
fn recoveries(cards: &Scorecards) -> impl Iterator<Item = Flag> {
    cards.pace.values().filter_map(|pace| {
        let recovery = pace.recovery.as_ref().ok()?;
        (recovery.state != RecoveryState::OnPlan).then(|| Flag {
            period: pace.month,
            unit: pace.unit.to_string(),
            metric: pace.metric.to_string(),
            flag: recovery.state.code(),
            value: Some(recovery.behind.clone()),
            reason: of_recovery(pace, recovery),
        })
    })
}

fn of_talent(list: &TalentList) -> Vec<Flag> {
    let flag = |unit: &str, flag, value, reason| Flag {
        period: list.quarter,
        unit: unit.to_owned(),
        metric: list.by.code().to_owned(),
        flag,
        value,
        reason,
    };
    let listed = list.entries.iter().map(|entry| {
        let word = match entry.segment {
            Segment::Bottom => "coaching",
            Segment::Top | Segment::Middle => "promotion",
        };
        let value = entry.judged().map(|place| place.value.clone());
        flag(entry.unit.as_str(), word, value, why(entry))
    });
    let too_small = list.groups.iter().filter(|group| group.edges.is_none()).map(|group| {
        let members = Exact::from(group.members as u64);
        flag(
            within(&group.group.within),
            "talent_not_applicable",
            Some(members),
            too_few(group, list),
        )
    });
    listed.chain(too_small).collect()
}

/// “top in 3 quarters: 2025-Q4 2/17, 2026-Q1 1/18, 2026-Q2 3/17”.
fn why(entry: &TalentEntry) -> String {
    let quarters: Vec<String> = entry
        .quarters
        .iter()
        .map(|quarter| match &quarter.place {
            QuarterPlace::Ranked(place) => {
                format!("{} {}/{}", quarter.period, place.rank, place.peers)
            }
            QuarterPlace::Missing(why) => {
                format!("{} passed over ({})", quarter.period, missing(why))
            }
        })
        .collect();
    let part = match entry.segment {
        Segment::Bottom => "bottom",
        Segment::Top | Segment::Middle => "top",
    };
    format!("in the {part} of the group: {}", quarters.join(", "))
}

fn missing(why: &Missing) -> String {
    match why {
        Missing::NotJudged => "not judged".to_owned(),
        Missing::Absent(absence) => absence.code().to_owned(),
        Missing::NotRanked => "not ranked".to_owned(),
        Missing::SmallGroup { members, least } => {
            format!("{members} in the group, fewer than {least}")
        }
        Missing::NoRun => "no delivered run".to_owned(),
    }
}

fn too_few(group: &TalentGroup, list: &TalentList) -> String {
    format!("{} people ranked, fewer than {}", group.members, list.least_group)
}

/// What the members of a group share: a unit's id, a role, or the group's name.
fn within(within: &Within) -> &str {
    match within {
        Within::Unit(unit) => unit.as_str(),
        Within::Role(name) | Within::Group(name) => name,
    }
}
