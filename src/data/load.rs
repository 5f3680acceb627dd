//! Extracts are located, read, typed and checked, joined and derived.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use polars::prelude::*;
use tempfile::TempDir;

use super::columns::{Column, ColumnsError, to_table};
use super::source::{Files, Found, find_files, months_covered};
use super::typed::Collector;
use super::{Frame, Frames, InputFile, Reject, decode, joins, keys, parquet, references};
use crate::model::{DateRange, Diagnostic, Diagnostics, ExtractId, Period, Place};
use crate::settings::{DimensionColumns, ExtractSettings, Format};
use crate::store::Kept;

/// What is to be loaded.
pub struct LoadRequest<'a> {
    pub extracts: &'a [ExtractSettings],
    /// Where the extracts lie: a folder, relative to `base`, or a URL.
    pub root: &'a str,
    pub base: &'a Path,
    /// The last month that `{period}` may stand for.
    pub through: Period,
    /// Whether the last months may have no file yet; their figures are absent then, not zero.
    pub late_allowed: bool,
    /// Variables with credentials and endpoints.
    pub env: &'a [(String, String)],
    /// The files of an earlier run, which are read in place of what lies there now.
    pub kept: Option<&'a Kept>,
}

/// Loads all extracts. `loaded` hears of each as it is done.
///
/// # Errors
/// All that is wrong in any of them.
pub async fn load(
    request: &LoadRequest<'_>,
    loaded: &mut dyn FnMut(&ExtractId),
) -> Result<Frames, Diagnostics> {
    finish(request.extracts, load_raw(request, loaded).await?)
}

/// The same up to their own columns: nothing is joined, derived or filtered yet.
///
/// # Errors
/// All that is wrong in any of them.
pub async fn load_raw(
    request: &LoadRequest<'_>,
    loaded: &mut dyn FnMut(&ExtractId),
) -> Result<Frames, Diagnostics> {
    let mut frames = Frames::default();
    let mut found = Diagnostics::default();
    for extract in request.extracts {
        match load_one(extract, request).await {
            Ok(frame) => {
                tracing::info!(
                    extract = %frame.extract,
                    files = frame.inputs.len(),
                    rows = frame.rows,
                    set_aside = frame.rejects.len(),
                    "extract loaded"
                );
                frames.insert(frame);
            }
            // A place that is not there is so for every extract.
            Err(why) => found.extend_new(why),
        }
        loaded(&extract.id);
    }
    if found.has_errors() { Err(found) } else { Ok(frames) }
}

/// Joins, derives and filters. Joins see the other extracts as everybody does: joined, derived and
/// filtered themselves.
///
/// # Errors
/// All that does not fit.
pub fn finish(extracts: &[ExtractSettings], mut frames: Frames) -> Result<Frames, Diagnostics> {
    let mut found = Diagnostics::default();
    let read = frames.clone();
    for extract in extracts {
        let Some(frame) = read.get(&extract.id).cloned() else { continue };
        match references::set_strangers_aside(extract, frame, &read) {
            Ok(frame) => frames.insert(frame),
            Err(why) => found.push(why),
        }
    }
    for extract in in_order_of_joins(extracts, &mut found) {
        let Some(frame) = frames.get(&extract.id).cloned() else { continue };
        let complete = |lazy: LazyFrame, doubtful| {
            joins::join_all(lazy, extract, &frames)
                .and_then(|lazy| joins::derive_and_filter(lazy, extract, doubtful))
        };
        let lazy = complete(frame.lazy.clone(), false);
        let aside = frame.aside.clone().map(|aside| complete(aside, true)).transpose();
        match lazy.and_then(|lazy| Ok((lazy, aside?))) {
            Ok((lazy, aside)) => frames.insert(Frame { lazy, aside, ..frame }),
            Err(why) => found.push(why),
        }
    }
    if found.has_errors() { Err(found) } else { Ok(frames) }
}

/// Each extract after those that it joins.
fn in_order_of_joins<'a>(
    extracts: &'a [ExtractSettings],
    found: &mut Diagnostics,
) -> Vec<&'a ExtractSettings> {
    let mut waiting: Vec<&ExtractSettings> = extracts.iter().collect();
    let mut order: Vec<&ExtractSettings> = Vec::new();
    while !waiting.is_empty() {
        let done = |id: &ExtractId| order.iter().any(|extract| extract.id == *id);
        let (ready, later): (Vec<_>, Vec<_>) = waiting
            .iter()
            .copied()
            .partition(|extract| extract.join.iter().all(|join| done(&join.extract)));
        if ready.is_empty() {
            for extract in later {
                let what = "the joins go round in a circle";
                let help = "let one of the extracts do without the join";
                found.push(Diagnostic::error(Place::file(&extract.file), what, help));
            }
            break;
        }
        order.extend(ready);
        waiting = later;
    }
    order
}

async fn load_one(
    extract: &ExtractSettings,
    request: &LoadRequest<'_>,
) -> Result<Frame, Diagnostics> {
    let files = find_files(extract, request).await?;
    let mut covered = months_covered(&files.found);
    if let Some(first) = extract.covers_from {
        covered = DateRange::new(first, first + chrono::Days::new(1))
            .map(|first| covered.map_or(first, |covered| covered.around(first)));
    }
    let read = match extract.format {
        // Of no file at all, every format has the same nothing.
        Format::Parquet if !files.found.is_empty() => read_parquet(extract, &files).await?,
        Format::Parquet => read_rows(extract, &files).await?,
        Format::Csv | Format::Ndjson | Format::Xlsx => read_rows(extract, &files).await?,
    };
    Ok(Frame {
        extract: extract.id.clone(),
        headers: headers(extract),
        dimensions: DimensionColumns {
            values: extract.dimensions.clone(),
            names: extract.names.clone(),
        },
        key: extract.key.clone(),
        credit: extract.credit.clone(),
        returns: extract.returns.clone(),
        lazy: read.lazy,
        aside: read.aside,
        inputs: read.inputs,
        rejects: read.rejects,
        covered,
        rows: read.rows,
        fetched: read.fetched,
    })
}

fn headers(extract: &ExtractSettings) -> BTreeMap<String, String> {
    let renamed = extract.columns.iter().filter(|column| column.header() != column.name);
    renamed.map(|column| (column.name.clone(), column.header().to_owned())).collect()
}

struct Read {
    lazy: LazyFrame,
    aside: Option<LazyFrame>,
    inputs: Vec<InputFile>,
    rejects: Vec<Reject>,
    rows: u64,
    fetched: Option<Arc<TempDir>>,
}

async fn read_rows(extract: &ExtractSettings, files: &Files) -> Result<Read, Diagnostics> {
    let mut found = Diagnostics::default();
    let mut collector = Collector::new(extract);
    let mut inputs = Vec::new();
    let mut table = DataFrame::default();
    for file in &files.found {
        let content = match files.read(file, false).await {
            Ok(content) => content,
            Err(why) if extract.optional => {
                collector.set_file_aside(&file.shown, &why);
                continue;
            }
            Err(why) => {
                found.push(why);
                continue;
            }
        };
        inputs.push(input(extract, file, content.size, content.sha256));
        let bytes = content.bytes.unwrap_or_default();
        // Text in cells of its own takes much more room than in a table.
        let read = read_file(extract, &file.shown, bytes, &mut collector)
            .and_then(|columns| append(extract, &mut table, &columns));
        match read {
            Ok(()) => {}
            Err(why) if extract.optional => {
                collector.take_columns();
                collector.set_file_aside(&file.shown, &why);
            }
            Err(why) => found.push(why),
        }
    }
    if table.width() == 0 && !found.has_errors() {
        append(extract, &mut table, &collector.take_columns())?;
    }
    if found.has_errors() {
        return Err(found);
    }
    let mut aside = None;
    if let Some(columns) = collector.take_aside() {
        let mut table = DataFrame::default();
        append(extract, &mut table, &columns)?;
        aside = Some(table.lazy());
    }
    let (rejects, rows) = (collector.rejects, collector.count);
    Ok(Read { lazy: table.lazy(), aside, inputs, rejects, rows, fetched: None })
}

fn read_file(
    extract: &ExtractSettings,
    shown: &str,
    bytes: Bytes,
    into: &mut Collector<'_>,
) -> Result<Vec<Column>, Diagnostic> {
    into.begin_file(shown);
    match extract.format {
        Format::Csv => decode::csv::read(&bytes, &extract.csv, into)?,
        Format::Ndjson => decode::ndjson::read(&bytes, into)?,
        Format::Xlsx | Format::Parquet => {
            decode::workbook::read(bytes, extract.xlsx.sheet.as_deref(), into)?;
        }
    }
    Ok(into.take_columns())
}

fn append(
    extract: &ExtractSettings,
    table: &mut DataFrame,
    columns: &[Column],
) -> Result<(), Diagnostic> {
    let mut add = || -> Result<(), ColumnsError> {
        table.vstack_mut_owned(to_table(columns)?)?;
        Ok(())
    };
    add().map_err(|why| {
        Diagnostic::error(Place::file(&extract.file), why.to_string(), "mend the columns")
    })
}

async fn read_parquet(extract: &ExtractSettings, files: &Files) -> Result<Read, Diagnostics> {
    let mut found = Diagnostics::default();
    let (mut scans, mut asides) = (Vec::new(), Vec::new());
    let (mut inputs, mut rejects, mut rows) = (Vec::new(), Vec::new(), 0);
    let mut fetched = None;
    for (index, file) in files.found.iter().enumerate() {
        let scan = async {
            let content = files.read(file, true).await?;
            let path = match content.local {
                Some(local) => local,
                None => keep(&mut fetched, index, content.bytes.unwrap_or_default(), &file.shown)?,
            };
            let scanned = parquet::scan(extract, &path, &file.shown, index)?;
            Ok((scanned, input(extract, file, content.size, content.sha256)))
        };
        match scan.await {
            Ok((scanned, read)) => {
                scans.push(scanned.lazy);
                asides.extend(scanned.aside);
                rejects.extend(scanned.rejects);
                rows += scanned.rows;
                inputs.push(read);
            }
            Err(why) => found.push(why),
        }
    }
    if found.has_errors() {
        return Err(found);
    }
    let refuse = |why: PolarsError| {
        let what = why.to_string().lines().next().unwrap_or_default().to_owned();
        Diagnostic::error(Place::file(&extract.file), what, "the files must hold the same columns")
    };
    let lazy = concat(scans, UnionArgs::default()).map_err(refuse)?;
    let parted = keys::set_repeated_aside(extract, lazy, &inputs).map_err(refuse)?;
    let (lazy, repeated, wrong) = parted;
    rejects.extend(wrong);
    asides.extend(repeated);
    let aside = match asides.is_empty() {
        true => None,
        false => Some(concat(asides, UnionArgs::default()).map_err(refuse)?),
    };
    Ok(Read { lazy, aside, inputs, rejects, rows, fetched })
}

/// Keeps a file that was fetched from afar where it can be scanned.
fn keep(
    fetched: &mut Option<Arc<TempDir>>,
    index: usize,
    bytes: Bytes,
    shown: &str,
) -> Result<PathBuf, Diagnostic> {
    let write = || {
        let folder = match fetched {
            Some(folder) => folder,
            None => fetched.insert(Arc::new(tempfile::tempdir()?)),
        };
        let path = folder.path().join(format!("{index}.parquet"));
        std::fs::write(&path, bytes)?;
        Ok(path)
    };
    write().map_err(|why: std::io::Error| {
        let help = "make room in the folder for temporary files (TMPDIR)";
        Diagnostic::error(Place::file(shown), why.to_string(), help)
    })
}

fn input(extract: &ExtractSettings, file: &Found, size: u64, sha256: String) -> InputFile {
    let (path, month) = (file.shown.clone(), file.month);
    InputFile { extract: extract.id.clone(), path, month, size, sha256 }
}

#[cfg(test)]
mod tests;
