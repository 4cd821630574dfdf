import { type Backend, crossEntropy, type Network, reference, type Snapshot } from '@hillock/core'
import { oracle } from '@hillock/core/backend'
import { createRuntime, forward, outputError, throughLayers } from '@hillock/core/learner'
import { generator, stream } from '@hillock/core/random'
import { sigmoid, surrogateFunction } from '@hillock/core/surrogates'
import { randomNetwork } from '@hillock/testkit'
import { expect, test } from '@jest/globals'

const surrogate = sigmoid({ slope: 4 })

/** The network with neurons whose step is to be made smooth. */
const smooth = (made: Network): Network => ({
  ...made,
  layers: made.layers.map((layer) => ({ ...layer, neuron: { ...layer.neuron, binary: false } })),
})

const [steps, size] = [5, 2]
/** In so many parts, so that the others go on where one fails. */
const [groups, each] = [10, 50]

/** The loss and the gradients, by name, with these weights or with those drawn from the seed. */
async function step(network: Network, backend: Backend, snapshot?: Snapshot) {
  const runtime = createRuntime({ network, backend, loss: crossEntropy({ reduce: 'mean' }), seed: 3, snapshot })
  const before = await runtime.snapshot()
  const input = runtime.temporary([steps, size, network.inputs])
  const random = generator(5, stream.augment)
  runtime.backend.write(
    input,
    Float64Array.from({ length: steps * size * network.inputs }, () => Math.floor(4 * random.uniform()) / 4),
  )
  const progress = { update: 0, updates: 1, epoch: 0, epochs: 1 }
  const passes = forward(runtime, { input, labels: [0, 1], steps, size, progress }, { learn: true })
  const { loss, signals } = await outputError(runtime, passes.at(-1)!, [0, 1])
  const gradients = new Map<string, readonly number[]>()
  for (const layer of await throughLayers(runtime, passes, signals))
    for (const [name, gradient] of layer.gradients)
      gradients.set(name, Array.from(await runtime.backend.read(gradient)))
  await runtime.dispose()
  return { loss, before, gradients }
}

const largest = (values: readonly number[]) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)

test.each(Array.from({ length: groups }, (_, i) => i))(
  'gradients of random networks are those of finite differences: part %d',
  async (group) => {
    for (let seed = group * each; seed < (group + 1) * each; seed++) {
      const network = smooth(randomNetwork(seed, { surrogate, detach: false }))
      const make = () => oracle({ heaviside: surrogateFunction(surrogate, 'smooth') })
      const found = await step(network, make())
      const random = generator(seed, stream.augment)
      const direction = new Map(
        // What is 0 is the diagonal of neurons that do not reach themselves, and stays so.
        [...found.before].map(([name, { values }]) => [
          name,
          Array.from(values, (value) => (value === 0 ? 0 : random.uniform() - 0.5)),
        ]),
      )
      const wanted = [...found.gradients].reduce(
        (sum, [name, values]) =>
          sum + values.reduce((own: number, value, i) => own + value * direction.get(name)![i]!, 0),
        0,
      )
      const lossAt = async (h: number) => {
        const moved = [...found.before].map(([name, { shape, values }]) => {
          const along = direction.get(name)!
          return [name, { shape, values: Float64Array.from(values, (value, i) => value + h * along[i]!) }] as const
        })
        return (await step(network, make(), new Map(moved))).loss
      }
      const h = 1e-4
      const slope =
        (8 * ((await lossAt(h)) - (await lossAt(-h))) - ((await lossAt(2 * h)) - (await lossAt(-2 * h)))) / (12 * h)
      const error = Math.abs(wanted - slope) / Math.max(1, Math.abs(slope))
      if (!(error < 1e-7)) throw new Error(`network ${seed}: ${wanted}, not ${slope}\n${network}`)
    }
  },
  300_000,
)

test('gradients of random networks are those of the oracle in single precision', async () => {
  let apart = 0
  for (let seed = 0; seed < groups * each; seed++) {
    const network = randomNetwork(seed, { surrogate })
    const exact = await step(network, oracle())
    const { gradients: found } = await step(network, reference(), exact.before)
    const near = [...exact.gradients].every(([name, wanted]) => {
      const scale = Math.max(1e-3, largest(wanted))
      return wanted.every((value, i) => Math.abs(value - found.get(name)![i]!) < 1e-3 * scale)
    })
    if (!near) apart++
  }
  // A membrane may come within rounding of a threshold.
  expect(apart).toBeLessThanOrEqual(10)
}, 300_000)
