//! A whole parted by weights, where no part may leave its bounds.

use crate::calc::spread::spread;
use crate::model::{Exact, round};

/// What one of several has a claim to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Zero or above.
    pub weight: Exact,
    pub least: Exact,
    /// None for as much as there is.
    pub most: Option<Exact>,
}

/// Why a whole cannot be parted inside the bounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Infeasible {
    /// Even the most of everybody leaves so much over.
    TooMuch { most: Exact, over: Exact },
    /// Even the least of everybody takes so much more.
    TooLittle { least: Exact, missing: Exact },
}

/// Parts that add up to `whole` exactly, each in units of 10^-`decimals` and inside its bounds, by
/// weight beyond that: a part that its weight would carry out of its bounds is held there, and the
/// others share what is left, until nobody is outside. Where nobody left has a weight, all weigh
/// the same.
///
/// # Errors
/// Where the bounds do not hold the whole.
pub fn share(whole: &Exact, claims: &[Claim], decimals: usize) -> Result<Vec<Exact>, Infeasible> {
    let claims: Vec<Claim> = claims.iter().map(|claim| on_grid(claim, decimals)).collect();
    let least: Exact = claims.iter().map(|claim| &claim.least).sum();
    if least > *whole {
        return Err(Infeasible::TooLittle { missing: &least - whole, least });
    }
    let most: Option<Vec<&Exact>> = claims.iter().map(|claim| claim.most.as_ref()).collect();
    if let Some(most) = most {
        let most: Exact = most.into_iter().sum();
        if most < *whole {
            return Err(Infeasible::TooMuch { over: whole - &most, most });
        }
    }
    let mut parts: Vec<Option<Exact>> = vec![None; claims.len()];
    loop {
        let free: Vec<usize> = (0..claims.len()).filter(|&at| parts[at].is_none()).collect();
        let left = whole - &parts.iter().flatten().sum::<Exact>();
        let weights: Vec<Exact> = free.iter().map(|&at| claims[at].weight.clone()).collect();
        let held = hold(&left, &free, &weights, &claims);
        if held.is_empty() {
            for (&at, part) in free.iter().zip(spread(&left, &weights, decimals)) {
                parts[at] = Some(part);
            }
            return Ok(parts.into_iter().flatten().collect());
        }
        for (at, bound) in held {
            parts[at] = Some(bound);
        }
    }
}

/// Bounds as parts can meet them.
pub(super) fn on_grid(claim: &Claim, decimals: usize) -> Claim {
    let floor = |value: &Exact| round::floor(value, decimals);
    let most = claim.most.as_ref().map(floor);
    let least = -&floor(&-&claim.least);
    // Bounds closer to each other than one unit: the upper one is what was meant to be kept.
    let least = match &most {
        Some(most) if *most < least => most.clone(),
        _ => least,
    };
    Claim { weight: claim.weight.clone(), least, most }
}

/// Those that their weight carries out of their bounds, with the bound; of those above and those
/// below only the side that weighs more, since holding them may bring the others back in.
fn hold(left: &Exact, free: &[usize], weights: &[Exact], claims: &[Claim]) -> Vec<(usize, Exact)> {
    let sum: Exact = weights.iter().sum();
    let even = Exact::one();
    let (mut above, mut below) = (Vec::new(), Vec::new());
    let (mut too_much, mut too_little) = (Exact::zero(), Exact::zero());
    for (&at, weight) in free.iter().zip(weights) {
        let weighed = sum.is_positive();
        let total = if weighed { sum.clone() } else { Exact::from(free.len() as u64) };
        let weight = if weighed { weight } else { &even };
        let wanted = left * &weight.over(&total).unwrap_or_else(Exact::zero);
        let Claim { least, most, .. } = &claims[at];
        match most {
            Some(most) if wanted > *most => {
                too_much = &too_much + &(&wanted - most);
                above.push((at, most.clone()));
            }
            _ if wanted < *least => {
                too_little = &too_little + &(least - &wanted);
                below.push((at, least.clone()));
            }
            _ => {}
        }
    }
    match too_much.cmp(&too_little) {
        std::cmp::Ordering::Greater => above,
        std::cmp::Ordering::Less => below,
        std::cmp::Ordering::Equal => above.into_iter().chain(below).collect(),
    }
}
