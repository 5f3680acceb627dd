//! Bytes to text: what does not fit the encoding is named, never replaced in silence.

use std::borrow::Cow;

use encoding_rs::Encoding;

use crate::model::{Diagnostic, Place};

/// Decodes a whole file. A byte order mark wins over the configured label.
///
/// # Errors
/// Bytes that the encoding does not have, with the row and the encodings that would fit.
pub fn decode<'a>(whole: &'a [u8], label: &str, file: &str) -> Result<Cow<'a, str>, Diagnostic> {
    let configured = Encoding::for_label(label.as_bytes()).unwrap_or(encoding_rs::UTF_8);
    let (encoding, bytes) = match Encoding::for_bom(whole) {
        Some((encoding, length)) => (encoding, &whole[length..]),
        None => (configured, whole),
    };
    let marked = bytes.len() < whole.len();
    let (text, failed) = encoding.decode_without_bom_handling(bytes);
    let foreign = failed || text.contains('\0') || !marked && looks_otherwise(bytes, encoding);
    if !foreign {
        return Ok(text);
    }
    let wrong = text.find(['\u{fffd}', '\0']).map(|at| text[..at].matches('\n').count());
    let unmarked = || {
        let before = bytes.iter().take_while(|byte| byte.is_ascii());
        before.filter(|byte| **byte == b'\n').count()
    };
    let row = wrong.unwrap_or_else(unmarked) as u64 + 1;
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

/// Whether bytes that an encoding can read are surely another one's. Nearly any bytes are some
/// UTF-16 or windows-1252 text, and UTF-8 Chinese of the right length passes for GB18030.
fn looks_otherwise(bytes: &[u8], encoding: &'static Encoding) -> bool {
    // Of so many letters, none is UTF-8 by chance.
    const SURELY: usize = 6;
    if encoding == encoding_rs::UTF_16LE || encoding == encoding_rs::UTF_16BE {
        // Each line break and separator has a zero byte there.
        return !bytes.contains(&0);
    }
    let is_text = |text: &str| text.chars().filter(|c| !c.is_ascii()).count() >= SURELY;
    encoding != encoding_rs::UTF_8 && std::str::from_utf8(bytes).is_ok_and(is_text)
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
    fn text_of_another_encoding_is_not_read_as_this_one() {
        let refused = |bytes: &[u8], label: &str| {
            let refused = decode(bytes, label, "x").unwrap_err();
            (refused.what, refused.place.row, refused.help.split('"').nth(1).unwrap().to_owned())
        };
        let utf8 = "id,name\n1,华东\n2,客户经理\n".as_bytes();
        assert!(!encoding_rs::GB18030.decode(utf8).2, "it passes for GB18030");
        let gb = refused(utf8, "gb18030");
        assert_eq!(gb, ("the file is not gb18030".into(), Some(2), "utf-8".into()));
        assert_eq!(refused(utf8, "windows-1252").2, "utf-8");
        assert_eq!(refused(b"id\n1\n2\n3", "utf-16le").2, "utf-8");
        assert_eq!(refused(b"i\0d\0\n\0", "gb18030").2, "utf-16le");
        let short = encoding_rs::GB18030.encode("陆").0;
        assert!(std::str::from_utf8(&short).is_ok(), "it passes for UTF-8");
        assert_eq!(decode(&short, "gb18030", "x").unwrap(), "陆");
    }

    #[test]
    fn a_byte_order_mark_wins_and_is_taken_off() {
        assert_eq!(decode(b"\xef\xbb\xbfid\n", "gb18030", "x").unwrap(), "id\n");
        assert_eq!(decode(b"\xff\xfei\0d\0", "utf-8", "x").unwrap(), "id");
        assert!(decode(b"i\0d\0", "utf-8", "x").unwrap_err().help.contains("utf-16le"));
    }
}
