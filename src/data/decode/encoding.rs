//! Bytes to text: what does not fit the encoding is named, never replaced in silence.

use std::borrow::Cow;

use encoding_rs::Encoding;

use crate::model::{Diagnostic, Place};

/// Decodes a whole file. A byte order mark wins over the configured label.
///
/// # Errors
/// Bytes that the encoding does not have, with the row and the encodings that would fit.
pub fn decode<'a>(bytes: &'a [u8], label: &str, file: &str) -> Result<Cow<'a, str>, Diagnostic> {
    let configured = Encoding::for_label(label.as_bytes()).unwrap_or(encoding_rs::UTF_8);
    let (encoding, bytes) = match Encoding::for_bom(bytes) {
        Some((encoding, length)) => (encoding, &bytes[length..]),
        None => (configured, bytes),
    };
    let (text, failed) = encoding.decode_without_bom_handling(bytes);
    if !failed && !(encoding == encoding_rs::UTF_8 && text.contains('\0')) {
        return Ok(text);
    }
    let wrong = text.find(['\u{fffd}', '\0']).unwrap_or(0);
    let row = text[..wrong].matches('\n').count() as u64 + 1;
    let fitting: Vec<&str> = ["utf-8", "gb18030", "utf-16le", "utf-16be", "big5", "windows-1252"]
        .into_iter()
        .filter(|label| fits(bytes, label))
        .take(1)
        .collect();
    let help = match fitting.first() {
        Some(label) => {
            format!(
                "its bytes look like {label}: write csv.encoding = \"{label}\" in the extract's config, or export it again"
            )
        }
        None => "export it again, as UTF-8".to_owned(),
    };
    let what = format!("the file is not {}", encoding.name());
    Err(Diagnostic::error(Place::file(file).row(row), what, help))
}

fn fits(bytes: &[u8], label: &str) -> bool {
    let Some(encoding) = Encoding::for_label(label.as_bytes()) else { return false };
    let (text, failed) = encoding.decode_without_bom_handling(bytes);
    let plausible = |c: char| c != '\0' && !('\u{e000}'..='\u{f8ff}').contains(&c);
    !failed && text.chars().all(plausible)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_encoding_is_named_with_its_row_and_the_fitting_one() {
        let bytes = encoding_rs::GB18030.encode("编号,姓名\n1,张伟\n").0;
        let refused = decode(&bytes, "utf-8", "people.csv").unwrap_err();
        assert_eq!(refused.place.row, Some(1));
        assert!(refused.help.contains("gb18030"), "{}", refused.help);
        assert_eq!(decode(&bytes, "gb18030", "people.csv").unwrap(), "编号,姓名\n1,张伟\n");
    }

    #[test]
    fn a_byte_order_mark_wins_and_is_taken_off() {
        assert_eq!(decode(b"\xef\xbb\xbfid\n", "gb18030", "x").unwrap(), "id\n");
        assert_eq!(decode(b"\xff\xfei\0d\0", "utf-8", "x").unwrap(), "id");
        assert!(decode(b"i\0d\0", "utf-8", "x").unwrap_err().help.contains("utf-16le"));
    }
}
