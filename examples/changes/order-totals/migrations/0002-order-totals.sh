#!/bin/sh
# Gives each order a total, but the table has had that column for long.
set -eu

echo "0002-order-totals: adding column total to table orders"
sleep 1
echo 'ERROR: column "total" of relation "orders" already exists' >&2
exit 1
