//! The code of a template in words and signs, each with its line. What stands between is no code.

/// A piece of code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token<'a> {
    /// `{{`
    OpenValue,
    /// `{%`
    OpenTag,
    /// `}}` or `%}`
    Close,
    Name(&'a str),
    /// A text between quotation marks, without them; what is escaped in it stays so.
    Text(&'a str),
    Number,
    /// An operator or a bracket, of up to three letters.
    Sign(&'a str),
}

const SIGNS: [&str; 10] = ["...", "//", "**", "==", "!=", ">=", "<=", "</", "?.", "?["];

/// The code of a template that is known to be one. Where it is none after all, the rest is left out.
pub fn tokens(text: &str) -> Vec<(Token<'_>, usize)> {
    let mut found = Vec::new();
    let mut rest = Rest { text, line: 1 };
    while let Some(at) = ["{{", "{%", "{#"].iter().filter_map(|open| rest.text.find(open)).min() {
        rest.skip(at);
        if rest.text.starts_with("{#") {
            rest.skip(rest.text.find("#}").map_or(rest.text.len(), |end| end + 2));
            continue;
        }
        let from = found.len();
        rest.code(&mut found);
        let words: Vec<&Token> = found[from..].iter().map(|(token, _)| token).collect();
        if let [Token::OpenTag, Token::Name("raw"), Token::Close] = words[..] {
            found.truncate(from);
            rest.skip_raw();
        }
    }
    found
}

struct Rest<'a> {
    text: &'a str,
    line: usize,
}

impl<'a> Rest<'a> {
    fn skip(&mut self, bytes: usize) -> &'a str {
        let (skipped, rest) = self.text.split_at(bytes);
        self.line += skipped.matches('\n').count();
        self.text = rest;
        skipped
    }

    /// One `{{ … }}` or `{% … %}`.
    fn code(&mut self, found: &mut Vec<(Token<'a>, usize)>) {
        let (open, close) = match self.text.starts_with("{{") {
            true => (Token::OpenValue, "}}"),
            false => (Token::OpenTag, "%}"),
        };
        found.push((open, self.line));
        self.skip(2);
        if self.text.starts_with('-') {
            self.skip(1);
        }
        loop {
            self.skip(self.text.len() - self.text.trim_start().len());
            let trimmed = format!("-{close}");
            let end = [close, &trimmed].into_iter().find(|end| self.text.starts_with(*end));
            if let Some(end) = end {
                found.push((Token::Close, self.line));
                self.skip(end.len());
                return;
            }
            let line = self.line;
            let Some(token) = self.token() else { return };
            found.push((token, line));
        }
    }

    fn token(&mut self) -> Option<Token<'a>> {
        let first = self.text.chars().next()?;
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let length = |fits: &dyn Fn(char) -> bool| {
            self.text.find(|c: char| !fits(c)).unwrap_or(self.text.len())
        };
        Some(if matches!(first, '"' | '\'' | '`') {
            let end = closing(&self.text[1..], first)?;
            let text = self.skip(end + 2);
            Token::Text(&text[1..=end])
        } else if first.is_ascii_digit() {
            // A point belongs to it where a digit follows: `0.5`, but not `rows.0.x`, which is none.
            self.skip(length(&|c| c.is_ascii_digit() || c == '.'));
            Token::Number
        } else if is_name(first) {
            let end = length(&is_name);
            Token::Name(self.skip(end))
        } else {
            let long = SIGNS.iter().find(|sign| self.text.starts_with(**sign));
            let end = long.map_or(first.len_utf8(), |sign| sign.len());
            Token::Sign(self.skip(end))
        })
    }

    /// All up to the end of what is to be printed as it stands.
    fn skip_raw(&mut self) {
        while let Some(at) = self.text.find("{%") {
            self.skip(at + 2);
            let tag = self.text.strip_prefix('-').unwrap_or(self.text).trim_start();
            if tag.starts_with("endraw") {
                self.skip(self.text.find("%}").map_or(self.text.len(), |end| end + 2));
                return;
            }
        }
        self.skip(self.text.len());
    }
}

/// Where the quotation mark stands that closes a text, an escaped one apart.
fn closing(text: &str, mark: char) -> Option<usize> {
    let mut escaped = false;
    for (at, letter) in text.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if letter == mark => return Some(at),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let shown = |(token, line): (Token, usize)| match token {
            Token::OpenValue | Token::OpenTag => format!("{line}<"),
            Token::Close => ">".to_owned(),
            Token::Name(name) => name.to_owned(),
            Token::Text(text) => format!("“{text}”"),
            Token::Number => "#".to_owned(),
            Token::Sign(sign) => sign.to_owned(),
        };
        tokens(text).into_iter().map(shown).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn code_is_told_from_what_stands_around_it() {
        assert_eq!(shown("a {b} {{- c.d -}}\n\n{%if x>=0.5%}"), "1< c . d > 3< if x >= # >");
        assert_eq!(shown("{# {{ no }}\n#}{{ yes }}"), "2< yes >");
        assert_eq!(shown("{% raw %}{{ no }}{% if %}{%- endraw -%}{{ yes }}"), "1< yes >");
        assert_eq!(shown(r#"{{ "}} \" %}" ~ '{{' }}"#), r#"1< “}} \" %}” ~ “{{” >"#);
        assert_eq!(shown("{{ a\n | join(sep=', ') }}"), "1< a | join ( sep = “, ” ) >");
        assert_eq!(shown("{{ { 'a': b } }}"), "1< { “a” : b } >");
        assert_eq!(shown("{% include \"a.html\" %}{{ 张 }}"), "1< include “a.html” > 1< 张 >");
    }

    #[test]
    fn a_text_that_is_no_template_ends_the_search() {
        for text in ["{{ a", "{% \"x %}", "{#", "{% raw %}", "{"] {
            tokens(text);
        }
    }
}
