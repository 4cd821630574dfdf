import { writeFile } from 'node:fs/promises'
import { observeExample } from '@hillock/analysis'
import { createSession, crossEntropy, dense, neuron, rows, sequential } from '@hillock/core'
import { bptt } from '@hillock/learner-bptt'
import { membrane, toSvg } from '@hillock/plot'

const steps = Number(process.argv[2] ?? 200)

// a neuron that tires: each spike raises its threshold, which then sinks back to 1
const tiring = neuron({
  name: 'tiring',
  params: { beta: 0.9, decay: 0.97, rise: 0.4 },
  bounds: { beta: [0, 1], decay: [0, 1] },
  state: { v: 0, fatigue: 0 },
  record: ['pre', 'threshold'],
  equations: `
    pre = beta * v + input
    threshold = 1 + fatigue
    spike = heaviside(pre - threshold)
    v = pre - threshold * detach(spike)
    fatigue = decay * fatigue + rise * spike`,
})

// one input and one neuron, joined by a weight of 1: what goes in is the current
const session = createSession({
  network: sequential(1, [dense(1, { weight: { constant: 1 }, bias: false }), tiring({ rise: 0.2 })]),
  encoder: rows(), // a value for each step
  loss: crossEntropy(),
  learner: bptt(), // could train `beta`: tiring({ learn: ['beta'] })
  steps,
})

const current = Float32Array.from({ length: steps }, (_, t) => (t < steps / 10 ? 0 : 0.3))
const { layers } = await observeExample(session, { images: current, count: 1, features: steps }, steps)
const { output, kept } = layers[0]
const fired = output.values.reduce((sum, spike) => sum + spike, 0)
console.log(`${fired} spikes in ${steps} steps`)

const trace = {
  name: '',
  current,
  membrane: kept.pre.values,
  threshold: kept.threshold.values,
  spikes: output.values,
}
const picture = membrane({ title: 'A neuron whose threshold rises with each spike', steps, neurons: [trace] })
await writeFile('own-neuron.svg', await toSvg(picture))
await session.dispose()
