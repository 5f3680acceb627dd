//! `attain explain`: why a number is as it is. Reads what the run read, and writes nothing but the
//! workbook that was asked for.

pub mod asked;
pub mod ground;
mod inputs;
mod ranked;
mod readers;
mod recorded;
mod told;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use self::asked::{find_subject, find_unit};
use self::ground::{Ground, Reach};
use self::readers::{Rules, entitled, find_reader};
use self::recorded::{PastRun, RankedBy, find_run, moved, values_now, version_before};
use super::briefing::{BriefedRun, brief};
use super::recorded::recall;
use super::{AppError, Surroundings, load_project, wording};
use crate::calc::explain::{Place, place_of_composite, place_of_score};
use crate::calc::score::TargetBasis;
use crate::data::facts::Whose;
use crate::ledger::{Ledger, config_hash};
use crate::model::plan::{RankBy, WarningBasis};
use crate::model::{
    DateRange, Diagnostic, Language, Metric, MetricId, MetricKind, Period, RejectKind,
    TargetOrigin, UnitId,
};
use crate::render::workbook;
use crate::report::explanation::{
    Before, Entitled, Explained, ExplanationText, FigureFound, Moved, RunFacts, SetAside,
    SetAsideRow, Subject, TargetFound, explanation_book, explanation_text,
};
use crate::report::{Briefing, InGroup, Sights, WordBook};
use crate::settings::{Project, Reader};
use crate::store;

/// So many rows that were left out are named for each reason; a workbook has more.
const MOST_LEFT_OUT: usize = 50;
const MOST_IN_A_WORKBOOK: usize = 10_000;
const MOST_SET_ASIDE: usize = 20;

/// What the user asked for.
#[derive(Clone, Debug)]
pub struct ExplainOptions {
    /// The folder of the project.
    pub dir: PathBuf,
    pub period: Period,
    /// By id or name.
    pub unit: String,
    /// By id or label; or `coefficient`, `composite`, `rank`.
    pub metric: String,
    /// Of the run; the last one where none is given.
    pub version: Option<u32>,
    /// Who reads the answer, by id or as `[hr]` names them; the operator where nobody is given.
    pub reader: Option<String>,
    /// Of the answer; that of the project where none is given.
    pub language: Option<Language>,
    /// Where to write the workbook.
    pub xlsx: Option<PathBuf>,
}

/// What was found.
pub struct Explanation {
    pub text: ExplanationText,
    pub json: serde_json::Value,
}

/// Explains one figure.
///
/// # Errors
/// Usage: a period, unit, metric or version that is not there, a reader who may not see it; held:
/// extracts that hold a run; failed: a ledger or a workbook.
pub async fn explain(
    options: &ExplainOptions,
    around: &Surroundings<'_>,
) -> Result<Explanation, AppError> {
    let project = load_project(&options.dir, around)?;
    // A slip in what is asked is told before anything is read.
    reach(&project, options)?;
    let words = wording::read_words(&project.dir)?;
    let place = store::open(&project.ledger, &project.dir, true, around.env);
    let ledger = Ledger::new(place.map_err(|why| AppError::Usage(why.into()))?);
    let run = find_run(&ledger, options.period, options.version, project.fiscal).await?;
    let before = version_before(&ledger, &run, options.period).await?;
    let (ground, lost) = lay(&project, &ledger, &run, options, around).await?;
    let answer = Answer {
        options,
        ground: &ground,
        words: &words,
        run: &run,
        today: Rules::of(&project),
        lost: &lost,
    };
    answer.find(before.as_ref()).await
}

/// A run's ground from what it kept; where that is gone in part, or it kept nothing, from what lies
/// there now, with what is gone.
async fn lay(
    project: &Project,
    ledger: &Ledger,
    run: &PastRun,
    options: &ExplainOptions,
    around: &Surroundings<'_>,
) -> Result<(Ground, Vec<String>), AppError> {
    let mut lost = Vec::new();
    if run.manifest.inputs_kept {
        match lay_kept(ledger, run, options, around).await {
            Ok(ground) => return Ok((ground, lost)),
            Err(why) => {
                lost = inputs::lost(ledger, &run.manifest).await?;
                if lost.is_empty() {
                    return Err(why);
                }
            }
        }
    }
    let (project, recorded) = (project.clone(), Some(&run.manifest));
    let reach = reach(&project, options)?;
    Ok((Ground::lay(project, run.run.period, recorded, reach, around).await?, lost))
}

async fn lay_kept(
    ledger: &Ledger,
    run: &PastRun,
    options: &ExplainOptions,
    around: &Surroundings<'_>,
) -> Result<Ground, AppError> {
    let past = recall(ledger, &run.run, &options.dir, around).await?;
    let project = past.prepared.project.clone();
    let reach = reach(&project, options)?;
    let then = past.surroundings(around);
    Ground::lay(project, run.run.period, Some(&run.manifest), reach, &then).await
}

/// What is judged again: a warning counts the months before it, and nothing else looks back.
fn reach(project: &Project, options: &ExplainOptions) -> Result<Reach, AppError> {
    let period = options.period;
    let edges = match find_subject(project, &options.metric)? {
        Subject::Metric(metric) => project.plan.warning.edges(&metric.id),
        Subject::Coefficient | Subject::Composite | Subject::Rank => None,
    };
    let to_date = edges.as_ref().is_some_and(|edges| edges.basis == WarningBasis::Ytd);
    Ok(Reach::Of { period, months: edges.is_some(), to_date })
}

struct Answer<'a> {
    options: &'a ExplainOptions,
    ground: &'a Ground,
    words: &'a WordBook,
    run: &'a PastRun,
    /// Who sees what as of now; the run may have had another table.
    today: Rules<'a>,
    /// What the run kept and is not there any more.
    lost: &'a [String],
}

impl Answer<'_> {
    async fn find(&self, before: Option<&PastRun>) -> Result<Explanation, AppError> {
        let (options, ground) = (self.options, self.ground);
        let (project, org) = (&ground.project, &ground.inputs.gathered.org);
        let dates = options.period.dates(project.fiscal);
        let subject = find_subject(project, &options.metric)?;
        let unit = find_unit(org, &dates, &options.unit)?;
        let rules = [Rules::of(project), self.today];
        let reader = options.reader.as_deref();
        let reader = reader.map(|asked| find_reader(org, rules, asked)).transpose()?;
        let place = self.place(subject, &unit);
        let config_hash = config_hash(&self.run.manifest.config);
        let briefing = self.briefing(&config_hash);
        let entitled = match &reader {
            Some(reader) => {
                let may = (&unit, subject);
                let found = entitled(&project.metrics, rules, (org, &dates), may, reader)?;
                let group = self.in_group(&briefing, (reader, rules), may, place.as_ref());
                Entitled { group, ..found }
            }
            None => Entitled::to_everything(),
        };
        let told = |moved: Vec<Moved>| -> Vec<Moved> {
            moved.into_iter().filter(|one| entitled.tells(one.item)).collect()
        };
        let ranked_by = self.ranked_by();
        let of = (&unit, options.period);
        let now = values_now(&ground.cards, org, subject, of, ranked_by)?;
        let recorded = self.run.values(subject, &unit, options.period, ranked_by).await?;
        let run = RunFacts {
            period: self.run.run.period,
            version: self.run.run.version,
            as_of: self.run.manifest.as_of,
            state: self.run.summary.state.words(),
            changed: ground.inputs.changed.clone(),
            differs: if recorded.is_empty() { Vec::new() } else { told(moved(&recorded, &now)) },
            recorded: !recorded.is_empty(),
            found: !now.is_empty(),
            kept: self.run.manifest.inputs_kept && self.lost.is_empty(),
            lost: self.lost.to_vec(),
        };
        let before = match before {
            Some(past) => {
                let old = past.values(subject, &unit, options.period, ranked_by).await?;
                Some(Before {
                    version: past.run.version,
                    moved: told(moved(&old, &recorded)),
                    changed: inputs::changes(&past.manifest, &self.run.manifest),
                })
            }
            None => None,
        };
        let figure = match subject {
            Subject::Metric(metric) => Some(self.figure(metric, &unit, &entitled)?),
            Subject::Coefficient | Subject::Composite | Subject::Rank => None,
        };
        let explained = Explained {
            briefing: &briefing,
            unit: &unit,
            subject,
            figure: figure.as_ref(),
            place: place.as_ref(),
            run: &run,
            before: before.as_ref(),
            entitled: &entitled,
        };
        let language = options.language.unwrap_or(project.language);
        if let Some(path) = &options.xlsx {
            write_workbook(path, &explained, language)?;
        }
        let text = explanation_text(&explained, language);
        Ok(Explanation { text, json: told::json(&explained) })
    }

    fn figure<'g>(
        &'g self,
        metric: &Metric,
        unit: &UnitId,
        entitled: &Entitled,
    ) -> Result<FigureFound<'g>, AppError> {
        let (ground, period) = (self.ground, self.options.period);
        let mut rows = ground.rows(std::slice::from_ref(&metric.id), period, Whose::Unit(unit))?;
        rows.keep_back(&entitled.kept);
        let figures = ground.figures();
        let steps = ground.steps(&rows, &figures, unit, &metric.id);
        let most = if self.options.xlsx.is_some() { MOST_IN_A_WORKBOOK } else { MOST_LEFT_OUT };
        let (mut left_out, mut covered) = (Vec::new(), BTreeMap::new());
        let mut extracts = BTreeMap::new();
        for step in &steps {
            let MetricKind::Simple(simple) = &step.metric.kind else { continue };
            left_out.extend(ground.left_out(step.metric, unit, period, most)?);
            covered
                .insert(step.metric.id.clone(), ground.found.facts.facts.covered(&step.metric.id));
            let span = simple.span(&period, ground.project.fiscal);
            let whole =
                extracts.get(&simple.extract).map_or(span, |of: &DateRange| of.around(span));
            extracts.insert(&simple.extract, whole);
        }
        let set_aside = extracts.into_iter().filter_map(|(extract, span)| {
            let told_elsewhere = [RejectKind::Unknown, RejectKind::Shares];
            let frame = ground.inputs.gathered.frames.get(extract);
            let elsewhere = |file: &str| {
                let month = frame.and_then(|frame| frame.month_of(file));
                month.is_some_and(|of| !span.contains(of.dates(ground.project.fiscal).start))
            };
            let rows = || {
                let all = ground.found.rejects.iter();
                all.filter(|one| one.extract == *extract && !told_elsewhere.contains(&one.kind))
                    .filter(|one| !elsewhere(&one.file))
            };
            let first = rows().take(MOST_SET_ASIDE).map(|one| SetAsideRow {
                file: one.file.clone(),
                row: one.row,
                column: one.column.clone(),
                value: one.value.clone(),
                kind: one.kind,
                reason: one.reason.clone(),
            });
            let (extract, rows) = (extract.to_string(), rows().count() as u64);
            (rows > 0).then(|| SetAside { extract, rows, first: first.collect() })
        });
        Ok(FigureFound {
            set_aside: set_aside.collect(),
            target: self.target(unit, &metric.id, entitled),
            steps,
            rows,
            left_out,
            covered,
        })
    }

    fn target(&self, unit: &UnitId, metric: &MetricId, entitled: &Entitled) -> TargetFound {
        let (ground, period) = (self.ground, self.options.period);
        let Some(score) = ground.cards.score(period, unit, metric) else {
            return TargetFound::default();
        };
        let origins: Vec<&TargetOrigin> = match &score.target_basis {
            TargetBasis::Given(row) | TargetBasis::Carried(row) => vec![row],
            TargetBasis::Spread(rows) => rows.iter().collect(),
            TargetBasis::SumOfBelow(_) | TargetBasis::None => Vec::new(),
        };
        let written = ground.inputs.gathered.targets.iter().filter(|target| {
            target.unit == *unit && target.metric == *metric && origins.contains(&&target.origin)
        });
        let summed = matches!(score.target_basis, TargetBasis::SumOfBelow(_));
        let below = || {
            let mut below = ground.book.targets_below(&ground.cards, unit, metric, period);
            below.retain(|unit, _| entitled.to(unit));
            below
        };
        TargetFound {
            rows: written.cloned().collect(),
            steps: ground.book.steps(unit, metric, period),
            below: if summed { below() } else { BTreeMap::new() },
        }
    }

    fn place(&self, subject: Subject<'_>, unit: &UnitId) -> Option<Place> {
        let (cards, period) = (&self.ground.cards, self.options.period);
        let by_score =
            |metric: &MetricId| place_of_score(cards, cards.score(period, unit, metric)?);
        let by_composite = || place_of_composite(cards, cards.composite(period, unit)?);
        match subject {
            Subject::Metric(metric) => by_score(&metric.id),
            Subject::Composite => by_composite(),
            Subject::Rank => match self.ranked_by() {
                RankedBy::Composite => by_composite(),
                RankedBy::Metric(main) => by_score(main),
            },
            Subject::Coefficient => None,
        }
    }

    /// How much a reader may know of those whom a unit is ranked among, by both tables.
    fn in_group(
        &self,
        briefing: &Briefing<'_>,
        (reader, rules): (&Reader, [Rules<'_>; 2]),
        (unit, subject): (&UnitId, Subject<'_>),
        place: Option<&Place>,
    ) -> InGroup {
        let Some(place) = place else { return InGroup::Nothing };
        let ranked = match (subject, self.ranked_by()) {
            (Subject::Metric(metric), _) => Some(&metric.id),
            (Subject::Rank, RankedBy::Metric(main)) => Some(main),
            _ => None,
        };
        let by = |rules: Rules<'_>| {
            let sights = Sights::new(briefing, rules.policy);
            sights.in_group(reader, unit, ranked, &place.standing)
        };
        let [then, now] = rules;
        by(then).min(by(now))
    }

    /// A project has a headline, so its first metric ranks where composites do not.
    fn ranked_by(&self) -> RankedBy<'_> {
        let project = &self.ground.project;
        let main = project.headline.first().filter(|_| project.plan.rank.by != RankBy::Composite);
        main.map_or(RankedBy::Composite, RankedBy::Metric)
    }

    fn briefing<'g>(&'g self, config_hash: &'g str) -> Briefing<'g> {
        let (ground, manifest) = (self.ground, &self.run.manifest);
        let (project, gathered) = (&ground.project, &ground.inputs.gathered);
        let run = BriefedRun {
            judged: self.options.period,
            as_of: manifest.as_of,
            version: manifest.version,
            config_hash,
        };
        brief(project, gathered, &ground.cards, self.words, run)
    }
}

fn write_workbook(
    path: &Path,
    explained: &Explained<'_>,
    language: Language,
) -> Result<(), AppError> {
    let book = explanation_book(explained, language);
    let bytes = workbook(&book.sheets).map_err(|why| {
        let place = crate::model::Place::file(path.display().to_string());
        AppError::Failed(Diagnostic::error(place, why.to_string(), "ask for a shorter period"))
    })?;
    std::fs::write(path, bytes).map_err(|why| AppError::write(path, &why))
}
