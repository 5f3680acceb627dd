//! How one figure comes about: from what its rows come to, up the metrics that it is made of; and
//! where it stands among its peers.

mod place;

pub use self::place::{Place, Ranked, place_of_composite, place_of_score};

use crate::model::{Absence, Exact, Figure, Metric, MetricId, MetricKind};

/// One metric on the way to a figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step<'a> {
    pub metric: &'a Metric,
    /// What it is computed from, each with its figure and in the order of the formula; none of a
    /// metric that is read from rows.
    pub from: Vec<(&'a str, Figure)>,
    pub figure: Figure,
}

/// The steps to a metric's figure, those that others need first; the last one is the metric
/// itself. `of_rows` tells what the rows of a simple metric come to, `months` how many months of
/// the period have begun. Nothing for a metric that is not there.
pub fn steps<'a>(
    metrics: &'a [Metric],
    id: &MetricId,
    months: &Exact,
    of_rows: &mut dyn FnMut(&MetricId) -> Figure,
) -> Vec<Step<'a>> {
    let mut reckoner = Reckoner { metrics, months, of_rows, steps: Vec::new() };
    reckoner.figure(id.as_str());
    reckoner.steps
}

struct Reckoner<'a, 'f> {
    metrics: &'a [Metric],
    months: &'f Exact,
    of_rows: &'f mut dyn FnMut(&MetricId) -> Figure,
    steps: Vec<Step<'a>>,
}

impl<'a> Reckoner<'a, '_> {
    fn figure(&mut self, name: &str) -> Figure {
        if let Some(known) = self.steps.iter().find(|step| step.metric.id.as_str() == name) {
            return known.figure.clone();
        }
        let nothing = Figure::Absent(Absence::NoData);
        let Some(metric) = self.metrics.iter().find(|metric| metric.id.as_str() == name) else {
            return nothing;
        };
        let (from, value) = match &metric.kind {
            MetricKind::Simple(_) => {
                let figure = (self.of_rows)(&metric.id);
                self.steps.push(Step { metric, from: Vec::new(), figure: figure.clone() });
                return figure;
            }
            MetricKind::Ratio { numerator, denominator } => {
                let top = self.figure(numerator.as_str());
                let bottom = self.figure(denominator.as_str());
                let value =
                    top.known().zip(bottom.known()).and_then(|(top, bottom)| top.over(bottom));
                (vec![(numerator.as_str(), top), (denominator.as_str(), bottom)], value)
            }
            MetricKind::Derived(formula) => {
                let mut from: Vec<(&str, Figure)> = Vec::new();
                for name in formula.names() {
                    let figure = match name {
                        "months" => Figure::Known(self.months.clone()),
                        metric => self.figure(metric),
                    };
                    from.push((name, figure));
                }
                let value = formula.value(&mut |name| {
                    from.iter().find(|(known, _)| *known == name)?.1.known().cloned()
                });
                (from, value)
            }
        };
        let figure = value.map_or(nothing, Figure::Known);
        self.steps.push(Step { metric, from, figure: figure.clone() });
        figure
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
