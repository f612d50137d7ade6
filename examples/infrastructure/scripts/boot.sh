#!/bin/sh
# Boots the machine of one worker.
# Reads: WORKER, its name.
set -eu

echo "$WORKER: booting"
sleep 1
echo "$WORKER: takes orders"
