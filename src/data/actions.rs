//! The tables of 改进措施, checked against org and metrics. A row that does not fit is set aside,
//! and never holds a month.

use std::collections::BTreeMap;

use super::rows::{TextRow, read_rows};
use super::{Frames, Reject};
use crate::model::{
    Action, Diagnostic, Diagnostics, Exact, ExtractId, Metric, MetricId, MetricUnit, Org, Progress,
    RejectKind, TargetOrigin, UnitId,
};
use crate::settings::{ActionSettings, Project};

/// A share above this was meant in percent: 80 is 8000 %.
const HIGHEST_SHARE: i64 = 10;

/// The actions of all tables, by unit, due date and id; and the rows that do not fit.
///
/// # Errors
/// A table whose columns cannot be read.
pub fn read_actions(
    project: &Project,
    frames: &Frames,
    org: &Org,
) -> Result<(Vec<Action>, Vec<Reject>), Diagnostics> {
    let mut actions: Vec<Action> = Vec::new();
    let mut rejects = Vec::new();
    let mut seen: BTreeMap<String, TargetOrigin> = BTreeMap::new();
    for settings in &project.actions {
        let Some(frame) = frames.get(&settings.extract) else { continue };
        let reader = Reader { settings, project, org };
        for row in &read_rows(frame, &reader.columns())? {
            let read = reader.read(row).and_then(|action| {
                let name = reader.name(row, &action);
                match seen.get(&name) {
                    None => Ok((name, action)),
                    Some(first) => Err(reader.repeated(row, first)),
                }
            });
            match read {
                Ok((name, action)) => {
                    seen.insert(name, action.origin.clone());
                    actions.push(action);
                }
                Err(why) => rejects.push(reject(&settings.extract, row, why)),
            }
        }
    }
    actions.sort_by(|a, b| (&a.unit, a.due, &a.id).cmp(&(&b.unit, b.due, &b.id)));
    Ok((actions, rejects))
}

fn reject(extract: &ExtractId, row: &TextRow, why: Diagnostic) -> Reject {
    Reject {
        extract: extract.clone(),
        file: row.file.clone(),
        row: row.row,
        column: why.place.column.unwrap_or_default(),
        value: why.value.unwrap_or_default(),
        reason: format!("{}; {}", why.what, why.help),
        kind: RejectKind::Misfit,
    }
}

struct Reader<'a> {
    settings: &'a ActionSettings,
    project: &'a Project,
    org: &'a Org,
}

impl Reader<'_> {
    fn columns(&self) -> Vec<&str> {
        let always = self.settings.required().map(|(_, column)| Some(column));
        let optional = self.settings.optional().map(|(_, column)| column.as_ref());
        always.into_iter().chain(optional).flatten().map(String::as_str).collect()
    }

    fn read(&self, row: &TextRow) -> Result<Action, Diagnostic> {
        let settings = self.settings;
        let unit = self.unit(row)?;
        let metric = self.metric(row)?;
        let Some(measure) = row.get(&settings.measure).map(str::to_owned) else {
            return Err(row.refuse(&settings.measure, "no measure", "say what is to be done"));
        };
        let opened = row.date(settings.opened.as_ref())?;
        let Some(due) = row.date(Some(&settings.due))? else {
            return Err(row.refuse(&settings.due, "no due date", "write one such as 2026-11-30"));
        };
        if opened.is_some_and(|opened| due < opened) {
            let help = "it must be the day of opening or a later one";
            return Err(row.refuse(&settings.due, "due before it was opened", help));
        }
        let done = row.date(settings.done.as_ref())?;
        if done.zip(opened).is_some_and(|(done, opened)| done < opened) {
            let column = settings.done.as_ref().unwrap_or(&settings.due);
            let help = "it must be the day of opening or a later one";
            return Err(row.refuse(column, "done before it was opened", help));
        }
        let id = row.get_opt(settings.id.as_ref()).map(str::to_owned);
        Ok(Action {
            id: id.unwrap_or_else(|| format!("{}#{}", row.file, row.row)),
            owner: self.owner(row)?,
            expected: self.expected(row, metric)?,
            metric: metric.id.clone(),
            progress: self.progress(row, done.is_some()),
            origin: TargetOrigin { file: row.file.clone(), row: row.row },
            unit,
            measure,
            opened,
            due,
            done,
        })
    }

    /// By id, else by a name that only one unit or person has.
    fn unit(&self, row: &TextRow) -> Result<UnitId, Diagnostic> {
        let column = &self.settings.unit;
        let word = row.get(column).unwrap_or_default();
        let units = self.org.units.values();
        let named = units.filter(|unit| unit.name == word || unit.name_en.as_deref() == Some(word));
        let mut found: Vec<UnitId> = named.map(|unit| unit.id.clone()).collect();
        found.extend(self.people_named(word));
        match self.org.level(&word.into()) {
            Some(_) => Ok(word.into()),
            None => one_of(found).map_err(|many| match many {
                0 => {
                    let help = "mend the id or the name, or add the unit";
                    row.refuse(column, "nobody and no unit has this id or name", help)
                }
                _ => row.refuse(column, "several have this name", "write the id instead"),
            }),
        }
    }

    fn owner(&self, row: &TextRow) -> Result<Option<UnitId>, Diagnostic> {
        let Some(column) = &self.settings.owner else { return Ok(None) };
        let Some(word) = row.get(column) else { return Ok(None) };
        if self.org.people.contains_key(&word.into()) {
            return Ok(Some(word.into()));
        }
        one_of(self.people_named(word)).map(Some).map_err(|many| match many {
            0 => {
                let help = "mend the id or the name, or add the person";
                row.refuse(column, "nobody has this id or name", help)
            }
            _ => row.refuse(column, "several people have this name", "write the id instead"),
        })
    }

    fn people_named(&self, word: &str) -> Vec<UnitId> {
        let people = self.org.people.values();
        people.filter(|person| person.name == word).map(|person| person.id.clone()).collect()
    }

    fn metric(&self, row: &TextRow) -> Result<&Metric, Diagnostic> {
        let column = &self.settings.metric;
        let word = row.get(column).unwrap_or_default();
        let shown = || self.project.metrics.iter().filter(|metric| !metric.hidden);
        let is_named = |metric: &&Metric| {
            metric.id == MetricId::from(word) || metric.label.zh == word || metric.label.en == word
        };
        shown().find(is_named).ok_or_else(|| {
            let names: Vec<&str> = shown().map(|metric| metric.label.zh.as_str()).collect();
            let help = format!("use one of: {}", names.join(", "));
            row.refuse(column, "no metric has this name", help)
        })
    }

    fn expected(&self, row: &TextRow, metric: &Metric) -> Result<Option<Exact>, Diagnostic> {
        let Some(column) = &self.settings.expected else { return Ok(None) };
        let Some(text) = row.get(column) else { return Ok(None) };
        let Ok(value) = Exact::parse(text) else {
            return Err(row.refuse(column, "not a number", "write digits such as 1550000 or 80%"));
        };
        let share = metric.unit == MetricUnit::Percent;
        if share && value.abs() > Exact::from(HIGHEST_SHARE) {
            let help = format!("write {text}% or a share such as 0.8");
            return Err(row.refuse(column, "too high for a share", help));
        }
        if !share && text.trim_end().ends_with('%') {
            let help = format!("write what “{}” is to come to in a month", metric.label.zh);
            return Err(row.refuse(column, "a percentage of what is no share", help));
        }
        Ok(Some(value))
    }

    fn progress(&self, row: &TextRow, has_day: bool) -> Progress {
        let word = row.get_opt(self.settings.status.as_ref()).unwrap_or_default().to_lowercase();
        let is = |words: &[String]| words.iter().any(|known| known.to_lowercase() == word);
        if is(&self.settings.cancelled_words) {
            Progress::Cancelled
        } else if has_day || is(&self.settings.done_words) {
            Progress::Done
        } else {
            Progress::Running
        }
    }

    /// What makes an action the one it is: its id, else what it says. A sheet that comes back twice
    /// is known by it.
    fn name(&self, row: &TextRow, action: &Action) -> String {
        match row.get_opt(self.settings.id.as_ref()) {
            Some(id) => id.to_owned(),
            None => [action.unit.as_str(), action.metric.as_str(), &action.measure].join("\n"),
        }
    }

    fn repeated(&self, row: &TextRow, first: &TargetOrigin) -> Diagnostic {
        let column = self.settings.id.as_ref().unwrap_or(&self.settings.measure);
        let what = format!("this action is there already: row {} of {}", first.row, first.file);
        row.refuse(column, &what, "give each action a number of its own")
    }
}

/// The only one, or how many there are.
fn one_of(mut found: Vec<UnitId>) -> Result<UnitId, usize> {
    match (found.pop(), found.len()) {
        (Some(one), 0) => Ok(one),
        (None, _) => Err(0),
        (Some(_), more) => Err(more + 1),
    }
}
