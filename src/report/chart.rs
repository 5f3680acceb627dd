//! The line of the main metric over the months up to the judged period.

use super::calendar;
use super::desk::Desk;
use super::document::{Chart, Drawing, Line, LineStyle};
use super::words::Phrase;
use crate::calc::score::Score;
use crate::model::{Exact, Figure, Metric, Period};

const MONTHS: usize = 12;
/// At most so many steps between the rules across the chart.
const MOST_STEPS: i64 = 5;

/// The chart of the main metric.
pub(super) fn trend(desk: &Desk<'_>) -> Option<Chart> {
    trend_of(desk, desk.main()?)
}

/// The chart of a metric; none without a figure in any of the months.
pub(super) fn trend_of(desk: &Desk<'_>, metric: &Metric) -> Option<Chart> {
    let months = months(desk);
    let scores: Vec<Option<&Score>> = months
        .iter()
        .map(|month| desk.briefing.cards.score(*month, desk.unit, &metric.id))
        .collect();
    let series = |pick: fn(&Score) -> &Figure| -> Vec<Option<&Exact>> {
        scores.iter().map(|score| score.and_then(|score| pick(score).known())).collect()
    };
    let words = &desk.words.chart;
    let all = [
        (LineStyle::Actual, &words.actual, series(|score| &score.actual)),
        (LineStyle::Target, &words.target, series(|score| &score.target)),
        (LineStyle::YearAgo, &words.year_ago, series(|score| &score.year_ago)),
    ];
    if all[0].2.iter().all(Option::is_none) {
        return None;
    }
    let rules = rules(all.iter().flat_map(|(_, _, values)| values.iter().copied().flatten()));
    let count = months.len().to_string();
    let label = desk.label(metric);
    let gaps = [("count", count.as_str()), ("metric", label)];
    let lines = all
        .iter()
        .filter(|(_, _, values)| values.iter().any(Option::is_some))
        .map(|(style, name, values)| Line {
            label: name.text().to_owned(),
            style: *style,
            points: values.iter().map(|value| value.map(|value| rules.place(value))).collect(),
            last_text: values
                .last()
                .and_then(|value| *value)
                .map_or_else(String::new, |value| desk.numbers.short(metric, value, None)),
        })
        .collect();
    let alt = alt(desk, metric, &months, all.each_ref().map(|(_, name, values)| (*name, values)));
    let labels = (months.iter().enumerate())
        .map(|(at, month)| calendar::chart_label(desk.words, month, at == 0))
        .collect();
    Some(Chart {
        key: "trend",
        title: words.title.fill(&gaps),
        alt,
        drawing: Drawing::Lines { labels, lines },
        ticks: rules
            .values()
            .iter()
            .map(|value| (rules.place(value), desk.numbers.tick(metric, value)))
            .collect(),
    })
}

/// The months up to the last one of the judged period, left to right.
fn months(desk: &Desk<'_>) -> Vec<Period> {
    let last = Period::month_of(desk.dates.last_day());
    let mut months: Vec<Period> =
        std::iter::successors(Some(last), Period::previous).take(MONTHS).collect();
    months.reverse();
    months
}

/// What the picture shows: the last figure of each line that has one.
fn alt(
    desk: &Desk<'_>,
    metric: &Metric,
    months: &[Period],
    series: [(&Phrase, &Vec<Option<&Exact>>); 3],
) -> String {
    let words = &desk.words.chart;
    let said: Vec<String> = series
        .into_iter()
        .filter_map(|(name, values)| {
            let (month, value) = months
                .iter()
                .zip(values)
                .rev()
                .find_map(|(month, value)| Some((month, (*value)?)))?;
            Some(words.last.fill(&[
                ("period", &desk.period_text(*month)),
                ("line", name.text()),
                ("value", &desk.numbers.short(metric, value, None)),
            ]))
        })
        .collect();
    words.alt.fill(&[
        ("count", &months.len().to_string()),
        ("metric", &desk.label_inside(metric)),
        ("series", &said.join(desk.words.list.clause.text())),
    ])
}

/// Rules across a chart, at round steps from at or below zero to at or above the highest value.
struct Rules {
    low: Exact,
    high: Exact,
    step: Exact,
}

fn rules<'a>(values: impl Iterator<Item = &'a Exact> + Clone) -> Rules {
    let zero = Exact::zero();
    let top = values.clone().max().map_or(&zero, |value| value.max(&zero)).clone();
    let bottom = values.min().map_or(&zero, |value| value.min(&zero)).clone();
    let step = round_step(&(&top - &bottom));
    let (mut low, mut high) = (Exact::zero(), step.clone());
    while low > bottom {
        low = &low - &step;
    }
    while high < top {
        high = &high + &step;
    }
    Rules { low, high, step }
}

/// The smallest of 1, 2, 5, 10, 20 … that covers the span in few steps, from a thousandth on.
fn round_step(span: &Exact) -> Exact {
    let mut step = Exact::from_minor(1, 3);
    let mut factors = [(2, 1), (5, 2), (2, 1)].into_iter().cycle();
    while &step * &Exact::from(MOST_STEPS) < *span {
        let Some((times, over)) = factors.next() else { break };
        step = &(&step * &Exact::from(times)) / over;
    }
    if span.is_zero() { Exact::one() } else { step }
}

impl Rules {
    /// 0 at the lowest rule, 1 at the highest.
    fn place(&self, value: &Exact) -> f64 {
        let share = (value - &self.low).over(&(&self.high - &self.low));
        share.map_or(0.0, |share| share.to_drawing())
    }

    fn values(&self) -> Vec<Exact> {
        let next = |value: &Exact| Some(value + &self.step).filter(|next| *next <= self.high);
        std::iter::successors(Some(self.low.clone()), next).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn steps(top: &str) -> Vec<String> {
        let top = Exact::parse(top).unwrap();
        rules([top].iter()).values().iter().map(crate::model::round::to_plain).collect()
    }

    #[test]
    fn rules_stand_at_round_steps() {
        assert_eq!(steps("9200000"), ["0", "2000000", "4000000", "6000000", "8000000", "10000000"]);
        assert_eq!(
            steps("0.97"),
            ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"].map(|s| {
                Exact::parse(s).map(|value| crate::model::round::to_plain(&value)).unwrap()
            })
        );
        assert_eq!(steps("0"), ["0", "1"]);
    }

    proptest! {
        #[test]
        fn every_value_lies_between_few_rules(values in prop::collection::vec(any::<i32>(), 1..24)) {
            let values: Vec<Exact> = values.into_iter().map(Exact::from).collect();
            let rules = rules(values.iter());
            prop_assert!((2..=8).contains(&rules.values().len()));
            for value in &values {
                prop_assert!((0.0..=1.0).contains(&rules.place(value)));
            }
        }
    }
}
