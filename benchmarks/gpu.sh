#!/usr/bin/env bash
# Measures hillock on a machine with an NVIDIA GPU. Its parts are stopped after 320 seconds in all.
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

# A part with so many seconds: one that fails or takes longer does not keep the others from running.
part() {
  local seconds=$1 status=0
  shift
  echo "## ${*:2}"
  timeout "$seconds" "$@" || status=$?
  [ "$status" = 0 ] || echo "ended with status $status"
}

run() {
  cd "$here"
  if [ ! -x node ]; then
    python3 -c "import lzma, shutil; shutil.copyfileobj(lzma.open('node.xz'), open('node', 'wb'))"
    chmod +x node
  fi
  nvidia-smi --query-gpu=name,driver_version,clocks.max.sm,memory.total --format=csv,noheader 2> /dev/null || echo 'nvidia-smi is not there'
  part 90 ./node gpu/main.mjs conformance
  part 40 ./node gpu/main.mjs learners
  part 15 ./node gpu/main.mjs launches
  part 40 ./node gpu/main.mjs steps
  if python3 -c 'import torch; assert torch.cuda.is_available()' 2> /dev/null; then part 40 python3 gpu/torch_gpu.py; else echo 'torch is not there, or finds no GPU'; fi
  part 35 ./node gpu/main.mjs wide
  part 60 ./node gpu/main.mjs mnist
}

case "${1:-}" in
  prepare) prepare "${2:?give a folder}" ;;
  run) run 2>&1 | tee "$here/results.txt" ;;
  *) sed -n '2,5s/^# //p' "${BASH_SOURCE[0]}" && exit 2 ;;
esac
