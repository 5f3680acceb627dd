//! From target to actual, by what made the difference: the drivers, and the months so far.

use super::calendar;
use super::causes::{base_name, cause_of, change_text, period_of, score_of, span_of, spanning};
use super::desk::Desk;
use super::document::{Along, Chart, Drawing, Step, StepRole};
use super::rules::Rules;
use super::words::inside;
use crate::calc::causes::{Base, Cause, Split};
use crate::model::{Direction, Exact, Metric};

/// The pictures of the main metric where it is warned: what the drivers make of its gap, and what
/// the months do. A part alone is no picture.
pub(super) fn charts(desk: &Desk<'_>) -> Vec<Chart> {
    let explained =
        desk.main().and_then(|metric| Some((metric, cause_of(desk, desk.unit, metric)?)));
    let Some((metric, cause)) = explained else { return Vec::new() };
    [by_drivers(desk, metric, cause), by_months(desk, metric, cause)]
        .into_iter()
        .flatten()
        .collect()
}

/// What each factor makes of the gap, or of the change where the factors have no targets.
fn by_drivers(desk: &Desk<'_>, metric: &Metric, cause: &Cause) -> Option<Chart> {
    let split = &cause.drivers.as_ref()?.split;
    let parts = split
        .parts
        .iter()
        .map(|part| Some((desk.label(desk.metric(&part.name.metric)?).to_owned(), &part.amount)))
        .collect::<Option<Vec<_>>>()?;
    let words = &desk.words.waterfall;
    let title = words.drivers_title.fill(&[
        ("metric", desk.label(metric)),
        ("base", &start_name(desk, split.base)),
        ("period", &desk.period_text(cause.period)),
    ]);
    let whole = Whole::of(desk, cause, split)?;
    let (alt, ticks, drawing) = drawn(desk, metric, &whole, parts, Along::Names)?;
    Some(Chart { key: "drivers", title, alt, ticks, drawing })
}

/// What each month makes of the gap of the period, or of the year to date.
fn by_months(desk: &Desk<'_>, metric: &Metric, cause: &Cause) -> Option<Chart> {
    let longer = spanning(desk, cause)?;
    let split = longer.months.as_ref()?;
    let parts = split.parts.iter();
    let parts =
        parts.map(|part| (calendar::short_month(desk.words, &part.name), &part.amount)).collect();
    let words = &desk.words.waterfall;
    let title = words.months_title.fill(&[
        ("metric", desk.label(metric)),
        ("base", &start_name(desk, split.base)),
        ("period", &span_of(desk, longer)),
    ]);
    let whole = Whole::of(desk, longer, split)?;
    let (alt, ticks, drawing) = drawn(desk, metric, &whole, parts, Along::Time)?;
    Some(Chart { key: "months", title, alt, ticks, drawing })
}

/// The figures at both ends, and what lies between them.
struct Whole<'a> {
    cause: &'a Cause,
    base: Base,
    from: Exact,
    to: &'a Exact,
    /// Of the parts, what nothing explains.
    rest: &'a Exact,
}

impl<'a> Whole<'a> {
    fn of<N>(desk: &Desk<'a>, cause: &'a Cause, split: &'a Split<N>) -> Option<Self> {
        let to = score_of(desk, cause)?.actual.known()?;
        Some(Self { cause, base: split.base, from: to - &split.whole, to, rest: &split.rest })
    }
}

/// A step's name, what it makes of the whole, and whether it is what nothing explains.
type Amount<'a> = (String, &'a Exact, bool);

/// The size of the largest step, whose scale all of them have.
fn largest(steps: &[Amount<'_>]) -> Exact {
    steps.iter().map(|(_, amount, _)| amount.abs()).max().unwrap_or_else(Exact::zero)
}

type Drawn = (String, Vec<(f64, String)>, Drawing);

/// Alternative text, rules and bars: from the base by each part, and what is left over, to the
/// actual. None where there are fewer than two steps.
fn drawn(
    desk: &Desk<'_>,
    metric: &Metric,
    whole: &Whole<'_>,
    parts: Vec<(String, &Exact)>,
    along: Along,
) -> Option<Drawn> {
    let rest = Some((desk.words.cause.rest.text().to_owned(), whole.rest));
    let steps: Vec<Amount<'_>> = (parts.into_iter().map(|(name, part)| (name, part, false)))
        .chain(rest.filter(|(_, rest)| !rest.is_zero()).map(|(name, rest)| (name, rest, true)))
        .collect();
    if steps.len() < 2 {
        return None;
    }
    let mut levels = vec![whole.from.clone()];
    for (_, amount, _) in &steps {
        levels.push(&levels[levels.len() - 1] + *amount);
    }
    let rules = Rules::around(levels.iter());
    let foot = rules.begins_at().cloned().unwrap_or_else(Exact::zero);
    let bar = |label: String, text: String, role, (from, to): (&Exact, &Exact)| Step {
        label,
        text,
        role,
        from: rules.place(from),
        to: rules.place(to),
    };
    let (name, role) = match whole.base {
        Base::Target => (desk.words.chart.target.text(), StepRole::Target),
        base => (base_name(desk, base), StepRole::Earlier),
    };
    let from = desk.numbers.short(metric, &whole.from, None);
    let to = desk.numbers.short(metric, whole.to, Some(&whole.from));
    let largest = largest(&steps);
    let mut bars = vec![bar(name.to_owned(), from, role, (&foot, &whole.from))];
    for ((name, amount, is_rest), ends) in steps.iter().zip(levels.windows(2)) {
        let better = amount.is_positive() == (metric.direction == Direction::Higher);
        let role = match (is_rest, better) {
            (true, _) => StepRole::Rest,
            (false, true) => StepRole::Gain,
            (false, false) => StepRole::Loss,
        };
        let text = desk.numbers.step(metric, amount, &largest);
        bars.push(bar(name.clone(), text, role, (&ends[0], &ends[1])));
    }
    let actual = desk.words.chart.actual.text().to_owned();
    bars.push(bar(actual, to, StepRole::Actual, (&foot, whole.to)));
    let words = &desk.words.waterfall;
    let axis_note = rules
        .begins_at()
        .map(|foot| words.axis_note.fill(&[("value", &desk.numbers.tick(metric, foot))]));
    let drawing =
        Drawing::Waterfall { along, steps: bars, axis_note: axis_note.unwrap_or_default() };
    Some((alt(desk, metric, whole, &steps), rules.ticks(desk, metric), drawing))
}

/// What the steps begin from, inside a title.
fn start_name(desk: &Desk<'_>, base: Base) -> String {
    match base {
        Base::Target => inside(desk.words.chart.target.text()),
        base => base_name(desk, base).to_owned(),
    }
}

/// What the picture says: the gap or the change, and what each part makes of it.
fn alt(desk: &Desk<'_>, metric: &Metric, whole: &Whole<'_>, steps: &[Amount<'_>]) -> String {
    let words = &desk.words.waterfall;
    let difference = whole.to - &whole.from;
    let message = match whole.base {
        Base::Target => desk.gap(metric, &difference),
        base => desk.words.cause.compared.fill(&[
            ("base", base_name(desk, base)),
            ("change", &change_text(desk, metric, &difference)),
        ]),
    };
    let largest = largest(steps);
    let said: Vec<String> = steps
        .iter()
        .map(|(name, amount, _)| {
            let amount = desk.numbers.step(metric, amount, &largest);
            words.step.fill(&[("name", name), ("amount", &amount)])
        })
        .collect();
    words.alt.fill(&[
        ("period", &period_of(desk, whole.cause)),
        ("metric", desk.label(metric)),
        ("message", &message),
        ("steps", &desk.words.list(&said)),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Language;
    use crate::report::fixture;

    /// The pictures of a department that is behind, in both languages.
    fn drawn_for(unit: &str) -> Vec<Chart> {
        let company = fixture::company();
        let briefing = company.briefing();
        let all = [Language::Zh, Language::En]
            .map(|language| charts(&Desk::new(&briefing, &unit.into(), language)));
        all.into_iter().flatten().collect()
    }

    fn steps(chart: &Chart) -> &[Step] {
        let Drawing::Waterfall { steps, .. } = &chart.drawing else { panic!("no waterfall") };
        steps
    }

    #[test]
    fn pictures_say_what_made_the_gap() {
        let charts = drawn_for("D11");
        let said = charts.iter().map(|chart| {
            let Drawing::Waterfall { along, axis_note, .. } = &chart.drawing else { panic!() };
            let ticks: Vec<&str> = chart.ticks.iter().map(|(_, text)| text.as_str()).collect();
            let bars = steps(chart).iter().map(|step| {
                let Step { label, text, role, from, to } = step;
                format!("  {label} {text} {role:?} {from:.4} to {to:.4}")
            });
            let bars: Vec<String> = bars.collect();
            let (title, alt, ticks) = (&chart.title, &chart.alt, ticks.join(" "));
            format!("{title}\n{alt}\n{along:?}: {ticks} / {axis_note}\n{}", bars.join("\n"))
        });
        insta::assert_snapshot!("waterfalls", said.collect::<Vec<_>>().join("\n\n"));
    }

    #[test]
    fn each_bar_begins_where_the_last_one_ended() {
        let charts = drawn_for("D11");
        assert_eq!(charts.len(), 4);
        for chart in charts {
            let steps = steps(&chart);
            let (Some(first), Some(last)) = (steps.first(), steps.last()) else { panic!() };
            assert!(first.role.is_whole() && last.role == StepRole::Actual);
            let mut at = first.to;
            for step in &steps[1..steps.len() - 1] {
                assert!(!step.role.is_whole() && step.from == at, "{step:?} from {at}");
                at = step.to;
            }
            assert!((first.from, last.from, last.to) == (0.0, 0.0, at));
        }
    }

    #[test]
    fn what_nothing_explains_is_a_bar_of_its_own() {
        let mut company = fixture::company();
        let cause = company.cards.causes.values_mut().find(|cause| cause.unit.as_str() == "D11");
        let split = &mut cause.unwrap().drivers.as_mut().unwrap().split;
        split.rest = split.parts.pop().unwrap().amount;
        let briefing = company.briefing();
        let charts = charts(&Desk::new(&briefing, &"D11".into(), Language::Zh));
        let roles: Vec<StepRole> = steps(&charts[0]).iter().map(|step| step.role).collect();
        let (gain, loss) = (StepRole::Gain, StepRole::Loss);
        assert_eq!(roles, [StepRole::Target, gain, loss, StepRole::Rest, StepRole::Actual]);
    }

    #[test]
    fn there_is_no_picture_where_nothing_is_explained() {
        assert!(drawn_for("C00").is_empty());
        let mut company = fixture::company();
        for cause in company.cards.causes.values_mut() {
            cause.drivers = None;
            if let Some(months) = &mut cause.months {
                months.parts.truncate(1);
                months.rest = Exact::zero();
            }
        }
        let briefing = company.briefing();
        assert!(charts(&Desk::new(&briefing, &"D11".into(), Language::En)).is_empty());
    }
}
