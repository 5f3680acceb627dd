//! The org as a report's readers know it: every unit, and the people they may know of.

use std::collections::BTreeSet;

use super::{Addressed, Sights};
use crate::calc::actions::FollowUp;
use crate::model::{Level, Org, UnitId};
use crate::report::document::ReportKind;

impl<'a> Sights<'a> {
    /// The people of the report, and those responsible for units and measures, by name alone.
    pub(super) fn org(&self, report: &Addressed<'_>, units: &[&'a UnitId]) -> Org {
        let whole = self.whole.org;
        let seen: BTreeSet<&UnitId> = units.iter().copied().collect();
        let named = self.named(report, &seen);
        let known = |id: &&UnitId| seen.contains(id) || named.contains(id);
        let ids: Vec<&UnitId> = whole.people.keys().filter(known).collect();
        let people = ids.iter().filter_map(|id| {
            let mut person = whole.people.get(*id)?.clone();
            if !seen.contains(id) {
                (person.mail, person.role, person.bonus_base) = (None, None, None);
                (person.joined, person.left) = (None, None);
            }
            Some(((*id).clone(), person))
        });
        let stays = ids.iter().filter(|id| seen.contains(*id));
        let stays =
            stays.filter_map(|id| Some(((*id).clone(), whole.memberships.get(*id)?.clone())));
        Org {
            company: whole.company.clone(),
            units: whole.units.clone(),
            people: people.collect(),
            memberships: stays.collect(),
        }
    }

    /// Who is known by name and no more: the owners of the units shown and of those above, and of
    /// the measures.
    fn named(&self, report: &Addressed<'_>, seen: &BTreeSet<&UnitId>) -> BTreeSet<&'a UnitId> {
        let org: &'a Org = self.whole.org;
        if report.kind == ReportKind::Hr {
            return BTreeSet::new();
        }
        let place = match org.units.get_key_value(report.unit) {
            Some((id, _)) => id,
            None => org.home(report.unit, &self.dates),
        };
        let shown = org.units.values().filter(|unit| seen.contains(&unit.id));
        let above = org.and_above(place).filter_map(|id| org.units.get(id));
        let owners = above.chain(shown).filter_map(|unit| unit.owner.as_ref());
        let actions = self.whole.cards.actions.iter();
        let of_actions = actions
            .filter(|follow| self.carries(report, seen, follow))
            .filter_map(|follow| follow.action.owner.as_ref());
        owners.chain(of_actions).collect()
    }

    /// Whether a report tells of a measure: it is for somebody shown, or, in a person's, theirs to
    /// carry out.
    pub(super) fn carries(
        &self,
        report: &Addressed<'_>,
        seen: &BTreeSet<&UnitId>,
        follow: &FollowUp,
    ) -> bool {
        let is_person = self.level(report.unit) == Some(Level::Person);
        let theirs = is_person && follow.action.owner.as_ref() == Some(report.unit);
        seen.contains(&follow.action.unit) || theirs
    }
}
