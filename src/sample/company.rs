//! Who works at 明德仪器, where, and since when.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};

use super::calendar::date;
use super::dice::{Dice, split};
use super::names::name;

/// A node of the org tree. Figures of 2025 and 2026; sales in 万 yuan.
pub struct Unit {
    pub id: &'static str,
    pub name: &'static str,
    pub name_en: &'static str,
    /// Place in [`UNITS`].
    pub parent: Option<usize>,
    /// Sellers beside the head, where the company has its least size.
    sellers: i64,
    pub sales: [i64; 2],
    pub new_customers: [i64; 2],
}

const fn unit(
    id: &'static str,
    names: (&'static str, &'static str),
    parent: Option<usize>,
    sellers: i64,
    sales: [i64; 2],
    new_customers: [i64; 2],
) -> Unit {
    Unit { id, name: names.0, name_en: names.1, parent, sellers, sales, new_customers }
}

/// Parents come before their children. What a unit with children has beyond them is its head's
/// and, in 华东区, the key-account manager's.
#[rustfmt::skip]
pub const UNITS: [Unit; 9] = [
    unit("C00", ("明德仪器", "Mingde Instruments"), None, 0, [10_000, 13_000], [140, 180]),
    unit("D10", ("KA事业部", "Key Accounts"), Some(0), 11, [2_500, 3_250], [38, 50]),
    unit("D20", ("华东区", "East China"), Some(0), 0, [4_000, 5_200], [50, 64]),
    unit("D21", ("上海办事处", "Shanghai Office"), Some(2), 9, [1_700, 2_200], [22, 28]),
    unit("D22", ("江浙办事处", "Jiangsu and Zhejiang Office"), Some(2), 7, [1_400, 1_800], [19, 24]),
    unit("D30", ("华南区", "South China"), Some(0), 0, [2_000, 2_600], [28, 36]),
    unit("D31", ("广深办事处", "Guangzhou and Shenzhen Office"), Some(5), 6, [1_080, 1_400], [16, 20]),
    unit("D32", ("闽桂办事处", "Fujian and Guangxi Office"), Some(5), 4, [690, 900], [10, 13]),
    unit("D40", ("华北区", "North China"), Some(0), 8, [1_500, 1_950], [24, 30]),
];

pub const KEY_ACCOUNTS: usize = 1;
pub const EAST: usize = 2;
pub const SOUTH: usize = 5;
pub const NORTH: usize = 8;

/// The department right below the company that a department belongs to.
pub fn region_of(unit: usize) -> usize {
    match UNITS[unit].parent {
        None | Some(0) => unit,
        Some(parent) => parent,
    }
}

pub struct Person {
    pub id: String,
    pub name: String,
    pub mail: String,
    /// `zh`, `en`, or empty for the company's own.
    pub language: &'static str,
    pub role: &'static str,
    pub joined: NaiveDate,
    /// The first day no longer there.
    pub left: Option<NaiveDate>,
}

/// What is expected of whoever holds a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duty {
    Head,
    /// The sales manager of 华东区 with ten key customers.
    KeyCustomers,
    Seller,
    /// Looks after customers: a sales target of zero.
    Service,
    /// Has no target yet.
    Trainee,
}

/// A seat outlives its holders: targets and customers pass on with it.
pub struct Seat {
    pub unit: usize,
    pub duty: Duty,
    pub holders: Vec<Holder>,
}

pub struct Holder {
    pub person: usize,
    pub from: NaiveDate,
    /// The first day no longer.
    pub to: Option<NaiveDate>,
}

impl Seat {
    /// The person who holds it on a day; none while it is vacant.
    pub fn holder_on(&self, day: NaiveDate) -> Option<usize> {
        let holds = |holder: &&Holder| holder.from <= day && holder.to.is_none_or(|to| day < to);
        self.holders.iter().find(holds).map(|holder| holder.person)
    }
}

/// A person's time in a unit.
pub struct Stay {
    pub person: usize,
    pub unit: usize,
    pub from: NaiveDate,
    pub to: Option<NaiveDate>,
}

pub struct Company {
    pub people: Vec<Person>,
    pub seats: Vec<Seat>,
    pub stays: Vec<Stay>,
    /// Who is responsible, by place in [`UNITS`].
    pub heads: Vec<usize>,
}

/// The day the transfer of October takes effect.
pub const TRANSFER: NaiveDate = date(2026, 10, 16);

/// The smallest company: a general manager, 54 seats with a target, two without, three leavers.
pub const LEAST_PEOPLE: usize = 60;

/// The company with so many people, of whom those above [`LEAST_PEOPLE`] are further sellers.
pub fn found_company(people: usize, dice: &mut Dice) -> Company {
    let mut staff = Staff { people: Vec::new(), mails: BTreeMap::new() };
    staff.hire("总经理", date(2010, 3, 1));
    let heads: Vec<usize> = (0..UNITS.len())
        .map(|unit| match unit {
            0 => 0,
            _ if region_of(unit) == unit => staff.hire("大区总监", early(dice)),
            _ => staff.hire("部门经理", early(dice)),
        })
        .collect();
    staff.people[heads[KEY_ACCOUNTS]].role = "事业部总监";
    let key_manager = staff.hire("销售经理", early(dice));
    let mut sellers: Vec<Vec<usize>> = Vec::new();
    for unit in &UNITS {
        let role = if unit.id == "D10" { "大客户经理" } else { "销售代表" };
        sellers.push((0..unit.sellers).map(|_| staff.hire(role, recent(dice))).collect());
    }
    let service = staff.hire("客户成功经理", date(2023, 2, 13));
    let trainee = staff.hire("管培生", date(2026, 8, 17));
    let joined = [date(2025, 7, 1), date(2026, 7, 1), date(2026, 10, 1)];
    let joiners = joined.map(|day| staff.hire("销售代表", day));
    let more = split((people - LEAST_PEOPLE) as i64, &UNITS.each_ref().map(|unit| unit.sellers));
    for (unit, &count) in more.iter().enumerate() {
        sellers[unit].extend((0..count).map(|_| staff.hire("销售代表", recent(dice))));
    }

    let mut company = Company { people: staff.people, seats: Vec::new(), stays: Vec::new(), heads };
    for unit in 1..UNITS.len() {
        company.seat(unit, Duty::Head, company.heads[unit]);
        if unit == EAST {
            company.seat(unit, Duty::KeyCustomers, key_manager);
        }
        for &person in &sellers[unit] {
            company.seat(unit, Duty::Seller, person);
        }
    }
    company.seat(4, Duty::Service, service);
    company.seat(6, Duty::Trainee, trainee);
    company.hand_over(sellers[3][2], date(2025, 7, 1), joiners[0]);
    company.hand_over(sellers[6][1], date(2026, 7, 1), joiners[1]);
    company.hand_over(sellers[NORTH][4], date(2026, 9, 19), joiners[2]);
    company.swap(sellers[7][0], sellers[NORTH][1], date(2026, 1, 1));
    company.take_leave(sellers[KEY_ACCOUNTS][5], date(2026, 4, 1), date(2026, 7, 1));
    for english in [company.heads[SOUTH], sellers[1][2], sellers[3][5], sellers[NORTH][0]] {
        company.people[english].language = "en";
    }
    company.stays = company.record_stays();
    company.transfer(sellers[3][6], 4, TRANSFER);
    company
}

fn early(dice: &mut Dice) -> NaiveDate {
    date(2011, 1, 4) + TimeDelta::days(dice.between(0, 2500))
}

fn recent(dice: &mut Dice) -> NaiveDate {
    date(2016, 1, 4) + TimeDelta::days(dice.between(0, 3000))
}

struct Staff {
    people: Vec<Person>,
    /// How many people have an address.
    mails: BTreeMap<String, usize>,
}

impl Staff {
    fn hire(&mut self, role: &'static str, joined: NaiveDate) -> usize {
        let place = self.people.len();
        let (name, latin) = name(place);
        let same = self.mails.entry(latin.clone()).or_default();
        *same += 1;
        let number = if *same > 1 { same.to_string() } else { String::new() };
        // E997 to E999 are nobody: dirty rows name them.
        let id = if place < 996 { place + 1 } else { place + 5 };
        self.people.push(Person {
            id: format!("E{id:03}"),
            name,
            mail: format!("{latin}{number}@mingde.example"),
            language: if place % 5 == 4 { "" } else { "zh" },
            role,
            joined,
            left: None,
        });
        place
    }
}

impl Company {
    fn seat(&mut self, unit: usize, duty: Duty, person: usize) {
        let holder = Holder { person, from: self.people[person].joined, to: None };
        self.seats.push(Seat { unit, duty, holders: vec![holder] });
    }

    /// The holders of the seat that a person holds last.
    fn holders(&mut self, person: usize) -> &mut Vec<Holder> {
        let held = |seat: &&mut Seat| seat.holders.last().is_some_and(|h| h.person == person);
        &mut self.seats.iter_mut().find(held).expect("every seller has a seat").holders
    }

    /// `person` leaves, and `successor` takes the seat on joining.
    fn hand_over(&mut self, person: usize, left: NaiveDate, successor: usize) {
        let from = self.people[successor].joined;
        let holders = self.holders(person);
        holders[0].to = Some(left);
        holders.push(Holder { person: successor, from, to: None });
        self.people[person].left = Some(left);
    }

    fn swap(&mut self, one: usize, other: usize, day: NaiveDate) {
        for person in [one, other] {
            self.holders(person)[0].to = Some(day);
        }
        // Both seats are looked up before either changes hands.
        let seat_of_other = self
            .seats
            .iter()
            .position(|seat| seat.holders[0].person == other)
            .expect("every seller has a seat");
        self.holders(one).push(Holder { person: other, from: day, to: None });
        self.seats[seat_of_other].holders.push(Holder { person: one, from: day, to: None });
    }

    fn take_leave(&mut self, person: usize, from: NaiveDate, back: NaiveDate) {
        let holders = self.holders(person);
        holders[0].to = Some(from);
        holders.push(Holder { person, from: back, to: None });
    }

    fn record_stays(&self) -> Vec<Stay> {
        let manager = Stay { person: 0, unit: 0, from: self.people[0].joined, to: None };
        let held = self.seats.iter().flat_map(|seat| {
            let stay = |holder: &Holder| Stay {
                person: holder.person,
                unit: seat.unit,
                from: holder.from,
                to: holder.to,
            };
            seat.holders.iter().map(stay)
        });
        let mut stays: Vec<Stay> = std::iter::once(manager).chain(held).collect();
        stays.sort_by_key(|stay| (stay.person, stay.from));
        stays
    }

    /// Moves a person to another unit; the seat with its target stays where it was planned.
    fn transfer(&mut self, person: usize, unit: usize, day: NaiveDate) {
        let is_last = |stay: &Stay| stay.person == person && stay.to.is_none();
        if let Some(place) = self.stays.iter().position(is_last) {
            self.stays[place].to = Some(day);
            self.stays.insert(place + 1, Stay { person, unit, from: day, to: None });
        }
    }
}
