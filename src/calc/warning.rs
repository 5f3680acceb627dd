//! Yellow and red: attainment below an edge, compared exactly.

use super::score::{Reason, Warning};
use crate::model::plan::{WarningEdges, WarningRule};
use crate::model::{Figure, MetricId};

/// The most severe warning that an attainment earns, and why.
pub fn warn(rule: &WarningRule, metric: &MetricId, attainment: &Figure) -> (Warning, Reason) {
    match rule.edges(metric) {
        Some(edges) => warn_below(&edges, attainment, false),
        None => (Warning::None, Reason::NotWarned),
    }
}

/// The same for edges that are known; `to_date` says that the attainment is the year's to date.
pub(super) fn warn_below(
    rule: &WarningEdges,
    attainment: &Figure,
    to_date: bool,
) -> (Warning, Reason) {
    let attainment = match attainment {
        Figure::Known(attainment) => attainment.clone(),
        Figure::Absent(why) => return (Warning::None, Reason::Absent(*why)),
    };
    let edges = [(Warning::Red, &rule.red_below), (Warning::Yellow, &rule.yellow_below)];
    match edges.into_iter().find(|(_, edge)| attainment < **edge) {
        Some((warning, edge)) => {
            (warning, Reason::Below { warning, attainment, edge: edge.clone(), to_date })
        }
        None => {
            let edge = rule.yellow_below.clone();
            (Warning::None, Reason::Reached { attainment, edge, to_date })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Exact;

    #[test]
    fn edges_are_exact() {
        let share = |text: &str| Exact::parse(text).unwrap();
        let rule = WarningRule::new(vec!["sales".into()], share("80%"), share("60%"));
        let at = |text: &str| warn(&rule, &"sales".into(), &Figure::Known(share(text))).0;
        assert_eq!(at("79.95%"), Warning::Yellow);
        assert_eq!(at("80%"), Warning::None);
        assert_eq!(at("60%"), Warning::Yellow);
        assert_eq!(at("59.999999%"), Warning::Red);
        assert_eq!(at("-5%"), Warning::Red);
        let other = warn(&rule, &"orders".into(), &Figure::Known(Exact::zero()));
        assert_eq!(other, (Warning::None, Reason::NotWarned));
    }
}
