//! `spec/behaviour.md` as it is written, with its mistakes named.

use super::Problem;
use super::proof::Proof;

/// What requirements are about, in the order in which the groups stand.
const GROUPS: [&str; 12] =
    ["KEY", "AUTH", "REQ", "RESP", "ERR", "RETRY", "RATE", "TIME", "BATCH", "SECRET", "NET", HOST];
/// What is different in every language, and so has no scenario.
pub(super) const HOST: &str = "HOST";

/// One fact, and what fails when it does not hold.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Requirement {
    pub(super) group: &'static str,
    pub(super) number: u32,
    pub(super) proofs: Vec<Proof>,
    /// The line of its proofs.
    pub(super) verified_at: usize,
}

impl Requirement {
    pub(super) fn id(&self) -> String {
        format!("{}-{}", self.group, self.number)
    }
}

const LEVELS: [&str; 3] = ["must", "should", "may"];
const VERIFIED_BY: &str = "verified by: ";

/// Lines without an empty one between them, and the number of the first.
struct Block<'t> {
    line: usize,
    lines: Vec<&'t str>,
}

/// All requirements, and everything that is wrong. A requirement with a mistake in it is left out.
pub(super) fn parse(text: &str) -> (Vec<Requirement>, Vec<Problem>) {
    let mut reader = Reader::default();
    for block in blocks(text) {
        reader.take(&block);
    }
    let end = text.lines().count().max(1);
    reader.end_group(end);
    for name in GROUPS.iter().filter(|group| !reader.groups.contains(group)) {
        reader.problems.push(Problem::new(end, format!("the group {name} is missing; expected `## {name}`")));
    }
    (reader.requirements, reader.problems)
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let mut is_open = false;
    for (place, line) in text.lines().enumerate() {
        match blocks.last_mut().filter(|_| is_open && !line.trim().is_empty()) {
            Some(block) => block.lines.push(line),
            None if line.trim().is_empty() => {}
            None => blocks.push(Block { line: place + 1, lines: vec![line] }),
        }
        is_open = !line.trim().is_empty();
    }
    blocks
}

#[derive(Default)]
struct Reader {
    has_title: bool,
    groups: Vec<&'static str>,
    /// Whether the last group has said what it is about.
    is_described: bool,
    /// The last number of the last group.
    last: u32,
    requirements: Vec<Requirement>,
    problems: Vec<Problem>,
}

impl Reader {
    fn wrong(&mut self, line: usize, message: impl Into<String>) {
        self.problems.push(Problem::new(line, message));
    }

    fn take(&mut self, block: &Block<'_>) {
        let first = block.lines[0];
        if !self.has_title {
            self.has_title = true;
            if !(first.starts_with("# ") && block.lines.len() == 1) {
                self.wrong(block.line, format!("expected a title such as `# Behaviour`, and found `{first}`"));
            }
        } else if let Some(heading) = first.strip_prefix("### ") {
            self.requirement(block, heading);
        } else if let Some(name) = first.strip_prefix("## ") {
            self.end_group(block.line);
            self.group(block, name);
        } else if first.starts_with('#') {
            self.wrong(block.line, format!("expected `## GROUP` or `### GROUP-1 (must)`, and found `{first}`"));
        } else if !self.groups.is_empty() && self.is_described {
            self.wrong(block.line, format!("expected a requirement or a group, and found `{first}`"));
        } else {
            // What stands before the first group is for whoever reads it.
            self.is_described = !self.groups.is_empty();
        }
    }

    fn group(&mut self, block: &Block<'_>, name: &str) {
        (self.is_described, self.last) = (false, 0);
        let Some(place) = GROUPS.iter().position(|known| *known == name) else {
            let known = GROUPS.join(", ");
            return self.wrong(block.line, format!("`{name}` is no group; expected one of {known}"));
        };
        if let Some(before) = self.groups.last().filter(|before| !GROUPS[..place].contains(before)) {
            let message = format!("the group {name} stands after {before}; expected each once, in their order");
            self.wrong(block.line, message);
        }
        if let Some(line) = block.lines.get(1) {
            self.wrong(block.line + 1, format!("expected an empty line below `## {name}`, and found `{line}`"));
        }
        self.groups.push(GROUPS[place]);
    }

    fn end_group(&mut self, line: usize) {
        if let Some(group) = self.groups.last().filter(|_| !self.is_described) {
            let message = format!("expected a sentence of what {group} is about below its heading");
            self.wrong(line, message);
        }
    }

    fn requirement(&mut self, block: &Block<'_>, heading: &str) {
        let Some(group) = self.groups.last().copied() else {
            return self.wrong(block.line, format!("`{heading}` stands in no group; expected `## GROUP` before it"));
        };
        if !self.is_described {
            self.end_group(block.line);
            self.is_described = true;
        }
        let before = self.problems.len();
        let number = match number(heading, group, self.last) {
            Ok(number) => number,
            Err(message) => return self.wrong(block.line, message),
        };
        self.last = number;
        let (proofs, verified_at) = self.verified(block, heading);
        self.sentence(block, heading);
        if group == HOST && proofs.iter().any(|proof| matches!(proof, Proof::Scenario(_))) {
            self.wrong(verified_at, "HOST is verified by tests of each language, and no scenario");
        }
        if self.problems.len() == before {
            self.requirements.push(Requirement { group, number, proofs, verified_at });
        }
    }

    fn verified(&mut self, block: &Block<'_>, heading: &str) -> (Vec<Proof>, usize) {
        let mut found = block.lines.iter().enumerate().filter(|(_, line)| line.starts_with(VERIFIED_BY.trim_end()));
        let (Some((place, line)), None) = (found.next(), found.next()) else {
            self.wrong(block.line, format!("expected one line `{VERIFIED_BY}` below `### {heading}`"));
            return (Vec::new(), block.line);
        };
        let verified_at = block.line + place;
        if place + 1 < block.lines.len() {
            self.wrong(verified_at + 1, format!("expected nothing below `{VERIFIED_BY}`, and found more"));
        }
        let mut proofs = Vec::new();
        for item in line.strip_prefix(VERIFIED_BY).unwrap_or_default().split(", ") {
            let quoted = item.strip_prefix('`').and_then(|item| item.strip_suffix('`'));
            let proof = quoted.ok_or_else(|| format!("expected proofs as `…`, `…`, and found {item:?}"));
            match proof.and_then(Proof::parse) {
                Ok(proof) if proofs.contains(&proof) => self.wrong(verified_at, format!("{item} is there twice")),
                Ok(proof) => proofs.push(proof),
                Err(message) => self.wrong(verified_at, message),
            }
        }
        (proofs, verified_at)
    }

    fn sentence(&mut self, block: &Block<'_>, heading: &str) {
        let lines = block.lines[1..].iter().take_while(|line| !line.starts_with(VERIFIED_BY.trim_end()));
        let sentence = lines.copied().collect::<Vec<_>>().join(" ");
        if sentence.is_empty() || !sentence.ends_with('.') || sentence.contains(". ") {
            self.wrong(block.line, format!("expected one sentence below `### {heading}`, which ends with a full stop"));
        }
    }
}

/// The number in a heading such as `RATE-4 (must)`.
fn number(heading: &str, group: &str, last: u32) -> Result<u32, String> {
    let expected = format!("expected such as `### {group}-4 (must)`, and found `### {heading}`");
    let (id, level) = heading.strip_suffix(')').and_then(|heading| heading.split_once(" (")).ok_or(&expected)?;
    if !LEVELS.contains(&level) {
        return Err(format!("`{level}` is no level; expected one of {}", LEVELS.join(", ")));
    }
    let (found, digits) = id.rsplit_once('-').ok_or(&expected)?;
    if found != group {
        return Err(format!("{id} stands in the group {group}; expected {group}-{digits}"));
    }
    // Written in one way only, as others look for it.
    let number = digits.parse().ok().filter(|number: &u32| number.to_string() == digits).ok_or(&expected)?;
    if number <= last {
        return Err(format!("{id} does not ascend; expected a number above {last}"));
    }
    Ok(number)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A document with every group, and this below the first.
    pub(in super::super) fn with(requirements: &str) -> String {
        let groups = GROUPS.map(|name| match name {
            "KEY" => format!("## KEY\n\nAll.\n\n{requirements}"),
            name => format!("## {name}\n\nAll."),
        });
        format!("# Behaviour\n\nFor who reads it.\n\n{}\n", groups.join("\n\n"))
    }

    /// The line where `with` puts what it is given.
    const FIRST: usize = 9;
    const FINE: &str = "### KEY-1 (must)\nIt is so.\nverified by: `simulation`";

    #[test]
    fn requirements_are_read_with_their_proofs() {
        let document = with(
            "### KEY-1 (must)\nIt is so,\nand 2.5 of it.\nverified by: `a/b.rs::c`, `key/d`\n\n\
             ### KEY-3 (may)\nIt is.\nverified by: `simulation`",
        );
        let (requirements, problems) = parse(&document);
        assert_eq!(problems, []);
        let test = Proof::Test { file: "a/b.rs".to_owned(), function: "c".to_owned() };
        let expected =
            [(1, vec![test, Proof::Scenario("key/d".to_owned())], FIRST + 3), (3, vec![Proof::Simulation], FIRST + 7)];
        let expected =
            expected.map(|(number, proofs, verified_at)| Requirement { group: "KEY", number, proofs, verified_at });
        assert_eq!(requirements, expected);
        assert_eq!(requirements[1].id(), "KEY-3");
    }

    /// What a requirement that is wrong is told, and where, from the first line of it.
    #[test]
    fn a_mistake_is_named_with_its_line_and_what_was_expected() {
        let body = "\nIt is so.\nverified by: `simulation`";
        let heading = |heading: &str| format!("{heading}{body}");
        let rows = [
            (heading("### KEY-1"), 0, "expected such as `### KEY-4 (must)`, and found `### KEY-1`"),
            (heading("### KEY-1 (must) "), 0, "expected such as"),
            (heading("### KEY-01 (must)"), 0, "expected such as"),
            (heading("### KEY-x (must)"), 0, "expected such as"),
            (heading("### KEY (must)"), 0, "expected such as"),
            (heading("### KEY-0 (must)"), 0, "KEY-0 does not ascend; expected a number above 0"),
            (heading("### KEY-1 (shall)"), 0, "`shall` is no level; expected one of must, should, may"),
            (heading("### AUTH-1 (must)"), 0, "AUTH-1 stands in the group KEY; expected KEY-1"),
            (heading("### KEYS-1 (must)"), 0, "KEYS-1 stands in the group KEY"),
            (heading("#### KEY-1 (must)"), 0, "expected `## GROUP` or `### GROUP-1 (must)`"),
            (format!("{FINE}\n\n{FINE}"), 4, "KEY-1 does not ascend; expected a number above 1"),
            (format!("{FINE}\n\n{FINE}").replacen("KEY-1", "KEY-2", 1), 4, "KEY-1 does not ascend"),
            ("### KEY-1 (must)\nverified by: `simulation`".to_owned(), 0, "expected one sentence"),
            ("### KEY-1 (must)\nIt is so\nverified by: `simulation`".to_owned(), 0, "expected one sentence"),
            ("### KEY-1 (must)\nIt is. So.\nverified by: `simulation`".to_owned(), 0, "expected one sentence"),
            ("### KEY-1 (must)\nIt is so.".to_owned(), 0, "expected one line `verified by: `"),
            (format!("{FINE}\nverified by: `simulation`"), 0, "expected one line `verified by: `"),
            (format!("{FINE}\nAnd more."), 3, "expected nothing below `verified by: `"),
            (format!("{FINE}\n\nAnd more."), 4, "expected a requirement or a group, and found `And more.`"),
            ("### KEY-1 (must)\nIt is so.\nverified by:".to_owned(), 2, "expected proofs as `…`, `…`, and found \"\""),
            (FINE.replace("`simulation`", "simulation"), 2, "expected proofs as"),
            (FINE.replace("`simulation`", "`simulation` "), 2, "expected proofs as"),
            (FINE.replace("`simulation`", "`simulation`,`a/b`"), 2, "is no proof; expected `FILE.rs::TEST`"),
            (FINE.replace("`simulation`", "`nothing yet`"), 2, "`nothing yet` is no proof"),
            (FINE.replace("`simulation`", "`a/b`, `a/b`"), 2, "`a/b` is there twice"),
        ];
        for (requirement, line, message) in rows {
            let (_, problems) = parse(&with(&requirement));
            let [problem] = &problems[..] else { panic!("{requirement}: {problems:?}") };
            assert_eq!(problem.line, FIRST + line, "{requirement}: {problem}");
            assert!(problem.message.contains(message), "{requirement}: {problem}");
        }
    }

    #[test]
    fn groups_are_known_described_and_stand_in_their_order() {
        let whole = with(FINE);
        let rows = [
            (whole.replace("## HOST\n\nAll.\n", ""), vec!["the group HOST is missing; expected `## HOST`"]),
            (
                whole.replace("## TIME", "## TIMES"),
                vec!["`TIMES` is no group; expected one of KEY, AUTH", "the group TIME is missing"],
            ),
            (whole.replace("## TIME\n\nAll.", "## TIME"), vec!["expected a sentence of what TIME is about"]),
            (whole.replace("## HOST\n\nAll.", "## HOST"), vec!["expected a sentence of what HOST is about"]),
            (whole.replace("## KEY\n\nAll.", "## KEY"), vec!["expected a sentence of what KEY is about"]),
            (whole.replace("## TIME\n", "## TIME\nAll.\n"), vec!["expected an empty line below `## TIME`"]),
            (
                whole.replace("## TIME", "## RATE"),
                vec!["the group RATE stands after RATE", "the group TIME is missing"],
            ),
            (whole.replace("# Behaviour\n\n", ""), vec!["expected a title such as `# Behaviour`, and found `For who"]),
            (whole.replace("For who reads it.", FINE), vec!["`KEY-1 (must)` stands in no group"]),
            (
                whole.replace("## HOST\n\nAll.", "## HOST\n\nAll.\n\n### HOST-1 (must)\nIt is.\nverified by: `a/b`"),
                vec!["HOST is verified by tests"],
            ),
        ];
        for (text, expected) in rows {
            let (_, problems) = parse(&text);
            let messages: Vec<&str> = problems.iter().map(|problem| &*problem.message).collect();
            assert_eq!(messages.len(), expected.len(), "{messages:?}");
            for (message, part) in messages.iter().zip(expected) {
                assert!(message.contains(part), "{message}");
            }
        }
    }
}
