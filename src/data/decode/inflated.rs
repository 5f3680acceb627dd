//! How large a packed file becomes, found out before anything keeps what is in it.

use std::io::{self, Cursor, Read};

/// Unpacked bytes that any workbook may have.
const SURELY_FINE: u64 = 64 << 20;
/// Beyond that, how many times the packed size. Real workbooks come to some ten or twenty times.
const MOST_TIMES: u64 = 100;

/// Unpacks every part of a ZIP file to nowhere. Bytes that are no ZIP file are as large as they are.
///
/// # Errors
/// What is wrong: it grows without end, or its parts cannot be unpacked.
pub(super) fn refuse_bombs(bytes: &[u8]) -> Result<(), String> {
    if !bytes.starts_with(b"PK") {
        return Ok(());
    }
    let most = SURELY_FINE.max((bytes.len() as u64).saturating_mul(MOST_TIMES));
    let unreadable = |why: &dyn std::fmt::Display| format!("it cannot be unpacked: {why}");
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|why| unreadable(&why))?;
    let mut left = most;
    for at in 0..zip.len() {
        let part = zip.by_index(at).map_err(|why| unreadable(&why))?;
        let took = io::copy(&mut part.take(left + 1), &mut io::sink());
        let took = took.map_err(|why| unreadable(&why))?;
        if took > left {
            return Err(format!(
                "it unpacks to more than {} MB from {} MB, as no workbook does",
                most >> 20,
                bytes.len().div_ceil(1 << 20)
            ));
        }
        left -= took;
    }
    Ok(())
}
