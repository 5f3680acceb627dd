//! How it may get better: the measures that the play-book has for what misses its target, and those
//! that are under way already.

use chrono::Days;

use super::actions::{is_recent, state_text};
use super::causes;
use super::desk::Desk;
use super::document::{Notice, Tone};
use super::warned;
use super::words::inside;
use crate::calc::actions::FollowUp;
use crate::calc::causes::Cause;
use crate::calc::playbook::{Proposal, misses, propose};
use crate::calc::score::{Score, Warning};
use crate::model::{Grain, MetricId, MetricUnit, UnitId};

/// Proposals in a report; the plan sheet has all.
const MOST_PROPOSALS: usize = 3;

/// The unit's scores of the judged period, in the order of the reports.
pub(super) fn scores<'a>(desk: &Desk<'a>, unit: &UnitId) -> Vec<&'a Score> {
    desk.metrics().filter_map(|metric| desk.score(unit, &metric.id)).collect()
}

/// The measures proposed to a warned unit, those for its main causes first; none that is under way
/// or was done lately.
pub(super) fn proposals<'a>(desk: &Desk<'a>, unit: &UnitId) -> Vec<Proposal<'a>> {
    let known = |proposal: &Proposal<'_>| {
        let measure = &proposal.play.measure;
        desk.briefing.cards.actions.iter().any(|follow| {
            let action = &follow.action;
            action.unit == *unit
                && action.metric == proposal.play.metric
                && (action.measure == measure.zh || action.measure == measure.en)
                && is_recent(follow, desk.briefing.as_of)
        })
    };
    let plays = &desk.briefing.playbook.plays;
    let mut proposals = propose(plays, &scores(desk, unit), &causes(desk, unit));
    proposals.retain(|proposal| !known(proposal));
    proposals
}

/// The metrics that the decomposition names as the main causes, those of the reddest first.
fn causes(desk: &Desk<'_>, unit: &UnitId) -> Vec<MetricId> {
    let mut warned: Vec<&Cause> =
        scores(desk, unit).iter().filter_map(|score| cause(desk, score)).collect();
    warned.sort_by_key(|cause| std::cmp::Reverse(cause.warning));
    let mut named: Vec<MetricId> = Vec::new();
    for driver in warned.iter().flat_map(|cause| cause.main_drivers()) {
        if !named.contains(&driver.name.metric) {
            named.push(driver.name.metric.clone());
        }
    }
    named
}

/// Why a metric is behind, where it was looked into.
pub(super) fn cause<'a>(desk: &Desk<'a>, score: &Score) -> Option<&'a Cause> {
    let place = (score.period, score.unit.clone(), score.metric.clone());
    desk.briefing.cards.causes.get(&place)
}

/// What is under way for a metric of a unit.
pub(super) fn under_way<'a, 'b>(
    desk: &Desk<'a>,
    unit: &'b UnitId,
    metric: Option<&'b MetricId>,
) -> impl Iterator<Item = &'a FollowUp> + use<'a, 'b> {
    desk.briefing.cards.actions.iter().filter(move |follow| {
        follow.state.is_running()
            && follow.action.unit == *unit
            && metric.is_none_or(|metric| follow.action.metric == *metric)
    })
}

/// The notice below the warnings; none where the unit is not warned, or nothing is to be said.
pub(super) fn notice(desk: &Desk<'_>) -> Option<Notice> {
    let scores = scores(desk, desk.unit);
    if scores.iter().all(|score| score.warning == Warning::None) {
        return None;
    }
    let words = &desk.words.plan;
    let mut lines = lines(desk);
    if desk.briefing.plan_form.is_some() {
        lines.push(words.fill_in.text().to_owned());
    }
    let title = words.how.text().to_owned();
    (!lines.is_empty()).then_some(Notice { tone: Tone::Plain, title, lines })
}

/// The sentences of “how”: where the cards below have measures, a word on that; then what they do
/// not have, proposed or under way for the metrics that miss their target.
pub(super) fn lines(desk: &Desk<'_>) -> Vec<String> {
    let said = causes::said(desk);
    let mut lines: Vec<String> = Vec::new();
    if !said.is_empty() {
        lines.push(desk.words.plan.in_cards.text().to_owned());
    }
    let mut proposals = proposals(desk, desk.unit);
    proposals.retain(|one| !said.proposed.contains(one));
    let shown = proposals.iter().take(MOST_PROPOSALS).filter_map(|one| proposed(desk, one));
    lines.extend(shown);
    let rest = proposals.len().saturating_sub(MOST_PROPOSALS);
    if rest > 0 && desk.briefing.plan_form.is_some() {
        lines.push(desk.words.plan.more.fill(&[("rest", &rest.to_string())]));
    }
    let not_said =
        |follow: &&FollowUp| !said.running.iter().any(|other| other.action.id == follow.action.id);
    let actions = missed(desk)
        .into_iter()
        .flat_map(|score| under_way(desk, desk.unit, Some(&score.metric)))
        .filter(not_said)
        .filter_map(|follow| running(desk, follow));
    lines.extend(actions);
    lines
}

/// What is warned or misses its target.
fn missed<'a>(desk: &Desk<'a>) -> Vec<&'a Score> {
    let mut scores = scores(desk, desk.unit);
    scores.retain(|score| score.warning != Warning::None || misses(score));
    scores
}

/// A proposal in a sentence.
pub(super) fn proposed(desk: &Desk<'_>, proposal: &Proposal<'_>) -> Option<String> {
    let (play, score) = (proposal.play, proposal.score);
    let metric = desk.metric(&play.metric)?;
    let words = &desk.words.plan;
    let due = desk.briefing.as_of + Days::new(u64::from(play.due_days));
    let due = due.to_string();
    // “新客户数（年初至今）”, where that is what warned.
    let since = [("name", desk.label(metric)), ("value", warned::since(desk))];
    let label = match warned::is_to_date(score) {
        true => desk.words.list.named_value.fill(&since),
        false => desk.label(metric).to_owned(),
    };
    let mut gaps = vec![
        ("metric", label.as_str()),
        ("measure", play.measure.get(desk.language)),
        ("due", due.as_str()),
    ];
    let judged = warned::judged(desk, score);
    let attainment = judged.attainment.known().map(|share| desk.numbers.attainment(share));
    // A measure is followed up by months: a quarter's target of what adds up is none of its own.
    let by_month = desk.briefing.judged.grain() != Grain::Quarter || !metric.target_spreads();
    let expected = match by_month {
        true => proposal.expected(),
        false => play.expected.as_ref(),
    };
    let expected = expected.map(|value| match metric.unit {
        MetricUnit::Money => desk.numbers.target_short(metric, value),
        _ => desk.numbers.goal(metric, value),
    });
    let (phrase, attainment, expected) = match (&attainment, &expected) {
        (Some(attainment), Some(expected)) => (&words.propose, attainment, expected),
        _ => return Some(words.propose_plain.fill(&gaps)),
    };
    gaps.extend([("attainment", attainment.as_str()), ("expected", expected.as_str())]);
    Some(phrase.fill(&gaps))
}

/// A measure under way in a sentence.
pub(super) fn running(desk: &Desk<'_>, follow: &FollowUp) -> Option<String> {
    let metric = desk.metric(&follow.action.metric)?;
    Some(desk.words.plan.under_way.fill(&[
        ("metric", desk.label(metric)),
        ("measure", &follow.action.measure),
        ("due", &follow.action.due.to_string()),
        ("state", &inside(&state_text(desk, follow))),
    ]))
}
