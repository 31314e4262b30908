#!/usr/bin/env bash
# Installs the system packages that building and testing need, as far as they are missing. Silent, and
# without network, when all are there.
set -euo pipefail

if ! command -v swift > /dev/null; then
  echo "Swift 6.3 is needed: https://www.swift.org/install/" >&2
  exit 1
fi

has() { command -v "$1" > /dev/null; }

if [ "$(uname)" = Darwin ]; then
  missing=()
  for tool in git python3; do has "$tool" || missing+=("$tool"); done
  for pair in pcre2:pcre2.h lz4:lz4.h zstd:zstd.h isa-l:isa-l.h zlib:zlib.h; do
    [ -e "/opt/homebrew/include/${pair#*:}" ] || [ -e "/usr/local/include/${pair#*:}" ] ||
      missing+=("${pair%%:*}")
  done
  has pkg-config || missing+=(pkgconf)
  if [ ${#missing[@]} -gt 0 ]; then
    echo "missing: brew install ${missing[*]}" >&2
    exit 1
  fi
  exit 0
fi

# What a package brings is looked for, not the package: then any distribution will do, and tools that
# were installed in another way count.
header() { [ -e "/usr/include/$1" ] || compgen -G "/usr/include/*/$1" > /dev/null; }
cxxLibrary() { compgen -G '/usr/lib/gcc/*/*/libstdc++.so' > /dev/null; }

packages=()
header stdio.h || packages+=(libc6-dev)
cxxLibrary || packages+=(g++)
has ld || packages+=(binutils)
has git || packages+=(git)
has python3 || packages+=(python3)
header pcre2.h || packages+=(libpcre2-dev)
header lz4.h || packages+=(liblz4-dev)
header zstd.h || packages+=(libzstd-dev)
header zlib.h || packages+=(zlib1g-dev)
header isa-l/igzip_lib.h || packages+=(libisal-dev)
[ -e /etc/ssl/certs/ca-certificates.crt ] || [ -e /etc/pki/tls/certs ] ||
  packages+=(ca-certificates)
[ -e /usr/share/zoneinfo/Europe/Berlin ] || packages+=(tzdata)
[ ${#packages[@]} -eq 0 ] && exit 0

if ! has apt-get; then
  echo "missing: ${packages[*]} (or what they are called here)" >&2
  exit 1
fi
sudo=()
[ "$(id -u)" -eq 0 ] || sudo=(sudo)
echo "installing ${packages[*]}"
"${sudo[@]}" apt-get update -qq
"${sudo[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install -y -qq --no-install-recommends "${packages[@]}"
