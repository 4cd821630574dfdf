import { createHash } from 'node:crypto'
import { wasm } from '@hillock/backend-wasm'
import { isAvailable, webgpu } from '@hillock/backend-webgpu'
import { type Backend, reference, type Session } from '@hillock/core'
import { whereFound } from '@hillock/testing'
import { describe, expect, jest, test } from '@jest/globals'
import { cuda } from '../src/index.ts'
import { compiler, standIn } from './stand-in.ts'
import { data, training } from './training.ts'

jest.setTimeout(120_000)

const gpu = await isAvailable()
const options = { epochs: 2, batchSize: 16 }
const batches = (options.epochs * data.train.count) / options.batchSize

/** The SHA-256 of all weights. */
async function hashOf(session: Session): Promise<string> {
  const hash = createHash('sha256')
  for (const [name, { values }] of await session.snapshot()) hash.update(name).update(Float32Array.from(values))
  return hash.digest('hex')
}

/** Trains, swapping to the next backend behind each batch while there is one; gives the losses of all batches. */
async function train(first: Backend, others: (() => Backend | Promise<Backend>)[] = []) {
  const session = training(first)
  const losses: number[] = []
  let before = 0
  for await (const _ of session.train(data, {
    ...options,
    async onBatch({ batch, loss }) {
      if (batch === 1) before = 0
      losses.push(loss * batch - before)
      before = loss * batch
      const next = others.shift()
      if (next) await session.use(await next())
    },
  }));
  const hash = await hashOf(session)
  await session.dispose()
  return { losses, hash }
}

whereFound('training on a stand-in for the driver', compiler, () => {
  const onCuda = () => cuda({ library: standIn.library })
  const all: Record<string, () => Backend | Promise<Backend>> = {
    reference,
    cuda: onCuda,
    wasm: () => wasm({ threads: 1 }),
    ...(gpu.available && { webgpu: () => webgpu() }),
  }

  describe('training', () => {
    test('gives the same bits each time, and swapped from cuda to cuda', async () => {
      const once = await train(await onCuda())
      expect(await train(await onCuda())).toEqual(once)
      expect(await train(await onCuda(), [onCuda, onCuda])).toEqual(once)
    })

    if (!gpu.available) test.skip(`gives the weights of WebGPU (${gpu.reason})`, () => {})
    else
      test('gives the weights of WebGPU, to the bit', async () => {
        expect((await train(await onCuda())).hash).toBe((await train(await webgpu())).hash)
      })

    test('swapped between all backends gives the losses of the reference to six digits', async () => {
      const wanted = await train(reference())
      const swapped = await train(reference(), [...Object.values(all).slice(1), reference])
      expect(wanted.losses).toHaveLength(batches)
      for (const [batch, loss] of wanted.losses.entries())
        expect(Math.abs(swapped.losses[batch]! / loss - 1)).toBeLessThan(1e-6)
    })

    const pairs = Object.keys(all).flatMap((from) => Object.keys(all).map((to) => [from, to] as const))
    test.each(pairs.filter(([from, to]) => from === 'cuda' || to === 'cuda'))(
      'swapped from %s to %s goes on',
      async (from, to) => {
        const wanted = await train(reference())
        const swapped = await train(await all[from]!(), [all[to]!])
        for (const [batch, loss] of wanted.losses.entries())
          expect(Math.abs(swapped.losses[batch]! / loss - 1)).toBeLessThan(1e-6)
      },
    )
  })
})
