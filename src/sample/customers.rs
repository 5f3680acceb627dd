//! Who buys: each seat's customers, old and new.

use std::fmt;

use super::company::{Company, Duty, EAST, KEY_ACCOUNTS, NORTH, region_of};
use super::dice::Dice;

/// A customer's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Customer(pub u32);

impl fmt::Display for Customer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "K{:06}", self.0)
    }
}

/// Months in which the customers of old order for the first time in the records.
const FIRST_MONTHS: usize = 3;

pub struct Customers {
    /// Those who have ordered, by seat.
    known: Vec<Vec<Customer>>,
    /// Customers of old who have not ordered yet in the records, by seat.
    waiting: Vec<i64>,
    /// New customers that are due but make no whole one yet, in 1,200ths, by seat.
    carried: Vec<i64>,
    /// Seats of the same unit, by seat.
    neighbours: Vec<Vec<usize>>,
    regions: Vec<usize>,
    key_customers: Vec<bool>,
    next: u32,
}

impl Customers {
    pub fn new(company: &Company) -> Self {
        let count = company.seats.len();
        let of_unit = |unit: usize| -> Vec<usize> {
            (0..count).filter(|&place| company.seats[place].unit == unit).collect()
        };
        let units: Vec<Vec<usize>> = (0..super::company::UNITS.len()).map(of_unit).collect();
        Self {
            known: vec![Vec::new(); count],
            waiting: vec![0; count],
            carried: (0..count as i64).map(|place| place * 7_919 % 1_000 + 150).collect(),
            neighbours: company.seats.iter().map(|seat| units[seat.unit].clone()).collect(),
            regions: company.seats.iter().map(|seat| region_of(seat.unit)).collect(),
            key_customers: company
                .seats
                .iter()
                .map(|seat| seat.duty == Duty::KeyCustomers)
                .collect(),
            next: 0,
        }
    }

    /// How many there are by now.
    pub fn count(&self) -> u32 {
        self.next
    }

    /// Sets how many customers of old a seat has, from its orders in the first month.
    pub fn expect(&mut self, seat: usize, orders: i64) {
        self.waiting[seat] = if self.key_customers[seat] { 10 } else { (orders * 9 / 4).max(3) };
    }

    /// How many new customers a seat wins in a month of a year for which so many are planned.
    pub fn count_new(&mut self, seat: usize, month: usize, planned: i64, dice: &mut Dice) -> i64 {
        if month < FIRST_MONTHS || planned == 0 {
            return 0;
        }
        let percent = match self.regions[seat] {
            KEY_ACCOUNTS => 104,
            EAST => 93,
            NORTH => 78,
            _ => 97,
        };
        let due = self.carried[seat] + planned * percent + dice.between(-150, 150);
        self.carried[seat] = due.rem_euclid(1_200);
        due.div_euclid(1_200)
    }

    /// The customer of a sale: one of old, then a new one where any is due, else a known one.
    pub fn pick(&mut self, seat: usize, month: usize, new: &mut i64, dice: &mut Dice) -> Customer {
        if month < FIRST_MONTHS && self.waiting[seat] > 0 {
            self.waiting[seat] -= 1;
            return self.welcome(seat);
        }
        if *new > 0 {
            *new -= 1;
            return self.welcome(seat);
        }
        self.pick_known(seat, dice)
    }

    fn welcome(&mut self, seat: usize) -> Customer {
        self.next += 1;
        let customer = Customer(self.next);
        self.known[seat].push(customer);
        customer
    }

    /// A known customer; sometimes a colleague's, always where the seat has none.
    pub fn pick_known(&mut self, seat: usize, dice: &mut Dice) -> Customer {
        let neighbours = &self.neighbours[seat];
        let colleague = neighbours[dice.place(neighbours.len())];
        let own = if self.known[seat].is_empty() || dice.chance(3) { colleague } else { seat };
        let list = &self.known[own];
        if list.is_empty() {
            return self.welcome(seat);
        }
        // The lesser of two draws: those of old order more often.
        list[dice.place(list.len()).min(dice.place(list.len()))]
    }
}
