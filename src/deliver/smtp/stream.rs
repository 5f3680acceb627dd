//! The way to the server: a TCP stream without delay, plain or encrypted, that knows whether a mail
//! was handed over to its end.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

/// What ends a mail.
const END: &[u8] = b"\r\n.\r\n";

/// Whether the end of a mail was, or may have been, written. Before that no server has taken it.
#[derive(Clone, Debug, Default)]
pub struct EndOfMail(Arc<AtomicBool>);

impl EndOfMail {
    pub fn forget(&self) {
        self.0.store(false, Ordering::Relaxed);
    }

    pub fn was_written(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    fn look_at(&self, bytes: &[u8]) {
        if bytes.ends_with(END) {
            self.0.store(true, Ordering::Relaxed);
        }
    }
}

enum Way {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// A stream for lettre's connection.
pub struct Stream {
    way: Way,
    /// Read before what the server says.
    first: &'static [u8],
    end_of_mail: EndOfMail,
}

impl Stream {
    pub fn plain(stream: TcpStream) -> Self {
        Self { way: Way::Plain(stream), first: b"", end_of_mail: EndOfMail::default() }
    }

    pub fn tls(stream: TlsStream<TcpStream>) -> Self {
        let way = Way::Tls(Box::new(stream));
        Self { way, first: b"", end_of_mail: EndOfMail::default() }
    }

    /// After STARTTLS the server says nothing, and a connection begins with a greeting: it was heard
    /// before the stream was encrypted, and is said again.
    pub fn greeted(self) -> Self {
        Self { first: b"220 greeted before\r\n", ..self }
    }

    pub fn end_of_mail(&self) -> EndOfMail {
        self.end_of_mail.clone()
    }

    fn tcp(&self) -> &TcpStream {
        match &self.way {
            Way::Plain(stream) => stream,
            Way::Tls(stream) => stream.get_ref().0,
        }
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stream")
    }
}

impl AsyncTokioStream for Stream {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.tcp().peer_addr()
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.first.is_empty() {
            let (now, later) = self.first.split_at(self.first.len().min(into.remaining()));
            into.put_slice(now);
            self.first = later;
            return Poll::Ready(Ok(()));
        }
        match &mut self.way {
            Way::Plain(stream) => Pin::new(stream).poll_read(context, into),
            Way::Tls(stream) => Pin::new(stream).poll_read(context, into),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.end_of_mail.look_at(bytes);
        match &mut self.way {
            Way::Plain(stream) => Pin::new(stream).poll_write(context, bytes),
            Way::Tls(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.way {
            Way::Plain(stream) => Pin::new(stream).poll_flush(context),
            Way::Tls(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.way {
            Way::Plain(stream) => Pin::new(stream).poll_shutdown(context),
            Way::Tls(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}
