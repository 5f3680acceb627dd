//! `scores`: every metric of every unit in every judged period.

use super::{amount, share, text, whole};
use crate::calc::{Change, PeerStanding, Score, Scorecards, Within};
use crate::data::columns::Column;
use crate::ledger::reasons;
use crate::model::{Absence, Exact, Figure, Language, Org, UnitId};

/// The table, ordered by period, unit and metric.
pub fn scores(cards: &Scorecards, org: &Org) -> Vec<Column> {
    let rows: Vec<&Score> = cards.scores.values().collect();
    let standing = |score: &&Score| score.standing.clone();
    vec![
        text("period", &rows, |score| Some(score.period.to_string())),
        text("grain", &rows, |score| Some(score.period.grain().code().to_owned())),
        text("unit_id", &rows, |score| Some(score.unit.to_string())),
        text("unit_name", &rows, |score| Some(org.name(&score.unit, Language::Zh))),
        text("level", &rows, |score| Some(score.level.code().to_owned())),
        text("parent_id", &rows, |score| score.parent.as_ref().map(UnitId::to_string)),
        text("metric", &rows, |score| Some(score.metric.to_string())),
        amount("actual", &rows, |score| score.actual.known().cloned()),
        amount("target", &rows, |score| score.target.known().cloned()),
        share("attainment", &rows, |score| score.attainment.known().cloned()),
        amount("gap", &rows, |score| score.gap.clone()),
        text("state", &rows, |score| state(score).map(|why| why.code().to_owned())),
        amount("previous", &rows, |score| score.previous.known().cloned()),
        share("mom", &rows, |score| moved(&score.mom)),
        amount("year_ago", &rows, |score| score.year_ago.known().cloned()),
        share("yoy", &rows, |score| moved(&score.yoy)),
        text("peer_group", &rows, |score| standing(score).map(|standing| group(&standing))),
        whole("peers", &rows, |score| standing(score).map(|standing| standing.peers as u64)),
        share("peer_mean", &rows, |score| standing(score)?.mean),
        share("peer_median", &rows, |score| standing(score)?.median),
        whole("rank", &rows, |score| standing(score).map(|standing| standing.rank as u64)),
        text("warning", &rows, |score| Some(score.warning.code().to_owned())),
        text("reason", &rows, |score| Some(reasons::of_score(score))),
        whole("streak", &rows, |score| (score.streak > 0).then_some(u64::from(score.streak))),
    ]
}

/// Why there is no attainment; none where there is one.
fn state(score: &Score) -> Option<Absence> {
    match &score.attainment {
        Figure::Known(_) => None,
        Figure::Absent(why) => Some(*why),
    }
}

pub(super) fn moved(change: &Change) -> Option<Exact> {
    match change {
        Change::Relative(share) | Change::Points(share) => Some(share.clone()),
        Change::Absent(_) => None,
    }
}

/// Such as `person within C00`, or `department (depth 2) within C00`.
pub(super) fn group(standing: &PeerStanding) -> String {
    let group = &standing.group;
    let depth = if group.depth > 0 { format!(" (depth {})", group.depth) } else { String::new() };
    let by = if standing.by_attainment { "attainment" } else { "actual" };
    let within = match &group.within {
        Within::Unit(unit) => unit.to_string(),
        Within::Role(role) => format!("role {role}"),
        Within::Group(name) => format!("group {name}"),
    };
    format!("{}{depth} within {within} by {by}", group.level.code())
}
