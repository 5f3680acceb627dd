//! Windows: from when until when the job of a period is due, in the company's time zone.

use chrono::{DateTime, Duration, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;

use crate::model::{FiscalYear, Grain, Period, WorkCalendar};
use crate::settings::{Project, ScheduleSettings, TryOn, WindowEdge};

/// What decides when the job is due.
#[derive(Clone, Debug)]
pub struct Rules {
    pub settings: ScheduleSettings,
    pub zone: Tz,
    pub fiscal: FiscalYear,
    pub calendar: WorkCalendar,
}

/// The time in which the job of a period is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub period: Period,
    pub opens: DateTime<Utc>,
    pub closes: DateTime<Utc>,
    /// The days that it opens and closes on.
    pub first: NaiveDate,
    pub last: NaiveDate,
}

impl Rules {
    /// Those of a project, with its calendar.
    pub fn of(project: &Project, calendar: WorkCalendar) -> Self {
        Self {
            settings: project.schedule.clone(),
            zone: project.time_zone,
            fiscal: project.fiscal,
            calendar,
        }
    }

    /// The window of a month or a quarter: it lies in the month after it.
    pub fn window(&self, period: Period) -> Window {
        let month = period.dates(self.fiscal).end;
        let until = match period.grain() {
            Grain::Quarter => self.settings.quarter_until,
            _ => self.settings.until,
        };
        let day = |edge: WindowEdge| month + Duration::days(i64::from(edge.day) - 1);
        let (first, last) = (day(self.settings.from), day(until));
        Window {
            period,
            opens: instant(self.zone, first, self.settings.from.time),
            closes: instant(self.zone, last, until.time),
            first,
            last,
        }
    }

    /// The month and the quarter whose windows opened last; nothing older is due.
    pub fn current(&self, now: DateTime<Utc>) -> [Period; 2] {
        let today = self.day_of(now);
        [Period::month_of(today), Period::quarter_of(today, self.fiscal)].map(|running| {
            let over = std::iter::successors(running.previous(), Period::previous).take(2);
            over.into_iter().find(|over| self.window(*over).opens <= now).unwrap_or(running)
        })
    }

    /// The next window of a month, and of a quarter, that has not opened yet.
    pub fn next(&self, now: DateTime<Utc>) -> [Window; 2] {
        self.current(now).map(|current| {
            let after = current.dates(self.fiscal).end;
            self.window(match current.grain() {
                Grain::Quarter => Period::quarter_of(after, self.fiscal),
                _ => Period::month_of(after),
            })
        })
    }

    /// Whether extracts are looked at on a day. A window without a working day has all its days,
    /// and the last day always counts: being in time goes before being undisturbed.
    pub fn tries_on(&self, day: NaiveDate, window: &Window) -> bool {
        match self.settings.on {
            TryOn::EveryDay => true,
            TryOn::WorkingDays => {
                let inside = window.first <= day && day <= window.last;
                self.calendar.works(day)
                    || day == window.last
                    || (inside && !window.days().any(|day| self.calendar.works(day)))
            }
        }
    }

    /// The day of a moment, as the company's wall calendar shows it.
    pub fn day_of(&self, moment: DateTime<Utc>) -> NaiveDate {
        moment.with_timezone(&self.zone).date_naive()
    }

    /// A moment of a day.
    pub fn at(&self, day: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
        instant(self.zone, day, time)
    }

    /// The moment from which on whoever is responsible is reminded on a day; none on a day that is
    /// not worked.
    pub fn reminds_at(&self, day: NaiveDate) -> Option<DateTime<Utc>> {
        self.calendar.works(day).then(|| self.at(day, self.settings.remind_at))
    }

    pub fn interval(&self) -> Duration {
        Duration::minutes(i64::from(self.settings.every_minutes))
    }
}

impl Window {
    /// Its days, the first and the last one among them.
    pub fn days(&self) -> impl Iterator<Item = NaiveDate> {
        let last = self.last;
        self.first.iter_days().take_while(move |day| *day <= last)
    }
}

/// The moment of a local time. One that a clock change leaves out is the first moment after it; of
/// one that comes twice it is the first.
fn instant(zone: Tz, day: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
    // Whole days were left out, too, where a country went over the date line.
    const LONGEST_GAP: i64 = 26 * 60;
    let local = day.and_time(time);
    let after = (0..=LONGEST_GAP).map(|minutes| local + Duration::minutes(minutes));
    after
        .filter_map(|local| zone.from_local_datetime(&local).earliest())
        .next()
        .map_or_else(|| Utc.from_utc_datetime(&local), |moment| moment.with_timezone(&Utc))
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::settings::{Country, Deadline};

    /// The defaults, with the calendar that comes with the program.
    pub fn rules(zone: &str) -> Rules {
        let at = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
        let edge = |day, hour| WindowEdge { day, time: at(hour) };
        Rules {
            settings: ScheduleSettings {
                from: edge(1, 6),
                until: edge(5, 18),
                quarter_until: edge(15, 18),
                on: TryOn::WorkingDays,
                every_minutes: 30,
                remind_at: at(9),
                deadline: Deadline::Hold,
                data_owner: Vec::new(),
            },
            zone: zone.parse().unwrap(),
            fiscal: FiscalYear::default(),
            calendar: WorkCalendar::with_exceptions(Country::China.days()),
        }
    }

    pub fn moment(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn opens(rules: &Rules, period: &str) -> String {
        let window = rules.window(period.parse().unwrap());
        format!("{} – {}", window.opens.format("%m-%d %H:%M"), window.closes.format("%m-%d %H:%M"))
    }

    #[test]
    fn a_window_lies_in_the_month_after_by_the_clocks_of_the_company() {
        assert_eq!(opens(&rules("Asia/Shanghai"), "2026-10"), "10-31 22:00 – 11-05 10:00");
        assert_eq!(opens(&rules("Asia/Shanghai"), "2026-Q4"), "12-31 22:00 – 01-15 10:00");
        assert_eq!(opens(&rules("America/New_York"), "2026-12"), "01-01 11:00 – 01-05 23:00");
        // Berlin: summer time begins on 29 March 2026 and ends on 25 October 2026.
        assert_eq!(opens(&rules("Europe/Berlin"), "2026-02"), "03-01 05:00 – 03-05 17:00");
        assert_eq!(opens(&rules("Europe/Berlin"), "2026-03"), "04-01 04:00 – 04-05 16:00");
    }

    #[test]
    fn a_time_that_a_clock_change_leaves_out_or_repeats_is_one_moment() {
        let berlin = rules("Europe/Berlin");
        let at = |day: &str, hour, minute| {
            let time = NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
            berlin.at(day.parse().unwrap(), time).format("%H:%M").to_string()
        };
        // 02:30 does not exist: 03:00 summer time follows 02:00 winter time.
        assert_eq!(at("2026-03-29", 2, 30), "01:00");
        // 02:30 comes twice: the first is summer time.
        assert_eq!(at("2026-10-25", 2, 30), "00:30");
        // Apia had no 30 December 2011.
        let apia = rules("Pacific/Apia");
        let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap();
        let day = apia.day_of(apia.at("2011-12-30".parse().unwrap(), noon));
        assert_eq!(day.to_string(), "2011-12-31");
    }

    #[test]
    fn what_opened_last_is_current_until_the_next_one_opens() {
        let rules = rules("Asia/Shanghai");
        let current = |at: &str| rules.current(moment(at)).map(|period| period.to_string());
        // 1 October 05:59 and 06:00 in Shanghai.
        assert_eq!(current("2026-09-30T21:59:00Z"), ["2026-08", "2026-Q2"]);
        assert_eq!(current("2026-09-30T22:00:00Z"), ["2026-09", "2026-Q3"]);
        assert_eq!(current("2026-10-31T21:59:00Z"), ["2026-09", "2026-Q3"]);
        assert_eq!(current("2026-12-31T22:00:00Z"), ["2026-12", "2026-Q4"]);
        let next = |at: &str| rules.next(moment(at)).map(|window| window.period.to_string());
        assert_eq!(next("2026-09-30T21:59:00Z"), ["2026-09", "2026-Q3"]);
        assert_eq!(next("2026-12-31T22:00:00Z"), ["2027-01", "2027-Q1"]);
    }

    #[test]
    fn working_days_the_last_day_and_all_of_a_holiday_week_are_tried_on() {
        let rules = rules("Asia/Shanghai");
        let tried = |period: &str| -> Vec<u32> {
            let window = rules.window(period.parse().unwrap());
            let days = window.days().filter(|day| rules.tries_on(*day, &window));
            days.map(|day| chrono::Datelike::day(&day)).collect()
        };
        // 1 November 2026 is a Sunday.
        assert_eq!(tried("2026-10"), [2, 3, 4, 5]);
        // 1–7 October are holidays.
        assert_eq!(tried("2026-09"), [1, 2, 3, 4, 5]);
        // 1–3 January are holidays, Sunday the 4th is worked for them.
        assert_eq!(tried("2025-12"), [4, 5]);
        // The 5th is a Sunday, and the day of the promise.
        assert_eq!(tried("2026-06"), [1, 2, 3, 5]);
    }
}
