//! `[credit]` and `[returns]` of an extract: who has how much of a row, and in which period a
//! return counts.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::columns::NamedColumn;
use super::problem::{Problem, Problems, require_extract};
use crate::model::ExtractId;

/// Another extract shares the rows out among people.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreditSettings {
    /// The extract with the shares.
    pub extract: ExtractId,
    /// The column of this extract that the shares name, and that of the other one, where it has
    /// another name there.
    pub on: String,
    pub their: Option<String>,
    /// Their columns with the person and the share.
    pub person: String,
    pub share: String,
    #[serde(default)]
    pub share_in: ShareUnit,
    /// A SQL condition over their columns: which rows are overlay credit.
    pub overlay: Option<String>,
}

impl CreditSettings {
    /// The other extract's column that names a row of this one.
    pub fn their(&self) -> &str {
        self.their.as_deref().unwrap_or(&self.on)
    }
}

/// How a share is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ShareUnit {
    /// `60` is 60 %.
    #[default]
    Percent,
    /// `0.6` is 60 %.
    Fraction,
}

/// In which period the returns of an extract count.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReturnSettings {
    #[serde(default)]
    pub policy: ReturnPolicy,
    /// A SQL condition: which rows are returns.
    pub is: Option<String>,
    /// The column with the day of the original row.
    pub date: Option<String>,
    /// The column with the key of the original row, in the same extract.
    pub origin: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReturnPolicy {
    /// That of the return.
    #[default]
    EventPeriod,
    /// That of the original row.
    OriginPeriod,
}

/// The columns that the tables of an extract name.
pub(super) fn columns_named<'a>(
    own: &'a ExtractId,
    credit: Option<&'a CreditSettings>,
    returns: Option<&'a ReturnSettings>,
) -> Vec<NamedColumn<'a>> {
    let mut named = Vec::new();
    let mut of = |key: &str, extract, column| {
        named.push(NamedColumn { key: key.to_owned(), extract, column });
    };
    if let Some(credit) = credit {
        of("credit.on", own, &credit.on);
        of("credit.their", &credit.extract, credit.their());
        of("credit.person", &credit.extract, &credit.person);
        of("credit.share", &credit.extract, &credit.share);
    }
    if let Some(returns) = returns {
        returns.date.iter().for_each(|column| of("returns.date", own, column));
        returns.origin.iter().for_each(|column| of("returns.origin", own, column));
    }
    named
}

impl CreditSettings {
    pub(super) fn check(
        &self,
        own: &ExtractId,
        known: &BTreeSet<ExtractId>,
        problems: &mut Problems,
    ) {
        require_extract("credit.extract", &self.extract, known, problems);
        if self.extract == *own {
            problems.push(Problem::new(
                "credit.extract",
                "an extract cannot share out its own rows",
                "name the extract that holds the shares",
            ));
        }
    }
}

impl ReturnSettings {
    /// Under `origin_period` the day of the original row must come from one place. Under
    /// `event_period` the other keys may stand there and wait.
    pub(super) fn check(&self, key: &[String], problems: &mut Problems) {
        if self.policy == ReturnPolicy::EventPeriod {
            return;
        }
        if self.is.is_none() {
            problems.push(Problem::new(
                "returns",
                "nothing says which rows are returns",
                "add is = \"…\", a SQL condition such as kind = 'return'",
            ));
        }
        if self.date.is_some() == self.origin.is_some() {
            problems.push(Problem::new(
                "returns",
                "the day of the original row must come from one place",
                "give either date (the column with that day) or origin (the column with its key)",
            ));
        }
        if self.origin.is_some() && key.len() != 1 {
            problems.push(Problem::new(
                "returns.origin",
                "an original row is found by the extract's key, which is not one column",
                "add key = [\"…\"] with one column, or give date in place of origin",
            ));
        }
    }
}
