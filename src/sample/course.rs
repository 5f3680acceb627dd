//! How the months went: the sales that each seat makes in each month.

use super::calendar::{MONTHS, YEAR_2025, YEAR_2026};
use super::company::{Company, Duty, EAST, KEY_ACCOUNTS, NORTH, SOUTH, region_of};
use super::dice::Dice;
use super::targets::Targets;

/// Attainment is counted in hundred-thousandths.
const WHOLE: i64 = 100_000;

/// The last month, which the demo judges.
const JUDGED: usize = MONTHS - 1;

/// What a seat without a sales target sells in a month, in yuan.
const SIDE_SALES: i64 = 45_000;

/// Bands of the judged month: red, yellow, near the target, above it.
const BANDS: [(i64, i64); 4] =
    [(45_000, 59_000), (61_000, 79_000), (81_000, 99_000), (100_500, 125_000)];

/// A region: the attainment of its judged month, and the bands of its seats, over and over.
#[rustfmt::skip]
const REGIONS: [(usize, i64, &[usize]); 4] = [
    (KEY_ACCOUNTS, 105_000, &[3, 3, 2, 3, 3, 3, 2, 3, 3, 3, 2, 3]),
    (EAST, 88_000, &[2, 2, 3, 0, 3, 2, 3, 1, 3, 3, 0, 2, 3, 2, 3, 1, 3, 0, 2, 3]),
    (SOUTH, 93_000, &[2, 3, 2, 3, 0, 2, 3, 3, 2, 1, 3, 2, 3]),
    (NORTH, 73_000, &[2, 0, 1, 2, 0, 3, 1, 2, 0]),
];

/// Sales in fen by seat and month, returns taken off.
pub struct Course(pub Vec<[i64; MONTHS]>);

impl Course {
    pub fn plan(company: &Company, targets: &Targets, dice: &mut Dice) -> Self {
        let mut sales = vec![[0; MONTHS]; company.seats.len()];
        for (region, goal, bands) in REGIONS {
            let seats: Vec<usize> = (0..company.seats.len())
                .filter(|&place| region_of(company.seats[place].unit) == region)
                .collect();
            let (planned, beside): (Vec<usize>, Vec<usize>) =
                seats.into_iter().partition(|&place| targets.sales[place][JUDGED] > 0);
            let month: Vec<i64> = planned.iter().map(|&p| targets.sales[p][JUDGED]).collect();
            let side_sales = SIDE_SALES * beside.len() as i64;
            let reached =
                reach(&month, bands, month.iter().sum::<i64>() * goal / WHOLE - side_sales, dice);
            for (&place, &judged) in planned.iter().zip(&reached) {
                sales[place] = lead_to(judged, &targets.sales[place], dice);
            }
            for place in beside {
                sales[place] = sell_beside(&company.seats[place], dice);
            }
        }
        Self(sales)
    }
}

/// Attainments inside their bands that make the targets' sum reach `goal` as nearly as it can be.
fn reach(targets: &[i64], bands: &[usize], goal: i64, dice: &mut Dice) -> Vec<i64> {
    let places: Vec<i64> = targets.iter().map(|_| dice.between(0, 1000)).collect();
    let at = |shift: i64| -> Vec<i64> {
        let attain = |(index, &place): (usize, &i64)| {
            let (low, high) = BANDS[bands[index % bands.len()]];
            // 0 puts everybody at the lower end of the band, 1000 where chance did, 2000 at the
            // upper end.
            let place = match shift {
                0..=1000 => place * shift / 1000,
                _ => 1000 - (1000 - place) * (2000 - shift) / 1000,
            };
            low + (high - low) * place / 1000
        };
        places.iter().enumerate().map(attain).collect()
    };
    let sum = |shift: i64| -> i64 {
        at(shift).iter().zip(targets).map(|(attained, target)| attained * target / WHOLE).sum()
    };
    let (mut low, mut high) = (0, 2000);
    while low < high {
        let middle = (low + high) / 2;
        if sum(middle) < goal {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    at(low)
}

/// The months before lean more and more towards the attainment of the judged one.
fn lead_to(judged: i64, targets: &[i64], dice: &mut Dice) -> [i64; MONTHS] {
    std::array::from_fn(|month| {
        if targets[month] == 0 {
            return 0;
        }
        let (usual, lean) = match month {
            JUDGED => (judged, 0),
            _ if YEAR_2026.contains(&month) => (98_500, 15 + 5 * (month - YEAR_2026.start) as i64),
            _ if YEAR_2025.contains(&month) => (100_500, 10),
            _ => (100_000, 0),
        };
        let noise = if month == JUDGED { 0 } else { dice.between(-13_000, 13_000) };
        let attained = usual + (judged - usual) * lean / 100 + noise;
        // yuan × 100 fen ÷ 100,000
        targets[month] * attained / 1000 + dice.between(0, 99)
    })
}

fn sell_beside(seat: &super::company::Seat, dice: &mut Dice) -> [i64; MONTHS] {
    std::array::from_fn(|month| {
        let begun = seat.holder_on(super::calendar::month_start(month + 1)).is_some();
        let noise = if month == JUDGED { 0 } else { dice.between(-1_500_000, 1_500_000) };
        match seat.duty {
            Duty::Service | Duty::Trainee if begun => SIDE_SALES * 100 + noise,
            _ => 0,
        }
    })
}
