// Generated from spec/model.yaml by `cargo xtask generate`; edit that file instead.

import Foundation

/// What a pull request is, says and risks, in sections.
public struct Signal: Sendable, Hashable, Decodable {
    /// The schema of this Signal, `axiomo.signal.v1`.
    public let version: String?
    /// Names this Signal: `ax-{owner}-{repo}-{number}-{8 hex}`. Opaque to a reader.
    public let signal_id: String?
    /// Where a person can read this Signal. Opaque to a reader; absent for a local analysis.
    public let signal_url: String?
    /// The pull request itself.
    public let pr: PullRequest
    /// Who wrote it, the author first.
    public let contributors: [Contributor]
    /// What it wants to achieve, where it says so.
    public let intent: Intent?
    /// How risky it is, and why.
    public let risk: Risk
    /// Which automated checks speak for it.
    public let evidence: Evidence
    /// What it changes in dependencies, continuous integration and build scripts.
    public let supply_chain: SupplyChain
    /// How much work its review is, and how long it has waited.
    public let triage: Triage
    /// How it keeps to the repository's contribution guidelines.
    public let conventions: Conventions
    /// Where to look first.
    public let focus: Focus
    /// What the repository's policies say of it.
    public let governance: Governance
    /// What to do with it.
    public let review: Review
    /// When and how this Signal was made.
    public let meta: Meta

    private enum CodingKeys: String, CodingKey {
        case version
        case signal_id
        case signal_url
        case pr
        case contributors
        case intent
        case risk
        case evidence
        case supply_chain
        case triage
        case conventions
        case focus
        case governance
        case review
        case meta
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        version = try members.decodeIfPresent(String.self, forKey: .version)
        signal_id = try members.decodeIfPresent(String.self, forKey: .signal_id)
        signal_url = try members.decodeIfPresent(String.self, forKey: .signal_url)
        pr = try members.decodeIfPresent(PullRequest.self, forKey: .pr) ?? PullRequest()
        contributors = try members.decodeIfPresent([Contributor].self, forKey: .contributors) ?? []
        intent = try members.decodeIfPresent(Intent.self, forKey: .intent)
        risk = try members.decodeIfPresent(Risk.self, forKey: .risk) ?? Risk()
        evidence = try members.decodeIfPresent(Evidence.self, forKey: .evidence) ?? Evidence()
        supply_chain = try members.decodeIfPresent(SupplyChain.self, forKey: .supply_chain) ?? SupplyChain()
        triage = try members.decodeIfPresent(Triage.self, forKey: .triage) ?? Triage()
        conventions = try members.decodeIfPresent(Conventions.self, forKey: .conventions) ?? Conventions()
        focus = try members.decodeIfPresent(Focus.self, forKey: .focus) ?? Focus()
        governance = try members.decodeIfPresent(Governance.self, forKey: .governance) ?? Governance()
        review = try members.decodeIfPresent(Review.self, forKey: .review) ?? Review()
        meta = try members.decodeIfPresent(Meta.self, forKey: .meta) ?? Meta()
    }

    /// One of which nothing is known.
    init() {
        version = nil
        signal_id = nil
        signal_url = nil
        pr = PullRequest()
        contributors = []
        intent = nil
        risk = Risk()
        evidence = Evidence()
        supply_chain = SupplyChain()
        triage = Triage()
        conventions = Conventions()
        focus = Focus()
        governance = Governance()
        review = Review()
        meta = Meta()
    }
}

/// The pull request (a merge request on GitLab) as the provider knows it.
public struct PullRequest: Sendable, Hashable, Decodable {
    /// Where the repository is hosted; absent for a repository known only from disk.
    public let provider: Provider?
    /// The user, organisation or group (`group/subgroup`) that owns the repository; `local` where a repository on disk names none.
    public let owner: String?
    /// The repository's name.
    public let repo: String?
    /// The pull request's number in its repository; null for a plain range of commits.
    public let number: Int?
    /// Its title. From a local repository: the title in the merge message, else the subject of its first commit.
    public let title: String?
    /// The author's user name; null when it cannot be known.
    public let author: String?
    /// Its page at the provider.
    public let url: String?
    /// Whether it is open, closed or merged; absent when a local repository cannot tell.
    public let state: PullRequestState?
    /// Whether it is marked as not ready for review.
    public let draft: Bool?
    /// The branch it is to be merged into.
    public let base_branch: String?
    /// The branch it comes from.
    public let head_branch: String?
    /// The commit of the base branch it is compared with; for a merged one the base as it was at the merge.
    public let base_sha: String?
    /// Its newest commit.
    public let head_sha: String?
    /// When it was opened. From a local repository: when its first commit was made.
    public let created_at: Date?
    /// When it last changed. From a local repository: when its newest commit was made.
    public let updated_at: Date?
    /// Lines added, as the provider counts them; null when a file of it could not be read.
    ///
    /// Unit: lines.
    public let additions: Int?
    /// Lines deleted, as the provider counts them; null when a file of it could not be read.
    ///
    /// Unit: lines.
    public let deletions: Int?
    /// Files it changes; a renamed file counts once.
    ///
    /// Unit: files.
    public let changed_files: Int?
    /// Commits it consists of; null where it was squashed and they are gone.
    ///
    /// Unit: commits.
    public let commits: Int?

    private enum CodingKeys: String, CodingKey {
        case provider
        case owner
        case repo
        case number
        case title
        case author
        case url
        case state
        case draft
        case base_branch
        case head_branch
        case base_sha
        case head_sha
        case created_at
        case updated_at
        case additions
        case deletions
        case changed_files
        case commits
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        provider = try members.decodeIfPresent(Provider.self, forKey: .provider)
        owner = try members.decodeIfPresent(String.self, forKey: .owner)
        repo = try members.decodeIfPresent(String.self, forKey: .repo)
        number = try members.decodeIfPresent(Int.self, forKey: .number)
        title = try members.decodeIfPresent(String.self, forKey: .title)
        author = try members.decodeIfPresent(String.self, forKey: .author)
        url = try members.decodeIfPresent(String.self, forKey: .url)
        state = try members.decodeIfPresent(PullRequestState.self, forKey: .state)
        draft = try members.decodeIfPresent(Bool.self, forKey: .draft)
        base_branch = try members.decodeIfPresent(String.self, forKey: .base_branch)
        head_branch = try members.decodeIfPresent(String.self, forKey: .head_branch)
        base_sha = try members.decodeIfPresent(String.self, forKey: .base_sha)
        head_sha = try members.decodeIfPresent(String.self, forKey: .head_sha)
        created_at = try members.decodeIfPresent(String.self, forKey: .created_at).flatMap(instant)
        updated_at = try members.decodeIfPresent(String.self, forKey: .updated_at).flatMap(instant)
        additions = try members.decodeIfPresent(Int.self, forKey: .additions)
        deletions = try members.decodeIfPresent(Int.self, forKey: .deletions)
        changed_files = try members.decodeIfPresent(Int.self, forKey: .changed_files)
        commits = try members.decodeIfPresent(Int.self, forKey: .commits)
    }

    /// One of which nothing is known.
    init() {
        provider = nil
        owner = nil
        repo = nil
        number = nil
        title = nil
        author = nil
        url = nil
        state = nil
        draft = nil
        base_branch = nil
        head_branch = nil
        base_sha = nil
        head_sha = nil
        created_at = nil
        updated_at = nil
        additions = nil
        deletions = nil
        changed_files = nil
        commits = nil
    }
}

/// Someone who wrote a part of the pull request.
public struct Contributor: Sendable, Hashable, Decodable {
    /// The user name at the provider; null when it cannot be known. Never a real name or an e-mail address.
    public let login: String?
    /// Tells contributors without a user name apart, within one repository: `git-` and 8 hex digits.
    public let id: String?
    /// The part this person has in the pull request.
    public let role: ContributorRole?
    /// How well this person is known in the repository.
    public let trust_level: TrustLevel?
    /// Age of the account at the provider; null when the provider was not asked.
    ///
    /// Unit: days.
    public let account_age_days: Int?
    /// Time since the first commit here, before this change; null without one.
    ///
    /// Unit: days.
    public let tenure_days: Int?
    /// Commits in the base branch before this change; null when its history could not be read.
    ///
    /// Unit: commits.
    public let prior_contributions: Int?
    /// Merges of other changes made here before this one; null when the history could not be read.
    ///
    /// Unit: merges.
    public let prior_merges: Int?
    /// Commits of this pull request; null where it was squashed.
    ///
    /// Unit: commits.
    public let commits: Int?
    /// Whether this is an automated account.
    public let is_bot: Bool?
    /// What the trust level rests on, in words.
    public let reasons: [String]

    private enum CodingKeys: String, CodingKey {
        case login
        case id
        case role
        case trust_level
        case account_age_days
        case tenure_days
        case prior_contributions
        case prior_merges
        case commits
        case is_bot
        case reasons
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        login = try members.decodeIfPresent(String.self, forKey: .login)
        id = try members.decodeIfPresent(String.self, forKey: .id)
        role = try members.decodeIfPresent(ContributorRole.self, forKey: .role)
        trust_level = try members.decodeIfPresent(TrustLevel.self, forKey: .trust_level)
        account_age_days = try members.decodeIfPresent(Int.self, forKey: .account_age_days)
        tenure_days = try members.decodeIfPresent(Int.self, forKey: .tenure_days)
        prior_contributions = try members.decodeIfPresent(Int.self, forKey: .prior_contributions)
        prior_merges = try members.decodeIfPresent(Int.self, forKey: .prior_merges)
        commits = try members.decodeIfPresent(Int.self, forKey: .commits)
        is_bot = try members.decodeIfPresent(Bool.self, forKey: .is_bot)
        reasons = try members.decodeIfPresent([String].self, forKey: .reasons) ?? []
    }

    /// One of which nothing is known.
    init() {
        login = nil
        id = nil
        role = nil
        trust_level = nil
        account_age_days = nil
        tenure_days = nil
        prior_contributions = nil
        prior_merges = nil
        commits = nil
        is_bot = nil
        reasons = []
    }
}

/// What a pull request says it wants.
public struct Intent: Sendable, Hashable, Decodable {
    /// What it is for.
    public let goal: String?
    /// What it leaves alone on purpose.
    public let non_goals: [String]
    /// How to tell that it succeeded.
    public let acceptance_criteria: [String]
    /// How sure this reading is.
    ///
    /// Unit: 0 to 1.
    public let confidence: Double?
    /// Where it was found, such as `title` or `description`.
    public let source: String?

    private enum CodingKeys: String, CodingKey {
        case goal
        case non_goals
        case acceptance_criteria
        case confidence
        case source
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        goal = try members.decodeIfPresent(String.self, forKey: .goal)
        non_goals = try members.decodeIfPresent([String].self, forKey: .non_goals) ?? []
        acceptance_criteria = try members.decodeIfPresent([String].self, forKey: .acceptance_criteria) ?? []
        confidence = try members.decodeIfPresent(Double.self, forKey: .confidence)
        source = try members.decodeIfPresent(String.self, forKey: .source)
    }

    /// One of which nothing is known.
    init() {
        goal = nil
        non_goals = []
        acceptance_criteria = []
        confidence = nil
        source = nil
    }
}

/// How likely a pull request is to cause trouble, with every part of the score named.
public struct Risk: Sendable, Hashable, Decodable {
    /// The score in a word.
    public let level: RiskLevel?
    /// The sum of the drivers' contributions.
    ///
    /// Unit: 0 to 1.
    public let score: Double?
    /// What the score is made of; the largest first.
    public let drivers: [RiskDriver]

    private enum CodingKeys: String, CodingKey {
        case level
        case score
        case drivers
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        level = try members.decodeIfPresent(RiskLevel.self, forKey: .level)
        score = try members.decodeIfPresent(Double.self, forKey: .score)
        drivers = try members.decodeIfPresent([RiskDriver].self, forKey: .drivers) ?? []
    }

    /// One of which nothing is known.
    init() {
        level = nil
        score = nil
        drivers = []
    }
}

/// One named part of a risk score.
public struct RiskDriver: Sendable, Hashable, Decodable {
    /// A stable name, such as `size`.
    public let id: String?
    /// The name for people.
    public let title: String?
    /// What was seen in this change, with its numbers.
    public let detail: String?
    /// What it adds to the score, rounded to 0.0001.
    ///
    /// Unit: share of the score.
    public let contribution: Double?
    /// The files it was seen in, the most important first; at most 20.
    public let files: [String]

    private enum CodingKeys: String, CodingKey {
        case id
        case title
        case detail
        case contribution
        case files
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        id = try members.decodeIfPresent(String.self, forKey: .id)
        title = try members.decodeIfPresent(String.self, forKey: .title)
        detail = try members.decodeIfPresent(String.self, forKey: .detail)
        contribution = try members.decodeIfPresent(Double.self, forKey: .contribution)
        files = try members.decodeIfPresent([String].self, forKey: .files) ?? []
    }

    /// One of which nothing is known.
    init() {
        id = nil
        title = nil
        detail = nil
        contribution = nil
        files = []
    }
}

/// Which automated checks exist for a pull request, and what they said.
public struct Evidence: Sendable, Hashable, Decodable {
    /// How much of the expected evidence is there.
    ///
    /// Unit: 0 to 1.
    public let completeness_score: Double?
    /// The checks that ran or should have.
    public let checks: [Check]
    /// Expected evidence that is not there.
    public let missing: [String]

    private enum CodingKeys: String, CodingKey {
        case completeness_score
        case checks
        case missing
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        completeness_score = try members.decodeIfPresent(Double.self, forKey: .completeness_score)
        checks = try members.decodeIfPresent([Check].self, forKey: .checks) ?? []
        missing = try members.decodeIfPresent([String].self, forKey: .missing) ?? []
    }

    /// One of which nothing is known.
    init() {
        completeness_score = nil
        checks = []
        missing = []
    }
}

/// One automated check.
public struct Check: Sendable, Hashable, Decodable {
    /// Its name at the provider.
    public let name: String?
    /// What it checks, such as `test` or `lint`.
    public let kind: String?
    /// Whether it is queued, running or completed.
    public let status: String?
    /// How it ended, such as `success` or `failure`.
    public let conclusion: String?

    private enum CodingKeys: String, CodingKey {
        case name
        case kind
        case status
        case conclusion
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        name = try members.decodeIfPresent(String.self, forKey: .name)
        kind = try members.decodeIfPresent(String.self, forKey: .kind)
        status = try members.decodeIfPresent(String.self, forKey: .status)
        conclusion = try members.decodeIfPresent(String.self, forKey: .conclusion)
    }

    /// One of which nothing is known.
    init() {
        name = nil
        kind = nil
        status = nil
        conclusion = nil
    }
}

/// Changes to what the project is built from and with.
public struct SupplyChain: Sendable, Hashable, Decodable {
    /// Dependencies added, removed or moved to another version.
    public let dependencies: [Dependency]
    /// Changed lockfiles.
    public let lockfiles: [String]
    /// Changed files of continuous integration.
    public let ci_files: [String]
    /// Changed files that run during a build.
    public let build_scripts: [String]
    /// What deserves a look, in words.
    public let findings: [String]

    private enum CodingKeys: String, CodingKey {
        case dependencies
        case lockfiles
        case ci_files
        case build_scripts
        case findings
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        dependencies = try members.decodeIfPresent([Dependency].self, forKey: .dependencies) ?? []
        lockfiles = try members.decodeIfPresent([String].self, forKey: .lockfiles) ?? []
        ci_files = try members.decodeIfPresent([String].self, forKey: .ci_files) ?? []
        build_scripts = try members.decodeIfPresent([String].self, forKey: .build_scripts) ?? []
        findings = try members.decodeIfPresent([String].self, forKey: .findings) ?? []
    }

    /// One of which nothing is known.
    init() {
        dependencies = []
        lockfiles = []
        ci_files = []
        build_scripts = []
        findings = []
    }
}

/// One changed dependency.
public struct Dependency: Sendable, Hashable, Decodable {
    /// The package's name.
    public let name: String?
    /// Where the package comes from, such as `cargo` or `npm`.
    public let ecosystem: String?
    /// The version before; null when it was added.
    public let from: String?
    /// The version after; null when it was removed.
    public let to: String?
    /// What happened, such as `added` or `major`.
    public let change: String?

    private enum CodingKeys: String, CodingKey {
        case name
        case ecosystem
        case from
        case to
        case change
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        name = try members.decodeIfPresent(String.self, forKey: .name)
        ecosystem = try members.decodeIfPresent(String.self, forKey: .ecosystem)
        from = try members.decodeIfPresent(String.self, forKey: .from)
        to = try members.decodeIfPresent(String.self, forKey: .to)
        change = try members.decodeIfPresent(String.self, forKey: .change)
    }

    /// One of which nothing is known.
    init() {
        name = nil
        ecosystem = nil
        from = nil
        to = nil
        change = nil
    }
}

/// How much work a review is, and how long the pull request has waited.
public struct Triage: Sendable, Hashable, Decodable {
    /// The size of the review.
    public let effort: Effort?
    /// How long a review is likely to take.
    ///
    /// Unit: minutes.
    public let estimated_minutes: Int?
    /// Days without a change; null once merged or closed.
    ///
    /// Unit: days.
    public let stale_days: Int?
    /// The waiting time in a word; absent once merged or closed.
    public let staleness: Staleness?

    private enum CodingKeys: String, CodingKey {
        case effort
        case estimated_minutes
        case stale_days
        case staleness
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        effort = try members.decodeIfPresent(Effort.self, forKey: .effort)
        estimated_minutes = try members.decodeIfPresent(Int.self, forKey: .estimated_minutes)
        stale_days = try members.decodeIfPresent(Int.self, forKey: .stale_days)
        staleness = try members.decodeIfPresent(Staleness.self, forKey: .staleness)
    }

    /// One of which nothing is known.
    init() {
        effort = nil
        estimated_minutes = nil
        stale_days = nil
        staleness = nil
    }
}

/// How a pull request keeps to the contribution guidelines.
public struct Conventions: Sendable, Hashable, Decodable {
    /// One entry a guideline.
    public let checks: [ConventionCheck]

    private enum CodingKeys: String, CodingKey {
        case checks
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        checks = try members.decodeIfPresent([ConventionCheck].self, forKey: .checks) ?? []
    }

    /// One of which nothing is known.
    init() {
        checks = []
    }
}

/// One guideline and whether it is kept.
public struct ConventionCheck: Sendable, Hashable, Decodable {
    /// A stable name.
    public let id: String?
    /// Whether it is kept.
    public let passed: Bool?
    /// What was seen.
    public let detail: String?

    private enum CodingKeys: String, CodingKey {
        case id
        case passed
        case detail
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        id = try members.decodeIfPresent(String.self, forKey: .id)
        passed = try members.decodeIfPresent(Bool.self, forKey: .passed)
        detail = try members.decodeIfPresent(String.self, forKey: .detail)
    }

    /// One of which nothing is known.
    init() {
        id = nil
        passed = nil
        detail = nil
    }
}

/// Where a reviewer should look first.
public struct Focus: Sendable, Hashable, Decodable {
    /// The files most worth a look, the first first; at most 20.
    public let files: [FocusFile]

    private enum CodingKeys: String, CodingKey {
        case files
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        files = try members.decodeIfPresent([FocusFile].self, forKey: .files) ?? []
    }

    /// One of which nothing is known.
    init() {
        files = []
    }
}

/// One file worth a look.
public struct FocusFile: Sendable, Hashable, Decodable {
    /// The file's path in the repository.
    public let path: String?
    /// Its place in the list, from 1.
    public let rank: Int?
    /// Its share of the attention.
    ///
    /// Unit: 0 to 1.
    public let score: Double?
    /// Why, in words.
    public let reasons: [String]

    private enum CodingKeys: String, CodingKey {
        case path
        case rank
        case score
        case reasons
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        path = try members.decodeIfPresent(String.self, forKey: .path)
        rank = try members.decodeIfPresent(Int.self, forKey: .rank)
        score = try members.decodeIfPresent(Double.self, forKey: .score)
        reasons = try members.decodeIfPresent([String].self, forKey: .reasons) ?? []
    }

    /// One of which nothing is known.
    init() {
        path = nil
        rank = nil
        score = nil
        reasons = []
    }
}

/// What the repository's policies say.
public struct Governance: Sendable, Hashable, Decodable {
    /// The policies that were evaluated, by id.
    public let policies: [String]
    /// What they found.
    public let findings: [PolicyFinding]

    private enum CodingKeys: String, CodingKey {
        case policies
        case findings
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        policies = try members.decodeIfPresent([String].self, forKey: .policies) ?? []
        findings = try members.decodeIfPresent([PolicyFinding].self, forKey: .findings) ?? []
    }

    /// One of which nothing is known.
    init() {
        policies = []
        findings = []
    }
}

/// One rule of a policy that matched.
public struct PolicyFinding: Sendable, Hashable, Decodable {
    /// The policy.
    public let policy_id: String?
    /// The rule in it.
    public let rule_id: String?
    /// What came of it, such as `passed` or `warn`.
    public let outcome: String?
    /// What was found, in words.
    public let message: String?
    /// What to do about it.
    public let remediation: String?

    private enum CodingKeys: String, CodingKey {
        case policy_id
        case rule_id
        case outcome
        case message
        case remediation
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        policy_id = try members.decodeIfPresent(String.self, forKey: .policy_id)
        rule_id = try members.decodeIfPresent(String.self, forKey: .rule_id)
        outcome = try members.decodeIfPresent(String.self, forKey: .outcome)
        message = try members.decodeIfPresent(String.self, forKey: .message)
        remediation = try members.decodeIfPresent(String.self, forKey: .remediation)
    }

    /// One of which nothing is known.
    init() {
        policy_id = nil
        rule_id = nil
        outcome = nil
        message = nil
        remediation = nil
    }
}

/// What to do with a pull request. Advice, not a decision.
public struct Review: Sendable, Hashable, Decodable {
    /// The suggested next step.
    public let action: ReviewAction?
    /// The same as the conclusion of a check run.
    public let conclusion: ReviewConclusion?
    /// Why, in a sentence or two.
    public let rationale: String?

    private enum CodingKeys: String, CodingKey {
        case action
        case conclusion
        case rationale
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        action = try members.decodeIfPresent(ReviewAction.self, forKey: .action)
        conclusion = try members.decodeIfPresent(ReviewConclusion.self, forKey: .conclusion)
        rationale = try members.decodeIfPresent(String.self, forKey: .rationale)
    }

    /// One of which nothing is known.
    init() {
        action = nil
        conclusion = nil
        rationale = nil
    }
}

/// When and how a Signal was made.
public struct Meta: Sendable, Hashable, Decodable {
    /// When it was made.
    public let generated_at: Date?
    /// The moment that ages are counted to.
    public let as_of: Date?
    /// How long it took.
    ///
    /// Unit: milliseconds.
    public let duration_ms: Int?
    /// What made it, with its version.
    public let generator: String?
    /// What could not be read, and so was not taken for safe.
    public let unavailable: [Unavailable]

    private enum CodingKeys: String, CodingKey {
        case generated_at
        case as_of
        case duration_ms
        case generator
        case unavailable
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        generated_at = try members.decodeIfPresent(String.self, forKey: .generated_at).flatMap(instant)
        as_of = try members.decodeIfPresent(String.self, forKey: .as_of).flatMap(instant)
        duration_ms = try members.decodeIfPresent(Int.self, forKey: .duration_ms)
        generator = try members.decodeIfPresent(String.self, forKey: .generator)
        unavailable = try members.decodeIfPresent([Unavailable].self, forKey: .unavailable) ?? []
    }

    /// One of which nothing is known.
    init() {
        generated_at = nil
        as_of = nil
        duration_ms = nil
        generator = nil
        unavailable = []
    }
}

/// Something that could not be read.
public struct Unavailable: Sendable, Hashable, Decodable {
    /// The file's path, `history`, `files` where there are more of them than were looked at, or how many more of a kind there are.
    public let what: String?
    /// Why, in words.
    public let reason: String?

    private enum CodingKeys: String, CodingKey {
        case what
        case reason
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        what = try members.decodeIfPresent(String.self, forKey: .what)
        reason = try members.decodeIfPresent(String.self, forKey: .reason)
    }

    /// One of which nothing is known.
    init() {
        what = nil
        reason = nil
    }
}

/// A host of repositories. Another value is one that this version does not know.
public struct Provider: RawRepresentable, Sendable, Hashable, Decodable {
    /// The value as the service writes it.
    public let rawValue: String

    /// A value by its text.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// GitHub, github.com or self-hosted.
    public static let github = Provider(rawValue: "github")
    /// GitLab, gitlab.com or self-hosted.
    public static let gitlab = Provider(rawValue: "gitlab")
    /// Bitbucket Cloud or Data Center.
    public static let bitbucket = Provider(rawValue: "bitbucket")

    /// The values that this version knows.
    public static let known: [Provider] = [
        .github,
        .gitlab,
        .bitbucket,
    ]

    /// Whether this version knows it.
    public var isKnown: Bool { Self.known.contains(self) }
}

/// Where a pull request is in its life. Another value is one that this version does not know.
public struct PullRequestState: RawRepresentable, Sendable, Hashable, Decodable {
    /// The value as the service writes it.
    public let rawValue: String

    /// A value by its text.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Waiting to be merged.
    public static let open = PullRequestState(rawValue: "open")
    /// Closed without a merge.
    public static let closed = PullRequestState(rawValue: "closed")
    /// Merged into its base branch.
    public static let merged = PullRequestState(rawValue: "merged")

    /// The values that this version knows.
    public static let known: [PullRequestState] = [
        .open,
        .closed,
        .merged,
    ]

    /// Whether this version knows it.
    public var isKnown: Bool { Self.known.contains(self) }
}

/// The part a contributor has in a pull request. Another value is one that this version does not know.
public struct ContributorRole: RawRepresentable, Sendable, Hashable, Decodable {
    /// The value as the service writes it.
    public let rawValue: String

    /// A value by its text.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Opened it.
    public static let author = ContributorRole(rawValue: "author")
    /// Wrote commits of it, or is named in a `Co-authored-by` line.
    public static let coAuthor = ContributorRole(rawValue: "co_author")

    /// The values that this version knows.
    public static let known: [ContributorRole] = [
        .author,
        .coAuthor,
    ]

    /// Whether this version knows it.
    public var isKnown: Bool { Self.known.contains(self) }
}

/// How well a contributor is known in a repository, from least to most. Another value is one that this version does not know.
public struct TrustLevel: RawRepresentable, Sendable, Hashable, Decodable, Comparable {
    /// The value as the service writes it.
    public let rawValue: String

    /// A value by its text.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Nothing before this change.
    public static let new = TrustLevel(rawValue: "new")
    /// A first few contributions.
    public static let low = TrustLevel(rawValue: "low")
    /// A steady record of contributions.
    public static let established = TrustLevel(rawValue: "established")
    /// A long record of contributions.
    public static let trusted = TrustLevel(rawValue: "trusted")
    /// Merges other people's changes here.
    public static let maintainer = TrustLevel(rawValue: "maintainer")

    /// The values that this version knows, from least to most.
    public static let known: [TrustLevel] = [
        .new,
        .low,
        .established,
        .trusted,
        .maintainer,
    ]

    /// Whether this version knows it.
    public var isKnown: Bool { Self.known.contains(self) }

    /// By the scale. A value that this version does not know is more than those that it does, so that whoever stops at some
    /// value stops at it as well.
    public static func < (one: TrustLevel, other: TrustLevel) -> Bool {
        let place = { (value: TrustLevel) in known.firstIndex(of: value) ?? known.count }
        return place(one) < place(other)
    }
}

/// A risk score in a word, from least to most. Another value is one that this version does not know.
public struct RiskLevel: RawRepresentable, Sendable, Hashable, Decodable, Comparable {
    /// The value as the service writes it.
    public let rawValue: String

    /// A value by its text.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Like most changes, or safer.
    public static let low = RiskLevel(rawValue: "low")
    /// Worth a careful review.
    public static let medium = RiskLevel(rawValue: "medium")
    /// Among the riskiest tenth.
    public static let high = RiskLevel(rawValue: "high")
    /// Among the riskiest few of a hundred.
    public static let critical = RiskLevel(rawValue: "critical")

    /// The values that this version knows, from least to most.
    public static let known: [RiskLevel] = [
        .low,
        .medium,
        .high,
        .critical,
    ]

    /// Whether this version knows it.
    public var isKnown: Bool { Self.known.contains(self) }

    /// By the scale. A value that this version does not know is more than those that it does, so that whoever stops at some
    /// value stops at it as well.
    public static func < (one: RiskLevel, other: RiskLevel) -> Bool {
        let place = { (value: RiskLevel) in known.firstIndex(of: value) ?? known.count }
        return place(one) < place(other)
    }
}

/// The size of a review, from least to most. Another value is one that this version does not know.
public struct Effort: RawRepresentable, Sendable, Hashable, Decodable, Comparable {
    /// The value as the service writes it.
    public let rawValue: String

    /// A value by its text.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// A glance.
    public static let xs = Effort(rawValue: "xs")
    /// A few minutes.
    public static let s = Effort(rawValue: "s")
    /// A sitting.
    public static let m = Effort(rawValue: "m")
    /// A good part of a day.
    public static let l = Effort(rawValue: "l")
    /// More than one sitting can do well.
    public static let xl = Effort(rawValue: "xl")

    /// The values that this version knows, from least to most.
    public static let known: [Effort] = [
        .xs,
        .s,
        .m,
        .l,
        .xl,
    ]

    /// Whether this version knows it.
    public var isKnown: Bool { Self.known.contains(self) }

    /// By the scale. A value that this version does not know is more than those that it does, so that whoever stops at some
    /// value stops at it as well.
    public static func < (one: Effort, other: Effort) -> Bool {
        let place = { (value: Effort) in known.firstIndex(of: value) ?? known.count }
        return place(one) < place(other)
    }
}

/// How long a pull request has waited, from least to most. Another value is one that this version does not know.
public struct Staleness: RawRepresentable, Sendable, Hashable, Decodable, Comparable {
    /// The value as the service writes it.
    public let rawValue: String

    /// A value by its text.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Changed within the last week.
    public static let fresh = Staleness(rawValue: "fresh")
    /// Changed within the last month.
    public static let aging = Staleness(rawValue: "aging")
    /// Not changed for a month or more.
    public static let stale = Staleness(rawValue: "stale")

    /// The values that this version knows, from least to most.
    public static let known: [Staleness] = [
        .fresh,
        .aging,
        .stale,
    ]

    /// Whether this version knows it.
    public var isKnown: Bool { Self.known.contains(self) }

    /// By the scale. A value that this version does not know is more than those that it does, so that whoever stops at some
    /// value stops at it as well.
    public static func < (one: Staleness, other: Staleness) -> Bool {
        let place = { (value: Staleness) in known.firstIndex(of: value) ?? known.count }
        return place(one) < place(other)
    }
}

/// A suggested next step, from lightest to strictest. Another value is one that this version does not know.
public struct ReviewAction: RawRepresentable, Sendable, Hashable, Decodable, Comparable {
    /// The value as the service writes it.
    public let rawValue: String

    /// A value by its text.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Nothing speaks against it.
    public static let approve = ReviewAction(rawValue: "approve")
    /// Someone should read it.
    public static let review = ReviewAction(rawValue: "review")
    /// It should be changed, or split, before it goes on.
    public static let requestChanges = ReviewAction(rawValue: "request_changes")
    /// It should not be merged as it is.
    public static let block = ReviewAction(rawValue: "block")

    /// The values that this version knows, from least to most.
    public static let known: [ReviewAction] = [
        .approve,
        .review,
        .requestChanges,
        .block,
    ]

    /// Whether this version knows it.
    public var isKnown: Bool { Self.known.contains(self) }

    /// By the scale. A value that this version does not know is more than those that it does, so that whoever stops at some
    /// value stops at it as well.
    public static func < (one: ReviewAction, other: ReviewAction) -> Bool {
        let place = { (value: ReviewAction) in known.firstIndex(of: value) ?? known.count }
        return place(one) < place(other)
    }
}

/// The conclusion of a check run. Another value is one that this version does not know.
public struct ReviewConclusion: RawRepresentable, Sendable, Hashable, Decodable {
    /// The value as the service writes it.
    public let rawValue: String

    /// A value by its text.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The check passes.
    public static let success = ReviewConclusion(rawValue: "success")
    /// The check neither passes nor fails.
    public static let neutral = ReviewConclusion(rawValue: "neutral")
    /// The check fails.
    public static let failure = ReviewConclusion(rawValue: "failure")

    /// The values that this version knows.
    public static let known: [ReviewConclusion] = [
        .success,
        .neutral,
        .failure,
    ]

    /// Whether this version knows it.
    public var isKnown: Bool { Self.known.contains(self) }
}
