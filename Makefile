.DEFAULT_GOAL := help
PYTHON = .venv/bin/python
# Where `make run` and `make up` listen, on the loopback interface.
export PORT ?= 4566
# Images of containers often set it: each start of Python would then compile hundreds of modules anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

.PHONY: prepare
prepare: ## Install .venv and the tools into this folder
	@local/prepare

.PHONY: runtimes
runtimes: ## Install Java and Node.js, for the tests and the pages
	@local/prepare runtimes

# Before anything is installed. A stack that runs already is dealt with later, by its own record.
.PHONY: free-port
free-port:
	@local/prepare free-port

.PHONY: run
run: free-port prepare ## Run the API and its pages on this machine, until Ctrl-C
	@$(PYTHON) -m local run

.PHONY: up
up: free-port prepare ## Run them in the background
	@$(PYTHON) -m local up

.PHONY: down
down: prepare ## Stop what `make up` started; bookings are kept
	@$(PYTHON) -m local down

.PHONY: sign-in
sign-in: ## Print an access token of a customer: make sign-in CUSTOMER=67890
	@$(PYTHON) -m local sign-in $(or $(CUSTOMER),$(error Say which customer: make sign-in CUSTOMER=67890))

.PHONY: invoke
invoke: ## Call one function in a container: make invoke FUNCTION=list_rooms [EVENT=events/list_rooms.json]
	@$(PYTHON) -m local invoke $(or $(FUNCTION),$(error Say which function: make invoke FUNCTION=list_rooms)) $(EVENT)

.PHONY: invoke-all
invoke-all: ## Call every function with each of its events, in containers: make invoke-all [EVENTS='list_*']
	@$(PYTHON) -m local invoke-all $(if $(EVENTS),'$(EVENTS)')

.PHONY: start-api
start-api: ## Run all functions in containers, behind sam local start-api: make start-api [API_PORT=3000]
	@$(PYTHON) -m local start-api $(API_PORT)

.PHONY: seed
seed: prepare ## Load a configuration into a stack in AWS: make seed STACK=name [CONFIGURATION=file.json]
	@$(PYTHON) -m local seed $(or $(STACK),$(error Say which stack: make seed STACK=meeting-booking)) $(CONFIGURATION)

# What each of the three runs is listed in local/checks.py.

.PHONY: fast
fast: runtimes ## Check lint, types and all tests that need no service; before every commit
	@$(PYTHON) -m local check fast

.PHONY: test
test: runtimes ## Check the same, a short proof, and the flow over HTTP on a stack of its own
	@$(PYTHON) -m local check test

.PHONY: verify
verify: runtimes ## Check what takes long: races, the whole proof, cold starts, everything over HTTP
	@$(PYTHON) -m local check verify

.PHONY: mutants
mutants: ## List changes of the code that no test notices (hours): make mutants [MUTANTS=booking.domain.*] [EVERY=20]
	@local/prepare mutants
	@$(PYTHON) -m local.mutants $(if $(EVERY),--every $(EVERY)) $(if $(AGAIN),--again) $(MUTANTS)

.PHONY: publish-pages
publish-pages: runtimes ## Upload the pages to a stack in AWS with Pages=on: make publish-pages STACK=name
	@$(PYTHON) -m local.publish_pages $(STACK)

.PHONY: bench
bench: prepare ## Measure the speed of a search, cold starts, calls to the database
	@PYTHONPATH=layers/booking $(PYTHON) -m tests.benchmarks

.PHONY: cost
cost: runtimes ## Compute dollars for 1,000 searches and bookings, and the memory size that costs least
	@PYTHONPATH=layers/booking $(PYTHON) -m tests.benchmarks.cost

.PHONY: fuzz
fuzz: runtimes ## Send generated requests to a stack of its own: make fuzz [FUZZ_SECONDS=1800]
	@FUZZ_SECONDS=$(or $(FUZZ_SECONDS),1800) $(PYTHON) -m local exec $(PYTHON) -m pytest -q tests/stack/test_fuzz.py

.PHONY: openapi
openapi: prepare ## Write docs/openapi.json, the Postman collection and the references from the contract
	@PYTHONPATH=layers/booking $(PYTHON) -m local.openapi
	@PYTHONPATH=layers/booking $(PYTHON) -m local.references
	@PYTHONPATH=layers/booking $(PYTHON) -m local.assistants
	@PYTHONPATH=layers/booking $(PYTHON) -m local.postman

.PHONY: examples
examples: prepare ## Keep what the functions answer as the description's examples
	@RECORD=1 $(PYTHON) -m pytest -q tests/endpoints/test_examples.py
	@PYTHONPATH=layers/booking $(PYTHON) -m local.openapi

.PHONY: docs
docs: runtimes ## Build the documentation into .local/site; `make run` serves it at /docs/
	@$(PYTHON) -m local.docs

.PHONY: lock
lock: prepare ## Update requirements.lock from pyproject.toml
	uv pip compile pyproject.toml --group dev --generate-hashes --universal --no-header -q -o requirements.lock
	uv pip compile pyproject.toml --universal --no-header --no-annotate --generate-hashes -q -c requirements.lock -o layers/booking/requirements.txt
	uv pip compile --group docs --generate-hashes --universal --no-header -q -o requirements-docs.lock

.PHONY: sbom
sbom: ## What the functions are made of, as a CycloneDX document: .local/sbom.json
	@local/prepare sbom
	@.local/tools/sbom/bin/cyclonedx-py requirements layers/booking/requirements.txt --pyproject pyproject.toml \
		--output-reproducible --validate --output-file .local/sbom.json
	@echo "Written: .local/sbom.json"

.PHONY: proof
proof: runtimes ## Prove that nothing is booked twice (minutes; PROOF_BUDGET=small: less than one)
	@PYTHONPATH=layers/booking $(PYTHON) -m tests.races.proof

.PHONY: audit
audit: prepare ## Look for times held twice, on this machine or in AWS: make audit [TABLE=name] [BUFFER=minutes] [LIMITS=…]
	@PYTHONPATH=layers/booking $(PYTHON) -m $(if $(TABLE),local.audit --table $(TABLE),local audit) $(if $(BUFFER),--buffer $(BUFFER)) $(LIMITS)

.PHONY: backfill
backfill: prepare ## After an update from 0.1.0: list old meetings by additional employees too: make backfill [TABLE=name]
	@PYTHONPATH=layers/booking $(PYTHON) -m $(if $(TABLE),local.backfill --table $(TABLE),local backfill)

.PHONY: redrive
redrive: prepare ## Pass stream records that failed to their functions again: make redrive [STACK=name]
	@$(PYTHON) -m local.redrive $(if $(STACK),--stack $(STACK))
