//! The reasons of judgements in plain words, for the results tables. Reports have words of their
//! own, in the reader's language.

use crate::calc::actions::{ActionState, After, FollowUp};
use crate::calc::causes::Verdict;
use crate::calc::participation::DaysThere;
use crate::calc::seasons::SeasonSource;
use crate::calc::{Comparison, NotRanked, PartScore, Reason, ReconcileState, Score, TargetBasis};
use crate::model::plan::DaysBy;
use crate::model::{Absence, Exact, Figure, Period, round};

/// Why a score came out as it did.
pub fn of_score(score: &Score) -> String {
    let words: Vec<String> = score.reasons.iter().filter_map(one).collect();
    words.join("; ")
}

/// Why there is no attainment of a dimension's value, and what shortened its target.
pub fn of_part(part: &PartScore) -> String {
    let why = part.attainment.absence().filter(|why| *why != Absence::Exempt);
    let said = part.reasons.iter().filter_map(one);
    why.map(|why| absent(why).to_owned()).into_iter().chain(said).collect::<Vec<_>>().join("; ")
}

fn one(reason: &Reason) -> Option<String> {
    Some(match reason {
        // The reason that somebody wrote says it.
        Reason::Absent(Absence::Exempt) => return None,
        Reason::Absent(why) => absent(*why).to_owned(),
        Reason::Below { attainment, edge, to_date, .. } => {
            format!("{} {} is below {}", judged(*to_date), percent(attainment), percent(edge))
        }
        Reason::Reached { attainment, edge, to_date } => {
            format!("{} {} reaches {}", judged(*to_date), percent(attainment), percent(edge))
        }
        Reason::Streak(streak) => {
            let least = if streak.open { "at least " } else { "" };
            let same = match streak.same == streak.months {
                true => streak.warning.code().to_owned(),
                false => format!("the last {} {}", streak.same, streak.warning.code()),
            };
            format!("warned for {least}{} months in a row, {same}", streak.months)
        }
        Reason::Escalated { after } => format!("escalated as a red one, after {after} months"),
        Reason::NoRows => "no rows in the period: a known zero".to_owned(),
        Reason::NotWarned => return None,
        Reason::NotRanked(why) => not_ranked(why),
        Reason::TargetBasis(TargetBasis::Spread(rows)) => {
            let rows: Vec<String> =
                rows.iter().map(|row| format!("row {} of {}", row.row, row.file)).collect();
            format!("target put together from {}", rows.join(", "))
        }
        Reason::TargetBasis(TargetBasis::Carried(row)) => {
            format!("target carried from the longer period in row {} of {}", row.row, row.file)
        }
        Reason::TargetBasis(TargetBasis::SumOfBelow(count)) => {
            format!("target summed over {count} units below")
        }
        Reason::TargetBasis(TargetBasis::Given(_) | TargetBasis::None) => return None,
        Reason::Season(source) => match source {
            SeasonSource::OwnLastYear => "target spread by the unit's months of last year",
            SeasonSource::CompanysLastYear => {
                "target spread by the company's months of last year, since the unit's are not known"
            }
            SeasonSource::Even => "target spread evenly, since last year's months are not known",
        }
        .to_owned(),
        Reason::Prorated { days, working } => {
            let kind = if *working { "working days" } else { "days" };
            format!("target prorated to {}/{} {kind}", days.counted, days.of)
        }
        Reason::Exempt { why } => format!("exempt: {}", why.join(", ")),
        Reason::ExemptDays { days, working, why } => {
            let (judged, all) = (days.counted, days.of);
            let kind = if *working { "working days" } else { "days" };
            format!("target for {judged} of {all} {kind}, the others exempt: {}", why.join(", "))
        }
    })
}

fn judged(to_date: bool) -> &'static str {
    if to_date { "attainment of the year to date" } else { "attainment" }
}

/// Why a unit stands in no ranking.
pub fn not_ranked(why: &NotRanked) -> String {
    match why {
        NotRanked::NotThere => {
            "not ranked: not with the company on any day of the period".to_owned()
        }
        NotRanked::Participation { days, least, by } => {
            format!("not ranked: {}", participation(days, least, *by))
        }
        NotRanked::NoRole => "not ranked: no role to be ranked within".to_owned(),
        NotRanked::NoGroup => "not ranked: in none of the plan's groups".to_owned(),
    }
}

/// Why a target and the sum of those below it stand as they do.
pub fn of_comparison(one: &Comparison) -> String {
    let plain = |value: &Exact| round::to_plain(value);
    let Some(difference) = &one.difference else {
        return match one.state {
            ReconcileState::NoChildren => "nobody below has a target".to_owned(),
            _ if one.below.is_some() => {
                format!("no target of its own beside {}", targets_of(one))
            }
            _ => "nobody set a target".to_owned(),
        };
    };
    if difference.is_zero() {
        return format!(
            "{} {} up to it",
            targets_of(one),
            if one.counted == 1 { "adds" } else { "add" }
        );
    }
    if one.rounding {
        return format!("{} of rounding, in parts of longer targets", plain(difference));
    }
    let more = if difference.is_negative() { "less" } else { "more" };
    let size = plain(&difference.abs());
    let mut words = match one.dimension {
        None => format!("{size} {more} than the target is handed down"),
        Some(_) => format!("{size} {more} than the target: {}", targets_of(one)),
    };
    match &one.buffer {
        Some((under, over)) => {
            words.push_str(&format!(
                "; the plan allows {} less to {} more",
                plain(under),
                plain(over)
            ));
        }
        None => words.push_str("; the plan declares no buffer"),
    }
    match one.without.len() {
        0 => {}
        1 => words.push_str("; 1 below has no target"),
        without => words.push_str(&format!("; {without} below have no target")),
    }
    if one.is_even {
        words.push_str("; months of longer targets weigh the same here, and not as last year's");
    }
    words
}

/// Whose targets were summed up.
fn targets_of(one: &Comparison) -> String {
    let targets = if one.counted == 1 { "target" } else { "targets" };
    match &one.dimension {
        None => format!("the {targets} of {} below", one.counted),
        Some(dimension) => format!("the {targets} of {} by {dimension}", one.counted),
    }
}

/// Where an action stands and what the metric did, with the numbers and months.
pub fn of_action(follow: &FollowUp) -> String {
    let FollowUp { action, state, days_left, effect } = follow;
    let mut words = vec![match state {
        ActionState::Overdue => format!("due {} and {} days past", action.due, -days_left),
        ActionState::Due => format!("due {} in {days_left} days", action.due),
        ActionState::Open => format!("due {}", action.due),
        ActionState::Done => match action.done {
            Some(day) => format!("done {day}; due {}", action.due),
            None => format!("done; due {}", action.due),
        },
        ActionState::Cancelled => "cancelled".to_owned(),
    }];
    if let Some(effect) = effect {
        let side = |side: &Option<(Period, Figure)>, none: &str| match side {
            Some((period, Figure::Known(value))) => format!("{} in {period}", plain(value)),
            Some((period, Figure::Absent(why))) => format!("{} in {period}", why.code()),
            None => none.to_owned(),
        };
        let before = side(&effect.before, "no opening date");
        let after = side(&effect.after, "no month is over since");
        words.push(format!("from {before} to {after}"));
        if effect.after.is_some() && effect.which == After::LatestMonth {
            words.push("the first whole month after it is not judged yet".to_owned());
        }
        words.push(match &action.expected {
            Some(expected) => format!("{} expected", plain(expected)),
            None => "nothing expected".to_owned(),
        });
    }
    words.join("; ")
}

/// As a decimal, cut off after six digits.
pub(super) fn plain(value: &Exact) -> String {
    let shown = round::floor(&value.abs(), 6);
    let sign = if value.is_negative() { "-" } else { "" };
    let mark = if shown == value.abs() { "" } else { "…" };
    format!("{sign}{}{mark}", round::to_plain(&shown))
}

/// Such as `there on 12 of 31 calendar days, 38.709677…%, below the 50% that the plan asks for`.
pub(super) fn participation(days: &DaysThere, least: &Exact, by: DaysBy) -> String {
    let kind = match by {
        DaysBy::CalendarDays => "calendar",
        DaysBy::WorkingDays => "working",
    };
    format!(
        "there on {} of {} {kind} days, {}, below the {} that the plan asks for",
        days.there,
        days.of,
        percent(&days.share()),
        percent(least)
    )
}

/// Why a part may be called a main cause, or not; none for what the parts leave over.
pub fn of_verdict(verdict: Option<&Verdict>) -> String {
    match verdict {
        Some(Verdict::Main) => "a main cause: share and difference are large enough",
        Some(Verdict::WholeNotWorse) => "the whole is not for the worse",
        Some(Verdict::WholeSmall) => "the change is within the noise, or small beside the gap",
        Some(Verdict::NotWorse) => "not for the worse",
        Some(Verdict::SmallShare) => "its share is below the least",
        Some(Verdict::Noise) => "its difference from the base is within the noise",
        Some(Verdict::LargerRest) => "what nothing explains is larger",
        None => "what the parts leave over",
    }
    .to_owned()
}

pub(super) fn absent(why: Absence) -> &'static str {
    match why {
        Absence::NoTarget => "nobody set a target",
        Absence::ZeroTarget => "the target is zero or below: no ratio, the gap only",
        Absence::NoData => {
            "the extract does not cover the period, or there is nothing to divide by"
        }
        Absence::Exempt => "exempt",
        Absence::NoBase => "nothing comparable in the base period",
    }
}

/// Exact where it is a short decimal, else cut off after six digits, so that it never shows an edge
/// that was not reached.
pub(super) fn percent(value: &Exact) -> String {
    let hundredfold = (value * &Exact::from(100)).abs();
    let shown = round::floor(&hundredfold, 6);
    let sign = if value.is_negative() { "-" } else { "" };
    let mark = if shown == hundredfold { "" } else { "…" };
    format!("{sign}{}{mark}%", round::to_plain(&shown))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_cut_off_on_both_sides_of_zero() {
        let third = Exact::one().over(&Exact::from(3)).unwrap();
        assert_eq!(percent(&third), "33.333333…%");
        assert_eq!(percent(&-&third), "-33.333333…%");
        assert_eq!(percent(&Exact::from_minor(-5, 1)), "-50%");
        assert_eq!(percent(&Exact::from_minor(999_999_999_999, 12)), "99.999999…%");
    }
}
