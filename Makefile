# Parley. "make" alone says what there is.
.DEFAULT_GOAL := help
.PHONY: help run demo test quick race fuzz bench web web-check lint fmt

DIR      ?= desk
FUZZTIME ?= 10s

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## serve the desk in DIR (default ./desk; make one with: parley init --dir desk)
	go run ./cmd/parley serve --dir $(DIR)

demo: ## three desks on this machine, with a story
	go run ./cmd/parley demo

test: ## every test, on both engines and in the browser; installs what is missing
	@scripts/test

quick: ## the short tests, in less than five minutes
	go test -short -timeout 5m ./...

race: ## the short tests with the race detector
	go test -race -short -timeout 20m ./...

fuzz: ## every decoder, for FUZZTIME each (default 10s)
	@scripts/fuzz $(FUZZTIME)

bench: ## the benchmarks that stand beside the code
	go test -run '^$$' -bench . -benchmem -timeout 60m ./...

web: ## build the console into web/dist
	cd web && npm ci --no-audit --no-fund && npm run build

web-check: ## build the console and compare it with the committed build
	@scripts/web-check

lint: ## vet, staticcheck, and known vulnerabilities where their database can be reached
	go vet ./...
	go tool staticcheck ./...
	@scripts/vulncheck

fmt: ## format the Go code
	gofmt -l -w $$(git ls-files '*.go')
