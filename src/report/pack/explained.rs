//! Why: what the drivers make of the gaps, the card of each unit behind, and the conclusions.

use super::rows::{below, headline, members, section, sentence, tables, titled, untitled};
use crate::calc::Warning;
use crate::model::{Exact, Figure, Metric, UnitId};
use crate::report::desk::Desk;
use crate::report::document::{Block, Section, Table};
use crate::report::lead::shorten;
use crate::report::{causes, waterfall};

/// Cards of units below; whoever has more finds them in the packs of those units.
const MOST_UNITS: usize = 24;

/// The unit itself, the departments below it, and the people who stand in it, but not whoever
/// heads it, who reads about themselves in a report of their own.
fn units<'a>(desk: &Desk<'a>) -> Vec<&'a UnitId> {
    let own = desk.briefing.org.units.get(desk.unit).and_then(|unit| unit.owner.as_ref());
    let mut units = vec![desk.unit];
    for id in below(desk).into_iter().map(|one| one.id).chain(members(desk)) {
        if !units.contains(&id) && Some(id) != own {
            units.push(id);
        }
    }
    units
}

/// The pictures and tables of one kind that explain each unit, with the unit's name.
fn explained(desk: &Desk<'_>, pictures: Option<&str>, key: &str) -> Vec<Section> {
    let of = |id: &UnitId| {
        let desk = desk.about(id);
        let charts = waterfall::charts(&desk).into_iter();
        let mut blocks: Vec<Block> =
            charts.filter(|chart| Some(chart.key) == pictures).map(Block::Chart).collect();
        blocks.extend(tables(causes::cards(&desk).into_iter().filter(|table| table.key == key)));
        (!blocks.is_empty()).then(|| titled("unit", desk.name(id), blocks))
    };
    units(desk).into_iter().filter_map(of).collect()
}

/// Whether the unit itself has an attainment of the main metric.
fn is_judged(desk: &Desk<'_>) -> bool {
    let score = desk.main().and_then(|metric| desk.score(desk.unit, &metric.id));
    score.is_some_and(|score| score.attainment.known().is_some())
}

/// At most so many sections, and a word on the rest.
fn bounded(desk: &Desk<'_>, mut sections: Vec<Section>) -> Vec<Section> {
    let rest = sections.len().saturating_sub(MOST_UNITS);
    if rest > 0 {
        sections.truncate(MOST_UNITS);
        let more = desk.words.pack.more_units.fill(&[("rest", &rest.to_string())]);
        sections.push(untitled("more", vec![sentence(more)]));
    }
    sections
}

/// What the factors make of each gap.
pub(super) fn drivers(desk: &Desk<'_>) -> Vec<Section> {
    let sections = explained(desk, Some("drivers"), "factors");
    if !sections.is_empty() {
        return bounded(desk, sections);
    }
    let words = &desk.words.pack;
    let why = match explained(desk, None, "causes").is_empty() {
        true if !is_judged(desk) => &words.nothing_judged,
        true => &words.no_drivers,
        false => &words.no_tree,
    };
    vec![untitled("none", vec![sentence(why.text())])]
}

/// What, when, where, who, why and how, for each unit behind.
pub(super) fn causes(desk: &Desk<'_>) -> Vec<Section> {
    let sections = explained(desk, None, "causes");
    let words = &desk.words.pack;
    let why = if is_judged(desk) { &words.no_causes } else { &words.nothing_judged };
    match sections.is_empty() {
        true => vec![untitled("none", vec![sentence(why.text())])],
        false => bounded(desk, sections),
    }
}

/// Sentences on the unit itself, and on those below it.
pub(super) fn conclusions(desk: &Desk<'_>) -> Vec<Section> {
    let words = &desk.words.pack;
    let mut lines = causes::conclusions(desk);
    if lines.is_empty() {
        let none = if is_judged(desk) { &words.no_conclusion } else { &words.nothing_judged };
        lines.push(none.text().to_owned());
    }
    let metrics = headline(desk);
    lines.extend(metrics.into_iter().flat_map(|metric| stands(desk, metric)));
    let title = words.below_table.text();
    let below = causes::below(desk).map(|table| Table { title: title.to_owned(), ..table });
    vec![
        section("own", &words.own_conclusions, vec![Block::Text { lines }]),
        section("below", &words.below_conclusions, tables(below)),
    ]
}

/// Those right below who reached the target of a metric, and those who missed it without a warning.
fn stands(desk: &Desk<'_>, metric: &Metric) -> Vec<String> {
    let words = &desk.words.pack;
    let named = |wanted: &dyn Fn(&Exact, Warning) -> bool| {
        let names = below(desk).into_iter().filter_map(|one| {
            let score = desk.score(one.id, &metric.id)?;
            let Figure::Known(share) = &score.attainment else { return None };
            let value = desk.numbers.attainment(share);
            let name = desk.name(one.id);
            wanted(share, score.warning)
                .then(|| desk.words.list.named_value.fill(&[("name", &name), ("value", &value)]))
        });
        shorten(desk, names.collect())
    };
    let said = |phrase: &crate::report::words::Phrase, names: String| {
        phrase.fill(&[("metric", desk.label(metric)), ("names", &names)])
    };
    let met = named(&|share, _| *share >= Exact::one());
    let short = named(&|share, warning| *share < Exact::one() && warning == Warning::None);
    met.map(|names| said(&words.met, names))
        .into_iter()
        .chain(short.map(|names| said(&words.short, names)))
        .collect()
}
