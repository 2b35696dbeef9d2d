//! Tests of the kinds of files and of the Python that converts them.

use super::*;
use crate::data::{OpenError, open};

fn foreign(bytes: &[u8]) -> Foreign {
    match open(bytes.to_vec()) {
        Err(OpenError::Foreign(foreign)) => foreign,
        other => {
            panic!("{other:?} for {:?}", String::from_utf8_lossy(&bytes[..bytes.len().min(40)]))
        }
    }
}

/// The beginning of a ZIP archive whose first file has this name.
fn zip_of(name: &str) -> Vec<u8> {
    let mut file = b"PK\x03\x04".to_vec();
    file.extend([0; 22]);
    file.extend((name.len() as u16).to_le_bytes());
    file.extend([0, 0]);
    file.extend(name.as_bytes());
    file.extend([0x93, 1, 2, 3]);
    file
}

#[test]
fn every_kind_is_recognised_by_its_first_bytes() {
    let forbidden = b"<!DOCTYPE HTML PUBLIC \"-//IETF//DTD HTML 2.0//EN\">\n<html>";
    let tar = [[b'a'; 257].as_slice(), b"ustar\x0000"].concat();
    let tar = [&tar[..100], &[0; 157], &tar[257..]].concat();
    let files: [(Foreign, Vec<u8>); 25] = [
        (Foreign::WebPage, forbidden.to_vec()),
        (Foreign::WebPage, b"\r\n  <html lang=en>".to_vec()),
        (Foreign::Text, b"Dear sir".to_vec()),
        (Foreign::Text, b"{\"a\": [1, 2]}".to_vec()),
        (Foreign::Npy, b"\x93NUMPY\x01\0v\0{'descr'".to_vec()),
        (Foreign::Npz(Some("x_test".into())), zip_of("x_test.npy")),
        (Foreign::Torch, zip_of("vae/data.pkl")),
        (Foreign::Zip, zip_of("t10k-images-idx3-ubyte")),
        (Foreign::Pickle, b"\x80\x04\x95\x10".to_vec()),
        (Foreign::Pickle, b"\x80\x02\x8a\nl\xfc".to_vec()),
        (Foreign::Xz, b"\xfd7zXZ\0\0\x04".to_vec()),
        (Foreign::Bzip2, b"BZh91AY&SY\xff\0".to_vec()),
        (Foreign::Parquet, b"PAR1\x15\x04\x15\xff".to_vec()),
        (Foreign::Hdf5, b"\x89HDF\r\n\x1a\n".to_vec()),
        (Foreign::Matlab, b"MATLAB 5.0 MAT-file, Platform: GLNXA64\0\x01IM".to_vec()),
        (Foreign::Pdf, b"%PDF-1.7\n\xbf\xf7".to_vec()),
        // Plain text only.
        (Foreign::Pdf, b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n".to_vec()),
        (Foreign::Parquet, b"PAR1, and no more".to_vec()),
        (Foreign::Onnx, b"\x08\x07\x12\x07pytorch\x1a\x052.1.0:\xe4\x03".to_vec()),
        (Foreign::Onnx, b"\x08\x0a\x12\x0cskl2onnx-1.0".to_vec()),
        (Foreign::Onnx, b"\x08\x08:\x9d\x01\n\x0f".to_vec()),
        (Foreign::Onnx, b"\x08\x0aB\x04\n\0\x10\x15".to_vec()),
        (Foreign::Video, b"\0\0\0\x20ftypisom\0\0\x02\0".to_vec()),
        (Foreign::Tar, tar),
        (Foreign::SevenZip, b"7z\xbc\xaf\x27\x1c\0\x04".to_vec()),
    ];
    for (kind, file) in files {
        assert_eq!(foreign(&file), kind, "{}", kind.name());
    }
}

#[test]
fn what_only_begins_like_a_network_is_not_called_one() {
    let others: [&[u8]; 6] = [
        b"\x08\x07\x12\x07pyt",
        b"\x08\x07\x12\x03\0\0\0",
        b"\x08\x07\x12\0",
        b"\x08\0\x12\x01a",
        b"\x08\xff:\x01a",
        b"\x08\x07\x99\x01",
    ];
    for file in others {
        assert_eq!(open(file.to_vec()), Err(OpenError::Unknown), "{file:?}");
    }
}

#[test]
fn a_table_is_read_as_far_as_its_line_of_python_needs() {
    let names: Vec<String> = (0..784).map(|n| format!("pixel{n}")).collect();
    let row = vec!["0"; 784].join(",");
    let kaggle = format!("label,{}\n5,{row}\n", names.join(","));
    let form = CsvForm { separator: ',', has_header: true, has_labels: true };
    // The line of names alone is longer than the part that is examined.
    assert_eq!(foreign(kaggle.as_bytes()), Foreign::Csv(form));
    let bare = format!("5,{row}\n7,{row}\n");
    let form = CsvForm { has_header: false, ..form };
    assert_eq!(foreign(bare.as_bytes()), Foreign::Csv(form));
    let form = CsvForm { separator: ';', has_header: false, has_labels: false };
    assert_eq!(foreign(b"1;2;3\n4;5;6"), Foreign::Csv(form));
    for text in ["one, two\nthree, four", "a;b", "1 2 3"] {
        assert_eq!(foreign(text.as_bytes()), Foreign::Text, "{text}");
    }
}

#[test]
fn the_line_of_python_names_the_file() {
    let npz = Foreign::Npz(Some("x_test".into())).python("mnist.npz").unwrap();
    assert_eq!(
        npz,
        "python -c \"import numpy as n,struct; a=n.load('mnist.npz')['x_test']; \
         a=(a*(255 if a.max()<=1 else 1)).astype('u1').reshape(-1,28,28); \
         open('images.idx','wb').write(struct.pack('>4I',2051,*a.shape)+a.tobytes())\""
    );
    let form = CsvForm { separator: '\t', has_header: true, has_labels: true };
    let csv = Foreign::Csv(form).python("t.csv").unwrap();
    assert!(csv.contains("n.loadtxt('t.csv',delimiter='\\t',skiprows=1)[:,1:]"), "{csv}");
    let torch = Foreign::Torch.python("vae.pt").unwrap();
    assert!(torch.contains("torch.load('vae.pt',map_location='cpu')"), "{torch}");
    assert_eq!(Foreign::Zip.python("d.zip").unwrap(), "python -m zipfile -e d.zip .");
    assert_eq!(Foreign::Video.python("film.mp4"), None);
    assert_eq!(Foreign::Pdf.python("digit.pdf"), None);
    let onnx = Foreign::Onnx.python("vae.onnx").unwrap();
    assert!(onnx.contains("onnx.load('vae.onnx').graph.initializer"), "{onnx}");
    let parquet = Foreign::Parquet.python("mnist.parquet").unwrap();
    assert!(parquet.contains("pandas.read_parquet('mnist.parquet')['image']"), "{parquet}");
}

#[test]
fn the_name_tells_what_the_content_leaves_open_and_nothing_more() {
    assert_eq!(Foreign::Zip.named("MNIST.NPZ"), Foreign::Npz(None));
    assert_eq!(Foreign::Zip.named("vae.pth"), Foreign::Torch);
    assert_eq!(Foreign::Zip.named("mnist.zip"), Foreign::Zip);
    assert_eq!(Foreign::WebPage.named("mnist.npz"), Foreign::WebPage);
    let line = Foreign::Npz(None).python("m.npz").unwrap();
    assert!(line.contains("a=[*n.load('m.npz').values()][0];"), "{line}");
}

#[test]
fn a_name_that_a_shell_would_read_as_more_is_not_repeated() {
    for name in ["a'b.npy", "a\".npy", "$(rm x).npy", "a b.npy", "`x`.npy", "-c", "", "a;b.npy"] {
        let line = Foreign::Npy.python(name).unwrap();
        assert!(line.contains("n.load('FILE')"), "{line}");
    }
    for name in ["dígitos_2.npy", "a-b.c.npy"] {
        assert!(Foreign::Npy.python(name).unwrap().contains(&format!("n.load('{name}')")));
    }
}
