//! The answer first: where the unit stands, and who below it needs attention.

use super::attention::{concerns, is_judged_below};
use super::desk::Desk;
use super::document::ReportKind;
use super::words::{Phrase, inside};
use super::{pace, warned};
use crate::calc::score::{Change, Score, Warning};
use crate::model::{Absence, Exact, Figure, Level, Metric};

/// Names in a sentence before the rest is only counted.
const MOST_NAMES: usize = 5;

/// Subject of the mail, on one line whatever the names hold.
pub(super) fn subject(desk: &Desk<'_>) -> String {
    let words = &desk.words.report;
    match desk.kind {
        ReportKind::Company => subject_by(desk, &words.subject_company),
        _ => subject_by(desk, &words.subject),
    }
}

/// A subject by its phrase.
pub(super) fn subject_by(desk: &Desk<'_>, phrase: &Phrase) -> String {
    let line = phrase.fill(&[
        ("company", desk.briefing.company.get(desk.language)),
        ("period", &desk.period_text(desk.briefing.judged)),
        ("name", &desk.name_before_number(desk.unit)),
        ("headline", &headline(desk)),
    ]);
    one_line(&line)
}

/// A subject without what would break a mail's header.
pub(super) fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_control()).collect::<Vec<_>>().join(" ")
}

/// “销售额完成率91.5%”, or the figure, or its absence.
fn headline(desk: &Desk<'_>) -> String {
    let Some(metric) = desk.main() else { return desk.words.absence.no_data.text().to_owned() };
    let label = desk.label_inside(metric);
    let words = &desk.words.lead;
    let Some(score) = desk.score(desk.unit, &metric.id) else {
        let absence = inside(desk.absence(Absence::NoData));
        return words.headline_absent.fill(&[("metric", &label), ("absence", &absence)]);
    };
    match (&score.attainment, &score.actual) {
        (Figure::Known(share), _) => {
            let attainment = desk.numbers.attainment(share);
            words.headline_attained.fill(&[("metric", &label), ("attainment", &attainment)])
        }
        (_, Figure::Known(actual)) => {
            let actual = desk.numbers.short(metric, actual, None);
            words.headline_plain.fill(&[("metric", &label), ("actual", &actual)])
        }
        (_, Figure::Absent(absence)) => {
            let absence = inside(desk.absence(*absence));
            words.headline_absent.fill(&[("metric", &label), ("absence", &absence)])
        }
    }
}

/// The sentences at the head: the period with its rank, the changes with the year to date, and for
/// a manager those who are warned.
pub(super) fn paragraphs(desk: &Desk<'_>) -> Vec<String> {
    let Some(metric) = desk.main() else { return Vec::new() };
    let Some(score) = desk.score(desk.unit, &metric.id) else {
        return vec![stand(desk, metric, &Figure::Absent(Absence::NoData), None)];
    };
    let rank = rank(desk, metric, score);
    let mut lead = vec![join(desk, [Some(stand(desk, metric, &score.actual, Some(score))), rank])];
    let second = join(desk, [changes(desk, metric, score), to_date(desk, metric)]);
    let second =
        join(desk, [Some(second).filter(|said| !said.is_empty()), pace::lead(desk, metric)]);
    if !second.is_empty() {
        lead.push(second);
    }
    if desk.kind != ReportKind::Person {
        lead.extend(warned_below(desk, metric));
    }
    lead
}

fn join(desk: &Desk<'_>, sentences: [Option<String>; 2]) -> String {
    let said: Vec<String> = sentences.into_iter().flatten().collect();
    said.join(desk.words.list.sentence.text())
}

fn stand(desk: &Desk<'_>, metric: &Metric, actual: &Figure, score: Option<&Score>) -> String {
    stand_in(desk, &desk.period_text(desk.briefing.judged), metric, actual, score)
}

/// The same of a period that is called in another way.
pub(super) fn stand_in(
    desk: &Desk<'_>,
    period: &str,
    metric: &Metric,
    actual: &Figure,
    score: Option<&Score>,
) -> String {
    let words = &desk.words.lead;
    let name = desk.name_before_number(desk.unit);
    let label = desk.label_inside(metric);
    let mut gaps = vec![("name", name.as_str()), ("period", period), ("metric", &label)];
    let (Figure::Known(value), Some(score)) = (actual, score) else {
        return words.no_data.fill(&gaps);
    };
    let target = score.target.known();
    let actual = desk.numbers.short(metric, value, target);
    let target = match target {
        Some(target) => desk.numbers.target_short(metric, target),
        None => desk.absence(Absence::NoTarget).to_owned(),
    };
    gaps.extend([("actual", actual.as_str()), ("target", &target)]);
    match &score.attainment {
        Figure::Known(share) => {
            let attainment = desk.numbers.attainment(share);
            let gap = desk.gap(metric, score.gap.as_ref().unwrap_or(&Exact::zero()));
            gaps.extend([("attainment", attainment.as_str()), ("gap", &gap)]);
            words.judged.fill(&gaps)
        }
        Figure::Absent(Absence::ZeroTarget) => words.zero_target.fill(&gaps),
        Figure::Absent(Absence::Exempt) => words.exempt.fill(&gaps),
        Figure::Absent(Absence::NoTarget | Absence::NoBase) => words.no_target.fill(&gaps),
        Figure::Absent(Absence::NoData) => words.no_data.fill(&gaps),
    }
}

/// The place among the peers, by what the plan ranks by.
fn rank(desk: &Desk<'_>, metric: &Metric, score: &Score) -> Option<String> {
    let words = &desk.words.lead;
    let standing = desk.leading_standing(score).filter(|standing| standing.peers > 1)?;
    let phrase = match standing.group.level {
        Level::Person => &words.rank_people,
        Level::Department | Level::Company => &words.rank_units,
    };
    let basis = if desk.ranks_by_composite() {
        inside(desk.words.composite.name.text())
    } else if standing.by_attainment {
        words.by_attainment.text().to_owned()
    } else {
        desk.label_inside(metric)
    };
    Some(phrase.fill(&[
        ("basis", &basis),
        ("within", &desk.peers_name(&standing.group.within)),
        ("peers", &standing.peers.to_string()),
        ("rank", &standing.rank.to_string()),
    ]))
}

fn to_date(desk: &Desk<'_>, metric: &Metric) -> Option<String> {
    let score = desk.score_to_date(desk.unit, &metric.id)?;
    let actual = score.actual.known()?;
    let words = &desk.words.lead;
    let (judged, plain) = if desk.has_calendar_year() {
        (&words.to_date_judged, &words.to_date_plain)
    } else {
        (&words.fiscal_judged, &words.fiscal_plain)
    };
    let target = score.target.known();
    let actual = desk.numbers.short(metric, actual, target);
    let (Some(share), Some(target), Some(gap)) = (score.attainment.known(), target, &score.gap)
    else {
        return Some(plain.fill(&[("actual", &actual)]));
    };
    Some(judged.fill(&[
        ("actual", &actual),
        ("target", &desk.numbers.target_short(metric, target)),
        ("attainment", &desk.numbers.attainment(share)),
        ("gap", &desk.gap(metric, gap)),
    ]))
}

fn changes(desk: &Desk<'_>, metric: &Metric, score: &Score) -> Option<String> {
    let words = &desk.words.lead;
    let (mom, yoy) = (moved(desk, metric, &score.mom), moved(desk, metric, &score.yoy));
    match (mom, yoy) {
        (Some(mom), Some(yoy)) => Some(words.change_both.fill(&[("mom", &mom), ("yoy", &yoy)])),
        (Some(mom), None) => Some(words.change_mom.fill(&[("mom", &mom)])),
        (None, Some(yoy)) => Some(words.change_yoy.fill(&[("yoy", &yoy)])),
        (None, None) => None,
    }
}

/// “增长3.2%”, “down 1.2 pp”; none where nothing can be compared.
fn moved(desk: &Desk<'_>, metric: &Metric, change: &Change) -> Option<String> {
    let words = &desk.words.lead;
    let (by, size) = match change {
        Change::Relative(share) => (share, desk.numbers.relative(&share.abs())),
        Change::Points(points) => (points, desk.numbers.in_points(metric, &points.abs())),
        Change::Absent(_) => return None,
    };
    let Some(size) = size.strip_prefix('+') else { return Some(words.flat.text().to_owned()) };
    let phrase = if by.is_negative() { &words.fell } else { &words.grew };
    Some(phrase.fill(&[("change", size)]))
}

/// Those below who are warned for the metric, the most severe first, by name; nothing where the
/// plan does not warn about it or nobody below has an attainment.
fn warned_below(desk: &Desk<'_>, metric: &Metric) -> Option<String> {
    let warns = desk.briefing.plan.warning.metrics.contains(&metric.id);
    if !warns || !is_judged_below(desk, metric) {
        return None;
    }
    let words = &desk.words.lead;
    let label = desk.label_inside(metric);
    let all = concerns(desk);
    let said: Vec<String> =
        [(Warning::Red, &words.concern_red), (Warning::Yellow, &words.concern_yellow)]
            .into_iter()
            .filter_map(|(warning, phrase)| {
                let named: Vec<String> = all
                    .iter()
                    .filter(|concern| concern.score.warning == warning)
                    .filter(|concern| concern.metric.id == metric.id)
                    .map(|concern| {
                        let value = warned::attainment(desk, concern.score);
                        let name = desk.name(&concern.score.unit);
                        desk.words.list.named_value.fill(&[("name", &name), ("value", &value)])
                    })
                    .collect();
                let names = shorten(desk, named)?;
                Some(phrase.fill(&[("metric", &label), ("names", &names)]))
            })
            .collect();
    if said.is_empty() {
        return Some(words.concern_none.fill(&[("metric", &label)]));
    }
    Some(said.join(desk.words.list.sentence.text()))
}

pub(super) fn shorten(desk: &Desk<'_>, mut names: Vec<String>) -> Option<String> {
    let rest = names.len().saturating_sub(MOST_NAMES);
    names.truncate(MOST_NAMES);
    match (names.is_empty(), rest) {
        (true, _) => None,
        (false, 0) => Some(desk.words.list(&names)),
        (false, _) => {
            let names = names.join(desk.words.list.comma.text());
            Some(desk.words.list.more.fill(&[("names", &names), ("rest", &rest.to_string())]))
        }
    }
}
