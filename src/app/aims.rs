//! The targets of a run: spread, shortened and held against what was reached, with those of product
//! lines and the like beside the units' own.

use std::collections::BTreeSet;

use super::AppError;
use super::gather::Gathered;
use crate::calc::{
    self, Attendance, Figures, Lint, PartCase, Scorecards, Seasons, TargetAbout, TargetBook,
    TargetDoubt, TargetQuestion,
};
use crate::data::facts::{PartRequest, PartWanted, find_parts};
use crate::model::target::TargetField;
use crate::model::{Diagnostic, Period, Place, round};
use crate::settings::Project;

/// Everything that targets are computed with.
pub struct Aims {
    pub book: TargetBook,
    seasons: Seasons,
    attendance: Attendance,
}

/// The fiscal year that the judged period lies in.
fn year_of(project: &Project, period: Period) -> i32 {
    project.fiscal.year_of(period.dates(project.fiscal).start)
}

/// The periods that targets are held against, beside those that are judged and compared: the year
/// before, and where months weigh what they came to a year before, each year before.
pub fn periods(project: &Project, judged: &[Period], period: Period) -> Vec<Period> {
    let fiscal = project.fiscal;
    let seasons = Seasons::new(&project.seasonality());
    let mut periods = BTreeSet::new();
    if project.target_rules.reach.is_some() && !project.targets.is_empty() {
        periods.extend(calc::whole_year(year_of(project, period) - 1, fiscal));
    }
    if seasons.asks_for_last_year().next().is_some() {
        let years = calc::judged_years(judged, fiscal);
        periods.extend(years.into_iter().flat_map(|year| Period::Year(year - 1).months(fiscal)));
    }
    periods.into_iter().collect()
}

/// The target book of a run.
pub fn find(
    project: &Project,
    gathered: &Gathered,
    figures: &Figures<'_>,
    judged: &[Period],
) -> Aims {
    let (org, fiscal) = (&gathered.org, project.fiscal);
    let own = gathered.targets.iter().map(|target| &target.unit);
    let units = own.chain(gathered.by_dimension.iter().map(|target| &target.target.unit));
    let years = calc::judged_years(judged, fiscal);
    let seasons = Seasons::new(&project.seasonality()).with_last_years(
        figures,
        &org.company,
        units,
        &years,
        fiscal,
    );
    let rules = &project.target_rules;
    let attendance = Attendance::new(rules, org, &gathered.calendar, &gathered.exemptions);
    let book = TargetBook::build(
        &gathered.targets,
        seasons.clone(),
        attendance.clone(),
        &project.metrics,
        fiscal,
    );
    Aims { book, seasons, attendance }
}

impl Aims {
    /// Judges the targets of dimensions' values, and asks what is to be asked about all targets.
    ///
    /// # Errors
    /// Expressions that do not fit the extracts.
    pub fn judge(
        &self,
        project: &Project,
        gathered: &Gathered,
        figures: &Figures<'_>,
        (period, judged): (Period, &[Period]),
        cards: &mut Scorecards,
    ) -> Result<(), AppError> {
        let (metrics, fiscal) = (project.metrics.as_slice(), project.fiscal);
        let year = year_of(project, period);
        let periods = calc::part_periods(period, judged, fiscal);
        let looked_at: Vec<Period> =
            periods.iter().copied().chain([Period::Year(year - 1)]).collect();
        let wanted: Vec<PartWanted> = calc::parts_asked(&gathered.by_dimension, metrics)
            .into_iter()
            .map(|asked| PartWanted {
                metric: asked.metric,
                dimension: asked.dimension,
                units: asked.units,
                periods: looked_at.clone(),
            })
            .collect();
        let request = PartRequest { metrics, wanted: &wanted, org: &gathered.org, fiscal };
        let parts = find_parts(&gathered.frames, &request).map_err(AppError::Usage)?;
        let case = PartCase {
            metrics,
            figures,
            parts: &parts,
            seasons: &self.seasons,
            attendance: &self.attendance,
            fiscal,
        };
        cards.parts = case.judge(&gathered.by_dimension, &periods);
        let rules = &project.target_rules;
        let lint = Lint { org: &gathered.org, metrics, figures, rules, fiscal, year };
        cards.questions =
            lint.questions(&gathered.targets, &gathered.by_dimension, &gathered.incomplete);
        cards.questions.extend(lint.unknown_values(&gathered.by_dimension, &parts, &looked_at));
        Ok(())
    }
}

/// A question about a target as something to look at.
pub fn describe(question: &TargetQuestion) -> Diagnostic {
    let (place, of) = match &question.about {
        TargetAbout::Table { file, targets } => {
            (Place::file(file), format!("none of its {targets} targets"))
        }
        TargetAbout::Row { unit, origin, .. } => {
            let row = Place::file(&origin.file).row(origin.row);
            (row, format!("a row for {unit} that is no target"))
        }
        TargetAbout::Target { unit, metric, period, value, origin } => {
            let row = Place::file(&origin.file).row(origin.row);
            let of = value.as_ref().map_or_else(String::new, |value| format!(" (“{value}”)"));
            (row, format!("the target of {unit} for {metric}{of} in {period}"))
        }
    };
    let plain = round::to_plain;
    match &question.doubt {
        TargetDoubt::Lacks(fields) => {
            let fields: Vec<&str> = fields.iter().map(|field| word(*field)).collect();
            let verb =
                if matches!(question.about, TargetAbout::Table { .. }) { "names" } else { "lacks" };
            let what = format!("{of} {verb} {}", fields.join(", "));
            Diagnostic::warning(
                place,
                what,
                "fill in the cells, so that the target can be followed up",
            )
        }
        TargetDoubt::OutOfReach { target, best, best_in, reach } => {
            let percent = plain(&(reach * &crate::model::Exact::from(100)));
            let what = format!(
                "{of} is {}, out of reach: the best of last year was {} in {best_in}, and {percent} % of it is the most",
                plain(target),
                plain(&round::half_up(best, 4)),
            );
            Diagnostic::warning(place, what, "check the value, or raise target_rules.reach")
        }
        TargetDoubt::UnknownValue { dimension } => {
            let what =
                format!("{of} is of a {dimension} that no row has, in this year or the last");
            Diagnostic::warning(place, what, "write the value as the metric's extract does")
        }
    }
}

fn word(field: TargetField) -> &'static str {
    match field {
        TargetField::Metric => "a metric",
        TargetField::Value => "a value",
        TargetField::Owner => "an owner",
        TargetField::Due => "a due date",
        TargetField::Source => "a data source",
    }
}
