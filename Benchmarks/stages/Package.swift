// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

/// Programs that run one stage of the library alone, for the benchmark.
let package = Package(
  name: "stages",
  platforms: [.macOS(.v26)],
  products: [
    .executable(name: "content-stage", targets: ["content-stage"]),
    .executable(name: "arena-allocation", targets: ["arena-allocation"]),
    .executable(name: "padding", targets: ["padding"]),
    .executable(name: "arrow-file", targets: ["arrow-file"]),
  ],
  dependencies: [.package(name: "spalt", path: "../..")],
  targets: [
    .executableTarget(
      name: "content-stage", dependencies: [.product(name: "Spalt", package: "spalt")],
      swiftSettings: settings),
    .executableTarget(
      name: "arena-allocation", dependencies: [.product(name: "Spalt", package: "spalt")],
      swiftSettings: settings),
    .executableTarget(name: "padding", swiftSettings: settings),
    .executableTarget(
      name: "arrow-file", dependencies: [.product(name: "Spalt", package: "spalt")],
      swiftSettings: settings),
  ]
)
