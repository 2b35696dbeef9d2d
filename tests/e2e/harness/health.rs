//! Errors of the page, and the destinations of its requests.

use serde_json::{Value, json};

use super::page::Page;

/// Runs before any script of the page.
const WATCH: &str = r"
    window.complaints = [];
    const complain = (kind, what) => window.complaints.push(`${kind}: ${what}`);
    addEventListener('error', (event) => complain('error', event.message ?? event.type));
    addEventListener('unhandledrejection', (event) => complain('rejection', event.reason));
    addEventListener('securitypolicyviolation', (event) =>
        complain('policy', `${event.violatedDirective} ${event.blockedURI}`));
    const report = console.error;
    console.error = (...words) => { complain('console', words.join(' ')); report(...words); };
    // The media queries of the screen's resolution, for `Page::set_screen`.
    window.askers = [];
    const ask = window.matchMedia.bind(window);
    window.matchMedia = (query) => {
        const list = ask(query);
        if (query.includes('resolution')) window.askers.push(list);
        return list;
    };
";

/// Records the page's errors from now on.
pub fn watch(page: &Page) {
    let session = &page.browser.session;
    session.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": WATCH }));
}

impl Page {
    /// Errors since the last load, and severe entries of the browser's log since the last call.
    pub fn complaints(&self) -> Vec<String> {
        let mut complaints = self.list_of("return window.complaints ?? []");
        let severe = |entry: &Value| entry["level"] == "SEVERE";
        let logged = self.browser.session.log("browser");
        complaints
            .extend(logged.iter().filter(|entry| severe(entry)).map(|e| e["message"].to_string()));
        complaints
    }

    /// The addresses of all requests to other hosts since the last call.
    pub fn strangers(&self) -> Vec<String> {
        let home = format!("{}/", self.server.origin());
        let abroad = |url: &String| {
            let scheme = url.split(':').next().unwrap_or_default();
            ["http", "https", "ws", "wss", "ftp"].contains(&scheme) && !url.starts_with(&home)
        };
        self.requests().into_iter().filter(abroad).collect()
    }

    fn requests(&self) -> Vec<String> {
        let entries = self.browser.session.log("performance");
        let event = |entry: &Value| {
            let message: Value = serde_json::from_str(entry["message"].as_str()?).ok()?;
            let (event, details) = (&message["message"]["method"], &message["message"]["params"]);
            let address = match event.as_str()? {
                "Network.requestWillBeSent" => &details["request"]["url"],
                "Network.webSocketCreated" => &details["url"],
                _ => return None,
            };
            address.as_str().map(str::to_owned)
        };
        entries.iter().filter_map(event).collect()
    }

    /// Neither errors nor requests to other hosts.
    pub fn assert_healthy(&self) {
        let complaints = self.complaints();
        assert!(complaints.is_empty(), "the page reported errors: {complaints:#?}");
        let strangers = self.strangers();
        assert!(strangers.is_empty(), "requests left the site: {strangers:#?}");
    }
}
