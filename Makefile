# Kaibo. Two commands matter: `make run` and `make test`.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
# One test after another is handed out: the last ones take a minute each, and nobody waits for one
# who got them all.
BY_ONE := --maxschedchunk 1
# Two workers by default: each keeps its own database, and timings stay honest on a small machine.
WORKERS ?= 2
RUN_ARGS ?=
PAGES := build/pages.stamp
NODE_MODULES := web/node_modules/.package-lock.json
WEB_SOURCES := $(shell find web \( -name node_modules -o -name .vite \) -prune -o -type f -print 2>/dev/null)

.PHONY: help run setup pages test test-history test-bench test-scale journeys check check-python check-web bench seed \
	faults autobahn doctor rows show-real lock

help: ## 列出命令 / list the commands
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

run: .venv/run.stamp pages ## 启动（空库自动迁移并填充样例）/ serve on one port; an empty database is set up and seeded
	@$(BIN)/kaibo serve $(RUN_ARGS)

setup: .venv/dev.stamp $(NODE_MODULES) ## 准备开发环境 / prepare everything for development

test: .venv/dev.stamp ## 测试，不需要任何服务 / the tests; no service needed
	@scripts/pages-for-browser
	@env -u DATABASE_URL -u REDIS_URL $(PYTEST) -n $(WORKERS) $(BY_ONE)

test-history: .venv/dev.stamp ## 空库直接建表与逐步迁移一致，几分钟 / tables made at once are those of their history; minutes
	@env -u DATABASE_URL -u REDIS_URL KAIBO_TEST_HISTORY=1 $(PYTEST) -n 0 kaibo/site/tests/test_migrate.py \
		kaibo/orders/tests/test_ledger.py

test-bench: .venv/dev.stamp ## 各项测量的形状，几分钟 / that every bench runs and tells the truth; minutes
	@KAIBO_TEST_BENCHES=1 $(PYTEST) -n $(WORKERS) -m bench

test-scale: .venv/dev.stamp ## 同一套测试，跑在 PostgreSQL 与 Redis 上 / the same tests on PostgreSQL and Redis, but those marked `once`
	@: "$${DATABASE_URL:?set DATABASE_URL to a PostgreSQL address, or to one per worker; see .ci/run}"
	@: "$${REDIS_URL:?set REDIS_URL to a Redis address, or to one per worker; see .ci/run}"
	@scripts/pages-for-browser
	@DATABASE_URLS="$$DATABASE_URL" REDIS_URLS="$$REDIS_URL" \
		$(PYTEST) -n $$(wc -w <<<"$$DATABASE_URL") $(BY_ONE)

journeys: .venv/dev.stamp pages ## 浏览器里的完整旅程 / the journeys in a real browser
	@$(PYTEST) -m browser

check: check-python check-web ## 静态检查 / lint, types, import contracts, sizes, pages

check-python: .venv/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/deptry .
	env -u DATABASE_URL $(BIN)/python manage.py makemigrations --check --dry-run
	$(PYTEST) tests/architecture -q

check-web: $(NODE_MODULES)
	cd web && npm run check

bench: .venv/run.stamp ## 测量热路径 / measure the hot paths
	@$(BIN)/kaibo bench $(RUN_ARGS)

faults: .venv/dev.stamp ## 故障与恢复，SEEDS=轮数，SEED=重放一轮，KIND=只此一类 / break it and let a stranger judge; SEEDS=how many, SEED=replay one
	@$(PYTEST) -n $(WORKERS) tests/faults $(if $(KIND),-k $(KIND))

autobahn: .venv/dev.stamp ## WebSocket 一致性（需要 Python 2.7）/ the Autobahn suite, where Python 2.7 is
	@scripts/autobahn

seed: .venv/run.stamp ## 填充样例店铺 / put the sample shop into the database
	@$(BIN)/kaibo seed $(RUN_ARGS)

doctor: .venv/run.stamp ## 检查本机与配置 / examine this machine and the settings
	@$(BIN)/kaibo doctor $(RUN_ARGS)

rows: .venv/dev.stamp ## 每条要求及其证明 / each row with its proving tests and their last result
	@$(PYTEST) --rows -q

show-real: .venv/dev.stamp pages ## 用真实数据演一场直播 / play a show on real data (needs the shared data sets)
	@$(BIN)/python -m tests.journeys.show_real $(RUN_ARGS)

pages: $(PAGES) ## 构建页面 / build the pages when they are missing or older than their sources

lock: ## 重新锁定依赖 / lock the dependencies anew (needs uv)
	scripts/lock

$(PAGES): $(WEB_SOURCES)
	@scripts/npm-ci
	@cd web && npm run build
	@mkdir -p build && touch $@

$(NODE_MODULES): web/package-lock.json
	@scripts/npm-ci

.venv/run.stamp: requirements/run.txt requirements/build.txt pyproject.toml
	@scripts/environment run

.venv/dev.stamp: requirements/dev.txt requirements/build.txt pyproject.toml
	@scripts/environment dev
