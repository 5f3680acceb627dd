//! Which files an extract consists of, and their bytes, from any object store.

use std::path::PathBuf;

use bytes::Bytes;
use futures::TryStreamExt;
use glob::{MatchOptions, Pattern};
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use sha2::{Digest, Sha256};

use super::load::LoadRequest;
use crate::model::{DateRange, Diagnostic, FiscalYear, Period, Place as At};
use crate::settings::ExtractSettings;
use crate::store::{self, KEPT_INPUTS, Place};

/// A file of an extract that was found.
#[derive(Clone, Debug)]
pub struct Found {
    pub path: Path,
    /// As a person names it.
    pub shown: String,
    /// The month that stands in its path, where the location has `{period}`.
    pub month: Option<Period>,
}

/// The files of an extract, in the order of their paths, and the store that holds them.
pub struct Files {
    place: Place,
    pub found: Vec<Found>,
}

/// A file's content.
pub struct Content {
    pub size: u64,
    pub sha256: String,
    /// None where the file lies on this machine and was to be left there.
    pub bytes: Option<Bytes>,
    /// Where it lies on this machine.
    pub local: Option<PathBuf>,
}

const PERIOD: &str = "{period}";

/// Finds the files of an extract for the months that are wanted.
///
/// # Errors
/// A place that cannot be opened or read, no file at all, and a month without file between the
/// first one and the last that is wanted.
pub async fn find_files(
    extract: &ExtractSettings,
    request: &LoadRequest<'_>,
) -> Result<Files, Diagnostic> {
    let LoadRequest { through, late_allowed, root, .. } = *request;
    let (opened, relative) = split(&extract.location, root)?;
    let (place, relative) = (open(opened, request)?, relative.as_str());
    let has_period = relative.contains(PERIOD);
    let plain = !relative.contains(['*', '?', '[']);
    let found = match (plain, has_period) {
        (true, false) if extract.optional => if_there(&place, relative).await?,
        (true, false) => vec![exactly(&place, relative, None)?],
        (true, true) if !place.lists => {
            let found = probe_months(&place, relative, through).await?;
            match through.previous().filter(|_| found.is_empty() && late_allowed) {
                Some(before) => probe_months(&place, relative, before).await?,
                None => found,
            }
        }
        _ if !place.lists => {
            let what = "a web server cannot be searched with * or ?";
            return Err(Diagnostic::error(
                At::file(place.show(relative)),
                what,
                "name the file, or use {period} alone",
            ));
        }
        _ => search(&place, relative, through).await?,
    };
    if found.is_empty() && !extract.optional {
        let what = format!("extract “{}” has no file here", extract.id);
        let help = format!("put the file there, or mend `location` in {}", extract.file);
        return Err(Diagnostic::error(At::file(place.show(relative)), what, help));
    }
    if has_period && !found.is_empty() {
        let last = found.iter().filter_map(|file| file.month).max();
        let through = last.filter(|_| late_allowed).unwrap_or(through);
        refuse_gaps(extract, &place, relative, &found, through)?;
    }
    Ok(Files { place, found })
}

fn open(location: &str, request: &LoadRequest<'_>) -> Result<Place, Diagnostic> {
    match request.kept {
        Some(kept) => Ok(kept.place(location)),
        None => store::open(location, request.base, false, request.env),
    }
}

/// The bytes of a file that was read before, by the name that it was shown with.
///
/// # Errors
/// A place that cannot be opened or read; none of the extract's files has the name.
pub async fn read_again(
    extract: &ExtractSettings,
    request: &LoadRequest<'_>,
    shown: &str,
) -> Result<Content, Diagnostic> {
    let (opened, _) = split(&extract.location, request.root)?;
    let place = open(opened, request)?;
    let below = shown.strip_prefix(&place.show("")).and_then(|path| place.at(path).ok());
    let Some(path) = below else {
        let help = "mend `location` in the extract's config";
        return Err(Diagnostic::error(At::file(shown), "the file lies elsewhere now", help));
    };
    let file = Found { path, shown: shown.to_owned(), month: None };
    Files { place, found: Vec::new() }.read(&file, false).await
}

/// The place that a location lies in, and its path there as the store spells it: of a whole URL,
/// whose names may be percent-encoded, or below `root`.
fn split<'a>(location: &'a str, root: &'a str) -> Result<(&'a str, String), Diagnostic> {
    if !location.contains("://") {
        return Ok((root, location.to_owned()));
    }
    let wild = location.find(['*', '?', '[', '{']).unwrap_or(location.len());
    let cut = location[..wild].rfind('/').map_or(wild, |slash| slash + 1);
    let (opened, relative) = location.split_at(cut);
    let decoded = Path::from_url_path(relative).map_err(|why| {
        let help = "mend `location` in the extract's config";
        Diagnostic::error(At::file(opened), why.to_string(), help).value(relative)
    })?;
    Ok((opened, decoded.as_ref().to_owned()))
}

impl Files {
    /// Reads a file. One that lies on this machine is only hashed where `keep_local` allows it.
    ///
    /// # Errors
    /// A file that is not there, is empty, or cannot be read.
    pub async fn read(&self, file: &Found, keep_local: bool) -> Result<Content, Diagnostic> {
        let refuse = |why: object_store::Error| match why {
            object_store::Error::NotFound { .. } => Diagnostic::error(
                At::file(&file.shown),
                "the file is not there",
                "put it there, or mend `location` in the extract's config",
            ),
            object_store::Error::Generic { store: KEPT_INPUTS, source } => Diagnostic::error(
                At::file(&file.shown),
                format!("what the run kept of the file cannot be used: {source}"),
                "restore the folder inputs of the ledger from a backup",
            ),
            why => Diagnostic::error(
                At::file(&file.shown),
                format!("the file cannot be read: {why}"),
                "check the place, the network and the credentials",
            ),
        };
        let local = self.place.local.as_ref().map(|folder| folder.join(file.path.as_ref()));
        let keep = !(keep_local && local.is_some());
        let answer = self.place.store.get(&file.path).await.map_err(refuse)?;
        let mut stream = answer.into_stream();
        let (mut hash, mut size, mut bytes) = (Sha256::new(), 0u64, Vec::new());
        while let Some(chunk) = stream.try_next().await.map_err(refuse)? {
            hash.update(&chunk);
            size += chunk.len() as u64;
            if keep {
                bytes.extend_from_slice(&chunk);
            }
        }
        if size == 0 {
            let help = "export it again; a table without rows still has its header";
            return Err(Diagnostic::error(At::file(&file.shown), "the file is empty", help));
        }
        let sha256 = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Content { size, sha256, bytes: keep.then(|| bytes.into()), local })
    }
}

/// The months that the files of an extract cover.
pub fn months_covered(found: &[Found]) -> Option<DateRange> {
    let dates = |file: &Found| file.month.map(|month| month.dates(FiscalYear::default()));
    found.iter().filter_map(dates).reduce(DateRange::around)
}

fn exactly(place: &Place, relative: &str, month: Option<Period>) -> Result<Found, Diagnostic> {
    let shown = place.show(relative);
    let path = place.at(relative).map_err(|why| {
        Diagnostic::error(
            At::file(&shown),
            why.to_string(),
            "mend `location` in the extract's config",
        )
    })?;
    Ok(Found { path, shown, month })
}

/// The one file of an extract that may have none.
async fn if_there(place: &Place, relative: &str) -> Result<Vec<Found>, Diagnostic> {
    let file = exactly(place, relative, None)?;
    let there = place.store.head(&file.path).await;
    let absent = matches!(there, Err(object_store::Error::NotFound { .. }));
    Ok(if absent { Vec::new() } else { vec![file] })
}

/// Walks back from `through`, month by month, until a file is missing; a server that has an answer
/// to everything ends it after fifty years.
async fn probe_months(
    place: &Place,
    relative: &str,
    through: Period,
) -> Result<Vec<Found>, Diagnostic> {
    let mut found = Vec::new();
    for month in std::iter::successors(Some(through), Period::previous).take(50 * 12) {
        let file = exactly(place, &relative.replace(PERIOD, &month.to_string()), Some(month))?;
        match place.store.head(&file.path).await {
            Ok(_) => found.push(file),
            Err(object_store::Error::NotFound { .. }) => break,
            Err(why) => {
                let what = format!("the file cannot be asked for: {why}");
                let help = "check the address, the network and the credentials";
                return Err(Diagnostic::error(At::file(file.shown), what, help));
            }
        }
    }
    found.reverse();
    Ok(found)
}

async fn search(place: &Place, relative: &str, through: Period) -> Result<Vec<Found>, Diagnostic> {
    let at = || At::file(place.show(relative));
    let wild = relative.find(['*', '?', '[', '{']).unwrap_or(relative.len());
    let folder = relative[..wild].rfind('/').map_or("", |slash| &relative[..slash]);
    let inside = if folder.is_empty() { Ok(place.prefix.clone()) } else { place.at(folder) };
    let inside =
        inside.map_err(|why| Diagnostic::error(at(), why.to_string(), "mend `location`"))?;
    let listed: Vec<_> = place.store.list(Some(&inside)).try_collect().await.map_err(|why| {
        let help = "check the place, the network and the credentials";
        Diagnostic::error(at(), format!("the place cannot be listed: {why}"), help)
    })?;
    let mut found = Vec::new();
    for object in listed {
        let below = object
            .location
            .prefix_match(&place.prefix)
            .map(|parts| parts.map(|part| part.as_ref().to_owned()).collect::<Vec<_>>().join("/"));
        let Some(below) = below.filter(|below| !is_lock(below)) else { continue };
        if let Some(month) = matches(relative, &below).map_err(|why| {
            Diagnostic::error(at(), format!("the glob cannot be read: {why}"), "use * ? and [abc]")
        })? {
            let shown = place.show(&below);
            found.push(Found { path: object.location, shown, month });
        }
    }
    found.retain(|file| file.month.is_none_or(|month| month <= through));
    found.sort_by(|a, b| a.shown.cmp(&b.shown));
    Ok(found)
}

/// Whether a path is one that the location names, and which month stands for `{period}` in it.
fn matches(location: &str, path: &str) -> Result<Option<Option<Period>>, glob::PatternError> {
    let options = MatchOptions { require_literal_separator: true, ..MatchOptions::new() };
    if !location.contains(PERIOD) {
        return Ok(Pattern::new(location)?.matches_with(path, options).then_some(None));
    }
    for (start, _) in path.char_indices() {
        let Some(word) = path.get(start..start + 7) else { continue };
        let Ok(month @ Period::Month { .. }) = word.parse::<Period>() else { continue };
        // A month is also read from ` 2026-1`.
        if month.to_string() != word {
            continue;
        }
        if Pattern::new(&location.replace(PERIOD, word))?.matches_with(path, options) {
            return Ok(Some(Some(month)));
        }
    }
    Ok(None)
}

/// Whether a file is the mark that Office leaves beside a workbook as long as it is open.
fn is_lock(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| name.starts_with("~$"))
}

fn refuse_gaps(
    extract: &ExtractSettings,
    place: &Place,
    relative: &str,
    found: &[Found],
    through: Period,
) -> Result<(), Diagnostic> {
    let there: std::collections::BTreeSet<Period> =
        found.iter().filter_map(|file| file.month).collect();
    let first = there.first().copied().unwrap_or(through);
    let months = std::iter::successors(Some(through), Period::previous);
    let missing: Vec<String> = months
        .take_while(|month| *month >= first)
        .filter(|month| !there.contains(month))
        .map(|month| month.to_string())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let what = format!("extract “{}” has no file for {}", extract.id, missing.join(", "));
    let help = "deliver the month; a month without rows still needs its file with the header";
    Err(Diagnostic::error(At::file(place.show(relative)), what, help))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_a_url_are_decoded_and_those_of_a_folder_are_not() {
        let split = |location: &str| {
            let (opened, relative) = split(location, "data").unwrap();
            format!("{opened} {relative}")
        };
        let url = "https://host.example/a%20b/%E5%8D%8E.csv";
        assert_eq!(split(url), "https://host.example/a%20b/ 华.csv");
        assert_eq!(split("s3://box/x/{period}/*.csv"), "s3://box/x/ {period}/*.csv");
        assert_eq!(split("a%20b.csv"), "data a%20b.csv");
    }

    #[test]
    fn a_month_is_found_in_the_path() {
        let month = |location: &str, path: &str| {
            matches(location, path).unwrap().map(|month| month.map(|m| m.to_string()))
        };
        let october = Some(Some("2026-10".to_owned()));
        assert_eq!(month("orders/{period}/*.csv", "orders/2026-10/a b.csv"), october);
        assert_eq!(month("{period}_订单.csv", "2026-10_订单.csv"), october);
        assert_eq!(month("*{period}*.csv", "orders 2026-10.csv"), october);
        assert_eq!(month("orders/{period}.csv", "orders/2026-13.csv"), None);
        assert_eq!(month("orders/*.csv", "orders/x/y.csv"), None);
        assert_eq!(month("orders/*.csv", "orders/x.csv"), Some(None));
    }
}
