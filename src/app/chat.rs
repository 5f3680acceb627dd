//! What the chats hear of a run: planned with the mails, posted when they are delivered, each once.

use std::path::Path;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::AppError;
use crate::deliver::chat::About;
use crate::deliver::{Message, PostReceipt, Poster, State, Tally};
use crate::ledger::{LedgerError, Run, Stored};
use crate::model::{Diagnostic, Language, Place};
use crate::report::Briefing;
use crate::report::bulletin::{Bulletin, compose_red, compose_summary};
use crate::report::notice::notice_words;
use crate::settings::{ChatSettings, ChatWhat, Project};

/// A post that waits for the mails.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedPost {
    /// The id of the chat; its address is in the config alone.
    pub chat: String,
    pub what: ChatWhat,
    pub language: Language,
    pub message: Message,
}

impl PlannedPost {
    /// The name in the ledger.
    fn name(&self) -> String {
        format!("{}-{}", self.chat, self.what.code())
    }

    /// As it leaves: the summary says what became of the mails.
    pub fn with_mails(&self, mails: &Tally) -> Message {
        let mut message = self.message.clone();
        if self.what == ChatWhat::Summary {
            let counts = mails.0.iter().map(|(state, count)| (state.code(), *count));
            message.lines.push(notice_words(self.language).mails_line(counts));
        }
        message
    }
}

/// The posts of a run, by chat.
pub fn plan_posts(project: &Project, briefing: &Briefing<'_>) -> Vec<PlannedPost> {
    let mut posts = Vec::new();
    for chat in &project.chats {
        let language = chat.language.unwrap_or(project.language);
        for what in &chat.what {
            let bulletin = match what {
                ChatWhat::Summary => Some(compose_summary(briefing, language)),
                ChatWhat::Warnings => compose_red(briefing, language, chat.people),
            };
            let message = bulletin.map(|it| message_of(chat, *what, it, briefing, language));
            posts.extend(message.map(|message| PlannedPost {
                chat: chat.id.clone(),
                what: *what,
                language,
                message,
            }));
        }
    }
    posts
}

fn message_of(
    chat: &ChatSettings,
    what: ChatWhat,
    bulletin: Bulletin,
    briefing: &Briefing<'_>,
    language: Language,
) -> Message {
    let words = notice_words(language);
    let about = About {
        what: what.code().to_owned(),
        period: briefing.judged.to_string(),
        version: briefing.version.to_string(),
        company: briefing.company.get(language).to_owned(),
    };
    let link = chat
        .link
        .as_ref()
        .map(|link| link.replace("{period}", &about.period).replace("{version}", &about.version));
    let message = Message {
        title: bulletin.title,
        lines: bulletin.lines,
        more: words.more.clone(),
        link: link.map(|link| (words.link.clone(), link)),
        about,
    };
    message.clean()
}

/// Writes down what is to be posted, before the first mail leaves.
///
/// # Errors
/// A ledger that refuses.
pub async fn put_bulletin(run: &Run, posts: &[PlannedPost]) -> Result<(), LedgerError> {
    match posts.is_empty() {
        true => Ok(()),
        false => run.put_json(&Stored::Bulletin, &posts).await,
    }
}

/// Writes into a folder what a run would post: `posts/sales-summary.txt`.
///
/// # Errors
/// A disk that refuses.
pub fn write_posts(dir: &Path, posts: &[PlannedPost], mails: &Tally) -> Result<(), AppError> {
    let folder = dir.join("posts");
    for post in posts {
        std::fs::create_dir_all(&folder).map_err(|why| AppError::write(&folder, &why))?;
        let path = folder.join(format!("{}.txt", post.name()));
        let message = post.with_mails(mails);
        let text = format!("{}\n\n{}\n", message.title, message.text());
        std::fs::write(&path, text).map_err(|why| AppError::write(&path, &why))?;
    }
    Ok(())
}

/// Posts what was written down and is not posted yet: called when the mails of a run are delivered,
/// by whoever delivers the last of them. Nothing is posted twice: what was cut off while it was
/// posted is in doubt, and stays so.
///
/// # Errors
/// A ledger that refuses.
pub async fn post_bulletin(
    chats: &[ChatSettings],
    run: &Run,
    mails: &Tally,
    clock: &(dyn Fn() -> DateTime<Utc> + Sync),
) -> Result<Vec<PostReceipt>, LedgerError> {
    let posts: Option<Vec<PlannedPost>> = run.read_json(&Stored::Bulletin).await?;
    let mut poster = Poster::new(clock);
    let mut receipts = Vec::new();
    for post in posts.iter().flatten() {
        receipts.push(post_once(chats, run, post, mails, &mut poster).await?);
    }
    Ok(receipts)
}

async fn post_once(
    chats: &[ChatSettings],
    run: &Run,
    post: &PlannedPost,
    mails: &Tally,
    poster: &mut Poster<'_>,
) -> Result<PostReceipt, LedgerError> {
    let name = post.name();
    let mut attempt = 1;
    loop {
        match run.read_json::<PostReceipt>(&Stored::Post(name.clone(), attempt)).await? {
            // What was not posted may be tried once more: the config may have been mended.
            Some(ended) if ended.state == State::Failed => attempt += 1,
            Some(ended) => return Ok(ended),
            None => break,
        }
    }
    let not_posted = |state, detail: &str| PostReceipt {
        chat: post.chat.clone(),
        what: post.what.code().to_owned(),
        state,
        detail: detail.to_owned(),
        at: poster.now(),
        attempts: 0,
        retriable: false,
        lines_left_out: 0,
    };
    let Some(chat) = chats.iter().find(|chat| chat.id == post.chat) else {
        return Ok(not_posted(State::Suppressed, "the config has no such chat any more"));
    };
    let begins = serde_json::json!({ "at": poster.now(), "process": std::process::id() });
    match run.put_json(&Stored::PostBegun(name.clone(), attempt), &begins).await {
        Ok(()) => {}
        Err(LedgerError::Exists { .. }) => {
            return Ok(not_posted(State::InDoubt, "it was cut off while it was posted"));
        }
        Err(why) => return Err(why),
    }
    let receipt = poster.post(chat, &post.with_mails(mails)).await;
    run.put_json(&Stored::Post(name, attempt), &receipt).await?;
    Ok(receipt)
}

/// What the chats heard of a run: the last attempt of each post.
///
/// # Errors
/// A ledger that cannot be read.
pub async fn of_run(run: &Run) -> Result<Vec<PostReceipt>, LedgerError> {
    let posts: Option<Vec<PlannedPost>> = run.read_json(&Stored::Bulletin).await?;
    let mut receipts = Vec::new();
    for post in posts.iter().flatten() {
        let mut last = None;
        for attempt in 1.. {
            let ended = run.read_json::<PostReceipt>(&Stored::Post(post.name(), attempt)).await?;
            let Some(ended) = ended else { break };
            last = Some(ended);
        }
        receipts.extend(last);
    }
    Ok(receipts)
}

/// What to know of posts that did not surely arrive.
pub fn notes(receipts: &[PostReceipt]) -> Vec<Diagnostic> {
    let lost = receipts.iter().filter(|receipt| receipt.state != State::Sent);
    lost.map(|receipt| {
        let place = Place::file(format!("chat {}", receipt.chat));
        let (what, detail) = (&receipt.what, &receipt.detail);
        match receipt.state {
            State::InDoubt => Diagnostic::warning(
                place,
                format!("whether the {what} was posted is in doubt: {detail}"),
                "look into the chat; it is not posted again",
            ),
            _ => Diagnostic::warning(
                place,
                format!("the {what} was not posted: {detail}"),
                "check url_env, secret_env and keyword of the [[chat]], and that the robot is still there",
            ),
        }
    })
    .collect()
}
