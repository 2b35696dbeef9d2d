//! Serves `dist/` on a free port of 127.0.0.1, remembers what was asked for, and can refuse files.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    thread::{self, JoinHandle},
};

use tiny_http::{Header, Request, Response};

/// A static file server that lives as long as its value.
pub struct Server {
    http: Arc<tiny_http::Server>,
    thread: Option<JoinHandle<()>>,
    requested: Arc<Mutex<Vec<String>>>,
    refused: Arc<Mutex<Vec<String>>>,
}

/// The folder with the built site.
pub fn site() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("dist")
}

impl Server {
    /// Starts serving; panics where there is no built site.
    pub fn start() -> Self {
        assert!(site().join("index.html").is_file(), "dist/ is missing: run `make build` first");
        let http = Arc::new(tiny_http::Server::http("127.0.0.1:0").expect("a free port"));
        let requested = Arc::new(Mutex::new(Vec::new()));
        let refused = Arc::new(Mutex::new(Vec::<String>::new()));
        let thread = thread::spawn({
            let (http, requested, refused) = (http.clone(), requested.clone(), refused.clone());
            move || {
                for request in http.incoming_requests() {
                    let path = request.url().split(['?', '#']).next().unwrap_or("/").to_owned();
                    let refuse = refused.lock().unwrap().iter().any(|end| path.ends_with(end));
                    requested.lock().unwrap().push(path.clone());
                    answer(request, if refuse { None } else { file(&path) });
                }
            }
        });
        Self { http, thread: Some(thread), requested, refused }
    }

    /// `http://127.0.0.1:PORT`, without a slash at the end.
    pub fn origin(&self) -> String {
        format!("http://{}", self.http.server_addr())
    }

    /// The paths asked for so far, in order.
    pub fn requested(&self) -> Vec<String> {
        self.requested.lock().unwrap().clone()
    }

    /// From now on, paths with this ending are not found.
    pub fn refuse(&self, ending: &str) {
        self.refused.lock().unwrap().push(ending.to_owned());
    }

    /// From now on everything is found again.
    pub fn refuse_nothing(&self) {
        self.refused.lock().unwrap().clear();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.http.unblock();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The file of the site that a path asks for; none for a path that leaves the site.
fn file(path: &str) -> Option<PathBuf> {
    let relative = path.strip_prefix('/')?;
    let plain = |part: &str| !part.is_empty() && part != ".." && !part.contains(['%', '\\']);
    let found = match relative {
        "" => site().join("index.html"),
        _ if relative.split('/').all(plain) => site().join(relative),
        _ => return None,
    };
    found.is_file().then_some(found)
}

fn answer(request: Request, file: Option<PathBuf>) {
    let content = file.and_then(|file| Some((std::fs::read(&file).ok()?, media_type(&file))));
    // A browser that went away in the middle of an answer is no failure of the server.
    let _ = match content {
        Some((bytes, kind)) => {
            let kind = Header::from_bytes("Content-Type", kind).expect("plain ASCII");
            request.respond(Response::from_data(bytes).with_header(kind))
        }
        None => request.respond(Response::from_string("not found").with_status_code(404)),
    };
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
