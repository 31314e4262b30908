// swift-tools-version: 6.2
import PackageDescription

/// A reader of access logs as one writes it in Swift without this library, for the benchmark: strings, classes and
/// arrays. It depends on nothing but the standard library and the system's `open` and `read`.
let package = Package(
  name: "baseline",
  platforms: [.macOS(.v26)],
  products: [.executable(name: "baseline", targets: ["baseline"])],
  targets: [
    .executableTarget(
      name: "baseline",
      swiftSettings: [
        .strictMemorySafety(),
        .treatAllWarnings(as: .error),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
      ])
  ]
)
