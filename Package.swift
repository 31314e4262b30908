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

/// Libraries of the system. On Linux their archives are named, so that the command needs no library that
/// a bare system lacks; what pkg-config says would put the shared library before it.
struct SystemLibrary {
  let target: String
  let name: String
  let aptPackage: String
  let brewPackage: String
  /// What pkg-config calls it, if that differs.
  var packageConfigurationName: String? = nil

  static let all = [
    SystemLibrary(
      target: "CPCRE2", name: "libpcre2-8", aptPackage: "libpcre2-dev", brewPackage: "pcre2"),
    SystemLibrary(target: "CLZ4", name: "liblz4", aptPackage: "liblz4-dev", brewPackage: "lz4"),
    SystemLibrary(target: "CZstd", name: "libzstd", aptPackage: "libzstd-dev", brewPackage: "zstd"),
    SystemLibrary(
      target: "CZlib", name: "libz", aptPackage: "zlib1g-dev", brewPackage: "zlib",
      packageConfigurationName: "zlib"),
  ]

  /// ISA-L is looked for when the command runs; only its headers are needed to build.
  static var headersOfISAL: Target {
    .systemLibrary(
      name: "CISAL", providers: [.apt(["libisal-dev"]), .brew(["isa-l"])])
  }

  var declaration: Target {
    #if os(Linux)
      let packageConfiguration: String? = nil
    #else
      let packageConfiguration: String? = packageConfigurationName ?? name
    #endif
    return .systemLibrary(
      name: target, pkgConfig: packageConfiguration,
      providers: [.apt([aptPackage]), .brew([brewPackage])])
  }

  var archive: LinkerSetting { .linkedLibrary(":\(name).a", .when(platforms: [.linux])) }
}

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
  targets: SystemLibrary.all.map(\.declaration) + [
    SystemLibrary.headersOfISAL,
    .target(name: "SpaltKernels"),
    .target(name: "CSpaltSystem"),
    .target(name: "CSpalt"),
    .target(
      name: "Spalt",
      dependencies: ["CISAL", "CSpalt", "CSpaltSystem", "SpaltKernels"]
        + SystemLibrary.all.map { .target(name: $0.target) },
      swiftSettings: swiftSettings,
      linkerSettings: SystemLibrary.all.map(\.archive)
    ),
    // `make library` makes libspalt.so of it. No product: the archives of system libraries are not all made for
    // shared objects, and can be linked into one only where their symbols are local, which a manifest cannot say.
    .target(
      name: "SpaltABI",
      dependencies: ["CSpalt", "Spalt"],
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
      dependencies: ["CSpalt", "CZlib", "Spalt"],
      swiftSettings: swiftSettings
    ),
    .testTarget(
      name: "CommandLineTests",
      dependencies: ["CLZ4", "CZlib", "CZstd", "Spalt", "SpaltCLI"],
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
