#!/usr/bin/env bash
# Builds the fuzz targets with libFuzzer and AddressSanitizer and runs them, for so many seconds in all
# (60 unless told). Fails when a target finds something; the input that did it is kept in
# `.build-artifacts/`. New inputs that reach new code are collected in `.build-corpus/`. More flags for
# libFuzzer may stand in `FUZZ_FLAGS`.
set -euo pipefail
cd "$(dirname "$0")"

seconds=${1:-60}
targets=(ndjson-decoder access-decoder logfmt-decoder text-decoder mixed-decoder
  lz4-codec gzip-codec zstd-codec arrow-reader filter kernels)
scratch=${FUZZ_SCRATCH_PATH:-.build}

swift build --scratch-path "$scratch" -c release \
  -Xswiftc -sanitize=fuzzer,address -Xswiftc -assert-config -Xswiftc Debug \
  -Xcc -fsanitize=fuzzer-no-link,address
programs=$(swift build --scratch-path "$scratch" -c release --show-bin-path)

# What reads a file in several ways costs a thousand times what a kernel does, so it gets most of the
# time.
budget=()
last=$((${#targets[@]} - 1))
for index in "${!targets[@]}"; do
  share=$((index == last ? seconds / 8 : (seconds - seconds / 8) / last))
  budget+=($((share > 0 ? share : 1)))
done

# The runtime's own backtraces read memory in ways that AddressSanitizer takes for a second crash.
export SWIFT_BACKTRACE=enable=no

mkdir -p .build-artifacts
for index in "${!targets[@]}"; do
  target=${targets[$index]}
  mkdir -p ".build-corpus/$target"
  echo "fuzzing $target for ${budget[$index]} s"
  log=".build-artifacts/$target.log"
  # shellcheck disable=SC2086
  if ! "$programs/$target" -max_total_time="${budget[$index]}" -timeout=30 -rss_limit_mb=2048 \
    -max_len=4096 -print_final_stats=1 ${FUZZ_FLAGS:-} -artifact_prefix=".build-artifacts/$target-" \
    ".build-corpus/$target" "Seeds/$target" > "$log" 2>&1; then
    tail -n 60 "$log"
    echo
    grep -aE 'Fatal error|SUMMARY' "$log" || true
    echo "$target found something: see Fuzz/.build-artifacts/"
    exit 1
  fi
  grep -E '^stat::(number_of_executed_units|new_units_added)|^Done' "$log"
done
