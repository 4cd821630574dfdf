import { tfjs } from '@hillock/backend-tfjs'
import { wasm } from '@hillock/backend-wasm'
import { isAvailable, webgpu } from '@hillock/backend-webgpu'
import { type Backend, reference, type Snapshot } from '@hillock/core'
import { thorough, whereFound } from '@hillock/testing'
import { afterAll, describe, expect, jest, test } from '@jest/globals'
import { cuda } from '../src/index.ts'
import { compiler, standIn } from './stand-in.ts'
import { data, type LearnerName, learners, training } from './training.ts'

jest.setTimeout(600_000)

const gpu = await isAvailable()
const onCuda = () => cuda({ library: standIn.library })
const makers: Readonly<Record<string, () => Backend | Promise<Backend>>> = {
  reference,
  ...(compiler.found && { cuda: onCuda }),
  wasm: () => wasm({ threads: 2 }),
  ...(gpu.available && { webgpu: () => webgpu() }),
  'tfjs:wasm': () => tfjs({ backend: 'wasm' }),
  'tfjs:cpu': () => tfjs({ backend: 'cpu' }),
}
const names = Object.keys(makers)

/** One of each, used by all tests, so that kernels are compiled once. */
const made = new Map<string, Promise<Backend>>()
const shared = (name: string): Promise<Backend> => {
  if (!made.has(name)) made.set(name, Promise.resolve(makers[name]!()))
  return made.get(name)!
}
afterAll(async () => {
  for (const backend of made.values()) await (await backend).dispose()
})

/** A way through the backends that goes from each to each, itself among them, once, and ends where it began. */
function everyPair(from = 0): string[] {
  const [here, ...others] = names.slice(from) as [string, ...string[]]
  return [here, ...others.flatMap((other, i) => [...(i === 0 ? everyPair(from + 1) : [other]), here])].toSpliced(
    1,
    0,
    here,
  )
}

interface Trained {
  /** Of all batches. */
  readonly losses: readonly number[]
  /** All weights, and what the learner remembers. */
  readonly weights: Snapshot
}

/** Trains a batch on each of some backends in turn; swapped as each batch ends. */
async function train(learner: LearnerName, [first, ...others]: readonly Backend[]): Promise<Trained> {
  const session = training(first!, { learner })
  const losses: number[] = []
  const stop = new AbortController()
  let before = 0
  const onBatch = async ({ batch, loss }: { batch: number; loss: number }) => {
    if (batch === 1) before = 0
    losses.push(loss * batch - before)
    before = loss * batch
    const next = others[losses.length - 1]
    if (next === undefined) stop.abort()
    else if (next !== session.backend) await session.use(next, { keepBackend: true })
  }
  for await (const _ of session.train(data, {
    epochs: 100,
    batchSize: 16,
    test: 'last',
    onBatch,
    signal: stop.signal,
  }));
  const weights = await session.snapshot()
  await session.dispose({ keepBackend: true })
  return { losses, weights }
}

/** How far losses are from others at most, as a part of these. */
const apart = (found: readonly number[], wanted: readonly number[]): number =>
  Math.max(...wanted.map((loss, i) => Math.abs(found[i]! / loss - 1)))

/** How far weights are from others at most, as a part of the largest of each array. */
const weightsApart = (found: Snapshot, wanted: Snapshot): number =>
  Math.max(
    ...Array.from(wanted, ([name, { values }]) => {
      const others = found.get(name)!.values
      const differences = Array.from(values, (value, i) => Math.abs(others[i]! - value))
      return Math.max(...differences) / Math.max(1e-6, ...Array.from(values, Math.abs))
    }),
  )

/** Weights in multiples of 1/256: sums of them are exact in any order. */
const rounded = (weights: Snapshot): Snapshot =>
  new Map(
    Array.from(weights, ([name, { shape, values }]) => [
      name,
      { shape, values: Float32Array.from(values, (value) => Math.round(value * 256) / 256) },
    ]),
  )

const all = Object.keys(learners) as LearnerName[]

/** Those of many launches a batch, which take some seconds where a GPU is emulated. */
const long: readonly LearnerName[] = ['eligibility online', 'stdp']

describe('a session is swapped between backends in the middle of training', () => {
  test('every pair is on the way', () => {
    const way = everyPair()
    const pairs = new Set(way.slice(1).map((to, i) => `${way[i]} ${to}`))
    expect([way.length, pairs.size]).toEqual([names.length ** 2 + 1, names.length ** 2])
  })

  describe.each(all)('%s', (learner) => {
    const way = thorough.found || !long.includes(learner) ? everyPair() : [...names, names[0]!]
    const alone = async () => train(learner, new Array(way.length).fill(await shared('reference')))

    test(`through ${way.length} of them, with losses and weights of the reference to six digits`, async () => {
      const wanted = await alone()
      const found = await train(learner, await Promise.all(way.map(shared)))
      expect(found.losses).toHaveLength(way.length)
      expect(apart(found.losses, wanted.losses)).toBeLessThan(1e-6)
      expect(weightsApart(found.weights, wanted.weights)).toBeLessThan(1e-5)
    })

    test('the same spikes on all that are exact, where currents are', async () => {
      const { weights } = await train(learner, new Array(8).fill(await shared('reference')))
      const session = training(await shared('reference'), { learner, snapshot: rounded(weights) })
      const wanted = await session.evaluate(data.test)
      for (const name of names) {
        await session.use(await shared(name), { keepBackend: true })
        const { loss, ...found } = await session.evaluate(data.test)
        if (session.backend.supports.exact) expect([name, { loss, ...found }]).toEqual([name, wanted])
        else expect([name, apart([loss], [wanted.loss])]).toEqual([name, expect.closeTo(0, 6)])
      }
      await session.dispose({ keepBackend: true })
    })
  })

  test.each(names)('on %s, to others of its kind: the same bits', async (name) => {
    const others = [await makers[name]!(), await makers[name]!()]
    const one = await shared(name)
    const once = await train('bptt', [one, one, one, one])
    expect(await train('bptt', [one, others[0]!, one, others[1]!])).toEqual(once)
    for (const other of others) await other.dispose()
  })

  test('what the learner remembers would be missed', async () => {
    const plain = await shared('reference')
    let times = 0
    const forgetful: Backend = {
      ...reference(),
      // a weight comes first, then its moments
      write: (tensor, values) =>
        plain.write(tensor, `${tensor.shape}` === '35,45' && times++ > 0 ? new Float32Array(values.length) : values),
    }
    const wanted = await train('bptt', [plain, plain, plain])
    const found = await train('bptt', [plain, forgetful, plain])
    expect(times).toBe(3)
    expect(weightsApart(found.weights, wanted.weights)).toBeGreaterThan(1e-3)
  })
})

whereFound('weights after training, on a stand-in for the driver', compiler, () => {
  const onGpu = { found: gpu.available, missing: gpu.available ? '' : gpu.reason, optional: true }
  whereFound('and on WebGPU', onGpu, () => {
    test.each(all.filter((learner) => thorough.found || !long.includes(learner)))(
      '%s: are those of WebGPU, to the bit',
      async (learner) => {
        const [onCuda, onWebgpu] = [await shared('cuda'), await shared('webgpu')]
        const wanted = await train(learner, new Array(8).fill(onWebgpu))
        expect(await train(learner, new Array(8).fill(onCuda))).toEqual(wanted)
      },
    )
  })
})
