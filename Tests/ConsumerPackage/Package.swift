// swift-tools-version: 6.2
import PackageDescription

/// A package as a user of the library writes it: Spalt by a git tag, no experimental flags. The tests
/// name a repository that they made for the purpose; by hand, set `SPALT_URL` to a clone.
let package = Package(
  name: "consumer",
  platforms: [.macOS(.v26)],
  dependencies: [
    .package(url: Context.environment["SPALT_URL"] ?? "../..", exact: "0.1.0")
  ],
  targets: [
    .executableTarget(
      name: "consumer",
      dependencies: [.product(name: "Spalt", package: "spalt")])
  ]
)
