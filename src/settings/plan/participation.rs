//! `least_participation` and what it is counted in, which several sections have.

use crate::model::Exact;
use crate::model::plan::{DaysBy, Participation};
use crate::settings::problem::{Problem, Problems};

/// Checks the two keys of the table at `key`.
pub(super) fn check_participation(
    key: &str,
    least: Option<Exact>,
    by: Option<DaysBy>,
    problems: &mut Problems,
) -> Option<Participation> {
    let Some(least) = least else {
        if by.is_some() {
            problems.push(Problem::new(
                &format!("{key}.participation_by"),
                "participation_by has no meaning without least_participation",
                "remove it, or add least_participation = \"50%\"",
            ));
        }
        return None;
    };
    if least.is_negative() || least > Exact::one() {
        problems.push(Problem::new(
            &format!("{key}.least_participation"),
            "a share of the period lies between 0 % and 100 %",
            "give a share such as \"50%\"",
        ));
    }
    Some(Participation { least, by: by.unwrap_or_default() })
}
