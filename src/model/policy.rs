//! Who sees what of whom: one table, and the relation of a reader to a subject that it is looked up
//! by. `report` applies it before anything is composed.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::metric::with_parts;
use super::{DateRange, Metric, MetricId, Org, UnitId};

/// What a reader is to a person or unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Relation {
    /// The person themselves.
    Own,
    /// Responsible for the unit, or for one above it.
    Manager,
    /// Among `[hr]`, and only as a reader of its lists.
    Hr,
}

/// What there is to see of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Matter {
    /// Name, actual, target, attainment, warning, causes, measures, and the place among others.
    Figures,
    /// The rows of extracts behind the figures, and the customers in them.
    Rows,
    /// The bonus coefficient.
    Coefficients,
    /// What the coefficient pays.
    Amounts,
    /// Being on a list of talent.
    Talent,
}

type Relations = BTreeSet<Relation>;

/// The table. What is not named in it is not shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Of a person, to whom. A department's own figures are its managers'.
    pub people: BTreeMap<Matter, Relations>,
    /// The metrics that are not shown to everybody, and to whom they are.
    pub metrics: BTreeMap<MetricId, Relations>,
    /// Whether a person's place among people is told where the group is smaller than one whose
    /// mean is.
    pub small_ranks: bool,
}

impl Default for Policy {
    /// A person's to that person and the managers above; coefficients and what they pay to HR as
    /// well; lists of talent to managers and HR alone.
    fn default() -> Self {
        use Matter::{Amounts, Coefficients, Figures, Rows, Talent};
        use Relation::{Hr, Manager, Own};
        let people = [
            (Figures, Relations::from([Own, Manager])),
            (Rows, Relations::from([Own, Manager])),
            (Coefficients, Relations::from([Own, Manager, Hr])),
            (Amounts, Relations::from([Own, Manager, Hr])),
            (Talent, Relations::from([Manager, Hr])),
        ];
        Self { people: BTreeMap::from(people), metrics: BTreeMap::new(), small_ranks: false }
    }
}

impl Policy {
    /// Whether somebody who stands so to a person sees this of them.
    pub fn shows(&self, matter: Matter, relation: Relation) -> bool {
        self.people.get(&matter).is_some_and(|to| to.contains(&relation))
    }

    /// Whether somebody who stands so to a subject sees a metric of it.
    pub fn shows_metric(&self, metric: &MetricId, relation: Relation) -> bool {
        self.metrics.get(metric).is_none_or(|to| to.contains(&relation))
    }

    /// Whether a person sees this of a person or a unit; `dates` say where people stand. Who has
    /// no relation to the subject sees nothing of it, not even its name.
    pub fn lets_see(
        &self,
        matter: Matter,
        (org, dates): (&Org, &DateRange),
        reader: &UnitId,
        subject: &UnitId,
    ) -> bool {
        match relation(org, dates, reader, subject) {
            Some(Relation::Manager) if org.units.contains_key(subject) => true,
            Some(relation) => self.shows(matter, relation),
            None => false,
        }
    }
}

/// The metrics that are kept from somebody; `shows` tells of each what the table says. With a metric
/// the hidden ones go that it is made of, unless one on view is made of them as well.
pub fn kept_metrics(metrics: &[Metric], shows: &dyn Fn(&MetricId) -> bool) -> BTreeSet<MetricId> {
    let parts = |metric: &'_ Metric| -> BTreeSet<MetricId> {
        with_parts(metrics, &metric.id).into_iter().cloned().collect()
    };
    let on_view = metrics.iter().filter(|metric| !metric.hidden && shows(&metric.id));
    let needed: BTreeSet<MetricId> = on_view.flat_map(parts).collect();
    let is_hidden = |id: &MetricId| metrics.iter().any(|one| one.id == *id && one.hidden);
    let mut kept = BTreeSet::new();
    for metric in metrics.iter().filter(|metric| !shows(&metric.id)) {
        let gone = parts(metric).into_iter().filter(|id| is_hidden(id) && !needed.contains(id));
        kept.extend(gone);
        kept.insert(metric.id.clone());
    }
    kept
}

/// What a person is to a person or unit by the org alone; none where they have nothing to do with
/// each other. Nobody is their own manager.
pub fn relation(
    org: &Org,
    dates: &DateRange,
    reader: &UnitId,
    subject: &UnitId,
) -> Option<Relation> {
    if reader == subject {
        return Some(Relation::Own);
    }
    let place = if org.units.contains_key(subject) { subject } else { org.home(subject, dates) };
    let heads =
        |id: &UnitId| org.units.get(id).and_then(|unit| unit.owner.as_ref()) == Some(reader);
    org.and_above(place).any(heads).then_some(Relation::Manager)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::org::Membership;
    use crate::model::{Direction, MetricKind, MetricUnit, Person, Unit};

    fn org() -> Org {
        let unit = |id: &str, parent: Option<&str>, owner: Option<&str>| Unit {
            id: id.into(),
            name: id.to_owned(),
            name_en: None,
            parent: parent.map(UnitId::from),
            owner: owner.map(UnitId::from),
        };
        let units = [
            unit("C", None, Some("boss")),
            unit("D1", Some("C"), Some("head")),
            unit("D2", Some("C"), None),
        ];
        let person = |id: &str| Person {
            id: id.into(),
            name: id.to_owned(),
            mail: None,
            language: None,
            role: None,
            joined: None,
            left: None,
            bonus_base: None,
        };
        let stay = |unit: &str| vec![Membership { unit: unit.into(), from: None, to: None }];
        let people = [("boss", "C"), ("head", "D1"), ("ann", "D1"), ("bob", "D2")];
        Org {
            company: "C".into(),
            units: units.into_iter().map(|unit| (unit.id.clone(), unit)).collect(),
            people: people.iter().map(|(id, _)| ((*id).into(), person(id))).collect(),
            memberships: people.iter().map(|(id, unit)| ((*id).into(), stay(unit))).collect(),
        }
    }

    fn made_of(id: &str, formula: Option<&str>, hidden: bool) -> Metric {
        let both = || crate::model::Bilingual { zh: id.to_owned(), en: id.to_owned() };
        let kind = match formula {
            Some(text) => MetricKind::Derived(crate::model::formula::Formula::parse(text).unwrap()),
            None => MetricKind::Ratio { numerator: "-".into(), denominator: "-".into() },
        };
        Metric {
            id: id.into(),
            label: both(),
            definition: both(),
            kind,
            unit: MetricUnit::Money,
            direction: Direction::Higher,
            decimals: 2,
            hidden,
        }
    }

    #[test]
    fn what_only_a_kept_metric_is_made_of_is_kept_with_it() {
        let metrics = [
            made_of("sales", None, false),
            made_of("cost", None, true),
            made_of("profit", Some("sales - cost"), false),
            made_of("margin", Some("profit / sales"), false),
        ];
        let kept = |ids: &[&str]| -> Vec<String> {
            let kept = kept_metrics(&metrics, &|id| !ids.contains(&id.as_str()));
            kept.iter().map(ToString::to_string).collect()
        };
        assert_eq!(kept(&["margin", "profit"]), ["cost", "margin", "profit"]);
        // Whoever sees the profit and the sales has the cost.
        assert_eq!(kept(&["margin"]), ["margin"]);
        assert_eq!(kept(&["cost"]), ["cost"]);
        assert_eq!(kept(&[]), Vec::<String>::new());
    }

    #[test]
    fn only_those_above_and_the_person_have_a_relation() {
        let (org, policy) = (org(), Policy::default());
        let dates = crate::model::Period::Month { year: 2026, month: 10 }
            .dates(crate::model::FiscalYear::default());
        let seen = |reader: &str, matter| -> Vec<&str> {
            let all = ["C", "D1", "D2", "ann", "bob", "boss", "head"];
            let sees = |subject: &&str| {
                policy.lets_see(matter, (&org, &dates), &reader.into(), &(*subject).into())
            };
            all.into_iter().filter(sees).collect()
        };
        assert_eq!(seen("ann", Matter::Figures), ["ann"]);
        assert_eq!(seen("head", Matter::Figures), ["D1", "ann", "head"]);
        assert_eq!(seen("boss", Matter::Amounts), ["C", "D1", "D2", "ann", "bob", "boss", "head"]);
        // Nobody reads about themselves on a list of talent, whoever they head.
        assert_eq!(seen("head", Matter::Talent), ["D1", "ann"]);
        assert_eq!(seen("nobody", Matter::Figures), Vec::<&str>::new());
    }
}
