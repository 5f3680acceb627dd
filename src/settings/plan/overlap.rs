//! Whether two coefficient plans would both hold for the same people on the same day.

use crate::model::Level;
use crate::model::plan::CoefficientPlan;
use crate::settings::problem::{Problem, Problems};

/// Two plans overlap where both hold at one level and grain on one day, and the earlier one leaves
/// nobody of the later one's: it is for all, or both name the same roles and units. A plan for
/// some, followed by one for all the others, does not overlap it: the first that fits counts.
pub(super) fn check_overlaps(plans: &[(String, CoefficientPlan)], problems: &mut Problems) {
    for (index, (key, later)) in plans.iter().enumerate() {
        for (_, earlier) in &plans[..index] {
            if overlap(earlier, later) {
                let name = earlier.name.as_deref().unwrap_or("–");
                problems.push(Problem::new(
                    key,
                    format!("the plan holds for people whom “{name}” holds for on the same days"),
                    "set valid_from and valid_to, roles or units so that one of them holds; or put a plan for some before the one for all others",
                ));
            }
        }
    }
}

fn overlap(earlier: &CoefficientPlan, later: &CoefficientPlan) -> bool {
    let same_days = earlier.valid_to.is_none_or(|end| later.valid_from.is_none_or(|day| day < end))
        && later.valid_to.is_none_or(|end| earlier.valid_from.is_none_or(|day| day < end));
    let same_grain = later.grains.iter().any(|grain| earlier.grains.contains(grain));
    let same_level = later.levels.iter().any(|level| {
        let roles = *level != Level::Person || takes_all(&earlier.roles, &later.roles);
        earlier.levels.contains(level) && roles
    });
    same_days && same_grain && same_level && takes_all(&earlier.units, &later.units)
}

/// Whether a choice leaves nothing of some of a later one; an empty choice is everything.
fn takes_all<T: PartialEq>(earlier: &[T], later: &[T]) -> bool {
    earlier.is_empty() || later.iter().any(|one| earlier.contains(one))
}
