//! Time cut at every edge of every period, so that each period is a run of whole stretches.

use chrono::NaiveDate;

use crate::model::DateRange;

/// The stretches between all edges, in order.
pub struct Stretches {
    edges: Vec<NaiveDate>,
}

impl Stretches {
    pub fn between(spans: impl Iterator<Item = DateRange>) -> Self {
        let mut edges: Vec<_> = spans.flat_map(|dates| [dates.start, dates.end]).collect();
        edges.sort();
        edges.dedup();
        Self { edges }
    }

    pub fn count(&self) -> usize {
        self.edges.len().saturating_sub(1)
    }

    /// The stretch that a day lies in; none before the first and after the last.
    pub fn of(&self, day: NaiveDate) -> Option<usize> {
        let after = self.edges.partition_point(|edge| *edge <= day);
        (after > 0 && after < self.edges.len()).then(|| after - 1)
    }

    /// The stretches that make up a span whose edges were among those given.
    pub fn within(&self, dates: &DateRange) -> std::ops::Range<usize> {
        let start = self.edges.partition_point(|edge| *edge < dates.start);
        let end = self.edges.partition_point(|edge| *edge < dates.end);
        start..end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_a_span_lies_in_one_of_its_stretches_and_no_other_day_does() {
        let day = |n: u32| NaiveDate::from_num_days_from_ce_opt(738_000 + n as i32).unwrap();
        let spans = [(0, 30), (10, 20), (15, 60), (30, 31)]
            .map(|(start, end)| DateRange { start: day(start), end: day(end) });
        let stretches = Stretches::between(spans.iter().copied());
        for span in &spans {
            for n in 0..70 {
                let inside =
                    stretches.of(day(n)).is_some_and(|s| stretches.within(span).contains(&s));
                assert_eq!(inside, span.contains(day(n)), "{span} {n}");
            }
        }
    }
}
