//! Serves a folder, usually `dist/`, on a free port of 127.0.0.1, records requests, and can refuse files.

use std::{
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

/// A static file server that runs as long as its value: a thread and a connection for every request, so that requests
/// cannot block each other.
pub struct Server {
    address: SocketAddr,
    is_over: Arc<AtomicBool>,
    requested: Arc<Mutex<Vec<String>>>,
    refused: Arc<Mutex<Vec<String>>>,
}

/// The folder with the built site.
pub fn site() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("dist")
}

impl Server {
    /// Starts serving a folder; panics if it contains no built page.
    pub fn start(root: &Path) -> Self {
        assert!(
            root.join("index.html").is_file(),
            "{} is missing: run `make build`, for a measurement `make bench`",
            root.display()
        );
        let root: Arc<Path> = root.into();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let is_over = Arc::new(AtomicBool::new(false));
        let requested = Arc::new(Mutex::new(Vec::new()));
        let refused = Arc::new(Mutex::new(Vec::<String>::new()));
        thread::spawn({
            let (is_over, requested, refused) =
                (is_over.clone(), requested.clone(), refused.clone());
            move || {
                for stream in listener.incoming().flatten() {
                    if is_over.load(Ordering::Relaxed) {
                        return;
                    }
                    let (requested, refused) = (requested.clone(), refused.clone());
                    let root = root.clone();
                    thread::spawn(move || {
                        let Some(path) = asked_for(&stream) else { return };
                        let refuse = refused.lock().unwrap().iter().any(|end| path.ends_with(end));
                        requested.lock().unwrap().push(path.clone());
                        // A browser that closes the connection during an answer is no failure.
                        let _ = answer(&stream, if refuse { None } else { file(&root, &path) });
                    });
                }
            }
        });
        Self { address, is_over, requested, refused }
    }

    /// `http://127.0.0.1:PORT`, without a slash at the end.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The requested paths so far, in order.
    pub fn requested(&self) -> Vec<String> {
        self.requested.lock().unwrap().clone()
    }

    /// From now on, paths with this ending are not found.
    pub fn refuse(&self, ending: &str) {
        self.refused.lock().unwrap().push(ending.to_owned());
    }

    /// From now on all files are found again.
    pub fn refuse_nothing(&self) {
        self.refused.lock().unwrap().clear();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        // Wakes the thread that waits for connections.
        let _ = TcpStream::connect(self.address);
    }
}

/// The file of a requested path; none for a path outside of the folder.
fn file(root: &Path, path: &str) -> Option<PathBuf> {
    let relative = path.strip_prefix('/')?;
    let plain = |part: &str| !part.is_empty() && part != ".." && !part.contains(['%', '\\']);
    let found = match relative {
        "" => root.join("index.html"),
        _ if relative.split('/').all(plain) => root.join(relative),
        _ => return None,
    };
    found.is_file().then_some(found)
}

/// The path of a GET request, without query; the other header lines are read and ignored.
fn asked_for(stream: &TcpStream) -> Option<String> {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next()?.ok()?;
    while !lines.next()?.ok()?.is_empty() {}
    let target = first.strip_prefix("GET ")?.split(' ').next()?;
    Some(target.split(['?', '#']).next().unwrap_or("/").to_owned())
}

fn answer(mut stream: &TcpStream, file: Option<PathBuf>) -> std::io::Result<()> {
    let content = file.and_then(|file| Some((std::fs::read(&file).ok()?, media_type(&file))));
    let (status, (bytes, kind)) = match content {
        Some(content) => ("200 OK", content),
        None => ("404 Not Found", (b"not found".to_vec(), "text/plain")),
    };
    let length = bytes.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\
         Cache-Control: no-store\r\nConnection: close\r\n\r\n"
    )?;
    stream.write_all(&bytes)
}

fn media_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}
