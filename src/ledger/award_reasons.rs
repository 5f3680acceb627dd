//! How a coefficient came about, in plain words for the results tables.

use super::reasons::{absent, participation, percent, plain};
use crate::calc::{BandEdges, CoefficientAward, NoCoefficient, SecondStep};
use crate::model::Figure;
use crate::model::plan::{CoefficientMode, CoefficientPlan, SecondOf};

/// Plan, rule, numbers, second axis, cap, what is paid, and what the next band would have taken.
pub fn of_award(award: &CoefficientAward) -> String {
    let mut words: Vec<String> = Vec::new();
    let name = award.plan.as_ref().and_then(|plan| plan.name.as_ref());
    words.extend(name.map(|name| format!("plan {name}")));
    let coefficient = match &award.coefficient {
        Ok(coefficient) => coefficient,
        Err(why) => {
            words.push(none(why));
            return words.join("; ");
        }
    };
    words.extend(bands(award));
    words.extend(
        award
            .second
            .as_ref()
            .zip(award.plan.as_ref())
            .map(|(step, plan)| second(award, plan, step)),
    );
    if let Some(uncapped) = &award.uncapped {
        words.push(format!("capped from {} to {}", plain(uncapped), plain(coefficient)));
    }
    if let Some(payout) = award.payout() {
        let months = if payout.months == 1 {
            String::new()
        } else {
            format!("{} months × ", payout.months)
        };
        let (base, amount) = (plain(&payout.base), plain(&payout.amount));
        words.push(format!("{months}base {base} × {} pays {amount}", plain(coefficient)));
    }
    if let Some(next) = &award.next {
        let missing = next
            .missing
            .as_ref()
            .map_or_else(String::new, |more| format!(", {} more", plain(more)));
        let (then, from) = (plain(&next.coefficient), percent(&next.from));
        words.push(format!("coefficient {then} begins at {from}{missing}"));
    }
    words.extend(award.point.as_ref().map(|point| format!("one more point adds {}", plain(point))));
    words.join("; ")
}

fn bands(award: &CoefficientAward) -> Option<String> {
    let value = percent(award.value.as_ref()?.known()?);
    let earned = plain(award.earned.as_ref()?);
    let band = band(award.band.as_ref()?);
    Some(match award.plan.as_ref()?.mode {
        CoefficientMode::Flat => {
            format!("attainment {value} lies in band {band}: coefficient {earned}")
        }
        CoefficientMode::Linear => {
            format!("attainment {value} on the line through band {band}: coefficient {earned}")
        }
        CoefficientMode::Marginal => {
            let slices: Vec<String> = award
                .slices
                .iter()
                .map(|slice| {
                    let (from, to) = (percent(&slice.from), percent(&slice.to));
                    format!("{from} to {to} at {}", plain(&slice.rate))
                })
                .collect();
            let slices = if slices.is_empty() { "nothing".to_owned() } else { slices.join(" + ") };
            format!("attainment {value} in slices, {slices}: coefficient {earned}")
        }
    })
}

fn second(award: &CoefficientAward, plan: &CoefficientPlan, step: &SecondStep) -> String {
    let of = match plan.second.as_ref().map(|axis| axis.of) {
        Some(SecondOf::Attainment) => "attainment",
        Some(SecondOf::Actual) | None => "actual",
    };
    let factor = step.factor.as_ref().map_or_else(String::new, plain);
    let figure = match (&step.figure, &step.band) {
        (Figure::Known(value), Some(edges)) => {
            format!("{} lies in band {}", percent(value), band(edges))
        }
        (Figure::Known(value), None) => percent(value),
        (Figure::Absent(why), _) => format!("is not known ({})", absent(*why)),
    };
    let product =
        award.earned.as_ref().zip(step.factor.as_ref()).map(|(earned, factor)| earned * factor);
    let product = product.as_ref().map_or_else(String::new, plain);
    format!("{} {of} {figure}: × {factor} = {product}", step.metric)
}

fn none(why: &NoCoefficient) -> String {
    match why {
        NoCoefficient::NoPlan { day, role } => {
            let role =
                role.as_ref().map_or_else(String::new, |role| format!(" for the role “{role}”"));
            format!("no plan holds{role} on {day}")
        }
        NoCoefficient::Participation { days, least, by } => participation(days, least, *by),
        NoCoefficient::Basis(why) => absent(*why).to_owned(),
        NoCoefficient::Second(why) => format!("the second metric is not known: {}", absent(*why)),
    }
}

/// A half-open band as text: `[80%, 100%)`.
pub fn band((from, to): &BandEdges) -> String {
    let to = to.as_ref().map_or("∞".to_owned(), percent);
    format!("[{}, {to})", percent(from))
}
