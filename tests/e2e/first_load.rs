//! The size of a first visit: all files that the page requests, as compressed by hosts.

use std::{collections::BTreeSet, fmt::Write as _, fs, io::Write as _};

use flate2::{Compression, write::GzEncoder};

use crate::harness::{results, site, visit};

/// The limits of the first load in bytes: with brotli, and with gzip, which most static hosts use.
const BROTLI_LIMIT: usize = 700_000;
const GZIP_LIMIT: usize = 900_000;

#[test]
fn the_first_load_is_small() {
    visit(|page| {
        page.come_as_a_visitor();
        page.open("");
        page.wait_until_idle();
        let asked: BTreeSet<_> = page
            .server
            .requested()
            .into_iter()
            .map(|path| if path == "/" { "/index.html".to_owned() } else { path })
            .collect();
        let mut table = format!("{:>10} {:>10} {:>10}  file\n", "bytes", "gzip", "brotli");
        let mut sums = [0; 3];
        for path in &asked {
            let Ok(content) = fs::read(site().join(&path[1..])) else { continue };
            let sizes = [content.len(), gzip(&content), brotli(&content)];
            writeln!(table, "{}  {path}", row(sizes)).expect("into memory");
            for (sum, size) in sums.iter_mut().zip(sizes) {
                *sum += size;
            }
        }
        writeln!(table, "{}  in all", row(sums)).expect("into memory");
        writeln!(table, "{}  allowed", row([sums[0], GZIP_LIMIT, BROTLI_LIMIT]))
            .expect("into memory");
        fs::write(results().join("first-load.txt"), &table).expect("a writable target folder");
        println!("{table}");
        for file in [".wasm", "/worker.js", "/link.js", ".safetensors"] {
            assert!(asked.iter().any(|path| path.ends_with(file)), "{file} is not among {asked:?}");
        }
        assert!(sums[1] <= GZIP_LIMIT && sums[2] <= BROTLI_LIMIT, "too large:\n{table}");
    });
}

fn row(sizes: [usize; 3]) -> String {
    sizes.map(|size| format!("{size:>10}")).join(" ")
}

fn gzip(content: &[u8]) -> usize {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).expect("into memory");
    encoder.finish().expect("into memory").len()
}

fn brotli(content: &[u8]) -> usize {
    let quality = brotli::enc::BrotliEncoderParams { quality: 11, ..Default::default() };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &*content, &mut packed, &quality).expect("into memory");
    packed.len()
}
