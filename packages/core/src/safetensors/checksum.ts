/** Where a tensor's values lie, counted from the end of the header. */
export interface Place {
  readonly name: string
  readonly dtype: string
  readonly shape: readonly number[]
  readonly begin: number
  readonly end: number
}

/** Where the checksum stands in the metadata. */
export const checksumKey = 'hillock.checksum'
/** Begins the checksum, so that it is known for one even where its key was altered. */
const mark = 'hillock xxh32 '

/**
 * A checksum of all that a file says: metadata, and the name, type, shape and bytes of each tensor. Neither their order nor the layout of
 * the header counts, so a tool that reads a file and writes the same again keeps it valid.
 */
export function checksum(
  metadata: Readonly<Record<string, string>>,
  places: readonly Place[],
  data: Uint8Array,
): string {
  const described = byName(places.map(({ name, ...place }) => [name, place])).map(
    ([name, { dtype, shape, begin, end }]) => [name, dtype, shape, xxh32(data.subarray(begin, end))],
  )
  const told = byName(Object.entries(metadata).filter(([key]) => key !== checksumKey))
  const sum = xxh32(new TextEncoder().encode(JSON.stringify([told, described])))
  return mark + sum.toString(16).padStart(8, '0')
}

/** The entry of the metadata that is a checksum, or was one: a single altered bit cannot hide both its key and its mark. */
export const checksumIn = (metadata: Readonly<Record<string, string>>): [key: string, value: string] | undefined =>
  Object.entries(metadata).find(([key, value]) => key === checksumKey || value.startsWith(mark))

const byName = <T>(entries: [string, T][]): [string, T][] => entries.sort(([a], [b]) => (a < b ? -1 : 1))

const [p1, p2, p3, p4, p5] = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f, 0x165667b1] as const

/**
 * XXH32 with the seed 0 (github.com/Cyan4973/xxHash, doc/xxhash_spec.md). Every step can be undone, so two inputs that differ within one
 * word of 4 bytes never have the same sum.
 */
export function xxh32(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  let sum = p5 | 0
  if (bytes.length >= 16) {
    let [a, b, c, d] = [(p1 + p2) | 0, p2 | 0, 0, -p1 | 0] as [number, number, number, number]
    for (; at + 16 <= bytes.length; at += 16) {
      a = absorb(a, view.getInt32(at, true))
      b = absorb(b, view.getInt32(at + 4, true))
      c = absorb(c, view.getInt32(at + 8, true))
      d = absorb(d, view.getInt32(at + 12, true))
    }
    sum = rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18)
  }
  sum = (sum + bytes.length) | 0
  for (; at + 4 <= bytes.length; at += 4) {
    sum = Math.imul(rotate((sum + Math.imul(view.getInt32(at, true), p3)) | 0, 17), p4)
  }
  for (; at < bytes.length; at++) sum = Math.imul(rotate((sum + Math.imul(bytes[at]!, p5)) | 0, 11), p1)
  sum = Math.imul(sum ^ (sum >>> 15), p2)
  sum = Math.imul(sum ^ (sum >>> 13), p3)
  return (sum ^ (sum >>> 16)) >>> 0
}

const rotate = (word: number, by: number): number => (word << by) | (word >>> (32 - by))
const absorb = (lane: number, word: number): number => Math.imul(rotate((lane + Math.imul(word, p2)) | 0, 13), p1)
