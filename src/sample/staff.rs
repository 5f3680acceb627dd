//! The tables of units, people, stays and actions.

use std::path::Path;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::SampleError;
use super::company::{Company, EAST, KEY_ACCOUNTS, NORTH, SOUTH, UNITS};
use super::paper::{Form, Paper};

pub fn write_staff(dir: &Path, company: &Company) -> Result<(), SampleError> {
    write_units(&dir.join("departments.csv"), company)?;
    write_people(&dir.join("people.csv"), company)?;
    write_actions(&dir.join("actions.csv"), company)?;
    write_workbook(&dir.join("assignments.xlsx"), "任职记录", |sheet| {
        fill_stays(sheet, company)
    })
}

fn write_units(path: &Path, company: &Company) -> Result<(), SampleError> {
    let header = ["部门编号", "部门名称", "部门英文名", "上级部门编号", "负责人工号"];
    let mut paper = Paper::create(path, Form::Plain, &header)?;
    for (unit, &head) in UNITS.iter().zip(&company.heads) {
        let parent = unit.parent.map_or("", |parent| UNITS[parent].id);
        paper.row(&[unit.id, unit.name, unit.name_en, parent, &company.people[head].id])?;
    }
    paper.finish()
}

fn write_people(path: &Path, company: &Company) -> Result<(), SampleError> {
    let header = ["工号", "姓名", "邮箱", "语言", "岗位", "入职日期", "离职日期", "奖金基数"];
    let mut paper = Paper::create(path, Form::Marked, &header)?;
    for person in &company.people {
        let joined = person.joined.to_string();
        let left = person.left.map_or_else(String::new, |day| day.to_string());
        let (id, name, mail) = (&person.id, &person.name, &person.mail);
        let base = bonus_base(person.role);
        paper.row(&[id, name, mail, person.language, person.role, &joined, &left, base])?;
    }
    paper.finish()
}

/// What a month is worth at a coefficient of 1; nothing for those whom no plan pays.
fn bonus_base(role: &str) -> &'static str {
    match role {
        "销售代表" => "6000.00",
        "大客户经理" => "8000.00",
        "销售经理" => "9000.00",
        "部门经理" => "10000.00",
        "大区总监" | "事业部总监" => "15000.00",
        _ => "",
    }
}

fn fill_stays(sheet: &mut Worksheet, company: &Company) -> Result<(), XlsxError> {
    let day = day_format();
    sheet.write_row(0, 0, ["工号", "姓名", "部门编号", "部门名称", "生效日期", "失效日期"])?;
    for (row, stay) in (1..).zip(&company.stays) {
        let (person, unit) = (&company.people[stay.person], &UNITS[stay.unit]);
        sheet.write_row(row, 0, [&person.id, &person.name, unit.id, unit.name])?;
        write_day(sheet, row, 4, stay.from, &day)?;
        if let Some(to) = stay.to {
            write_day(sheet, row, 5, to, &day)?;
        }
    }
    sheet.set_column_width(4, 12)?.set_column_width(5, 12)?;
    Ok(())
}

/// A workbook of one sheet. Its own date is fixed, so that the same cells give the same bytes.
pub fn write_workbook(
    path: &Path,
    sheet: &str,
    fill: impl FnOnce(&mut Worksheet) -> Result<(), XlsxError>,
) -> Result<(), SampleError> {
    let write = || -> Result<(), XlsxError> {
        let mut book = Workbook::new();
        let made = ExcelDateTime::from_ymd(2026, 11, 1)?;
        book.set_properties(&DocProperties::new().set_creation_datetime(&made));
        let page = book.add_worksheet();
        page.set_name(sheet)?.set_freeze_panes(1, 0)?;
        fill(page)?;
        book.save(path)
    };
    write()
        .map_err(|source| SampleError::Workbook { path: path.to_owned(), source: Box::new(source) })
}

pub fn day_format() -> Format {
    Format::new().set_num_format("yyyy-mm-dd")
}

/// Writes a real date, not its text.
pub fn write_day(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    day: chrono::NaiveDate,
    format: &Format,
) -> Result<(), XlsxError> {
    let day = ExcelDateTime::parse_from_str(&day.to_string())?;
    sheet.write_with_format(row, column, &day, format)?;
    Ok(())
}

/// Measure, metric, opened, due, expected value, state, done; the unit is given beside.
type Action =
    (&'static str, &'static str, [&'static str; 2], &'static str, &'static str, &'static str);

#[rustfmt::skip]
const ACTIONS: [(usize, Action); 12] = [
    (NORTH, ("组织“行业解决方案设计”专项培训，覆盖全体销售代表", "方案通过率", ["2026-09-07", "2026-10-31"], "80%", "已完成", "2026-10-23")),
    (NORTH, ("重点方案投标前由技术支持评审一次", "方案通过率", ["2026-10-12", "2026-12-31"], "80%", "进行中", "")),
    (NORTH, ("逐户复盘延迟签约的项目，每周五更新签约计划", "销售额", ["2026-10-08", "2026-11-30"], "1550000", "进行中", "")),
    (NORTH, ("淘汰低质量线索来源，改由行业协会渠道获取", "有效线索转化率", ["2026-08-03", "2026-10-15"], "30%", "进行中", "")),
    (EAST, ("三个低完成率销售代表一对一辅导，每周一次", "销售额", ["2026-10-08", "2026-11-30"], "4420000", "进行中", "")),
    (EAST, ("老客户年度框架协议续签专项", "销售额", ["2026-09-01", "2026-12-20"], "4680000", "进行中", "")),
    (3, ("对逾期 30 天以上应收账款发函并上门催收", "回款率", ["2026-09-14", "2026-10-31"], "95%", "已完成", "2026-10-30")),
    (4, ("联合经销商举办两场新品演示会", "新客户数", ["2026-10-19", "2026-11-20"], "6", "进行中", "")),
    (SOUTH, ("梳理流失客户名单并安排回访", "新客户数", ["2026-08-17", "2026-09-30"], "9", "已完成", "2026-09-28")),
    (7, ("每月拜访计划提前一周排定，经理每周审核", "客户拜访量", ["2026-10-08", "2026-12-31"], "75", "进行中", "")),
    (KEY_ACCOUNTS, ("为前十大客户建立年度采购日历", "销售额", ["2026-07-06", "2026-09-30"], "3050000", "已完成", "2026-09-25")),
    (KEY_ACCOUNTS, ("新增两名行业顾问支持新客户开发", "新客户数", ["2026-10-12", "2026-12-15"], "14", "未开始", "")),
];

fn write_actions(path: &Path, company: &Company) -> Result<(), SampleError> {
    let header = [
        "措施编号",
        "组织编号",
        "指标",
        "改进措施",
        "责任人工号",
        "提出日期",
        "截止日期",
        "期望值",
        "状态",
        "完成日期",
    ];
    let mut paper = Paper::create(path, Form::Plain, &header)?;
    for (number, (unit, action)) in (1..).zip(ACTIONS) {
        let (measure, metric, [opened, due], expected, state, done) = action;
        let number = format!("A{number:03}");
        let owner = &company.people[company.heads[unit]].id;
        let unit = UNITS[unit].id;
        paper.row(&[&number, unit, metric, measure, owner, opened, due, expected, state, done])?;
    }
    paper.finish()
}
