import {
  type Backend,
  constant,
  conv2d,
  createSession,
  crossEntropy,
  dense,
  type Learner,
  leakyIntegrator,
  lif,
  poisson,
  recurrent,
  reference,
  type Session,
  sequential,
  sgd,
} from '@hillock/core'
import { quantized } from '@hillock/core/connections'
import { adjoints, forward, layerGradients, outputError, update } from '@hillock/core/learner'
import { expectRefused, expectSame } from '../assert.ts'
import { noise } from '../rig.ts'
import { stripes } from '../stripes.ts'
import type { Part } from './part.ts'

const data = { train: stripes(48, 1), test: stripes(30, 2) }
const optimizer = sgd({ learningRate: 0.5 })

/** Learns with the last layer alone. */
const readout: Learner = {
  name: 'readout',
  async step(runtime, batch) {
    const output = forward(runtime, batch, { learn: true }).at(-1)!
    const error = await outputError(runtime, output, batch.labels)
    const layer = await layerGradients(runtime, output, adjoints(runtime, output, error.signals))
    await update(runtime, optimizer, [layer], batch.progress)
    return error
  },
}

const sessionOn = (backend: Backend, seed: number): Session =>
  createSession({
    network: sequential(12, [dense(37, { weight: { uniform: 0.5 } }), lif(), dense(3), lif()]),
    learner: readout,
    encoder: poisson({ probability: 0.5 }),
    loss: crossEntropy(),
    steps: 20,
    seed,
    backend,
  })

const few = { bits: 4, step: 2 ** -3 }
const states = { bits: 8, step: 2 ** -5 }

/** What a network of whole multiples answers, and all that its neurons gave out. */
async function answered(backend: Backend): Promise<number[]> {
  const network = sequential(
    [6, 6, 1],
    [
      quantized(conv2d(8, 3, { weight: { uniform: 1 } }), few),
      quantized(recurrent(quantized(lif({ beta: 0.875 }), states), { to: 'itself', weight: { uniform: 1 } }), few),
      quantized(dense(37, { weight: { uniform: 1 } }), few),
      quantized(recurrent(quantized(lif({ beta: 0.75, threshold: 0.5 }), states), { weight: { uniform: 1 } }), few),
      quantized(dense(3, { weight: { uniform: 1 } }), few),
      quantized(leakyIntegrator({ beta: 0.875 }), { bits: 12, step: 2 ** -6 }),
    ],
  )
  const session = createSession({
    network,
    learner: readout,
    encoder: constant(),
    loss: crossEntropy(),
    steps: 12,
    backend,
  })
  const images = noise(5 * 36, 3).map((x) => Math.round(8 * x + 8) / 16)
  const found = await session.observe({ images: Float32Array.from(images), count: 5, features: 36 }, async (passes) =>
    Promise.all(passes.map(async ({ spikes }) => Array.from(await backend.read(spikes)))),
  )
  await session.dispose({ keepBackend: true })
  return found.flat()
}

/** Trains and evaluates: what was learnt, and what was answered. */
async function run(session: Session): Promise<number[]> {
  for await (const _ of session.train(data, { epochs: 2, batchSize: 16 }));
  const { loss, density, predictions } = await session.evaluate(data.test)
  return [loss, ...density, ...predictions, ...(await session.snapshot()).get('layer2.weight')!.values]
}

/** Sessions on a backend: they do one thing at a time, and do not get into each other's way. */
export const sessions: Part = (check, { create }) => {
  check('quantized layers give the bits of the reference', async (backend) => {
    if (!backend.supports.wiring || !backend.supports.layerScope) return
    expectSame('what layers gave out', await answered(backend), await answered(reference()))
  })

  check('two sessions on one backend give the bits of each alone', async (shared) => {
    const both = [1, 2].map((seed) => sessionOn(shared, seed))
    const found = await Promise.all(both.map(run))
    for (const session of both) await session.dispose({ keepBackend: true })
    for (const [i, values] of found.entries()) {
      const alone = sessionOn(await create(), i + 1)
      expectSame(`session ${i + 1}`, values, await run(alone))
      await alone.dispose()
    }
  })

  check('a session goes on when another on its backend is disposed of', async () => {
    const backend = await create()
    const [first, second, alone] = [sessionOn(backend, 1), sessionOn(backend, 2), sessionOn(await create(), 2)]
    await first.train(data, { batchSize: 16 }).next()
    const half = second.train(data, { epochs: 2, batchSize: 16 })
    await half.next()
    await first.dispose()
    for await (const _ of half);
    for await (const _ of alone.train(data, { epochs: 2, batchSize: 16 }));
    expectSame('what it answers', await run(second), await run(alone))
    await Promise.all([second.dispose(), alone.dispose()])
    if (backend.live > 0) throw new Error(`${backend.live} tensors are left`)
  })

  check('a stream gives the bits of the whole, in whatever pieces', async () => {
    const session = sessionOn(await create(), 1)
    const { images, features } = stripes(2, 3)
    const one = { images: images.slice(0, features), count: 1, features }
    const wanted = await session.observe(one, (passes, backend) => backend.read(passes.at(-1)!.spikes))
    const stream = session.stream()
    for (const pieces of [new Array<number>(20).fill(1), [7, 13]]) {
      const found: number[] = []
      for (const steps of pieces) found.push(...(await stream.step(one.images, { steps })).spikes)
      expectSame(`spikes in ${pieces.length} pieces`, found, Array.from(wanted))
      await stream.reset()
    }
    await session.dispose()
  })

  check('a session that is asked for two things at once refuses the second and does the first', async () => {
    const [session, alone] = [sessionOn(await create(), 1), sessionOn(await create(), 1)]
    const evaluating = session.evaluate(data.test)
    await expectRefused('HILLOCK_BUSY', () => session.train(data).next())
    await expectRefused('HILLOCK_BUSY', () => session.evaluate(data.test))
    await evaluating
    const training = run(session)
    for (const call of [() => session.evaluate(data.test), () => session.snapshot(), () => session.dispose()])
      await expectRefused('HILLOCK_BUSY', call)
    expectSame('what was learnt', await training, await run(alone))
    await Promise.all([session.dispose(), alone.dispose()])
  })
}
