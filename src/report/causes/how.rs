//! How it is to be mended.

use super::explained;
use crate::calc::actions::FollowUp;
use crate::calc::causes::Cause;
use crate::calc::playbook::Proposal;
use crate::calc::score::Warning;
use crate::model::{Level, Metric, MetricId};
use crate::report::desk::Desk;
use crate::report::how::{proposals, proposed, running, under_way};

/// Measures that are proposed in a card; the notice above and the plan sheet have the others.
const MOST_MEASURES: usize = 2;

/// What a card says on measures.
#[derive(Default)]
pub(in crate::report) struct Measures<'a> {
    pub(in crate::report) proposed: Vec<Proposal<'a>>,
    pub(in crate::report) running: Vec<&'a FollowUp>,
}

impl Measures<'_> {
    pub(in crate::report) fn is_empty(&self) -> bool {
        self.proposed.is_empty() && self.running.is_empty()
    }

    fn has(&self, metric: &MetricId) -> bool {
        self.proposed.iter().any(|proposal| proposal.play.metric == *metric)
            || self.running.iter().any(|follow| follow.action.metric == *metric)
    }
}

/// What the unit's cards say on measures, all together.
pub(in crate::report) fn said<'a>(desk: &Desk<'a>) -> Measures<'a> {
    let mut all = Measures::default();
    for (metric, cause) in explained(desk, desk.unit) {
        let one = measures(desk, metric, cause);
        all.proposed.extend(one.proposed);
        all.running.extend(one.running);
    }
    all
}

/// What the play-book has for the causes and for what missed its target, and what is under way;
/// else who is to act.
pub(super) fn how(desk: &Desk<'_>, metric: &Metric, cause: &Cause) -> Option<String> {
    let measures = measures(desk, metric, cause);
    let proposals = measures.proposed.iter().filter_map(|proposal| proposed(desk, proposal));
    let actions = measures.running.iter().filter_map(|follow| running(desk, follow));
    let elsewhere = elsewhere(desk, metric, cause);
    let said: Vec<String> = proposals.chain(actions).chain(elsewhere).collect();
    if said.is_empty() {
        who_acts(desk, cause)
    } else {
        Some(said.join(desk.words.list.sentence.text()))
    }
}

/// The measures that stand in the card of a metric, for all that is left to this card.
fn measures<'a>(desk: &Desk<'a>, metric: &Metric, cause: &Cause) -> Measures<'a> {
    let cards = explained(desk, desk.unit);
    let mut about = about(metric, cause);
    about.retain(|of| card_of(&cards, of).is_none_or(|(card, _)| card.id == metric.id));
    // In the order of the play-book, as in the plan sheet.
    let proposals = proposals(desk, desk.unit).into_iter();
    let proposals = proposals.filter(|one| about.contains(&&one.play.metric));
    let running = about.iter().flat_map(|of| under_way(desk, desk.unit, Some(of)));
    Measures { proposed: proposals.take(MOST_MEASURES).collect(), running: running.collect() }
}

/// Where the measures for a cause stand that are in another card.
fn elsewhere(desk: &Desk<'_>, metric: &Metric, cause: &Cause) -> Vec<String> {
    let cards = explained(desk, desk.unit);
    let of = |of: &MetricId| {
        let (card, cause) = card_of(&cards, of).filter(|(card, _)| card.id != metric.id)?;
        if !measures(desk, card, cause).has(of) {
            return None;
        }
        let gaps = [("metric", desk.label(desk.metric(of)?)), ("card", desk.label(card))];
        Some(desk.words.cause.how_elsewhere.fill(&gaps))
    };
    about(metric, cause).into_iter().filter_map(of).collect()
}

/// The metric itself, its main causes, and the process metrics that missed their target; each once.
fn about<'a>(metric: &'a Metric, cause: &'a Cause) -> Vec<&'a MetricId> {
    let drivers = cause.main_drivers().into_iter().map(|part| &part.name.metric);
    let mut named = vec![&metric.id];
    for id in drivers.chain(cause.missed().map(|process| &process.metric)) {
        if !named.contains(&id) {
            named.push(id);
        }
    }
    named
}

/// The card that has the measures for a metric: its own, else the first one that names it.
fn card_of<'a>(
    cards: &[(&'a Metric, &'a Cause)],
    of: &MetricId,
) -> Option<(&'a Metric, &'a Cause)> {
    let own = cards.iter().find(|(metric, _)| metric.id == *of);
    let names = || cards.iter().find(|(metric, cause)| about(metric, cause).contains(&of));
    own.or_else(names).copied()
}

/// Who is to do what, by the warning.
fn who_acts(desk: &Desk<'_>, cause: &Cause) -> Option<String> {
    let words = &desk.words.warning;
    let phrase = match (desk.briefing.org.level(&cause.unit)?, cause.warning) {
        (_, Warning::None) => return None,
        (Level::Person, Warning::Yellow) => &words.person_yellow,
        (Level::Person, Warning::Red) => &words.person_red,
        (Level::Department, Warning::Yellow) => &words.department_yellow,
        (Level::Department, Warning::Red) => &words.department_red,
        (Level::Company, Warning::Yellow) => &words.company_yellow,
        (Level::Company, Warning::Red) => &words.company_red,
    };
    Some(phrase.text().to_owned())
}
