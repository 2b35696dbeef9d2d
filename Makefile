# The commands of the README; each installs what is missing first. The work is done in scripts/.
.PHONY: run build test bench fmt
export PORT

run:    ; @scripts/run.sh
build:  ; @scripts/build.sh
test:   ; @scripts/test.sh
bench:  ; @scripts/bench.sh
fmt:    ; @scripts/setup.sh && cargo fmt --all
