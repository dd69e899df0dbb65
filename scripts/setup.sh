#!/bin/sh
# Installs what building and testing need, unless it is there already.
# usage: sh scripts/setup.sh [chromium] [firefox] [webkit] [back-ends]
set -eu

wasm_target=wasm32-unknown-unknown
# Passed as --target-dir: cargo's settings could name another folder, but scripts use this one.
target_dir=target
geckodriver_version=0.37.1
geckodriver_dir=$target_dir/geckodriver

main() {
  CDPATH='' cd -- "$(dirname -- "$0")/.."
  check_rust
  check_node
  install_npm_packages
  install_wasm_target
  build_wasm_bindgen_tools
  for tools in "$@"; do
    case $tools in
      chromium) install_chromium ;;
      firefox) install_firefox ;;
      webkit) install_webkit ;;
      back-ends) install_back_ends ;;
      *) fail "$tools is unknown: use chromium, firefox, webkit or back-ends." ;;
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
  # All packages are for development: NODE_ENV=production would omit them. None
  # needs an install script.
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
  add_wasm_target_with_rustup || sh scripts/build-wasm-target.sh
  # What was compiled with another copy of the standard library is stale.
  rm -rf -- "${target_dir:?}/$wasm_target"
}

# Asks the compiler, because the files can be of another version or incomplete.
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

# --- wasm-bindgen's commands ---

build_wasm_bindgen_tools() {
  bindgen=$target_dir/debug/wasm-bindgen
  runner=$target_dir/debug/wasm-bindgen-test-runner
  wasm_bindgen_tools_are_current && return
  say "building wasm-bindgen's commands (a few minutes the first time)"
  cargo build --locked --package wasm-bindgen-tools --target-dir "$target_dir" ||
    fail "wasm-bindgen's commands could not be built: see cargo's message above."
  # Cargo does not touch files that are up to date, but this check needs their time.
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
    "$geckodriver_dir/bin/geckodriver" --version 2>/dev/null | grep -qE "^geckodriver $geckodriver_version( |$)"
}

# Debian has no package of geckodriver.
build_geckodriver() {
  say 'building geckodriver (a few minutes)'
  # With the same profile and folder as wasm-bindgen's commands, it reuses their dependencies.
  cargo install --locked --debug --config profile.dev.debug=false --root "$geckodriver_dir" --target-dir "$target_dir" \
    "geckodriver@$geckodriver_version" ||
    fail "geckodriver could not be built: see cargo's message above."
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

# --- the languages of docs/back-ends.md ---

install_back_ends() {
  back_ends_are_there || install_debian_packages curl default-jdk-headless golang-go \
    libjackson2-databind-java nginx php-cli puma python3-venv ruby-sinatra || true
  back_ends_are_there ||
    fail 'Of what the back ends need, something is missing: curl, Go, a JDK, Jackson in /usr/share/java, nginx, PHP, Puma, Python, Sinatra.'
  install_python_packages
}

back_ends_are_there() {
  for command in curl go javac nginx php puma python3; do
    has_command "$command" || return
  done
  [ -e /usr/share/java/jackson-databind.jar ] && ruby -r sinatra/base -e '' && python3 -m ensurepip --version >/dev/null
}

install_python_packages() {
  packages=tests/docs/back-ends/requirements.txt
  python=$target_dir/python
  [ -e "$python/requirements.txt" ] && cmp -s "$packages" "$python/requirements.txt" && return
  say "installing the back ends' Python packages"
  rm -rf -- "$python"
  { python3 -m venv "$python" && "$python/bin/pip" install --quiet --disable-pip-version-check --requirement "$packages"; } ||
    fail 'pip could not install the packages: see its message above.'
  cp "$packages" "$python"
}

install_debian_packages() {
  has_command apt-get && [ "$(id -u)" = 0 ] || return
  say "installing Debian's packages $*"
  # Old package lists can have versions that are no longer available.
  apt_install "$@" || { apt-get -q update && apt_install "$@"; }
}

apt_install() {
  DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends "$@"
}

main "$@"
