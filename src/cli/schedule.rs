//! `attain schedule`: its arguments, the clock on the wall, and what it prints.

use std::cell::{Cell, RefCell};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use clap::Args;

use super::args::Config;
use super::stop::Stop;
use super::{clock, print};
use crate::app::due::{self, NotDue};
use crate::app::schedule::event::{Event, Reminder};
use crate::app::schedule::forecast::{Forecast, Forecasts, forecast};
use crate::app::schedule::job::Job;
use crate::app::schedule::watch::{Clockwork, Memory, round, watch};
use crate::app::{AppError, Surroundings, load_project};
use crate::ledger::RunState;

#[derive(Debug, Args)]
pub struct Schedule {
    #[command(flatten)]
    pub config: Config,
    /// Do what is due now, and end: for cron and the like, every half hour
    #[arg(long, conflicts_with = "dry_run")]
    pub once: bool,
    /// List the next windows and what would happen in them, and do nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Take nine in the morning of this day as now
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<NaiveDate>,
    /// Print JSON: with --once and --dry-run one answer, else a line for each event
    #[arg(long)]
    pub json: bool,
}

/// Does what the arguments ask for.
///
/// # Errors
/// A config that cannot be used; what fails later is told, and tried again.
pub async fn perform(
    schedule: &Schedule,
    stop: &Stop,
    around: &Surroundings<'_>,
) -> Result<u8, AppError> {
    let dir = schedule.config.dir.clone();
    let project = load_project(&dir, around)?;
    let given = schedule.as_of.map(|day| due::mail_time(&project, Some(day), around));
    let now = move || given.unwrap_or_else(clock::now);
    let around = Surroundings { now: now(), clock: &now, ..*around };
    if schedule.dry_run {
        forecasts(&forecast(&dir, &around).await?, schedule.json);
        return Ok(0);
    }
    if given.is_some() && !schedule.once {
        return Err(AppError::Usage(as_of_stays().into()));
    }
    let (events, code) = (RefCell::new(Vec::new()), Cell::new(0));
    let zone = project.time_zone;
    let tell = |event: &Event| {
        if code.get() == 0 {
            code.set(event.exit_code());
        }
        match (schedule.json, schedule.once) {
            (true, true) => events.borrow_mut().push(event.clone()),
            (true, false) => print::json_line(event),
            (false, _) => told(event, now().with_timezone(&zone)),
        }
    };
    let told_by_run = AtomicBool::default();
    let job = Job { dir, around, tell: &tell, told_by_run };
    stop.clone().listen_between_steps();
    let wall = Wall { now: &now, stop };
    if !schedule.once {
        watch(&job, &wall).await;
        return Ok(0);
    }
    let next = round(&job, &wall, &mut Memory::default()).await.with_timezone(&zone);
    if schedule.json {
        let events = events.into_inner();
        print::json(&serde_json::json!({ "events": events, "next": next.fixed_offset() }));
    } else if stop.is_asked() {
        print::line("asked to end; the next one goes on from here");
    } else {
        print::line(&format!("nothing more to do before {}", next.format(MINUTES)));
    }
    Ok(code.get())
}

const MINUTES: &str = "%Y-%m-%d %H:%M";

fn as_of_stays() -> crate::model::Diagnostic {
    let place = crate::model::Place::file("--as-of");
    let what = "a schedule that stays up goes by the clock";
    crate::model::Diagnostic::error(place, what, "add --once or --dry-run, or leave it out")
}

/// The clock on the wall.
struct Wall<'a> {
    now: &'a dyn Fn() -> DateTime<Utc>,
    stop: &'a Stop,
}

impl Clockwork for Wall<'_> {
    fn now(&self) -> DateTime<Utc> {
        (self.now)()
    }

    /// In short naps: a machine that slept, or whose clock was set, is not slept through, and a
    /// request to end is heard at once.
    async fn rest(&self, until: DateTime<Utc>) {
        tracing::info!(%until, "nothing to do before");
        while self.now() < until && !self.stopped() {
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    fn stopped(&self) -> bool {
        self.stop.is_asked()
    }
}

/// One event, for a person or a log.
fn told(event: &Event, at: DateTime<Tz>) {
    let at = at.format(MINUTES);
    match event {
        Event::Incomplete { period, lacks, until } => {
            let until = until.format(MINUTES);
            print::line(&format!("{at}  {period}: not complete; next look by {until}"));
            for lack in lacks {
                let who = lack.responsible.as_ref();
                let who = who.map_or_else(String::new, |who| format!(" (responsible: {who})"));
                print::line(&format!("  {}: {}{who}", lack.found.place, lack.found.what));
            }
        }
        Event::Reminded { period, what, to } => {
            let why = match what {
                Reminder::Day(_) => "reminded",
                Reminder::Deadline => "told of the missed deadline:",
            };
            print::line(&format!("{at}  {period}: {why} {}", to.join(", ")));
        }
        Event::Delivered { period, ran } => {
            let how = match (ran.provisional, ran.state) {
                (true, RunState::Delivered) => "delivered as provisional",
                (_, state) => state.words(),
            };
            let mails = match ran.sent == ran.mails {
                true => format!("{} mails", ran.mails),
                false => format!("{} of {} mails", ran.sent, ran.mails),
            };
            print::line(&format!("{at}  {period} v{} {how}: {mails}", ran.version));
        }
        Event::Held { period, found } => {
            eprintln!("{at}  {period}: held at the deadline: nothing was mailed to the owners");
            found.iter().for_each(|found| eprintln!("{found}"));
        }
        Event::Waits { period, found, .. } => {
            eprintln!("{at}  {period}: the window is over, and its mails wait for a person");
            eprintln!("{found}");
        }
        Event::Failed { period, found, .. } => {
            let of = period.map_or_else(|| "schedule".to_owned(), |period| period.to_string());
            eprintln!("{at}  {of}: failed; it is tried again");
            found.iter().for_each(|found| eprintln!("{found}"));
        }
        Event::Noted { note } => eprintln!("{note}"),
    }
}

/// The next windows.
fn forecasts(all: &Forecasts, as_json: bool) {
    if as_json {
        return print::json(all);
    }
    for note in &all.notes {
        eprintln!("{note}");
    }
    for window in &all.windows {
        print::line(&in_a_line(window));
    }
    print::line(&format!(
        "Times are those of {}; extracts that are not complete are looked at every {} minutes.",
        all.time_zone, all.every_minutes
    ));
}

/// “2026-11: from Tue 1 Dec 2026 06:00 until Sat 5 Dec 2026 18:00; tries on 1–4, 5 Dec; …”.
fn in_a_line(window: &Forecast) -> String {
    const DAY: &str = "%a %-d %b %Y %H:%M";
    let days: Vec<String> =
        window.tries_on.iter().map(|day| day.format("%-d").to_string()).collect();
    let holidays = if window.has_working_day { "" } else { " (none of them a working day)" };
    let deadline = match window.deadline {
        "provisional" => "what is not complete then is sent as provisional",
        _ => "what is not complete then is held",
    };
    let open = if window.open { " (open)" } else { "" };
    let standing = window.standing.map_or_else(String::new, |standing| format!("; {standing}"));
    format!(
        "{}{open}: from {} until {}; tries on {}{holidays}; {deadline}{standing}",
        window.period,
        window.from.format(DAY),
        window.until.format(DAY),
        days.join(", "),
    )
}

/// That a run without a period has nothing to do.
pub fn nothing_due(idle: &NotDue, as_json: bool) {
    if as_json {
        return print::json(&serde_json::json!({ "nothing_due": idle }));
    }
    let NotDue { period, next_period, .. } = idle;
    let why = if idle.over { "is over" } else { "is not open yet" };
    print::line(&format!("Nothing is due: the window of {period} {why}."));
    print::line(&format!(
        "Next: {next_period}, from {} until {}. `attain run {period}` runs {period} all the same.",
        idle.from.format(MINUTES),
        idle.until.format(MINUTES),
    ));
}
