//! From a project's files to its judgements: extracts, org, targets, facts, scorecards.

use super::checks::{self, RowCount};
use super::{AppError, Station, Surroundings};
use crate::calc::{self, Case, Scorecards, TargetBook};
use crate::data::facts::{FactRequest, FactsFound, find_facts};
use crate::data::load::{LoadRequest, load};
use crate::data::org::build_org;
use crate::data::targets::read_targets;
use crate::data::{Frames, Reject};
use crate::model::{Diagnostics, Org, Period, Target};
use crate::settings::Project;

/// Extracts, checked, with the org and the targets that they hold.
pub struct Gathered {
    pub frames: Frames,
    pub org: Org,
    pub targets: Vec<Target>,
}

/// Judgements, and how they came about.
pub struct Judged {
    pub cards: Scorecards,
    pub found: FactsFound,
    /// All rows that were set aside, by extract, file and row.
    pub rejects: Vec<Reject>,
    pub counts: Vec<RowCount>,
    /// What holds the run; it may be empty.
    pub held: Diagnostics,
}

/// Loads and checks the extracts for a month.
///
/// # Errors
/// Held, with all that is wrong in any extract, the org or the target tables.
pub async fn gather(
    project: &Project,
    month: Period,
    around: &Surroundings<'_>,
) -> Result<Gathered, AppError> {
    around.progress.begin(Station::Load, Some(project.extracts.len() as u64));
    let request = LoadRequest {
        extracts: &project.extracts,
        root: &project.data,
        base: &project.dir,
        through: month,
        env: around.env,
    };
    let frames =
        load(&request, &mut |_| around.progress.advance(1)).await.map_err(AppError::Held)?;
    let org = build_org(project, &frames).map_err(AppError::Held)?;
    let targets = read_targets(project, &frames, &org).map_err(AppError::Held)?;
    let rows: u64 = frames.iter().map(|frame| frame.rows).sum();
    let files: usize = frames.iter().map(|frame| frame.inputs.len()).sum();
    let people = org.people.len();
    around.progress.end(
        Station::Load,
        &format!("{rows} rows from {files} files; {people} people, {} targets", targets.len()),
    );
    Ok(Gathered { frames, org, targets })
}

/// Finds the facts and judges them.
///
/// # Errors
/// Expressions that do not fit the extracts.
pub fn judge(
    project: &Project,
    gathered: &Gathered,
    month: Period,
    around: &Surroundings<'_>,
) -> Result<Judged, AppError> {
    let given = gathered.targets.iter().map(|target| target.period);
    let judged = calc::judged_periods(month, project.history_months, given, project.fiscal);
    let known = calc::known_periods(&judged);

    around.progress.begin(Station::Find, None);
    let request = FactRequest {
        metrics: &project.metrics,
        periods: &known,
        org: &gathered.org,
        fiscal: project.fiscal,
    };
    let found = find_facts(&gathered.frames, &request).map_err(AppError::Usage)?;
    around.progress.end(Station::Find, &format!("{} figures", found.facts.count()));

    let mut rejects: Vec<Reject> =
        gathered.frames.iter().flat_map(|frame| frame.rejects.iter().cloned()).collect();
    rejects.extend(found.rejects.iter().map(|reject| by_header(project, reject)));
    rejects.sort();
    let counts = checks::count_rows(&gathered.frames, &rejects);
    let held = checks::hold_on_rejects(project, &counts, &rejects);

    around.progress.begin(Station::Judge, None);
    let seasonality = project.seasonality();
    let book = TargetBook::new(&gathered.targets, &seasonality, &project.metrics, project.fiscal);
    let case = Case {
        org: &gathered.org,
        metrics: &project.metrics,
        facts: &found.facts,
        targets: &book,
        plan: &project.plan,
        fiscal: project.fiscal,
        through: month.dates(project.fiscal).end,
    };
    let cards = calc::judge(&case, &judged);
    around.progress.end(Station::Judge, &format!("{} judgements", cards.scores.len()));
    Ok(Judged { cards, found, rejects, counts, held })
}

/// Names the column as the file does.
fn by_header(project: &Project, reject: &Reject) -> Reject {
    let extract = project.extracts.iter().find(|extract| extract.id == reject.extract);
    let column = extract
        .and_then(|extract| extract.columns.iter().find(|column| column.name == reject.column));
    let column = column.map_or(reject.column.clone(), |column| column.header().to_owned());
    Reject { column, ..reject.clone() }
}
