import { inflate } from './inflate.ts'

export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b

/**
 * Unpacks gzip (RFC 1952) into `output`, and gives how many bytes there are: several members after another, names, comments and other
 * extras, zeros at the end. The same in every JavaScript, where a DecompressionStream takes members, or zeros, in one browser and not
 * in another. Gives undefined if there is more than `output` has room for. Throws an Error saying what is wrong.
 */
export function gunzip(bytes: Uint8Array, output: Uint8Array): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let [at, start] = [0, 0]
  do {
    const ended = inflate(bytes, endOfHeader(bytes, at), output, start)
    if (ended === undefined) return undefined
    if (ended.at + 8 > bytes.length) throw new Error('it is cut short')
    const member = output.subarray(start, ended.to)
    if (view.getUint32(ended.at, true) !== crc32(member)) throw new Error('what it holds does not give its checksum')
    if (view.getUint32(ended.at + 4, true) !== member.length) throw new Error('it has another length than it says')
    at = ended.at + 8
    start = ended.to
  } while (isGzip(bytes.subarray(at)))
  if (bytes.subarray(at).some((byte) => byte !== 0)) throw new Error('something else follows its end')
  return start
}

const flags = { headerSum: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 }

/** Where the header of the member that begins at `start` ends. */
function endOfHeader(bytes: Uint8Array, start: number): number {
  const [method, set = 0] = bytes.subarray(start + 2, start + 4)
  if (start + 10 > bytes.length) throw new Error('it is cut short')
  if (method !== 8 || (set & flags.reserved) !== 0) throw new Error('it is packed in a way that gzip does not define')
  let at = start + 10
  if (set & flags.extra) at += 2 + ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8))
  for (const text of [flags.name, flags.comment]) {
    if ((set & text) === 0) continue
    const end = bytes.indexOf(0, at)
    if (end < 0) throw new Error('it is cut short')
    at = end + 1
  }
  if (set & flags.headerSum) {
    const sum = crc32(bytes.subarray(start, at)) & 0xffff
    at += 2
    if (at <= bytes.length && (bytes[at - 2]! | (bytes[at - 1]! << 8)) !== sum)
      throw new Error('its header does not give its checksum')
  }
  if (at > bytes.length) throw new Error('it is cut short')
  return at
}

const table = Int32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte
  for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1
  return sum
})

function crc32(bytes: Uint8Array): number {
  let sum = -1
  for (let i = 0; i < bytes.length; i++) sum = (sum >>> 8) ^ table[(sum ^ bytes[i]!) & 255]!
  return ~sum >>> 0
}
