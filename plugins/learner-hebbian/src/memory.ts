import { HillockError } from '@hillock/core'

type Make<A> = { new (length: number): A; new (buffer: ArrayBuffer, at: number, length: number): A }
type Numbers = Uint8Array | Int32Array | Uint32Array | Float32Array | Float64Array

/** Gives an array of so many elements. */
export type Take = <A extends Numbers>(type: Make<A>, length: number) => A

export const addressOf = ({ byteOffset }: Numbers): number => byteOffset

/** What AssemblyScript keeps for itself at the start. */
const reserved = 1024

/** Lays arrays side by side in a memory, from its start on, and grows it where they need more; arrays of earlier calls are lost. */
export function layOut<T>(memory: WebAssembly.Memory, lay: (take: Take) => T): T {
  let at = reserved
  const next = (bytes: number): number => {
    const from = at
    at = 16 * Math.ceil((at + bytes) / 16)
    return from
  }
  lay((type, length) => {
    const empty = new type(0)
    next(length * empty.BYTES_PER_ELEMENT)
    return empty
  })
  const missing = Math.ceil((at - memory.buffer.byteLength) / 65536)
  if (missing > 0) grow(memory, missing)
  at = reserved
  return lay((type, length) => {
    const made = new type(memory.buffer, at, length)
    next(made.byteLength)
    return made
  })
}

function grow(memory: WebAssembly.Memory, pages: number): void {
  try {
    memory.grow(pages)
  } catch (cause) {
    const found = `not enough memory for what plays a presentation: ${Math.ceil(pages / 16)} MiB more`
    const hint = 'use fewer steps or smaller layers'
    throw new HillockError('HILLOCK_OUT_OF_MEMORY', found, { hint, cause })
  }
}
