//! Places among the peers, and how they moved since the quarter before.

use std::collections::BTreeSet;

use super::rows::{headline, score_in, section, sentence, tables};
use crate::calc::{Movement, PeerGroup, PeerStanding};
use crate::model::{Level, Metric, MetricId, Period, UnitId};
use crate::report::desk::{Desk, muted, plain, strong};
use crate::report::document::{Cell, Section, Table};
use crate::report::units::{departments_below, home_name, left, people_below, right, table};
use crate::report::words::{Phrase, inside};
use crate::report::{figures, talent};

/// The unit's own places, then those of the departments and of the people below.
pub(super) fn sections(desk: &Desk<'_>) -> Vec<Section> {
    let words = &desk.words.pack;
    let mut own = tables(own(desk));
    own.extend(tables(figures::of_period(desk).filter(|table| table.key == "peers")));
    let departments: Vec<&UnitId> =
        departments_below(desk).into_iter().map(|unit| &unit.id).collect();
    let departments = ranked(desk, &words.departments_ranked, &departments);
    let people = ranked(desk, &words.people_ranked, &people_below(desk));
    let mut sections = vec![
        section("own", &words.own_ranks, own),
        section("departments", &desk.words.table.departments, tables(departments)),
        section("people", &desk.words.table.people, tables(people)),
    ];
    if sections.iter().all(|section| section.blocks.is_empty()) {
        sections[0].blocks.push(sentence(words.no_ranks.text()));
    }
    sections
}

/// The standing that counts for a unit in a period: by the composite where the plan ranks by it,
/// else by the main metric.
pub(super) fn leading<'a>(
    desk: &Desk<'a>,
    period: Period,
    unit: &UnitId,
) -> Option<&'a PeerStanding> {
    if desk.ranks_by_composite() {
        desk.briefing.cards.composite(period, unit)?.standing.as_ref()
    } else {
        by_metric(desk, period, unit, &desk.main()?.id)
    }
}

fn by_metric<'a>(
    desk: &Desk<'a>,
    period: Period,
    unit: &UnitId,
    metric: &MetricId,
) -> Option<&'a PeerStanding> {
    score_in(desk, period, unit, metric)?.standing.as_ref()
}

/// A place in the judged quarter and in the one before it.
#[derive(Clone, Copy)]
struct Placed<'a> {
    now: &'a PeerStanding,
    before: Option<&'a PeerStanding>,
}

impl<'a> Placed<'a> {
    fn of(desk: &Desk<'a>, look_up: impl Fn(Period) -> Option<&'a PeerStanding>) -> Option<Self> {
        let judged = desk.briefing.judged;
        let now = look_up(judged)?;
        Some(Self { now, before: judged.previous().and_then(look_up) })
    }

    /// Now, before, and the way between them.
    fn cells(self, desk: &Desk<'_>) -> [Cell; 3] {
        let movement = movement(desk, Movement::between(self.before, self.now));
        [desk.rank(Some(self.now)), desk.rank(self.before), movement]
    }
}

/// “▲2”, “▼1”, “持平”, “新”.
fn movement(desk: &Desk<'_>, movement: Movement) -> Cell {
    let words = &desk.words.pack;
    // The arrow says it alone: a place that was lost is no warning.
    let moved =
        |phrase: &Phrase, places: usize| plain(phrase.fill(&[("places", &places.to_string())]));
    match movement {
        Movement::Up(places) => moved(&words.up, places),
        Movement::Down(places) => moved(&words.down, places),
        Movement::Same => plain(words.same.text()),
        Movement::New => muted(words.new.text()),
        Movement::OtherGroup => muted(words.other_group.text()),
    }
}

/// The movement of the unit's own place in a sentence; none where it is in no ranking of several.
pub(super) fn said(desk: &Desk<'_>) -> Option<String> {
    let placed = Placed::of(desk, |period| leading(desk, period, desk.unit))?;
    let words = &desk.words.pack;
    let moved = |phrase: &Phrase, places: usize| phrase.fill(&[("places", &places.to_string())]);
    let moved = match Movement::between(placed.before, placed.now) {
        Movement::Up(places) => moved(&words.said_up, places),
        Movement::Down(places) => moved(&words.said_down, places),
        Movement::Same => words.said_same.text().to_owned(),
        Movement::New => words.said_new.text().to_owned(),
        Movement::OtherGroup => words.said_other_group.text().to_owned(),
    };
    (placed.now.peers > 1).then(|| {
        words.said_rank.fill(&[
            ("within", &desk.peers_name(&placed.now.group.within)),
            ("rank", &placed.now.rank.to_string()),
            ("peers", &placed.now.peers.to_string()),
            ("movement", &moved),
        ])
    })
}

/// The unit's places in the metrics of the headline.
fn own(desk: &Desk<'_>) -> Option<Table> {
    let (words, column) = (&desk.words.pack, &desk.words.column);
    let row = |metric: &Metric| {
        let of = |period| by_metric(desk, period, desk.unit, &metric.id);
        let placed = Placed::of(desk, of).filter(|placed| placed.now.peers > 1)?;
        let [now, before, movement] = placed.cells(desk);
        Some(vec![strong(desk.label(metric)), now, before, movement])
    };
    let rows: Vec<Vec<Cell>> = headline(desk).into_iter().filter_map(row).collect();
    let columns = vec![
        left(&column.metric),
        right(&column.rank),
        right(&words.rank_before),
        left(&words.movement),
    ];
    let mut table = table(desk, "ranks", "", columns, rows)?;
    table.notes.extend(notes(desk));
    Some(table)
}

/// Units in the order of their places, each group by itself.
fn ranked(desk: &Desk<'_>, title: &Phrase, units: &[&UnitId]) -> Option<Table> {
    let metric = desk.main()?;
    let (words, column) = (&desk.words.pack, &desk.words.column);
    let mut placed: Vec<(&UnitId, Placed<'_>)> = units
        .iter()
        .filter_map(|id| Some((*id, Placed::of(desk, |period| leading(desk, period, id))?)))
        .collect();
    placed.sort_by_key(|(id, placed)| (&placed.now.group, placed.now.rank, *id));
    let groups: BTreeSet<&PeerGroup> = placed.iter().map(|(_, of)| &of.now.group).collect();
    let several = groups.len() > 1;
    let attained = |period: Option<Period>, unit: &UnitId| {
        let score = period.and_then(|period| score_in(desk, period, unit, &metric.id));
        score.map_or_else(|| desk.nothing(), |score| desk.attainment(score))
    };
    let judged = desk.briefing.judged;
    let row = |(id, placed): &(&UnitId, Placed<'_>)| {
        let [now, before, movement] = placed.cells(desk);
        let mut row = vec![now, before, movement, plain(desk.name(id))];
        row.push(plain(home_name(desk, id)));
        row.extend(several.then(|| plain(group_name(desk, &placed.now.group))));
        row.extend([attained(Some(judged), id), attained(judged.previous(), id)]);
        row
    };
    let mut columns = vec![
        right(&column.rank),
        right(&words.rank_before),
        left(&words.movement),
        left(&column.unit),
        left(&words.belongs_to),
    ];
    columns.extend(several.then(|| left(&words.ranked_among)));
    columns.extend([right(&column.attainment), right(&words.attainment_before)]);
    let rows = placed.iter().map(row).collect();
    let basis = match desk.ranks_by_composite() {
        true => inside(desk.words.composite.name.text()),
        false => {
            desk.words.coefficient.metric_basis.fill(&[("metric", &desk.label_inside(metric))])
        }
    };
    let mut table = table(desk, "ranked", &title.fill(&[("basis", &basis)]), columns, rows)?;
    table.notes.extend(notes(desk));
    Some(table)
}

/// Among whom a unit is ranked: “全公司人员”, “全公司第2级部门”.
fn group_name(desk: &Desk<'_>, group: &PeerGroup) -> String {
    match group.level {
        Level::Person => talent::group_name(desk, group),
        Level::Department | Level::Company => desk.words.pack.level_of.fill(&[
            ("within", &desk.peers_name(&group.within)),
            ("depth", &group.depth.to_string()),
        ]),
    }
}

/// What a place and its movement say.
fn notes(desk: &Desk<'_>) -> [String; 2] {
    let before = desk.briefing.judged.previous();
    let before = before.map_or_else(String::new, |period| desk.period_text(period));
    [
        desk.words.table.rank_note.text().to_owned(),
        desk.words.pack.movement_note.fill(&[("period", &before)]),
    ]
}
