//! Whether a Parquet file's footer can be true, before polars takes its word for it.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use polars::prelude::{ParquetReader, SerReader};

/// Rows that any file may have, and how many more for each of its bytes.
const SURELY_FINE: u64 = 50_000_000;
const MOST_PER_BYTE: u64 = 100;
/// The same of unpacked bytes.
const FINE_BYTES: u64 = 256 << 20;
const MOST_TIMES: u64 = 200;

/// # Errors
/// What is wrong with the file.
pub(super) fn check(path: &Path) -> Result<(), String> {
    let unreadable = |why: &dyn std::fmt::Display| {
        let first = why.to_string().lines().next().unwrap_or_default().to_owned();
        format!("the file cannot be read: {first}")
    };
    let file = File::open(path).map_err(|why| unreadable(&why))?;
    let size = file.metadata().map_err(|why| unreadable(&why))?.len();
    let mut reader = ParquetReader::new(file);
    let footer = reader.get_metadata().map_err(|why| unreadable(&why))?;
    let lies = |what: &str| Err(format!("the file cannot be read: {what}"));
    let rows: usize = footer.row_groups.iter().map(|group| group.num_rows()).sum();
    if rows != footer.num_rows {
        return lies("its footer counts other rows than its row groups");
    }
    if rows as u64 > SURELY_FINE.saturating_add(size.saturating_mul(MOST_PER_BYTE)) {
        return lies("its footer tells of more rows than fit into the file");
    }
    let mut unpacked: u64 = 0;
    for column in footer.row_groups.iter().flat_map(|group| group.parquet_columns()) {
        let sizes = [column.compressed_size(), column.uncompressed_size(), column.num_values()];
        let offsets = [column.data_page_offset(), column.dictionary_page_offset().unwrap_or(0)];
        if sizes.iter().chain(&offsets).any(|size| *size < 0) {
            return lies("its footer tells of a negative size");
        }
        if column.byte_range().end > size {
            return lies("its footer points behind its end");
        }
        unpacked = unpacked.saturating_add(column.uncompressed_size().unsigned_abs());
    }
    if unpacked > FINE_BYTES.saturating_add(size.saturating_mul(MOST_TIMES)) {
        return lies("its footer tells of more bytes than fit into the file");
    }
    Ok(())
}

/// What `work` gives; none where it panics. Nothing is printed then: the hook that prints is the whole
/// process's, so one at a time.
pub(super) fn without_panic<T>(work: impl FnOnce() -> T) -> Option<T> {
    static ONE: Mutex<()> = Mutex::new(());
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|panic| tracing::debug!(%panic, "a Parquet file is broken")));
    let done = catch_unwind(AssertUnwindSafe(work));
    std::panic::set_hook(hook);
    done.ok()
}
