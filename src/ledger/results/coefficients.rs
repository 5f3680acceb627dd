//! `coefficients`: what each attainment earns, and what that pays.

use super::{amount, share, text};
use crate::calc::{CoefficientAward, Scorecards};
use crate::data::columns::Column;
use crate::ledger::award_reasons;
use crate::model::plan::CoefficientBasis;

/// The table, ordered by period and unit.
pub fn coefficients(cards: &Scorecards) -> Vec<Column> {
    let rows: Vec<&CoefficientAward> = cards.coefficients.values().collect();
    let basis = |award: &&CoefficientAward| {
        award.plan.as_ref().map(|plan| match &plan.basis {
            CoefficientBasis::Metric(metric) => metric.to_string(),
            CoefficientBasis::Composite(_) => "composite".to_owned(),
        })
    };
    let plan = |award: &&CoefficientAward| award.plan.as_ref().and_then(|plan| plan.name.clone());
    let value = |award: &&CoefficientAward| award.value.as_ref().and_then(|v| v.known().cloned());
    let factor =
        |award: &&CoefficientAward| award.second.as_ref().and_then(|step| step.factor.clone());
    let state = |award: &&CoefficientAward| {
        award.coefficient.as_ref().err().map(|why| why.code().to_owned())
    };
    vec![
        text("period", &rows, |award| Some(award.period.to_string())),
        text("grain", &rows, |award| Some(award.period.grain().code().to_owned())),
        text("unit_id", &rows, |award| Some(award.unit.to_string())),
        text("basis", &rows, basis),
        share("value", &rows, value),
        text("band", &rows, |award| award.band.as_ref().map(award_reasons::band)),
        share("coefficient", &rows, |award| award.coefficient().cloned()),
        text("reason", &rows, |award| Some(award_reasons::of_award(award))),
        text("plan", &rows, plan),
        share("factor", &rows, factor),
        text("state", &rows, state),
        amount("base", &rows, |award| award.payout().map(|payout| payout.base.clone())),
        amount("amount", &rows, |award| award.payout().map(|payout| payout.amount.clone())),
    ]
}
