//! The table of those who are not judged for a while.

use std::path::Path;

use super::SampleError;
use super::company::{Company, Duty};
use super::paper::{Form, Paper};

/// Somebody on leave, of all metrics; and the key-account manager of 华东区, of visits alone.
pub fn write_exemptions(dir: &Path, company: &Company) -> Result<(), SampleError> {
    let header = ["组织编号", "姓名", "指标", "开始日期", "结束日期", "原因"];
    let mut paper = Paper::create(&dir.join("exemptions.csv"), Form::Plain, &header)?;
    for (before, after) in company.stays.iter().zip(company.stays.iter().skip(1)) {
        let Some(end) = before.to.filter(|end| *end < after.from) else { continue };
        if before.person == after.person {
            let person = &company.people[before.person];
            let last = (after.from - chrono::Days::new(1)).to_string();
            paper.row(&[&person.id, &person.name, "", &end.to_string(), &last, "产假"])?;
        }
    }
    let is_manager = |seat: &&super::company::Seat| seat.duty == Duty::KeyCustomers;
    let manager = company.seats.iter().find(is_manager).and_then(|seat| seat.holders.last());
    if let Some(holder) = manager {
        let person = &company.people[holder.person];
        let reason = "全月驻厂支持重点项目验收";
        let (id, name) = (&person.id, &person.name);
        paper.row(&[id, name, "客户拜访量", "2026-10-01", "2026-10-31", reason])?;
    }
    paper.finish()
}
