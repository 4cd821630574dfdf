/** Jenkins' lookup3 with a start of 0 (burtleburtle.net/bob/c/lookup3.c, hashlittle), which HDF5 takes for its metadata. */
export function lookup3(key: Uint8Array): number {
  let a = (0xdeadbeef + key.length) | 0
  let b = a
  let c = a
  let at = 0
  for (; key.length - at > 12; at += 12) {
    a = (a + word(key, at)) | 0
    b = (b + word(key, at + 4)) | 0
    c = (c + word(key, at + 8)) | 0
    ;[a, b, c] = mixed(a, b, c)
  }
  if (at === key.length) return c >>> 0
  return final((a + word(key, at)) | 0, (b + word(key, at + 4)) | 0, (c + word(key, at + 8)) | 0)
}

/** Four bytes, zeros beyond the end. */
const word = (key: Uint8Array, at: number): number =>
  (key[at] ?? 0) | ((key[at + 1] ?? 0) << 8) | ((key[at + 2] ?? 0) << 16) | ((key[at + 3] ?? 0) << 24)

const rotated = (x: number, by: number): number => (x << by) | (x >>> (32 - by))

function mixed(a: number, b: number, c: number): [number, number, number] {
  for (const [first, second, third] of [
    [4, 6, 8],
    [16, 19, 4],
  ] as const) {
    a = ((a - c) | 0) ^ rotated(c, first)
    c = (c + b) | 0
    b = ((b - a) | 0) ^ rotated(a, second)
    a = (a + c) | 0
    c = ((c - b) | 0) ^ rotated(b, third)
    b = (b + a) | 0
  }
  return [a, b, c]
}

function final(a: number, b: number, c: number): number {
  c = ((c ^ b) - rotated(b, 14)) | 0
  a = ((a ^ c) - rotated(c, 11)) | 0
  b = ((b ^ a) - rotated(a, 25)) | 0
  c = ((c ^ b) - rotated(b, 16)) | 0
  a = ((a ^ c) - rotated(c, 4)) | 0
  b = ((b ^ a) - rotated(a, 14)) | 0
  c = ((c ^ b) - rotated(b, 24)) | 0
  return c >>> 0
}
