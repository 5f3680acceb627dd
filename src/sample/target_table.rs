//! The sheet 目标分解: every target with its owner, due date and data source.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{NaiveDate, TimeDelta};
use rust_xlsxwriter::{Format, Worksheet, XlsxError};

use super::calendar::{YEAR_2025, YEAR_2026, month_name, month_start};
use super::company::{Company, Duty, EAST, Seat, UNITS};
use super::staff::{day_format, write_day, write_workbook};
use super::targets::{Targets, is_vacant};
use super::{SampleError, Summary};

/// One row of the sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub unit: String,
    unit_name: String,
    pub level: &'static str,
    pub metric: &'static str,
    pub period: String,
    pub value: Value,
    owner: String,
    /// The last day of the period.
    due: NaiveDate,
    /// The product line that the target is for; empty for the unit's own.
    product_line: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// Yuan, customers, visits or days.
    Whole(i64),
    Percent(u8),
}

const MARKET_SHARE: &str = "市场份额";

/// Metric, value, for years of whole units.
const RATES: [(&str, Value); 6] = [
    ("回款率", Value::Percent(95)),
    ("毛利率", Value::Percent(42)),
    ("方案通过率", Value::Percent(80)),
    ("有效线索转化率", Value::Percent(30)),
    ("平均成单周期", Value::Whole(45)),
    (MARKET_SHARE, Value::Percent(13)),
];

/// How a seat's year is cut.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cut {
    Year,
    Quarters,
    Months,
}

impl Cut {
    /// The parts of the year that begins with this month.
    fn parts(self, begin: usize) -> Vec<std::ops::Range<usize>> {
        let length = match self {
            Self::Year => 12,
            Self::Quarters => 3,
            Self::Months => 1,
        };
        (begin..begin + 12).step_by(length).map(|first| first..first + length).collect()
    }
}

pub fn write_targets(
    dir: &Path,
    company: &Company,
    targets: &Targets,
    summary: &mut Summary,
) -> Result<(), SampleError> {
    let mut rows = lay_out(company, targets);
    rows.extend(lay_out_product_lines(company, targets));
    summary.targets = rows.len() as u64;
    write_workbook(&dir.join("targets.xlsx"), "目标分解", |sheet| fill(sheet, &rows))
}

/// All rows: the company, then departments, then people.
pub fn lay_out(company: &Company, targets: &Targets) -> Vec<Row> {
    let mut rows = Vec::new();
    for (year, months) in [YEAR_2025, YEAR_2026].into_iter().enumerate() {
        for unit in 0..UNITS.len() {
            set_unit(company, targets, unit, year, months.start, &mut rows);
        }
    }
    for (place, seat) in company.seats.iter().enumerate() {
        for months in [YEAR_2025, YEAR_2026] {
            set_seat(company, targets, (place, seat), months.start, &mut rows);
        }
    }
    rows
}

/// The share of sales that each product line is to have in 2026, in hundredths.
const LINES: [(&str, i64); 5] =
    [("分析仪器", 31), ("光谱仪器", 20), ("环境监测", 20), ("耗材与配件", 19), ("维保服务", 10)];

/// The product lines' sales targets of the company and of 华东区, beside their own.
fn lay_out_product_lines(company: &Company, targets: &Targets) -> Vec<Row> {
    let mut rows = Vec::new();
    for unit in [0, EAST] {
        let seats = (0..company.seats.len()).filter(|&p| lies_below(company.seats[p].unit, unit));
        let sales: i64 =
            seats.map(|p| targets.sales[p][YEAR_2026.clone()].iter().sum::<i64>()).sum();
        let owner = &company.people[company.heads[unit]].name;
        let (level, names) =
            (if unit == 0 { "公司级" } else { "部门级" }, (UNITS[unit].id, UNITS[unit].name));
        for (product_line, share) in LINES {
            let value = Value::Whole(sales / 100 * share);
            let row = Row::new(names, level, "销售额", YEAR_2026, value, owner);
            rows.push(Row { product_line, ..row });
        }
    }
    rows
}

fn set_unit(
    company: &Company,
    targets: &Targets,
    unit: usize,
    year: usize,
    begin: usize,
    rows: &mut Vec<Row>,
) {
    let seats: Vec<usize> =
        (0..company.seats.len()).filter(|&p| lies_below(company.seats[p].unit, unit)).collect();
    let mut add = |metric, months: std::ops::Range<usize>, value| {
        let level = if unit == 0 { "公司级" } else { "部门级" };
        let owner = &company.people[company.heads[unit]].name;
        let names = (UNITS[unit].id, UNITS[unit].name);
        rows.push(Row::new(names, level, metric, months, value, owner));
    };
    let cut = match UNITS[unit].id {
        "D10" => Cut::Quarters,
        "D40" => Cut::Months,
        _ => Cut::Year,
    };
    for part in cut.parts(begin) {
        let sales: i64 =
            seats.iter().map(|&p| targets.sales[p][part.clone()].iter().sum::<i64>()).sum();
        add("销售额", part, Value::Whole(sales));
    }
    let whole = begin..begin + 12;
    let visits: i64 =
        seats.iter().map(|&p| targets.visits[p][whole.clone()].iter().sum::<i64>()).sum();
    add("新客户数", whole.clone(), Value::Whole(UNITS[unit].new_customers[year]));
    add("客户拜访量", whole.clone(), Value::Whole(visits));
    // Offices sell into the market of their whole region.
    let has_market = unit == 0 || UNITS[unit].parent == Some(0);
    for (metric, value) in RATES.into_iter().filter(|rate| has_market || rate.0 != MARKET_SHARE) {
        add(metric, whole.clone(), value);
    }
}

fn lies_below(unit: usize, above: usize) -> bool {
    unit == above || UNITS[unit].parent.is_some_and(|parent| lies_below(parent, above))
}

/// The targets of those who hold a seat in a year. Whoever holds it for a part of the year, or
/// stands in for a vacant one, has targets by quarter.
fn set_seat(
    company: &Company,
    targets: &Targets,
    (place, seat): (usize, &Seat),
    begin: usize,
    rows: &mut Vec<Row>,
) {
    let quarters = begin / 3..begin / 3 + 4;
    let holders: BTreeMap<usize, usize> = quarters
        .filter_map(|quarter| Some((quarter, seat.holder_on(month_start(quarter * 3))?)))
        .collect();
    let held: Vec<usize> = holders.values().copied().collect();
    let alone = held.len() == 4 && held.iter().all(|&person| person == held[0]);
    let stands_in = seat.duty == Duty::Head
        && company.seats.iter().any(|other| {
            other.unit == seat.unit
                && holders.keys().any(|&quarter| is_vacant(other, quarter) && is_planned(other))
        });
    let regular = alone && !stands_in;
    let mut add = |metric, months: std::ops::Range<usize>, value| {
        let Some(&person) = holders.get(&(months.start / 3)) else { return };
        let person = &company.people[person];
        let names = (person.id.as_str(), person.name.as_str());
        rows.push(Row::new(names, "个人级", metric, months, value, &person.name));
    };
    if seat.duty == Duty::Trainee {
        return;
    }
    let sales = if regular { cut_of(place, seat) } else { Cut::Quarters };
    for part in sales.parts(begin) {
        let sum = targets.sales[place][part.clone()].iter().sum();
        add("销售额", part, Value::Whole(sum));
    }
    if seat.duty == Duty::Service {
        return;
    }
    let visits = match (regular, seat.duty) {
        (false, _) => Cut::Quarters,
        (true, Duty::KeyCustomers) => Cut::Months,
        (true, _) => cut_of(place + 1, seat),
    };
    for part in visits.parts(begin) {
        let sum = targets.visits[place][part.clone()].iter().sum();
        add("客户拜访量", part, Value::Whole(sum));
    }
    let rest = if regular { Cut::Year } else { Cut::Quarters };
    for part in rest.parts(begin) {
        let sum = targets.new_customers[place][part.start / 3..part.end / 3].iter().sum();
        // A large company has more people than new customers.
        if sum > 0 {
            add("新客户数", part.clone(), Value::Whole(sum));
        }
        add("回款率", part, Value::Percent(95));
    }
}

fn is_planned(seat: &Seat) -> bool {
    !matches!(seat.duty, Duty::Service | Duty::Trainee)
}

fn cut_of(place: usize, seat: &Seat) -> Cut {
    match (seat.duty, place % 3) {
        (Duty::KeyCustomers | Duty::Service, _) | (_, 0) => Cut::Year,
        (_, 1) => Cut::Quarters,
        _ => Cut::Months,
    }
}

impl Row {
    fn new(
        (unit, unit_name): (&str, &str),
        level: &'static str,
        metric: &'static str,
        months: std::ops::Range<usize>,
        value: Value,
        owner: &str,
    ) -> Self {
        let year = &month_name(months.start)[..4];
        let period = match months.len() {
            12 => year.to_owned(),
            3 => format!("{year}-Q{}", (months.start + 9) % 12 / 3 + 1),
            _ => month_name(months.start),
        };
        Self {
            unit: unit.to_owned(),
            unit_name: unit_name.to_owned(),
            level,
            metric,
            period,
            value,
            owner: owner.to_owned(),
            due: month_start(months.end) - TimeDelta::days(1),
            product_line: "",
        }
    }

    /// Where the figures come from, and what is done for them.
    fn source_and_note(&self) -> (&'static str, &'static str) {
        match self.metric {
            "销售额" => ("CRM 订单明细", "每周更新签约预测，逐户跟进重点项目"),
            "回款率" => ("财务系统应收与回款", "到期前一周提醒客户，逾期专人催收"),
            "新客户数" => ("CRM 订单", "每月至少两场产品演示"),
            "客户拜访量" => ("CRM 拜访记录", "按周排定拜访计划，当日录入"),
            "方案通过率" => ("CRM 商机", "方案提交前由技术支持评审"),
            "毛利率" => ("CRM 订单明细", "折扣超过 10 % 须部门经理审批"),
            "有效线索转化率" => ("CRM 线索", "新线索两个工作日内首次联系"),
            "平均成单周期" => ("CRM 商机", "每两周清理一次停滞商机"),
            _ => ("行业协会市场规模表", "每季度更新一次市场数据"),
        }
    }
}

fn fill(sheet: &mut Worksheet, rows: &[Row]) -> Result<(), XlsxError> {
    let header = [
        "目标层级",
        "组织编号",
        "组织名称",
        "目标项",
        "期间",
        "目标值",
        "责任人",
        "时间节点",
        "数据来源",
        "备注",
        "产品线",
    ];
    sheet.write_row(0, 0, header)?;
    let (day, whole, percent) =
        (day_format(), Format::new().set_num_format("#,##0"), Format::new().set_num_format("0%"));
    for (line, row) in (1..).zip(rows) {
        let words = [row.level, &row.unit, &row.unit_name, row.metric, &row.period];
        sheet.write_row(line, 0, words)?;
        match row.value {
            // A workbook knows floats alone; whole numbers of this size are exact in them.
            Value::Whole(value) => sheet.write_with_format(line, 5, value as f64, &whole)?,
            Value::Percent(value) => {
                sheet.write_with_format(line, 5, f64::from(value) / 100.0, &percent)?
            }
        };
        sheet.write(line, 6, &row.owner)?;
        write_day(sheet, line, 7, row.due, &day)?;
        let (source, note) = row.source_and_note();
        sheet.write_row(line, 8, [source, note, row.product_line])?;
    }
    for (column, width) in [(2, 14), (3, 14), (5, 14), (7, 12), (8, 20), (9, 36)] {
        sheet.set_column_width(column, width)?;
    }
    Ok(())
}
