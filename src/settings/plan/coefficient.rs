//! `[coefficient]`, or several as `[[coefficient]]`.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use chrono::NaiveDate;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor, value};

use super::bands::{Edges, check_bands, percent, warn_of_falls};
use super::overlap::check_overlaps;
use super::participation::check_participation;
use super::require;
use super::weights::check_composite;
use crate::model::plan::{
    Band, CoefficientBasis, CoefficientMode, CoefficientPlan, CompositeRule, DaysBy, FactorBand,
    MissingPart, SecondAxis, SecondMissing, SecondOf, Weight,
};
use crate::model::{Bilingual, Exact, Grain, Level, MetricId, UnitId, round};
use crate::settings::problem::{Problem, Problems};

/// One table, or a list of them.
#[derive(Clone, Debug)]
pub(super) enum CoefficientTables {
    One(Box<CoefficientTable>),
    Several(Vec<CoefficientTable>),
}

impl Default for CoefficientTables {
    fn default() -> Self {
        Self::Several(Vec::new())
    }
}

/// By hand, since an untagged enum would say of any slip only that neither form fits.
impl<'de> Deserialize<'de> for CoefficientTables {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrSeveral;
        impl<'de> Visitor<'de> for OneOrSeveral {
            type Value = CoefficientTables;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("[coefficient], or a list of [[coefficient]]")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                let table = Deserialize::deserialize(value::MapAccessDeserializer::new(map))?;
                Ok(CoefficientTables::One(table))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
                let tables = Deserialize::deserialize(value::SeqAccessDeserializer::new(list))?;
                Ok(CoefficientTables::Several(tables))
            }
        }
        deserializer.deserialize_any(OneOrSeveral)
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CoefficientTable {
    name: Option<String>,
    label: Option<Bilingual>,
    valid_from: Option<NaiveDate>,
    valid_to: Option<NaiveDate>,
    levels: Vec<Level>,
    #[serde(default)]
    roles: Vec<String>,
    #[serde(default)]
    units: Vec<UnitId>,
    grains: Vec<Grain>,
    metric: Option<String>,
    weights: Option<Vec<Weight>>,
    missing: Option<MissingPart>,
    basis: Option<NamedBasis>,
    #[serde(default)]
    mode: CoefficientMode,
    bands: Vec<Band>,
    second: Option<SecondTable>,
    cap: Option<Exact>,
    least_participation: Option<Exact>,
    participation_by: Option<DaysBy>,
    base: Option<Exact>,
    pays: Option<Grain>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum NamedBasis {
    Composite,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SecondTable {
    metric: String,
    of: SecondOf,
    #[serde(default)]
    missing: SecondMissing,
    bands: Vec<FactorBand>,
}

impl CoefficientTables {
    pub(super) fn check(
        self,
        composite: Option<&CompositeRule>,
        metrics: &BTreeSet<MetricId>,
        problems: &mut Problems,
    ) -> Vec<Arc<CoefficientPlan>> {
        let tables = match self {
            Self::One(table) => vec![("coefficient".to_owned(), *table)],
            Self::Several(tables) => {
                let keyed = tables.into_iter().enumerate();
                keyed.map(|(index, table)| (format!("coefficient[{index}]"), table)).collect()
            }
        };
        let mut names = BTreeSet::new();
        let mut plans: Vec<(String, CoefficientPlan)> = Vec::new();
        let several = tables.len() > 1;
        for (key, table) in tables {
            if several && table.name.is_none() {
                problems.push(Problem::new(
                    &key,
                    "of several plans this one has no name",
                    "add name = \"…\"; results and reports name the plan",
                ));
            }
            if let Some(name) = table.name.clone().filter(|name| !names.insert(name.clone())) {
                problems.push(Problem::new(
                    &format!("{key}.name"),
                    format!("two plans are called “{name}”"),
                    "give each a name of its own",
                ));
            }
            let plan = table.check(&key, composite, metrics, problems);
            plans.extend(plan.map(|plan| (key, plan)));
        }
        check_overlaps(&plans, problems);
        plans.into_iter().map(|(_, plan)| Arc::new(plan)).collect()
    }
}

impl CoefficientTable {
    fn check(
        self,
        key: &str,
        composite: Option<&CompositeRule>,
        metrics: &BTreeSet<MetricId>,
        problems: &mut Problems,
    ) -> Option<CoefficientPlan> {
        let bands: Vec<Edges<'_>> = self
            .bands
            .iter()
            .map(|band| (&band.from, band.to.as_ref(), &band.coefficient))
            .collect();
        let at = |name: &str| format!("{key}.{name}");
        check_bands(&at("bands"), "coefficient", &bands, percent, problems);
        if self.mode != CoefficientMode::Marginal {
            warn_of_falls(&at("bands"), "coefficient", &bands, problems);
        }
        if let (Some(from), Some(to)) = (self.valid_from, self.valid_to)
            && to <= from
        {
            problems.push(Problem::new(
                &at("valid_to"),
                "the plan ends before it begins",
                "valid_to is the day after the last",
            ));
        }
        for (name, amount) in [("cap", &self.cap), ("base", &self.base)] {
            if amount.as_ref().is_some_and(|amount| !amount.is_positive()) {
                problems.push(Problem::new(
                    &at(name),
                    "it must be above 0",
                    "leave it out, or give more",
                ));
            }
        }
        if self.grains.is_empty() || self.levels.is_empty() {
            problems.push(Problem::new(
                key,
                "the plan holds for nobody",
                "name at least one level and one grain",
            ));
        }
        let pays = self.check_pays(key, problems);
        let participation =
            check_participation(key, self.least_participation, self.participation_by, problems);
        let second = self.second.map(|table| table.check(&at("second"), metrics, problems));
        let basis = match (self.metric, self.weights, self.basis) {
            (Some(metric), None, None) => {
                let metric = MetricId::from(metric);
                require(&metric, &at("metric"), metrics, problems);
                if self.missing.is_some() {
                    problems.push(Problem::new(
                        &at("missing"),
                        "missing has no meaning with a single metric",
                        "remove it, or give weights instead of metric",
                    ));
                }
                CoefficientBasis::Metric(metric)
            }
            (None, Some(weights), None) => {
                let rule = check_composite(key, weights, self.missing, metrics, problems)?;
                CoefficientBasis::Composite(rule)
            }
            (None, None, Some(NamedBasis::Composite)) => {
                let Some(rule) = composite else {
                    problems.push(Problem::new(
                        &at("basis"),
                        "there is no composite to read the coefficient from",
                        "add [composite] with its weights",
                    ));
                    return None;
                };
                CoefficientBasis::Composite(rule.clone())
            }
            _ => {
                problems.push(Problem::new(
                    key,
                    "a coefficient is read from one metric or from weights",
                    "give one of metric = \"sales\", weights = [ … ] and basis = \"composite\"",
                ));
                return None;
            }
        };
        Some(CoefficientPlan {
            name: self.name,
            label: self.label,
            valid_from: self.valid_from,
            valid_to: self.valid_to,
            levels: self.levels,
            roles: self.roles,
            units: self.units,
            grains: self.grains,
            basis,
            mode: self.mode,
            bands: self.bands,
            second,
            cap: self.cap,
            participation,
            base: self.base,
            pays,
        })
    }

    /// The grain that is paid: the one that is named, else the first of them that can be.
    fn check_pays(&self, key: &str, problems: &mut Problems) -> Option<Grain> {
        const PAID: [Grain; 3] = [Grain::Month, Grain::Quarter, Grain::Year];
        let can_be = |grain: &Grain| PAID.contains(grain) && self.grains.contains(grain);
        if self.pays.is_some_and(|pays| !can_be(&pays)) {
            problems.push(Problem::new(
                &format!("{key}.pays"),
                "the plan pays by a grain that it gives no coefficient for, or that is not paid",
                "name one of its grains: month, quarter or year",
            ));
        }
        self.pays.or_else(|| self.grains.iter().copied().find(can_be))
    }
}

impl SecondTable {
    fn check(self, key: &str, metrics: &BTreeSet<MetricId>, problems: &mut Problems) -> SecondAxis {
        let Self { metric, of, missing, bands } = self;
        let metric = MetricId::from(metric);
        require(&metric, &format!("{key}.metric"), metrics, problems);
        let edges: Vec<Edges<'_>> =
            bands.iter().map(|band| (&band.from, band.to.as_ref(), &band.factor)).collect();
        let place = format!("{key}.bands");
        let show = if of == SecondOf::Attainment { percent } else { round::to_plain };
        check_bands(&place, "factor", &edges, show, problems);
        // Of an actual figure less may be better.
        if of == SecondOf::Attainment {
            warn_of_falls(&place, "factor", &edges, problems);
        }
        SecondAxis { metric, of, missing, bands }
    }
}
