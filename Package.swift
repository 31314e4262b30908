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

/// PCRE2 comes from the system. On Linux its archive is named, so that the command needs no library that
/// a bare system lacks; what pkg-config says would put the shared library before it.
#if os(Linux)
  let pcre2PackageConfiguration: String? = nil
#else
  let pcre2PackageConfiguration: String? = "libpcre2-8"
#endif

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
    .systemLibrary(
      name: "CPCRE2",
      pkgConfig: pcre2PackageConfiguration,
      providers: [.apt(["libpcre2-dev"]), .brew(["pcre2"])]
    ),
    .target(
      name: "Spalt",
      dependencies: ["CPCRE2", "CSpaltSystem", "SpaltKernels"],
      swiftSettings: swiftSettings,
      linkerSettings: [.linkedLibrary(":libpcre2-8.a", .when(platforms: [.linux]))]
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
      dependencies: ["Spalt", "SpaltCLI"],
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
