//! A company's target for a year, proposed down the tree to departments, people and months.

mod share;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use self::share::Infeasible;
use self::share::{Claim, on_grid, share};
use super::spread::spread;
use crate::model::{Exact, FiscalYear, Org, Period, UnitId};

/// What a proposal is made from.
pub struct ProposeCase<'a> {
    pub org: &'a Org,
    pub fiscal: FiscalYear,
    pub year: i32,
    /// The company's target, in units of 10^-`decimals`.
    pub value: Exact,
    pub decimals: usize,
    /// What departments and people weigh among those beside them. A department without a weight has
    /// the sum of those below it.
    pub weights: BTreeMap<UnitId, Exact>,
    /// The least and the most that a person may get; none where nothing is said.
    pub bounds: BTreeMap<UnitId, (Exact, Option<Exact>)>,
    /// Twelve weights, by month of the fiscal year.
    pub seasons: Vec<Exact>,
}

/// The months of every unit and person that has a part, by id.
pub type Proposed = BTreeMap<UnitId, BTreeMap<Period, Exact>>;

/// One unit with those below it.
struct Node<'a> {
    id: &'a UnitId,
    claim: Claim,
    below: Vec<Node<'a>>,
}

/// Proposes. People get their part in the unit where they are when the year begins; a unit's months
/// are the sum of the people who are in it then and of the units below, so that who is known to
/// move takes the target along.
///
/// # Errors
/// Where the people's bounds do not hold the whole.
pub fn propose(case: &ProposeCase<'_>) -> Result<Proposed, Infeasible> {
    let root = case.node(&case.org.company);
    let mut parts: BTreeMap<&UnitId, Exact> = BTreeMap::new();
    hand_down(&root, case.value.clone(), case.decimals, &mut parts)?;
    let months = Period::Year(case.year).months(case.fiscal);
    let mut proposed = Proposed::new();
    // Who gets nothing has no target, and not one of zero.
    let is_person = |unit: &UnitId| case.org.people.contains_key(unit);
    for (&unit, part) in parts.iter().filter(|(unit, part)| !is_person(unit) || !part.is_zero()) {
        let by_month = spread(part, &case.seasons, case.decimals);
        for (month, value) in months.iter().zip(by_month) {
            let day = month.dates(case.fiscal).start;
            let above = match is_person(unit) {
                true => case.org.unit_on(unit, day),
                false => unit,
            };
            let path = case.org.and_above(above);
            for place in path.chain(Some(unit).filter(|unit| *unit != above)) {
                let sum = proposed.entry(place.clone()).or_default().entry(*month);
                let sum = sum.or_insert_with(Exact::zero);
                *sum = &*sum + &value;
            }
        }
    }
    Ok(proposed)
}

impl<'a> ProposeCase<'a> {
    fn node(&self, id: &'a UnitId) -> Node<'a> {
        let begin = Period::Year(self.year).dates(self.fiscal).start;
        let units = self.org.children(id).map(|unit| self.node(&unit.id));
        // Whoever weighs nothing gets nothing, also where all others are held at their bounds.
        let weighed = self.weights.iter().filter(|(_, weight)| weight.is_positive());
        let people = weighed.filter_map(|(person, _)| self.org.people.get(person));
        let here = people.filter(|person| self.org.unit_on(&person.id, begin) == id);
        let people = here.map(|person| {
            let (least, most) =
                self.bounds.get(&person.id).cloned().unwrap_or((Exact::zero(), None));
            let weight = self.weights[&person.id].clone();
            // Bounds are rounded before they are summed: a department's are then as its people's.
            let claim = on_grid(&Claim { weight, least, most }, self.decimals);
            Node { id: &person.id, claim, below: Vec::new() }
        });
        // A department that nobody with a weight is in or below, and that has none itself, has no part.
        let below: Vec<Node<'_>> = units.filter(|node| self.has_part(node)).chain(people).collect();
        let weight = self.weights.get(id).cloned();
        let weight = weight.unwrap_or_else(|| below.iter().map(|node| &node.claim.weight).sum());
        let most: Option<Vec<&Exact>> = below.iter().map(|node| node.claim.most.as_ref()).collect();
        let most = most.filter(|most| !most.is_empty()).map(|most| most.into_iter().sum());
        let least = below.iter().map(|node| &node.claim.least).sum();
        Node { id, claim: Claim { weight, least, most }, below }
    }

    fn has_part(&self, node: &Node<'_>) -> bool {
        !node.below.is_empty() || self.weights.contains_key(node.id)
    }
}

/// Parts the whole among those below; who has nobody below keeps it.
fn hand_down<'a>(
    node: &Node<'a>,
    whole: Exact,
    decimals: usize,
    parts: &mut BTreeMap<&'a UnitId, Exact>,
) -> Result<(), Infeasible> {
    if node.below.is_empty() {
        parts.insert(node.id, whole);
        return Ok(());
    }
    let claims: Vec<Claim> = node.below.iter().map(|node| node.claim.clone()).collect();
    for (below, part) in node.below.iter().zip(share(&whole, &claims, decimals)?) {
        hand_down(below, part, decimals, parts)?;
    }
    Ok(())
}
