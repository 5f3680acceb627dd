//! The last months of a metric as a row of blocks, small enough for a cell of a table.

use super::chart::months;
use super::desk::Desk;
use super::document::{Align, Cell, Column, Trend};
use crate::model::{Exact, Metric, UnitId};

/// From an eighth to a full block; fonts of every system have them, Chinese ones, too.
const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// A month without a figure between others that have one.
const GAP: char = '·';

/// The months of a unit's metric up to the judged period; none with less than two figures.
pub(super) fn trend(desk: &Desk<'_>, unit: &UnitId, metric: &Metric) -> Option<Trend> {
    let figures: Vec<Option<&Exact>> = months(desk)
        .into_iter()
        .map(|month| desk.briefing.cards.score(month, unit, &metric.id)?.actual.known())
        .skip_while(Option::is_none)
        .collect();
    let known = || figures.iter().copied().flatten();
    let (low, high) = (known().min()?, known().max()?);
    if known().count() < 2 {
        return None;
    }
    let zero = Exact::zero();
    let (bottom, top) = (low.min(&zero), high.max(&zero));
    let blocks = figures.iter().map(|figure| figure.map_or(GAP, |value| block(value, bottom, top)));
    let short = |value: &Exact| desk.numbers.short(metric, value, None);
    let spoken = desk.words.mail.trend_spoken.fill(&[("low", &short(low)), ("high", &short(high))]);
    Some(Trend { blocks: blocks.collect(), spoken })
}

/// The block for a value between zero, or the lowest below it, and the highest.
fn block(value: &Exact, bottom: &Exact, top: &Exact) -> char {
    let reached = |eighths: &usize| {
        let step = &(top - bottom) * &Exact::from_minor(*eighths as i128 * 125, 3);
        bottom + &step <= *value && top != bottom
    };
    let eighths = (1..=BLOCKS.len()).rev().find(reached).unwrap_or(1);
    BLOCKS[eighths - 1]
}

/// The column for it.
pub(super) fn column(desk: &Desk<'_>) -> Column {
    let count = months(desk).len().to_string();
    let label = desk.words.mail.trend.fill(&[("count", &count)]);
    Column { label, align: Align::Right, under: false }
}

/// The cell for it; a dash where there is too little to show.
pub(super) fn cell(desk: &Desk<'_>, unit: &UnitId, metric: &Metric) -> Cell {
    match trend(desk, unit, metric) {
        Some(trend) => Cell { text: trend.blocks, spoken: trend.spoken, ..Cell::default() },
        None => desk.nothing(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(values: &[i32]) -> String {
        let values: Vec<Exact> = values.iter().map(|value| Exact::from(*value)).collect();
        let zero = Exact::zero();
        let bottom = values.iter().min().unwrap().min(&zero);
        let top = values.iter().max().unwrap().max(&zero);
        values.iter().map(|value| block(value, bottom, top)).collect()
    }

    #[test]
    fn blocks_stand_on_zero_and_only_the_highest_is_full() {
        assert_eq!(blocks(&[0, 1, 50, 99, 100]), "▁▁▄▇█");
        assert_eq!(blocks(&[95, 97, 100]), "▇▇█");
        assert_eq!(blocks(&[-100, 0, 100]), "▁▄█");
        assert_eq!(blocks(&[0, 0]), "▁▁");
        assert_eq!(blocks(&[-5, -5]), "▁▁");
    }
}
