import type { Node } from '@hillock/core/equations'
import { type Code, i32 } from './assembler.ts'
import type { Reader } from './operands.ts'
import type { Position } from './panels.ts'

/** Spikes as bits, within one time step: words that were read, and words that are being put together. */
export interface SpikeBits {
  /** Pushes the mask of vector `j` of spikes that come in; false where the node is no such input. */
  push(node: Node, j: number): boolean
  /** Adds the bits of vector `j` to a word that goes out. */
  collect(name: string, j: number, push: (as: 'mask') => void): void
  /** Stores a word that is complete but for the chunks of the panel still to come; lanes beyond the layer leave no bits in it. */
  store(name: string, target: Reader): void
}

/**
 * Reads the words of this time step, shifted so that bit 0 is the first neuron of the chunk at hand. `neurons`: how many of the panel's
 * lanes are neurons; a panel is as wide as whole vectors, and the lanes left over compute along and may fire.
 */
export function openWords(
  code: Code,
  incoming: ReadonlyMap<string, Reader>,
  outgoing: ReadonlyMap<string, Reader>,
  neurons: number,
  at: Position,
): SpikeBits {
  const locals = new Map<string, number>()
  const shift = () => code.get(at.chunk).i32(2).do('i32.shr_u')
  for (const [name, { pointer }] of incoming) {
    const word = code.local(i32)
    code.get(pointer).load('i32')
    shift().do('i32.shr_u').set(word)
    locals.set(name, word)
  }
  for (const name of outgoing.keys()) {
    const word = code.local(i32)
    code.i32(0).set(word)
    locals.set(`out ${name}`, word)
  }
  return {
    push(node, j) {
      const word = locals.get(`${node.op} ${node.name}`)
      if (word === undefined) return false
      const lane = (n: number) => 1 << (4 * j + n)
      code
        .get(word)
        .do('i32x4.splat')
        .i32x4([lane(0), lane(1), lane(2), lane(3)])
        .do('v128.and')
      code.i32x4([0, 0, 0, 0]).do('i32x4.ne').f32x4(1).do('v128.and')
      return true
    },
    collect(name, j, push) {
      const word = locals.get(`out ${name}`)!
      code.get(word)
      push('mask')
      code
        .do('i32x4.bitmask')
        .i32(4 * j)
        .do('i32.shl', 'i32.or')
        .set(word)
    },
    store(name, { pointer }) {
      const word = locals.get(`out ${name}`)!
      code.get(word)
      shift().do('i32.shl')
      if (neurons % 4 !== 0) code.i32((1 << neurons) - 1).do('i32.and')
      // The first chunk begins the word, the others add to it.
      code.get(pointer).load('i32').i32(0).get(at.chunk).do('select', 'i32.or').set(word)
      code.get(pointer).get(word).store('i32')
    },
  }
}
