//! `[data]`: where the extracts lie, and the checks that hold for all of them.

use serde::Deserialize;

use super::contract::DriftTable;
use super::hr::Reader;
use super::problem::{Problem, Problems};
use crate::model::{Consequence, Exact};

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DataTable {
    pub location: String,
    #[serde(default = "one_percent")]
    pub max_rejected_share: Exact,
    /// A mail address, or a person's id.
    responsible: Option<String>,
    #[serde(default)]
    drift: DriftTable,
    #[serde(default)]
    unreachable: Consequence,
}

fn one_percent() -> Exact {
    Exact::from_minor(1, 2)
}

/// What holds for the data of all extracts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckSettings {
    /// The data owner (数据责任人), who gets the data-quality report; nobody where not given.
    pub responsible: Option<Reader>,
    pub drift: DriftTable,
    /// What an owner without a mail address inside the allowed domains does to a run.
    pub unreachable: Consequence,
}

impl DataTable {
    pub(super) fn check(&self, problems: &mut Problems) -> CheckSettings {
        self.drift.check("data.drift", problems);
        let responsible = self.responsible.as_deref().and_then(|text| {
            Reader::parse(text)
                .map_err(|what| {
                    let help = "write name@example.com, or a person's id";
                    problems.push(Problem::new("data.responsible", what, help));
                })
                .ok()
        });
        CheckSettings { responsible, drift: self.drift.clone(), unreachable: self.unreachable }
    }
}
