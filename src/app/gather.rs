//! From a project's files to its judgements: extracts, org, targets, facts, scorecards.

use chrono::NaiveDate;

use super::checks::{self, RowCount};
use super::{AppError, Station, Surroundings};
use crate::calc::{self, Case, Scorecards, TargetBook};
use crate::data::facts::{FactRequest, FactsFound, find_facts};
use crate::data::load::{LoadRequest, load};
use crate::data::{Frames, Reject, org::build_org, targets::read_targets};
use crate::model::{Diagnostics, Org, Period, Target};
use crate::settings::Project;

/// Extracts, checked, with the org and the targets that they hold.
pub struct Gathered {
    pub frames: Frames,
    pub org: Org,
    pub targets: Vec<Target>,
    pub rejects: Vec<Reject>,
}

/// Judgements, and how they came about.
pub struct Judged {
    pub cards: Scorecards,
    pub found: FactsFound,
    pub rejects: Vec<Reject>,
    pub counts: Vec<RowCount>,
}

/// Loads and checks the extracts for a month.
///
/// # Errors
/// Held, with all that is wrong in any extract, the org or the target table.
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
        load(&request, &mut |_, _| around.progress.advance(1)).await.map_err(AppError::Held)?;
    let org = build_org(project, &frames).map_err(AppError::Held)?;
    let targets = read_targets(project, &frames, &org).map_err(AppError::Held)?;
    let rejects: Vec<Reject> = frames.iter().flat_map(|frame| frame.rejects.clone()).collect();
    let rows: u64 = frames.iter().map(|frame| frame.rows).sum();
    let files: usize = frames.iter().map(|frame| frame.inputs.len()).sum();
    around.progress.end(
        Station::Load,
        &format!("{rows} rows from {files} files, {} people, {} targets", org.people.len(), targets.len()),
    );
    Ok(Gathered { frames, org, targets, rejects })
}

/// Finds the facts and judges them.
///
/// # Errors
/// Expressions that do not fit the extracts, and extracts with too many rejected rows.
pub fn judge(
    project: &Project,
    gathered: &Gathered,
    month: Period,
    around: &Surroundings<'_>,
) -> Result<Judged, AppError> {
    let periods = periods_of(project, &gathered.targets, month);
    around.progress.begin(Station::Find, None);
    let request = FactRequest {
        metrics: &project.metrics,
        periods: &periods.found,
        org: &gathered.org,
        fiscal: project.fiscal,
    };
    let found = find_facts(&gathered.frames, &request).map_err(AppError::Usage)?;
    around.progress.end(Station::Find, &format!("{} figures", found.facts.count()));

    let mut rejects = gathered.rejects.clone();
    rejects.extend(found.rejects.iter().cloned());
    rejects.sort();
    let counts = checks::count_rows(&gathered.frames, &rejects);
    let held: Diagnostics = checks::hold_on_rejects(project, &counts, &rejects);
    if held.has_errors() {
        return Err(AppError::Held(held));
    }

    around.progress.begin(Station::Judge, None);
    let book = TargetBook::new(
        gathered.targets.clone(),
        project.seasonality(),
        &gathered.org,
        &project.metrics,
        project.fiscal,
    );
    let case = Case {
        org: &gathered.org,
        metrics: &project.metrics,
        facts: &found.facts,
        targets: &book,
        plan: &project.plan,
        fiscal: project.fiscal,
        through: month.dates(project.fiscal).end,
    };
    let cards = calc::judge(&case, &periods.judged);
    around.progress.end(Station::Judge, &format!("{} judgements", cards.scores.len()));
    Ok(Judged { cards, found, rejects, counts })
}

struct Periods {
    /// Those that are judged.
    judged: Vec<Period>,
    /// Those and all that they are compared with.
    found: Vec<Period>,
}

fn periods_of(project: &Project, targets: &[Target], month: Period) -> Periods {
    todo!()
}

/// The day that today's reports speak of.
pub fn last_day(project: &Project, month: Period) -> NaiveDate {
    month.dates(project.fiscal).last_day()
}
