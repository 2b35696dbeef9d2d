//! The commands of the W3C WebDriver protocol that the tests use, and Chromium's own protocol.

use std::time::Duration;

use serde_json::{Value, json};

/// The key under which WebDriver wraps a reference to an element.
pub const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// One browser session behind a driver.
pub struct Session {
    agent: ureq::Agent,
    root: String,
}

impl Session {
    /// Opens a session at the driver on `port` with the given capabilities.
    pub fn open(port: u16, capabilities: &Value) -> Result<Self, String> {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .timeout_global(Some(Duration::from_secs(120)))
            .build()
            .new_agent();
        let driver = format!("http://127.0.0.1:{port}/session");
        let mut session = Self { agent, root: driver.clone() };
        let wanted = json!({ "capabilities": { "alwaysMatch": capabilities } });
        let opened = session.try_post("", &wanted)?;
        let id = opened["sessionId"].as_str().ok_or("the driver named no session")?;
        session.root = format!("{driver}/{id}");
        Ok(session)
    }

    /// Sends a command and returns its value, or the driver's message if it fails.
    pub fn try_post(&self, path: &str, body: &Value) -> Result<Value, String> {
        let address = format!("{}{path}", self.root);
        let answer = self.agent.post(&address).send_json(body);
        value_of(answer.map_err(|error| format!("{address}: {error}"))?)
    }

    /// Like [`Self::try_post`]; a failure fails the test.
    pub fn post(&self, path: &str, body: &Value) -> Value {
        self.try_post(path, body).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Reads a value from the driver; a failure fails the test.
    pub fn get(&self, path: &str) -> Value {
        let answer = self.agent.get(format!("{}{path}", self.root)).call();
        let value = answer.map_err(|error| error.to_string()).and_then(value_of);
        value.unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Sends a DELETE request to the driver; a failure fails the test.
    pub fn delete(&self, path: &str) {
        let answer = self.agent.delete(format!("{}{path}", self.root)).call();
        let value = answer.map_err(|error| error.to_string()).and_then(value_of);
        value.unwrap_or_else(|error| panic!("{path}: {error}"));
    }

    /// Ends the session, and with it the browser.
    pub fn close(&self) -> Result<(), String> {
        let answer = self.agent.delete(&self.root).call();
        answer.map(|_| ()).map_err(|error| error.to_string())
    }

    /// A command of Chromium's DevTools protocol.
    pub fn devtools(&self, command: &str, parameters: Value) -> Value {
        let body = json!({ "cmd": command, "params": parameters });
        self.post("/goog/cdp/execute", &body)
    }

    /// Runs the body of a JavaScript function in the page and returns its result.
    pub fn run(&self, script: &str, arguments: Value) -> Value {
        self.post("/execute/sync", &json!({ "script": script, "args": arguments }))
    }

    /// The new entries of one of the browser's logs.
    pub fn log(&self, kind: &str) -> Vec<Value> {
        let entries = self.post("/se/log", &json!({ "type": kind }));
        entries.as_array().cloned().unwrap_or_default()
    }

    /// The reference of the first element that matches a CSS selector.
    pub fn element(&self, selector: &str) -> String {
        let wanted = json!({ "using": "css selector", "value": selector });
        let found = self.try_post("/element", &wanted);
        let found = found.unwrap_or_else(|error| panic!("{selector}: {error}"));
        found[ELEMENT].as_str().unwrap_or_default().to_owned()
    }
}

fn value_of(mut answer: ureq::http::Response<ureq::Body>) -> Result<Value, String> {
    let failed = !answer.status().is_success();
    let body: Value =
        answer.body_mut().with_config().limit(256 << 20).read_json().map_err(|e| e.to_string())?;
    let value = body["value"].clone();
    match failed {
        true => Err(value["message"].as_str().unwrap_or("no message").to_owned()),
        false => Ok(value),
    }
}
