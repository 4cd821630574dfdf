/** Hands out pieces of a stretch of memory, best fit first; neighbours that are free grow together again. */
export interface Allocator {
  /** The address of `bytes` free bytes, a multiple of 128; undefined when there is no such piece. */
  take(bytes: number): number | undefined
  give(address: number, bytes: number): void
  /** Adds memory at the end. */
  extend(bytes: number): void
  readonly used: number
  /** Bytes that are free at the end. */
  readonly tail: number
}

const rounded = (bytes: number): number => Math.max(128, Math.ceil(bytes / 128) * 128)

export function createAllocator(from: number, to: number): Allocator {
  let end = to
  let used = 0
  /** Sorted by address. */
  const free: { address: number; bytes: number }[] = [{ address: from, bytes: to - from }]
  /** Makes one piece of the i-th and the next where they touch. */
  const join = (i: number): void => {
    const [piece, next] = [free[i], free[i + 1]]
    if (piece === undefined || next === undefined || piece.address + piece.bytes !== next.address) return
    piece.bytes += next.bytes
    free.splice(i + 1, 1)
  }
  const allocator: Allocator = {
    get used() {
      return used
    },
    get tail() {
      const last = free.at(-1)
      return last !== undefined && last.address + last.bytes === end ? last.bytes : 0
    },
    take(wanted) {
      const bytes = rounded(wanted)
      let best = -1
      free.forEach((piece, i) => {
        if (piece.bytes >= bytes && (best < 0 || piece.bytes < free[best]!.bytes)) best = i
      })
      if (best < 0) return undefined
      const piece = free[best]!
      const { address } = piece
      if (piece.bytes === bytes) free.splice(best, 1)
      else free[best] = { address: address + bytes, bytes: piece.bytes - bytes }
      used += bytes
      return address
    },
    give(address, given) {
      const bytes = rounded(given)
      const found = free.findIndex((piece) => piece.address > address)
      const at = found < 0 ? free.length : found
      free.splice(at, 0, { address, bytes })
      used -= bytes
      join(at)
      join(at - 1)
    },
    extend(bytes) {
      used += bytes
      allocator.give(end, bytes)
      end += bytes
    },
  }
  return allocator
}
