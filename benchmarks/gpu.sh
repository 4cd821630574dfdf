#!/usr/bin/env bash
# Measures hillock on a machine with an NVIDIA GPU, in at most five minutes from `run` to its end: HILLOCK_GPU_SECONDS sets another limit.
#   benchmarks/gpu.sh prepare FOLDER   packs Node.js, hillock and, where HILLOCK_DATA has it, MNIST: less than 64 MB; `npm run build` first
#   FOLDER/gpu.sh run                  there, with nothing installed but the driver and Python (which unpacks Node.js), and torch where it is to be compared
# Results stand in FOLDER/results.txt. HILLOCK_GPU_SMALL=1 makes all sizes small, to try it where there is no GPU.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

prepare() {
  local to=$1 root package target
  root=$(dirname "$here")
  mkdir -p "$to/node_modules/@hillock" "$to/node_modules/@koromix" "$to/peers"
  cp "$(readlink -f "$(command -v node)")" "$to/node"
  strip "$to/node" 2> /dev/null || true
  xz --threads=0 -6 --force "$to/node"
  for package in "$root"/packages/{core,datasets,device,testkit,cli} "$root"/plugins/backend-{cuda,wasm} "$root"/plugins/learner-*; do
    target=$to/node_modules/$(node -p 'JSON.parse(fs.readFileSync(process.argv[1])).name' "$package/package.json")
    mkdir -p "$target"
    cp -r "$package/package.json" "$package/dist" "$target/"
    [ ! -d "$package/wasm" ] || cp -r "$package/wasm" "$target/"
  done
  find "$to/node_modules" \( -name '*.map' -o -name '*.d.ts' -o -name '*.tsbuildinfo' \) -delete
  cp -r "$root"/node_modules/{fast-check,pure-rand,koffi,zod} "$to/node_modules/"
  cp -r "$root"/node_modules/@koromix/koffi-linux-* "$to/node_modules/@koromix/"
  cp -r "$here/gpu" "$here/gpu.sh" "$to/"
  cp "$here/peers/torch_side.py" "$here/peers/exchange.py" "$to/peers/"
  if [ -d "${HILLOCK_DATA:-}/mnist" ]; then cp -rL "$HILLOCK_DATA/mnist" "$to/mnist"; fi
  du --summarize --human-readable "$to"
}

# A part with so many seconds (more where all may take more), or what is left of all where that is less. It is told them, and leaves out what would not fit; one that fails or
# does not end in time does not keep the others from running. A part that has less than five seconds is skipped.
part() {
  local seconds=$1 status=0 left=$((limit - SECONDS))
  shift
  [ "$limit" -le 295 ] || seconds=$((seconds * limit / 295))
  [ "$left" -ge "$seconds" ] || seconds=$left
  echo "## ${*:2}"
  if [ "$seconds" -lt 5 ]; then
    echo "skipped: $left of $limit seconds are left"
    skipped=$((skipped + 1))
    return
  fi
  HILLOCK_GPU_SECONDS=$seconds timeout --kill-after=1 "$seconds" "$@" || status=$?
  case $status in
    0) ended=$((ended + 1)) ;;
    124 | 137) echo "stopped after $seconds seconds" && stopped=$((stopped + 1)) ;;
    *) echo "ended with status $status" && failed=$((failed + 1)) ;;
  esac
}

run() {
  local limit=${HILLOCK_GPU_SECONDS:-295} ended=0 stopped=0 failed=0 skipped=0
  SECONDS=0
  cd "$here"
  if [ ! -x node ]; then
    python3 -c "import lzma, shutil; shutil.copyfileobj(lzma.open('node.xz'), open('node.part', 'wb'))"
    chmod +x node.part
    mv node.part node
  fi
  timeout 10 nvidia-smi --query-gpu=name,driver_version,clocks.max.sm,memory.total --format=csv,noheader 2> /dev/null || echo 'nvidia-smi is not there'
  part 70 ./node gpu/main.mjs conformance
  part 40 ./node gpu/main.mjs learners
  part 10 ./node gpu/main.mjs launches
  part 30 ./node gpu/main.mjs steps
  if timeout 30 python3 -c 'import torch; assert torch.cuda.is_available()' 2> /dev/null; then
    part 30 python3 gpu/torch_gpu.py
  else
    echo '## gpu/torch_gpu.py'
    echo 'skipped: torch is not there, or finds no GPU'
    skipped=$((skipped + 1))
  fi
  part 35 ./node gpu/main.mjs wide
  part 60 ./node gpu/main.mjs mnist
  echo "## $SECONDS seconds: $ended parts ended, $stopped stopped, $failed failed, $skipped skipped"
  [ $((stopped + failed)) = 0 ]
}

case "${1:-}" in
  prepare) prepare "${2:?give a folder}" ;;
  run) run 2>&1 | tee "$here/results.txt" ;;
  *) sed -n '2,5s/^# //p' "${BASH_SOURCE[0]}" && exit 2 ;;
esac
