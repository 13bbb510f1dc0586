# ekc - see `make help`. Sources are found, never listed: a new file needs no edit here.
SHELL    := /bin/bash
PROGRAMS := $(filter-out common,$(notdir $(patsubst %/,%,$(wildcard services/*/))))
MODE     ?= release
export CHAOS_SECONDS CHAOS_SEED CHAOS_PARTS CHAOS_EXCUSE
B        := build/$(MODE)
PKGS     := libzmq libprotobuf-c libpq libmicrohttpd jansson libsodium libutf8proc
CPPFLAGS += -D_GNU_SOURCE -Iinclude -Iservices -Itests -isystem build/proto \
            $(subst -I,-isystem ,$(shell pkg-config --cflags $(PKGS) 2>/dev/null))
CFLAGS   += -std=c17 -g -MMD -MP -Wall -Wextra -Wpedantic -Wshadow -Wconversion \
            -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wundef -Wformat=2 -Wimplicit-fallthrough -Werror
CFLAGS_debug    := -O0
CFLAGS_asan     := -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
CFLAGS_release  := -O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection -fPIE
CFLAGS_fault    := $(CFLAGS_release) -DEKC_FAULTS
LDFLAGS_asan    := -fsanitize=address,undefined
LDFLAGS_release := -pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack
LDFLAGS_fault   := $(LDFLAGS_release)
CFLAGS  += $(CFLAGS_$(MODE))
LDFLAGS += $(LDFLAGS_$(MODE))
LDLIBS  += $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lstemmer -lm

# Test runs use at most as many processes as there are processors.
JOBS  := $(shell nproc)
objs   = $(patsubst %.c,$(B)/%.o,$(wildcard $(1)))
rooms  = $(filter-out $(B)/services/$(1)/main.o,$(call objs,services/$(1)/*.c))
PROTO := $(patsubst proto/%.proto,build/proto/%.pb-c.c,$(shell find proto -name '*.proto'))
COMMON := $(call objs,services/common/*.c) $(PROTO:%.c=$(B)/%.o) $(B)/build/gen/migrations.o
BINS   := $(foreach p,$(PROGRAMS),$(if $(filter ekc,$(p)),ekc,ekc-$(p)))
UNIT   := $(patsubst %.c,$(B)/%,$(wildcard tests/unit/*/check_*.c tests/contract/check_*.c))
OURS   := $(shell find include services tests -name '*.[ch]')

INTEGRATION := $(patsubst %.c,$(B)/%,$(wildcard tests/integration/check_*.c))

all: $(BINS:%=build/bin/%)             ## build all programs into build/bin/
programs: $(BINS:%=$(B)/bin/%)         ## build all programs of this MODE where they are
demo:                                  ## install what is missing, build, and play the main job
	@services/prepare.sh build run
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@services/ekc/demo.sh
test:                                  ## install what is missing, build, and run all tests
	@services/prepare.sh build run test
	@$(MAKE) --no-print-directory -j$(JOBS) all doors unit MODE=release
	@$(MAKE) --no-print-directory -j$(JOBS) unit MODE=asan
	@$(MAKE) --no-print-directory -j$(JOBS) integration MODE=release
	@$(MAKE) --no-print-directory simulate SCHEDULES=50000
	@$(MAKE) --no-print-directory chaos CHAOS_SECONDS=20
unit: $(UNIT)                          ## unit and contract tests, on a private PostgreSQL
	@tests/support/with-postgres.sh tests/support/run.sh $^
integration: all $(INTEGRATION)        ## whole centres: processes, sockets, PostgreSQL
	@tests/support/run.sh $(INTEGRATION)
asan:                                  ## unit, contract and integration tests under ASan and UBSan
	@$(MAKE) --no-print-directory -j$(JOBS) MODE=asan unit
	@$(MAKE) --no-print-directory -j$(JOBS) MODE=asan integration
HEARTS := $(addprefix $(B)/services/,$(addsuffix .o,$(addprefix intake/,dispatch dispatch_loss holder parcel) \
          $(addprefix classifier/,batch pick) $(addprefix statistics/,ledger follow held digest tally period)))
SIMULATE := $(B)/tests/simulation/simulate
simulate: $(SIMULATE)                  ## the hearts against a seeded network and store; SCHEDULES= SEED=
	@$< --schedules $(or $(SCHEDULES),100000) --seed $(or $(SEED),1)
$(SIMULATE): $(call objs,tests/simulation/*.c) $(HEARTS) $(COMMON)
	@echo "link  $@"
	@$(CC) $(LDFLAGS) $(sort $^) $(LDLIBS) -o $@
# The variables are the rig's own: see tests/chaos/README.md.
chaos:                                 ## kill, freeze, cut and fill whole centres; CHAOS_SECONDS= for a short run
	@services/prepare.sh build run test
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@$(MAKE) --no-print-directory -j$(JOBS) programs MODE=fault
	@/usr/bin/python3 tests/chaos/chaos.py
mutations: all $(SIMULATE)             ## break the code on purpose; each must be caught
	@$(MAKE) --no-print-directory -j$(JOBS) programs MODE=fault
	@tests/chaos/mutations.sh
check: format-check doors tidy test asan  ## all of it, before a commit
bench: all $(B)/tests/bench/latency    ## figures; see tests/bench/README.md
	@BENCH_LATENCY=$(B)/tests/bench/latency tests/bench/run.sh
doors:                                 ## each foreign library enters by one door
	@tests/support/doors.sh

# Compared, not dated: another mode's programs may be the newer ones.
build/bin/%: $(B)/bin/% FORCE
	@mkdir -p $(@D)
	@cmp -s $< $@ || { cp -f $< $@.new && mv -f $@.new $@; }
FORCE:

proto: $(PROTO)                        ## generate the message code

format:                                ## rewrite the layout in place
	clang-format -i $(OURS)
format-check:                          ## the layout is as .clang-format has it
	@clang-format --dry-run -Werror $(OURS)
tidy: $(PROTO)                         ## clang-tidy over our own code
	@printf '%s\n' $(wildcard services/*/*.c) | xargs -P$(JOBS) -I@ clang-tidy --quiet @ -- $(CPPFLAGS) -std=c17

clean:                                 ## remove build/
	rm -rf build
help:                                  ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t14
.PHONY: FORCE all programs demo test unit integration asan check bench simulate chaos mutations doors proto format format-check tidy clean help
.SECONDARY:

define program_rule
$(B)/bin/$(if $(filter ekc,$(1)),ekc,ekc-$(1)): $(call objs,services/$(1)/*.c) $(COMMON) $(if $(filter ekc,$(1)),$(B)/build/gen/data.o)
	@mkdir -p $$(@D)
	@echo "link  $$@"
	@$$(CC) $$(LDFLAGS) $$^ $$(LDLIBS) -o $$@
endef
$(foreach p,$(PROGRAMS),$(eval $(call program_rule,$(p))))

# A test links the rooms of the service that it is named after, without its main.
.SECONDEXPANSION:
$(B)/tests/unit/%: $(B)/tests/unit/%.o $$(call rooms,$$(*D)) $(COMMON) $$(if $$(findstring ekc/,$$*),$(B)/build/gen/data.o)
	@echo "link  $@"
	@$(CC) $(LDFLAGS) $(sort $^) $(LDLIBS) $(shell pkg-config --libs check) -o $@
$(B)/tests/integration/%: $(B)/tests/integration/%.o $(call objs,tests/support/*.c)
	@echo "link  $@"
	@$(CC) $(LDFLAGS) $^ $(shell pkg-config --libs check) -o $@
$(B)/tests/bench/latency: $(call objs,tests/bench/*.c) $(COMMON)
	@echo "link  $@"
	@$(CC) $(LDFLAGS) $^ $(LDLIBS) -o $@
$(B)/tests/contract/%: $(B)/tests/contract/%.o $(COMMON)
	@echo "link  $@"
	@$(CC) $(LDFLAGS) $(sort $^) $(LDLIBS) $(shell pkg-config --libs check) -o $@

$(B)/%.o: %.c | $(PROTO)
	@mkdir -p $(@D)
	@echo "cc    $<"
	@$(CC) $(CPPFLAGS) $(CFLAGS) -c $< -o $@
build/proto/%.pb-c.c: proto/%.proto
	@mkdir -p build/proto
	@echo "proto $(patsubst build/proto/%.pb-c.c,proto/%.proto,$@)"
	@protoc-c -Iproto --c_out=build/proto $(patsubst build/proto/%.pb-c.c,proto/%.proto,$@)

# Files that programs carry inside: migrations, taxonomy and sample, as C strings.
$(B)/build/gen/%.o: build/gen/%.c
	@mkdir -p $(@D)
	@echo "embed $<"
	@$(CC) -Iinclude -O2 -fPIE -c $< -o $@
build/gen/migrations.c: services/common/embed.sh $(wildcard services/*/schema/*.sql)
	@mkdir -p $(@D)
	@services/common/embed.sh migrations $(wordlist 2,99,$^) > $@
build/gen/data.c: services/common/embed.sh $(wildcard services/classifier/taxonomy.json services/classifier/sample/*.tsv)
	@mkdir -p $(@D)
	@services/common/embed.sh data $(wordlist 2,99,$^) > $@

-include $(shell find build $(B) -name "*.d" 2>/dev/null)
