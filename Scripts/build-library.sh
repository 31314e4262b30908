#!/usr/bin/env bash
# build-library.sh: makes the C library of what `swift build -c release --static-swift-stdlib --target SpaltABI` has
# compiled: .build/lib/libspalt.so (on macOS libspalt.dylib), spalt.h and spalt.pc beside it.
#
# It is linked here and not by SwiftPM, which would link a dynamic product to the shared Swift runtime, cannot be told in
# a manifest what to export (Debian's libz.a can be linked into a shared object only if its symbols are local), and would
# compile all modules again with other flags. The Swift runtime is inside, nothing but spalt_* is exported, and what
# nobody calls is left out.
set -euo pipefail
cd "$(dirname "$0")/.."

swift=${SWIFT:-swift}
output=.build/lib
version=$(sed -nE 's/^private let version: StaticString = "([^"]+)"/\1/p' Sources/SpaltABI/LastError.swift)
abi=$(sed -nE 's/^#define SPALT_ABI_VERSION ([0-9]+)/\1/p' Sources/CSpalt/include/spalt.h)
products=$($swift build -c release --show-bin-path)
objects=()
for module in SpaltABI Spalt CSpalt CSpaltSystem SpaltKernels; do
  # By source: objects of sources that are gone may still lie there.
  while IFS= read -r source; do
    object=$(find "$products/$module.build" -name "$(basename "$source").o")
    if [ -n "$object" ]; then objects+=("$object"); fi
  done < <(find "Sources/$module" -name '*.swift' -o -name '*.c' | sort)
done
mkdir -p "$output/include"
if [ "$(uname)" = Darwin ]; then
  sed -n 's/.*global: \(.*\);/_\1/p' Scripts/library/exports.map > "$output/exports.txt"
  library=$output/libspalt.dylib
  flags=(-Xlinker -exported_symbols_list -Xlinker "$output/exports.txt" -Xlinker -dead_strip
    -Xlinker -install_name -Xlinker "@rpath/libspalt.dylib" -llz4 -lzstd -lz -lpcre2-8)
else
  library=$output/libspalt.so
  # Unloading a library whose threads may run is no good idea: dlclose leaves it where it is.
  flags=(-static-stdlib -Xlinker --version-script=Scripts/library/exports.map -Xlinker --gc-sections
    -Xlinker --strip-all -Xlinker -z -Xlinker nodelete -Xlinker -soname -Xlinker "libspalt.so.$abi"
    -Xlinker -Bsymbolic -l:libpcre2-8.a -l:liblz4.a -l:libzstd.a -l:libz.a)
fi
swiftc=$(dirname "$(command -v "$swift")")/swiftc
[ -x "$swiftc" ] || swiftc=swiftc
"$swiftc" -emit-library -module-name SpaltLibrary -o "$library.new" "${objects[@]}" "${flags[@]}"
mv "$library.new" "$library"
if [ "$(uname)" != Darwin ]; then ln -sf libspalt.so "$library.$abi"; fi
cp Sources/CSpalt/include/spalt.h "$output/include/spalt.h"
cat > "$output/spalt.pc" << END
prefix=\${pcfiledir}
Name: spalt
Description: Reads log files into Arrow record batches
Version: $version
Libs: -L\${prefix} -lspalt
Cflags: -I\${prefix}/include
END
echo "$library"
