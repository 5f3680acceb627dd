//! Separated text in the forms that old systems export.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::SampleError;

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// UTF-8 with commas.
    Plain,
    /// The same, with a byte order mark, as Excel saves it.
    Marked,
    /// GB18030 with commas.
    Gb18030,
    /// UTF-16LE with a byte order mark and tabs.
    Utf16Tabs,
}

/// A file that grows row by row.
pub struct Paper {
    out: BufWriter<File>,
    form: Form,
    line: String,
    path: PathBuf,
}

impl Paper {
    /// # Errors
    /// Where the disk refuses, as in all that follows.
    pub fn create(path: &Path, form: Form, header: &[&str]) -> Result<Self, SampleError> {
        let refuse = |source| SampleError::File { path: path.to_owned(), source };
        let mut out = BufWriter::with_capacity(1 << 16, File::create(path).map_err(refuse)?);
        let mark: &[u8] = match form {
            Form::Marked => "\u{feff}".as_bytes(),
            Form::Utf16Tabs => &[0xff, 0xfe],
            Form::Plain | Form::Gb18030 => &[],
        };
        out.write_all(mark).map_err(refuse)?;
        let mut paper = Self { out, form, line: String::new(), path: path.to_owned() };
        paper.row(header)?;
        Ok(paper)
    }

    pub fn row(&mut self, cells: &[&str]) -> Result<(), SampleError> {
        self.lay_out(cells);
        self.write_line().map_err(|source| self.refuse(source))
    }

    fn lay_out(&mut self, cells: &[&str]) {
        let separator = if self.form == Form::Utf16Tabs { '\t' } else { ',' };
        self.line.clear();
        for (index, cell) in cells.iter().enumerate() {
            if index > 0 {
                self.line.push(separator);
            }
            if cell.contains([separator, '"', '\n']) {
                self.line.push('"');
                self.line.push_str(&cell.replace('"', "\"\""));
                self.line.push('"');
            } else {
                self.line.push_str(cell);
            }
        }
        self.line.push('\n');
    }

    fn write_line(&mut self) -> io::Result<()> {
        match self.form {
            Form::Plain | Form::Marked => self.out.write_all(self.line.as_bytes()),
            Form::Gb18030 => self.out.write_all(&encoding_rs::GB18030.encode(&self.line).0),
            Form::Utf16Tabs => {
                let mut units = self.line.encode_utf16();
                units.try_for_each(|unit| self.out.write_all(&unit.to_le_bytes()))
            }
        }
    }

    pub fn finish(mut self) -> Result<(), SampleError> {
        self.out.flush().map_err(|source| self.refuse(source))
    }

    fn refuse(&self, source: io::Error) -> SampleError {
        SampleError::File { path: self.path.clone(), source }
    }
}

/// Writes an amount in fen as yuan, `1234567.89`, into a text that is used again and again.
pub fn write_yuan(text: &mut String, fen: i64) {
    text.clear();
    crate::data::columns::push_decimal(text, i128::from(fen), 2);
}

/// The same with marks between thousands: `1,234,567.89`.
pub fn write_yuan_marked(text: &mut String, fen: i64) {
    write_yuan(text, fen);
    let first = usize::from(fen < 0);
    let mut place = text.len() - 3;
    while place > first + 3 {
        place -= 3;
        text.insert(place, ',');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_marked() {
        let mut text = String::new();
        for (fen, expected) in [
            (5, "0.05"),
            (99_999, "999.99"),
            (100_000, "1,000.00"),
            (-123_456_789, "-1,234,567.89"),
            (-12_345_678, "-123,456.78"),
        ] {
            write_yuan_marked(&mut text, fen);
            assert_eq!(text, expected);
        }
    }

    #[test]
    fn each_form_has_its_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("paper.csv");
        let write = |form| {
            let mut paper = Paper::create(&path, form, &["编号", "a"]).unwrap();
            paper.row(&["1,0", ""]).unwrap();
            paper.finish().unwrap();
            std::fs::read(&path).unwrap()
        };
        assert_eq!(write(Form::Marked), "\u{feff}编号,a\n\"1,0\",\n".as_bytes());
        assert_eq!(write(Form::Gb18030), b"\xb1\xe0\xba\xc5,a\n\"1,0\",\n");
        assert_eq!(&write(Form::Utf16Tabs)[..8], b"\xff\xfe\x16\x7f\xf7\x53\t\0");
    }
}
