//! Headless Chromium browsers with their drivers, lent to one test at a time, removed with their files.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
        mpsc::{self, RecvTimeoutError, Sender},
    },
    thread,
    time::Duration,
};

use serde_json::{Value, json};

use super::webdriver::Session;

/// Waits until its standard input ends, which happens however the test's process ends; then ends the driver and the
/// browsers that use the folder, and removes the folder.
const KEEPER: &str = r#"
    trap '' INT TERM HUP
    TMPDIR=$2 XDG_CONFIG_HOME=$2 "$1" --port=0 </dev/null 2>&1 &
    driver=$!
    read -r _
    kill -KILL "$driver"
    for process in /proc/[0-9]*; do
      if tr '\0' ' ' <"$process/cmdline" | grep -qF -- "--user-data-dir=$2/profile"; then
        kill -KILL "${process#/proc/}"
      fi
    done
    wait
    rm -rf "$2" || { sleep 1; rm -rf "$2"; }
"#;

/// The longest time of one test: several times the usual maximum. A page that blocks its browser makes every command
/// time out, one after the other; once the browser is ended, they fail at once.
const LONGEST_TEST: Duration = Duration::from_secs(900);

/// Browsers without a test. They are ended with the process, by their keepers.
static UNUSED: Mutex<Vec<Browser>> = Mutex::new(Vec::new());

/// The standard input of a keeper: closing it ends the browser.
type Lifeline = Arc<Mutex<Option<ChildStdin>>>;

/// A browser with one empty tab and no trace of an earlier test: tabs are not reused, and stored data belong to the
/// port of the server, which differs in every test.
pub struct Browser {
    pub session: Session,
    keeper: Child,
    lifeline: Lifeline,
    // Dropped after a test, which cancels the limit on its duration.
    watched: Option<Sender<()>>,
    folder: PathBuf,
    // The driver writes to it as long as it runs.
    _output: BufReader<ChildStdout>,
}

impl Browser {
    /// An unused browser, or a new one.
    pub fn borrow() -> Self {
        let unused = UNUSED.lock().expect("nothing panics while it is held").pop();
        let mut browser = unused.unwrap_or_else(Self::start);
        fs::create_dir_all(browser.folder()).expect("a writable temporary folder");
        browser.watched = Some(watch(browser.lifeline.clone()));
        browser
    }

    /// Keeps the browser for another test, with a new tab in place of those of this test.
    pub fn give_back(mut self) {
        self.watched = None;
        let opened = self.session.get("/window/handles");
        let fresh = self.session.post("/window/new", &json!({ "type": "tab" }))["handle"].clone();
        for tab in opened.as_array().expect("a list of tabs").iter().chain([&fresh]) {
            self.session.post("/window", &json!({ "handle": tab }));
            if *tab != fresh {
                self.session.delete("/window");
            }
        }
        for log in ["browser", "performance"] {
            self.session.log(log);
        }
        fs::remove_dir_all(self.folder()).expect("a writable temporary folder");
        UNUSED.lock().expect("nothing panics while it is held").push(self);
    }

    /// Starts a driver on a free port and a browser with a fresh profile.
    fn start() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("elboscope-{}-{count}", std::process::id()));
        fs::create_dir_all(folder.join("profile")).expect("a writable temporary folder");
        let driver = std::env::var("CHROMEDRIVER").unwrap_or_else(|_| "chromedriver".to_owned());
        let mut keeper = Command::new("bash")
            .args(["-c", KEEPER, "keeper", &driver])
            .arg(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("bash");
        let mut output = BufReader::new(keeper.stdout.take().expect("piped above"));
        let lifeline = Lifeline::new(Mutex::new(keeper.stdin.take()));
        let port = port_of(&mut output);
        let session = port.and_then(|port| Session::open(port, &capabilities(&folder)));
        match session {
            Ok(session) => {
                Self { session, keeper, lifeline, watched: None, folder, _output: output }
            }
            Err(error) => {
                end(&mut keeper, &lifeline);
                panic!("no browser to test with: {error}");
            }
        }
    }

    /// A folder for the files of a test, removed after it.
    pub fn folder(&self) -> PathBuf {
        self.folder.join("files")
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Asked first, so that it ends its processes itself; the keeper ends the others.
        let _ = self.session.close();
        end(&mut self.keeper, &self.lifeline);
    }
}

fn cut(lifeline: &Lifeline) {
    drop(lifeline.lock().expect("nothing panics while it is held").take());
}

fn end(keeper: &mut Child, lifeline: &Lifeline) {
    cut(lifeline);
    // A keeper that does not end is abandoned, so that the other tests continue.
    for _ in 0..300 {
        if !matches!(keeper.try_wait(), Ok(None)) {
            return;
        }
        thread::sleep(Duration::from_millis(100));
    }
    eprintln!("a browser did not end within 30 s");
    let _ = keeper.kill();
}

/// Ends a browser when a test takes too long, unless the sender is dropped before.
fn watch(lifeline: Lifeline) -> Sender<()> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        if receiver.recv_timeout(LONGEST_TEST) == Err(RecvTimeoutError::Timeout) {
            eprintln!("a browser was ended after {} s", LONGEST_TEST.as_secs());
            cut(&lifeline);
        }
    });
    sender
}

/// The port of the driver, from the line in which it prints it.
fn port_of(output: &mut impl BufRead) -> Result<u16, String> {
    let mut said = String::new();
    for line in output.lines() {
        let line = line.map_err(|error| error.to_string())?;
        if let Some((_, port)) = line.split_once("started successfully on port ") {
            return port.trim_end_matches('.').parse().map_err(|_| line.clone());
        }
        said.push_str(&line);
    }
    Err(format!("the driver did not start: {said}"))
}

/// The switches of webdriver.json, a separate profile, no access to the network, and logs.
fn capabilities(folder: &Path) -> Value {
    let shared = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("webdriver.json"));
    let mut wanted: Value =
        serde_json::from_slice(&shared.expect("webdriver.json")).expect("valid JSON");
    let options = &mut wanted["goog:chromeOptions"];
    let arguments = options["args"].as_array_mut().expect("a list of switches");
    arguments.extend([
        json!(format!("--user-data-dir={}", folder.join("profile").display())),
        json!("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"),
        json!("--window-size=1280,720"),
        json!("--force-device-scale-factor=1"),
        json!("--hide-scrollbars"),
        json!("--lang=en-US"),
    ]);
    if let Ok(binary) = std::env::var("CHROMIUM") {
        options["binary"] = json!(binary);
    }
    wanted["goog:loggingPrefs"] = json!({ "browser": "ALL", "performance": "ALL" });
    wanted
}
