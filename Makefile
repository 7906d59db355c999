# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# One Makefile, no recursion, nothing built inside the source tree.
#
#   make                 build/verdict and build/bpf/*.bpf.o
#   make run             set up, build, and run the shipped scenarios on this kernel (root)
#   make check           set up, build, and pass all tests (root)
#   make check-all       what is heavier, after check: lint, tests under ASan and UBSan, fuzz each
#                        target a little, and what is much to install: guests, a browser, packages
#   make fuzz            fuzz each target for FUZZ_SECONDS
#   make bench           speed as ratios, measured side by side
#   make lint            clang-format, clang-tidy, cppcheck, who-includes-whom
#   make coverage        which lines of bpf/ the scenarios run
#   make install         DESTDIR= PREFIX=; uninstall takes the same
#   make deb, make rpm   packages, in build/package
#   make SAN=address,undefined ...      any of these in a build folder of its own
#   make V=1 ...         show commands

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += -rR --no-print-directory

# With -R (a make of ours that calls make) CC is undefined, without it the built-in one.
ifneq ($(filter default undefined,$(origin CC)),)
CC         := cc
endif
CLANG      ?= clang
LLVM_STRIP ?= llvm-strip
AR         := ar
INSTALL    ?= install
PKG_CONFIG ?= pkg-config
DESTDIR    ?=
PREFIX     ?= /usr/local
BINDIR     ?= $(PREFIX)/bin
DATADIR    ?= $(PREFIX)/share/verdict
MANDIR     ?= $(PREFIX)/share/man
DOCDIR     ?= $(PREFIX)/share/doc/verdict
BASHDIR    ?= $(PREFIX)/share/bash-completion/completions
ZSHDIR     ?= $(PREFIX)/share/zsh/site-functions

SAN        ?=
O          ?= build$(if $(SAN),-san)

VERSION    := 0.1.0
CFLAGS     ?= -O2 -g
WARN       := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	      -Wpointer-arith -Wcast-qual -Wwrite-strings -Wvla -Wformat=2 -Wundef
# pkg-config is asked late (=): ci/install-deps may install it in the same run of make.
PKGS        = libbpf libpcap yaml-0.1 jansson liblzma libzstd
CPPFLAGS_   = -D_GNU_SOURCE -Iharness -I$(O) -DVERSION='"$(VERSION)"' -DDATADIR='"$(DATADIR)"' \
	      $(shell $(PKG_CONFIG) --cflags $(PKGS))
CFLAGS_    := -std=gnu11 -pthread $(WARN) \
	      $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all)
LDFLAGS_   := -pthread $(if $(SAN),-fsanitize=$(SAN))
LDLIBS_     = $(shell $(PKG_CONFIG) --libs $(PKGS)) -lelf -lz
# Debian keeps asm/ under the multiarch folder, which --target=bpf does not look into.
# Names of files in BTF, which reports and coverage show, are those of the tree.
BPF_CFLAGS ?= -O2 -g -Wall -Wextra -Werror -ffile-prefix-map=$(CURDIR)=
BPF_INC     = -Ibpf $(addprefix -idirafter ,$(wildcard /usr/include/$(shell uname -m)-linux-gnu))

# V=1 shows the commands; otherwise one short line per product.
ifeq ($(V),1)
Q   :=
msg :=
else
Q   := @
msg  = @printf '  %-7s %s\n' $(1) $(patsubst $(O)/%,%,$(2));
endif

modules    := base syntax packet types judge view scenario kernel run guest matrix report results page cli
# programs of their own
mains      := harness/cli/main.c harness/guest/init.c
lib_src    := $(filter-out $(mains),$(foreach m,$(modules),$(wildcard harness/$(m)/*.c)))
lib_obj    := $(lib_src:%.c=$(O)/%.o)
test_src   := $(wildcard harness/tests/*/test_*.c)
test_bin   := $(test_src:%.c=$(O)/%)
# programs that test scripts use
test_tool  := $(addprefix $(O)/harness/tests/,lab/attach guest/misbehave)
test_bpf   := $(patsubst %.c,$(O)/%.o,$(wildcard harness/tests/bpf/*.bpf.c))
fuzz_src   := $(wildcard harness/tests/fuzz/fuzz_*.c)
fuzz_bin   := $(fuzz_src:%.c=$(O)/%)
bpf_obj    := $(patsubst %.c,$(O)/%.o,$(wildcard bpf/*.bpf.c))
# how the maps and events of bpf/ are shown: found beside the objects
views      := $(O)/bpf/views.yaml
shim_obj   := $(patsubst %.c,$(O)/%.o,$(wildcard harness/shim/*.bpf.c))
c_files     = $(wildcard harness/*/*.[ch] harness/tests/*/*.[ch] bpf/*.[ch] bpf/lib/*.[ch])

.SECONDARY: $(test_src:%.c=$(O)/%.o) $(fuzz_bin:=.o)
.PHONY: FORCE all tests fuzz-targets deps run coverage check check-all fuzz bench lint format install \
	uninstall deb rpm clean
all: $(O)/verdict $(bpf_obj) $(views)

$(views): bpf/views.yaml
	$(Q)mkdir -p $(@D)
	$(Q)cp $< $@

$(O)/verdict: $(O)/harness/cli/main.o $(O)/libverdict.a
	$(call msg,LD,$@)
	$(Q)$(CC) $(LDFLAGS_) $(LDFLAGS) -o $@ $^ $(LDLIBS_) $(LDLIBS)

$(O)/libverdict.a: $(lib_obj)
	$(call msg,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

# Objects depend on the flags as well as on the sources: changing CC, CFLAGS or
# SAN rebuilds, and -MMD -MP keeps the header dependencies.
$(O)/%.o: %.c $(O)/flags
	$(call msg,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS_) $(CPPFLAGS) $(CFLAGS_) $(CFLAGS) -MMD -MP -c -o $@ $<

$(O)/%.bpf.o: %.bpf.c $(O)/flags
	$(call msg,BPF,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CLANG) --target=bpf $(BPF_INC) $(BPF_CFLAGS) $(BPF_CPU) -MMD -MP -c -o $@ $<
	$(Q)$(LLVM_STRIP) -g $@

# Process 1 of a guest, embedded: static, and never with sanitizers.
$(O)/harness/guest/init_image.o: $(O)/harness/guest/init
$(O)/harness/guest/init: harness/guest/init.c harness/guest/protocol.h $(O)/flags
	$(call msg,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -std=gnu11 $(WARN) -D_GNU_SOURCE -Iharness -Os -static -s -o $@ $<

# The stubs and the prelude are embedded. What Linux 5.10 takes; fewer instructions than without.
$(O)/harness/kernel/interpose_shim.o $(O)/harness/kernel/prelude.o: $(shim_obj)
$(shim_obj): BPF_CPU = -mcpu=v3

# So are the files that the report page is made of.
$(O)/harness/page/template.o: $(wildcard harness/page/template/*)

$(O)/harness/tests/%: $(O)/harness/tests/%.o $(O)/libverdict.a
	$(call msg,LD,$@)
	$(Q)$(CC) $(LDFLAGS_) $(LDFLAGS) -o $@ $^ -lcmocka $(LDLIBS_) $(LDLIBS)

$(fuzz_bin): %: %.o $(O)/libverdict.a
	$(call msg,LD,$@)
	$(Q)$(CC) $(LDFLAGS_) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(LDLIBS_) $(LDLIBS)

flags = $(CC) $(CPPFLAGS_) $(CPPFLAGS) $(CFLAGS_) $(CFLAGS) | $(CLANG) $(BPF_INC) $(BPF_CFLAGS)
$(O)/flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' "$(subst ",\",$(flags))" | cmp -s - $@ || \
	 printf '%s\n' "$(subst ",\",$(flags))" > $@
FORCE:

tests: all $(test_bin) $(test_tool) $(test_bpf)
fuzz-targets: all $(fuzz_bin) $(test_bpf)

# A make of ours builds on all CPUs, unless it was said how many.
MAKE_J      = $(MAKE) $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))

deps:
	$(Q)ci/install-deps build test

run:
	$(Q)ci/install-deps build
	$(Q)$(MAKE_J) O=$(O) SAN=$(SAN) all
	$(Q)$(O)/verdict run --results results scenarios

coverage:
	$(Q)ci/install-deps build
	$(Q)$(MAKE_J) O=$(O) SAN=$(SAN) all
	$(Q)$(O)/verdict run --coverage $(O)/coverage.info scenarios
	$(Q)harness/tests/coverage/lines $(O)/coverage.info bpf/

check: deps
	$(Q)$(MAKE_J) O=$(O) SAN=$(SAN) tests
	$(Q)harness/tests/run $(O)

check-all: deps
	$(Q)ci/install-deps lint heavy
	$(Q)$(MAKE) lint
	$(Q)$(MAKE_J) O=$(O) tests
	$(Q)$(MAKE_J) O=$(O)-san SAN=address,undefined tests
	$(Q)harness/tests/run $(O)-san unit diag fail scenarios
	$(Q)$(MAKE) O=$(O) fuzz
	$(Q)harness/tests/run $(O) heavy

FUZZ_SECONDS ?= 20
fuzz:
	$(Q)ci/install-deps build lint
	$(Q)$(MAKE_J) O=$(O)-fuzz CC=$(CLANG) SAN=fuzzer-no-link,address,undefined fuzz-targets
	$(Q)harness/tests/fuzz/run $(O)-fuzz $(FUZZ_SECONDS)

bench: deps
	$(Q)$(MAKE_J) O=$(O) tests
	$(Q)harness/tests/bench/run $(O)

lint:
	$(Q)clang-format --dry-run --Werror $(c_files)
	$(Q)harness/tests/layers
	$(Q)printf '%s\n' $(lib_src) harness/cli/main.c | xargs -P "$$(nproc)" -I{} \
		clang-tidy --quiet {} -- $(CPPFLAGS_) $(CFLAGS_)
	$(Q)cppcheck --quiet --error-exitcode=1 --enable=warning,performance,portability \
		--inline-suppr -DVERSION='""' -DDATADIR='""' -Iharness $(addprefix harness/,$(modules))

format:
	$(Q)clang-format -i $(c_files)

# Man pages and completions are what verdict says of itself.
$(O)/share/pages: $(O)/verdict
	$(call msg,MAN,$@)
	$(Q)mkdir -p $(@D)
	$(Q)for page in $$($(O)/verdict help --pages); do \
		topic=$${page%.*}; topic=$${topic#verdict}; \
		$(O)/verdict help --man $${topic#-} > $(@D)/$$page || exit 1; \
	done
	$(Q)for shell in bash zsh; do \
		$(O)/verdict help --completion $$shell > $(@D)/completion.$$shell || exit 1; \
	done
	$(Q)$(O)/verdict help --pages > $@

# All that is installed, a line each: mode, file, place. install and uninstall read the same list.
examples   := scenarios pcaps $(wildcard ci/*.y*ml ci/Containerfile ci/Jenkinsfile ci/run-shard ci/merge-shards)
list_files  = { \
	file() { printf '%s %s %s\n' "$$@"; }; \
	file 0755 $(O)/verdict '$(BINDIR)/verdict'; \
	for f in $(bpf_obj) $(views); do file 0644 $$f "$(DATADIR)/bpf/$${f\#\#*/}"; done; \
	while read -r page; do file 0644 $(O)/share/$$page "$(MANDIR)/man$${page\#\#*.}/$$page"; done \
		< $(O)/share/pages; \
	file 0644 $(O)/share/completion.bash '$(BASHDIR)/verdict'; \
	file 0644 $(O)/share/completion.zsh '$(ZSHDIR)/_verdict'; \
	for f in LICENSE README.md docs/*; do file 0644 $$f "$(DOCDIR)/$$f"; done; \
	find $(examples) -type f | while read -r f; do \
		mode=0644; [ ! -x $$f ] || mode=0755; \
		file $$mode $$f "$(DOCDIR)/examples/$$f"; \
	done; }

install: all $(O)/share/pages
	$(Q)$(list_files) | while read -r mode from to; do \
		$(INSTALL) -D -m $$mode "$$from" "$(DESTDIR)$$to" || exit 1; \
	done

uninstall: all $(O)/share/pages
	$(Q)$(list_files) | while read -r mode from to; do rm -f "$(DESTDIR)$$to"; done
	$(Q)for dir in '$(DESTDIR)$(DATADIR)' '$(DESTDIR)$(DOCDIR)'; do \
		[ ! -d "$$dir" ] || find "$$dir" -depth -type d -empty -delete; \
	done

deb rpm: %:
	$(Q)ci/install-deps build
	$(Q)ci/package $@ $(O)/package $(VERSION)

clean:
	rm -rf build build-san build-fuzz

-include $(shell find $(O) -name '*.d' 2>/dev/null)
