//! Separated text to records of fields: separators and row ends of one or more characters, quotes
//! around fields that hold them.

use std::borrow::Cow;

/// How the text is separated.
#[derive(Clone, Copy, Debug)]
pub struct Marks<'a> {
    pub separator: &'a str,
    pub quote: Option<u8>,
    /// A line break, with or without `\r`, where none is given.
    pub row_end: Option<&'a str>,
}

/// What a record turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Record {
    Row,
    /// A line whose quotes do not fit, and why; its one field is the whole line.
    Broken(&'static str),
    /// There are no more.
    End,
}

/// The records of a text, one by one; each is one row of the table, also where a quoted field
/// holds line breaks. Where quotes do not fit, only the line that they begin in is broken: what
/// follows is read again, so that a stray quote swallows no rows.
pub struct Records<'a> {
    rest: &'a str,
    marks: Marks<'a>,
}

/// What ended a field.
#[derive(PartialEq, Eq)]
enum End {
    Field,
    Row,
    /// Its quotes do not fit.
    Broken(&'static str),
}

impl<'a> Records<'a> {
    pub fn new(text: &'a str, marks: Marks<'a>) -> Self {
        Self { rest: text, marks }
    }

    /// Reads the next record into `fields`.
    pub fn read(&mut self, fields: &mut Vec<Cow<'a, str>>) -> Record {
        fields.clear();
        let record = self.rest;
        if record.is_empty() {
            return Record::End;
        }
        loop {
            let quoted = self.marks.quote.is_some_and(|q| self.rest.as_bytes().first() == Some(&q));
            let (field, end) = if quoted { self.quoted() } else { self.plain() };
            fields.push(field);
            match end {
                End::Field => {}
                End::Row => return Record::Row,
                End::Broken(why) => {
                    self.rest = record;
                    fields.clear();
                    fields.push(Cow::Borrowed(self.line()));
                    return Record::Broken(why);
                }
            }
        }
    }

    /// Text up to the next row end, which is taken off.
    fn line(&mut self) -> &'a str {
        let row_end = self.marks.row_end.unwrap_or("\n");
        let (line, rest) = self.rest.split_once(row_end).unwrap_or((self.rest, ""));
        self.rest = rest;
        line.trim_end_matches('\r')
    }

    fn plain(&mut self) -> (Cow<'a, str>, End) {
        let (field, end) = self.up_to_mark();
        (Cow::Borrowed(field), end)
    }

    /// Text up to the next separator or row end, which is taken off.
    fn up_to_mark(&mut self) -> (&'a str, End) {
        let bytes = self.rest.as_bytes();
        let separator = self.marks.separator.as_bytes();
        let row_end = self.marks.row_end.map_or(&b"\n"[..], str::as_bytes);
        let mut at = 0;
        while at < bytes.len() {
            if bytes[at] == separator[0] && bytes[at..].starts_with(separator) {
                let field = &self.rest[..at];
                self.rest = &self.rest[at + separator.len()..];
                return (field, End::Field);
            }
            if bytes[at] == row_end[0] && bytes[at..].starts_with(row_end) {
                let field = &self.rest[..at];
                self.rest = &self.rest[at + row_end.len()..];
                let field = match self.marks.row_end {
                    None => field.strip_suffix('\r').unwrap_or(field),
                    Some(_) => field,
                };
                return (field, End::Row);
            }
            at += 1;
        }
        let field = std::mem::take(&mut self.rest);
        (
            field.strip_suffix('\r').filter(|_| self.marks.row_end.is_none()).unwrap_or(field),
            End::Row,
        )
    }

    /// A field in quotes; a doubled quote stands for one. Spaces may follow the closing one.
    fn quoted(&mut self) -> (Cow<'a, str>, End) {
        let quote = self.marks.quote.map_or('"', char::from);
        let body = &self.rest[1..];
        let mut text = String::new();
        let mut from = 0;
        loop {
            let Some(found) = body[from..].find(quote) else {
                return (Cow::Borrowed(""), End::Broken("a quote is opened and not closed"));
            };
            let close = from + found;
            if body[close + 1..].starts_with(quote) {
                text.push_str(&body[from..=close]);
                from = close + 2;
                continue;
            }
            self.rest = &body[close + 1..];
            let (after, end) = self.up_to_mark();
            if !after.trim().is_empty() {
                return (Cow::Borrowed(""), End::Broken("text stands behind a closing quote"));
            }
            if text.is_empty() {
                return (Cow::Borrowed(&body[from..close]), end);
            }
            text.push_str(&body[from..close]);
            return (Cow::Owned(text), end);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(
        text: &str,
        separator: &str,
        quote: Option<u8>,
        row_end: Option<&str>,
    ) -> Vec<Vec<String>> {
        let mut records = Records::new(text, Marks { separator, quote, row_end });
        let (mut fields, mut all) = (Vec::new(), Vec::new());
        while records.read(&mut fields) != Record::End {
            all.push(fields.iter().map(|field| field.clone().into_owned()).collect());
        }
        all
    }

    #[test]
    fn quotes_hold_separators_breaks_and_quotes() {
        let text = "a,\"b,\"\"c\"\"\nd\",\r\n,\"\",x";
        let rows = read(text, ",", Some(b'"'), None);
        assert_eq!(rows, [["a", "b,\"c\"\nd", ""], ["", "", "x"]]);
    }

    #[test]
    fn marks_of_several_characters() {
        let rows = read("1+|a|b+|&|\r\n2+|c\n+|&|\r\n", "+|", None, Some("&|\r\n"));
        assert_eq!(rows, [["1", "a|b", ""], ["2", "c\n", ""]]);
    }

    #[test]
    fn a_stray_quote_breaks_its_own_line_alone() {
        let rows = |text: &str| read(text, ",", Some(b'"'), None);
        assert_eq!(rows("1,\"x\n2,y\r\n3,z\n"), [vec!["1,\"x"], vec!["2", "y"], vec!["3", "z"]]);
        assert_eq!(
            rows("1,\"x\n2,y\n3,\"z\n4,\"w\" \n"),
            [vec!["1,\"x"], vec!["2", "y"], vec!["3,\"z"], vec!["4", "w"]]
        );
    }

    proptest! {
        #[test]
        fn what_is_quoted_reads_back(rows in proptest::collection::vec(proptest::collection::vec("[a,\"\n\r 价]{0,6}", 2..4), 1..5)) {
            let quoted = |field: &String| format!("\"{}\"", field.replace('"', "\"\""));
            let line = |row: &Vec<String>| row.iter().map(quoted).collect::<Vec<_>>().join(",");
            let text = rows.iter().map(line).collect::<Vec<_>>().join("\r\n");
            prop_assert_eq!(read(&text, ",", Some(b'"'), None), rows);
        }
    }
}
