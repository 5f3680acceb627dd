//! What the metric means, and which columns and conditions make it.

use super::{FigureFound, Writer, section, text};
use crate::calc::explain::Step;
use crate::model::metric::{CreditTo, Simple};
use crate::model::{Aggregate, Direction, Metric, MetricKind, MetricUnit};
use crate::report::document::Section;

impl Writer<'_> {
    pub(super) fn definition(&self, found: &FigureFound<'_>) -> Section {
        let mut lines = Vec::new();
        if let Some(step) = found.steps.last() {
            lines.push(step.metric.definition.get(self.desk.language).to_owned());
        }
        lines.extend(found.steps.iter().rev().map(|step| self.made_of(step)));
        lines.extend(found.steps.last().map(|step| self.unit(step.metric)));
        section("definition", self.words.definition.text().to_owned(), vec![text(lines)])
    }

    /// How a metric comes about, in labels and columns.
    fn made_of(&self, step: &Step<'_>) -> String {
        let metric = self.desk.label(step.metric);
        match &step.metric.kind {
            MetricKind::Simple(simple) => self.read_from(metric, simple),
            _ => {
                let formula = self.formula(step.metric);
                self.words.equation.fill(&[("metric", metric), ("formula", &formula)])
            }
        }
    }

    fn read_from(&self, metric: &str, simple: &Simple) -> String {
        let (words, value) = (self.words, simple.value.as_deref());
        let phrase = match (simple.aggregate, value) {
            (Aggregate::Sum, _) => &words.source_sum,
            (Aggregate::Count, None) => &words.source_count,
            (Aggregate::Count, Some(_)) => &words.source_values,
            (Aggregate::CountDistinct, _) => &words.source_distinct,
        };
        let extract = simple.extract.as_str();
        let mut gaps = vec![("metric", metric), ("extract", extract)];
        gaps.extend(value.map(|value| ("value", value)));
        let mut said = vec![phrase.fill(&gaps)];
        said.extend(simple.filter.as_ref().map(|sql| words.filter.fill(&[("filter", sql)])));
        let credited = match &simple.credit_to {
            CreditTo::Person(_) => &words.by_person,
            CreditTo::Unit(_) => &words.by_unit,
        };
        let owner = simple.credit_to.column();
        said.push(credited.fill(&[("date", &simple.date), ("owner", owner)]));
        if let Some(months) = simple.trailing_months {
            let briefing = self.of.briefing;
            let dates = simple.span(&briefing.judged, briefing.fiscal);
            said.push(words.trailing.fill(&[
                ("months", &months.to_string()),
                ("from", &dates.start.to_string()),
                ("to", &dates.last_day().to_string()),
            ]));
        }
        let sentence = said.join(self.desk.words.list.clause.text());
        self.desk.words.cause.sentence.fill(&[("text", &sentence)])
    }

    /// The formula with labels in the place of ids: “销售额 − 成本”.
    pub(super) fn formula(&self, metric: &Metric) -> String {
        self.written(metric, &|name| self.label_of(name).to_owned())
    }

    /// The formula of a metric that is made of others, `name` writing each of them.
    pub(super) fn written(&self, metric: &Metric, name: &dyn Fn(&str) -> String) -> String {
        match &metric.kind {
            MetricKind::Simple(_) => String::new(),
            MetricKind::Ratio { numerator, denominator } => {
                let over = self.words.over.text();
                format!("{}{over}{}", name(numerator.as_str()), name(denominator.as_str()))
            }
            MetricKind::Derived(formula) => {
                let signs = [self.words.times.text(), self.words.over.text()];
                formula.written(signs, &mut |of| name(of))
            }
        }
    }

    fn unit(&self, metric: &Metric) -> String {
        let words = self.words;
        let unit = match metric.unit {
            MetricUnit::Money => self.desk.numbers.currency_name(),
            MetricUnit::Count => words.unit_count.text(),
            MetricUnit::Percent => words.unit_share.text(),
            MetricUnit::Days => words.unit_days.text(),
        };
        let direction = match metric.direction {
            Direction::Higher => &words.higher,
            Direction::Lower => &words.lower,
        };
        words.unit.fill(&[("unit", unit), ("direction", direction.text())])
    }
}
