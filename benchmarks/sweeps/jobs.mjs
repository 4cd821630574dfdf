// How much faster two runs side by side are than one after another: the same sweep of one-thread runs with --jobs 1 and --jobs 2, in turns.
//
//   node benchmarks/sweeps/jobs.mjs [--runs 4] [--rounds 3] [--epochs 12]
//
// Needs the workspace built, and two cores with nothing else to do. Models of both are compared byte for byte.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '3' },
    epochs: { type: 'string', default: '12' },
  },
})
const bin = fileURLToPath(new URL('../../packages/cli/bin/hillock.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'hillock-jobs-'))
const recipe = [
  '--recipe=demo',
  '--set=dataset={"name":"glyphs","train":5000,"test":200,"validation":0.1}',
  '--set=backend={"name":"wasm","threads":1}',
  `--epochs=${values.epochs}`,
  '--sweep=hidden=256',
  `--seeds=0..${Number(values.runs) - 1}`,
]

/** Seconds of a sweep. */
async function sweep(out, jobs) {
  const began = performance.now()
  const args = [bin, 'sweep', ...recipe, '--out', out, '--jobs', String(jobs)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`a sweep with ${jobs} jobs ended with code ${code}`)
  return (performance.now() - began) / 1000
}

const models = (out) =>
  readdirSync(join(out, 'runs'))
    .sort()
    .map((id) => `${id} ${readFileSync(join(out, 'runs', id, 'model.safetensors')).toString('base64')}`)
    .join()

try {
  const ratios = []
  for (let round = 0; round < Number(values.rounds); round++) {
    const times = {}
    for (const jobs of round % 2 ? [2, 1] : [1, 2]) times[jobs] = await sweep(join(folder, `${round}-${jobs}`), jobs)
    if (models(join(folder, `${round}-1`)) !== models(join(folder, `${round}-2`))) throw new Error('the models differ')
    ratios.push(times[1] / times[2])
    const [one, two] = [times[1], times[2]].map((seconds) => seconds.toFixed(1))
    process.stdout.write(
      `${values.runs} runs: ${one} s one after another, ${two} s two at a time: ${ratios.at(-1).toFixed(2)}x\n`,
    )
  }
  process.stdout.write(`median: ${ratios.sort((a, b) => a - b)[Math.floor(ratios.length / 2)].toFixed(2)}x\n`)
} finally {
  rmSync(folder, { recursive: true })
}
