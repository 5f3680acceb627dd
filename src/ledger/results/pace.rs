//! `pace`: where the year is heading, by the judged month.

use super::scores::moved;
use super::{amount, share, text, whole};
use crate::calc::pace::{Estimate, Forecast, Pace, Progress};
use crate::calc::{Recovery, Scorecards};
use crate::data::columns::Column;
use crate::ledger::reasons_pace;
use crate::model::Exact;

/// The table, ordered by unit and metric.
pub fn pace(cards: &Scorecards) -> Vec<Column> {
    let rows: Vec<&Pace> = cards.pace.values().collect();
    let passed = |of: &Estimate<Progress>| of.as_ref().ok().map(|of| of.share.clone());
    let value = |of: &Estimate<Forecast>| of.as_ref().ok().map(|of| of.value.clone());
    let days = |pace: &Pace, of: fn(&Progress) -> &Exact| -> Option<u64> {
        let days = of(pace.by_days.as_ref().ok()?);
        crate::model::round::to_minor(days, 0).and_then(|days| u64::try_from(days).ok())
    };
    vec![
        text("period", &rows, |pace| Some(pace.month.to_string())),
        text("unit_id", &rows, |pace| Some(pace.unit.to_string())),
        text("metric", &rows, |pace| Some(pace.metric.to_string())),
        text("year", &rows, |pace| Some(pace.year.to_string())),
        amount("target", &rows, |pace| pace.target.known().cloned()),
        amount("to_date", &rows, |pace| pace.to_date.known().cloned()),
        amount("target_to_date", &rows, |pace| pace.target_to_date.known().cloned()),
        whole("days_passed", &rows, |pace| days(pace, |of| &of.passed)),
        whole("days", &rows, |pace| days(pace, |of| &of.whole)),
        share("progress_by_days", &rows, |pace| passed(&pace.by_days)),
        share("progress_by_targets", &rows, |pace| passed(&pace.by_targets)),
        share("quarter_by_days", &rows, |pace| passed(&pace.quarter_by_days)),
        share("quarter_by_targets", &rows, |pace| passed(&pace.quarter_by_targets)),
        amount("rate_by_days", &rows, |pace| value(&pace.rate_by_days)),
        amount("rate_by_targets", &rows, |pace| value(&pace.rate_by_targets)),
        amount("by_last_year", &rows, |pace| value(&pace.by_last_year)),
        whole("months_left", &rows, |pace| Some(u64::from(pace.months_left))),
        amount("required", &rows, |pace| pace.required.clone().ok()),
        text("best_month", &rows, |pace| pace.best.as_ref().map(|best| best.0.to_string())),
        amount("best", &rows, |pace| pace.best.as_ref().map(|best| best.1.clone())),
        text("recovery", &rows, |pace| Some(recovery(pace, |of| of.state.code().to_owned())?)),
        amount("behind", &rows, |pace| recovery(pace, |of| of.behind.clone())),
        text("reason", &rows, |pace| Some(reasons_pace::of_pace(pace))),
        amount("rolling_3", &rows, |pace| pace.rolling.actual.known().cloned()),
        amount("rolling_3_year_ago", &rows, |pace| pace.rolling.year_ago.known().cloned()),
        share("rolling_3_yoy", &rows, |pace| moved(&pace.rolling.yoy)),
    ]
}

fn recovery<T>(pace: &Pace, of: impl Fn(&Recovery) -> T) -> Option<T> {
    pace.recovery.as_ref().ok().map(of)
}
