import AxiomoNative
import Foundation

/// What the service made of a pull request, and how it was obtained.
public struct Analysis: Sendable {
    /// Names the Signal; opaque. Nil only if the service names none.
    public let signalID: String?
    /// Where a person can read the Signal; opaque. Nil where there is no such place.
    public let signalURL: String?
    /// The text as the service sent it.
    public let raw: String
    /// The Signal: what this version knows of it, and could read.
    public let signal: Signal
    /// How it was obtained.
    public let meta: ResponseMeta

    init(signal: String?, raw: String?, meta: String?, signalID: String?, signalURL: String?) throws {
        self.signal = try read(Signal.self, from: signal ?? "{}")
        self.meta = try read(ResponseMeta.self, from: meta ?? "{}")
        self.raw = raw ?? ""
        self.signalID = signalID
        self.signalURL = signalURL
    }

    /// Reads an analysis from its text, as `raw` gives it, whether in its envelope or bare. How it was obtained is not
    /// known then.
    ///
    /// - Throws: `AxiomoError` of the kind `decode` when the text is not one.
    public init(json text: String) throws {
        let parts = try refusing { try readAnalysis(text: text) }
        try self.init(
            signal: parts.signal, raw: parts.raw, meta: parts.meta, signalID: parts.signalId, signalURL: parts.signalUrl
        )
    }

    /// The members of a part that this version does not know, by name: of `signal`, `signal.risk`,
    /// `signal.focus.files[0]`. Those of the envelope for an empty path.
    public func extra(_ path: String = "") -> [String: JSON] {
        (try? read([String: JSON].self, from: extraOf(text: raw, path: path))) ?? [:]
    }

    /// The analysis that came, or throws the error that came.
    init(_ arrival: Arrival) throws {
        switch arrival.kind {
        case Kind.analysis:
            try self.init(
                signal: arrival.one, raw: arrival.two, meta: arrival.three, signalID: arrival.four,
                signalURL: arrival.five
            )
        case Kind.failed:
            throw try AxiomoError(wire: arrival.one ?? "{}", causes: arrival.two ?? "[]")
        default:
            throw BrokenCall()
        }
    }
}

/// A call was broken off, which is a defect of this library.
struct BrokenCall: Error, CustomStringConvertible {
    let description = "the call was broken off: something panicked in it, which is a defect of axiomo"
}
