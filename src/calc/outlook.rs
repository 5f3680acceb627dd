//! What comes next: the targets of the quarter after the judged one, and of its months.

use std::collections::BTreeMap;

use super::figures::Figures;
use super::judge::Case;
use crate::model::{Figure, MetricId, Period, UnitId};

/// The targets that are known of a quarter before it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlook {
    pub quarter: Period,
    /// Of the quarter and of each of its months.
    targets: BTreeMap<(Period, UnitId, MetricId), Figure>,
}

impl Outlook {
    pub fn new(quarter: Period, targets: BTreeMap<(Period, UnitId, MetricId), Figure>) -> Self {
        Self { quarter, targets }
    }

    /// The targets of some units and metrics alone.
    pub fn only(&self, keep: impl Fn(&UnitId, &MetricId) -> bool) -> Self {
        let kept = self.targets.iter().filter(|((_, unit, metric), _)| keep(unit, metric));
        Self::new(
            self.quarter,
            kept.map(|(place, target)| (place.clone(), target.clone())).collect(),
        )
    }

    /// A target that is known.
    pub fn target(&self, period: Period, unit: &UnitId, metric: &MetricId) -> Option<&Figure> {
        let place = (period, unit.clone(), metric.clone());
        self.targets.get(&place).filter(|target| target.known().is_some())
    }
}

impl Case<'_> {
    /// Looks the targets up by the rules that a judged quarter's are found by.
    pub fn outlook(&self, figures: &Figures<'_>, quarter: Period) -> Outlook {
        let periods = std::iter::once(quarter).chain(quarter.months(self.fiscal));
        let periods: Vec<Period> = periods.collect();
        let mut targets = BTreeMap::new();
        for metric in self.metrics.iter().filter(|metric| !metric.hidden) {
            for &period in &periods {
                let of = self.targets_in(figures, metric, period);
                targets.extend(
                    of.into_iter()
                        .map(|(unit, target)| ((period, unit, metric.id.clone()), target)),
                );
            }
        }
        Outlook::new(quarter, targets)
    }
}
