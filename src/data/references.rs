//! Rows whose cell names nothing in the extract that it refers to.

use polars::prelude::*;

use super::{Frame, Frames, Reject};
use crate::model::{Diagnostic, RejectKind};
use crate::settings::{ColumnSettings, ExtractSettings, ReferenceSettings};

/// The frame without those rows, which are set aside. The other extracts count as their cells were
/// read, whatever their own references; so the order of extracts decides nothing.
///
/// # Errors
/// Rows that cannot be read.
pub fn set_strangers_aside(
    extract: &ExtractSettings,
    frame: Frame,
    read: &Frames,
) -> Result<Frame, Diagnostic> {
    let mut frame = frame;
    for column in &extract.columns {
        let Some(reference) = &column.references else { continue };
        let Some(other) = read.get(&reference.extract) else { continue };
        let found = strangers(&frame, column, reference, other);
        let (places, rejects) = found.map_err(|why| frame.refuse(&why))?;
        if rejects.is_empty() {
            continue;
        }
        let place = || [col("_file").cast(DataType::Int64), col("_row").cast(DataType::Int64)];
        let by = |how| {
            let places = places.clone().lazy();
            frame.lazy.clone().join(places, place(), place(), JoinArgs::new(how))
        };
        let (kept, stranger) = (by(JoinType::Anti), by(JoinType::Semi));
        frame.set_aside(stranger).map_err(|why| frame.refuse(&why))?;
        frame.lazy = kept;
        frame.rejects.extend(rejects);
    }
    Ok(frame)
}

/// The places of these rows, and what is wrong with each.
fn strangers(
    frame: &Frame,
    column: &ColumnSettings,
    reference: &ReferenceSettings,
    other: &Frame,
) -> PolarsResult<(DataFrame, Vec<Reject>)> {
    let text = |name: &str| col(name).cast(DataType::String).alias("_value");
    let theirs = other.lazy.clone().select([text(&reference.column)]);
    let empty = || col("_value").is_null().or(col("_value").eq(lit("")));
    let rows = frame
        .lazy
        .clone()
        .select([
            col("_file").cast(DataType::Int64),
            col("_row").cast(DataType::Int64),
            text(&column.name),
        ])
        .filter(empty().not())
        .join(theirs, [col("_value")], [col("_value")], JoinArgs::new(JoinType::Anti))
        .sort(["_file", "_row"], SortMultipleOptions::default())
        .collect_with_engine(Engine::Streaming)?
        .unwrap_single();
    let (files, numbers) = (rows.column("_file")?.i64()?, rows.column("_row")?.i64()?);
    let values = rows.column("_value")?.str()?;
    let mut rejects = Vec::with_capacity(rows.height());
    for index in 0..rows.height() {
        let (file, row) = frame.place(files.get(index), numbers.get(index))?;
        rejects.push(Reject {
            extract: frame.extract.clone(),
            file: frame.inputs[file].path.clone(),
            row,
            column: column.header().to_owned(),
            value: values.get(index).unwrap_or_default().to_owned(),
            reason: format!(
                "extract “{}” has no such “{}”",
                other.extract,
                other.header(&reference.column)
            ),
            kind: RejectKind::Reference,
        });
    }
    Ok((rows.select(["_file", "_row"])?, rejects))
}
