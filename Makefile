# SPDX-License-Identifier: MIT
#
# jsmfs: a Jira Service Management site as files
#
#   make            build/release/jsmfs and build/release/jsmsim (V=1 shows commands)
#   make deps       install what is missing with the system's package manager
#   make check      lint, unit, cases, exchanges, replay, conform, fs: all tests, by prove
#   make asan|tsan  make check with AddressSanitizer+UBSan | ThreadSanitizer
#   make soak       a day's work while every call of it fails in every way
#   make demo       simulator + mount at ./jsm-demo, a tour, until Enter or make demo-stop
#   make peers      sign in at servers that npm has (in build/peers, from the network)
#   make bench      what it costs against other clients and the least possible; BENCH=name
#   make fuzz       clang libFuzzer over the corpora, FUZZTIME=30 seconds a target
#   make install    DESTDIR= PREFIX=/usr/local; every *DIR can be set
#   make format     clang-format over src and tests
#   make clean      removes build/

# --- knobs -------------------------------------------------------------------
VARIANT  ?= release
CFLAGS   ?= -O2 -g
PREFIX   ?= /usr/local
BINDIR   ?= $(PREFIX)/bin
MANDIR   ?= $(PREFIX)/share/man
DATADIR  ?= $(PREFIX)/share
BASHCOMPDIR ?= $(DATADIR)/bash-completion/completions
ZSHCOMPDIR  ?= $(DATADIR)/zsh/site-functions
FISHCOMPDIR ?= $(DATADIR)/fish/vendor_completions.d
UNITDIR  ?= $(PREFIX)/lib/systemd/user
FUZZTIME ?= 30
VERSION  := 0.1.0

# --- the architecture --------------------------------------------------------
# Stated once, bottom-up; a layer may include only itself and what its uses.*
# line names.  The includes, the archives and the symbols are checked.
LAYERS       := base json xml net model format store auth rest catalog proc query fs cli
uses.base    :=
uses.json    := base
uses.xml     := base
uses.net     := base
uses.model   := base
uses.format  := base
uses.store   := base
uses.auth    := net json xml base
uses.rest    := auth net json model base
uses.catalog := rest store json xml model base
uses.proc    := catalog rest store model json base
uses.query   := proc catalog rest store model json base
uses.fs      := query proc catalog format model base
uses.cli     := fs query proc catalog format rest store auth net model xml json base

# --- flags: ours, then the user's CFLAGS, then the variant's ------------------
PKGS     := fuse3 libcurl json-c libssl libcrypto sqlite3 libxml-2.0
SIM_PKGS := libmicrohttpd sqlite3 json-c libcrypto zlib
WARN     := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
            -Wpointer-arith -Wvla -Wformat=2 -Wcast-qual -Wundef -Wno-missing-field-initializers $(if $(CI),-Werror)
variant.release  := -D_FORTIFY_SOURCE=2
variant.debug    := -O0
variant.asan     := -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
variant.tsan     := -O1 -fsanitize=thread
variant.coverage := -O0 --coverage
pkg_cflags  := $(shell pkg-config --cflags $(PKGS) $(SIM_PKGS) 2>/dev/null)
pkg_libs    := $(shell pkg-config --libs $(PKGS) 2>/dev/null)
sim_libs    := $(shell pkg-config --libs $(SIM_PKGS) 2>/dev/null) -lm
all_cflags   = -std=c17 -D_GNU_SOURCE -DFUSE_USE_VERSION=314 -DJSMFS_VERSION='"$(VERSION)"' \
               -Isrc -Itests -pthread $(WARN) $(pkg_cflags) $(CFLAGS) $(variant.$(VARIANT))
all_ldflags  = -pthread $(LDFLAGS) $(filter-out -D%,$(variant.$(VARIANT)))

# --- machinery ---------------------------------------------------------------
MAKEFLAGS += -r --no-print-directory
.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: peers soak all deps check check-lint check-tests asan tsan demo demo-stop fuzz bench install format help clean
B   := build/$(VARIANT)
Q   := $(if $(V),,@)
say  = $(if $(V),,@printf '  %-6s %s\n' '$1' '$2')

comma     := ,
space     := $() $()
reverse   = $(if $1,$(call reverse,$(wordlist 2,99,$1)) $(firstword $1))
below     = $(sort $1 $(foreach u,$(uses.$1),$(call below,$u)))
libs      = $(patsubst %,$B/lib%.a,$(filter $(call below,$1),$(call reverse,$(LAYERS))))
layer_src = $(sort $(wildcard src/$1/*.c src/$1/*/*.c))
headers  := $(sort $(wildcard src/*/*.h))
sim_obj  := $(patsubst %.c,$B/%.o,$(sort $(wildcard tests/sim/*.c)))

all: $B/jsmfs $B/jsmsim

# One archive per layer; a layer's unit tests link only what it may use, so a
# call upwards fails to link.
define layer
$B/lib$1.a: $(patsubst %.c,$B/%.o,$(call layer_src,$1))
units += $(patsubst tests/%.c,$B/%.t,$(wildcard tests/unit/$1/*.c))
$B/unit/$1/%.t: $B/tests/unit/$1/%.o $(call libs,$1)
	$$(call say,LD,$$@)
	$$(Q)mkdir -p $$(@D) && $$(CC) $$(all_ldflags) -o $$@ $$^ $$(pkg_libs)
endef
$(foreach l,$(LAYERS),$(eval $(call layer,$l)))

$B/%.o: %.c Makefile
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(all_cflags) -MMD -MP -c -o $@ $<

$B/lib%.a:
	$(call say,AR,$@)
	$(Q)mkdir -p $(@D) && rm -f $@ && $(AR) rcs $@ $^

# Each header compiles alone.
$B/hdr/%.ok: % Makefile
	$(Q)mkdir -p $(@D) && $(CC) $(all_cflags) -fsyntax-only -include $< -x c /dev/null && touch $@

# --- programs ----------------------------------------------------------------
$B/jsmfs: $B/src/main.o $(call libs,cli)
	$(call say,LD,$@)
	$(Q)$(CC) $(all_ldflags) -o $@ $^ $(pkg_libs)

$B/jsmsim: $(sim_obj)
	$(call say,LD,$@)
	$(Q)$(CC) $(all_ldflags) -o $@ $^ $(sim_libs)

$B/cases/run: $B/tests/cases/run.o $(call libs,query) $B/libfs.a $(call libs,query) $B/libformat.a $B/libbase.a
$B/exchanges/run: $B/tests/exchanges/run.o $(call libs,rest)
$B/cases/run $B/exchanges/run:
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D) && $(CC) $(all_ldflags) -o $@ $^ $(pkg_libs)

# A fuzz target links everything but main; replay.c feeds it a corpus.
fuzzers := $(patsubst tests/fuzz/%.c,%,$(filter-out %/replay.c,$(wildcard tests/fuzz/*.c)))
$B/fuzz/%: $B/tests/fuzz/%.o $B/tests/fuzz/replay.o $(call libs,cli)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D) && $(CC) $(all_ldflags) -o $@ $^ $(pkg_libs)

$B/bench/floor: $B/tests/bench/floor_extract.o
$B/bench/%: $B/tests/bench/%.o $(call libs,json)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D) && $(CC) $(all_ldflags) -o $@ $^ $(pkg_libs)

# --- checks ------------------------------------------------------------------
deps:
	$(Q)sh tests/deps.sh install

check:
	$(Q)sh tests/deps.sh need
	$(Q)$(MAKE) all check-lint
	$(Q)$(MAKE) check-tests

check-lint: $(headers:%=$B/hdr/%.ok) $(LAYERS:%=$B/lib%.a)
	$(Q)sh tests/lint/layer.sh . $(foreach l,$(LAYERS),$l:$(subst $(space),$(comma),$(uses.$l)))
	$(Q)if [ $(VARIANT) = release ]; then sh tests/lint/symbols.sh $B; fi
	$(Q)sh tests/lint/style.sh

soak: all
	$(Q)BUILD=$B DAY=all prove -v tests/fs/day.t
	$(Q)BUILD=$B DAY=all FLAVOUR=datacenter prove -v tests/fs/day.t

check-tests: all $(units) $B/cases/run $B/exchanges/run $(fuzzers:%=$B/fuzz/%)
	$(Q)BUILD=$B sh tests/run.sh $(sort $(units))

asan tsan:
	$(Q)$(MAKE) VARIANT=$@ check

fuzz:
	$(Q)CLANG=$(or $(CLANG),clang) FUZZTIME=$(FUZZTIME) PKGS="$(PKGS)" sh tests/fuzz/fuzz.sh $(fuzzers)

peers: all
	$(Q)mkdir -p build/peers
	$(Q)npm install --prefix build/peers --no-audit --no-fund --ignore-scripts --silent \
		oidc-provider@9.13.3 samlp@8.0.0 express@5.3.0
	$(Q)BUILD=$B prove tests/peers/*.t

bench: all $B/bench/json $B/bench/floor $B/bench/stats
	$(Q)BUILD=$B python3 tests/bench/bench.py

demo:
	$(Q)sh tests/deps.sh need
	$(Q)$(MAKE) all
	$(Q)$B/jsmfs demo ./jsm-demo

demo-stop:
	$(Q)$B/jsmfs demo --stop ./jsm-demo

# --- install -----------------------------------------------------------------
install: all
	install -D -m 755 $B/jsmfs $(DESTDIR)$(BINDIR)/jsmfs
	install -D -m 755 $B/jsmsim $(DESTDIR)$(BINDIR)/jsmsim
	ln -sf $(BINDIR)/jsmfs $(DESTDIR)$(BINDIR)/mount.jsmfs
	for m in man/*; do install -D -m 644 $$m $(DESTDIR)$(MANDIR)/man$${m##*.}/$${m##*/} || exit; done
	mkdir -p $(DESTDIR)$(BASHCOMPDIR) $(DESTDIR)$(ZSHCOMPDIR) $(DESTDIR)$(FISHCOMPDIR)
	$B/jsmfs --shell-init bash >$(DESTDIR)$(BASHCOMPDIR)/jsmfs
	$B/jsmfs --shell-init zsh >$(DESTDIR)$(ZSHCOMPDIR)/_jsmfs
	$B/jsmfs --shell-init fish >$(DESTDIR)$(FISHCOMPDIR)/jsmfs.fish
	install -D -m 644 contrib/systemd/jsmfs@.service $(DESTDIR)$(UNITDIR)/jsmfs@.service

format:
	clang-format -i $$(git ls-files 'src/*.[ch]' 'tests/*.[ch]')

help:
	@sed -n 's/^#   //p' Makefile

clean:
	rm -rf build

-include $(shell find $B -name '*.d' 2>/dev/null)
