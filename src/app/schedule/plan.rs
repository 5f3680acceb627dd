//! What the schedule does next: decided from the time, the calendar, what the ledger holds and what
//! the extracts lack, and from nothing else.

use chrono::{DateTime, Duration, NaiveDate, Utc};

use super::window::{Rules, Window};
use crate::model::Period;
use crate::settings::Deadline;

/// How far the delivery of a period is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    #[default]
    Nothing,
    /// Mails began to leave, and no end was written.
    CutOff,
    /// A person has to approve its mails.
    Waits,
    /// A person has to look why the first of its mails were not taken.
    Halted,
    /// All but mails that a server put off; these are tried again from then on.
    PutOff(DateTime<Utc>),
    /// What went out was marked as provisional.
    Provisional,
    Delivered,
}

/// What the ledger holds of a period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Known {
    pub standing: Standing,
    /// The last day on which whoever is responsible was reminded.
    pub reminded: Option<NaiveDate>,
    /// Whether it was told that the window ended without a delivery.
    pub told_deadline: bool,
    /// Whether the ledger holds anything of this period or one before. Where it does not, a window
    /// that is over was nobody's: a company that begins in mid-month is not mailed out of the blue.
    pub in_operation: bool,
}

/// What is to be done for a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing any more: it was delivered, or its window passed before anybody watched it.
    Done,
    Wait(DateTime<Utc>),
    /// See whether the extracts are complete.
    Look,
    /// Run: the extracts are complete.
    Run,
    /// Remind those who are responsible for what is missing.
    Remind,
    /// Send what there is, marked as provisional.
    SendProvisional,
    /// Tell that the window ended and nothing was mailed.
    Hold,
    /// Finish a delivery that was cut off.
    Resume,
}

/// What a decision is made from.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    pub now: DateTime<Utc>,
    pub rules: &'a Rules,
    pub period: Period,
    pub known: Known,
    /// A month that has to be delivered before, and is not.
    pub waits_for_month: bool,
    /// When the extracts were last looked at.
    pub looked: Option<DateTime<Utc>>,
    /// Whether they are complete, where they were looked at just now.
    pub complete: Option<bool>,
    /// When something last failed for the period, or was refused.
    pub failed: Option<DateTime<Utc>>,
    /// Whether even a provisional run was refused.
    pub provisional_refused: bool,
}

/// So long after the window's end, mails that were put off are tried again.
const TRIED_AFTER: Duration = Duration::days(1);

/// The next step. Done again after each step, it comes to [`Step::Wait`] or [`Step::Done`].
pub fn decide(case: &Case<'_>) -> Step {
    let (now, rules, known) = (case.now, case.rules, &case.known);
    let window = rules.window(case.period);
    if now < window.opens {
        return Step::Wait(window.opens);
    }
    let over = now >= window.closes;
    if known.standing == Standing::Delivered || (over && !known.in_operation) {
        return Step::Done;
    }
    let again = case.failed.map(|failed| failed + rules.interval());
    if let Some(again) = again.filter(|again| now < *again) {
        return Step::Wait(again);
    }
    if known.standing == Standing::CutOff {
        return Step::Resume;
    }
    match known.standing {
        // Nobody tries for ever.
        Standing::PutOff(_) if now >= window.closes + TRIED_AFTER => return Step::Done,
        Standing::PutOff(until) if now < until => return Step::Wait(until),
        Standing::PutOff(_) => return Step::Resume,
        Standing::Waits | Standing::Halted if over && !known.told_deadline => return Step::Hold,
        Standing::Waits | Standing::Halted => {
            return Step::Wait(case.sooner(now + rules.interval(), &window, over));
        }
        _ => {}
    }
    let deadline = case.at_deadline(over);
    let today = rules.day_of(now);
    if deadline.is_none() && !rules.tries_on(today, &window) {
        return Step::Wait(case.next_day(&window, over));
    }
    if case.waits_for_month && deadline.is_none() {
        return Step::Wait(case.sooner(now + rules.interval(), &window, over));
    }
    let reminds = case.reminds(today);
    let Some(complete) = case.complete else {
        let next = case.looked.map(|looked| looked + rules.interval());
        let rests = next.filter(|next| now < *next && deadline.is_none() && !reminds);
        return match rests {
            Some(next) => Step::Wait(case.sooner(next, &window, over)),
            None => Step::Look,
        };
    };
    if complete && !case.waits_for_month {
        return Step::Run;
    }
    if let Some(step) = deadline {
        return step;
    }
    if reminds {
        return Step::Remind;
    }
    Step::Wait(case.sooner(now + rules.interval(), &window, over))
}

impl Case<'_> {
    /// What is to be done once where the window is over and nothing was mailed.
    fn at_deadline(&self, over: bool) -> Option<Step> {
        if !over || self.known.standing != Standing::Nothing {
            return None;
        }
        let provisional = self.rules.settings.deadline == Deadline::Provisional;
        // Where it was told that nothing is mailed, the provisional run was refused, too.
        match (self.known.told_deadline, provisional && !self.provisional_refused) {
            (true, _) => None,
            (false, true) => Some(Step::SendProvisional),
            (false, false) => Some(Step::Hold),
        }
    }

    /// Whether those who are responsible are to be reminded now. A quarter that waits for its month
    /// is no matter of theirs: they are reminded of the month.
    fn reminds(&self, today: NaiveDate) -> bool {
        let due = self.rules.reminds_at(today).is_some_and(|at| self.now >= at);
        due && self.known.reminded != Some(today) && !self.waits_for_month
    }

    /// The beginning of the next day that is tried on, but not beyond the window's end.
    fn next_day(&self, window: &Window, over: bool) -> DateTime<Utc> {
        // No calendar is without a working day for that long.
        const FAR: usize = 60;
        let days = self.rules.day_of(self.now).iter_days().skip(1).take(FAR);
        let day = days.clone().find(|day| self.rules.tries_on(*day, window)).or(days.last());
        let start = |day| self.rules.at(day, chrono::NaiveTime::MIN);
        let next = day.map_or(self.now + self.rules.interval(), start);
        if over { next } else { next.min(window.closes) }
    }

    /// `next`, or the end of the window, or the time to remind, whichever comes first.
    fn sooner(&self, next: DateTime<Utc>, window: &Window, over: bool) -> DateTime<Utc> {
        let today = self.rules.day_of(self.now);
        let reminds = self.rules.reminds_at(today).filter(|at| *at > self.now);
        let reminds = reminds.filter(|_| !self.waits_for_month);
        let closes = Some(window.closes).filter(|_| !over);
        [reminds, closes].into_iter().flatten().fold(next, DateTime::min)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::schedule::window::tests::{moment, rules};

    /// What is done for October 2026 in Shanghai, whose window is 1 November 06:00 to the 5th 18:00.
    fn step(local: &str, change: impl FnOnce(&mut Case<'_>)) -> String {
        step_by(&rules("Asia/Shanghai"), local, change)
    }

    fn step_by(rules: &Rules, local: &str, change: impl FnOnce(&mut Case<'_>)) -> String {
        let mut case = Case {
            now: moment(&format!("2026-11-{local}:00+08:00")),
            rules,
            period: "2026-10".parse().unwrap(),
            known: Known { in_operation: true, ..Known::default() },
            waits_for_month: false,
            looked: None,
            complete: None,
            failed: None,
            provisional_refused: false,
        };
        change(&mut case);
        match decide(&case) {
            Step::Wait(until) => {
                let local = until.with_timezone(&rules.zone);
                local.format("wait until %d %H:%M").to_string()
            }
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn it_waits_for_the_window_and_for_working_days() {
        assert_eq!(step("01T05:00", |_| {}), "wait until 01 06:00");
        assert_eq!(step("01T06:00", |_| {}), "wait until 02 00:00");
        assert_eq!(step("02T00:00", |_| {}), "Look");
        assert_eq!(step("02T00:00", |case| case.complete = Some(true)), "Run");
    }

    #[test]
    fn incomplete_extracts_are_looked_at_again_and_a_reminder_is_sent_once_a_day() {
        let incomplete = |case: &mut Case<'_>| case.complete = Some(false);
        assert_eq!(step("02T08:40", incomplete), "wait until 02 09:00");
        assert_eq!(step("02T09:00", incomplete), "Remind");
        let reminded = |case: &mut Case<'_>| {
            case.complete = Some(false);
            case.known.reminded = "2026-11-02".parse().ok();
        };
        assert_eq!(step("02T09:00", reminded), "wait until 02 09:30");
        assert_eq!(step("03T09:00", reminded), "Remind");
        // A look at 08:50 does not put the reminder off to 09:20.
        let looked =
            |case: &mut Case<'_>| case.looked = Some(case.now - chrono::Duration::minutes(10));
        assert_eq!(step("02T09:00", looked), "Look");
        assert_eq!(step("02T07:00", looked), "wait until 02 07:20");
    }

    #[test]
    fn the_end_of_the_window_holds_or_sends_and_is_told_once() {
        let incomplete = |case: &mut Case<'_>| {
            case.complete = Some(false);
            case.known.reminded = Some(case.rules.day_of(case.now));
        };
        assert_eq!(step("05T17:45", incomplete), "wait until 05 18:00");
        assert_eq!(step("05T18:00", |case| case.looked = Some(case.now)), "Look");
        assert_eq!(step("05T18:00", incomplete), "Hold");
        let told = |case: &mut Case<'_>| {
            incomplete(case);
            case.known.told_deadline = true;
        };
        assert_eq!(step("05T18:00", told), "wait until 05 18:30");
        // Late is better than never.
        assert_eq!(step("09T12:00", |case| case.complete = Some(true)), "Run");
        assert_eq!(step("07T12:00", told), "wait until 09 00:00");

        let mut provisional = rules("Asia/Shanghai");
        provisional.settings.deadline = Deadline::Provisional;
        let step = |at: &str, change: fn(&mut Case<'_>)| step_by(&provisional, at, change);
        assert_eq!(step("05T17:59", |case| case.complete = Some(false)), "Remind");
        assert_eq!(step("05T18:00", |case| case.complete = Some(false)), "SendProvisional");
        assert_eq!(step("05T18:00", |case| case.complete = Some(true)), "Run");
        let refused = |case: &mut Case<'_>| {
            case.complete = Some(false);
            case.provisional_refused = true;
        };
        assert_eq!(step("05T18:00", refused), "Hold");
        let sent = |case: &mut Case<'_>| {
            case.complete = Some(false);
            case.known.standing = Standing::Provisional;
            case.known.reminded = Some(case.rules.day_of(case.now));
        };
        assert_eq!(step("05T18:30", sent), "wait until 05 19:00");
        let complete = |case: &mut Case<'_>| {
            case.complete = Some(true);
            case.known.standing = Standing::Provisional;
        };
        assert_eq!(step("09T10:00", complete), "Run");
    }

    #[test]
    fn what_was_delivered_or_was_never_watched_is_done() {
        assert_eq!(step("03T12:00", |case| case.known.standing = Standing::Delivered), "Done");
        assert_eq!(step("03T12:00", |case| case.known.in_operation = false), "Look");
        assert_eq!(step("20T12:00", |case| case.known.in_operation = false), "Done");
        assert_eq!(step("20T12:00", |_| {}), "Look");
    }

    #[test]
    fn after_a_failure_it_rests_and_a_delivery_that_was_cut_off_is_finished() {
        let failed = |case: &mut Case<'_>| {
            case.failed = Some(case.now - chrono::Duration::minutes(5));
            case.known.standing = Standing::CutOff;
        };
        assert_eq!(step("05T18:00", failed), "wait until 05 18:25");
        assert_eq!(step("05T18:00", |case| case.known.standing = Standing::CutOff), "Resume");
    }

    #[test]
    fn mails_that_were_put_off_are_tried_again_until_a_day_after_the_window() {
        let put_off = |case: &mut Case<'_>| {
            case.known.standing = Standing::PutOff(moment("2026-11-03T12:00:00+08:00"));
        };
        assert_eq!(step("03T10:00", put_off), "wait until 03 12:00");
        assert_eq!(step("03T12:00", put_off), "Resume");
        assert_eq!(step("06T17:30", put_off), "Resume");
        assert_eq!(step("06T18:00", put_off), "Done");
    }

    #[test]
    fn what_waits_for_a_person_is_not_run_again_and_its_deadline_is_told() {
        let waits = |case: &mut Case<'_>| {
            case.known.standing = Standing::Waits;
            case.known.reminded = Some(case.rules.day_of(case.now));
        };
        assert_eq!(step("03T10:00", waits), "wait until 03 10:30");
        assert_eq!(step("05T18:00", waits), "Hold");
        let told = |case: &mut Case<'_>| {
            waits(case);
            case.known.told_deadline = true;
        };
        assert_eq!(step("05T18:00", told), "wait until 05 18:30");
    }

    #[test]
    fn a_quarter_waits_for_its_month_until_its_own_end() {
        let rules = rules("Asia/Shanghai");
        let quarter = |case: &mut Case<'_>| {
            case.period = "2026-Q3".parse().unwrap();
            case.now -= chrono::Duration::days(31);
            case.waits_for_month = true;
            case.complete = Some(true);
        };
        // 10 and 15 October.
        assert_eq!(step_by(&rules, "10T10:00", quarter), "wait until 10 10:30");
        assert_eq!(step_by(&rules, "15T18:00", quarter), "Hold");
    }
}
