//! `parts`: the targets of a product line, a region or a customer type.

use super::{amount, share, text};
use crate::calc::{PartScore, Scorecards};
use crate::data::columns::Column;
use crate::ledger::reasons;
use crate::model::Absence;

/// The table, ordered by period, unit, metric, dimension and value.
pub fn parts(cards: &Scorecards) -> Vec<Column> {
    let rows: &[PartScore] = &cards.parts;
    vec![
        text("period", rows, |part| Some(part.period.to_string())),
        text("grain", rows, |part| Some(part.period.grain().code().to_owned())),
        text("unit_id", rows, |part| Some(part.unit.to_string())),
        text("metric", rows, |part| Some(part.metric.to_string())),
        text("dimension", rows, |part| Some(part.dimension.to_string())),
        text("value", rows, |part| Some(part.value.clone())),
        amount("actual", rows, |part| part.actual.known().cloned()),
        amount("target", rows, |part| part.target.known().cloned()),
        share("attainment", rows, |part| part.attainment.known().cloned()),
        amount("gap", rows, |part| part.gap.clone()),
        text("state", rows, |part| {
            part.attainment.absence().map(|why: Absence| why.code().to_owned())
        }),
        text("reason", rows, |part| Some(reasons::of_part(part))),
    ]
}
