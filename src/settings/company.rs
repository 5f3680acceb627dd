//! `[company]`: whose figures these are.

use serde::Deserialize;

use super::problem::{Problem, Problems};
use crate::model::{Bilingual, FiscalYear, Language};

/// `[company]`, as written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CompanyTable {
    pub(super) name: Bilingual,
    pub(super) currency: String,
    pub(super) language: Language,
    time_zone: String,
    #[serde(default = "one")]
    fiscal_year_starts: u32,
}

fn one() -> u32 {
    1
}

impl CompanyTable {
    /// Where the company's days begin, and which month begins its years.
    pub(super) fn check(&self, problems: &mut Problems) -> (chrono_tz::Tz, FiscalYear) {
        let time_zone = self.time_zone.parse::<chrono_tz::Tz>().unwrap_or_else(|_| {
            problems.push(Problem::new(
                "company.time_zone",
                format!("“{}” is no time zone", self.time_zone),
                "use a name such as Asia/Shanghai",
            ));
            chrono_tz::UTC
        });
        let fiscal = FiscalYear::starting(self.fiscal_year_starts).unwrap_or_else(|| {
            problems.push(Problem::new(
                "company.fiscal_year_starts",
                format!("{} is no month", self.fiscal_year_starts),
                "use 1 to 12",
            ));
            FiscalYear::default()
        });
        (time_zone, fiscal)
    }
}
