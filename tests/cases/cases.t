#!/bin/sh
# SPDX-License-Identifier: MIT
# What paths and statements mean: SQL and calls, from the .t3 files.
cd "$(dirname "$0")" || exit 1
exec "../../${BUILD:-build/release}/cases/run" ./*.t3
