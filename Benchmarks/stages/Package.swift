// swift-tools-version: 6.2
import PackageDescription

/// Programs that run one stage of the library alone, for the benchmark.
let package = Package(
  name: "stages",
  platforms: [.macOS(.v26)],
  products: [.executable(name: "content-stage", targets: ["content-stage"])],
  dependencies: [.package(name: "spalt", path: "../..")],
  targets: [
    .executableTarget(
      name: "content-stage",
      dependencies: [.product(name: "Spalt", package: "spalt")],
      swiftSettings: [
        .strictMemorySafety(),
        .treatAllWarnings(as: .error),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
      ])
  ]
)
