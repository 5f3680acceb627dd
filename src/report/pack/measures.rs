//! What was done and what it brought, what is still open, and whom the quarter singles out.

use super::rows::{section, sentence, tables, untitled};
use crate::calc::actions::{ActionState, EffectState, FollowUp};
use crate::report::actions::{of_report, table_of};
use crate::report::desk::Desk;
use crate::report::document::{Block, Section};
use crate::report::words::inside;
use crate::report::{how, talent as lists, tilt as tilted};

/// The measures that fell due or were done since the quarter before began: what they achieved.
fn ended<'a>(desk: &Desk<'a>) -> Vec<&'a FollowUp> {
    let fiscal = desk.briefing.fiscal;
    let before = desk.briefing.judged.previous().unwrap_or(desk.briefing.judged);
    let (from, end) = (before.dates(fiscal).start, desk.dates.end);
    let is_ended = |follow: &&FollowUp| {
        let action = &follow.action;
        let day = action.done.filter(|_| follow.state == ActionState::Done).unwrap_or(action.due);
        let shown = day >= from || follow.state.is_running();
        follow.state != ActionState::Cancelled && day < end && shown
    };
    of_report(desk).into_iter().filter(is_ended).collect()
}

/// The measures of the quarter, those still to come, and what is proposed.
pub(super) fn sections(desk: &Desk<'_>) -> Vec<Section> {
    let words = &desk.words.pack;
    let ended = ended(desk);
    let is_ended = |follow: &&FollowUp| ended.iter().any(|one| one.action.id == follow.action.id);
    let open: Vec<&FollowUp> = of_report(desk)
        .into_iter()
        .filter(|follow| follow.state.is_running() && !is_ended(follow))
        .collect();
    let known = !ended.is_empty() || !open.is_empty();
    let mut achieved: Vec<Block> = said(desk).map(sentence).into_iter().collect();
    achieved.extend(tables(table_of(desk, "actions", "", ended)));
    let mut running = tables(table_of(desk, "open_actions", "", open));
    if !known {
        achieved.push(sentence(words.no_actions.text()));
    } else if achieved.is_empty() {
        achieved.push(sentence(words.none_ended.text()));
    } else if running.is_empty() {
        running.push(sentence(words.none_running.text()));
    }
    let proposals = how::notice(desk).map(Block::Notice).into_iter().collect();
    vec![
        section("achieved", &words.achieved, achieved),
        section("running", &words.running, running),
        section("proposed", &words.proposed, proposals),
    ]
}

/// What the measures of the quarter came to, in a sentence; none where there were none.
pub(super) fn said(desk: &Desk<'_>) -> Option<String> {
    let ended = ended(desk);
    let plan = &desk.words.plan;
    let states = [
        (EffectState::Reached, &plan.reached),
        (EffectState::Improved, &plan.improved),
        (EffectState::NoChange, &plan.no_change),
        (EffectState::Worse, &plan.worse),
        (EffectState::NoData, &plan.no_data),
    ];
    let words = &desk.words.pack;
    let state_of = |follow: &FollowUp| {
        follow.effect.as_ref().map_or(EffectState::NoData, |effect| effect.state)
    };
    let counts: Vec<String> = states
        .into_iter()
        .map(|(state, word)| (ended.iter().filter(|one| state_of(one) == state).count(), word))
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| {
            let state = inside(word.text());
            words.state_count.fill(&[("state", &state), ("count", &count.to_string())])
        })
        .collect();
    let late = ended.iter().filter(|one| one.state == ActionState::Overdue).count();
    let phrase = if late > 0 { &words.ended_late } else { &words.ended };
    (!ended.is_empty()).then(|| {
        phrase.fill(&[
            ("count", &ended.len().to_string()),
            ("states", &counts.join(desk.words.list.comma.text())),
            ("late", &late.to_string()),
        ])
    })
}

/// Who is up for promotion, and who for coaching, as managers see it.
pub(super) fn talent(desk: &Desk<'_>) -> Vec<Section> {
    let words = &desk.words.pack;
    let blocks = match lists::of_managers(desk) {
        Some(table) => tables([table]),
        None if desk.briefing.plan.talent.is_none() => vec![sentence(words.no_lists.text())],
        None => vec![sentence(words.nobody_listed.text())],
    };
    vec![untitled("talent", blocks)]
}

/// Where resources might lean: for the company, whose departments share them.
pub(super) fn tilt(desk: &Desk<'_>) -> Vec<Section> {
    let blocks = tables(tilted::table(desk));
    vec![untitled("tilt", blocks)]
}
