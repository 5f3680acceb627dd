//! The arithmetic from the rows' sums to the figure, the attainment and the gap.

use super::{FigureFound, Subject, Writer, section, text};
use crate::calc::explain::Step;
use crate::calc::score::Score;
use crate::model::{Aggregate, Direction, Exact, Metric, MetricKind};
use crate::report::document::Section;

impl Writer<'_> {
    pub(super) fn reckoning(&self, found: &FigureFound<'_>) -> Section {
        let mut lines: Vec<String> =
            found.steps.iter().filter_map(|step| self.step(found, step)).collect();
        if let (Some(last), Some(line)) = (found.steps.last(), lines.last_mut())
            && let Some(value) = last.figure.known()
        {
            let against = self.desk.score(self.of.unit, &last.metric.id);
            let target = against.and_then(|score| score.target.known());
            let shown = self.desk.numbers.full(last.metric, value, target);
            if shown != self.exact(last.metric, value) {
                *line = self.words.shown.fill(&[("equation", line), ("shown", &shown)]);
            }
        }
        if let Subject::Metric(metric) = self.of.subject
            && let Some(score) = self.desk.score(self.of.unit, &metric.id)
        {
            lines.extend(self.attainment(metric, score));
            lines.extend(self.gap(metric, score));
        }
        section("reckoning", self.words.reckoning.text().to_owned(), vec![text(lines)])
    }

    /// One metric from its rows, or from its parts; of the parts without rows, `rows` tells.
    fn step(&self, found: &FigureFound<'_>, step: &Step<'_>) -> Option<String> {
        let (words, label) = (self.words, self.desk.label(step.metric));
        let Some(value) = step.figure.known() else {
            let absent = step.from.iter().find(|(_, figure)| figure.known().is_none());
            let part = absent.or(step.from.last()).map(|(name, _)| self.label_of(name))?;
            return Some(words.no_step.fill(&[("metric", label), ("part", part)]));
        };
        let shown = self.exact(step.metric, value);
        if let MetricKind::Simple(simple) = &step.metric.kind {
            let count = self.rows_of(found, &step.metric.id);
            let phrase = match simple.aggregate {
                Aggregate::Sum => &words.sum_of,
                Aggregate::Count => &words.count_of,
                Aggregate::CountDistinct => &words.distinct_of,
            };
            let count = self.count(count);
            return Some(phrase.fill(&[("metric", label), ("count", &count), ("value", &shown)]));
        }
        let numbers = self.written(step.metric, &|name| {
            let figure = step.from.iter().find(|(known, _)| *known == name);
            let value = figure.and_then(|(_, figure)| figure.known());
            value.map_or_else(String::new, |value| self.exact_of(name, value))
        });
        Some(words.result.fill(&[
            ("metric", label),
            ("formula", &self.formula(step.metric)),
            ("numbers", &numbers),
            ("value", &shown),
        ]))
    }

    /// How many rows of the unit count for a metric.
    pub(super) fn rows_of(&self, found: &FigureFound<'_>, metric: &crate::model::MetricId) -> u64 {
        let Some((table, place)) = found.rows.table_of(metric) else { return 0 };
        let table = &found.rows.tables[table];
        table.units.get(self.of.unit).map_or(0, |unit| table.counted(unit, place))
    }

    fn exact_of(&self, name: &str, value: &Exact) -> String {
        match self.desk.metric(&name.into()) {
            Some(metric) => self.exact(metric, value),
            None => crate::model::round::to_plain(value),
        }
    }

    fn attainment(&self, metric: &Metric, score: &Score) -> Option<String> {
        let share = score.attainment.known()?;
        let (actual, target) = (score.actual.known()?, score.target.known()?);
        let phrase = match metric.direction {
            Direction::Higher => &self.words.quotient,
            Direction::Lower => &self.words.quotient_lower,
        };
        let exact = self.exact_share(share, 1);
        let equation = phrase.fill(&[
            ("name", self.desk.words.column.attainment.text()),
            ("top", &self.exact(metric, actual)),
            ("bottom", &self.exact(metric, target)),
            ("value", &exact),
        ]);
        let shown = self.desk.numbers.attainment(share);
        Some(match shown == exact {
            true => equation,
            false => self.words.shown.fill(&[("equation", &equation), ("shown", &shown)]),
        })
    }

    fn gap(&self, metric: &Metric, score: &Score) -> Option<String> {
        let gap = score.gap.as_ref()?;
        let (actual, target) = (score.actual.known()?, score.target.known()?);
        let formula = format!("{} − {}", self.exact(metric, actual), self.exact(metric, target));
        let value = self.exact(metric, gap);
        let equation = format!("{formula} = {value}");
        let name = self.desk.words.column.gap.text();
        Some(self.words.equation.fill(&[("metric", name), ("formula", &equation)]))
    }
}
