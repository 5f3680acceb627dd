//! `[reconcile]`: by how much the parts of a target may differ from it.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::require;
use crate::model::plan::{Buffer, BufferSide, BufferSize, ReconcileRule};
use crate::model::{Exact, Level, MetricId, UnitId};
use crate::settings::problem::{Problem, Problems};

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReconcileTable {
    #[serde(default)]
    buffer: Vec<BufferTable>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BufferTable {
    metric: Option<String>,
    unit: Option<String>,
    level: Option<Level>,
    share: Option<Exact>,
    amount: Option<Exact>,
    #[serde(default)]
    side: BufferSide,
}

impl ReconcileTable {
    pub(super) fn check(
        self,
        metrics: &BTreeSet<MetricId>,
        problems: &mut Problems,
    ) -> ReconcileRule {
        let mut buffers: Vec<Buffer> = Vec::new();
        for (index, table) in self.buffer.into_iter().enumerate() {
            let key = format!("reconcile.buffer[{index}]");
            let Some(buffer) = table.check(&key, metrics, problems) else { continue };
            let same = |other: &Buffer| {
                (&other.metric, &other.unit, other.level)
                    == (&buffer.metric, &buffer.unit, buffer.level)
            };
            if buffers.iter().any(same) {
                problems.push(Problem::new(
                    &key,
                    "there are two buffers for the same targets",
                    "keep one of them",
                ));
            }
            buffers.push(buffer);
        }
        ReconcileRule { buffers }
    }
}

impl BufferTable {
    fn check(
        self,
        key: &str,
        metrics: &BTreeSet<MetricId>,
        problems: &mut Problems,
    ) -> Option<Buffer> {
        let metric = self.metric.map(MetricId::from);
        if let Some(metric) = &metric {
            require(metric, &format!("{key}.metric"), metrics, problems);
        }
        if self.unit.is_some() && self.level.is_some() {
            problems.push(Problem::new(
                key,
                "a buffer is for one unit or for all of a level",
                "give unit or level, not both; or neither, for every unit",
            ));
        }
        if self.level == Some(Level::Person) {
            problems.push(Problem::new(
                &format!("{key}.level"),
                "a person's target has no parts",
                "use company or department",
            ));
        }
        let size = match (self.share, self.amount) {
            (Some(share), None) => BufferSize::Share(share),
            (None, Some(amount)) => BufferSize::Amount(amount),
            _ => {
                problems.push(Problem::new(
                    key,
                    "the size of a buffer is said in one way",
                    "give share = \"5%\", of the target, or amount = 100000",
                ));
                return None;
            }
        };
        let (BufferSize::Share(value) | BufferSize::Amount(value)) = &size;
        if !value.is_positive() {
            problems.push(Problem::new(
                key,
                "a buffer must be above 0",
                "leave it out where the parts must add up exactly",
            ));
        }
        let unit = self.unit.map(UnitId::from);
        Some(Buffer { metric, unit, level: self.level, size, side: self.side })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(buffers: &str) -> Vec<String> {
        let table: ReconcileTable = toml::from_str(&format!("buffer = [{buffers}]")).unwrap();
        let mut problems = Problems::new();
        table.check(&BTreeSet::from(["sales".into()]), &mut problems);
        problems.into_iter().map(|problem| format!("{}: {}", problem.key, problem.what)).collect()
    }

    #[test]
    fn a_buffer_says_once_how_much_and_for_whom() {
        assert!(problems("{ share = \"5%\" }, { metric = \"sales\", amount = 9 }").is_empty());
        for (wrong, what) in [
            ("{ share = \"5%\", amount = 9 }", "reconcile.buffer[0]: the size of a buffer"),
            ("{ metric = \"x\", share = \"5%\" }", "reconcile.buffer[0].metric: “x” is no metric"),
            (
                "{ unit = \"D1\", level = \"company\", amount = 9 }",
                "reconcile.buffer[0]: a buffer is",
            ),
            ("{ level = \"person\", amount = 9 }", "reconcile.buffer[0].level: a person's target"),
            ("{ amount = 0 }", "reconcile.buffer[0]: a buffer must be above 0"),
            ("{ amount = 1 }, { share = \"5%\" }", "reconcile.buffer[1]: there are two buffers"),
        ] {
            let found = problems(wrong);
            assert!(found.len() == 1 && found[0].starts_with(what), "{wrong}: {found:?}");
        }
    }
}
