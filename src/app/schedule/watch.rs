//! The loop around the decisions: it asks what is to be done, does it, and rests until the next time.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, Utc};

use super::event::{Event, Lack, Ran, Reminder};
use super::plan::{Case, Known, Standing, Step, decide};
use super::window::Rules;
use crate::app::AppError;
use crate::app::claim::is_busy;
use crate::model::{Diagnostic, FiscalYear, Grain, Period, Place};

/// What the schedule has done: the job itself, or a stand-in of it.
#[expect(async_fn_in_trait, reason = "nothing of it is sent to another thread")]
pub trait Work {
    /// What decides when the job is due, as it stands now.
    async fn rules(&self) -> Result<(Rules, Vec<Diagnostic>), AppError>;
    /// What the ledger holds of a period.
    async fn known(&self, period: Period) -> Result<Known, AppError>;
    /// What the extracts still lack; nothing where they are complete.
    async fn look(&self, period: Period) -> Result<Vec<Lack>, AppError>;
    async fn run(&self, period: Period, provisional: bool) -> Result<Ran, AppError>;
    /// Finishes a delivery that was cut off.
    async fn resume(&self, period: Period) -> Result<Ran, AppError>;
    /// Mails those who are responsible, and remembers it, so that nobody is mailed twice for the
    /// same. Gives the addresses; none where somebody else had done it.
    async fn remind(
        &self,
        period: Period,
        what: Reminder,
        lacks: &[Lack],
    ) -> Result<Vec<String>, AppError>;
    /// Remembers that the window is over, where nobody is to be mailed of it.
    async fn note_deadline(&self, period: Period) -> Result<(), AppError>;
    /// Hears of all that happens.
    async fn tell(&self, event: &Event);
}

/// Time, and rest.
#[expect(async_fn_in_trait, reason = "nothing of it is sent to another thread")]
pub trait Clockwork {
    fn now(&self) -> DateTime<Utc>;
    /// Rests until then, or until the program is asked to end.
    async fn rest(&self, until: DateTime<Utc>);
    /// Whether the program was asked to end.
    fn stopped(&self) -> bool;
}

/// What is remembered between two rounds; all of it may be lost, since the ledger has the rest.
#[derive(Default)]
pub struct Memory {
    periods: BTreeMap<Period, Recent>,
    /// Failures and warnings that were told, so that none is told every half hour.
    told: BTreeSet<String>,
}

#[derive(Default)]
struct Recent {
    looked: Option<DateTime<Utc>>,
    lacks: Option<Vec<Lack>>,
    /// What was said to be missing.
    said: Option<Vec<Lack>>,
    failed: Option<DateTime<Utc>>,
    provisional_refused: bool,
    /// Delivered for good: the ledger need not be asked any more.
    done: bool,
}

/// Steps that a period may take at one moment: more than any way through [`decide`] has.
const MOST_STEPS: u32 = 20;

/// Stays up until the program is asked to end, between two steps.
pub async fn watch(work: &impl Work, clock: &impl Clockwork) {
    let mut memory = Memory::default();
    while !clock.stopped() {
        let until = round(work, clock, &mut memory).await;
        if !clock.stopped() {
            clock.rest(until).await;
        }
    }
}

/// Does all that can be done now, and says when there may be more.
pub async fn round(work: &impl Work, clock: &impl Clockwork, memory: &mut Memory) -> DateTime<Utc> {
    // Where nothing can be asked, half an hour is soon enough.
    let later = || clock.now() + Duration::minutes(30);
    let rules = match work.rules().await {
        Ok((rules, notes)) => {
            for note in notes.into_iter().filter(|note| memory.told.insert(note.to_string())) {
                work.tell(&Event::Noted { note }).await;
            }
            rules
        }
        Err(why) => {
            memory.fail(work, None, &why).await;
            return later();
        }
    };
    let now = clock.now();
    memory.forget(&rules, now);
    let mut next =
        rules.next(now).map(|window| window.opens).into_iter().min().unwrap_or_else(later);
    for period in rules.current(now) {
        let mut desk = Desk { work, rules: &rules, period, memory: &mut *memory };
        let now = clock.now();
        let mut steps = 0;
        while !clock.stopped() {
            steps += 1;
            match desk.step(now).await {
                Ok(Some(until)) => {
                    next = next.min(until);
                    break;
                }
                // What a step did not change is not done over and over.
                Ok(None) if steps > MOST_STEPS => desk.recent().failed = Some(now),
                Ok(None) => {}
                Err(why) => {
                    desk.memory.fail(work, Some(period), &why).await;
                    desk.recent().failed = Some(now);
                }
            }
        }
    }
    next
}

struct Desk<'a, W> {
    work: &'a W,
    rules: &'a Rules,
    period: Period,
    memory: &'a mut Memory,
}

impl<W: Work> Desk<'_, W> {
    fn recent(&mut self) -> &mut Recent {
        self.memory.periods.entry(self.period).or_default()
    }

    /// One step; where there is nothing to do now, when there may be.
    async fn step(&mut self, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, AppError> {
        // A look counts for the moment that it was made in.
        if self.recent().looked.is_some_and(|looked| looked < now) {
            self.recent().lacks = None;
        }
        if self.recent().done {
            return Ok(Some(self.rules.next(now)[0].opens));
        }
        let rests = self.recent().failed.map(|failed| failed + self.rules.interval());
        if let Some(until) = rests.filter(|until| now < *until) {
            return Ok(Some(until));
        }
        let (work, period, rules) = (self.work, self.period, self.rules);
        let known = work.known(period).await?;
        self.recent().done = known.standing == Standing::Delivered;
        let waits_for_month = !self.recent().done && self.waits_for_month().await?;
        let recent = self.recent();
        let case = Case {
            now,
            rules,
            period,
            known,
            waits_for_month,
            looked: recent.looked,
            complete: recent.lacks.as_ref().map(Vec::is_empty),
            failed: recent.failed,
            provisional_refused: recent.provisional_refused,
        };
        let lacks = recent.lacks.clone().unwrap_or_else(Vec::new);
        match decide(&case) {
            Step::Done => return Ok(Some(self.rules.next(now)[0].opens)),
            Step::Wait(until) => {
                self.say_lacks(until).await;
                return Ok(Some(until));
            }
            Step::Look => {
                let mut lacks = work.look(period).await?;
                if waits_for_month {
                    lacks.push(Lack::of_nobody(month_is_missing(period, rules.fiscal)));
                }
                (self.recent().lacks, self.recent().looked) = (Some(lacks), Some(now));
            }
            Step::Run => self.run(now, false).await?,
            Step::SendProvisional => self.run(now, true).await?,
            Step::Resume => {
                let ran = work.resume(period).await?;
                work.tell(&Event::Delivered { period, ran }).await;
            }
            Step::Remind => self.remind(Reminder::Day(rules.day_of(now)), &lacks).await?,
            // The operator is told first: those who are reminded may not be reached.
            Step::Hold => match known.standing {
                Standing::Waits | Standing::Halted => {
                    let halted = known.standing == Standing::Halted;
                    let found = waits_for_person(period, halted);
                    work.tell(&Event::Waits { period, halted, found }).await;
                    work.note_deadline(period).await?;
                }
                _ => {
                    let found = lacks.iter().map(|lack| lack.found.clone()).collect();
                    work.tell(&Event::Held { period, found }).await;
                    self.remind(Reminder::Deadline, &lacks).await?;
                }
            },
        }
        Ok(None)
    }

    /// The month that ends a quarter comes first.
    async fn waits_for_month(&self) -> Result<bool, AppError> {
        if self.period.grain() != Grain::Quarter {
            return Ok(false);
        }
        let month = self.period.last_month(self.rules.fiscal);
        let standing = self.work.known(month).await?.standing;
        Ok(!matches!(standing, Standing::Delivered | Standing::PutOff(_)))
    }

    async fn run(&mut self, now: DateTime<Utc>, provisional: bool) -> Result<(), AppError> {
        let (work, period) = (self.work, self.period);
        let ended = work.run(period, provisional).await;
        if ended.as_ref().is_err_and(is_busy) {
            // What another process does will be in the ledger.
            tracing::info!(%period, "another process has the period");
            self.recent().failed = Some(now);
            return Ok(());
        }
        match ended {
            Ok(ran) => {
                // What failed before may fail anew, and is told again then.
                self.memory.told.retain(|text| !text.starts_with(&period.to_string()));
                self.memory.periods.remove(&period);
                work.tell(&Event::Delivered { period, ran }).await;
                Ok(())
            }
            Err(AppError::Held(found)) if provisional => {
                self.recent().provisional_refused = true;
                tracing::warn!(%period, reasons = found.iter().count(), "provisional run refused");
                Ok(())
            }
            // A file may have been exchanged between the look and the run.
            Err(AppError::Held(found)) => {
                let lacks = found.into_iter().map(Lack::of_nobody).collect();
                let recent = self.recent();
                (recent.lacks, recent.looked) = (Some(lacks), Some(now));
                Ok(())
            }
            Err(why) => Err(why),
        }
    }

    async fn remind(&mut self, what: Reminder, lacks: &[Lack]) -> Result<(), AppError> {
        let to = self.work.remind(self.period, what, lacks).await?;
        if !to.is_empty() {
            self.work.tell(&Event::Reminded { period: self.period, what, to }).await;
        }
        Ok(())
    }

    /// Says what is missing, where that is news.
    async fn say_lacks(&mut self, until: DateTime<Utc>) {
        let (work, period) = (self.work, self.period);
        let until = until.with_timezone(&self.rules.zone).fixed_offset();
        let recent = self.recent();
        let Some(lacks) = recent.lacks.clone().filter(|lacks| !lacks.is_empty()) else { return };
        if recent.said.as_ref() != Some(&lacks) {
            recent.said = Some(lacks.clone());
            work.tell(&Event::Incomplete { period, lacks, until }).await;
        }
    }
}

fn waits_for_person(period: Period, halted: bool) -> Diagnostic {
    let listed = format!("`attain show {period} --deliveries` lists them");
    let (what, help) = match halted {
        false => (
            format!("the mails of {period} are there, and wait for approval"),
            format!("{listed}; `attain approve {period}` sends them"),
        ),
        true => (
            format!("not all of the first mails of {period} were taken, and the rest wait"),
            format!("{listed}, with what was said; `attain resume {period}` sends the rest"),
        ),
    };
    Diagnostic::error(Place::file("ledger"), what, help)
}

fn month_is_missing(quarter: Period, fiscal: FiscalYear) -> Diagnostic {
    let month = quarter.last_month(fiscal);
    let what = format!("{month}, which ends {quarter}, has no final reports yet");
    let help = format!("the pack follows them; `attain run {quarter}` does not wait");
    Diagnostic::error(Place::file("ledger"), what, help)
}

impl Memory {
    /// All failures pass here; each is told once, until the period succeeds.
    async fn fail(&mut self, work: &impl Work, period: Option<Period>, why: &AppError) {
        let found: Vec<Diagnostic> = why.diagnostics().into_iter().cloned().collect();
        let of = period.map_or_else(String::new, |period| period.to_string());
        let texts: Vec<String> = found.iter().map(ToString::to_string).collect();
        if self.told.insert(format!("{of} {}", texts.join("\n"))) {
            work.tell(&Event::Failed { period, exit_code: why.exit_code(), found }).await;
        }
    }

    /// Nothing is remembered of periods that are no longer due.
    fn forget(&mut self, rules: &Rules, now: DateTime<Utc>) {
        let current = rules.current(now);
        self.periods.retain(|period, _| current.contains(period));
    }
}
