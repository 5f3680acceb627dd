//! `composites`: the weighted attainment of each unit, and its place among its peers.

use super::{share, text, whole};
use crate::calc::{CompositeScore, Part, Scorecards};
use crate::data::columns::Column;
use crate::ledger::reasons;
use crate::ledger::results::scores::group;
use crate::model::Figure;

/// The table, ordered by period and unit; empty where the plan has no composite.
pub fn composites(cards: &Scorecards) -> Vec<Column> {
    let rows: Vec<&CompositeScore> = cards.composites.values().collect();
    let state = |row: &&CompositeScore| row.value.absence().map(|why| why.code().to_owned());
    vec![
        text("period", &rows, |row| Some(row.period.to_string())),
        text("grain", &rows, |row| Some(row.period.grain().code().to_owned())),
        text("unit_id", &rows, |row| Some(row.unit.to_string())),
        text("level", &rows, |row| Some(row.level.code().to_owned())),
        share("value", &rows, |row| row.value.known().cloned()),
        text("state", &rows, state),
        text("peer_group", &rows, |row| row.standing.as_ref().map(group)),
        whole("peers", &rows, |row| row.standing.as_ref().map(|standing| standing.peers as u64)),
        share("peer_mean", &rows, |row| row.standing.as_ref()?.mean.clone()),
        share("peer_median", &rows, |row| row.standing.as_ref()?.median.clone()),
        whole("rank", &rows, |row| row.standing.as_ref().map(|standing| standing.rank as u64)),
        text("reason", &rows, |row| Some(reason(row))),
    ]
}

/// Such as `sales 91.5% × 60% = 54.9%; visits absent (nobody set a target)`.
fn reason(row: &CompositeScore) -> String {
    let mut words: Vec<String> = row.parts.iter().map(part).collect();
    words.extend(row.not_ranked.as_ref().map(reasons::not_ranked));
    words.join("; ")
}

fn part(part: &Part) -> String {
    let weight = reasons::percent(&part.weight);
    match (&part.counted, &part.attainment, part.brings()) {
        (Figure::Known(counted), Figure::Known(attainment), Some(brings)) => {
            let (counted_text, brings) = (reasons::percent(counted), reasons::percent(&brings));
            let from = if counted == attainment {
                String::new()
            } else {
                format!(" (held from {})", reasons::percent(attainment))
            };
            format!("{} {counted_text}{from} × {weight} = {brings}", part.metric)
        }
        (_, Figure::Absent(why), _) | (Figure::Absent(why), _, _) => {
            format!("{} absent at weight {weight} ({})", part.metric, reasons::absent(*why))
        }
        _ => part.metric.to_string(),
    }
}
