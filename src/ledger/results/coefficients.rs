//! `coefficients`: what each attainment earns.

use super::{share, text};
use crate::calc::{Basis, CoefficientAward, Scorecards};
use crate::data::columns::Column;
use crate::ledger::reasons;

/// The table, ordered by period and unit.
pub fn coefficients(cards: &Scorecards) -> Vec<Column> {
    let rows: Vec<&CoefficientAward> = cards.coefficients.values().collect();
    let basis = |award: &&CoefficientAward| match &award.basis {
        Basis::Metric(metric) => metric.to_string(),
        Basis::Composite => "composite".to_owned(),
    };
    vec![
        text("period", &rows, |award| Some(award.period.to_string())),
        text("grain", &rows, |award| Some(award.period.grain().code().to_owned())),
        text("unit_id", &rows, |award| Some(award.unit.to_string())),
        text("basis", &rows, |award| Some(basis(award))),
        share("value", &rows, |award| award.value.known().cloned()),
        text("band", &rows, |award| reasons::band(award)),
        share("coefficient", &rows, |award| award.coefficient.known().cloned()),
        text("reason", &rows, |award| Some(reasons::of_award(award))),
    ]
}
