//! `[schedule]`: when the job of a month is due, and what happens when its time is over.

use chrono::NaiveTime;
use serde::Deserialize;

use super::delivery::refuse_outside;
use super::problem::{Problem, Problems};

/// When the job is due. Days are those of the month after the judged one, in the company's time zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleSettings {
    pub from: WindowEdge,
    pub until: WindowEdge,
    /// Until when the packs of a quarter are due, in the month after it.
    pub quarter_until: WindowEdge,
    pub on: TryOn,
    /// How long it is between two looks at extracts that are not complete, in minutes.
    pub every_minutes: u32,
    /// From which time on whoever is responsible for an extract is reminded on a working day.
    pub remind_at: NaiveTime,
    pub deadline: Deadline,
    /// Who hears of what is missing, beside those that the extracts name; mail addresses. Where
    /// empty, whoever mails are answered to.
    pub data_owner: Vec<String>,
}

/// A day of the month, and a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WindowEdge {
    /// 1 to 28, which every month has.
    pub day: u32,
    pub time: NaiveTime,
}

/// On which days the job is tried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TryOn {
    /// On working days, on the last day of the window, and on all days of a window without one.
    #[default]
    WorkingDays,
    EveryDay,
}

/// What is done at the end of the window where checks still hold the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deadline {
    /// Nothing is mailed until the extracts are complete.
    #[default]
    Hold,
    /// What there is goes out, marked as provisional (暂定).
    Provisional,
}

/// `[schedule]`, as written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ScheduleTable {
    from: String,
    until: String,
    quarter_until: String,
    on: TryOn,
    every_minutes: u32,
    remind_at: String,
    deadline: Deadline,
    data_owner: Vec<String>,
}

impl Default for ScheduleTable {
    fn default() -> Self {
        Self {
            from: "1 06:00".into(),
            until: "5 18:00".into(),
            quarter_until: "15 18:00".into(),
            on: TryOn::default(),
            every_minutes: 30,
            remind_at: "09:00".into(),
            deadline: Deadline::default(),
            data_owner: Vec::new(),
        }
    }
}

/// A look more often than this would only load the store.
const SHORTEST_MINUTES: u32 = 1;
/// A look less often than this could miss the window.
const LONGEST_MINUTES: u32 = 24 * 60;

impl ScheduleTable {
    pub(super) fn check(self, problems: &mut Problems) -> ScheduleSettings {
        let from = edge("from", &self.from, problems);
        let until = edge("until", &self.until, problems);
        let quarter_until = edge("quarter_until", &self.quarter_until, problems);
        for (key, end) in [("until", until), ("quarter_until", quarter_until)] {
            if let (Some(from), Some(end)) = (from, end)
                && end <= from
            {
                problems.push(Problem::new(
                    &format!("schedule.{key}"),
                    format!("the window would end before it begins, on day {}", self.from),
                    "name a later day or time; both lie in the month after the judged one",
                ));
            }
        }
        if !(SHORTEST_MINUTES..=LONGEST_MINUTES).contains(&self.every_minutes) {
            problems.push(Problem::new(
                "schedule.every_minutes",
                format!("{} is no such number of minutes", self.every_minutes),
                format!("use {SHORTEST_MINUTES} to {LONGEST_MINUTES}"),
            ));
        }
        let remind_at = time(&self.remind_at).unwrap_or_else(|| {
            let what = format!("“{}” is no time of the day", self.remind_at);
            problems.push(Problem::new("schedule.remind_at", what, "write it like 09:00"));
            NaiveTime::MIN
        });
        for (index, mail) in self.data_owner.iter().enumerate() {
            if mail.parse::<lettre::Address>().is_err() {
                problems.push(Problem::new(
                    &format!("schedule.data_owner[{index}]"),
                    format!("“{mail}” is no mail address"),
                    "write name@example.com",
                ));
            }
        }
        let first = WindowEdge { day: 1, time: NaiveTime::MIN };
        ScheduleSettings {
            from: from.unwrap_or(first),
            until: until.unwrap_or(first),
            quarter_until: quarter_until.unwrap_or(first),
            on: self.on,
            every_minutes: self.every_minutes,
            remind_at,
            deadline: self.deadline,
            data_owner: self.data_owner,
        }
    }
}

/// Data owners are mailed inside the allowed domains alone, as everybody is.
pub(super) fn check_owners(owners: &[String], allowed: &[String], problems: &mut Problems) {
    for (index, mail) in owners.iter().enumerate() {
        refuse_outside(&format!("schedule.data_owner[{index}]"), mail, allowed, problems);
    }
}

fn edge(key: &str, text: &str, problems: &mut Problems) -> Option<WindowEdge> {
    let read = text.trim().split_once(' ').and_then(|(day, at)| {
        let day = day.parse().ok().filter(|day| (1..=28).contains(day))?;
        Some(WindowEdge { day, time: time(at.trim())? })
    });
    if read.is_none() {
        problems.push(Problem::new(
            &format!("schedule.{key}"),
            format!("“{text}” is no day of a month with a time"),
            "write a day from 1 to 28 and a time, such as \"5 18:00\"",
        ));
    }
    read
}

fn time(text: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(text, "%H:%M").ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> (ScheduleSettings, Vec<String>) {
        let table: ScheduleTable = toml::from_str(text).unwrap();
        let mut problems = Problems::new();
        let settings = table.check(&mut problems);
        (settings, problems.into_iter().map(|problem| problem.key).collect())
    }

    #[test]
    fn nothing_written_is_the_window_before_the_5th() {
        let (settings, problems) = check("");
        assert!(problems.is_empty(), "{problems:?}");
        let edge = |edge: WindowEdge| format!("{} {}", edge.day, edge.time.format("%H:%M"));
        assert_eq!(edge(settings.from), "1 06:00");
        assert_eq!(edge(settings.until), "5 18:00");
        assert_eq!(edge(settings.quarter_until), "15 18:00");
        assert_eq!((settings.on, settings.deadline), (TryOn::WorkingDays, Deadline::Hold));
    }

    #[test]
    fn every_key_that_cannot_be_is_named() {
        let (_, problems) = check(
            "from = '5 18:00'\nuntil = '5 06:00'\nquarter_until = '31 18:00'\n\
             every_minutes = 0\nremind_at = '9'\ndata_owner = ['ops@x.example', 'ops']",
        );
        let keys = ["quarter_until", "until", "every_minutes", "remind_at", "data_owner[1]"];
        assert_eq!(problems, keys.map(|key| format!("schedule.{key}")));
    }
}
