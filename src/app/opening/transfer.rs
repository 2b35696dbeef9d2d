//! What a drop or a paste contains: files, a folder, a link, or a picture of another site.

use js_sys::{Array, Uint8Array};
use web_sys::{DataTransfer, File, FileList};

use elboscope::address;
use elboscope::data::{data_url, picture_in_html};

/// The content of a drop or of the clipboard.
pub enum Transferred {
    /// At least one file.
    Files(Vec<File>),
    /// A folder, by name.
    Folder(String),
    /// The fragment of an address of this app, from `#` on.
    Link(String),
    /// A picture that only another site's server has.
    PictureElsewhere,
    /// Anything else.
    Nothing,
}

/// Files come first: a picture that is dragged from a page comes as a file, as its address and as HTML.
pub fn transferred(transfer: &DataTransfer) -> Transferred {
    if let Some(name) = folder(transfer) {
        return Transferred::Folder(name);
    }
    let files = transfer.files().map(|files| list(&files)).unwrap_or_default();
    if !files.is_empty() {
        return Transferred::Files(files);
    }
    let text = |kind: &str| transfer.get_data(kind).unwrap_or_default();
    let (addresses, html) = (text("text/uri-list"), text("text/html"));
    let picture = picture_in_html(&html).unwrap_or_default();
    // A `text/uri-list` may contain comments.
    let address = addresses.lines().find(|line| !line.starts_with('#')).unwrap_or_default();
    let plain = text("text/plain");
    for source in [picture, address, plain.as_str()] {
        if let Some(file) = data_url(source).and_then(|bytes| file(&bytes)) {
            return Transferred::Files(vec![file]);
        }
    }
    for source in [address, plain.as_str()] {
        if let Some(hash) = address::link(source) {
            return Transferred::Link(hash);
        }
    }
    let is_elsewhere = |source: &str| source.starts_with("http:") || source.starts_with("https:");
    if [picture, address].into_iter().any(is_elsewhere) {
        return Transferred::PictureElsewhere;
    }
    Transferred::Nothing
}

/// The files of a list.
pub fn list(files: &FileList) -> Vec<File> {
    (0..files.length()).filter_map(|index| files.get(index)).collect()
}

/// The name of the first dropped folder: browsers give a folder as a file that cannot be read.
fn folder(transfer: &DataTransfer) -> Option<String> {
    let items = transfer.items();
    let item = |index| items.get(index)?.webkit_get_as_entry().ok().flatten();
    (0..items.length())
        .filter_map(item)
        .find(|entry| entry.is_directory())
        .map(|entry| entry.name())
}

fn file(bytes: &[u8]) -> Option<File> {
    let parts = Array::of1(&Uint8Array::from(bytes));
    File::new_with_u8_array_sequence(&parts, "data:").ok()
}
