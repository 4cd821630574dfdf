import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ExampleSource } from '@hillock/core'
import type { Events } from '@hillock/core/backend'
import { type EventSource, frames, nGlyphs, nMnist } from '@hillock/datasets'

/** Recordings in memory as lists: in step t of recording b the neurons `index[start[b * T + t]]` up to that of the next step fire. */
export interface Lists {
  readonly start: Int32Array
  readonly index: Int32Array
  readonly labels: Uint8Array
  readonly steps: number
}

export interface Recorded {
  readonly name: string
  readonly shape: readonly number[]
  readonly train: Lists
  readonly test: Lists
}

/** N-MNIST where its files are found (HILLOCK_DATA), else n-glyphs: the name says which. 30 steps of 10 ms. */
export async function recorded(): Promise<Recorded> {
  const options = { frames: frames({ steps: 30, dt: 10e-3 }) }
  const data = await nMnist(options).catch(() => nGlyphs(options))
  return { name: data.name, shape: data.shape, train: await listsOf(data.train), test: await listsOf(data.test) }
}

async function listsOf(source: EventSource): Promise<Lists> {
  const { count, labels, steps } = source
  const [start, index]: [number[], number[]] = [[0], []]
  for (let row = 0; row < count; row++) {
    const one = (await source.read([row])) as Events
    for (const end of one.start.subarray(1)) start.push(index.length + end)
    for (const neuron of one.index) index.push(neuron)
  }
  return { start: Int32Array.from(start), index: Int32Array.from(index), labels: Uint8Array.from(labels), steps }
}

/** The share of places and steps that fire. */
export const densityOf = ({ index, start }: Lists, size: number): number => index.length / (start.length - 1) / size

/** Lists with every so manieth event alone. */
export function thinned({ start, index, ...rest }: Lists, keep: number): Lists {
  const kept = (end: number) => Math.ceil(end / keep)
  return { ...rest, start: start.map(kept), index: index.filter((_, i) => i % keep === 0) }
}

/** Examples of lists, for the encoder `spikes()`; `seen` is told which are read. */
export function exampleSource(
  { start, index, labels, steps }: Lists,
  size: number,
  seen: (rows: readonly number[]) => void = () => {},
): ExampleSource {
  return {
    id: 'lists',
    count: labels.length,
    features: steps * size,
    labels,
    classes: 10,
    read(given) {
      const rows = Array.from(given)
      seen(rows)
      const ends = new Int32Array(steps * rows.length + 1)
      const found: number[] = []
      for (let t = 0; t < steps; t++)
        for (const [b, row] of rows.entries()) {
          const at = row * steps + t
          for (let i = start[at]!; i < start[at + 1]!; i++) found.push(index[i]!)
          ends[t * rows.length + b + 1] = found.length
        }
      return { start: ends, index: Int32Array.from(found) }
    },
  }
}

/** Leaves lists in a folder, for another program. */
export function writeLists(folder: string, part: string, { start, index, labels }: Lists): void {
  writeFileSync(join(folder, `${part}.start.i32`), start)
  writeFileSync(join(folder, `${part}.index.i32`), index)
  writeFileSync(join(folder, `${part}.labels.u8`), labels)
}
