//! Visits, leads, opportunities and the market: what goes before orders.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use chrono::{NaiveDate, TimeDelta};

use super::calendar::{Calendar, MONTHS, date, month_name};
use super::company::{Company, Duty, EAST, KEY_ACCOUNTS, NORTH, Seat, UNITS, region_of};
use super::customers::Customers;
use super::dice::Dice;
use super::paper::{Form, Paper, write_yuan};
use super::targets::{SEASON, Targets};
use super::trade::DIRTY;
use super::{SampleError, Summary};

/// Leads are extracted on the morning of this day.
const LEADS_KNOWN_TO: NaiveDate = date(2026, 11, 3);

/// Who works when.
#[derive(Clone, Copy)]
struct Field<'a> {
    company: &'a Company,
    calendar: &'a Calendar,
}

pub struct Activity<'a> {
    field: Field<'a>,
    targets: &'a Targets,
    opportunities: Paper,
    leads: BufWriter<File>,
    leads_path: PathBuf,
    visits_dice: Dice,
    deals_dice: Dice,
    leads_dice: Dice,
    /// Percents of a win that are carried to a unit's next decision, and of a converted lead.
    carried: [u32; UNITS.len()],
    carried_leads: [u32; UNITS.len()],
}

impl<'a> Field<'a> {
    /// The days of a month on which somebody works in that seat.
    fn days_of(&self, seat: &Seat, month: usize) -> Vec<usize> {
        let works = |&place: &usize| {
            let day = self.calendar.day(place);
            day.is_some_and(|day| day.works && seat.holder_on(day.date).is_some())
        };
        self.calendar.month(month).filter(works).collect()
    }

    /// Draws `count` days for every seat, and sorts them by day.
    fn draw_days(
        &self,
        month: usize,
        dice: &mut Dice,
        mut count: impl FnMut(usize, &Seat, &mut Dice) -> i64,
    ) -> Vec<(usize, usize)> {
        let mut drawn = Vec::new();
        for (place, seat) in self.company.seats.iter().enumerate() {
            let days = self.days_of(seat, month);
            if days.is_empty() {
                continue;
            }
            let count = count(place, seat, dice);
            drawn.extend((0..count).map(|_| (days[dice.place(days.len())], place)));
        }
        drawn.sort_unstable();
        drawn
    }

    /// The id of whoever holds the seat on the day.
    fn seller(&self, day: usize, seat: usize) -> &'a str {
        let company = self.company;
        let day = self.calendar.day(day);
        let holder = day.and_then(|day| company.seats[seat].holder_on(day.date));
        holder.map_or("", |person| &company.people[person].id)
    }

    fn text(&self, day: usize) -> &'a str {
        self.calendar.day(day).map_or("", |day| &day.text)
    }

    /// A date after that day, if the extract of leads can know it.
    fn date_after(&self, day: usize, days: i64) -> Option<NaiveDate> {
        let date = self.calendar.day(day)?.date + TimeDelta::days(days);
        (date < LEADS_KNOWN_TO).then_some(date)
    }

    fn date_before(&self, day: usize, days: i64) -> String {
        let date = self.calendar.day(day).map(|day| day.date - TimeDelta::days(days));
        date.map_or_else(String::new, |date| date.to_string())
    }
}

impl<'a> Activity<'a> {
    pub fn open(
        dir: &Path,
        seed: u64,
        company: &'a Company,
        calendar: &'a Calendar,
        targets: &'a Targets,
    ) -> Result<Self, SampleError> {
        let header = ["商机编号", "创建日期", "关闭日期", "销售工号", "结果", "金额"];
        let opportunities = dir.join("opportunities.csv");
        let leads_path = dir.join("leads.ndjson");
        let leads = File::create(&leads_path)
            .map_err(|source| SampleError::File { path: leads_path.clone(), source })?;
        write_market(dir, &mut Dice::new(seed, 23))?;
        Ok(Self {
            field: Field { company, calendar },
            targets,
            opportunities: Paper::create(&opportunities, Form::Utf16Tabs, &header)?,
            leads: BufWriter::new(leads),
            leads_path,
            visits_dice: Dice::new(seed, 20),
            deals_dice: Dice::new(seed, 21),
            leads_dice: Dice::new(seed, 22),
            carried: [50; UNITS.len()],
            carried_leads: [50; UNITS.len()],
        })
    }

    pub fn run_month(
        &mut self,
        dir: &Path,
        month: usize,
        customers: &mut Customers,
        summary: &mut Summary,
    ) -> Result<(), SampleError> {
        summary.visits += self.write_visits(dir, month, customers)?;
        summary.opportunities += self.write_deals(month)?;
        summary.leads += self
            .write_leads(month)
            .map_err(|source| SampleError::File { path: self.leads_path.clone(), source })?;
        Ok(())
    }

    pub fn finish(mut self) -> Result<(), SampleError> {
        self.opportunities.finish()?;
        let path = self.leads_path;
        self.leads.flush().map_err(|source| SampleError::File { path, source })
    }

    fn write_visits(
        &mut self,
        dir: &Path,
        month: usize,
        customers: &mut Customers,
    ) -> Result<u64, SampleError> {
        let (field, dice) = (self.field, &mut self.visits_dice);
        let targets = self.targets;
        let drawn = field.draw_days(month, dice, |place, seat, dice| {
            let planned = match seat.duty {
                Duty::Service | Duty::Trainee => 9,
                _ => targets.visits[place][month],
            };
            let percent = match region_of(seat.unit) {
                NORTH => dice.between(93, 113),
                EAST => dice.between(85, 120),
                _ => dice.between(88, 124),
            };
            (planned * percent + 50) / 100
        });
        let name = month_name(month);
        let path = dir.join(format!("visits/{name}.csv"));
        let header = ["拜访编号", "拜访日期", "销售工号", "客户编号"];
        let mut paper = Paper::create(&path, Form::Plain, &header)?;
        let strange = if DIRTY.contains(&month) { drawn.len() / 2 } else { usize::MAX };
        for (index, &(day, seat)) in drawn.iter().enumerate() {
            let customer = customers.pick_known(seat, dice).to_string();
            let seller = if index == strange { "E997" } else { field.seller(day, seat) };
            let number = format!("BF{}-{:05}", name.replace('-', ""), index + 1);
            paper.row(&[&number, &field.text(day).replace('-', "/"), seller, &customer])?;
        }
        paper.finish()?;
        Ok(drawn.len() as u64)
    }

    fn write_deals(&mut self, month: usize) -> Result<u64, SampleError> {
        let (field, dice) = (self.field, &mut self.deals_dice);
        let drawn = field.draw_days(month, dice, |_, seat, dice| match seat.duty {
            Duty::Service | Duty::Trainee => 1,
            _ => dice.between(3, 6),
        });
        let name = month_name(month).replace('-', "");
        let mut amount = String::new();
        for (index, &(day, seat)) in drawn.iter().enumerate() {
            let unit = field.company.seats[seat].unit;
            let slow = if region_of(unit) == NORTH { 11 } else { 0 };
            let created = field.date_before(day, dice.between(22, 66) + slow);
            let result = if is_won(&mut self.carried[unit], win_percent(unit, month)) {
                "赢单"
            } else {
                "输单"
            };
            write_yuan(&mut amount, dice.between(30_000, 900_000) * 100);
            let number = format!("SJ{name}-{:05}", index + 1);
            let seller = field.seller(day, seat);
            self.opportunities.row(&[
                &number,
                &created,
                field.text(day),
                seller,
                result,
                &amount,
            ])?;
        }
        let open = if month + 1 == MONTHS {
            let open = field.draw_days(month, dice, |_, _, dice| dice.between(1, 3));
            for (index, &(day, seat)) in open.iter().enumerate() {
                write_yuan(&mut amount, dice.between(30_000, 900_000) * 100);
                let number = format!("SJ{name}-{:05}", drawn.len() + index + 1);
                let seller = field.seller(day, seat);
                self.opportunities.row(&[
                    &number,
                    field.text(day),
                    "",
                    seller,
                    "进行中",
                    &amount,
                ])?;
            }
            open.len()
        } else {
            0
        };
        Ok((drawn.len() + open) as u64)
    }

    fn write_leads(&mut self, month: usize) -> std::io::Result<u64> {
        let (field, dice) = (self.field, &mut self.leads_dice);
        let drawn = field.draw_days(month, dice, |_, seat, dice| match seat.duty {
            Duty::Trainee => 3,
            _ => dice.between(4, 8),
        });
        let name = month_name(month).replace('-', "");
        for (index, &(day, seat)) in drawn.iter().enumerate() {
            let valid = dice.chance(76);
            let unit = field.company.seats[seat].unit;
            let percent = if region_of(unit) == NORTH { 27 } else { 34 };
            let converts = valid && is_won(&mut self.carried_leads[unit], percent);
            let converted = field.date_after(day, 1 + dice.between(0, 9));
            let converted = match converted {
                Some(date) if converts => format!("\"{date}\""),
                _ => "null".to_owned(),
            };
            let number = index + 1;
            let (day, seller) = (field.text(day), field.seller(day, seat));
            writeln!(
                self.leads,
                r#"{{"lead_id":"XS{name}-{number:05}","created":"{day}","owner":"{seller}","valid":{valid},"converted":{converted}}}"#
            )?;
        }
        Ok(drawn.len() as u64)
    }
}

/// Wins come so evenly that a month's rate is what it should be.
fn is_won(carried: &mut u32, percent: u32) -> bool {
    *carried += percent;
    let won = *carried >= 100;
    if won {
        *carried -= 100;
    }
    won
}

/// 华北区 wins less and less since the spring of 2026.
fn win_percent(unit: usize, month: usize) -> u32 {
    match region_of(unit) {
        NORTH => [78, 76, 73, 70, 67, 64, 62, 60][month.saturating_sub(17).min(7)],
        EAST => 80,
        KEY_ACCOUNTS => 86,
        _ => 83,
    }
}

/// Departments without departments below them hold about a ninth of their market.
fn write_market(dir: &Path, dice: &mut Dice) -> Result<(), SampleError> {
    let header = ["部门编号", "月份", "市场规模"];
    let mut paper = Paper::create(&dir.join("market.csv"), Form::Plain, &header)?;
    let mut size = String::new();
    for month in 0..MONTHS {
        let start = super::calendar::month_start(month).to_string();
        for (place, unit) in UNITS.iter().enumerate().skip(1) {
            if UNITS.iter().any(|below| below.parent == Some(place)) {
                continue;
            }
            // Markets grow more slowly than the targets: by about a tenth a year.
            let year = unit.sales[0] * (1_000 + 8 * month as i64) * 9;
            let yuan =
                year * 10 * SEASON[(month + 9) % 12] / 1000 * dice.between(970, 1_030) / 1000;
            write_yuan(&mut size, yuan * 100);
            paper.row(&[unit.id, &start, &size])?;
        }
    }
    paper.finish()
}
