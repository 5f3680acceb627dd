//! The table of a metric's factors: now, base, what each makes of the whole, and its share.

use super::base_name;
use super::conclusion::whole_name;
use crate::calc::causes::{Base, Cause, Driver, DriverBase, Part};
use crate::model::{Exact, Metric, MetricUnit, round};
use crate::report::desk::{Desk, plain, strong};
use crate::report::document::{Cell, Table, Tone};
use crate::report::units::{left, right, table};

/// The table; none where no tree explains the metric.
pub(super) fn factors(desk: &Desk<'_>, metric: &Metric, cause: &Cause) -> Option<Table> {
    let words = &desk.words.cause;
    let drivers = cause.drivers.as_ref()?;
    let split = &drivers.split;
    // The rest is the last one; all of them add up to the whole as they are shown.
    let parts = split.parts.iter().map(|part| (&part.amount, part.share.clone()));
    let (amounts, shares): (Vec<Exact>, Vec<Exact>) = parts
        .chain([(&split.rest, split.rest.over(&split.whole))])
        .map(|(amount, share)| (amount.clone(), share.unwrap_or_else(Exact::zero)))
        .unzip();
    let places = metric.decimals + if metric.unit == MetricUnit::Percent { 2 } else { 0 };
    let amounts = round::add_up(&amounts, places);
    let shares = round::add_up(&shares, 3);
    let known_share = !split.whole.is_zero();
    let end = |row: usize| -> [Cell; 2] {
        let share =
            if known_share { plain(desk.numbers.part(&shares[row])) } else { desk.nothing() };
        [plain(desk.numbers.difference(metric, &amounts[row])), share]
    };
    let row = |(at, part): (usize, &Part<Driver>)| -> Option<Vec<Cell>> {
        let factor = desk.metric(&part.name.metric)?;
        let tone = if part.is_main() { Tone::Bad } else { Tone::Plain };
        let name = Cell { tone, ..strong(desk.label(factor)) };
        let now = desk.numbers.full(factor, part.now.as_ref()?, part.base.as_ref());
        let [amount, share] = end(at);
        Some(vec![name, plain(now), plain(base_text(desk, factor, part)?), amount, share])
    };
    let mut rows: Vec<Vec<Cell>> = split.parts.iter().enumerate().filter_map(row).collect();
    let last = split.parts.len();
    if !amounts[last].is_zero() {
        let [amount, share] = end(last);
        rows.push(vec![strong(words.rest.text()), desk.nothing(), desk.nothing(), amount, share]);
    }
    let sum: Exact = amounts.iter().sum();
    let all =
        if known_share { strong(desk.numbers.part(&shares.iter().sum())) } else { desk.nothing() };
    let total = strong(desk.numbers.difference(metric, &sum));
    let label = strong(desk.words.table.total.text());
    rows.push(vec![label, desk.nothing(), desk.nothing(), total, all]);
    let columns = vec![
        left(&words.factor),
        right(&desk.words.column.current),
        right(&words.base).under(),
        right(&words.effect),
        right(&words.share),
    ];
    let title = words
        .factors_title
        .fill(&[("metric", desk.label(metric)), ("formula", &formula(desk, &drivers.formula))]);
    let mut table = table(desk, "factors", &title, columns, rows)?;
    table.notes.extend(notes(desk, metric, cause, split.base));
    Some(table)
}

fn notes(desk: &Desk<'_>, metric: &Metric, cause: &Cause, base: Base) -> Vec<String> {
    let words = &desk.words.cause;
    let mut notes = vec![match base {
        Base::Target => words.base_target.text().to_owned(),
        _ => words
            .base_earlier
            .fill(&[("base", base_name(desk, base)), ("whole", whole_name(desk, base))]),
    }];
    let parts = || cause.drivers.iter().flat_map(|drivers| &drivers.split.parts);
    if parts().any(|part| part.name.base == DriverBase::Implied) {
        notes.push(words.implied_note.fill(&[("metric", &desk.label_inside(metric))]));
    }
    notes.push(words.order_free.text().to_owned());
    notes
}

fn base_text(desk: &Desk<'_>, factor: &Metric, part: &Part<Driver>) -> Option<String> {
    let base = part.base.as_ref()?;
    Some(match part.name.base {
        DriverBase::Target => desk.numbers.target(factor, base),
        DriverBase::Earlier => desk.numbers.full(factor, base, None),
        DriverBase::Implied => {
            let number = desk.numbers.full(factor, base, None);
            desk.words.cause.implied.fill(&[("number", &number)])
        }
    })
}

/// The formula with labels in place of ids, and the signs that people write.
fn formula(desk: &Desk<'_>, text: &str) -> String {
    let mut said = String::new();
    let mut word = String::new();
    let end = |word: &mut String, said: &mut String| {
        match desk.metric(&word.as_str().into()) {
            Some(metric) => said.push_str(desk.label(metric)),
            None => said.push_str(word),
        }
        word.clear();
    };
    for letter in text.chars() {
        if letter.is_alphanumeric() || letter == '_' || letter == '.' {
            word.push(letter);
            continue;
        }
        end(&mut word, &mut said);
        said.push(match letter {
            '*' => '×',
            '/' => '÷',
            '-' => '−',
            other => other,
        });
    }
    end(&mut word, &mut said);
    said
}
