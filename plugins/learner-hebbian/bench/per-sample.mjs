// Times the Hebbian step of 784-256-10, k = 32, T = 20, and, interleaved with it, another program's:
//   node bench/per-sample.mjs [--rounds 20] [--backend reference] [command ...]
// The command is given a folder with spikes [B, T, 784], labels, teacher spikes [B, T] and weights; for every line it reads, it trains
// one batch from those weights, writes w1.out and w2.out there, and prints {"milliseconds": ...}. Both sides must end with the same weights.
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import {
  createRuntime,
  crossEntropy,
  dense,
  encode,
  kWinners,
  poisson,
  reference,
  sequential,
  stream,
  uniform,
} from '@hillock/core'
import { glyphs } from '@hillock/datasets'
import { hebbian } from '@hillock/learner-hebbian'

const { values: options, positionals: command } = parseArgs({
  options: { rounds: { type: 'string', default: '20' } },
  allowPositionals: true,
})
const rounds = Number(options.rounds)
const [batch, steps, hidden, classes, teacher] = [64, 20, 256, 10, 0.4]
const { images, labels, features } = glyphs({ train: batch, test: 1 }).train

const beta = Math.exp(-0.25)
const competing = (k) => kWinners({ beta, threshold: 0, k })
const small = { weight: { normal: 0.01 }, bias: false }
const network = sequential(features, [dense(hidden, small), competing(32), dense(classes, small), competing(1)])
const upkeep = { decay: 5e-5, normalize: true, clip: 1 }
const learner = hebbian({
  teacher,
  layers: [
    { rule: 'oja', rate: 0.01, ...upkeep },
    { rule: 'supervised', rate: 0.02, anti: 0.01, ...upkeep },
  ],
})

const runtime = createRuntime({ network, backend: reference(), loss: crossEntropy(), seed: 0 })
const { backend } = runtime
const start = await runtime.snapshot()
const pixels = backend.alloc([1, batch, features])
backend.write(pixels, images)
const random = { seed: 0, stream: stream.encoding, step: 0, place: 0 }
const input = encode(backend, poisson({ probability: 0.15 }), pixels, { steps, random })

async function train() {
  for (const [name, { shape, values }] of start) backend.write(runtime.tensor(name, shape), values)
  const began = performance.now()
  const progress = { step: 0, steps: 1, epoch: 0, epochs: 1 }
  await learner.step(runtime, { input, labels, steps, size: batch, progress })
  const milliseconds = performance.now() - began
  runtime.endStep()
  return milliseconds
}

const peer = command.length > 0 ? await startPeer() : undefined
const own = []
const other = []
for (let round = 0; round < 30; round++) await train()
for (let round = 0; round < rounds; round++) {
  own.push(await train())
  if (peer) other.push(await peer.run())
}
if (peer) {
  await compare('layer1.weight', 'w1.out')
  await compare('layer2.weight', 'w2.out')
}
report('hillock', own)
if (peer) {
  report(command.join(' '), other)
  console.log(`${(median(other) / median(own)).toFixed(1)} times as fast`)
  await peer.stop()
}

async function startPeer() {
  const folder = await mkdtemp(join(tmpdir(), 'hillock-bench-'))
  const spikes = await backend.read(input)
  const at = (b, t, i) => spikes[(t * batch + b) * features + i]
  const rows = Uint8Array.from({ length: batch * steps * features }, (_, n) =>
    at(Math.floor(n / (steps * features)), Math.floor(n / features) % steps, n % features),
  )
  const taught = Uint8Array.from({ length: batch * steps }, (_, n) =>
    uniform(0, stream.teacher, 0, 0, Math.floor(n / steps), 0, n % steps) < teacher ? 1 : 0,
  )
  const files = {
    'meta.json': JSON.stringify({ batch, steps, inputs: features, hidden, classes }),
    'spikes.u8': rows,
    'labels.u8': labels,
    'teacher.u8': taught,
    'w1.f32': start.get('layer1.weight').values,
    'w2.f32': start.get('layer2.weight').values,
  }
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  const child = spawn(command[0], [...command.slice(1), folder], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  return {
    folder,
    async run() {
      child.stdin.write('\n')
      return JSON.parse((await lines.next()).value).milliseconds
    },
    async stop() {
      child.stdin.end()
      await rm(folder, { recursive: true })
    },
  }
}

async function compare(name, file) {
  const bytes = await readFile(join(peer.folder, file))
  const theirs = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
  const ours = await backend.read(runtime.tensor(name, start.get(name).shape))
  const difference = ours.reduce((most, value, i) => Math.max(most, Math.abs(value - theirs[i])), 0)
  console.log(`${name}: the largest difference is ${difference.toExponential(1)}`)
  if (!(difference < 1e-3)) throw new Error(`${name} differs: the two did not do the same`)
}

function report(who, times) {
  const sorted = times.toSorted((a, b) => a - b)
  const part = (q) => ((1000 * sorted[Math.floor(q * (sorted.length - 1))]) / batch).toFixed(0)
  console.log(
    `${who}: min ${part(0)}, ${part(0.5)} us a sample (quartiles ${part(0.25)} and ${part(0.75)}, ${times.length} runs)`,
  )
}

function median(times) {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]
}
