/**
 * Unpacks a frame of LZ4 (lz4_Frame_format.md 1.6.1). Checksums are passed over. Throws an Error that says what is wrong with it.
 */
export function unpackLz4(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const need = (at: number, count: number) => {
    if (at + count > bytes.length) throw new Error('it is cut short')
  }
  need(0, 7)
  if (view.getUint32(0, true) !== 0x184d2204) throw new Error('it is not a frame of LZ4')
  const flags = view.getUint8(4)
  if (flags >> 6 !== 1) throw new Error(`it is of version ${flags >> 6}`)
  const [sums, sized, summed, dictionary] = [flags & 16, flags & 8, flags & 4, flags & 1]
  if (dictionary) throw new Error('it needs a dictionary')
  let at = 6 + (sized ? 8 : 0) + 1
  let out: Uint8Array = new Uint8Array(Math.min(4 * bytes.length, 2 ** 24))
  let length = 0
  for (;;) {
    need(at, 4)
    const word = view.getUint32(at, true)
    at += 4
    if (word === 0) break
    const size = word & 0x7fffffff
    need(at, size)
    const block = bytes.subarray(at, at + size)
    at += size + (sums ? 4 : 0)
    const done = word >>> 31 ? literal(block, out, length) : unpackBlock(block, out, length)
    out = done.out
    length = done.length
  }
  need(at, summed ? 4 : 0)
  return out.subarray(0, length)
}

interface Unpacked {
  readonly out: Uint8Array
  readonly length: number
}

function room(out: Uint8Array, length: number): Uint8Array {
  if (length <= out.length) return out
  const larger = new Uint8Array(Math.max(2 * out.length, length))
  larger.set(out)
  return larger
}

function literal(block: Uint8Array, given: Uint8Array, length: number): Unpacked {
  const out = room(given, length + block.length)
  out.set(block, length)
  return { out, length: length + block.length }
}

/** Runs of bytes and copies of what came before, one after the other. */
function unpackBlock(block: Uint8Array, given: Uint8Array, start: number): Unpacked {
  let [out, length, at] = [given, start, 0]
  const next = () => {
    if (at >= block.length) throw new Error('a block is cut short')
    return block[at++]!
  }
  const count = (low: number) => {
    let total = low
    if (low === 15) for (let more = 255; more === 255; total += more) more = next()
    return total
  }
  while (at < block.length) {
    const token = next()
    const literals = count(token >> 4)
    if (at + literals > block.length) throw new Error('a block is cut short')
    out = room(out, length + literals)
    out.set(block.subarray(at, at + literals), length)
    length += literals
    at += literals
    if (at === block.length) break
    const back = next() + 256 * next()
    if (back === 0 || back > length) throw new Error('it copies from before its beginning')
    const copies = count(token & 15) + 4
    out = room(out, length + copies)
    for (let i = 0; i < copies; i++, length++) out[length] = out[length - back]!
  }
  return { out, length }
}
