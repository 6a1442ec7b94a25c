/// What a file is, by its path and by what the base branch says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PathClass {
    /// The kind of file.
    pub kind: FileKind,
    /// What could go wrong with it in particular.
    pub sensitivity: Option<Sensitivity>,
    /// The part of the supply chain it belongs to.
    pub supply_chain: Option<SupplyChainPart>,
    /// Whether it steers how changes are judged: attributes, owners, policies.
    pub steers_review: bool,
}

/// The kind of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// Source code, and everything not listed below.
    Code,
    /// Tests, with their fixtures.
    Test,
    /// Text for people.
    Documentation,
    /// Tables, pictures, fonts, certificates and the like.
    Data,
    /// Exact versions of dependencies, written by a tool.
    Lockfile,
    /// Made by a tool, as the base branch declares.
    Generated,
    /// A copy of someone else's code.
    Vendored,
}

/// Something that makes a mistake in a file cost more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sensitivity {
    /// Keys and passwords.
    Secrets,
    /// Who may do what.
    Authentication,
    /// Encryption and signatures.
    Cryptography,
    /// Money.
    Payments,
    /// Stored data.
    Migrations,
    /// Where and how it runs.
    Infrastructure,
}

/// A part of what the project is built from and with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SupplyChainPart {
    /// Names the dependencies.
    Manifest,
    /// Fixes their versions.
    Lockfile,
    /// Steers continuous integration.
    ContinuousIntegration,
    /// Runs during a build.
    BuildScript,
    /// Another repository, by its commit.
    Submodule,
}

impl PathClass {
    /// Classifies a path by its names alone.
    #[must_use]
    pub fn of(path: &str) -> Self {
        let lower = path.to_ascii_lowercase();
        let name = lower.rsplit('/').next().unwrap_or(&lower);
        let folders: Vec<&str> = lower.split('/').rev().skip(1).collect();
        let supply_chain = supply_chain(&lower, name, &folders);
        Self {
            kind: kind(name, &folders, supply_chain),
            sensitivity: sensitivity(path, &folders),
            supply_chain,
            steers_review: steers_review(&lower, name),
        }
    }

    /// A renamed file is all that it was and is: it counts for people unless it never did, and it is
    /// as sensitive as it ever was.
    #[must_use]
    pub fn or(self, previous: Option<Self>) -> Self {
        let Some(previous) = previous else { return self };
        Self {
            kind: if self.is_countable() { self.kind } else { previous.kind },
            sensitivity: self.sensitivity.or(previous.sensitivity),
            supply_chain: self.supply_chain.or(previous.supply_chain),
            steers_review: self.steers_review || previous.steers_review,
        }
    }

    /// Whether its lines are written by people and worth their time: not generated, not a copy, not
    /// a lockfile, not data.
    #[must_use]
    pub const fn is_countable(&self) -> bool {
        matches!(self.kind, FileKind::Code | FileKind::Test | FileKind::Documentation)
    }
}

impl Sensitivity {
    /// What it is, in a word or two.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Secrets => "secrets",
            Self::Authentication => "authentication",
            Self::Cryptography => "cryptography",
            Self::Payments => "payments",
            Self::Migrations => "data migrations",
            Self::Infrastructure => "infrastructure",
        }
    }
}

impl SupplyChainPart {
    /// What it is, in a word or two.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Manifest => "dependency manifest",
            Self::Lockfile => "lockfile",
            Self::ContinuousIntegration => "continuous integration",
            Self::BuildScript => "build script",
            Self::Submodule => "submodule",
        }
    }
}

const LOCKFILES: [&str; 17] = [
    "package-lock.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "npm-shrinkwrap.json",
    "bun.lock",
    "cargo.lock",
    "go.sum",
    "poetry.lock",
    "pipfile.lock",
    "uv.lock",
    "gemfile.lock",
    "composer.lock",
    "packages.lock.json",
    "mix.lock",
    "pubspec.lock",
    "stack.yaml.lock",
    "conan.lock",
];

const MANIFESTS: [&str; 15] = [
    "package.json",
    "cargo.toml",
    "go.mod",
    "pyproject.toml",
    "pipfile",
    "gemfile",
    "composer.json",
    "pom.xml",
    "ivy.xml",
    "build.gradle",
    "build.gradle.kts",
    "mix.exs",
    "pubspec.yaml",
    "package.swift",
    "conanfile.txt",
];

const BUILD_SCRIPTS: [&str; 13] = [
    "makefile",
    "gnumakefile",
    "cmakelists.txt",
    "build.rs",
    "setup.py",
    "setup.cfg",
    "configure.ac",
    "meson.build",
    "gradlew",
    "justfile",
    "rakefile",
    ".npmrc",
    ".gitmodules",
];

const CI_FILES: [&str; 7] = [
    ".gitlab-ci.yml",
    "bitbucket-pipelines.yml",
    "jenkinsfile",
    "azure-pipelines.yml",
    ".travis.yml",
    "appveyor.yml",
    ".drone.yml",
];

/// Mostly the extensions that review tools leave out of their counts.
const DATA_EXTENSIONS: [&str; 38] = [
    "csv", "tsv", "log", "svg", "png", "jpg", "jpeg", "gif", "webp", "ico", "bmp", "pdf", "ipynb", "po", "pot", "pem",
    "crt", "cer", "der", "p12", "woff", "woff2", "ttf", "otf", "eot", "mp3", "mp4", "wav", "zip", "gz", "tar", "jar",
    "bin", "dat", "parquet", "sqlite", "map", "snap",
];

/// What is binary by nature and only looked at or listened to.
const MEDIA_EXTENSIONS: [&str; 18] = [
    "png", "jpg", "jpeg", "gif", "webp", "ico", "bmp", "pdf", "woff", "woff2", "ttf", "otf", "eot", "mp3", "mp4",
    "wav", "ogg", "webm",
];

/// Whether a binary file of this name is a picture, a font, a sound or the like.
pub(crate) fn is_media(path: &str) -> bool {
    path.rsplit_once('.')
        .is_some_and(|(_, extension)| MEDIA_EXTENSIONS.contains(&extension.to_ascii_lowercase().as_str()))
}

const DOCUMENTATION_EXTENSIONS: [&str; 6] = ["md", "rst", "adoc", "txt", "mdx", "tex"];

fn supply_chain(path: &str, name: &str, folders: &[&str]) -> Option<SupplyChainPart> {
    let requirements = name.starts_with("requirements") && (has_extension(name, "txt") || has_extension(name, "in"));
    if LOCKFILES.contains(&name) || name == "conda-lock.yml" {
        return Some(SupplyChainPart::Lockfile);
    }
    if MANIFESTS.contains(&name) || requirements || has_extension(name, "csproj") || has_extension(name, "gemspec") {
        return Some(SupplyChainPart::Manifest);
    }
    let ci_folder = [".github/workflows/", ".github/actions/", ".circleci/", ".buildkite/"];
    if ci_folder.iter().any(|folder| path.starts_with(folder)) || CI_FILES.contains(&name) {
        return Some(SupplyChainPart::ContinuousIntegration);
    }
    let script = has_extension(name, "sh") && folders.iter().any(|folder| ["scripts", "ci", "build"].contains(folder));
    let container = name.starts_with("dockerfile") || has_extension(name, "dockerfile");
    if BUILD_SCRIPTS.contains(&name) || script || container || path.ends_with(".cargo/config.toml") {
        return Some(SupplyChainPart::BuildScript);
    }
    None
}

fn kind(name: &str, folders: &[&str], supply_chain: Option<SupplyChainPart>) -> FileKind {
    if supply_chain == Some(SupplyChainPart::Lockfile) {
        return FileKind::Lockfile;
    }
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    if DATA_EXTENSIONS.contains(&extension) {
        return FileKind::Data;
    }
    let test_folder = ["test", "tests", "__tests__", "spec", "specs", "testing", "testdata", "fixtures", "e2e"];
    let test_name = stem.starts_with("test_")
        || ["_test", "_tests", "_spec", ".test", ".spec", "-test"].iter().any(|end| stem.ends_with(end))
        || name == "conftest.py"
        || (stem.ends_with("test") && ["java", "kt", "cs", "php", "swift", "scala"].contains(&extension));
    if test_name || folders.iter().any(|folder| test_folder.contains(folder)) {
        return FileKind::Test;
    }
    let documentation_name = ["readme", "changelog", "license", "contributing", "authors", "notice", "history"];
    if supply_chain.is_none()
        && (DOCUMENTATION_EXTENSIONS.contains(&extension) || documentation_name.contains(&stem))
        && !name.starts_with("cmakelists")
    {
        return FileKind::Documentation;
    }
    FileKind::Code
}

/// Words of a path that tell what it deals with. Whole words only: `author` is not `auth`.
const SENSITIVE_WORDS: [(Sensitivity, &[&str]); 6] = [
    (Sensitivity::Secrets, &["secret", "secrets", "credential", "credentials", "vault", "keystore"]),
    (
        Sensitivity::Authentication,
        &[
            "auth",
            "oauth",
            "authn",
            "authz",
            "login",
            "logout",
            "session",
            "sessions",
            "password",
            "passwords",
            "permission",
            "permissions",
            "acl",
            "rbac",
            "sso",
            "saml",
            "jwt",
            "token",
            "tokens",
            "authentication",
            "authorization",
            "csrf",
            "cors",
        ],
    ),
    (
        Sensitivity::Cryptography,
        &["crypto", "cryptography", "cipher", "encrypt", "encryption", "decrypt", "signing", "tls", "ssl", "hmac"],
    ),
    (Sensitivity::Payments, &["payment", "payments", "billing", "checkout", "invoice", "invoices", "payout"]),
    (Sensitivity::Migrations, &["migration", "migrations", "migrate"]),
    (
        Sensitivity::Infrastructure,
        &["terraform", "kubernetes", "k8s", "helm", "ansible", "deploy", "deployment", "infra", "nginx", "docker"],
    ),
];

fn sensitivity(path: &str, folders: &[&str]) -> Option<Sensitivity> {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let key_file = name == ".env"
        || name.starts_with(".env.")
        || ["key", "p12", "pfx"].iter().any(|end| has_extension(&name, end));
    if key_file {
        return Some(Sensitivity::Secrets);
    }
    if has_extension(&name, "tf") || name.starts_with("dockerfile") || name.starts_with("docker-compose") {
        return Some(Sensitivity::Infrastructure);
    }
    // What is tested, documented or shown there does not run in production.
    let harmless = ["test", "tests", "docs", "doc", "examples", "example", "testdata", "fixtures"];
    if folders.iter().any(|folder| harmless.contains(folder)) {
        return None;
    }
    let words = words(path);
    SENSITIVE_WORDS
        .iter()
        .find(|(_, sensitive)| words.iter().any(|word| sensitive.contains(&word.as_str())))
        .map(|(sensitivity, _)| *sensitivity)
}

fn steers_review(path: &str, name: &str) -> bool {
    matches!(name, ".gitattributes" | "codeowners" | ".mailmap" | "vouched.td")
        || path.starts_with(".axiomo/")
        || path.contains("/.axiomo/")
        || (path.starts_with(".github/") && (name == "settings.yml" || name == "dependabot.yml"))
}

fn has_extension(name: &str, extension: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, found)| found == extension)
}

/// The words of a path in lower case: `src/userLogin.rs` gives `src`, `user`, `login`, `rs`.
fn words(path: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_lower = false;
    for letter in path.chars() {
        if !letter.is_ascii_alphanumeric() || (letter.is_ascii_uppercase() && after_lower) {
            words.push(String::new());
        }
        after_lower = letter.is_ascii_lowercase() || letter.is_ascii_digit();
        if letter.is_ascii_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.push(letter.to_ascii_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_follow_names_and_folders() {
        use FileKind::{Code, Data, Documentation, Lockfile, Test};
        let rows = [
            ("src/lib.rs", Code),
            ("Cargo.lock", Lockfile),
            ("web/package-lock.json", Lockfile),
            ("pom.xml", Code),
            ("tests/api.rs", Test),
            ("src/parser_test.go", Test),
            ("src/app.spec.ts", Test),
            ("src/UserTest.java", Test),
            ("src/latest.rs", Code),
            ("contest.py", Code),
            ("README", Documentation),
            ("docs/guide.md", Documentation),
            ("CMakeLists.txt", Code),
            ("requirements-dev.txt", Code),
            ("logo.svg", Data),
            ("", Code),
        ];
        for (path, kind) in rows {
            assert_eq!(PathClass::of(path).kind, kind, "{path}");
        }
    }

    #[test]
    fn supply_chain_parts_are_told_apart() {
        use SupplyChainPart::{BuildScript, ContinuousIntegration, Lockfile, Manifest};
        let rows = [
            ("go.sum", Some(Lockfile)),
            ("api/Cargo.toml", Some(Manifest)),
            ("requirements.txt", Some(Manifest)),
            (".github/workflows/ci.yml", Some(ContinuousIntegration)),
            ("sub/.gitlab-ci.yml", Some(ContinuousIntegration)),
            ("build.rs", Some(BuildScript)),
            ("ci/release.sh", Some(BuildScript)),
            ("docker/Dockerfile.prod", Some(BuildScript)),
            ("src/run.sh", None),
            ("docs/workflows/ci.yml", None),
        ];
        for (path, part) in rows {
            assert_eq!(PathClass::of(path).supply_chain, part, "{path}");
        }
    }

    #[test]
    fn sensitive_words_are_whole_words_of_code_that_runs() {
        let rows = [
            ("src/auth/mod.rs", Some(Sensitivity::Authentication)),
            ("src/userLogin.ts", Some(Sensitivity::Authentication)),
            ("src/author.rs", None),
            ("src/tokenizer.rs", None),
            ("tests/auth.rs", None),
            ("config/.env.production", Some(Sensitivity::Secrets)),
            ("db/migrations/0001.sql", Some(Sensitivity::Migrations)),
            ("main.tf", Some(Sensitivity::Infrastructure)),
        ];
        for (path, sensitivity) in rows {
            assert_eq!(PathClass::of(path).sensitivity, sensitivity, "{path}");
        }
    }

    #[test]
    fn files_that_steer_reviews_are_known() {
        for path in [".gitattributes", "src/.gitattributes", ".github/CODEOWNERS", ".axiomo/policies/core.json"] {
            assert!(PathClass::of(path).steers_review, "{path}");
        }
        assert!(!PathClass::of("src/owners.rs").steers_review);
    }
}
