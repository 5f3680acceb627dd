//! `tilt`: suggested shares of customers and market budget.

use super::{share, text};
use crate::calc::Scorecards;
use crate::calc::tilt::TiltShare;
use crate::data::columns::Column;
use crate::model::Period;

/// The table, by resource and unit.
pub fn tilt(cards: &Scorecards) -> Vec<Column> {
    let rows: Vec<(Period, &TiltShare)> = cards
        .tilt
        .iter()
        .flat_map(|tilt| tilt.shares.iter().map(|share| (tilt.period, share)))
        .collect();
    vec![
        text("period", &rows, |(period, _)| Some(period.to_string())),
        text("grain", &rows, |(period, _)| Some(period.grain().code().to_owned())),
        text("unit_id", &rows, |(_, of)| Some(of.unit.to_string())),
        text("resource", &rows, |(_, of)| Some(of.resource.code().to_owned())),
        text("base_by", &rows, |(_, of)| Some(of.base_by.code().to_owned())),
        share("base", &rows, |(_, of)| of.base.clone()),
        share("attainment", &rows, |(_, of)| of.attainment.known().cloned()),
        share("factor", &rows, |(_, of)| of.factor.clone()),
        share("share", &rows, |(_, of)| of.share.clone()),
        text("reason", &rows, |(_, of)| Some(why(of).to_owned())),
    ]
}

fn why(of: &TiltShare) -> &'static str {
    match (&of.base, &of.factor) {
        (None, _) => "nothing to take a base share from: left out",
        (Some(_), None) => "no attainment: the base share is kept",
        (Some(_), Some(_)) => "base share × factor, brought back to 100 %",
    }
}
