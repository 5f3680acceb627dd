//! How connections are encrypted, and whom they trust.

use std::sync::Arc;

use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::crypto::{
    CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature,
};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{
    ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};

use super::connect::ConnectError;
use crate::settings::SmtpSettings;

/// What a connection is encrypted with.
pub struct Tls {
    connector: TlsConnector,
    name: ServerName<'static>,
}

impl Tls {
    /// Trusts the system's authorities, and the one of the settings beside them.
    ///
    /// # Errors
    /// A host that no certificate can name; a file that holds no certificate.
    pub fn new(settings: &SmtpSettings) -> Result<Self, ConnectError> {
        let broken = |why: &dyn ToString| ConnectError::Tls(why.to_string());
        let name = ServerName::try_from(settings.host.clone()).map_err(|why| broken(&why))?;
        let provider = Arc::new(ring::default_provider());
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|why| broken(&why))?;
        let config = match settings.any_certificate {
            true => {
                builder.dangerous().with_custom_certificate_verifier(Arc::new(Anybody(provider)))
            }
            false => builder.with_root_certificates(roots(settings)?),
        };
        let connector = TlsConnector::from(Arc::new(config.with_no_client_auth()));
        Ok(Self { connector, name })
    }

    pub async fn encrypt(&self, stream: TcpStream) -> Result<TlsStream<TcpStream>, ConnectError> {
        let handshake = self.connector.connect(self.name.clone(), stream).await;
        handshake.map_err(|why| match why.kind() {
            // What was read is no handshake, or shows a certificate that is not trusted.
            std::io::ErrorKind::InvalidData => ConnectError::Tls(why.to_string()),
            _ => {
                ConnectError::Reach(format!("it hung up while the connection was encrypted: {why}"))
            }
        })
    }
}

fn roots(settings: &SmtpSettings) -> Result<RootCertStore, ConnectError> {
    let mut roots = RootCertStore::empty();
    let system = rustls_native_certs::load_native_certs();
    // Stores of systems hold certificates that no one can read, and the rest is trusted all the same.
    roots.add_parsable_certificates(system.certs);
    if let Some(pem) = &settings.ca {
        let broken = || ConnectError::Tls("ca_file holds no certificate in PEM".to_owned());
        let mut found = 0;
        for certificate in CertificateDer::pem_slice_iter(pem) {
            roots.add(certificate.map_err(|_| broken())?).map_err(|_| broken())?;
            found += 1;
        }
        if found == 0 {
            return Err(broken());
        }
    }
    Ok(roots)
}

/// Trusts whoever answers, for `dangerously_accept_any_certificate`.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(
            message,
            certificate,
            signed,
            &self.0.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(
            message,
            certificate,
            signed,
            &self.0.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
