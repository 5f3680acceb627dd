//! What a warning rests on, and how long it has lasted, in words.

use super::desk::Desk;
use super::document::ReportKind;
use super::words::inside;
use crate::calc::Streak;
use crate::calc::score::{Reason, Score, Warning};
use crate::model::Metric;

/// Whether the warning follows the year to date.
pub(super) fn is_to_date(score: &Score) -> bool {
    score.reasons.iter().any(|reason| matches!(reason, Reason::Below { to_date: true, .. }))
}

/// The score that the warning was judged by: that of the year to date, or the month's own.
pub(super) fn judged<'a>(desk: &Desk<'a>, score: &'a Score) -> &'a Score {
    let to_date = is_to_date(score).then(|| desk.score_to_date(&score.unit, &score.metric));
    to_date.flatten().unwrap_or(score)
}

/// “年初至今”, or “本财年至今”.
pub(super) fn since<'a>(desk: &'a Desk<'_>) -> &'a str {
    let words = &desk.words.streak;
    if desk.has_calendar_year() { words.year.text() } else { words.fiscal_year.text() }
}

/// The attainment that is warned, beside a name: “73.0%”, “年初至今78.0%”.
pub(super) fn attainment(desk: &Desk<'_>, score: &Score) -> String {
    let shown = desk.attainment(judged(desk, score)).text;
    if !is_to_date(score) {
        return shown;
    }
    desk.words.streak.attainment.fill(&[("since", since(desk)), ("attainment", &shown)])
}

/// “连续第3个月黄色预警”; none for a warning of one month.
pub(super) fn streak(desk: &Desk<'_>, score: &Score) -> Option<String> {
    let found = score.reasons.iter().find_map(|reason| match reason {
        Reason::Streak(streak) => Some(*streak),
        _ => None,
    });
    found.map(|streak| in_words(desk, streak))
}

fn in_words(desk: &Desk<'_>, streak: Streak) -> String {
    let (words, tone) = (&desk.words.streak, &desk.words.tone);
    let word = if streak.warning == Warning::Red { &tone.red } else { &tone.yellow };
    let (months, same) = (streak.months.to_string(), streak.same.to_string());
    let warning = inside(word.text());
    let gaps = [("months", months.as_str()), ("same", &same), ("warning", &warning)];
    let uniform = streak.same == streak.months;
    let phrase = match (uniform, streak.open) {
        (true, false) => &words.same,
        (true, true) => &words.same_open,
        (false, false) => &words.mixed,
        (false, true) => &words.mixed_open,
    };
    let tail = (!uniform && streak.same >= 2).then(|| words.last.fill(&gaps));
    phrase.fill(&gaps) + &tail.unwrap_or_default()
}

/// How long the warning has lasted, as a line of its own, and that it goes up.
pub(super) fn line(desk: &Desk<'_>, metric: &Metric, score: &Score) -> Option<String> {
    let words = &desk.words.streak;
    let after = score.reasons.iter().find_map(|reason| match reason {
        Reason::Escalated { after } => Some(after.to_string()),
        _ => None,
    });
    let streak = streak(desk, score)?;
    let gaps = [("metric", desk.label(metric)), ("streak", &streak)];
    Some(match (after, desk.kind) {
        (None, _) | (_, ReportKind::Company) => words.line.fill(&gaps),
        (Some(after), kind) => {
            let phrase = if kind == ReportKind::Person {
                &words.escalated_person
            } else {
                &words.escalated_department
            };
            phrase.fill(&[&gaps[..], &[("after", &after)]].concat())
        }
    })
}
