//! The sources of x: pen strokes, IDX files and pictures, and their binarization.

mod binarize;
mod binary_image;
mod data_url;
mod foreign;
mod grey_image;
mod gzip;
mod idx;
mod kind;
mod open;
mod picture;
mod picture_size;
mod raster;
mod strokes;

pub use binarize::{Binarization, Threshold, ThresholdError};
pub use binary_image::{BinaryImage, BinaryImageError};
pub use data_url::{data_url, picture_in_html};
pub use foreign::{CsvForm, Foreign};
pub use grey_image::GreyImage;
pub use gzip::{GzipError, Unpacking};
pub use idx::{
    Idx, IdxError, IdxImages, LabelCountError, MAX_IDX_BYTES, MAX_IDX_IMAGES, MAX_IDX_SIDE,
};
pub use kind::PictureFormat;
pub use open::{OpenError, Opened, open};
pub use picture::{
    MAX_PICTURE_BYTES, MAX_PICTURE_MEMORY, MAX_PICTURE_SIDE, PictureError, WORKING_SIDE,
    check_picture_size, picture_of_pixels, read_picture,
};
pub use picture_size::picture_size;
pub use raster::{GreyRaster, INK_BOX, MAX_RASTER_SIDE, RasterError};
pub use strokes::{GALLERY_LEN, PenDigit, StrokeGenerator, gallery};

/// Height and width of every image x.
pub const SIDE: usize = 28;
/// Number of pixels of every image x.
pub const PIXELS: usize = SIDE * SIDE;
