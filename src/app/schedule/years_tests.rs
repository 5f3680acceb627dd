//! Ten years of months through the real loop, on a clock that jumps and a ledger in a folder: extracts
//! that come late or not at all, a store that fails, a process that dies and starts anew.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, Days, Duration, NaiveDate, NaiveTime, Utc};

use super::event::{Event, Lack, Ran, Reminder};
use super::job;
use super::plan::Known;
use super::watch::{Clockwork, Work, watch};
use super::window::Rules;
use super::window::tests::{moment, rules};
use crate::app::AppError;
use crate::ledger::{Finished, Holder, Ledger, Manifest, Run, RunState, Stored, Told};
use crate::model::{DateRange, Diagnostic, Grain, Period, Place, WorkCalendar};
use crate::settings::Deadline;
use crate::store;

/// A company whose extracts come as it is written, and the clock that it lives by.
struct World {
    rules: Rules,
    ledger: Ledger,
    now: Cell<DateTime<Utc>>,
    end: DateTime<Utc>,
    /// How many rests the process lives on.
    lives: Cell<u32>,
    starts: Cell<u32>,
    /// What was sent: period, when, whether as provisional.
    sent: RefCell<Vec<(Period, DateTime<Utc>, bool)>>,
    reminded: RefCell<Vec<(Period, DateTime<Utc>)>>,
    held: RefCell<BTreeSet<Period>>,
    noted: RefCell<BTreeSet<String>>,
    failed: Cell<u32>,
    resumed: Cell<u32>,
    looks: Cell<u32>,
}

/// Months from January 2020 on.
fn number(month: Period) -> u32 {
    match month {
        Period::Month { year, month } => (year - 2020) as u32 * 12 + month - 1,
        other => panic!("{other} is no month"),
    }
}

impl World {
    fn new(rules: Rules, dir: &tempfile::TempDir, from: &str, end: &str) -> Self {
        let place = store::open(dir.path().to_str().unwrap(), dir.path(), true, &[]).unwrap();
        Self {
            rules,
            ledger: Ledger::new(place),
            now: Cell::new(moment(from)),
            end: moment(end),
            lives: Cell::new(7),
            starts: Cell::new(0),
            sent: RefCell::default(),
            reminded: RefCell::default(),
            held: RefCell::default(),
            noted: RefCell::default(),
            failed: Cell::new(0),
            resumed: Cell::new(0),
            looks: Cell::new(0),
        }
    }

    /// When the extracts of a month are complete, in the month after it.
    fn complete_at(&self, month: Period) -> DateTime<Utc> {
        let first = month.dates(self.rules.fiscal).end;
        let at = |day: u64, hour, minute| {
            let time = NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
            self.rules.at(first + Days::new(day - 1), time)
        };
        match number(month) % 12 {
            0 | 4 | 7 => at(1, 2, 0),
            1 | 5 => at(1, 11, 20),
            2 | 9 => at(2, 15, 45),
            3 => at(3, 23, 10),
            6 => at(4, 16, 5),
            8 => at(5, 17, 50),
            // Too late for the deadline.
            10 => at(8, 10, 0),
            _ => at(12, 9, 30),
        }
    }

    async fn record(&self, run: &Run, provisional: bool) {
        let manifest = Manifest {
            period: run.period.to_string(),
            version: run.version,
            program_version: String::new(),
            as_of: self.rules.day_of(self.now.get()),
            started: self.now.get(),
            config_sha256: String::new(),
            config: Vec::new(),
            inputs: Vec::new(),
            only: Vec::new(),
            reports: Vec::new(),
            variables: BTreeMap::new(),
            mails_dated: None,
            inputs_kept: false,
            correction: None,
            provisional: provisional.then(|| "late".to_owned()).into_iter().collect(),
        };
        run.put_json(&Stored::Manifest, &manifest).await.unwrap();
        run.put_json(&Stored::Delivering(1), &"now").await.unwrap();
    }

    async fn finish(&self, run: &Run) -> Ran {
        let state = RunState::Delivered;
        let (at, mails) = (self.now.get(), BTreeMap::new());
        let finished = Finished { state, at, mails, stopped_by: Vec::new() };
        run.put_json(&Stored::Finished(1), &finished).await.unwrap();
        let provisional = job::standing(&self.ledger, run.period).await.unwrap();
        let provisional = provisional == super::plan::Standing::Provisional;
        self.sent.borrow_mut().push((run.period, self.now.get(), provisional));
        Ran { version: run.version, state, provisional, mails: 1, sent: 1 }
    }

    /// Lives until the end, with as many processes as it takes.
    async fn live(&self) {
        while self.now.get() < self.end {
            self.starts.set(self.starts.get() + 1);
            // Lives of 1 to 23 rests.
            self.lives.set(1 + self.starts.get() * 7 % 23);
            watch(self, self).await;
        }
    }

    fn local(&self, at: DateTime<Utc>) -> String {
        at.with_timezone(&self.rules.zone).format("%Y-%m-%d %H:%M").to_string()
    }
}

fn holder(since: DateTime<Utc>) -> Holder {
    let (token, host, doing) = ("t".into(), "here".into(), "run".into());
    Holder { token, host, machine: String::new(), process: 1, since, doing }
}

fn down() -> AppError {
    AppError::Failed(Diagnostic::error(Place::file("store"), "the store is down", "wait"))
}

impl Work for World {
    async fn rules(&self) -> Result<(Rules, Vec<Diagnostic>), AppError> {
        let today = self.rules.day_of(self.now.get());
        let ahead = DateRange::new(today, today + Days::new(62)).unwrap();
        let unknown = self.rules.calendar.unknown_years(&ahead);
        let note =
            |year: i32| Diagnostic::warning(Place::file("calendar"), year.to_string(), "enter it");
        Ok((self.rules.clone(), unknown.into_iter().map(note).collect()))
    }

    async fn known(&self, period: Period) -> Result<Known, AppError> {
        job::known(&self.ledger, self.rules.fiscal, period).await
    }

    async fn look(&self, period: Period) -> Result<Vec<Lack>, AppError> {
        self.looks.set(self.looks.get() + 1);
        let month = period.last_month(self.rules.fiscal);
        let late = self.now.get() < self.complete_at(month);
        let lack = || Diagnostic::error(Place::file("orders"), "it is late", "deliver it");
        Ok(late.then(|| Lack::of_nobody(lack())).into_iter().collect())
    }

    async fn run(&self, period: Period, provisional: bool) -> Result<Ran, AppError> {
        let month = number(period.last_month(self.rules.fiscal));
        // The store is down on some mornings, for an hour.
        let hour = self.now.get().timestamp() / 3600;
        if month % 17 == 4 && hour % 5 == 0 {
            self.failed.set(self.failed.get() + 1);
            return Err(down());
        }
        let run = self.ledger.begin(period, &holder(self.now.get())).await?;
        self.record(&run, provisional).await;
        if month % 29 == 3 && run.version == 1 {
            // The process dies while mails are leaving.
            self.lives.set(0);
            return Err(AppError::CutOff(Diagnostic::error(
                Place::file("run"),
                "killed",
                "resume",
            )));
        }
        Ok(self.finish(&run).await)
    }

    async fn resume(&self, period: Period) -> Result<Ran, AppError> {
        self.resumed.set(self.resumed.get() + 1);
        Ok(self.finish(&self.ledger.open(period, None).await?).await)
    }

    async fn remind(
        &self,
        period: Period,
        what: Reminder,
        _: &[Lack],
    ) -> Result<Vec<String>, AppError> {
        let told = match what {
            Reminder::Day(day) => Told::Reminded(day),
            Reminder::Deadline => Told::Deadline,
        };
        if self.ledger.begin_to_tell(period, told, &"whom").await? && what != Reminder::Deadline {
            self.reminded.borrow_mut().push((period, self.now.get()));
        }
        Ok(vec!["owner".into()])
    }

    async fn note_deadline(&self, period: Period) -> Result<(), AppError> {
        self.ledger.begin_to_tell(period, Told::Deadline, &"nobody").await?;
        Ok(())
    }

    async fn tell(&self, event: &Event) {
        match event {
            Event::Held { period, .. } => {
                assert!(self.held.borrow_mut().insert(*period), "{period} is told twice");
            }
            Event::Noted { note } => {
                self.noted.borrow_mut().insert(note.what.clone());
            }
            _ => {}
        }
    }
}

impl Clockwork for World {
    fn now(&self) -> DateTime<Utc> {
        self.now.get()
    }

    async fn rest(&self, until: DateTime<Utc>) {
        assert!(until > self.now.get(), "no rest at {}", self.local(self.now.get()));
        // Nobody wakes on the dot; and a process that dies takes some minutes to come back.
        self.now.set(until + Duration::seconds(until.timestamp() % 50));
        self.lives.set(self.lives.get().saturating_sub(1));
    }

    fn stopped(&self) -> bool {
        self.lives.get() == 0 || self.now.get() >= self.end
    }
}

/// All periods of a grain whose windows ended between two days.
fn periods(world: &World, grain: Grain, from: NaiveDate, end: NaiveDate) -> Vec<Period> {
    let day = from.iter_days().take_while(|day| *day < end);
    let mut all: Vec<Period> = day
        .map(|day| match grain {
            Grain::Quarter => Period::quarter_of(day, world.rules.fiscal),
            _ => Period::month_of(day),
        })
        .collect();
    all.dedup();
    all
}

/// Laws that hold whatever happened.
fn check_laws(world: &World, from: &str, end: &str, provisional: bool) {
    let (from, end): (NaiveDate, NaiveDate) = (from.parse().unwrap(), end.parse().unwrap());
    let sent = world.sent.borrow();
    for period in [Grain::Month, Grain::Quarter].iter().flat_map(|g| periods(world, *g, from, end))
    {
        let window = world.rules.window(period);
        let of: Vec<_> = sent.iter().filter(|(of, ..)| *of == period).collect();
        let last = of.last().unwrap_or_else(|| panic!("{period} was never sent"));
        assert!(!last.2, "{period} has no final version");
        let count = |as_provisional| of.iter().filter(|(.., p)| *p == as_provisional).count();
        assert_eq!(count(false), 1, "{period} was sent {} times", count(false));
        let complete = world.complete_at(period.last_month(world.rules.fiscal));
        let late = complete >= window.closes;
        assert_eq!(count(true), usize::from(late && provisional), "{period}");
        // A minute for the wake-up; a store that was down may have cost the last look.
        let by = window.closes + Duration::minutes(1);
        let first = of[0].1;
        let in_time = first <= by || (late && !provisional);
        assert!(in_time, "{period} went out at {}", world.local(first));
        let day = world.rules.day_of(first).day();
        assert!(late || day <= if period.grain() == Grain::Quarter { 15 } else { 5 }, "{period}");
        assert!(first >= window.opens, "{period}");
        if !late {
            let slack = Duration::hours(30);
            let due = complete.max(window.opens);
            let waits = world.rules.tries_on(world.rules.day_of(due), &window);
            assert!(!waits || period.grain() == Grain::Quarter || first <= due + slack, "{period}");
        }
    }
    check_reminders(world);
    // A quarter follows its month.
    for (quarter, at, provisional) in sent.iter().filter(|(p, ..)| p.grain() == Grain::Quarter) {
        let month = quarter.last_month(world.rules.fiscal);
        let finals = |(p, _, of): &&(Period, DateTime<Utc>, bool)| *p == month && !of;
        let (_, month_at, _) = sent.iter().find(finals).unwrap();
        assert!(*provisional || month_at <= at, "{quarter}");
    }
}

/// At most one a day, on working days alone, and none once the extracts are complete.
fn check_reminders(world: &World) {
    let mut days = BTreeSet::new();
    for (period, at) in world.reminded.borrow().iter() {
        let day = world.rules.day_of(*at);
        assert!(days.insert(day), "{day} has two reminders");
        assert!(world.rules.calendar.works(day), "{day} is no working day");
        assert!(world.rules.reminds_at(day).is_some_and(|from| *at >= from), "{period} {day}");
        let month = period.last_month(world.rules.fiscal);
        assert!(*at < world.complete_at(month), "{period} was complete on {day}");
    }
}

#[tokio::test]
async fn ten_years_of_months_go_out_by_the_5th_once_each() {
    let mut rules = rules("Asia/Shanghai");
    rules.settings.deadline = Deadline::Provisional;
    rules.settings.every_minutes = 60;
    let dir = tempfile::tempdir().unwrap();
    let world = World::new(rules, &dir, "2020-02-01T00:00:00+08:00", "2030-02-01T00:00:00+08:00");
    world.live().await;
    check_laws(&world, "2020-01-01", "2030-01-01", true);
    let sent = world.sent.borrow();
    let finals = |grain| sent.iter().filter(|(p, _, of)| p.grain() == grain && !of).count();
    assert_eq!((finals(Grain::Month), finals(Grain::Quarter)), (120, 40));
    assert!(world.starts.get() > 100 && world.failed.get() > 0 && world.resumed.get() > 2);
    assert!(world.held.borrow().is_empty());
    // Nobody knows the holidays of these years yet: the schedule says so, and goes on.
    let unknown: Vec<String> = (2027..=2030).map(|year| year.to_string()).collect();
    assert!(unknown.iter().all(|year| world.noted.borrow().contains(year)), "{:?}", world.noted);
    assert!(!world.noted.borrow().contains("2026"));
    // Nine months of the ten years are reminded of on several days, some on none.
    let reminded: BTreeSet<Period> = world.reminded.borrow().iter().map(|(p, _)| *p).collect();
    assert!(reminded.len() > 40 && reminded.len() < 110, "{}", reminded.len());
}

#[tokio::test]
async fn a_company_that_holds_at_the_deadline_is_told_once_and_sends_when_it_can() {
    let dir = tempfile::tempdir().unwrap();
    let rules = rules("Asia/Shanghai");
    let world = World::new(rules, &dir, "2024-02-01T00:00:00+08:00", "2026-02-01T00:00:00+08:00");
    world.live().await;
    check_laws(&world, "2024-01-01", "2026-01-01", false);
    let held: Vec<String> = world.held.borrow().iter().map(ToString::to_string).collect();
    assert_eq!(held, ["2024-11", "2024-12", "2025-11", "2025-12"]);
}

#[tokio::test]
async fn clocks_that_change_move_the_window_with_them() {
    let mut rules = rules("Europe/Berlin");
    rules.calendar = WorkCalendar::weekdays();
    rules.settings.deadline = Deadline::Provisional;
    let dir = tempfile::tempdir().unwrap();
    let world = World::new(rules, &dir, "2025-02-01T00:00:00+01:00", "2026-12-01T00:00:00+01:00");
    world.live().await;
    check_laws(&world, "2025-01-01", "2026-10-01", true);
    // The first look of a window is at six by the clocks on the wall, in summer and in winter.
    let first = |month: &str| {
        let month: Period = month.parse().unwrap();
        let sent = world.sent.borrow();
        let (_, at, _) = sent.iter().find(|(p, ..)| *p == month).unwrap();
        world.local(*at)
    };
    assert!(first("2026-05").starts_with("2026-06-01 06:0"), "{}", first("2026-05"));
    assert!(first("2026-01").starts_with("2026-02-02 00:0"), "{}", first("2026-01"));
    assert!(world.noted.borrow().is_empty());
}
