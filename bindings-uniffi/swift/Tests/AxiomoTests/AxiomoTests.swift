import Foundation
import Testing

@testable import Axiomo

private let bare = #"{"signal": {"signal_id": "ax-owner-repo-7-00000000", "risk": {"level": "severe", "score": 0.9, "new": 1}}}"#

@Test func anAnalysisIsReadFromItsText() throws {
    let analysis = try Analysis(json: bare)
    #expect(analysis.signal.risk.level == RiskLevel(rawValue: "severe"))
    #expect(analysis.signal.risk.level?.isKnown == false)
    #expect(analysis.signal.risk.score == 0.9)
    #expect(analysis.signal.focus.files.isEmpty)
    #expect(analysis.extra("signal.risk") == ["new": .integer(1)])
    #expect(analysis.raw == bare)
    #expect(analysis.meta.status == nil)
}

@Test func aTextThatIsNoneIsRefused() {
    #expect { try Analysis(json: "[]") } throws: { ($0 as? AxiomoError)?.kind == .decode }
}

@Test func anUnknownLevelIsMoreThanTheKnownOnes() {
    #expect(RiskLevel.low < .critical)
    #expect(RiskLevel.critical < RiskLevel(rawValue: "severe"))
}

@Test func aWrongOptionIsRefusedBeforeAnythingIsSent() {
    var options = ClientOptions(baseURL: "nonsense")
    options.anonymous = true
    #expect { try AxiomoClient(options) } throws: { ($0 as? AxiomoError)?.kind == .configuration }
}

@Test func aKeyIsShownNowhere() throws {
    let key = "ax_0123456789abcdefghijklmnopqrstuvwxyz"
    let options = ClientOptions(apiKey: .key(key), baseURL: "http://127.0.0.1:1/api")
    let client = try AxiomoClient(options)
    var dumped = ""
    dump(options, to: &dumped)
    dump(client, to: &dumped)
    #expect(!"\(options) \(client) \(dumped)".contains(key))
}

@Test func aServiceThatIsNotThereIsAConnectionError() async throws {
    var options = ClientOptions(baseURL: "http://127.0.0.1:1/api")
    options.anonymous = true
    options.call.maxRetries = 0
    let client = try AxiomoClient(options)
    await #expect { try await client.scan("ax-owner-repo-7-00000000") } throws: { error in
        let error = error as? AxiomoError
        return error?.kind == .connection && error?.sent == .no && error?.attempts.count == 1
    }
}

@Test func aScanThatIsNotThereIsNotFound() async throws {
    let server = try ReferenceServer()
    var options = ClientOptions(baseURL: server.baseURL)
    options.anonymous = true
    let client = try AxiomoClient(options)
    await #expect { try await client.scan("ax-owner-repo-7-00000000") } throws: { error in
        let error = error as? AxiomoError
        return error?.kind == .notFound && error?.httpStatus == 404 && error?.requestID != nil
    }
    #expect(client.rateLimit?.remaining == 9)
    #expect(try client.rateLimiter.snapshot.told == client.rateLimit)
}

@Test func aTaskThatIsCancelledDropsItsCall() async throws {
    let clock = VirtualClock()
    var options = ClientOptions(baseURL: "http://127.0.0.1:1/api")
    options.anonymous = true
    options.clock = clock
    let client = try AxiomoClient(options)
    // On a clock that stands still it backs off for ever.
    let call = Task { try await client.scan("ax-owner-repo-7-00000000") }
    call.cancel()
    await #expect(throws: CancellationError.self) { try await call.value }
}

@Test func aHandleOfAClientEndsEveryCallOfIt() async throws {
    let handle = CancelHandle()
    let clock = VirtualClock()
    var options = ClientOptions(baseURL: "http://127.0.0.1:1/api")
    options.anonymous = true
    options.clock = clock
    let client = try AxiomoClient(options).withOptions(CallOptions(cancel: handle))
    // On a clock that stands still it backs off for ever.
    let call = Task { try await client.scan("ax-owner-repo-7-00000000") }
    handle.cancel()
    await #expect { try await call.value } throws: { ($0 as? AxiomoError)?.kind == .cancelled }
    await #expect {
        try await client.scan("ax-owner-repo-7-00000000", options: CallOptions(cancel: CancelHandle()))
    } throws: { ($0 as? AxiomoError)?.kind == .cancelled }
}

@Test func aClientThatWasClosedBeginsNothing() async throws {
    var options = ClientOptions(baseURL: "http://127.0.0.1:1/api")
    options.anonymous = true
    let client = try AxiomoClient(options)
    client.close()
    await #expect { try await client.scan("ax-owner-repo-7-00000000") } throws: { error in
        (error as? AxiomoError)?.kind == .configuration
    }
    #expect { try client.withOptions(CallOptions()) } throws: { ($0 as? AxiomoError)?.kind == .configuration }
}

@Test func anItemOfABatchKeepsItsToken() async throws {
    var options = ClientOptions(baseURL: "http://127.0.0.1:1/api")
    options.anonymous = true
    options.call.maxRetries = 0
    // What is wrong with a token shows that it was looked at.
    let requests = [
        AnalyzeRequest(url: "https://github.com/owner/repo/pull/1", accessToken: "two words"),
        AnalyzeRequest(provider: .github, owner: "owner", repo: "repo", number: 2, accessToken: "two words"),
        AnalyzeRequest(url: "https://github.com/owner/repo/pull/3", accessToken: "a-token-of-the-providers"),
    ]
    var kinds: [ErrorKind] = []
    for try await item in try AxiomoClient(options).analyzeMany(requests, options: BatchOptions(ordered: true)) {
        guard case .failed(let error) = item.outcome else { continue }
        kinds.append(error.kind)
    }
    #expect(kinds == [.configuration, .configuration, .connection])
}

@Test func aBatchGivesAResultOrAnErrorForEachItem() async throws {
    let server = try ReferenceServer()
    var options = ClientOptions(baseURL: server.baseURL)
    options.anonymous = true
    let client = try AxiomoClient(options)
    let requests: [AnalyzeRequest] = [
        "https://github.com/owner/repo/pull/1", "nonsense", "https://github.com/owner/repo/pull/1",
    ]
    var outcomes: [Int: BatchItem.Outcome] = [:]
    let batch = try client.analyzeMany(requests)
    for try await item in batch {
        outcomes[item.index] = item.outcome
        #expect(item.request == requests[item.index])
    }
    #expect(outcomes.count == 3)
    guard case .failed(let error)? = outcomes[1], case .repeated(first: 0)? = outcomes[2] else {
        Issue.record("\(outcomes)")
        return
    }
    #expect(error.kind == .invalidRequest && error.sent == .no)
    #expect(try batch.progress.done == 3)
}
