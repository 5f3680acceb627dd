//! Who is responsible for which extracts.

use crate::model::{ExtractId, Org};
use crate::settings::{ExtractSettings, Project, Reader};

/// A reader, and what the report is about for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Responsible {
    pub reader: Reader,
    /// None for the data owner, who answers for all of it.
    pub extracts: Option<Vec<ExtractId>>,
}

/// The data owner, then everybody whom extracts name, in the order of the extracts. Where an extract
/// names a mere word (“销售助理”), the data owner answers for it.
pub fn readers(project: &Project, org: &Org) -> Vec<Responsible> {
    let owner = project.checks.responsible.as_ref();
    let mut all: Vec<Responsible> = owner
        .into_iter()
        .map(|reader| Responsible { reader: reader.clone(), extracts: None })
        .collect();
    for extract in &project.extracts {
        let Some(reader) = reader_of(extract, org) else { continue };
        match all.iter_mut().find(|known| known.reader == reader) {
            Some(Responsible { extracts: None, .. }) => {}
            Some(Responsible { extracts: Some(extracts), .. }) => extracts.push(extract.id.clone()),
            None => {
                all.push(Responsible { reader, extracts: Some(vec![extract.id.clone()]) });
            }
        }
    }
    all
}

/// An address, or somebody whom the org knows.
fn reader_of(extract: &ExtractSettings, org: &Org) -> Option<Reader> {
    match Reader::parse(extract.responsible.as_deref()?) {
        Ok(Reader::Person(id)) if !org.people.contains_key(&id) => None,
        reader => reader.ok(),
    }
}
