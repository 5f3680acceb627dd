//! Who gets which report, and who gets a copy: decided before anything is rendered.

use std::collections::{BTreeMap, BTreeSet};

use crate::calc::{Score, Scorecards, Warning};
use crate::model::{DateRange, Exact, Language, Level, Org, Period, Person, Unit, UnitId};
use crate::report::document::ReportKind;
use crate::settings::Reader;

/// One report to one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// Whose figures the report shows.
    pub unit: UnitId,
    pub report: ReportKind,
    /// Who is responsible and gets it; none where nobody is named.
    pub owner: Option<Reader>,
    pub language: Language,
    /// Who gets a copy, since a warning asks for it, or as another reader of the same report.
    pub copies: Vec<Reader>,
    pub warning: Warning,
}

/// What the decision needs.
pub struct Audience<'a> {
    pub org: &'a Org,
    pub cards: &'a Scorecards,
    /// The month, or the quarter.
    pub judged: Period,
    /// The days of the judged period.
    pub dates: DateRange,
    /// First day on which a leaver no longer reads mail: the day of the run.
    pub today: chrono::NaiveDate,
    /// Of recipients who have no language of their own.
    pub language: Language,
    /// Only these units and those below them; all where empty.
    pub only: &'a [UnitId],
    /// Who gets the lists of talent and bonus.
    pub hr: &'a [Reader],
}

impl Audience<'_> {
    /// All reports of the run. Of a month: the company, the departments in the order of the tree,
    /// the people by id; then, where the run is not restricted, the lists for HR. Of a quarter: the
    /// packs of the company and of the departments that have a head.
    pub fn recipients(&self) -> Vec<Recipient> {
        match self.judged {
            Period::Quarter { .. } => self.packs(),
            _ => self.reports(),
        }
    }

    fn packs(&self) -> Vec<Recipient> {
        let org = self.org;
        let headed = |unit: &&Unit| unit.owner.is_some() || unit.id == org.company;
        let units = org.units_in_order().into_iter().filter(headed);
        units
            .filter(|unit| self.is_wanted(&unit.id))
            .map(|unit| self.recipient(&unit.id, unit.level()))
            .map(|about| Recipient { report: ReportKind::Pack, ..about })
            .collect()
    }

    fn reports(&self) -> Vec<Recipient> {
        let units = self.org.units_in_order().into_iter().map(|unit| (&unit.id, unit.level()));
        let people = self
            .org
            .people
            .keys()
            .filter(|id| self.org.takes_part(id, &self.dates) && !self.only_heads(id))
            .map(|id| (id, Level::Person));
        let about = units
            .chain(people)
            .filter(|(id, _)| self.is_wanted(id))
            .map(|(id, level)| self.recipient(id, level));
        about.chain(self.lists()).collect()
    }

    /// One report for the readers of each language: the first gets it, the others copies.
    fn lists(&self) -> Vec<Recipient> {
        if !self.only.is_empty() {
            return Vec::new();
        }
        let mut readers: BTreeMap<Language, Vec<&Reader>> = BTreeMap::new();
        for reader in self.hr.iter().filter(|reader| self.still_reads(reader)) {
            let language = match reader {
                Reader::Person(id) => self.org.people.get(id).and_then(|person| person.language),
                Reader::Address(_) => None,
            };
            readers.entry(language.unwrap_or(self.language)).or_default().push(reader);
        }
        let lists = readers.into_iter().map(|(language, readers)| Recipient {
            unit: self.org.company.clone(),
            report: ReportKind::Hr,
            owner: readers.first().copied().cloned(),
            language,
            copies: readers.into_iter().skip(1).cloned().collect(),
            warning: Warning::None,
        });
        lists.collect()
    }

    fn still_reads(&self, reader: &Reader) -> bool {
        match reader {
            Reader::Person(id) => self.reads_mail(id),
            Reader::Address(_) => true,
        }
    }

    fn recipient(&self, unit: &UnitId, level: Level) -> Recipient {
        let owner = match level {
            Level::Person => Some(unit.clone()).filter(|id| self.reads_mail(id)),
            _ => self.org.units.get(unit).and_then(|unit| unit.owner.clone()),
        };
        let owner = owner
            .filter(|id| self.reads_mail(id))
            .or_else(|| self.superiors(unit, unit).next().cloned());
        let warning = self.warning(unit);
        let copies = match (&owner, warning) {
            (None, _) | (_, Warning::None) => Vec::new(),
            (Some(owner), warning) => {
                let goes_up = warning == Warning::Red || self.is_escalated(unit);
                let many = if goes_up { 2 } else { 1 };
                self.superiors(unit, owner).take(many).cloned().collect::<Vec<UnitId>>()
            }
        };
        let language = owner
            .as_ref()
            .and_then(|id| self.org.people.get(id)?.language)
            .unwrap_or(self.language);
        let report = match level {
            Level::Company => ReportKind::Company,
            Level::Department => ReportKind::Department,
            Level::Person => ReportKind::Person,
        };
        let copies = copies.into_iter().map(Reader::Person).collect();
        let owner = owner.map(Reader::Person);
        Recipient { unit: unit.clone(), report, owner, language, copies, warning }
    }

    fn is_wanted(&self, id: &UnitId) -> bool {
        let home = match self.org.units.get(id) {
            Some(unit) => &unit.id,
            None => self.org.home(id, &self.dates),
        };
        self.only.is_empty()
            || self.only.contains(id)
            || self.org.and_above(home).any(|above| self.only.contains(above))
    }

    /// Whether somebody heads a unit and has neither a target nor a row of their own: the unit's
    /// report is theirs, and a personal one would say nothing.
    fn only_heads(&self, id: &UnitId) -> bool {
        let heads = self.org.units.values().any(|unit| unit.owner.as_ref() == Some(id));
        let idle = |score: &Score| {
            score.target.known().is_none() && score.actual.known().is_none_or(Exact::is_zero)
        };
        heads && self.cards.of_unit(self.judged, id).all(idle)
    }

    /// The most severe warning over the unit's metrics in the judged period.
    fn warning(&self, unit: &UnitId) -> Warning {
        self.cards
            .of_unit(self.judged, unit)
            .map(|score| score.warning)
            .max()
            .unwrap_or(Warning::None)
    }

    /// Whether one of the unit's yellow warnings has lasted so long that it goes up as a red one.
    fn is_escalated(&self, unit: &UnitId) -> bool {
        self.cards.of_unit(self.judged, unit).any(Score::is_escalated)
    }

    fn reads_mail(&self, id: &UnitId) -> bool {
        let stays = |person: &Person| person.left.is_none_or(|day| day > self.today);
        self.org.people.get(id).is_some_and(stays)
    }

    /// The owners above a unit, from near to far, each once, without `but`.
    fn superiors<'a>(
        &'a self,
        unit: &'a UnitId,
        but: &'a UnitId,
    ) -> impl Iterator<Item = &'a UnitId> {
        let home = match self.org.units.contains_key(unit) {
            true => unit,
            false => self.org.home(unit, &self.dates),
        };
        let mut seen = BTreeSet::from([but]);
        self.org
            .and_above(home)
            .filter_map(|id| self.org.units.get(id)?.owner.as_ref())
            .filter(move |owner| self.reads_mail(owner) && seen.insert(owner))
    }
}
