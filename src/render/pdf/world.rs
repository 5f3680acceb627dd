//! All that a page may reach: the template, the files that it is given, the one font. No disk, no
//! network, no clock.

use std::collections::HashMap;
use std::sync::LazyLock;

use typst::diag::{FileError, FileResult, eco_format};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font as PageFont, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

/// Where the template stands below `reports`, and beside it the files that it is given.
pub const PATH: &str = "pack/pack.typ";
const JSON: &str = "pack/pack.json";

/// What every template may call; it is the same for all, and takes long to make.
static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));

/// The surroundings of one pack.
pub(super) struct Desk {
    book: LazyHash<FontBook>,
    fonts: Vec<PageFont>,
    template: Source,
    files: HashMap<FileId, Bytes>,
    date: Option<Datetime>,
}

impl Desk {
    /// With drawings by their paths below `reports`.
    pub(super) fn new(
        template: &str,
        json: Vec<u8>,
        drawings: impl Iterator<Item = (String, Vec<u8>)>,
        fonts: &[PageFont],
        date: Option<Datetime>,
    ) -> Self {
        Self {
            book: LazyHash::new(FontBook::from_fonts(fonts)),
            fonts: fonts.to_vec(),
            template: Source::new(file_id(PATH), template.to_owned()),
            files: std::iter::once((JSON.to_owned(), json))
                .chain(drawings)
                .map(|(name, data)| (file_id(&name), Bytes::new(data)))
                .collect(),
            date,
        }
    }

    /// What the template is given.
    pub(super) fn json(&self) -> serde_json::Value {
        let json =
            self.files.get(&file_id(JSON)).and_then(|json| serde_json::from_slice(json).ok());
        json.unwrap_or_default()
    }
}

fn file_id(name: &str) -> FileId {
    let Ok(path) = VirtualPath::new(name) else {
        unreachable!("names of ours stay in their folder")
    };
    RootedPath::new(VirtualRoot::Project, path).intern()
}

fn not_given(id: FileId) -> FileError {
    match id.get().root() {
        VirtualRoot::Package(package) => FileError::Other(Some(eco_format!(
            "the package {package} cannot be had, since templates reach no network"
        ))),
        VirtualRoot::Project => FileError::NotFound(id.get().vpath().get_without_slash().into()),
    }
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() { Ok(self.template.clone()) } else { Err(not_given(id)) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.files.get(&id).cloned().ok_or_else(|| not_given(id))
    }

    fn font(&self, index: usize) -> Option<PageFont> {
        self.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        self.date
    }
}
