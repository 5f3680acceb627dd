//! What is posted, before it is in the form of a chat.

use serde::{Deserialize, Serialize};

use crate::deliver::address::without_marks;

/// The most letters of a title and of a line.
const LONGEST_TITLE: usize = 150;
const LONGEST_LINE: usize = 600;

/// A post: a title, lines, and where to read more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    pub title: String,
    pub lines: Vec<String>,
    /// What stands for lines that are left out, with the gap `{rest}`.
    pub more: String,
    /// Words and address of a page.
    pub link: Option<(String, String)>,
    pub about: About,
}

/// What a post is about, for a webhook of one's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// `summary`, `warnings` or `alert`.
    pub what: String,
    pub period: String,
    pub version: String,
    pub company: String,
}

impl Message {
    /// The same without marks that could end a line or turn it around, and not too long in any line.
    pub fn clean(mut self) -> Self {
        self.title = cut(&self.title, LONGEST_TITLE);
        for line in &mut self.lines {
            *line = cut(line, LONGEST_LINE);
        }
        self
    }

    /// As many of the first lines as fit, and how many are left out; a line at the end says so.
    ///
    /// # Errors
    /// A message that does not even fit without lines.
    pub(super) fn fitted(&self, fits: impl Fn(&Self) -> bool) -> Result<(Self, usize), String> {
        if fits(self) {
            return Ok((self.clone(), 0));
        }
        let shortened = |kept: usize| {
            let rest = self.lines.len() - kept;
            let mut lines = self.lines[..kept].to_vec();
            lines.push(self.more.replace("{rest}", &rest.to_string()));
            (Self { lines, ..self.clone() }, rest)
        };
        // The most that fit are between those that do and those that do not.
        let (mut fitting, mut kept, mut too_many) = (None, 0, self.lines.len());
        while kept < too_many {
            let (shorter, rest) = shortened(kept);
            match fits(&shorter) {
                true => fitting = Some((kept, shorter, rest)),
                false => too_many = kept,
            }
            let most = fitting.as_ref().map_or(0, |(kept, ..)| kept + 1);
            kept = most + (too_many.saturating_sub(most)) / 2;
        }
        let longer = "even its title and its link are longer than the chat takes";
        fitting.map(|(_, message, rest)| (message, rest)).ok_or_else(|| longer.to_owned())
    }

    /// Lines and link as plain text.
    pub fn text(&self) -> String {
        let link = self.link.iter().map(|(label, url)| format!("{label}: {url}"));
        self.lines.iter().cloned().chain(link).collect::<Vec<_>>().join("\n")
    }
}

fn cut(text: &str, most: usize) -> String {
    let clean = without_marks(text);
    match clean.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &clean[..end]),
        None => clean,
    }
}

/// Text of others without what would make a link, a colour, a mention or a heading of it: these marks
/// are written in their wide forms, since WeCom and DingTalk know no way to escape them.
pub(super) fn without_markdown(text: &str) -> String {
    let wide = |c: char| match c {
        '<' => '＜',
        '>' => '＞',
        '[' => '［',
        ']' => '］',
        '*' => '＊',
        other => other,
    };
    let text: String = text.chars().map(wide).collect();
    match text.trim_start().strip_prefix('#') {
        Some(rest) => format!("＃{rest}"),
        None => text,
    }
}

/// Markdown: a heading, a line for each, a link.
pub(super) fn markdown(message: &Message, line_end: &str) -> String {
    let mut lines = vec![format!("### {}", without_markdown(&message.title))];
    lines.extend(message.lines.iter().map(|line| without_markdown(line)));
    lines.extend(message.link.iter().map(|(label, url)| {
        format!("[{}]({})", without_markdown(label), url.replace(['(', ')'], "_"))
    }));
    lines.join(line_end)
}
