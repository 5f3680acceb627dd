//! Floor 3: the generated company of the demo, 明德仪器: its extracts as a CRM would write them.

mod activity;
mod calendar;
mod company;
mod course;
mod credit;
mod customer_table;
mod customers;
mod dice;
mod exemptions;
mod holidays;
mod lines;
mod names;
mod paper;
mod staff;
mod submissions;
mod target_table;
mod targets;
#[cfg(test)]
mod tests;
mod trade;

use std::path::{Path, PathBuf};

use crate::data::columns::ColumnsError;

/// How large the company is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// About so many lines over all 25 months, up to 10^8; at least one for each seat and month.
    pub order_lines: u64,
    /// From 60 to 2399.
    pub people: usize,
    pub seed: u64,
}

impl Default for Size {
    fn default() -> Self {
        Self { order_lines: 12_000, people: company::LEAST_PEOPLE, seed: 20_261_103 }
    }
}

/// The rows that were written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    pub people: u64,
    pub orders: u64,
    pub order_lines: u64,
    pub receivables: u64,
    pub payments: u64,
    pub visits: u64,
    pub leads: u64,
    pub opportunities: u64,
    pub targets: u64,
    pub submissions: u64,
}

/// Why the company was not written.
#[derive(Debug, thiserror::Error)]
pub enum SampleError {
    #[error("{what} must be from {least} to {most}, not {given}")]
    Size { what: &'static str, least: u64, most: u64, given: u64 },
    #[error("{} cannot be written: {source}", path.display())]
    File { path: PathBuf, source: std::io::Error },
    #[error("{} cannot be written: {source}", path.display())]
    Table { path: PathBuf, source: ColumnsError },
    #[error("{} cannot be written: {source}", path.display())]
    Workbook { path: PathBuf, source: Box<rust_xlsxwriter::XlsxError> },
}

/// Writes all extracts below `dir`, which is created where it is missing. The same size gives the
/// same bytes. Memory does not grow with the number of order lines.
///
/// # Errors
/// A size out of range, or a disk that refuses.
pub fn generate(dir: &Path, size: &Size) -> Result<Summary, SampleError> {
    check_size(size)?;
    for folder in ["", "orders", "order_lines", "payments", "receivables", "visits"] {
        let path = dir.join(folder);
        std::fs::create_dir_all(&path).map_err(|source| SampleError::File { path, source })?;
    }
    let calendar = calendar::Calendar::new();
    let company = company::found_company(size.people, &mut dice::Dice::new(size.seed, 1));
    let targets = targets::Targets::plan(&company, &mut dice::Dice::new(size.seed, 2));
    let course = course::Course::plan(&company, &targets, &mut dice::Dice::new(size.seed, 3));
    let mut summary = Summary { people: company.people.len() as u64, ..Summary::default() };
    holidays::write_holidays(dir)?;
    staff::write_staff(dir, &company)?;
    exemptions::write_exemptions(dir, &company)?;
    target_table::write_targets(dir, &company, &targets, &mut summary)?;
    let mut offers = dice::Dice::new(size.seed, 4);
    submissions::write_submissions(dir, &company, &targets, &mut offers, &mut summary)?;
    let mut trade = trade::Trade::open(dir, size, &company, &calendar, &targets, &course)?;
    let mut activity = activity::Activity::open(dir, size.seed, &company, &calendar, &targets)?;
    for month in 0..calendar::MONTHS {
        trade.run_month(dir, month, &mut summary)?;
        activity.run_month(dir, month, &mut trade.customers, &mut summary)?;
    }
    activity.finish()?;
    customer_table::write_customers(dir, trade.customers.count())?;
    Ok(summary)
}

/// Whether there can be a company of that size.
///
/// # Errors
/// [`SampleError::Size`], with what there can be.
pub fn check_size(size: &Size) -> Result<(), SampleError> {
    let refuse = |what, least, most, given| SampleError::Size { what, least, most, given };
    let (least, most) = (company::LEAST_PEOPLE as u64, names::MOST as u64);
    let people = size.people as u64;
    if !(least..=most).contains(&people) {
        return Err(refuse("people", least, most, people));
    }
    if !(1_000..=100_000_000).contains(&size.order_lines) {
        return Err(refuse("order lines", 1_000, 100_000_000, size.order_lines));
    }
    Ok(())
}
