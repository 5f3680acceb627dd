//! The sheet 上报目标: what people and departments offered for 2026, a little above and below what
//! was then set.

use std::path::Path;

use rust_xlsxwriter::{Format, Worksheet, XlsxError};

use super::calendar::{YEAR_2026, month_start};
use super::company::{Company, Duty, UNITS};
use super::dice::Dice;
use super::staff::write_workbook;
use super::targets::Targets;
use super::{SampleError, Summary};

/// One row of the sheet; whole yuan or customers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    pub unit: String,
    unit_name: String,
    pub metric: &'static str,
    pub value: i64,
    owner: String,
}

pub fn write_submissions(
    dir: &Path,
    company: &Company,
    targets: &Targets,
    dice: &mut Dice,
    summary: &mut Summary,
) -> Result<(), SampleError> {
    let rows = lay_out(company, targets, dice);
    summary.submissions = rows.len() as u64;
    write_workbook(&dir.join("submissions.xlsx"), "上报目标", |sheet| fill(sheet, &rows))
}

/// Departments, then whoever held a seat when the year began.
pub fn lay_out(company: &Company, targets: &Targets, dice: &mut Dice) -> Vec<Submission> {
    let mut rows = Vec::new();
    let planned = |place: usize| targets.sales[place][YEAR_2026].iter().sum::<i64>();
    for (unit, known) in UNITS.iter().enumerate().skip(1) {
        let owner = &company.people[company.heads[unit]].name;
        let mut add = |metric, value| {
            rows.push(Submission {
                unit: known.id.to_owned(),
                unit_name: known.name.to_owned(),
                metric,
                value,
                owner: owner.clone(),
            });
        };
        add("销售额", offer(known.sales[1] * 10_000, dice));
        add("新客户数", known.new_customers[1] + dice.between(-3, 2));
    }
    for (place, seat) in company.seats.iter().enumerate() {
        let sells = matches!(seat.duty, Duty::Head | Duty::KeyCustomers | Duty::Seller);
        let holder = seat.holder_on(month_start(YEAR_2026.start));
        let Some(person) = holder.filter(|_| sells && planned(place) > 0) else { continue };
        let person = &company.people[person];
        rows.push(Submission {
            unit: person.id.clone(),
            unit_name: person.name.clone(),
            metric: "销售额",
            value: offer(planned(place), dice),
            owner: person.name.clone(),
        });
    }
    rows
}

/// Between 92 and 105 percent of it, in whole 万.
fn offer(planned: i64, dice: &mut Dice) -> i64 {
    planned / 100 * dice.between(92, 105) / 10_000 * 10_000
}

fn fill(sheet: &mut Worksheet, rows: &[Submission]) -> Result<(), XlsxError> {
    let header = ["组织编号", "组织名称", "目标项", "期间", "上报值", "上报人"];
    sheet.write_row(0, 0, header)?;
    let whole = Format::new().set_num_format("#,##0");
    for (line, row) in (1..).zip(rows) {
        sheet.write_row(line, 0, [&row.unit, &row.unit_name, row.metric, "2026"])?;
        // A workbook knows floats alone; whole numbers of this size are exact in them.
        sheet.write_with_format(line, 4, row.value as f64, &whole)?;
        sheet.write(line, 5, &row.owner)?;
    }
    for (column, width) in [(1, 14), (2, 12), (4, 14), (5, 12)] {
        sheet.set_column_width(column, width)?;
    }
    Ok(())
}
