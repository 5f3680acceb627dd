//! A dead man's switch: a service that waits for a word after each run, and calls somebody where none
//! came or where it was a bad one. The convention is that of Healthchecks: the address itself for a
//! run that went well, `/fail` behind it for one that did not.

use std::time::Duration;

use reqwest::Client;
use tokio::time::sleep;
use url::Url;

use super::http::{self, without_secrets};
use crate::settings::Secret;

const PATIENCE: Duration = Duration::from_secs(10);
const ATTEMPTS: u32 = 3;
/// What the service keeps of a word.
const LONGEST: usize = 10_000;

/// Says how a run went, in so many tries. `words` go with a failure alone.
///
/// # Errors
/// Why nobody heard it, without the address.
pub async fn ping(address: &Secret, went_well: bool, words: &str) -> Result<(), String> {
    let client = http::client(PATIENCE)?;
    let secret = address.reveal().trim();
    let mut url = Url::parse(secret).map_err(|_| "its address is no URL".to_owned())?;
    if !went_well {
        let path = format!("{}/fail", url.path().trim_end_matches('/'));
        url.set_path(&path);
    }
    let mut why = String::new();
    for attempt in 0..ATTEMPTS {
        if attempt > 0 {
            sleep(Duration::from_secs(1 << attempt)).await;
        }
        match once(&client, &url, went_well, words).await {
            Ok(()) => return Ok(()),
            Err(said) => why = said,
        }
    }
    Err(without_secrets(&why, &[secret, url.as_str()]))
}

async fn once(client: &Client, url: &Url, went_well: bool, words: &str) -> Result<(), String> {
    let request = match went_well {
        true => client.get(url.clone()),
        false => {
            let body = &words[..words.floor_char_boundary(LONGEST)];
            client
                .post(url.clone())
                .header("Content-Type", "text/plain; charset=utf-8")
                .body(body.to_owned())
        }
    };
    let heard = http::ask(request).await.map_err(|unheard| unheard.why)?;
    match heard.status {
        200..=299 => Ok(()),
        status => Err(format!("it answered {status}")),
    }
}
