import Foundation

/// A reference server of the test's own: the program that `AXIOMO_MOCK_SERVER` names.
final class ReferenceServer: @unchecked Sendable {
    let baseURL: String
    private let process = Process()

    private struct Started: Decodable {
        let base_url: String
    }

    init() throws {
        let program = ProcessInfo.processInfo.environment["AXIOMO_MOCK_SERVER"] ?? "axiomo-mock-server"
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["--port", "0"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        var line = Data()
        while let byte = try output.fileHandleForReading.read(upToCount: 1), byte != Data("\n".utf8) {
            line += byte
        }
        let started = try JSONDecoder().decode(Started.self, from: line)
        baseURL = started.base_url
    }

    deinit {
        process.terminate()
    }
}
