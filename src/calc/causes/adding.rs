//! How the parts of a metric make its whole.

use super::inquiry::Inquiry;
use crate::model::{Metric, MetricId, MetricKind};

/// What adds up over units, months and values of a dimension.
pub(super) enum Adding<'a> {
    /// The figures themselves.
    Plain,
    /// Of a quotient: what its top has beyond the target's share of its bottom. With the target t
    /// of the whole, the parts' (top − t × bottom) ÷ whole bottom add up to the gap.
    Over { top: &'a MetricId, bottom: &'a MetricId },
    /// Nothing.
    Not,
}

impl Inquiry<'_> {
    pub(super) fn adding<'m>(&self, metric: &'m Metric) -> Adding<'m> {
        match &metric.kind {
            MetricKind::Ratio { numerator, denominator }
                if self.adds(numerator) && self.adds(denominator) =>
            {
                Adding::Over { top: numerator, bottom: denominator }
            }
            MetricKind::Ratio { .. } => Adding::Not,
            MetricKind::Simple(_) | MetricKind::Derived(_) => {
                if self.adds(&metric.id) {
                    Adding::Plain
                } else {
                    Adding::Not
                }
            }
        }
    }

    fn adds(&self, id: &MetricId) -> bool {
        self.metric(id).is_some_and(|metric| match &metric.kind {
            MetricKind::Simple(_) => metric.is_additive(),
            MetricKind::Ratio { .. } => false,
            MetricKind::Derived(formula) => {
                // The number of months is no metric, and so adds up to nothing.
                formula.is_linear() && formula.names().iter().all(|name| self.adds(&(*name).into()))
            }
        })
    }

    /// The metrics from rows that a metric is made of.
    pub(super) fn leaves<'m>(&self, id: &'m MetricId) -> Vec<MetricId> {
        let below = |ids: Vec<MetricId>| ids.iter().flat_map(|id| self.leaves(id)).collect();
        match self.metric(id).map(|metric| &metric.kind) {
            None => Vec::new(),
            Some(MetricKind::Simple(_)) => vec![id.clone()],
            Some(MetricKind::Ratio { numerator, denominator }) => {
                below(vec![numerator.clone(), denominator.clone()])
            }
            Some(MetricKind::Derived(formula)) => {
                below(formula.names().into_iter().map(MetricId::from).collect())
            }
        }
    }
}
