.DEFAULT_GOAL := help
PYTHON = .venv/bin/python
# Where `make run` and `make up` listen, on the loopback interface.
export PORT ?= 4566

.PHONY: help
help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

.PHONY: prepare
prepare: ## Set up .venv and the tools
	@local/prepare

.PHONY: runtimes
runtimes: prepare ## Java and Node.js, which only the tests need
	@local/prepare runtimes

.PHONY: run
run: prepare ## The whole API on this machine, until Ctrl-C
	@$(PYTHON) -m local run

.PHONY: up
up: prepare ## The same in the background
	@$(PYTHON) -m local up

.PHONY: down
down: prepare ## Stop it; what was booked is kept
	@$(PYTHON) -m local down

.PHONY: fast
fast: runtimes ## Lint, types and every test that needs no service
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	$(PYTHON) -m pytest -q --ignore tests/stack --ignore tests/races --ignore tests/benchmarks

.PHONY: test
test: fast ## Everything, on a stack of its own
	AWS_DEFAULT_REGION=eu-west-1 SAM_CLI_TELEMETRY=0 .local/tools/sam/bin/sam validate --lint
	$(PYTHON) -m pytest -q tests/races
	@PROOF_BUDGET=small $(MAKE) --no-print-directory proof
	$(PYTHON) -m local exec $(PYTHON) -m pytest -q tests/stack tests/benchmarks

.PHONY: bench
bench: prepare ## Cold starts, calls to the database, speed of a search
	@PYTHONPATH=layers/booking $(PYTHON) -m tests.benchmarks

.PHONY: cost
cost: runtimes ## Dollars for a thousand searches and bookings, and the memory that costs least
	@PYTHONPATH=layers/booking $(PYTHON) -m tests.benchmarks.cost

.PHONY: lock
lock: prepare ## Pin the dependencies of pyproject.toml anew
	uv pip compile pyproject.toml --group dev --generate-hashes --universal --no-header -q -o requirements.lock
	uv pip compile pyproject.toml --universal --no-header --no-annotate -q -c requirements.lock -o layers/booking/requirements.txt

.PHONY: proof
proof: runtimes ## Prove that nothing is booked twice (minutes; PROOF_BUDGET=small: less than one)
	@PYTHONPATH=layers/booking $(PYTHON) -m tests.races.proof

.PHONY: audit
audit: prepare ## Look for times held twice, on this machine or in AWS: make audit [TABLE=name] [BUFFER=minutes]
	@PYTHONPATH=layers/booking $(PYTHON) -m $(if $(TABLE),booking.storage.audit --table $(TABLE),local audit) $(if $(BUFFER),--buffer $(BUFFER))
