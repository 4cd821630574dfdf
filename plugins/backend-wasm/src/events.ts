import type { Events } from '@hillock/core/backend'
import { type Block, panelsOf } from './layout.ts'
import type { Machine } from './machine.ts'
import { forgetLists, writeBits } from './random.ts'

/** The spikes of a tensor as lists: of what it holds now, whatever is written to it later. */
export async function readEvents(machine: Machine, block: Block): Promise<Events> {
  const { address, bytes, steps, batch, size } = block
  writeBits(machine, block)
  const copy = machine.take(bytes, 'spikes to read')
  const args = [address, copy, steps, steps, 0, size, 1]
  const access = { samples: batch, reads: [block], writes: [{ address: copy, bytes }] }
  machine.enqueue(machine.fixed('slice'), batch, args, access)
  try {
    await machine.flush()
    return listed(machine.words(copy, bytes / 4), block)
  } finally {
    machine.give(copy, bytes)
  }
}

/** Sets the bit of each event, in words that a queued call copies. */
export function writeEvents(machine: Machine, block: Block, { start, index }: Events): void {
  const { address, bytes, steps, batch, size } = block
  forgetLists(machine, block)
  const rows = machine.scratch(bytes, 'events to write')
  const words = machine.words(rows, bytes / 4)
  words.fill(0)
  const panels = panelsOf(size)
  for (let row = 0; row < steps * batch; row++) {
    const [t, b] = [Math.floor(row / batch), row % batch]
    for (let i = start[row]!; i < start[row + 1]!; i++) {
      const neuron = index[i]!
      words[(b * panels + (neuron >> 5)) * steps + t]! |= 1 << (neuron & 31)
    }
  }
  const args = [rows, address, steps, steps, 0, size, 1]
  machine.enqueue(machine.fixed('slice'), batch, args, { samples: batch, writes: [block] })
}

/** Bits as they lie, [batch][panel][time], to a list for each row of [time, batch]. */
function listed(words: Uint32Array, { steps, batch, size }: Block): Events {
  const start = new Int32Array(steps * batch + 1)
  const each = (visit: (row: number, panel: number, word: number) => void) => {
    let at = 0
    for (let b = 0; b < batch; b++) {
      for (let panel = 0; panel < panelsOf(size); panel++) {
        for (let t = 0; t < steps; t++) {
          const word = words[at++]!
          if (word !== 0) visit(t * batch + b, panel, word)
        }
      }
    }
  }
  each((row, _, word) => {
    start[row + 1]! += ones(word)
  })
  for (let row = 0; row < steps * batch; row++) start[row + 1]! += start[row]!
  const index = new Int32Array(start.at(-1)!)
  const next = start.slice()
  each((row, panel, word) => {
    for (let rest = word; rest !== 0; rest &= rest - 1) index[next[row]!++] = 32 * panel + 31 - Math.clz32(rest & -rest)
  })
  return { start, index }
}

/** How many bits are set, by sums of ever wider fields. */
function ones(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555)
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
