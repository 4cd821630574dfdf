import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encode, type Network, reference, type Snapshot } from '@hillock/core'
import { parametersOf } from '@hillock/core/network'
import { stream } from '@hillock/core/random'
import { take } from '@hillock/datasets'
import { dataOf } from '../images.ts'
import { type Start, startOf } from '../start.ts'
import { encoderOf, type Workload } from '../workloads.ts'

// The folder that sides share: weights [inputs, units] and biases of each layer, images and labels of so many batches, and input.f32,
// the first batch as it comes in ([T, B, inputs], or [1, B, inputs] for a constant current). All f32 are little-endian and row-major.

export const poolBatches = 20
const images256 = 256
const weights1024 = 1024

/** A network and data as every side starts from them. */
export interface Exchanged extends Start {
  readonly images: Float32Array
  readonly labels: Uint8Array
}

const rounded = (values: ArrayLike<number>, parts: number) =>
  Float32Array.from(values, (value) => Math.round(value * parts) / parts)

/**
 * Writes where a workload starts, weights rounded to 1/1024 and pixels to 1/256: sums of their products are exact in any order, so that
 * all sides must find the same spikes to the last one.
 */
export async function exchange(folder: string, workload: Workload): Promise<Exchanged> {
  const { snapshot: exact, density } = await startOf(workload)
  const snapshot: Snapshot = new Map(
    [...exact].map(([name, { shape, values }]) => [name, { shape, values: rounded(values, weights1024) }]),
  )
  for (const [name, { values }] of snapshot) writeFileSync(join(folder, `${name}.f32`), values)
  const pool = take((await dataOf(workload)).train, poolBatches * workload.batch)
  const start = { snapshot, images: rounded(pool.images, images256), labels: Uint8Array.from(pool.labels), density }
  writeFileSync(join(folder, 'images.f32'), start.images)
  writeFileSync(join(folder, 'labels.u8'), start.labels)
  writeFileSync(join(folder, 'input.f32'), await inputOf(workload, start.images))
  return start
}

/** The first batch, encoded. */
async function inputOf(workload: Workload, pixels: Float32Array): Promise<Float32Array> {
  const backend = reference()
  const input = backend.alloc([1, workload.batch, workload.sizes[0]!])
  backend.write(input, pixels.subarray(0, workload.batch * workload.sizes[0]!))
  const random = { seed: 1, stream: stream.encoding, step: 0, place: 0 }
  const encoded = encode(backend, encoderOf(workload), input, { steps: workload.steps, random })
  return Float32Array.from(await backend.read(encoded))
}

export const readFloats = (folder: string, name: string): Float32Array =>
  new Float32Array(Uint8Array.from(readFileSync(join(folder, name))).buffer)

/** What a side left of a check. */
export interface Checked {
  readonly spikes: readonly Uint8Array[]
  readonly gradients: Readonly<Record<string, Float32Array>>
}

export function readChecked(folder: string, { layers }: Network): Checked {
  const names = layers.flatMap(parametersOf).map(({ name }) => name)
  return {
    spikes: layers.map(({ name: layer }) => Uint8Array.from(readFileSync(join(folder, `${layer}.spikes.u8`)))),
    gradients: Object.fromEntries(names.map((name) => [name, readFloats(folder, `${name}.gradient.f32`)])),
  }
}
