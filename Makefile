# Downstream needs Python 3.11 or newer and make; everything else goes into .venv.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
LOCK := --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
	--python-version 3.11 $(ARGS)
COMPILE := $(BIN)/uv pip compile pyproject.toml $(LOCK)

.PHONY: run test check bench lock audit sbom wheel

# Start the dashboard on a store that holds the demo portfolio.
run: .venv/run.stamp .venv/engine.stamp
	@$(BIN)/python cli.py init --demo
	@$(BIN)/python cli.py serve $(ARGS)

# All tests, side by side as tests/conftest.py says, file by file in the order of names, in which the
# long ones of the browser do not come last; then the slowest. ARGS narrows them down:
# make test ARGS="tests/hazard -k signal -n 0".
test: .venv/dev.stamp .venv/engine.stamp .venv/arelle.stamp
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder --durations=25 $(ARGS)

# Style, types and layers.
check: .venv/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive app.py cli.py hatch_build.py risk db ui fixtures downstream

# Known weaknesses of every locked package; asks PyPI, so it is no part of check. The second command
# judges the report: pip-audit alone passes where it could look at nothing.
audit: .venv/dev.stamp
	@mkdir -p build && rm -f build/audit.json
	-$(BIN)/pip-audit --require-hashes --disable-pip --requirement requirements.lock \
		--format json --output build/audit.json
	$(BIN)/python -m tests.supply_chain build/audit.json requirements.lock

# What the product consists of, as a CycloneDX document.
sbom: .venv/dev.stamp
	@mkdir -p build
	$(BIN)/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml \
		--mc-type application --of JSON --output-reproducible --output-file build/sbom.json
	$(BIN)/python -m tests.supply_chain build/sbom.json requirements.lock

# One file that installs everything, under the one name downstream: dist/*.whl.
wheel: .venv/dev.stamp
	$(BIN)/uv build --no-build-isolation --python $(BIN)/python --out-dir dist

# Speed against peers; prints ratios. ARGS="page=build/benchmarks.md" saves one page of them.
bench: .venv/bench.stamp
	$(BIN)/python -m benchmarks.run $(ARGS)

# Rewrite the locks from pyproject.toml; ARGS=--upgrade takes newer versions.
lock: .venv/dev.stamp
	$(COMPILE) -o requirements.lock
	$(COMPILE) --extra dev --extra cluster -c requirements.lock -o requirements-dev.lock
	$(COMPILE) --extra dev --extra cluster --extra bench -c requirements-dev.lock -o requirements-bench.lock
	echo "arelle-release>=2.47" | $(BIN)/uv pip compile - $(LOCK) -o requirements-arelle.lock

# A stamp is older than its lock when the lock has changed, so the environment is brought up to date.
.venv/run.stamp: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
		"Downstream needs Python 3.11 or newer; run: make PYTHON=python3.11 $(MAKECMDGOALS)")'
	@echo "Installing the packages of requirements.lock into .venv, which takes a minute or two …"
	@$(PYTHON) -m venv .venv
	@$(PIP) install --quiet --require-hashes -r requirements.lock
	@touch $@

# Machine code of the engine's loops, so that nobody waits for the compiler on a page.
.venv/engine.stamp: $(wildcard risk/compiling.py risk/loss/*.py risk/alternatives/*.py risk/alternatives/planning/*.py) | .venv/run.stamp
	@$(BIN)/python -m risk.compiling
	@touch $@

.venv/dev.stamp: requirements-dev.lock .venv/run.stamp
	@echo "Installing what tests and checks need …"
	@$(PIP) install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

# A reader of XBRL that packages are held against; by itself, as it needs other versions than we do.
.venv/arelle.stamp: requirements-arelle.lock .venv/dev.stamp
	@$(PIP) install --quiet --require-hashes --upgrade --target .venv/arelle -r $<
	@touch $@

.venv/bench.stamp: requirements-bench.lock .venv/dev.stamp
	@echo "Installing the packages to compare with …"
	@$(PIP) install --quiet --require-hashes -r requirements-bench.lock
	@touch $@
