// swift-tools-version: 6.0
import PackageDescription

let package = Package(
    name: "Axiomo",
    platforms: [.macOS(.v13), .iOS(.v16), .tvOS(.v16), .watchOS(.v9)],
    products: [.library(name: "Axiomo", targets: ["Axiomo"])],
    targets: [
        // The client: `libaxiomo_uniffi`, which `swift build -Xlinker -L…` finds, or the system's folders.
        .systemLibrary(name: "AxiomoFFI"),
        .target(
            name: "AxiomoNative",
            dependencies: ["AxiomoFFI"],
            swiftSettings: [.swiftLanguageMode(.v5)]
        ),
        .target(name: "Axiomo", dependencies: ["AxiomoNative"]),
        .testTarget(name: "AxiomoTests", dependencies: ["Axiomo"]),
    ]
)
