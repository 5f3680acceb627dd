//! Half-open bands: each begins where the one before ends, from 0 to infinity.

use crate::model::{Exact, round};
use crate::settings::problem::{Problem, Problems};

/// A band's edges, and what it gives.
pub(super) type Edges<'a> = (&'a Exact, Option<&'a Exact>, &'a Exact);

/// Checks the bands at `key`, from low to high; `word` names what they give, such as `factor`,
/// and `show` writes an edge.
pub(super) fn check_bands(
    key: &str,
    word: &str,
    bands: &[Edges<'_>],
    show: fn(&Exact) -> String,
    problems: &mut Problems,
) {
    let mut reached = Some(Exact::zero());
    for (index, (from, to, gives)) in bands.iter().enumerate() {
        let at = |name: &str| format!("{key}[{index}].{name}");
        match &reached {
            None => problems.push(Problem::new(
                &at("from"),
                "a band follows one that has no end",
                "give every band but the last a `to`",
            )),
            Some(end) if *from > end => problems.push(Problem::new(
                &at("from"),
                format!("there is a gap between {} and {}", show(end), show(from)),
                format!("begin this band at {}", show(end)),
            )),
            Some(end) if *from < end => problems.push(Problem::new(
                &at("from"),
                format!("the bands overlap between {} and {}", show(from), show(end)),
                format!("begin this band at {}", show(end)),
            )),
            Some(_) => {}
        }
        if to.is_some_and(|to| to <= *from) {
            problems.push(Problem::new(
                &at("to"),
                "a band ends before it begins",
                "set `to` above `from`",
            ));
        }
        if gives.is_negative() {
            let what = format!("the {word} is below 0");
            problems.push(Problem::new(&at(word), what, "give 0 or more"));
        }
        reached = to.cloned();
    }
    if bands.is_empty() || reached.is_some() {
        problems.push(Problem::new(
            key,
            "the bands do not cover every value",
            "leave out `to` in the last band, so that it has no end",
        ));
    }
}

/// Warns of each band that gives less than the one below it.
pub(super) fn warn_of_falls(key: &str, word: &str, bands: &[Edges<'_>], problems: &mut Problems) {
    for (index, pair) in bands.windows(2).enumerate() {
        let (low, high) = (pair[0].2, pair[1].2);
        if high < low {
            problems.push(Problem::warning(
                &format!("{key}[{}].{word}", index + 1),
                format!(
                    "a higher band gives less: {} after {}",
                    round::to_plain(high),
                    round::to_plain(low)
                ),
                "check that this is meant: whoever reaches more is paid less",
            ));
        }
    }
}

/// Of an attainment.
pub(super) fn percent(value: &Exact) -> String {
    format!("{} %", round::to_plain(&(value * &Exact::from(100))))
}
