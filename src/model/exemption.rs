//! Who is not judged, for how long, and why.

use chrono::NaiveDate;

use super::{DateRange, MetricId, TargetOrigin, UnitId};

/// A unit that is taken out of all judgements of a metric for some days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exemption {
    pub unit: UnitId,
    /// None for all metrics.
    pub metric: Option<MetricId>,
    /// First day; open where none.
    pub from: Option<NaiveDate>,
    /// The day after the last; open where none.
    pub to: Option<NaiveDate>,
    /// Why, as written.
    pub reason: String,
    pub origin: TargetOrigin,
}

impl Exemption {
    /// Whether it takes the metric out.
    pub fn holds_for(&self, metric: &MetricId) -> bool {
        self.metric.as_ref().is_none_or(|only| only == metric)
    }

    /// The days among `dates` that are taken out.
    pub fn days_in(&self, dates: &DateRange) -> Option<DateRange> {
        let start = self.from.map_or(dates.start, |from| from.max(dates.start));
        let end = self.to.map_or(dates.end, |to| to.min(dates.end));
        DateRange::new(start, end)
    }
}
