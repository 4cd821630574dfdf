import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Network } from '@hillock/core'
import { sizeOf } from '@hillock/core/options'
import type { Contender } from '../backends.ts'
import { startChild } from '../peers/child.ts'
import { createClock } from '../peers/clock.ts'
import { createStepper } from '../stepper.ts'
import { exampleSource, type Recorded, writeLists } from './lists.ts'
import { batchSize, learningRate, sessionOf } from './networks.ts'

const python = process.env.PEERS_PYTHON ?? 'python3'
const script = fileURLToPath(new URL('../../peers/n_mnist_side.py', import.meta.url))

/** What a side came to: of each epoch what it took, of all its accuracy. */
export interface Trained {
  readonly side: string
  readonly ms: number[]
  readonly cpuMs: number[]
  readonly testAccuracy: number
}

/** How far the losses of the first batch may lie apart. */
const tolerance = 1e-4

/**
 * Trains a network here and in torch, an epoch in turns, from the same weights on the same batches. Errors: where the losses of the first batch
 * differ.
 */
export async function trainTwins(
  data: Recorded,
  network: Network,
  seed: number,
  epochs: number,
  on: Contender,
): Promise<{ readonly twins: Trained[]; readonly losses: readonly [ours: number, theirs: number] }> {
  const folder = mkdtempSync(join(tmpdir(), 'hillock-n-mnist-'))
  const { ask, end } = startChild('torch', python, [script])
  const size = sizeOf(data.shape)
  const { steps } = data.train
  const read: (readonly number[])[] = []
  const session = await sessionOf(network, steps, seed, on)
  try {
    const snapshot = await session.snapshot()
    for (const [name, { values }] of snapshot) writeFileSync(join(folder, `${name}.f32`), values)
    for (const part of ['train', 'test'] as const) writeLists(folder, part, data[part])
    const shapes = Object.fromEntries([...snapshot].map(([name, { shape }]) => [name, shapeOf(network, name, shape)]))
    const told = { folder, threads: on.threads, sizes: data.shape, shapes, steps, rate: learningRate }
    const { version } = await ask({ do: 'start', ...told })
    const [ours, theirs]: Pick<Trained, 'ms' | 'cpuMs'>[] = [
      { ms: [], cpuMs: [] },
      { ms: [], cpuMs: [] },
    ] as const
    const losses: [number, number] = [0, 0]
    const stepper = createStepper(
      session,
      { train: exampleSource(data.train, size, (rows) => read.push(rows)) },
      batchSize,
    )
    const batches = Math.floor(data.train.labels.length / batchSize)
    for (let epoch = 0; epoch < epochs; epoch++) {
      const clock = createClock()
      clock.start()
      for (let batch = 0; batch < batches; batch++) {
        const { loss } = await stepper.step()
        if (epoch + batch === 0) losses[0] = loss
      }
      clock.stop()
      ours!.ms.push(clock.ms[0]!)
      ours!.cpuMs.push(clock.cpuMs[0]!)
      const found = await ask({ do: 'epoch', batches: read.slice(epoch * batches, (epoch + 1) * batches) })
      theirs!.ms.push(found.ms as number)
      theirs!.cpuMs.push(found.cpuMs as number)
      if (epoch === 0) losses[1] = (found.losses as number[])[0]!
      if (Math.abs(losses[0] - losses[1]) > tolerance * losses[0])
        throw new Error(`the first batch has a loss of ${losses[0]} here, and of ${losses[1]} in torch`)
      process.stderr.write(
        `epoch ${epoch + 1}: ${ours!.cpuMs.at(-1)!.toFixed(0)} and ${(found.cpuMs as number).toFixed(0)} ms\n`,
      )
    }
    await stepper.stop()
    const { accuracy } = await session.evaluate(exampleSource(data.test, size))
    const there = (await ask({ do: 'accuracy' })).accuracy as number
    return {
      twins: [
        { side: 'hillock', ...ours!, testAccuracy: accuracy },
        { side: String(version), ...theirs!, testAccuracy: there },
      ],
      losses,
    }
  } finally {
    await session.dispose()
    await end()
    rmSync(folder, { recursive: true })
  }
}

/** Weights of a convolution as [height, width, in, out]. */
function shapeOf({ layers }: Network, name: string, shape: readonly number[]): readonly number[] {
  const part = layers
    .flatMap(({ sources }) => sources.flatMap(({ parts }) => parts))
    .find(({ weight, connection }) => weight === name && connection.kind === 'conv2d')
  if (part === undefined) return shape
  const { kernel, channels } = part.connection as unknown as { kernel: readonly [number, number]; channels: number }
  return [...kernel, sizeOf(shape) / sizeOf(kernel) / channels, channels]
}
