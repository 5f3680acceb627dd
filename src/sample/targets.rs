//! What every seat is to reach, so that children add up to their parent in every month.

use super::calendar::{MONTHS_PLANNED, YEAR_2025, YEAR_2026, month_start};
use super::company::{Company, Duty, Seat, UNITS};
use super::dice::{Dice, split};

/// Thousandths of a year's sales, by month. The demo's `[targets] seasonality` says the same.
pub const SEASON: [i64; 12] = [70, 50, 90, 80, 80, 95, 75, 80, 95, 85, 90, 110];

/// Visits that everybody with a target is to make in a month.
pub const VISITS: i64 = 15;

/// The plan of each seat; a vacant seat's share is its unit's head's.
pub struct Targets {
    /// Yuan by seat and month.
    pub sales: Vec<[i64; MONTHS_PLANNED]>,
    /// Customers by seat and quarter, where quarter 0 is 2024-Q4.
    pub new_customers: Vec<[i64; 9]>,
    /// By seat and month.
    pub visits: Vec<[i64; MONTHS_PLANNED]>,
}

impl Targets {
    /// Splits the units' years.
    pub fn plan(company: &Company, dice: &mut Dice) -> Self {
        let count = company.seats.len();
        let mut targets = Self {
            sales: vec![[0; MONTHS_PLANNED]; count],
            new_customers: vec![[0; 9]; count],
            visits: vec![[0; MONTHS_PLANNED]; count],
        };
        let weights: Vec<i64> = company.seats.iter().map(|seat| weigh(seat, dice)).collect();
        for unit in 1..UNITS.len() {
            targets.split_unit(company, unit, &weights);
        }
        targets.pass_vacancies_to_heads(company);
        targets
    }

    /// New customers of the year that this month lies in.
    pub fn new_customers_of_year(&self, seat: usize, month: usize) -> i64 {
        let quarters = if month < YEAR_2026.start { 1..5 } else { 5..9 };
        self.new_customers[seat][quarters].iter().sum()
    }

    fn split_unit(&mut self, company: &Company, unit: usize, weights: &[i64]) {
        let places: Vec<usize> = (0..company.seats.len())
            .filter(|&place| company.seats[place].unit == unit && weights[place] > 0)
            .collect();
        let weights: Vec<i64> = places.iter().map(|&place| weights[place]).collect();
        for (year, months) in [YEAR_2025, YEAR_2026].into_iter().enumerate() {
            let own = |whole: fn(&super::company::Unit) -> [i64; 2]| {
                let below = UNITS.iter().filter(|child| child.parent == Some(unit));
                whole(&UNITS[unit])[year] - below.map(|child| whole(child)[year]).sum::<i64>()
            };
            let sales = split(own(|unit| unit.sales), &weights);
            let customers = split(own(|unit| unit.new_customers), &weights);
            for ((&place, &sales), &customers) in places.iter().zip(&sales).zip(&customers) {
                for (month, season) in months.clone().zip(SEASON) {
                    // 万 × 10,000 ÷ 1,000
                    self.sales[place][month] = sales * 10 * season;
                    self.visits[place][month] = VISITS;
                }
                let quarters = split(customers, &[25, 24, 26, 25]);
                self.new_customers[place][months.start / 3..months.end / 3]
                    .copy_from_slice(&quarters);
            }
        }
        // Nothing was planned for 2024; the sales of its last quarter are measured by 2025's.
        for &place in &places {
            for month in 0..3 {
                self.sales[place][month] = self.sales[place][month + 12] / 20 * 17;
                self.visits[place][month] = VISITS;
            }
            self.new_customers[place][0] = self.new_customers[place][4];
        }
    }

    fn pass_vacancies_to_heads(&mut self, company: &Company) {
        for (place, seat) in company.seats.iter().enumerate() {
            for quarter in (0..9).filter(|quarter| is_vacant(seat, *quarter)) {
                let is_head = |other: &Seat| other.unit == seat.unit && other.duty == Duty::Head;
                let Some(head) = company.seats.iter().position(is_head) else { continue };
                for month in quarter * 3..quarter * 3 + 3 {
                    self.sales[head][month] += std::mem::take(&mut self.sales[place][month]);
                    self.visits[head][month] += std::mem::take(&mut self.visits[place][month]);
                }
                let customers = std::mem::take(&mut self.new_customers[place][quarter]);
                self.new_customers[head][quarter] += customers;
            }
        }
    }
}

/// Nobody holds the seat when the quarter begins.
pub fn is_vacant(seat: &Seat, quarter: usize) -> bool {
    seat.holder_on(month_start(quarter * 3)).is_none()
}

/// The weight of a seat among those of its unit.
fn weigh(seat: &Seat, dice: &mut Dice) -> i64 {
    match seat.duty {
        // In 华东区 the manager has twice what the head has: 800 万 and 8 customers of the rest.
        Duty::Head if seat.unit == super::company::EAST => 100,
        Duty::KeyCustomers => 200,
        Duty::Head => 140,
        Duty::Seller => dice.between(75, 125),
        Duty::Service | Duty::Trainee => 0,
    }
}
