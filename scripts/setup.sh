#!/bin/sh
# Brings in what building and testing need; what is there already is left alone.
# usage: sh scripts/setup.sh [chromium] [firefox] [webkit]
# RUST_LIBRARY_SOURCE, where set, names the folder library of rustc's own sources,
# or an archive of it, for building the WebAssembly target without rustup.
set -eu

wasm_target=wasm32-unknown-unknown
# Without --target-dir, cargo's settings could move it; scripts look for it here.
target_dir=target
geckodriver_version=0.37.1
geckodriver_dir=$target_dir/geckodriver

main() {
  CDPATH='' cd -- "$(dirname -- "$0")/.."
  scratch=$(mktemp -d)
  trap remove_leftovers EXIT
  trap 'exit 130' INT
  trap 'exit 143' HUP TERM

  check_rust
  check_node
  install_npm_packages
  install_wasm_target
  build_wasm_bindgen_tools
  for browser in "$@"; do
    case $browser in
      chromium) install_chromium ;;
      firefox) install_firefox ;;
      webkit) install_webkit ;;
      *) fail "No browser is known by the name $browser." ;;
    esac
  done
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

check_rust() {
  { rustc --version && cargo --version; } >/dev/null 2>&1 ||
    fail 'Rust is missing: install it with rustup (https://rustup.rs).'
}

check_node() {
  needed='install Node 20.19 or newer, with npm (https://nodejs.org).'
  version=$(node -p process.versions.node 2>/dev/null) || fail "Node is missing: $needed"
  # 20.19 is what Vite needs.
  node -e 'const [major, minor] = process.versions.node.split("."); process.exit(major > 20 || (major == 20 && minor >= 19) ? 0 : 1)' ||
    fail "Node $version is too old: $needed"
  has_command npm || fail "npm is missing: $needed"
}

# --- npm packages ---

install_npm_packages() {
  npm_packages_are_current && return
  say 'installing the npm packages'
  # Development packages are all there are, and NODE_ENV=production would leave
  # them out. None needs an install script.
  npm ci --include=dev --ignore-scripts --no-audit --no-fund ||
    fail 'npm could not install the packages: see its message above.'
}

npm_packages_are_current() {
  installed=node_modules/.package-lock.json
  [ -e "$installed" ] && [ -z "$(find package-lock.json -newer "$installed")" ]
}

# --- Rust's WebAssembly target ---

install_wasm_target() {
  wasm_target_works && return
  say "adding Rust's target $wasm_target"
  add_wasm_target_with_rustup || build_wasm_target
  # Whatever was compiled against another copy of the standard library is stale.
  rm -rf -- "${target_dir:?}/$wasm_target"
}

# Asks the compiler: files left by another version of it, or by an install that
# was cut short, do not count.
wasm_target_works() {
  rustc --target "$wasm_target" --crate-type lib --emit dep-info=- - </dev/null >/dev/null 2>&1
}

add_wasm_target_with_rustup() {
  has_command rustup && at_most 300 rustup target add "$wasm_target" && wasm_target_works
}

# In the foreground, so that Ctrl-C reaches the command.
at_most() {
  if timeout --foreground 1 true 2>/dev/null; then
    timeout --foreground "$@"
  else
    shift
    "$@"
  fi
}

build_wasm_target() {
  sysroot=$(rustc --print sysroot)
  [ -w "$sysroot/lib/rustlib" ] ||
    fail "Rust's target $wasm_target is missing and $sysroot is not writable: install the target as that folder's owner, or Rust with rustup."
  find_library_source
  say "building $wasm_target from the standard library's sources (about a minute)"
  build_standard_library
  put_standard_library_in_place
  wasm_target_works ||
    fail "The $wasm_target that was built does not work: install it with 'rustup target add $wasm_target'."
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
  # A file that the mock library in cargo's own tests does not have.
  inner=$(find "$1" -path '*library/core/src/panicking.rs' 2>/dev/null | head -n 1)
  [ -n "$inner" ] && library_source=$(CDPATH='' cd -- "$(dirname -- "$inner")/../.." && pwd)
}

fail_without_source() {
  fail "Rust's target $wasm_target is missing: run 'rustup target add $wasm_target', or set RUST_LIBRARY_SOURCE to the folder library of rustc $(rust_release)'s sources."
}

rust_release() {
  rustc --version --verbose | sed -n 's/^release: //p'
}

# Debian's package rust-src, verified by apt, in a place of its own: the system's
# package lists stay as they are, and no rights are needed.
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
    # Container images often come without package lists.
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
  # embed-bitcode: link-time optimisation needs it. remap-path-prefix: what links
  # the library shall not hold this machine's paths, as with the official one.
  # __CARGO_TESTS_ONLY_SRC_ROOT: cargo would take the sources from the toolchain
  # alone, which is to stay untouched until the build has worked.
  (
    cd "$scratch/crate"
    CARGO_ENCODED_RUSTFLAGS=$(printf '%s\037%s\037%s' '-Cembed-bitcode=yes' \
      "--remap-path-prefix=$library_source=/rustc/library" \
      "--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}/registry/src=/rust/deps") \
      RUSTC_BOOTSTRAP=1 __CARGO_TESTS_ONLY_SRC_ROOT=$library_source \
      cargo build -Zbuild-std=std,panic_abort,test --target "$wasm_target" --release --target-dir out
  ) || fail "The standard library's sources do not build: install the target with 'rustup target add $wasm_target'."
}

# Complete or not at all: the folder gets its name once it holds everything.
put_standard_library_in_place() {
  library=$(rustc --print target-libdir --target "$wasm_target")
  staged_library=$library.$$
  mkdir -p "$staged_library"
  cp "$scratch/crate/out/$wasm_target/release/deps/"*.rlib "$staged_library"
  rm "$staged_library"/libthrow_away-*.rlib
  rm -rf -- "$library"
  mv "$staged_library" "$library"
}

# --- wasm-bindgen's commands ---

build_wasm_bindgen_tools() {
  bindgen=$target_dir/debug/wasm-bindgen
  runner=$target_dir/debug/wasm-bindgen-test-runner
  wasm_bindgen_tools_are_current && return
  say "building wasm-bindgen's commands (a few minutes the first time)"
  cargo build --locked --package wasm-bindgen-tools --target-dir "$target_dir" ||
    fail "wasm-bindgen's commands could not be built: see cargo's message above."
  # Cargo leaves up-to-date files their time, and they would look outdated here.
  touch "$bindgen" "$runner"
}

wasm_bindgen_tools_are_current() {
  [ -x "$bindgen" ] && [ -x "$runner" ] &&
    [ -z "$(find Cargo.lock scripts/wasm-bindgen -type f \( -newer "$bindgen" -o -newer "$runner" \))" ]
}

# --- browsers ---

install_chromium() {
  chromium_is_there && return
  install_debian_packages chromium chromium-driver || true
  chromium_is_there ||
    fail 'Chromium or its driver is missing: install chromium and chromium-driver on Debian, chromium-browser and chromium-chromedriver on Ubuntu, Google Chrome and the chromedriver of its version on macOS.'
}

chromium_is_there() {
  has_command chromedriver && {
    has_command chromium || has_command chromium-browser ||
      has_command google-chrome || has_command google-chrome-stable ||
      [ -x '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome' ]
  }
}

install_firefox() {
  has_firefox || install_debian_packages firefox-esr || true
  has_firefox ||
    fail 'Firefox is missing: install firefox-esr on Debian, Firefox elsewhere (https://www.firefox.com).'
  geckodriver_is_there || build_geckodriver
}

has_firefox() {
  has_command firefox || [ -x /Applications/Firefox.app/Contents/MacOS/firefox ]
}

geckodriver_is_there() {
  has_command geckodriver ||
    "$geckodriver_dir/bin/geckodriver" --version 2>/dev/null | grep -q "^geckodriver $geckodriver_version "
}

# Debian has no package of it.
build_geckodriver() {
  say 'building geckodriver (a few minutes)'
  cargo install --locked --debug --root "$geckodriver_dir" --target-dir "$geckodriver_dir/build" \
    "geckodriver@$geckodriver_version" ||
    fail "geckodriver could not be built: see cargo's message above."
  rm -rf -- "$geckodriver_dir/build"
}

install_webkit() {
  webkit_is_there && return
  install_debian_packages webkit2gtk-driver xvfb || true
  webkit_is_there ||
    fail 'WebKitGTK, its driver or Xvfb is missing: install webkit2gtk-driver and xvfb on Debian and Ubuntu.'
}

webkit_is_there() {
  has_command WebKitWebDriver && has_command Xvfb
}

install_debian_packages() {
  has_command apt-get && [ "$(id -u)" = 0 ] || return
  say "installing Debian's packages $*"
  # The system's package lists may name versions that are no more.
  apt_install "$@" || { apt-get -q update && apt_install "$@"; }
}

apt_install() {
  DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends "$@"
}

main "$@"
