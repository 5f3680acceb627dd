//! A web server in this process, as a chat's robot or a watching service: it remembers what it heard,
//! and answers what the test wants.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// What it heard.
#[derive(Clone, Debug)]
pub struct Asked {
    pub at: Instant,
    pub method: String,
    /// With the query.
    pub path: String,
    /// Names in small letters.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Asked {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|why| panic!("{why}: {}", self.body))
    }

    /// A value of the query.
    pub fn query(&self, name: &str) -> Option<String> {
        let url = url::Url::parse(&format!("http://x{}", self.path)).expect("a path");
        url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    }
}

/// What it answers.
pub enum Reply {
    Say(u16, &'static str),
    With(u16, &'static [(&'static str, &'static str)], &'static str),
    /// Nothing, for so long.
    Hang(Duration),
}

/// A running server; it ends with the test's process.
pub struct Robot {
    port: u16,
    heard: Arc<Mutex<Vec<Asked>>>,
}

impl Robot {
    /// `answer` is given what was asked, and how often something was asked before.
    pub fn start(answer: impl Fn(&Asked, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let heard: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let (kept, answer) = (Arc::clone(&heard), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (kept, answer) = (Arc::clone(&kept), Arc::clone(&answer));
                std::thread::spawn(move || serve(stream, &kept, &*answer));
            }
        });
        Self { port, heard }
    }

    /// A robot of which every kind of chat believes that it took the post.
    pub fn content() -> Self {
        Self::start(|_, _| {
            Reply::Say(200, r#"{"errcode":0,"errmsg":"ok","code":0,"msg":"success"}"#)
        })
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub fn heard(&self) -> Vec<Asked> {
        self.heard.lock().expect("no test panicked in it").clone()
    }
}

fn serve(
    stream: TcpStream,
    kept: &Mutex<Vec<Asked>>,
    answer: &(dyn Fn(&Asked, usize) -> Reply + Send + Sync),
) {
    let mut reader = BufReader::new(stream.try_clone().expect("a second handle"));
    while let Some(asked) = read(&mut reader) {
        let before = {
            let mut kept = kept.lock().expect("no test panicked in it");
            kept.push(asked.clone());
            kept.len() - 1
        };
        let (status, headers, body) = match answer(&asked, before) {
            Reply::Say(status, body) => (status, &[][..], body),
            Reply::With(status, headers, body) => (status, headers, body),
            Reply::Hang(how_long) => {
                std::thread::sleep(how_long);
                return;
            }
        };
        let fields: String =
            headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let text = format!(
            "HTTP/1.1 {status} Said\r\n{fields}Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        if (&stream).write_all(text.as_bytes()).is_err() {
            return;
        }
    }
}

fn read(reader: &mut impl BufRead) -> Option<Asked> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let mut words = line.split_whitespace();
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.and_then(|(_, value)| value.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let body = String::from_utf8(body).ok()?;
    Some(Asked { at: Instant::now(), method, path, headers, body })
}
