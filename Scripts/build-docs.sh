#!/usr/bin/env bash
# build-docs.sh [release|debug]: builds the documentation of the library from the module that `swift build`
# left behind, with warnings as errors: .build/Spalt.doccarchive. Does nothing when the toolchain has no docc.
set -euo pipefail
cd "$(dirname "$0")/.."

swift=${SWIFT:-swift}
configuration=${1:-release}
output=.build/Spalt.doccarchive
sdk=()
if [ "$(uname)" = Darwin ]; then
  docc=$(xcrun --find docc || true)
  sdk=(-sdk "$(xcrun --show-sdk-path)")
else
  docc=$(command -v docc || true)
fi
if [ -z "$docc" ]; then
  echo "the toolchain has no docc: the documentation was not built"
  exit 0
fi

modules=$($swift build -c "$configuration" --show-bin-path)/Modules
triple=$($swift -print-target-info | sed -nE '1,/"triple"/s/.*"triple": "([^"]+)".*/\1/p')
graphs=$(mktemp -d)
trap 'rm -rf "$graphs"' EXIT
maps=()
for map in Sources/*/module.modulemap Sources/*/include/module.modulemap; do
  maps+=(-Xcc "-fmodule-map-file=$PWD/$map")
done
$swift symbolgraph-extract -module-name Spalt -I "$modules" -target "$triple" ${sdk[@]+"${sdk[@]}"} \
  "${maps[@]}" -minimum-access-level public -skip-synthesized-members -output-dir "$graphs"
"$docc" convert Sources/Spalt/Spalt.docc --additional-symbol-graph-dir "$graphs" \
  --fallback-display-name Spalt --fallback-bundle-identifier Spalt \
  --warnings-as-errors --output-dir "$output"
echo "$output"
