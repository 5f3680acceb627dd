//! Yellow and red: attainment below an edge, compared exactly.

use super::score::{Reason, Warning};
use crate::model::plan::WarningRule;
use crate::model::{Figure, MetricId};

/// The most severe warning that an attainment earns, and why.
pub fn warn(rule: &WarningRule, metric: &MetricId, attainment: &Figure) -> (Warning, Reason) {
    if !rule.metrics.contains(metric) {
        return (Warning::None, Reason::NotWarned);
    }
    let attainment = match attainment {
        Figure::Known(attainment) => attainment.clone(),
        Figure::Absent(why) => return (Warning::None, Reason::Absent(*why)),
    };
    let edges = [(Warning::Red, &rule.red_below), (Warning::Yellow, &rule.yellow_below)];
    match edges.into_iter().find(|(_, edge)| attainment < **edge) {
        Some((warning, edge)) => {
            (warning, Reason::Below { warning, attainment, edge: edge.clone() })
        }
        None => (Warning::None, Reason::Reached { attainment, edge: rule.yellow_below.clone() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Exact;

    #[test]
    fn edges_are_exact() {
        let rule = WarningRule {
            metrics: vec!["sales".into()],
            yellow_below: Exact::parse("80%").unwrap(),
            red_below: Exact::parse("60%").unwrap(),
        };
        let at = |text: &str| {
            warn(&rule, &"sales".into(), &Figure::Known(Exact::parse(text).unwrap())).0
        };
        assert_eq!(at("79.95%"), Warning::Yellow);
        assert_eq!(at("80%"), Warning::None);
        assert_eq!(at("60%"), Warning::Yellow);
        assert_eq!(at("59.999999%"), Warning::Red);
        assert_eq!(at("-5%"), Warning::Red);
        let other = warn(&rule, &"orders".into(), &Figure::Known(Exact::zero()));
        assert_eq!(other, (Warning::None, Reason::NotWarned));
    }
}
