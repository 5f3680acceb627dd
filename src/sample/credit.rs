//! Receivables and payments: what orders bring in, some weeks later.

use std::fmt::Write;
use std::path::Path;

use super::calendar::{Calendar, MONTHS, month_name};
use super::company::{Company, Seat};
use super::dice::Dice;
use super::paper::{Form, Paper, write_yuan, write_yuan_marked};
use super::{SampleError, Summary};

const WAYS: [&str; 4] = ["银行转账", "银行转账", "承兑汇票", "现金支票"];

/// All months' files stay open, since a sale is paid months later; so nothing waits in memory.
pub struct Credit {
    months: Vec<Files>,
    dice: Dice,
    amount: String,
}

struct Files {
    /// `202610`.
    name: String,
    receivables: Option<Paper>,
    payments: Option<Paper>,
    receivable_count: u64,
    payment_count: u64,
}

impl Credit {
    pub fn open(dir: &Path, seed: u64) -> Result<Self, SampleError> {
        let receivable = ["应收编号", "订单编号", "到期日期", "销售工号", "应收金额"];
        let payment =
            ["回款编号", "订单编号", "回款日期", "销售工号", "客户编号", "付款方式", "回款金额"];
        let open = |month: usize| -> Result<Files, SampleError> {
            let name = month_name(month);
            let receivables = dir.join(format!("receivables/{name}.csv"));
            let payments = dir.join(format!("payments/{name}.csv"));
            Ok(Files {
                receivables: Some(Paper::create(&receivables, Form::Plain, &receivable)?),
                payments: Some(Paper::create(&payments, Form::Gb18030, &payment)?),
                name: name.replace('-', ""),
                receivable_count: 0,
                payment_count: 0,
            })
        };
        let months = (0..MONTHS).map(open).collect::<Result<_, _>>()?;
        Ok(Self { months, dice: Dice::new(seed, 11), amount: String::new() })
    }

    /// Writes what a sale makes due, and what is paid of it and when.
    #[expect(clippy::too_many_arguments, reason = "an order is all of these")]
    pub fn bill(
        &mut self,
        company: &Company,
        calendar: &Calendar,
        seat: usize,
        place: usize,
        order: &str,
        customer: &str,
        fen: i64,
    ) -> Result<(), SampleError> {
        let due = place + [30, 45, 60][self.dice.place(3)];
        let Some(day) = calendar.day(due) else { return Ok(()) };
        let clerk = responsible(company, &company.seats[seat], calendar, due);
        let files = &mut self.months[day.month];
        files.receivable_count += 1;
        let number = format!("AR{}-{:05}", files.name, files.receivable_count);
        write_yuan(&mut self.amount, fen);
        if let Some(paper) = &mut files.receivables {
            paper.row(&[&number, order, &day.text, clerk, &self.amount])?;
        }
        let end = calendar.month(day.month).end - 1;
        let (share, rest) = share_paid(&mut self.dice);
        let now = fen * share / 100;
        let soon = (due + self.dice.place(7)).min(end);
        let late = due + 28 + self.dice.place(40);
        let parts = [(soon, now), (late, if rest { fen - now } else { 0 })];
        for (place, fen) in parts.into_iter().filter(|part| part.1 > 0) {
            let clerk = responsible(company, &company.seats[seat], calendar, place);
            self.pay(calendar, place, order, clerk, customer, fen)?;
        }
        Ok(())
    }

    fn pay(
        &mut self,
        calendar: &Calendar,
        place: usize,
        order: &str,
        clerk: &str,
        customer: &str,
        fen: i64,
    ) -> Result<(), SampleError> {
        let Some(day) = calendar.day(place) else { return Ok(()) };
        let files = &mut self.months[day.month];
        files.payment_count += 1;
        let mut number = String::with_capacity(16);
        // Writing to a String cannot fail.
        let _ = write!(number, "HK{}-{:05}", files.name, files.payment_count);
        write_yuan_marked(&mut self.amount, fen);
        let way = WAYS[self.dice.place(WAYS.len())];
        match &mut files.payments {
            Some(paper) => {
                paper.row(&[&number, order, &day.text, clerk, customer, way, &self.amount])
            }
            None => Ok(()),
        }
    }

    /// Closes the files of a month; a dirty one gets a payment of somebody unknown.
    pub fn close_month(
        &mut self,
        calendar: &Calendar,
        month: usize,
        dirty: bool,
        summary: &mut Summary,
    ) -> Result<(), SampleError> {
        if dirty {
            let place = calendar.month(month).end - 4;
            self.pay(calendar, place, "", "E998", "K000003", 1_250_000)?;
        }
        let files = &mut self.months[month];
        summary.payments += files.payment_count;
        summary.receivables += files.receivable_count;
        files.receivables.take().map_or(Ok(()), Paper::finish)?;
        files.payments.take().map_or(Ok(()), Paper::finish)
    }
}

/// Percent that is paid in the month in which it falls due, and whether the rest ever comes.
fn share_paid(dice: &mut Dice) -> (i64, bool) {
    match dice.below(100) {
        0..60 => (100, false),
        60..86 => (dice.between(90, 97), dice.chance(60)),
        86..95 => (dice.between(60, 85), dice.chance(60)),
        _ => (0, dice.chance(75)),
    }
}

/// Who holds the seat on that day; while it is vacant, the head of its unit.
fn responsible<'a>(
    company: &'a Company,
    seat: &Seat,
    calendar: &Calendar,
    place: usize,
) -> &'a str {
    let holder = calendar.day(place).and_then(|day| seat.holder_on(day.date));
    &company.people[holder.unwrap_or(company.heads[seat.unit])].id
}
