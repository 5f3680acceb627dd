//! Who stands out over several quarters, for their managers.

use super::desk::{Desk, plain};
use super::document::{Cell, Column, ReportKind, Table};
use super::units::{home_name, left, people_below, right, table};
use super::words::inside;
use crate::calc::talent::{Missing, QuarterPlace, Segment, TalentEntry, TalentQuarter};
use crate::calc::{PeerGroup, Within};
use crate::model::plan::{MissingQuarter, TalentBasis, TalentRule};

/// Those below a manager who are on a list; not the managers themselves, who read the report.
pub(super) fn of_managers(desk: &Desk<'_>) -> Option<Table> {
    if !matches!(desk.kind, ReportKind::Department | ReportKind::Company) {
        return None;
    }
    let list = desk.briefing.cards.talent.as_ref()?;
    let rule = desk.briefing.plan.talent.as_ref()?;
    let owner = desk.briefing.org.units.get(desk.unit).and_then(|unit| unit.owner.as_ref());
    let below = people_below(desk);
    let rows = list
        .entries
        .iter()
        .filter(|entry| below.contains(&&entry.unit) && Some(&entry.unit) != owner)
        .map(|entry| {
            let words = &desk.words.talent;
            let segment = match entry.segment {
                Segment::Bottom => words.coaching.text(),
                Segment::Top | Segment::Middle => words.promotion.text(),
            };
            let mut row = vec![plain(segment)];
            row.extend(person(desk, entry));
            row
        })
        .collect();
    let mut columns = vec![left(&desk.words.talent.list)];
    columns.extend(person_columns(desk));
    let mut table = table(desk, "talent", desk.words.talent.title.text(), columns, rows)?;
    table.notes.push(rule_in_words(desk, rule));
    Some(table)
}

/// Name, department, places, and the attainment of the judged quarter.
pub(super) fn person(desk: &Desk<'_>, entry: &TalentEntry) -> [Cell; 4] {
    let value = entry.judged().map(|place| desk.numbers.attainment(&place.value));
    [
        plain(desk.name(&entry.unit)),
        plain(home_name(desk, &entry.unit)),
        plain(places(desk, &entry.quarters)),
        value.map_or_else(|| desk.nothing(), plain),
    ]
}

pub(super) fn person_columns(desk: &Desk<'_>) -> [Column; 4] {
    let words = &desk.words.column;
    [
        left(&words.person),
        left(&words.department).under(),
        left(&desk.words.talent.quarters),
        right(&words.attainment),
    ]
}

/// “2026年第1季度：2/17；2026年第2季度：1/18”.
fn places(desk: &Desk<'_>, quarters: &[TalentQuarter]) -> String {
    let said: Vec<String> = quarters.iter().map(|quarter| in_quarter(desk, quarter)).collect();
    said.join(desk.words.list.clause.text())
}

fn in_quarter(desk: &Desk<'_>, quarter: &TalentQuarter) -> String {
    let words = &desk.words.talent;
    let period = desk.period_text(quarter.period);
    match &quarter.place {
        QuarterPlace::Ranked(place) => words.ranked.fill(&[
            ("period", &period),
            ("rank", &place.rank.to_string()),
            ("peers", &place.peers.to_string()),
        ]),
        QuarterPlace::Missing(why) => {
            let why = why_missing(desk, why);
            words.missing.fill(&[("period", &period), ("why", &why)])
        }
    }
}

fn why_missing(desk: &Desk<'_>, why: &Missing) -> String {
    let words = &desk.words.talent;
    match why {
        Missing::NotJudged => words.not_judged.text().to_owned(),
        Missing::Absent(absence) => inside(desk.absence(*absence)),
        Missing::NotRanked => words.no_place.text().to_owned(),
        Missing::SmallGroup { members, least } => words
            .small_group
            .fill(&[("members", &members.to_string()), ("least", &least.to_string())]),
        Missing::NoRun => words.no_run.text().to_owned(),
    }
}

/// The rule with its numbers.
pub(super) fn rule_in_words(desk: &Desk<'_>, rule: &TalentRule) -> String {
    let words = &desk.words.talent;
    let phrase = match rule.missing_quarter {
        MissingQuarter::Breaks => &words.rule,
        MissingQuarter::Skips => &words.rule_skips,
    };
    phrase.fill(&[
        ("quarters", &rule.quarters.to_string()),
        ("basis", &basis(desk, rule)),
        ("top", &desk.numbers.share(&rule.promote_top)),
        ("bottom", &desk.numbers.share(&rule.coach_bottom)),
        ("least", &rule.least_group.to_string()),
    ])
}

fn basis(desk: &Desk<'_>, rule: &TalentRule) -> String {
    let TalentBasis::Metric(id) = &rule.by else {
        return inside(desk.words.coefficient.composite_basis.text());
    };
    let label = desk.metric(id).map_or_else(|| id.to_string(), |metric| desk.label_inside(metric));
    desk.words.talent.metric_basis.fill(&[("metric", &label)])
}

/// A group of people as a reader knows it.
pub(super) fn group_name(desk: &Desk<'_>, group: &PeerGroup) -> String {
    let company = Within::Unit(desk.briefing.org.company.clone());
    if group.within == company {
        return desk.words.talent.people_of_company.text().to_owned();
    }
    desk.words.talent.people_of_unit.fill(&[("unit", &desk.peers_name(&group.within))])
}
