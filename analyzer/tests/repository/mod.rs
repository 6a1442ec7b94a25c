//! Git repositories for tests, made by git itself.

#![allow(dead_code, unreachable_pub, missing_docs, clippy::unwrap_used, reason = "each test program uses a part of it")]

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use axiomo_analyzer::git::{Error, Repository, Selection};
use axiomo_analyzer::{Change, analyze};
use axiomo_model::{Signal, Timestamp};

/// A bare repository in a temporary folder, and the stream of commits that fills it.
pub struct TestRepository {
    pub folder: tempfile::TempDir,
    stream: Vec<u8>,
    next_mark: usize,
    pub time: i64,
}

/// A mode, a path and a content; no content deletes.
pub type File<'f> = (&'f str, &'f [u8], Option<&'f [u8]>);

/// A commit that a test makes.
pub struct NewCommit<'c> {
    pub branch: &'c str,
    pub message: &'c [u8],
    pub author: &'c str,
    /// Branches, tags or commits; none begins a history.
    pub parents: &'c [&'c str],
    pub files: &'c [File<'c>],
}

pub const FILE: &str = "100644";
pub const ANN: &str = "Ann Lee <ann@example.com>";
pub const BOB: &str = "Bob Ray <7+bob@users.noreply.github.com>";

impl TestRepository {
    pub fn new() -> Self {
        let repository = Self {
            folder: tempfile::Builder::new().prefix("project").tempdir().unwrap(),
            stream: Vec::new(),
            next_mark: 1,
            time: 1_700_000_000,
        };
        repository.git(&["init", "--quiet", "--bare", "--initial-branch=main"]);
        repository
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a commit; returns its hash. Each is a minute after the one before.
    pub fn commit(&mut self, new: &NewCommit<'_>) -> String {
        self.time += 60;
        let mark = self.next_mark;
        self.next_mark += 1;
        let mut head = format!("reset refs/heads/{0}\ncommit refs/heads/{0}\nmark :{mark}\n", new.branch);
        write!(head, "author {0} {1} +0000\ncommitter {0} {1} +0000\n", new.author, self.time).unwrap();
        self.stream.extend(head.bytes());
        self.data(new.message);
        for (index, parent) in new.parents.iter().enumerate() {
            let parent = self.git(&["rev-parse", &format!("{parent}^{{commit}}")]);
            let word = if index == 0 { "from" } else { "merge" };
            self.stream.extend(format!("{word} {parent}\n").bytes());
        }
        for (mode, path, content) in new.files {
            let quoted = quote(path);
            match content {
                None => self.stream.extend([b"D ", &quoted[..], b"\n"].concat()),
                Some(commit) if *mode == "160000" => {
                    self.stream.extend([b"M 160000 ", *commit, b" ", &quoted[..], b"\n"].concat());
                }
                Some(content) => {
                    self.stream.extend([format!("M {mode} inline ").as_bytes(), &quoted[..], b"\n"].concat());
                    self.data(content);
                }
            }
        }
        self.stream.push(b'\n');
        let stream = std::mem::take(&mut self.stream);
        self.git_with(&["fast-import", "--quiet", "--force"], &stream);
        self.git(&["rev-parse", &format!("refs/heads/{}", new.branch)])
    }

    /// A commit on `main`.
    pub fn on_main(&mut self, message: &str, files: &[(&str, &str)]) -> String {
        self.on("main", &["main"], message, ANN, files)
    }

    /// Writes an object as it is, however odd.
    pub fn object(&self, kind: &str, content: &[u8]) -> String {
        self.git_with(&["hash-object", "-t", kind, "-w", "--stdin", "--literally"], content)
    }

    /// A folder of these lines, each as `git mktree` takes it.
    pub fn tree(&self, lines: &str) -> String {
        self.git_with(&["mktree", "--missing"], lines.as_bytes())
    }

    /// Ends a branch with a commit of such a folder and message, however odd they are.
    pub fn commit_tree(&mut self, branch: &str, parent: &str, tree: &str, message: &str) {
        self.time += 60;
        let parent = self.git(&["rev-parse", parent]);
        let who = format!("{ANN} {} +0000", self.time);
        let commit = format!("tree {tree}\nparent {parent}\nauthor {who}\ncommitter {who}\n\n{message}\n");
        let id = self.object("commit", commit.as_bytes());
        self.git(&["update-ref", &format!("refs/heads/{branch}"), &id]);
    }

    /// So many commits on `main` that change nothing, written in one go.
    pub fn idle_on_main(&self, count: usize) {
        let mut stream = String::from("reset refs/heads/main\nfrom refs/heads/main^0\n");
        for number in 0..count {
            write!(stream, "commit refs/heads/main\ncommitter {ANN} {} +0000\ndata 0\n", 1_600_000_000 + number)
                .unwrap();
        }
        self.git_with(&["fast-import", "--quiet"], stream.as_bytes());
    }

    pub fn on(
        &mut self,
        branch: &str,
        parents: &[&str],
        message: &str,
        author: &str,
        files: &[(&str, &str)],
    ) -> String {
        let existing: Vec<&str> = parents.iter().copied().filter(|parent| self.exists(parent)).collect();
        let files: Vec<File<'_>> =
            files.iter().map(|(path, content)| (FILE, path.as_bytes(), Some(content.as_bytes()))).collect();
        self.commit(&NewCommit { branch, message: message.as_bytes(), author, parents: &existing, files: &files })
    }

    fn exists(&self, revision: &str) -> bool {
        let mut command = self.command(&["rev-parse", "--quiet", "--verify", revision]);
        command.stdout(Stdio::null()).status().unwrap().success()
    }

    fn data(&mut self, content: &[u8]) {
        self.stream.extend(format!("data {}\n", content.len()).bytes());
        self.stream.extend(content);
        self.stream.push(b'\n');
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        command.args(arguments).current_dir(self.folder.path());
        // Nothing of whoever runs the tests.
        for variable in ["GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"] {
            command.env(variable, "/dev/null");
        }
        command.env("GIT_DIR", self.folder.path());
        command
    }

    /// Runs git in the repository; returns what it prints.
    pub fn git(&self, arguments: &[&str]) -> String {
        self.git_with(arguments, b"")
    }

    /// The same, where a failure means that there is nothing.
    pub fn git_or_nothing(&self, arguments: &[&str]) -> String {
        String::from_utf8_lossy(&self.command(arguments).output().unwrap().stdout).trim_end().to_owned()
    }

    pub fn git_with(&self, arguments: &[&str], input: &[u8]) -> String {
        let mut child = self.command(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "git {arguments:?} failed");
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    pub fn change(&self, selection: &Selection) -> Result<Change, Error> {
        Repository::open(self.path())?.change(selection)
    }

    pub fn range(&self, range: &str) -> Change {
        self.change(&range.parse().unwrap()).unwrap()
    }

    pub fn pull(&self, number: u64) -> Change {
        self.change(&Selection::PullRequest(number)).unwrap()
    }

    pub fn signal(&self, range: &str) -> Signal {
        analyze(&self.range(range), self.now())
    }

    pub fn now(&self) -> Timestamp {
        Timestamp::from_unix_seconds(self.time)
    }
}

fn quote(path: &[u8]) -> Vec<u8> {
    let mut quoted = vec![b'"'];
    for byte in path {
        match byte {
            b'"' | b'\\' => quoted.extend([b'\\', *byte]),
            b'\n' => quoted.extend(b"\\n"),
            _ => quoted.push(*byte),
        }
    }
    quoted.push(b'"');
    quoted
}

pub fn lines(count: usize, word: &str) -> String {
    (0..count).fold(String::new(), |text, line| text + &format!("{word} {line}\n"))
}
