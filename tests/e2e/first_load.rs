//! How much a first visit downloads: what the page really asks for, compressed with brotli.

use std::{collections::BTreeSet, fmt::Write, fs};

use crate::harness::{results, site, visit};

/// The limit on a first load, in bytes.
const LIMIT: usize = 930_000;

#[test]
fn the_first_load_is_small() {
    visit(|page| {
        page.open("");
        page.rest();
        let asked: BTreeSet<_> = page
            .server
            .requested()
            .into_iter()
            .map(|path| if path == "/" { "/index.html".to_owned() } else { path })
            .collect();
        let mut table = format!("{:>10} {:>10}  file\n", "bytes", "brotli");
        let (mut raw, mut packed) = (0, 0);
        for path in &asked {
            let Ok(content) = fs::read(site().join(&path[1..])) else { continue };
            let mut small = Vec::new();
            let quality = brotli::enc::BrotliEncoderParams { quality: 11, ..Default::default() };
            brotli::BrotliCompress(&mut content.as_slice(), &mut small, &quality)
                .expect("into memory");
            writeln!(table, "{:>10} {:>10}  {path}", content.len(), small.len())
                .expect("into memory");
            raw += content.len();
            packed += small.len();
        }
        writeln!(table, "{raw:>10} {packed:>10}  in all, of {LIMIT} allowed").expect("into memory");
        fs::write(results().join("first-load.txt"), &table).expect("a writable target folder");
        println!("{table}");
        assert!(packed <= LIMIT, "the first load is too large:\n{table}");
    });
}
