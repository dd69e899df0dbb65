#!/bin/sh
# Builds Rust's WebAssembly target from the sources of the standard library, for machines that cannot
# reach rustup's server. scripts/setup.sh runs it where rustup fails.
# RUST_LIBRARY_SOURCE can be the folder library of rustc's sources, or an archive of it; otherwise
# the script downloads Debian's package of them.
set -eu

wasm_target=wasm32-unknown-unknown

main() {
  scratch=$(mktemp -d)
  trap remove_leftovers EXIT
  trap 'exit 130' INT
  trap 'exit 143' HUP TERM

  sysroot=$(rustc --print sysroot)
  [ -w "$sysroot/lib/rustlib" ] ||
    fail "Rust's target $wasm_target is missing and $sysroot is not writable: install the target as that folder's owner, or Rust with rustup."
  find_library_source
  say "building $wasm_target from the standard library's sources (about a minute)"
  build_standard_library
  put_standard_library_in_place
  rustc --target "$wasm_target" --crate-type lib --emit dep-info=- - </dev/null >/dev/null 2>&1 ||
    fail "The $wasm_target that was built does not work: install it with 'rustup target add $wasm_target'."
}

say() {
  printf 'setup: %s\n' "$1"
}

fail() {
  printf 'setup: %s\n' "$1" >&2
  exit 1
}

has_command() {
  command -v "$1" >/dev/null 2>&1
}

remove_leftovers() {
  rm -rf -- "$scratch" ${staged_library:+"$staged_library"}
}

find_library_source() {
  library_source=$sysroot/lib/rustlib/src/rust/library
  if [ -n "${RUST_LIBRARY_SOURCE:-}" ]; then
    use_given_source
  elif [ ! -e "$library_source/Cargo.lock" ]; then
    download_debian_source || fail_without_source
  fi
}

use_given_source() {
  unpacked=$RUST_LIBRARY_SOURCE
  if [ -f "$RUST_LIBRARY_SOURCE" ]; then
    unpacked=$scratch/source
    mkdir "$unpacked"
    tar -xf "$RUST_LIBRARY_SOURCE" -C "$unpacked" ||
      fail "RUST_LIBRARY_SOURCE names an archive that tar cannot unpack: install xz, or name an unpacked folder."
  fi
  use_source_below "$unpacked" ||
    fail "RUST_LIBRARY_SOURCE names nothing that holds Rust's folder library: $RUST_LIBRARY_SOURCE"
}

use_source_below() {
  # The mock library in cargo's own tests does not have this file.
  inner=$(find "$1" -path '*library/core/src/panicking.rs' 2>/dev/null | head -n 1)
  [ -n "$inner" ] && library_source=$(CDPATH='' cd -- "$(dirname -- "$inner")/../.." && pwd)
}

fail_without_source() {
  fail "Rust's target $wasm_target is missing: run 'rustup target add $wasm_target', or set RUST_LIBRARY_SOURCE to the folder library of rustc $(rust_release)'s sources."
}

rust_release() {
  rustc --version --verbose | sed -n 's/^release: //p'
}

# Downloads Debian's package rust-src, verified by apt, with package lists in a
# temporary folder: the system's own do not change, and no rights are needed.
download_debian_source() {
  has_command apt-get && has_command dpkg-deb || return
  release=$(rust_release)
  package="rust-src=$release*"
  folder=usr/src/rustc-$release/library
  find_debian_mirror || return
  for suite in stable-backports testing unstable stable; do
    say "looking for Debian's package $package in $suite"
    if (cd "$scratch" && apt_suite update && apt_suite download "$package"); then
      dpkg-deb --fsys-tarfile "$scratch"/rust-src_*.deb | tar -xf - -C "$scratch" "./$folder" || return
      library_source=$scratch/$folder
      return
    fi
  done
  return 1
}

find_debian_mirror() {
  mkdir -p "$scratch/lists/partial" "$scratch/cache/archives/partial"
  mirror=$(debian_mirror_of apt-get)
  if [ -z "$mirror" ]; then
    # Container images often have no package lists.
    apt_aside update || true
    mirror=$(debian_mirror_of apt_aside)
  fi
  [ -n "$mirror" ]
}

debian_mirror_of() {
  # shellcheck disable=SC2016 # apt fills in $(SITE), not the shell.
  "$1" indextargets --format '$(SITE)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' |
    head -n 1
}

apt_suite() {
  keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  echo "deb [target=Packages signed-by=$keyring] $mirror $suite main" >"$scratch/sources.list"
  apt_aside -o Dir::Etc::sourcelist="$scratch/sources.list" -o Dir::Etc::sourceparts=/dev/null "$@"
}

apt_aside() {
  apt-get -q -o Dir::State::lists="$scratch/lists" -o Dir::Cache="$scratch/cache" \
    -o APT::Sandbox::User= "$@"
}

build_standard_library() {
  mkdir "$scratch/crate"
  : >"$scratch/crate/lib.rs"
  cat >"$scratch/crate/Cargo.toml" <<END
[package]
name = "throw_away"
edition = "2024"

[lib]
path = "lib.rs"
END
  # embed-bitcode: link-time optimisation needs it. remap-path-prefix: like the
  # official library, this one must not contain the machine's paths.
  # __CARGO_TESTS_ONLY_SRC_ROOT: without it, cargo reads the sources only from the
  # toolchain, which must not change before the build has succeeded.
  (
    cd "$scratch/crate"
    CARGO_ENCODED_RUSTFLAGS=$(printf '%s\037%s\037%s' '-Cembed-bitcode=yes' \
      "--remap-path-prefix=$library_source=/rustc/library" \
      "--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}/registry/src=/rust/deps") \
      RUSTC_BOOTSTRAP=1 __CARGO_TESTS_ONLY_SRC_ROOT=$library_source \
      cargo build -Zbuild-std=std,panic_abort,test --target "$wasm_target" --release --target-dir out
  ) || fail "The standard library's sources do not build: install the target with 'rustup target add $wasm_target'."
}

# The folder gets its final name once it is complete.
put_standard_library_in_place() {
  library=$(rustc --print target-libdir --target "$wasm_target")
  staged_library=$library.$$
  mkdir -p "$staged_library"
  cp "$scratch/crate/out/$wasm_target/release/deps/"*.rlib "$staged_library"
  rm "$staged_library"/libthrow_away-*.rlib
  rm -rf -- "$library"
  mv "$staged_library" "$library"
}

main "$@"
