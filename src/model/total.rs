//! Where the rows of an extract went, by what they come to.

use super::{Exact, ExtractId, MetricId, Period};

/// What one metric comes to over all rows of its extract in a month, and where it went. All parts are
/// in the metric's own unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Total {
    pub extract: ExtractId,
    pub metric: MetricId,
    /// The month that the rows count in; none of rows without a day.
    pub period: Option<Period>,
    /// Over every row whose cells can be read, in a pass of its own.
    pub total: Exact,
    /// Of the rows whose owner is known.
    pub credited: Exact,
    /// Of the rows without owner.
    pub unassigned: Exact,
    /// Of the rows that were set aside: for a cell, a key, an owner that nobody knows, or shares
    /// that cannot be.
    pub rejected: Exact,
    /// Of the good rows without a date, such as deals still open.
    pub undated: Exact,
    /// Overlay credit, which is nobody's part of the total.
    pub overlay: Exact,
    /// Rows of the extract that count in the month, whatever the metric takes of them.
    pub rows: u64,
    /// Of them, those that were set aside.
    pub rejected_rows: u64,
}

impl Total {
    /// What is left unexplained; zero, or there is a slip in the program.
    pub fn difference(&self) -> Exact {
        let parts = [&self.credited, &self.unassigned, &self.rejected, &self.undated];
        &self.total - &parts.into_iter().sum::<Exact>()
    }

    /// A metric's totals over all months and the rows without a day, by extract and metric.
    pub fn over_all(totals: &[Self]) -> Vec<Self> {
        let mut sums: Vec<Self> = Vec::new();
        for total in totals {
            let same = |sum: &&mut Self| sum.extract == total.extract && sum.metric == total.metric;
            match sums.iter_mut().find(same) {
                Some(sum) => sum.add(total),
                None => sums.push(Self { period: None, ..total.clone() }),
            }
        }
        sums
    }

    fn add(&mut self, other: &Self) {
        let add = |sum: &mut Exact, part: &Exact| *sum = &*sum + part;
        add(&mut self.total, &other.total);
        add(&mut self.credited, &other.credited);
        add(&mut self.unassigned, &other.unassigned);
        add(&mut self.rejected, &other.rejected);
        add(&mut self.undated, &other.undated);
        add(&mut self.overlay, &other.overlay);
        self.rows += other.rows;
        self.rejected_rows += other.rejected_rows;
    }
}
