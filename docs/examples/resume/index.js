import { readFile, writeFile } from 'node:fs/promises'
import {
  createSession,
  crossEntropy,
  dense,
  lif,
  poisson,
  readCheckpoint,
  sequential,
  writeCheckpoint,
} from '@hillock/core'
import { glyphs } from '@hillock/datasets'
import { bptt } from '@hillock/learner-bptt'
import { density, toSvg } from '@hillock/plot'

const count = Number(process.argv[2] ?? 640)
const digits = glyphs({ train: count, test: 100 })
const options = {
  network: sequential(784, [dense(32), lif(), dense(10), lif()]),
  encoder: poisson({ probability: 0.5 }),
  loss: crossEntropy(),
  learner: bptt(),
  steps: 10,
}
const training = { epochs: 4, batchSize: 32 }

// stopped after the second batch: the signal could as well come from Ctrl-C
const first = createSession(options)
const stop = new AbortController()
const onBatch = ({ batch }) => {
  if (batch === 2) stop.abort()
}
for await (const _ of first.train(digits, { ...training, signal: stop.signal, onBatch }));
const { counters } = first
await writeFile('checkpoint.safetensors', writeCheckpoint({ seed: 0, counters, snapshot: await first.snapshot() }, {}))
console.log(`stopped after ${counters.batches} batches`)
await first.dispose()

// later, in another process: the same options and the file
const saved = readCheckpoint(await readFile('checkpoint.safetensors'))
const second = createSession({ ...options, ...saved })
const reports = []
for await (const report of second.train(digits, training)) reports.push(report)

// a run without a break, to compare with
const whole = createSession(options)
for await (const _ of whole.train(digits, training));
const weights = async (session) => (await session.snapshot()).get('layer1.weight').values
const [resumed, unbroken] = [await weights(second), await weights(whole)]
console.log(`the same weights, bit for bit: ${resumed.every((value, i) => Object.is(value, unbroken[i]))}`)

const names = ['input', 'layer1', 'layer2']
await writeFile(
  'resume.svg',
  await toSvg(density({ title: 'Spikes while a resumed run learns', epochs: reports, names })),
)
await second.dispose()
await whole.dispose()
