import { wasm } from '@hillock/backend-wasm'
import { type Backend, crossEntropy, type Network, reference } from '@hillock/core'
import { type Carry, createRuntime, forward, newCarry } from '@hillock/core/learner'
import { generator, stream } from '@hillock/core/random'
import { randomNetwork } from '@hillock/testkit'
import { expect, test } from '@jest/globals'

const [steps, size, networks] = [37, 5, 60]

/** What the last layer gives out, in spans that go on from each other. */
async function given(network: Network, backend: Backend, spans: readonly number[], spikes: boolean): Promise<number[]> {
  const runtime = createRuntime({ network, backend, loss: crossEntropy(), seed: 3 })
  const { uniform } = generator(5, stream.augment)
  const input = runtime.temporary([steps, size, network.inputs], spikes ? 'spikes' : 'real')
  const values = Array.from({ length: steps * size * network.inputs }, uniform)
  runtime.backend.write(input, spikes ? values.map((x) => +(x > 0.6)) : values)
  const progress = { update: 0, updates: 1, epoch: 0, epochs: 1 }
  const batch = { input, labels: [0, 1, 0, 1, 0], steps, size, progress }
  const found: number[] = []
  let [carry, from]: [Carry | undefined, number] = [undefined, 0]
  for (const count of spans) {
    const into = newCarry(runtime, size)
    const passes = forward(runtime, batch, { from, steps: count, carry, into })
    for (const { currents } of passes.slice(-1))
      for (const current of Object.values(currents)) found.push(...(await runtime.backend.read(current)))
    ;[carry, from] = [into, from + count]
  }
  await runtime.dispose({ keepBackend: true })
  return found
}

test('random networks give in spans of random lengths the bits of the whole', async () => {
  const backends = [reference(), await wasm({ threads: 2 })]
  const { uniform } = generator(11, stream.augment)
  for (let seed = 0; seed < networks; seed++) {
    const network = randomNetwork(seed)
    // Batch norm of each step knows five of them.
    if (network.layers.some(({ sources }) => sources.some(({ parts }) => parts.some(({ link }) => link.normalized))))
      continue
    const spans: number[] = []
    for (let left = steps; left > 0; left -= spans.at(-1)!)
      spans.push(Math.min(left, 1 + Math.floor(20 * uniform() ** 2)))
    for (const backend of backends) {
      const spikes = seed % 2 === 0
      const whole = await given(network, backend, [steps], spikes)
      expect({ seed, spans, found: await given(network, backend, spans, spikes) }).toEqual({
        seed,
        spans,
        found: whole,
      })
    }
  }
  for (const backend of backends) await backend.dispose()
})
