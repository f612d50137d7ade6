#!/bin/sh
# Makes room for orders.
set -eu

echo "0001-orders: creating table orders"
sleep 1
echo "0001-orders: done"
