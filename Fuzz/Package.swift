// swift-tools-version: 6.2
import PackageDescription

/// Fuzz targets: each executable is one, and its entry is in C, because libFuzzer brings `main`.
/// `run.sh` adds the sanitizers on the command line, so that the library is instrumented, too.
let package = Package(
  name: "fuzz",
  platforms: [.macOS(.v26)],
  dependencies: [.package(name: "spalt", path: "..")],
  targets: [
    .target(
      name: "DecoderFuzzing",
      dependencies: [.product(name: "Spalt", package: "spalt")]),
    .executableTarget(name: "ndjson-decoder", dependencies: ["DecoderFuzzing"]),
    .executableTarget(name: "access-decoder", dependencies: ["DecoderFuzzing"]),
    .executableTarget(name: "logfmt-decoder", dependencies: ["DecoderFuzzing"]),
    .executableTarget(name: "text-decoder", dependencies: ["DecoderFuzzing"]),
    .executableTarget(name: "mixed-decoder", dependencies: ["DecoderFuzzing"]),
    .executableTarget(name: "lz4-codec", dependencies: ["DecoderFuzzing"]),
    .executableTarget(name: "gzip-codec", dependencies: ["DecoderFuzzing"]),
    .executableTarget(name: "zstd-codec", dependencies: ["DecoderFuzzing"]),
    .executableTarget(name: "arrow-reader", dependencies: ["DecoderFuzzing"]),
    .executableTarget(name: "filter", dependencies: ["DecoderFuzzing"]),
    // The library brings the header of its kernels with it.
    .executableTarget(
      name: "kernels",
      dependencies: [.product(name: "Spalt", package: "spalt")]),
  ]
)
