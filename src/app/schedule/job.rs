//! The schedule's work on a real project.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, Days, Duration, NaiveDate, Utc};

use super::arrivals;
use super::event::{Event, Lack, Ran, Reminder};
use super::plan::{Known, Standing};
use super::remind::{Reminding, last_reminded, remind};
use super::watch::Work;
use super::window::Rules;
use crate::app::alerts::{alert, missed, schedule_failed};
use crate::app::claim::is_busy;
use crate::app::earlier::{awaiting_approval, earlier_runs, is_provisional, last_that_mailed};
use crate::app::outcome::RunOutcome;
use crate::app::resume::{ResumeOptions, resume};
use crate::app::run::{RunOptions, run};
use crate::app::runs::open_ledger;
use crate::app::{AppError, Surroundings, load_project};
use crate::data::calendar::read_calendar;
use crate::data::load::{LoadRequest, load};
use crate::ledger::{Ledger, Outbox, RunState, RunSummary, Standings, Told, journal};
use crate::model::{DateRange, Diagnostic, FiscalYear, Period, State, WorkCalendar};
use crate::settings::Project;

/// A project, and who hears of what happens. Its config is read anew for every step, so that what
/// is mended counts at once.
pub struct Job<'a> {
    pub dir: PathBuf,
    pub around: Surroundings<'a>,
    pub tell: &'a dyn Fn(&Event),
    /// Whether what failed last was told to the operator by the run itself.
    pub told_by_run: AtomicBool,
}

/// Mails that a server put off for as long as a delivery tries are tried again after that.
const TRIED_AGAIN_AFTER: Duration = Duration::hours(2);

impl Job<'_> {
    /// The world outside as it is now.
    fn around(&self) -> Surroundings<'_> {
        Surroundings { now: (self.around.clock)(), ..self.around }
    }

    fn ledger(&self) -> Result<Ledger, AppError> {
        open_ledger(&self.dir, &self.around())
    }

    /// Remembers that whoever is to be told of it was, or that nobody is.
    fn told<T>(
        &self,
        ended: Result<T, AppError>,
        is_told: impl Fn(&AppError) -> bool,
    ) -> Result<T, AppError> {
        self.told_by_run.store(ended.as_ref().is_err_and(is_told), Ordering::Relaxed);
        ended
    }

    /// Of a window that ended without mails, and of what broke beside the runs.
    async fn tell_operator(&self, event: &Event) {
        let around = self.around();
        let ledger = self.ledger().ok();
        let told = match event {
            Event::Held { period, found } => missed(ledger.as_ref(), *period, found.clone()).await,
            Event::Waits { period, found, .. } => {
                missed(ledger.as_ref(), *period, vec![found.clone()]).await
            }
            Event::Failed { period, exit_code, found } => {
                if self.told_by_run.swap(false, Ordering::Relaxed) {
                    return;
                }
                schedule_failed(*period, *exit_code, found.clone())
            }
            _ => return,
        };
        let Ok(project) = load_project(&self.dir, &around) else { return };
        for lost in Box::pin(alert(&project, ledger.as_ref(), &told, &around)).await {
            tracing::error!("{lost}");
        }
    }
}

impl Work for Job<'_> {
    async fn rules(&self) -> Result<(Rules, Vec<Diagnostic>), AppError> {
        let around = self.around();
        Ok(Box::pin(rules(&load_project(&self.dir, &around)?, &around)).await)
    }

    async fn known(&self, period: Period) -> Result<Known, AppError> {
        let fiscal = load_project(&self.dir, &self.around())?.fiscal;
        known(&self.ledger()?, fiscal, period).await
    }

    async fn look(&self, period: Period) -> Result<Vec<Lack>, AppError> {
        let around = self.around();
        Box::pin(arrivals::look(&load_project(&self.dir, &around)?, period, &around)).await
    }

    async fn run(&self, period: Period, provisional: bool) -> Result<Ran, AppError> {
        let dir = self.dir.clone();
        let options =
            RunOptions { dir, period: Some(period), provisional, ..RunOptions::default() };
        // A run is a large future, and the loop around it need not carry it about.
        let outcome = self.told(Box::pin(run(&options, &self.around())).await, |_| true)?;
        Ok(ran(&outcome))
    }

    async fn resume(&self, period: Period) -> Result<Ran, AppError> {
        let options = ResumeOptions::of(self.dir.clone(), period);
        let is_told =
            |why: &AppError| is_busy(why) || !matches!(why, AppError::Usage(_) | AppError::Held(_));
        let ended = Box::pin(resume(&options, &self.around())).await;
        Ok(ran(&self.told(ended, is_told)?))
    }

    async fn remind(
        &self,
        period: Period,
        what: Reminder,
        lacks: &[Lack],
    ) -> Result<Vec<String>, AppError> {
        let around = self.around();
        let project = load_project(&self.dir, &around)?;
        let ledger = self.ledger()?;
        let (rules, _) = rules(&project, &around).await;
        let provisional = standing(&ledger, period).await? == Standing::Provisional;
        let reminding = Reminding {
            project: &project,
            ledger: &ledger,
            rules: &rules,
            period,
            what,
            provisional,
            lacks,
        };
        let to = Box::pin(remind(&reminding, &around)).await?;
        if what == Reminder::Deadline {
            // Whoever heard of the deadline need not be reminded of the same on that day.
            let day = Told::Reminded(rules.day_of(around.now));
            let record = serde_json::json!({ "at": around.now, "with": "the deadline" });
            ledger.begin_to_tell(period, day, &record).await?;
        }
        Ok(to)
    }

    async fn note_deadline(&self, period: Period) -> Result<(), AppError> {
        let record = serde_json::json!({ "at": (self.around.clock)(), "to": [] });
        self.ledger()?.begin_to_tell(period, Told::Deadline, &record).await?;
        Ok(())
    }

    /// All that happens passes here once; [`Event::exit_code`] says what is a failure, for whoever is
    /// to tell the operator.
    async fn tell(&self, event: &Event) {
        (self.tell)(event);
        self.tell_operator(event).await;
    }
}

fn ran(outcome: &RunOutcome) -> Ran {
    Ran {
        version: outcome.version,
        state: outcome.state,
        provisional: outcome.provisional,
        mails: outcome.mails.total(),
        sent: outcome.mails.count(State::Sent),
    }
}

/// What a ledger holds of a period.
///
/// # Errors
/// A ledger that cannot be read.
pub async fn known(ledger: &Ledger, fiscal: FiscalYear, period: Period) -> Result<Known, AppError> {
    let told = ledger.told(period).await?;
    let standing = standing(ledger, period).await?;
    let mut in_operation = standing != Standing::Nothing || !told.is_empty();
    if !in_operation {
        let end = |of: &Period| of.dates(fiscal).end;
        in_operation = ledger.periods().await?.iter().any(|of| end(of) <= end(&period));
    }
    Ok(Known {
        standing,
        reminded: last_reminded(&told),
        told_deadline: told.contains(&Told::Deadline),
        in_operation,
    })
}

/// How far the delivery of a period is.
///
/// # Errors
/// A ledger that cannot be read.
pub async fn standing(ledger: &Ledger, period: Period) -> Result<Standing, AppError> {
    let runs = earlier_runs(ledger, period).await?;
    Ok(match last_that_mailed(&runs) {
        _ if awaiting_approval(&runs).is_some() => Standing::Waits,
        None => Standing::Nothing,
        Some(run) if run.state == RunState::Halted => Standing::Halted,
        Some(run) if run.state == RunState::Delivering => Standing::CutOff,
        Some(run) if is_provisional(run) => Standing::Provisional,
        Some(run) => match tried_again_at(ledger, run).await? {
            Some(at) => Standing::PutOff(at),
            None => Standing::Delivered,
        },
    })
}

/// When mails that a server put off are to be tried again; none where there are none.
async fn tried_again_at(
    ledger: &Ledger,
    run: &RunSummary,
) -> Result<Option<DateTime<Utc>>, AppError> {
    let Some(finished) = run.finished.as_ref().filter(|_| run.state == RunState::DeliveredInPart)
    else {
        return Ok(None);
    };
    let stored = ledger.open(run.period, Some(run.version)).await?;
    let Some((outbox, _)) = Outbox::read(&stored).await? else { return Ok(None) };
    let standings = Standings::of(&outbox, &journal::read(&stored).await?);
    let some_wait = standings.iter().any(crate::ledger::Standing::waits);
    Ok(some_wait.then(|| finished.at + TRIED_AGAIN_AFTER))
}

/// The rules of a project, and what to know of its calendar.
pub async fn rules(project: &Project, around: &Surroundings<'_>) -> (Rules, Vec<Diagnostic>) {
    let today = around.now.with_timezone(&project.time_zone).date_naive();
    let (calendar, mut notes) = calendar(project, today, around).await;
    notes.extend(unknown_holidays(project, &calendar, today));
    (Rules::of(project, calendar), notes)
}

/// The company's calendar. Where its extract cannot be read, what is known without it: a schedule
/// that stops for that would miss the month.
async fn calendar(
    project: &Project,
    today: NaiveDate,
    around: &Surroundings<'_>,
) -> (WorkCalendar, Vec<Diagnostic>) {
    let wanted = project.calendar.as_ref().and_then(|calendar| calendar.extract());
    let extracts: Vec<_> =
        project.extracts.iter().filter(|extract| Some(&extract.id) == wanted).cloned().collect();
    let request = LoadRequest {
        extracts: &extracts,
        root: &project.data,
        base: &project.dir,
        through: Period::month_of(today),
        late_allowed: true,
        env: around.env,
        kept: around.kept,
    };
    let read = match load(&request, &mut |_| {}).await {
        Ok(frames) => read_calendar(project, &frames),
        Err(found) => Err(found),
    };
    match read {
        Ok(calendar) => (calendar, Vec::new()),
        Err(found) => {
            let country = project.calendar.as_ref().and_then(|calendar| calendar.country);
            let calendar = country.map_or(WorkCalendar::weekdays(), |country| {
                WorkCalendar::with_exceptions(country.days())
            });
            let warn = |found: Diagnostic| {
                let what =
                    format!("the schedule does without the company's calendar: {}", found.what);
                Diagnostic {
                    value: found.value,
                    ..Diagnostic::warning(found.place, what, found.help)
                }
            };
            (calendar, found.into_iter().map(warn).collect())
        }
    }
}

/// That the holidays of the days ahead are not known, while there is time to enter them.
fn unknown_holidays(
    project: &Project,
    calendar: &WorkCalendar,
    today: NaiveDate,
) -> Option<Diagnostic> {
    const AHEAD_DAYS: u64 = 62;
    project.calendar.as_ref()?;
    let ahead = DateRange::new(today, today + Days::new(AHEAD_DAYS))?;
    let years: Vec<String> = calendar.unknown_years(&ahead).iter().map(i32::to_string).collect();
    let what = format!(
        "nobody has entered the holidays of {}: the schedule takes Monday to Friday as worked",
        years.join(" and ")
    );
    let help = "add the year to the extract of [calendar], or install a version that knows it";
    let place = project.place_in("attain.toml", "calendar");
    (!years.is_empty()).then(|| Diagnostic::warning(place, what, help))
}
