//! What a correction changes for payroll and HR: who is paid otherwise, and who is on another list.

use std::collections::{BTreeMap, BTreeSet};

use super::talent::Segment;
use crate::model::{Exact, Period, UnitId};

/// What somebody is paid more, or less, than they were told before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adjustment {
    pub period: Period,
    pub unit: UnitId,
    pub old: Paid,
    pub new: Paid,
}

/// A coefficient and what it pays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paid {
    pub coefficient: Option<Exact>,
    /// Of one month.
    pub base: Option<Exact>,
    pub amount: Option<Exact>,
}

impl Adjustment {
    /// What is to be paid on top; nobody was paid what is absent.
    pub fn difference(&self) -> Exact {
        let paid = |side: &Paid| side.amount.clone().unwrap_or_else(Exact::zero);
        paid(&self.new) - paid(&self.old)
    }
}

/// Somebody who stands on another talent list than before; none stands for neither.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relisted {
    pub unit: UnitId,
    pub old: Option<Segment>,
    pub new: Option<Segment>,
}

/// Who is on which talent list.
pub type TalentLists = BTreeMap<UnitId, Segment>;

/// Whoever is on another list than before.
pub fn relisted(old: &TalentLists, new: &TalentLists) -> Vec<Relisted> {
    let units: BTreeSet<&UnitId> = old.keys().chain(new.keys()).collect();
    let on = |lists: &TalentLists, unit| lists.get(unit).copied();
    units
        .into_iter()
        .map(|unit| Relisted { unit: unit.clone(), old: on(old, unit), new: on(new, unit) })
        .filter(|one| one.old != one.new)
        .collect()
}

/// Everything that is paid, by period and person.
pub type PaidList = BTreeMap<(Period, UnitId), Paid>;

/// Whoever is paid another coefficient or amount than before.
pub fn adjustments(old: &PaidList, new: &PaidList) -> Vec<Adjustment> {
    let places: BTreeSet<&(Period, UnitId)> = old.keys().chain(new.keys()).collect();
    let side = |list: &PaidList, place| list.get(place).cloned().unwrap_or_else(Paid::default);
    places
        .into_iter()
        .map(|place| Adjustment {
            period: place.0,
            unit: place.1.clone(),
            old: side(old, place),
            new: side(new, place),
        })
        .filter(|one| {
            (&one.old.coefficient, &one.old.amount) != (&one.new.coefficient, &one.new.amount)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn adjustments_of_a_chain_add_up_to_its_ends(amounts in prop::collection::vec(0i64..9, 2..6)) {
            let list = |amount: &i64| -> PaidList {
                let month = Period::Month { year: 2026, month: 10 };
                let amount = Exact::from(*amount);
                let paid = Paid { coefficient: Some(amount.clone()), base: None, amount: Some(amount) };
                PaidList::from([((month, "A".into()), paid)])
            };
            let lists: Vec<PaidList> = amounts.iter().map(list).collect();
            let pairs = lists.windows(2).flat_map(|pair| adjustments(&pair[0], &pair[1]));
            let whole: Exact = pairs.map(|one| one.difference()).sum();
            prop_assert_eq!(whole, Exact::from(amounts[amounts.len() - 1] - amounts[0]));
        }
    }

    #[test]
    fn who_comes_goes_and_changes_sides_is_on_another_list() {
        let lists = |of: &[(&str, Segment)]| -> TalentLists {
            of.iter().map(|(unit, segment)| ((*unit).into(), *segment)).collect()
        };
        let old = lists(&[("A", Segment::Top), ("B", Segment::Top), ("C", Segment::Bottom)]);
        let new = lists(&[("A", Segment::Top), ("C", Segment::Top), ("D", Segment::Bottom)]);
        let found = relisted(&old, &new);
        let told: Vec<_> = found.iter().map(|one| (one.unit.as_str(), one.old, one.new)).collect();
        assert_eq!(
            told,
            [
                ("B", Some(Segment::Top), None),
                ("C", Some(Segment::Bottom), Some(Segment::Top)),
                ("D", None, Some(Segment::Bottom)),
            ]
        );
    }
}
