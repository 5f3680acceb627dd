//! Digits of exact numbers, grouped and signed, before any unit or currency.

use crate::model::{Exact, Metric, MetricUnit, round};

/// The true minus: as wide as a plus, and never a line break.
pub(super) const MINUS: char = '−';

/// Digits after the point: those of the metric, but two where things that are counted whole have a
/// part, as a month's share of a year's target, or a mean.
pub(super) fn places(metric: &Metric, value: &Exact) -> usize {
    let whole = round::half_up(value, 0) == *value;
    match (metric.unit, metric.decimals) {
        (MetricUnit::Count, 0) if !whole => 2,
        (_, decimals) => decimals,
    }
}

pub(super) fn hundredfold(share: &Exact) -> Exact {
    share * &Exact::from(100)
}

pub(super) fn honest(value: &Exact, decimals: usize, against: Option<&Exact>) -> String {
    let edges: Vec<Exact> = against.into_iter().cloned().collect();
    round::to_honest(value, decimals, &edges)
}

pub(super) fn percent(value: &Exact, decimals: usize, against: Option<&Exact>) -> String {
    let edge = against.map(hundredfold);
    format!("{}%", grouped(&honest(&hundredfold(value), decimals, edge.as_ref())))
}

pub(super) fn rounded_up(value: &Exact, decimals: usize) -> Exact {
    let near = round::half_up(value, decimals);
    if near < *value { near + Exact::from_minor(1, decimals) } else { near }
}

/// Digits without decimals where the number is whole, else with all of them.
pub(super) fn trimmed(value: &Exact, decimals: usize) -> String {
    let whole = round::half_up(value, 0) == *value;
    round::to_fixed(value, if whole { 0 } else { decimals })
}

/// Digits with a plus or a minus, or neither where all are zero.
pub(super) fn signed(digits: &str) -> String {
    let zero = digits.bytes().all(|b| !(b'1'..=b'9').contains(&b));
    let plus = if zero || digits.starts_with('-') { "" } else { "+" };
    format!("{plus}{}", grouped(digits))
}

/// Digits in groups of three, with the true minus.
pub(super) fn grouped(digits: &str) -> String {
    let (sign, unsigned) = match digits.strip_prefix('-') {
        Some(rest) => (Some(MINUS), rest),
        None => (None, digits),
    };
    let (whole, fraction) = match unsigned.find('.') {
        Some(point) => unsigned.split_at(point),
        None => (unsigned, ""),
    };
    let mut text: String = sign.into_iter().collect();
    for (at, digit) in whole.char_indices() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text + fraction
}
