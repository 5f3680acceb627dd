//! In a quarter's report “this month” is nobody's: where the year is heading is told by the names of
//! the quarter's last month and of the one before it.

use super::desk::Desk;
use super::words::Phrase;
use crate::calc::RecoveryState;

/// The last month of the judged period, and the one before it.
pub(super) fn names(desk: &Desk<'_>) -> [String; 2] {
    let last = desk.briefing.judged.last_month(desk.briefing.fiscal);
    let before = last.previous().unwrap_or(last);
    [last, before].map(|month| desk.month_text(month))
}

fn is_named(desk: &Desk<'_>) -> bool {
    desk.briefing.judged != desk.briefing.judged.last_month(desk.briefing.fiscal)
}

/// “9月起落后”; none in a month's report.
pub(super) fn newly_behind(desk: &Desk<'_>) -> Option<String> {
    let [month, _] = names(desk);
    is_named(desk).then(|| desk.words.pack.newly_behind.fill(&[("month", &month)]))
}

/// The sentence of a state that names months; none where the usual one does.
pub(super) fn phrase<'a>(desk: &Desk<'a>, state: RecoveryState) -> Option<&'a Phrase> {
    let words = &desk.words.pack;
    let phrase = match state {
        RecoveryState::BackOnPlan => &words.said_back,
        RecoveryState::Recovering => &words.said_recovering,
        RecoveryState::NewlyBehind => &words.said_newly,
        RecoveryState::Behind => &words.said_behind,
        RecoveryState::OnPlan | RecoveryState::OutOfReach => return None,
    };
    is_named(desk).then_some(phrase)
}
