//! The headline figures.

use super::desk::{Desk, filled_percent, reach};
use super::document::{Tile, Tone};
use super::spark;
use super::words::inside;
use crate::calc::score::Score;
use crate::model::{Absence, Figure, Metric};

/// One tile for each metric of the headline, in its order.
pub(super) fn tiles(desk: &Desk<'_>) -> Vec<Tile> {
    let shown = desk.briefing.headline.iter().filter_map(|id| desk.metric(id));
    shown.map(|metric| tile(desk, metric, desk.score(desk.unit, &metric.id))).collect()
}

fn tile(desk: &Desk<'_>, metric: &Metric, score: Option<&Score>) -> Tile {
    let label = metric.label.get(desk.language).to_owned();
    let Some(score) = score else {
        let absence = desk.absence(Absence::NoData).to_owned();
        return Tile {
            label,
            value: desk.words.absence.nothing.text().to_owned(),
            tone: Tone::Muted,
            tone_word: absence,
            ..Tile::default()
        };
    };
    let target = score.target.known();
    let (tone, tone_word) = desk.tone(score);
    Tile {
        label,
        value: match &score.actual {
            Figure::Known(actual) => desk.numbers.short(metric, actual, target),
            Figure::Absent(absence) => desk.absence(*absence).to_owned(),
        },
        target: match &score.target {
            Figure::Known(target) => {
                let target = desk.numbers.target_short(metric, target);
                desk.words.tile.target.fill(&[("target", &target)])
            }
            Figure::Absent(absence) => desk.absence(*absence).to_owned(),
        },
        attainment: score
            .attainment
            .known()
            .map_or_else(String::new, |share| desk.numbers.attainment(share)),
        bar_percent: score.attainment.known().map(filled_percent),
        reach: score.attainment.known().map(reach),
        trend: spark::trend(desk, desk.unit, metric),
        tone,
        tone_word: tone_word.to_owned(),
        changes: changes(desk, metric, score),
    }
}

fn changes(desk: &Desk<'_>, metric: &Metric, score: &Score) -> Vec<String> {
    let words = &desk.words.tile;
    let mut lines = vec![
        words.mom.fill(&[("change", &inside(&desk.change(metric, &score.mom)))]),
        words.yoy.fill(&[("change", &inside(&desk.change(metric, &score.yoy)))]),
    ];
    let to_date = desk.score_to_date(desk.unit, &metric.id);
    if let Some(share) = to_date.and_then(|score| score.attainment.known()) {
        let phrase = if desk.has_calendar_year() { &words.to_date } else { &words.fiscal };
        lines.push(phrase.fill(&[("attainment", &desk.numbers.attainment(share))]));
    }
    lines
}
