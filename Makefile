# The commands of the README; each installs what is missing first. The work is done in scripts/.
.PHONY: run dev build check test bench fmt
export PORT

run:    ; @scripts/serve.sh
dev:    ; @scripts/serve.sh dev
build:  ; @scripts/build.sh
check:  ; @scripts/check.sh
test:   ; @scripts/test.sh
bench:  ; @scripts/bench.sh
fmt:    ; @scripts/setup.sh && cargo fmt --all
