//! Figures as cells: native numbers with as many digits as the report shows of them.

use crate::calc::score::Score;
use crate::model::{Absence, Direction, Exact, Figure, Metric, MetricUnit};
use crate::report::desk::Desk;
use crate::report::document::Tone;
use crate::report::sheet::{CellRef, Formula, SheetCell, Term};
use crate::report::words::Phrase;

pub(super) fn word(phrase: &Phrase) -> SheetCell {
    SheetCell::text(phrase.text())
}

pub(super) fn absent(desk: &Desk<'_>, absence: Absence) -> SheetCell {
    SheetCell::text(desk.absence(absence)).toned(Tone::Muted)
}

pub(super) fn nothing(desk: &Desk<'_>) -> SheetCell {
    SheetCell::text(desk.words.absence.nothing.text()).toned(Tone::Muted)
}

/// How many digits a text has after its point.
pub(super) fn decimals_in(text: &str) -> usize {
    let Some((_, after)) = text.split_once('.') else { return 0 };
    after.chars().take_while(char::is_ascii_digit).count()
}

/// A metric's figure; with more digits where fewer would carry it to or past `against`.
pub(super) fn value(
    desk: &Desk<'_>,
    metric: &Metric,
    value: &Exact,
    against: Option<&Exact>,
) -> SheetCell {
    let decimals = decimals_in(&desk.numbers.full(metric, value, against));
    match metric.unit {
        MetricUnit::Percent => SheetCell::Percent(value.clone()).decimals(decimals),
        MetricUnit::Money | MetricUnit::Count | MetricUnit::Days => {
            SheetCell::Amount(value.clone()).decimals(decimals)
        }
    }
}

pub(super) fn figure(
    desk: &Desk<'_>,
    metric: &Metric,
    figure: &Figure,
    against: Option<&Exact>,
) -> SheetCell {
    match figure {
        Figure::Known(known) => value(desk, metric, known, against),
        Figure::Absent(why) => absent(desk, *why),
    }
}

pub(super) fn actual(desk: &Desk<'_>, metric: &Metric, score: &Score) -> SheetCell {
    figure(desk, metric, &score.actual, score.target.known())
}

/// The attainment as a formula over the cells of actual and target.
pub(super) fn attainment(
    desk: &Desk<'_>,
    metric: &Metric,
    score: &Score,
    actual: &CellRef,
    target: &CellRef,
) -> SheetCell {
    let share = match &score.attainment {
        Figure::Known(share) => share,
        gone if *gone == score.target || *gone == score.actual => return nothing(desk),
        Figure::Absent(why) => return absent(desk, *why),
    };
    let result = share_cell(desk, share);
    let quotient = [Term::Cell(actual.clone()), Term::code("/"), Term::Cell(target.clone())];
    let terms = match metric.direction {
        Direction::Higher => quotient.to_vec(),
        Direction::Lower => {
            let (begin, end) = ([Term::code("MAX(0,2-")], [Term::code(")")]);
            [&begin[..], &quotient, &end].concat()
        }
    };
    like(Formula::cell(terms, result.clone()), &result).toned(desk.tone(score).0)
}

/// A share of a target, with the digits that an attainment has.
pub(super) fn share_cell(desk: &Desk<'_>, share: &Exact) -> SheetCell {
    let decimals = decimals_in(&desk.numbers.attainment(share));
    SheetCell::Percent(share.clone()).decimals(decimals)
}

/// The gap as a formula over the cells of actual and target.
pub(super) fn gap(
    desk: &Desk<'_>,
    metric: &Metric,
    score: &Score,
    actual: &CellRef,
    target: &CellRef,
) -> SheetCell {
    let Some(gap) = &score.gap else { return nothing(desk) };
    let decimals = decimals_in(&desk.numbers.difference(metric, gap));
    let difference = [Term::Cell(actual.clone()), Term::code("-"), Term::Cell(target.clone())];
    let (result, number, difference) = match metric.unit {
        MetricUnit::Percent => {
            let (begin, end) = ([Term::code("(")], [Term::code(")*100")]);
            let times = [&begin[..], &difference, &end].concat();
            (points(desk, gap), gap * &Exact::from(100), times)
        }
        _ => (SheetCell::Amount(gap.clone()), gap.clone(), difference.to_vec()),
    };
    // Two decimals leave a difference of binary fractions, unless it is one of quotients.
    let exact = round_digits(&number).filter(|digits| *digits <= metric.decimals.max(6));
    let terms = match exact {
        Some(digits) => rounded(difference, digits),
        None => difference,
    };
    let result = result.decimals(decimals);
    like(Formula::cell(terms, result.clone()), &result).toned(desk.tone(score).0)
}

/// A difference of shares, in percentage points.
pub(super) fn points(desk: &Desk<'_>, difference: &Exact) -> SheetCell {
    let words = desk.words.number.points.fill(&[("number", "{number}")]);
    SheetCell::Points(difference * &Exact::from(100), words)
}

/// The digits after the point that a number has; none where there is no end of them.
pub(super) fn round_digits(value: &Exact) -> Option<usize> {
    (0..=9).find(|&digits| crate::model::round::half_up(value, digits) == *value)
}

/// A formula's result without the noise of binary fractions.
pub(super) fn rounded(terms: Vec<Term>, digits: usize) -> Vec<Term> {
    let begin = [Term::code("ROUND(")];
    let end = [Term::code(format!(",{digits})"))];
    [&begin[..], &terms, &end].concat()
}

/// A cell in the look of another one.
pub(super) fn like(cell: SheetCell, other: &SheetCell) -> SheetCell {
    match other {
        SheetCell::Shown(_, look) => SheetCell::Shown(Box::new(cell), *look),
        _ => cell,
    }
}

/// The target as a report shows it: without digits that say nothing.
pub(super) fn target(desk: &Desk<'_>, metric: &Metric, score: &Score) -> SheetCell {
    figure(desk, metric, &score.target, None)
}

/// A coefficient or a factor.
pub(super) fn coefficient(desk: &Desk<'_>, value: &Exact) -> SheetCell {
    let decimals = decimals_in(&desk.numbers.coefficient(value));
    SheetCell::Amount(value.clone()).decimals(decimals)
}

/// The warning in a word, in its tone.
pub(super) fn state(desk: &Desk<'_>, score: &Score) -> SheetCell {
    let (tone, word) = desk.tone(score);
    SheetCell::text(word).toned(tone)
}
