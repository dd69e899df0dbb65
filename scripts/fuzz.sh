#!/bin/sh
# Fuzzes the properties of tests/rust/properties.rs, and runs the tests with random values a hundred
# times as often. Needs cargo-fuzz and a C++ compiler.
# usage: npm run fuzz [-- <seconds for each target>]
set -eu

cd "$(dirname "$0")/.."
for target in $(cargo fuzz list); do
  mkdir -p "fuzz/corpus/$target"
  cp "fuzz/seeds/$target"/* "fuzz/corpus/$target"
  # Sanitizers need nightly Rust, and find only faults of unsafe code, which the rules do not have.
  cargo fuzz run --sanitizer none --target-dir target/fuzz "$target" -- -max_total_time="${1:-60}"
done
npm run build
FUZZ_FACTOR=100 npx tsx --test --test-timeout=1800000 --test-concurrency=1 tests/*/random-*.test.ts
