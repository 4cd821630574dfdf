import { writeFile } from 'node:fs/promises'
import { observeExample } from '@hillock/analysis'
import { createSession, crossEntropy, dense, lif, rows, sequential } from '@hillock/core'
import { delayed } from '@hillock/core/connections'
import { bptt } from '@hillock/learner-bptt'
import { membrane, toSvg } from '@hillock/plot'

const lag = Number(process.argv[2] ?? 8)
const steps = 60

// Sound reaches one ear before the other. The spikes of that ear take `lag` steps longer to arrive, so those of a sound
// from the left meet at the neuron, and it fires (Jeffress 1948)
const connection = delayed(dense(1, { weight: { constant: 0.7 }, bias: false }), { perInput: [lag, 0] })
const session = createSession({
  network: sequential(2, [connection, lif({ beta: 0.5, record: ['pre'] })]),
  encoder: rows(),
  loss: crossEntropy(),
  learner: bptt(),
  steps,
})

/** A click at the left and at the right ear: [T, 2]. */
function clicks(left, right) {
  const values = new Float32Array(2 * steps)
  values[2 * left] = 1
  values[2 * right + 1] = 1
  return { images: values, count: 1, features: 2 * steps }
}

const neurons = []
for (const [name, example] of [
  ['from the left', clicks(20, 20 + lag)],
  ['from the right', clicks(20 + lag, 20)],
]) {
  const { layers } = await observeExample(session, example, steps)
  const { output, kept } = layers[0]
  console.log(`${name}: ${output.values.reduce((sum, spike) => sum + spike, 0)} spikes`)
  neurons.push({ name, membrane: kept.pre.values, threshold: 1, spikes: output.values })
}
await writeFile(
  'delays.svg',
  await toSvg(membrane({ title: 'A neuron that hears where a click comes from', steps, neurons })),
)
await session.dispose()
