//! Who among the customers: gained, grown, shrunk and lost against the base; of a quotient, who is
//! behind its target.

use std::collections::BTreeMap;

use super::inquiry::Search;
use super::split::{Base, Part, Piece, Scales, Split};
use crate::calc::score::Score;
use crate::model::{DimensionId, DimensionKind, Exact, Metric};

/// What became of a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CustomerKind {
    /// Bought nothing in the base period, and something now.
    Gained,
    /// Bought more than in the base period.
    Grown,
    /// Bought less.
    Shrunk,
    /// Bought something in the base period, and nothing now.
    Lost,
    /// Above the target of a quotient.
    Ahead,
    /// Below it.
    Behind,
    /// Rows that name no customer.
    Unnamed,
}

impl CustomerKind {
    /// The word of the results tables.
    pub fn code(self) -> &'static str {
        match self {
            Self::Gained => "gained",
            Self::Grown => "grown",
            Self::Shrunk => "shrunk",
            Self::Lost => "lost",
            Self::Ahead => "ahead",
            Self::Behind => "behind",
            Self::Unnamed => "unnamed",
        }
    }
}

/// Customers of a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerGroup {
    pub kind: CustomerKind,
    pub count: usize,
}

/// A customer by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerMove {
    pub kind: CustomerKind,
    pub customer: String,
}

/// A whole by its customers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customers {
    pub dimension: DimensionId,
    /// In the order of the kinds; those without a customer are left out.
    pub groups: Split<CustomerGroup>,
    /// Those who moved most, the largest amount first; all others are the rest.
    pub named: Split<CustomerMove>,
}

/// How many customers are named.
const MOST_NAMED: usize = 10;

impl Search<'_> {
    pub(super) fn by_customers(&self, metric: &Metric, score: &Score) -> Vec<Customers> {
        self.inquiry
            .dimensions_of(DimensionKind::Customer)
            .filter_map(|id| {
                let all = self.by_values(metric, score, id)?;
                Some(grouped(self.scales(metric, score)?, id, all))
            })
            .collect()
    }
}

fn grouped(scales: Scales<'_>, id: &DimensionId, all: Split<String>) -> Customers {
    let Split { base, whole, parts, rest: unexplained } = all;
    let mut groups: BTreeMap<CustomerKind, Piece<CustomerGroup>> = BTreeMap::new();
    let mut moved: Vec<Piece<CustomerMove>> = Vec::new();
    for Part { name, now, base: before, amount, .. } in parts {
        if amount.is_zero() {
            continue;
        }
        let bad = scales.is_bad(&amount);
        let kind = kind_of(base, &name, (now.as_ref(), before.as_ref()), (&amount, bad));
        let group = groups.entry(kind).or_insert_with(|| Piece {
            name: CustomerGroup { kind, count: 0 },
            now: None,
            base: None,
            amount: Exact::zero(),
        });
        group.name.count += 1;
        group.amount = &group.amount + &amount;
        // Quotients do not add, their amounts do.
        if base != Base::Target {
            group.now = add(group.now.take(), now.as_ref());
            group.base = add(group.base.take(), before.as_ref());
        }
        let name = CustomerMove { kind, customer: name };
        moved.push(Piece { name, now, base: before, amount });
    }
    moved.sort_by(|one, other| {
        let size = other.amount.abs().cmp(&one.amount.abs());
        size.then_with(|| one.name.customer.cmp(&other.name.customer))
    });
    moved.truncate(MOST_NAMED);
    Customers {
        dimension: id.clone(),
        groups: scales.weigh(base, whole.clone(), groups.into_values().collect()),
        named: scales.weigh_some(base, whole, moved, &unexplained.abs()),
    }
}

fn add(sum: Option<Exact>, figure: Option<&Exact>) -> Option<Exact> {
    match (sum, figure) {
        (Some(sum), Some(figure)) => Some(&sum + figure),
        (sum, figure) => sum.or_else(|| figure.cloned()),
    }
}

fn kind_of(
    base: Base,
    name: &str,
    (now, before): (Option<&Exact>, Option<&Exact>),
    (amount, bad): (&Exact, bool),
) -> CustomerKind {
    let bought = |figure: Option<&Exact>| figure.is_some_and(Exact::is_positive);
    match (base, bought(before), bought(now)) {
        _ if name.is_empty() => CustomerKind::Unnamed,
        (Base::Target, _, _) if bad => CustomerKind::Behind,
        (Base::Target, _, _) => CustomerKind::Ahead,
        (_, false, true) => CustomerKind::Gained,
        (_, true, false) => CustomerKind::Lost,
        _ if amount.is_positive() => CustomerKind::Grown,
        _ => CustomerKind::Shrunk,
    }
}
