#!/bin/sh
# Asks whether the storefront of an environment serves the release of this checkout.
# Usage: scripts/released.sh dev|staging|production
set -eu

cd "$(dirname "$0")/.."
wanted=$(cat RELEASE)
# What Terraform escapes in a string is taken back.
document=$(sed -n '
    s/^release_document *= *"\(.*\)"$/\1/
    t found
    d
    :found
    s/\$\${/${/g
    s/%%{/%{/g
    s/\\\(["\\]\)/\1/g
    p
' "environments/$1/demo.auto.tfvars")
if cmp -s "releases/$wanted.json" "$document"; then
    echo "$1 serves $wanted"
else
    echo "$1 does not serve $wanted but $(cat "$document" 2>&1)" >&2
    exit 1
fi
