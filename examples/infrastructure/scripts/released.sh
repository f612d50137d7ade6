#!/bin/sh
# Asks whether the storefront of an environment serves the release of this checkout; where there are two stacks, both.
# Usage: scripts/released.sh dev|staging|production
set -eu

cd "$(dirname "$0")/.."
environment=environments/$1

# Path of a release document, by the name of its variable; what Terraform escapes in a string is taken back.
document() {
    sed -n '
        s/^'"$1"' *= *"\(.*\)"$/\1/
        t found
        d
        :found
        s/\$\${/${/g
        s/%%{/%{/g
        s/\\\(["\\]\)/\1/g
        p
    ' "$environment/demo.auto.tfvars"
}

# Usage: serves NAME VERSION DOCUMENT
serves() {
    if cmp -s "releases/$2.json" "$3"; then
        echo "$1 serves $2"
    else
        echo "$1 does not serve $2 but $(cat "$3" 2>&1)" >&2
        exit 1
    fi
}

if [ -d "$environment/colours" ]; then
    serves "$1 blue" "$(cat "$environment/colours/blue")" "$(document release_document)"
    serves "$1 green" "$(cat "$environment/colours/green")" "$(document green_document)"
else
    serves "$1" "$(cat RELEASE)" "$(document release_document)"
fi
