#!/bin/sh
# SPDX-License-Identifier: MIT
# Every .ex file of this directory, played through the engine.
exec "${BUILD:-build/release}/exchanges/run" "$@"
