//! Floor 1: a place in an object store, or a folder that is used as one.

use std::path::{Path as FilePath, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::http::HttpBuilder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ClientOptions, ObjectStore, RetryConfig};
use url::Url;

use crate::model::{Diagnostic, Place as At};

/// A prefix in a store.
#[derive(Clone, Debug)]
pub struct Place {
    pub store: Arc<dyn ObjectStore>,
    pub prefix: Path,
    /// The folder, where it is one on this machine.
    pub local: Option<PathBuf>,
    /// As the user wrote it, without credentials.
    pub shown: String,
    /// Whether the store can list what it holds; a web server cannot.
    pub lists: bool,
}

impl Place {
    /// A path below this place, from names that hold any characters.
    ///
    /// # Errors
    /// A path with an empty step or with `..`.
    pub fn at(&self, relative: &str) -> Result<Path, object_store::path::Error> {
        let whole = match self.prefix.as_ref() {
            "" => relative.to_owned(),
            prefix => format!("{prefix}/{relative}"),
        };
        Path::parse(whole)
    }

    /// What a person calls a path below this place.
    pub fn show(&self, relative: &str) -> String {
        format!("{}/{relative}", self.shown.trim_end_matches('/'))
    }
}

/// Opens a folder (a path relative to `base`, or `file://…`) or a store by its URL: `s3://…`,
/// `az://…`, `gs://…`, `https://…`. Credentials, endpoint and region come from the variables in
/// `env` by the stores' usual names. Nothing is asked of the store yet.
///
/// # Errors
/// A scheme that is not known, a folder that is not there (unless `create`), settings that do not
/// fit together.
pub fn open(
    location: &str,
    base: &FilePath,
    create: bool,
    env: &[(String, String)],
) -> Result<Place, Diagnostic> {
    let refuse = |what: String, help: &str| {
        Diagnostic::error(At::file(hide_credentials(location)), what, help)
    };
    let Some((scheme, rest)) = location.split_once("://") else {
        return open_folder(&base.join(location), location, create);
    };
    let url = Url::parse(location)
        .map_err(|why| refuse(format!("the location is no URL: {why}"), SCHEMES))?;
    let broken = |why: object_store::Error| {
        refuse(
            format!("the store cannot be used: {why}"),
            "check the URL and the variables with its credentials and region; docs/config.md names them",
        )
    };
    let store: Arc<dyn ObjectStore> = match scheme {
        "file" => return open_folder(FilePath::new(rest), location, create),
        "s3" | "s3a" => {
            let builder = AmazonS3Builder::new().with_url(location).with_retry(retry());
            let builder = builder.with_client_options(client(env, "aws_allow_http"));
            let options = options_of(env, "aws_");
            let builder = options.fold(builder, |b, (key, value)| b.with_config(key, value));
            Arc::new(builder.build().map_err(broken)?)
        }
        "az" | "azure" | "abfs" | "abfss" | "adl" => {
            let builder = MicrosoftAzureBuilder::new().with_url(location).with_retry(retry());
            let builder = builder.with_client_options(client(env, "azure_allow_http"));
            let options = options_of(env, "azure_");
            let builder = options.fold(builder, |b, (key, value)| b.with_config(key, value));
            Arc::new(builder.build().map_err(broken)?)
        }
        "gs" => {
            let builder = GoogleCloudStorageBuilder::new().with_url(location).with_retry(retry());
            let builder = builder.with_client_options(client(env, "google_allow_http"));
            let options = options_of(env, "google_");
            let builder = options.fold(builder, |b, (key, value)| b.with_config(key, value));
            Arc::new(builder.build().map_err(broken)?)
        }
        "http" | "https" => {
            let root = &url[..url::Position::BeforePath];
            let builder = HttpBuilder::new().with_url(root).with_retry(retry());
            let plain = ClientOptions::new().with_allow_http(true);
            Arc::new(builder.with_client_options(limits(plain)).build().map_err(broken)?)
        }
        other => return Err(refuse(format!("“{other}” is no kind of store"), SCHEMES)),
    };
    let prefix = Path::from_url_path(url.path()).map_err(|why| refuse(why.to_string(), SCHEMES))?;
    let shown = hide_credentials(location);
    Ok(Place { store, prefix, local: None, shown, lists: !scheme.starts_with("http") })
}

const SCHEMES: &str =
    "name a folder, or a URL that begins with s3://, az://, gs://, https:// or file://";

fn open_folder(folder: &FilePath, location: &str, create: bool) -> Result<Place, Diagnostic> {
    let refuse = |why: &dyn std::fmt::Display, help: &str| {
        let what = format!("the folder cannot be used: {why}");
        Diagnostic::error(At::file(folder.display().to_string()), what, help)
    };
    if create {
        std::fs::create_dir_all(folder)
            .map_err(|why| refuse(&why, "name a folder that may be written to"))?;
    }
    let store = LocalFileSystem::new_with_prefix(folder)
        .map_err(|_| refuse(&"it is not there", "make it, or mend the location in the config"))?;
    Ok(Place {
        store: Arc::new(store),
        prefix: Path::default(),
        local: Some(folder.to_owned()),
        shown: location.to_owned(),
        lists: true,
    })
}

/// The variables that belong to a store, by its own keys; what the store does not know is none of
/// its settings.
fn options_of<'a, K: FromStr + 'a>(
    env: &'a [(String, String)],
    prefix: &'static str,
) -> impl Iterator<Item = (K, String)> + 'a {
    env.iter().filter_map(move |(name, value)| {
        let name = name.to_ascii_lowercase();
        let key = name.starts_with(prefix).then(|| name.parse().ok()).flatten()?;
        Some((key, value.clone()))
    })
}

fn client(env: &[(String, String)], allow_http: &str) -> ClientOptions {
    let allowed =
        env.iter().any(|(name, value)| name.eq_ignore_ascii_case(allow_http) && value == "true");
    limits(ClientOptions::new().with_allow_http(allowed))
}

fn limits(options: ClientOptions) -> ClientOptions {
    options.with_connect_timeout(Duration::from_secs(10)).with_timeout(Duration::from_secs(120))
}

fn retry() -> RetryConfig {
    RetryConfig { max_retries: 4, retry_timeout: Duration::from_secs(45), ..RetryConfig::default() }
}

/// A location without user and password.
fn hide_credentials(location: &str) -> String {
    match Url::parse(location) {
        Ok(mut url) if url.password().is_some() => {
            let _ = url.set_password(None);
            let _ = url.set_username("");
            url.to_string()
        }
        _ => location.split('?').next().unwrap_or(location).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strange_schemes_and_missing_folders_are_refused() {
        let base = FilePath::new("/");
        let refused = |location: &str| open(location, base, false, &[]).unwrap_err();
        assert!(refused("ftp://host/x").what.contains("no kind of store"));
        assert!(refused("no-such-folder-here").what.contains("not there"));
    }

    #[test]
    fn credentials_are_not_shown() {
        let place = open("https://me:secret@host.example/data", FilePath::new("/"), false, &[]);
        assert_eq!(place.unwrap().shown, "https://host.example/data");
    }

    #[test]
    fn names_of_any_characters_are_paths() {
        let folder = tempfile::tempdir().unwrap();
        let place = open(folder.path().to_str().unwrap(), FilePath::new("/"), false, &[]).unwrap();
        assert!(place.at("orders/华东 100%.csv").is_ok());
        assert!(place.at("../up").is_err());
    }
}
