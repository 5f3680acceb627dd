//! Stands between the program and an object store, and lets each call pass, or not, as a test says.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

/// What becomes of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    None,
    /// The store never hears of it, and the client is told so.
    Refused(u16),
    /// The store does it, and the client is told that it failed.
    DoneButRefused(u16),
    /// The store never hears of it, and the connection ends.
    Cut,
    /// The store does it, and the connection ends.
    DoneButCut,
    /// The store does it, and the connection ends within the answer.
    DoneButTorn,
    /// The store never hears of it, and the client hears nothing.
    Held,
    /// The store does it, and the client hears nothing.
    DoneButHeld,
    Slow(Duration),
}

/// A call as it comes in.
#[derive(Clone, Debug)]
pub struct Call {
    /// From 1, in the order of arrival.
    pub number: usize,
    pub method: String,
    /// With its query.
    pub path: String,
}

impl Call {
    pub fn writes(&self) -> bool {
        self.method == "PUT"
    }
}

type Script = Arc<dyn Fn(&Call) -> Fault + Send + Sync>;
type Held = std::sync::mpsc::Sender<usize>;

#[derive(Clone)]
struct Desk {
    store: SocketAddr,
    script: Script,
    calls: Arc<Mutex<Vec<(Call, Fault)>>>,
    held: Held,
}

/// It runs until it is dropped.
pub struct FaultyProxy {
    pub port: u16,
    calls: Arc<Mutex<Vec<(Call, Fault)>>>,
    /// Hears the number of each call that is held, once the store has done what it is to do.
    pub held: std::sync::mpsc::Receiver<usize>,
    stop: Option<oneshot::Sender<()>>,
}

impl FaultyProxy {
    /// Before the store at this address of loopback.
    pub fn start(store_port: u16, script: impl Fn(&Call) -> Fault + Send + Sync + 'static) -> Self {
        let calls = Arc::new(Mutex::new(Vec::new()));
        let (stop, stopped) = oneshot::channel();
        let (bound, port) = std::sync::mpsc::channel();
        let (tell, held) = std::sync::mpsc::channel();
        let desk = Desk {
            store: SocketAddr::from(([127, 0, 0, 1], store_port)),
            script: Arc::new(script),
            calls: Arc::clone(&calls),
            held: tell,
        };
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.expect("a runtime");
            runtime.block_on(async move {
                let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
                bound.send(listener.local_addr().expect("an address").port()).expect("a listener");
                tokio::select! {
                    () = accept(listener, desk) => {}
                    _ = stopped => {}
                }
            });
        });
        Self { port: port.recv().expect("a port"), calls, held, stop: Some(stop) }
    }

    /// Each call so far, and what became of it.
    pub fn calls(&self) -> MutexGuard<'_, Vec<(Call, Fault)>> {
        self.calls.lock().expect("a whole record")
    }
}

impl Drop for FaultyProxy {
    fn drop(&mut self) {
        drop(self.stop.take());
    }
}

async fn accept(listener: TcpListener, desk: Desk) {
    loop {
        let (client, _) = listener.accept().await.expect("a connection");
        let desk = desk.clone();
        // A client may go at any time.
        tokio::spawn(async move {
            let _ = desk.pass(client).await;
        });
    }
}

impl Desk {
    /// One call for each connection, so that an answer ends where its connection does.
    async fn pass(self, mut client: TcpStream) -> std::io::Result<()> {
        client.set_nodelay(true)?;
        let Some(request) = read_request(&mut client).await? else { return Ok(()) };
        let (call, fault) = {
            let mut calls = self.calls.lock().expect("a whole record");
            let call = Call { number: calls.len() + 1, ..call_of(&request) };
            let fault = (self.script)(&call);
            calls.push((call.clone(), fault));
            (call, fault)
        };
        let refusal = |status: u16| {
            format!("HTTP/1.1 {status} at random\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        };
        match fault {
            Fault::None => client.write_all(&self.ask(&request).await?).await,
            Fault::Slow(pause) => {
                tokio::time::sleep(pause).await;
                client.write_all(&self.ask(&request).await?).await
            }
            Fault::Refused(status) => client.write_all(refusal(status).as_bytes()).await,
            Fault::DoneButRefused(status) => {
                self.ask(&request).await?;
                client.write_all(refusal(status).as_bytes()).await
            }
            Fault::Cut => Ok(()),
            Fault::DoneButCut => self.ask(&request).await.map(|_| ()),
            Fault::DoneButTorn => {
                let answer = self.ask(&request).await?;
                client.write_all(&answer[..answer.len() / 2]).await
            }
            Fault::Held | Fault::DoneButHeld => {
                if fault == Fault::DoneButHeld {
                    self.ask(&request).await?;
                }
                // Nobody may wait for it.
                let _ = self.held.send(call.number);
                client.read(&mut [0]).await.map(|_| ())
            }
        }
    }

    /// The store's whole answer.
    async fn ask(&self, request: &[u8]) -> std::io::Result<Vec<u8>> {
        let mut store = TcpStream::connect(self.store).await?;
        store.set_nodelay(true)?;
        store.write_all(request).await?;
        let mut answer = Vec::new();
        store.read_to_end(&mut answer).await?;
        Ok(answer)
    }
}

/// The request as it came, but that its connection is to end with the answer; none where the client
/// went without asking.
async fn read_request(client: &mut TcpStream) -> std::io::Result<Option<Vec<u8>>> {
    const END: &[u8] = b"\r\n\r\n";
    let mut heard = Vec::new();
    let head = loop {
        if let Some(at) = heard.windows(END.len()).position(|part| part == END) {
            break at;
        }
        if client.read_buf(&mut heard).await? == 0 {
            return Ok(None);
        }
    };
    let text = String::from_utf8_lossy(&heard[..head]).into_owned();
    let length = text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    let whole = head + END.len() + length.unwrap_or(0);
    while heard.len() < whole {
        if client.read_buf(&mut heard).await? == 0 {
            return Ok(None);
        }
    }
    let mut request = text.into_bytes();
    request.extend_from_slice(b"\r\nconnection: close");
    request.extend_from_slice(&heard[head..]);
    Ok(Some(request))
}

fn call_of(request: &[u8]) -> Call {
    let line = request.split(|byte| *byte == b'\r').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line).into_owned();
    let mut words = line.split(' ').map(str::to_owned);
    let method = words.next().expect("a method");
    Call { number: 0, method, path: words.next().expect("a path") }
}
