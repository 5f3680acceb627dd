//! Where the year is heading: how much of it has passed (序时进度), what it comes to at this rate
//! (预计全年), and what each month left must bring (后续月均需完成).

use super::recovery::Recovery;
use super::score::Change;
use crate::model::{Exact, Figure, MetricId, Period, UnitId};

/// Why there is no estimate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unpaced {
    /// A share, a duration, a figure over trailing months: it does not grow with the year.
    DoesNotAdd,
    /// Nobody set a target, or only for a part of the year.
    NoTarget,
    /// The target is zero or below.
    ZeroTarget,
    /// The figure to date is not known.
    NoData,
    /// Last year gives no course to go by: not known whole, or none above zero.
    NoBase,
    /// The calendar has no day of one of the year's calendar years.
    UnknownCalendar,
    /// Nothing of the year has passed yet, by this measure.
    NothingPassed,
    /// No month of the year is left.
    YearOver,
}

impl Unpaced {
    /// The word of the results tables.
    pub fn code(self) -> &'static str {
        match self {
            Self::DoesNotAdd => "does_not_add",
            Self::NoTarget => "no_target",
            Self::ZeroTarget => "zero_target",
            Self::NoData => "no_data",
            Self::NoBase => "no_base",
            Self::UnknownCalendar => "unknown_calendar",
            Self::NothingPassed => "nothing_passed",
            Self::YearOver => "year_over",
        }
    }
}

/// A value, or the named reason why there is none.
pub type Estimate<T = Exact> = Result<T, Unpaced>;

/// How much has passed of a stretch of time: working days, or targets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    pub passed: Exact,
    /// Above zero.
    pub whole: Exact,
    /// passed ÷ whole.
    pub share: Exact,
}

impl Progress {
    /// Of a whole of zero or below there is none.
    pub fn new(passed: Exact, whole: Exact) -> Estimate<Self> {
        if !whole.is_positive() {
            return Err(Unpaced::ZeroTarget);
        }
        let share = passed.over(&whole).ok_or(Unpaced::ZeroTarget)?;
        Ok(Self { passed, whole, share })
    }
}

/// What the year would come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forecast {
    pub value: Exact,
    /// The figure to date is divided by this share of the year: passed ÷ whole.
    pub course: Progress,
    /// Against the year's target; none where there is none above zero.
    pub attainment: Option<Exact>,
    /// Value − target.
    pub gap: Option<Exact>,
}

/// Figure to date ÷ the share of the year that it stands for. `target` is the year's.
pub fn forecast(
    to_date: &Figure,
    course: &Estimate<Progress>,
    target: &Figure,
    attain: impl Fn(&Exact, &Exact) -> Option<Exact>,
) -> Estimate<Forecast> {
    let to_date = to_date.known().ok_or(Unpaced::NoData)?;
    let course = course.clone()?;
    if !course.share.is_positive() {
        return Err(Unpaced::NothingPassed);
    }
    let value = to_date.over(&course.share).ok_or(Unpaced::NothingPassed)?;
    let target = target.known();
    Ok(Forecast {
        attainment: target.and_then(|target| attain(&value, target)),
        gap: target.map(|target| &value - target),
        value,
        course,
    })
}

/// The share of last year that had been reached by the same month: its course, for a forecast. Only
/// of what grew above zero, both to date and over the whole year.
pub fn last_course(to_date: &Figure, whole: &Figure) -> Estimate<Progress> {
    let known = to_date.known().zip(whole.known());
    let (to_date, whole) = known.ok_or(Unpaced::NoBase)?;
    if !to_date.is_positive() || !whole.is_positive() {
        return Err(Unpaced::NoBase);
    }
    Progress::new(to_date.clone(), whole.clone()).map_err(|_| Unpaced::NoBase)
}

/// What each month left must bring so that the year's target is reached; zero or below where it is
/// reached already.
pub fn required(target: &Figure, to_date: &Figure, months_left: u32) -> Estimate {
    let target = target.known().ok_or(Unpaced::NoTarget)?;
    let to_date = to_date.known().ok_or(Unpaced::NoData)?;
    if months_left == 0 {
        return Err(Unpaced::YearOver);
    }
    Ok(&(target - to_date) / i64::from(months_left))
}

/// A metric of a unit on its way through the fiscal year, by the judged month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pace {
    /// The month that is judged.
    pub month: Period,
    /// Its fiscal year.
    pub year: Period,
    pub unit: UnitId,
    pub metric: MetricId,
    /// The year's.
    pub target: Figure,
    pub to_date: Figure,
    /// The sum of the months' targets to date.
    pub target_to_date: Figure,
    /// Working days passed of the year's; a person's from joining, until leaving.
    pub by_days: Estimate<Progress>,
    /// Targets of the months passed, of those of all months.
    pub by_targets: Estimate<Progress>,
    /// The same of the quarter that the month lies in.
    pub quarter_by_days: Estimate<Progress>,
    pub quarter_by_targets: Estimate<Progress>,
    /// To date ÷ progress.
    pub rate_by_days: Estimate<Forecast>,
    pub rate_by_targets: Estimate<Forecast>,
    /// To date ÷ (last year's to date ÷ last year's whole).
    pub by_last_year: Estimate<Forecast>,
    pub months_left: u32,
    pub required: Estimate,
    /// The best of the trailing twelve months, the earliest of several.
    pub best: Option<(Period, Exact)>,
    pub recovery: Estimate<Recovery>,
    pub rolling: Rolling,
}

/// The three months up to the judged one, of any metric, against the same ones a year ago.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rolling {
    pub actual: Figure,
    pub year_ago: Figure,
    pub yoy: Change,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::Absence;

    fn known(whole: i64) -> Figure {
        Figure::Known(Exact::from(whole))
    }

    fn plainly(value: &Exact, target: &Exact) -> Option<Exact> {
        value.over(target)
    }

    #[test]
    fn what_cannot_be_estimated_says_why() {
        let none = Figure::Absent(Absence::NoData);
        let half = Progress::new(Exact::from(1), Exact::from(2));
        let nothing = Progress::new(Exact::zero(), Exact::from(2));
        let rate = |to_date: &Figure, course: &Estimate<Progress>| {
            forecast(to_date, course, &known(10), plainly).map(|forecast| forecast.value)
        };
        assert_eq!(rate(&known(4), &half), Ok(Exact::from(8)));
        assert_eq!(rate(&none, &half), Err(Unpaced::NoData));
        assert_eq!(rate(&known(4), &nothing), Err(Unpaced::NothingPassed));
        assert_eq!(rate(&known(4), &Err(Unpaced::UnknownCalendar)), Err(Unpaced::UnknownCalendar));
        for whole in [0, -5] {
            let progress = Progress::new(Exact::from(1), Exact::from(whole));
            assert_eq!(progress, Err(Unpaced::ZeroTarget));
        }
        assert_eq!(required(&known(12), &known(6), 3), Ok(Exact::from(2)));
        assert_eq!(required(&known(12), &known(15), 3), Ok(Exact::from(-1)));
        assert_eq!(required(&known(12), &known(6), 0), Err(Unpaced::YearOver));
        assert_eq!(required(&none, &known(6), 3), Err(Unpaced::NoTarget));
    }

    #[test]
    fn a_loss_or_nothing_last_year_gives_no_course() {
        let none = Figure::Absent(Absence::NoData);
        assert_eq!(last_course(&known(30), &known(40)).unwrap().share, Exact::from_minor(75, 2));
        for (to_date, whole) in
            [(known(0), known(40)), (known(-5), known(40)), (known(5), known(-40))]
        {
            assert_eq!(last_course(&to_date, &whole), Err(Unpaced::NoBase));
        }
        assert_eq!(last_course(&none, &known(40)), Err(Unpaced::NoBase));
        assert_eq!(last_course(&known(30), &none), Err(Unpaced::NoBase));
    }

    proptest! {
        #[test]
        fn a_rate_times_its_progress_is_the_figure_to_date(
            to_date in -1_000_000i64..1_000_000, passed in 1i64..300, more in 0i64..300, target in 1i64..1_000_000,
        ) {
            let course = Progress::new(Exact::from(passed), Exact::from(passed + more));
            let found = forecast(&known(to_date), &course, &known(target), plainly).unwrap();
            prop_assert_eq!(&found.value * &found.course.share, Exact::from(to_date));
            prop_assert_eq!(found.gap.unwrap() + Exact::from(target), found.value.clone());
            prop_assert_eq!(&found.attainment.unwrap() * &Exact::from(target), found.value);
        }

        #[test]
        fn what_is_required_reaches_the_target(to_date in -1000i64..1000, target in -1000i64..1000, left in 1u32..12) {
            let each = required(&known(target), &known(to_date), left).unwrap();
            let reached = Exact::from(to_date) + &each * &Exact::from(i64::from(left));
            prop_assert_eq!(reached, Exact::from(target));
        }
    }
}
