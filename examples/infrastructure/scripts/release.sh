#!/bin/sh
# Puts a release into service.
# Reads: RELEASE, its version; RELEASE_DOCUMENT, the file that the running storefront reads.
set -eu

cd "$(dirname "$0")/.."
if [ ! -f "releases/$RELEASE.json" ]; then
    echo "there is no release $RELEASE in releases/" >&2
    exit 1
fi

echo "$RELEASE: warming up"
sleep 1
mkdir -p "$(dirname "$RELEASE_DOCUMENT")"
# The storefront may read at any moment, so the new document appears whole or not at all.
cp "releases/$RELEASE.json" "$RELEASE_DOCUMENT.new"
mv "$RELEASE_DOCUMENT.new" "$RELEASE_DOCUMENT"
echo "$RELEASE: in service"
