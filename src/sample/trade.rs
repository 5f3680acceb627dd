//! Orders with their lines, day by day, written as they arise.

use std::fmt::Write;
use std::path::Path;

use super::calendar::{Calendar, month_name};
use super::company::{Company, NORTH, region_of};
use super::course::Course;
use super::credit::Credit;
use super::customers::Customers;
use super::dice::{Dice, split};
use super::lines::{Line, Lines};
use super::paper::{Form, Paper, write_yuan};
use super::targets::{SEASON, Targets};
use super::{SampleError, Size, Summary};

/// Months with dirty rows, the judged one among them.
pub const DIRTY: [usize; 3] = [8, 17, 24];

const SALE: &str = "销售";
const RETURN: &str = "退货";

/// What the trade of every month needs.
pub struct Trade<'a> {
    pub company: &'a Company,
    pub calendar: &'a Calendar,
    course: &'a Course,
    targets: &'a Targets,
    /// Lines by month.
    sizes: Vec<i64>,
    pub customers: Customers,
    credit: Credit,
    dice: Dice,
}

/// One seat's month.
struct Quota {
    seat: usize,
    /// Days on which the seat is held.
    workdays: u64,
    passed: u64,
    /// Shifts the days of the orders, below `workdays`.
    phase: u64,
    sales: Purse,
    returned: Purse,
    /// Sales that are still to come.
    sales_left: i64,
    returns: u64,
    /// Sales and returns.
    orders: u64,
    done: u64,
    new_customers: i64,
}

/// An amount that is spent in so many parts.
struct Purse {
    fen: i64,
    parts: i64,
}

impl Purse {
    /// A part of about the mean; the last takes what is left, so that nothing is lost.
    fn take(&mut self, dice: &mut Dice) -> i64 {
        let part = match self.parts {
            0 | 1 => self.fen,
            parts => (self.fen / parts * dice.between(30, 170) / 100).max(1),
        };
        self.fen -= part;
        self.parts -= 1;
        part
    }
}

/// The files of one month, and where their numbers stand.
struct Month<'a> {
    index: usize,
    name: String,
    orders: Paper,
    lines: Lines,
    summary: &'a mut Summary,
    written: u64,
    row: Vec<Line>,
    number: String,
    amount: String,
}

impl<'a> Trade<'a> {
    pub fn open(
        dir: &Path,
        size: &Size,
        company: &'a Company,
        calendar: &'a Calendar,
        targets: &'a Targets,
        course: &'a Course,
    ) -> Result<Self, SampleError> {
        // A quarter more rows at the end than at the beginning.
        let weights: Vec<i64> =
            (0..25).map(|month| SEASON[(month as usize + 9) % 12] * (100 + month)).collect();
        Ok(Self {
            company,
            calendar,
            course,
            targets,
            sizes: split(size.order_lines as i64, &weights),
            customers: Customers::new(company),
            credit: Credit::open(dir, size.seed)?,
            dice: Dice::new(size.seed, 10),
        })
    }

    /// Writes the orders of one month with their lines, and their receivables and payments.
    pub fn run_month(
        &mut self,
        dir: &Path,
        index: usize,
        summary: &mut Summary,
    ) -> Result<(), SampleError> {
        let name = month_name(index);
        let header = ["订单编号", "下单日期", "销售工号", "客户编号", "订单类型", "订单金额"];
        let orders = dir.join(format!("orders/{name}.csv"));
        let lines = dir.join(format!("order_lines/{name}.parquet"));
        let mut month = Month {
            index,
            orders: Paper::create(&orders, Form::Plain, &header)?,
            lines: Lines::create(&lines)?,
            name: name.replace('-', ""),
            summary,
            written: 0,
            row: Vec::new(),
            number: String::new(),
            amount: String::new(),
        };
        let mut quotas = self.set_quotas(index);
        for place in self.calendar.month(index) {
            let Some(day) = self.calendar.day(place).filter(|day| day.works) else { continue };
            for quota in &mut quotas {
                let Some(person) = self.company.seats[quota.seat].holder_on(day.date) else {
                    continue;
                };
                quota.passed += 1;
                let due = (quota.orders * quota.passed + quota.phase) / quota.workdays;
                while quota.done < due {
                    self.place_order(quota, place, person, &mut month)?;
                }
            }
        }
        if DIRTY.contains(&index) {
            self.place_strange_orders(&mut month)?;
        }
        month.orders.finish()?;
        month.lines.finish()?;
        self.credit.close_month(self.calendar, index, DIRTY.contains(&index), month.summary)
    }

    fn set_quotas(&mut self, month: usize) -> Vec<Quota> {
        let sales: Vec<i64> = self.course.0.iter().map(|months| months[month]).collect();
        let lines = split(self.sizes[month], &sales);
        let mut quotas = Vec::with_capacity(sales.len());
        for (seat, (&fen, &lines)) in sales.iter().zip(&lines).enumerate() {
            let workdays = self.count_workdays(seat, month);
            if fen <= 0 || workdays == 0 {
                continue;
            }
            let planned = self.targets.new_customers_of_year(seat, month);
            let new_customers = self.customers.count_new(seat, month, planned, &mut self.dice);
            let lines = lines.max(1).max(new_customers);
            // Every fortieth line comes back, at about half its price.
            let returns =
                ((lines + self.dice.between(0, 39)) / 40).min(lines - new_customers.max(1));
            let sold = lines - returns;
            let fen_returned = fen / lines * returns / 2;
            let sales_orders = ((sold + 2) / 3).max(new_customers);
            if month == 0 {
                self.customers.expect(seat, sales_orders);
            }
            quotas.push(Quota {
                seat,
                workdays,
                passed: 0,
                phase: u64::from(self.dice.below(workdays as u32)),
                sales: Purse { fen: fen + fen_returned, parts: sold },
                sales_left: sales_orders,
                returns: returns as u64,
                returned: Purse { fen: fen_returned, parts: returns },
                orders: (sales_orders + returns) as u64,
                done: 0,
                new_customers,
            });
        }
        quotas
    }

    fn count_workdays(&self, seat: usize, month: usize) -> u64 {
        let seat = &self.company.seats[seat];
        let days = self.calendar.month(month).filter_map(|place| self.calendar.day(place));
        days.filter(|day| day.works && seat.holder_on(day.date).is_some()).count() as u64
    }

    fn place_order(
        &mut self,
        quota: &mut Quota,
        place: usize,
        person: usize,
        month: &mut Month<'_>,
    ) -> Result<(), SampleError> {
        // Returns lie evenly among the orders, none of them first.
        let returned = |done: u64| done * quota.returns / quota.orders;
        let back = returned(quota.done + 1) > returned(quota.done);
        quota.done += 1;
        let dice = &mut self.dice;
        let customer = if back {
            self.customers.pick_known(quota.seat, dice)
        } else {
            self.customers.pick(quota.seat, month.index, &mut quota.new_customers, dice)
        };
        let count = if back { 1 } else { quota.count_lines(dice) };
        let unit = self.company.seats[quota.seat].unit;
        let dear = if region_of(unit) == NORTH { 35 } else { 0 };
        month.row.clear();
        let mut total = 0;
        for _ in 0..count {
            let amount = if back { -quota.returned.take(dice) } else { quota.sales.take(dice) };
            total += amount;
            month.row.push(Line::price(amount, dear, dice));
        }
        let seller = &self.company.people[person].id;
        let customer = customer.to_string();
        let kind = if back { RETURN } else { SALE };
        month.write(self.calendar, place, seller, &customer, kind, total)?;
        if !back {
            let order = &month.number;
            self.credit.bill(
                self.company,
                self.calendar,
                quota.seat,
                place,
                order,
                &customer,
                total,
            )?;
        }
        Ok(())
    }

    /// Orders of somebody unknown and of nobody.
    fn place_strange_orders(&mut self, month: &mut Month<'_>) -> Result<(), SampleError> {
        let last = self.calendar.month(month.index).end - 3;
        for seller in ["E999", ""] {
            month.row.clear();
            let mut total = 0;
            for _ in 0..2 {
                let amount = self.dice.between(300_000, 2_000_000);
                total += amount;
                month.row.push(Line::price(amount, 0, &mut self.dice));
            }
            let customer = self.customers.pick_known(0, &mut self.dice).to_string();
            month.write(self.calendar, last, seller, &customer, SALE, total)?;
        }
        Ok(())
    }
}

impl Quota {
    /// How many of the lines left the next sale has.
    fn count_lines(&mut self, dice: &mut Dice) -> i64 {
        let orders = self.sales_left;
        self.sales_left -= 1;
        let lines = self.sales.parts;
        if orders <= 1 {
            return lines;
        }
        let spread = (2 * lines / orders - 1).max(1);
        (1 + dice.between(0, spread - 1)).min(lines - (orders - 1))
    }
}

impl Month<'_> {
    /// Writes the order in `row` under the next number.
    fn write(
        &mut self,
        calendar: &Calendar,
        place: usize,
        seller: &str,
        customer: &str,
        kind: &str,
        total: i64,
    ) -> Result<(), SampleError> {
        let Some(day) = calendar.day(place) else { return Ok(()) };
        self.written += 1;
        self.number.clear();
        // Writing to a String cannot fail.
        let _ = write!(self.number, "SO{}-{:05}", self.name, self.written);
        self.lines.push(&self.number, day.date, seller, customer, &self.row)?;
        self.summary.order_lines += self.row.len() as u64;
        self.summary.orders += 1;
        write_yuan(&mut self.amount, total);
        let header = [&self.number, &*day.text, seller, customer, kind, &self.amount];
        match self.written {
            5 if DIRTY.contains(&self.index) => {
                let wrong = format!("{}-13-05", &day.text[..4]);
                self.orders.row(&[header[0], &wrong, header[2], header[3], header[4], header[5]])
            }
            9 if DIRTY.contains(&self.index) => {
                let wrong = self.amount.replacen('.', "O.", 1);
                self.orders.row(&[header[0], header[1], header[2], header[3], header[4], &wrong])
            }
            12 if DIRTY.contains(&self.index) => {
                self.orders.row(&header)?;
                self.orders.row(&header)
            }
            _ => self.orders.row(&header),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_purse_is_spent_to_the_last_fen(parts in 1_i64..400, mean in 10_i64..1_000_000) {
            let mut purse = Purse { fen: parts * mean, parts };
            let mut dice = Dice::new(mean as u64, 0);
            let spent: Vec<i64> = (0..parts).map(|_| purse.take(&mut dice)).collect();
            prop_assert_eq!(spent.iter().sum::<i64>(), parts * mean);
            prop_assert!(spent.iter().all(|&part| part > 0), "{:?}", spent);
        }
    }
}
