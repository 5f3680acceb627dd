//! The line of the main metric over the months up to the judged period.

use super::calendar;
use super::desk::Desk;
use super::document::{Chart, Drawing, Line, LineStyle};
use super::rules::Rules;
use super::words::Phrase;
use crate::calc::score::Score;
use crate::model::{Exact, Figure, Metric, Period};

const MONTHS: usize = 12;

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
    let rules =
        Rules::from_zero(all.iter().flat_map(|(_, _, values)| values.iter().copied().flatten()));
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
        ticks: rules.ticks(desk, metric),
    })
}

/// The months up to the last one of the judged period, left to right.
pub(super) fn months(desk: &Desk<'_>) -> Vec<Period> {
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
