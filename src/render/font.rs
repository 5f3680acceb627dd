//! The one font that pictures are drawn with: pinned, so that the same run gives the same picture
//! everywhere, and checked, so that no character turns into an empty box.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use resvg::usvg::fontdb;
use typst::foundations::Bytes;
use typst::text::Font as PageFont;

use crate::model::{Diagnostic, Place};

/// The name that drawings ask for.
pub const FAMILY: &str = "Noto Sans CJK SC";

/// Where distributions put it.
const PLACES: &[&str] = &[
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Regular.ttc",
];

/// A loaded font.
#[derive(Clone, Debug)]
pub struct Font {
    pub(super) faces: Arc<fontdb::Database>,
    id: fontdb::ID,
    /// The same for pages: the regular face first, then the bold one if its file lies beside.
    pub(super) pages: Vec<PageFont>,
}

impl Font {
    /// Loads the font from a file, or from where distributions put it.
    ///
    /// # Errors
    /// A file that is not there or holds no face of the family.
    pub fn load(path: Option<&Path>) -> Result<Self, Diagnostic> {
        let found = path
            .map(PathBuf::from)
            .or_else(|| PLACES.iter().map(PathBuf::from).find(|place| place.exists()));
        let help = "install it (Debian, Ubuntu: apt-get install fonts-noto-cjk), or name the file of Noto Sans CJK in ATTAIN_FONT";
        let Some(file) = found else {
            let what = format!("the font “{FAMILY}” of the charts is not installed");
            return Err(Diagnostic::error(Place::file("font"), what, help));
        };
        let shown = file.display().to_string();
        let read = |file: &Path| {
            std::fs::read(file).map(Bytes::new).map_err(|why| {
                let what = format!("the font cannot be read: {why}");
                Diagnostic::error(Place::file(file.display().to_string()), what, help)
            })
        };
        // In memory, since a database of files reads the whole file for each question.
        let data = read(&file)?;
        let mut faces = fontdb::Database::new();
        faces.load_font_source(fontdb::Source::Binary(Arc::new(data.clone())));
        let wanted =
            fontdb::Query { families: &[fontdb::Family::Name(FAMILY)], ..fontdb::Query::default() };
        let face = page_font(data);
        let (Some(id), Some(face)) = (faces.query(&wanted), face) else {
            let what = format!("the file holds no face “{FAMILY}”");
            return Err(Diagnostic::error(Place::file(&shown), what, help));
        };
        let bold = file
            .to_str()
            .map(|name| PathBuf::from(name.replace("-Regular.", "-Bold.")))
            .filter(|beside| *beside != file && beside.exists());
        let bold = bold.map(|beside| read(&beside)).transpose()?.and_then(page_font);
        let pages = std::iter::once(face).chain(bold).collect();
        Ok(Self { faces: Arc::new(faces), id, pages })
    }

    /// The first character that the font does not have.
    pub fn lacks(&self, text: &str) -> Option<char> {
        let find = |data: &[u8], index: u32| {
            let face = ttf_parser::Face::parse(data, index).ok()?;
            text.chars().find(|c| !c.is_whitespace() && face.glyph_index(*c).is_none())
        };
        self.faces.with_face_data(self.id, find).flatten()
    }
}

/// The face of the family in a file that may hold many.
fn page_font(data: Bytes) -> Option<PageFont> {
    PageFont::iter(data).find(|face| face.info().family == FAMILY)
}
