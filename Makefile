# The commands of the README; each first installs missing tools. The scripts are in scripts/.
.PHONY: run dev build check test bench fmt
export PORT

run:    ; @scripts/serve.sh
dev:    ; @scripts/serve.sh dev
build:  ; @scripts/build.sh
check:  ; @scripts/check.sh
test:   ; @scripts/test.sh
bench:  ; @scripts/bench.sh
fmt:    ; @scripts/setup.sh && cargo fmt --all
