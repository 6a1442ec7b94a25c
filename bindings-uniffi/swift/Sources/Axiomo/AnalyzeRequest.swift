import Foundation

/// Which pull request to analyse.
public struct AnalyzeRequest: Sendable, Hashable, Encodable, ExpressibleByStringLiteral {
    private let url: String?
    private let provider: String?
    private let owner: String?
    private let repo: String?
    private let pr_number: Int?
    /// In no JSON but that which the client takes.
    private let accessToken: String?

    private enum CodingKeys: String, CodingKey {
        case url, provider, owner, repo, pr_number
    }

    /// By the address of its page.
    ///
    /// - Parameter accessToken: a token of the provider's, for a private repository.
    public init(url: String, accessToken: String? = nil) {
        self.url = url
        self.accessToken = accessToken
        (provider, owner, repo, pr_number) = (nil, nil, nil, nil)
    }

    /// By the address of its page.
    public init(stringLiteral url: String) {
        self.init(url: url)
    }

    /// By where it is.
    ///
    /// - Parameters:
    ///   - provider: where the repository is hosted.
    ///   - owner: the user, organisation or group that owns the repository.
    ///   - repo: the repository's name.
    ///   - number: the pull request's number.
    ///   - accessToken: a token of the provider's, for a private repository.
    public init(provider: Provider, owner: String, repo: String, number: Int, accessToken: String? = nil) {
        url = nil
        self.provider = provider.rawValue
        self.owner = owner
        self.repo = repo
        pr_number = number
        self.accessToken = accessToken
    }

    /// As the client takes it: an address, or JSON.
    var native: (text: String, isAddress: Bool) {
        get throws {
            guard let accessToken else {
                if let url { return (url, true) }
                return (try Axiomo.text(of: self), false)
            }
            return (try Axiomo.text(of: WithToken(request: self, token: accessToken)), false)
        }
    }
}

/// A request with its token.
private struct WithToken: Encodable {
    let request: AnalyzeRequest
    let token: String

    private enum CodingKeys: String, CodingKey {
        case access_token
    }

    func encode(to encoder: any Encoder) throws {
        try request.encode(to: encoder)
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(token, forKey: .access_token)
    }
}

extension AnalyzeRequest: CustomStringConvertible, CustomReflectable {
    /// Without the token.
    public var description: String { url ?? "\(provider ?? ""): \(owner ?? "")/\(repo ?? "")#\(pr_number ?? 0)" }

    public var customMirror: Mirror { Mirror(self, children: ["request": description]) }
}
