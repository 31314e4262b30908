// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target is compiled with strict memory safety and with warnings as errors. `Lifetimes`
/// is the supported experimental feature behind `@_lifetime`; clients of the library do not need it.
let swiftSettings: [SwiftSetting] = [
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableExperimentalFeature("Lifetimes"),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

let package = Package(
  name: "spalt",
  platforms: [.macOS(.v26)],
  products: [
    .executable(name: "spalt", targets: ["SpaltCLI"]),
    .library(name: "Spalt", targets: ["Spalt"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    .target(name: "SpaltKernels"),
    .target(name: "CSpaltSystem"),
    .target(
      name: "Spalt",
      dependencies: ["SpaltKernels", "CSpaltSystem"],
      swiftSettings: swiftSettings
    ),
    .executableTarget(
      name: "SpaltCLI",
      dependencies: [
        "Spalt",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: swiftSettings
    ),
    .testTarget(
      name: "SpaltKernelsTests",
      dependencies: ["SpaltKernels"],
      swiftSettings: swiftSettings
    ),
    .testTarget(
      name: "SpaltTests",
      dependencies: ["Spalt"],
      swiftSettings: swiftSettings
    ),
    .testTarget(
      name: "CommandLineTests",
      dependencies: ["SpaltCLI"],
      exclude: ["Oracles"],
      swiftSettings: swiftSettings
    ),
    .testTarget(
      name: "MustNotCompileTests",
      dependencies: ["Spalt"],
      swiftSettings: swiftSettings
    ),
  ]
)
