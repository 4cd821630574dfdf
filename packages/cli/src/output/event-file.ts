// TensorBoard's event files: records of TensorFlow (tensorflow/core/lib/io/record_writer.h), each a message `Event` of protocol buffers
// (tensorflow/core/util/event.proto). Only scalars are written, which takes four fields.

/** Numbers by their names, at a step. */
export interface Scalars {
  readonly step: number
  /** In seconds since 1970. */
  readonly time: number
  readonly values: Readonly<Record<string, number>>
}

/** What an event file begins with. */
export const firstRecord = (time: number): Uint8Array =>
  record(join(double(1, time), bytes(3, new TextEncoder().encode('brain.Event:2'))))

/** A step, as a record. */
export function scalarsRecord({ step, time, values }: Scalars): Uint8Array {
  const each = Object.entries(values).map(([tag, value]) =>
    bytes(1, join(bytes(1, new TextEncoder().encode(tag)), float(2, value))),
  )
  return record(join(double(1, time), join(key(2, 0), varint(step)), bytes(5, join(...each))))
}

function record(data: Uint8Array): Uint8Array {
  const length = new Uint8Array(8)
  new DataView(length.buffer).setBigUint64(0, BigInt(data.length), true)
  return join(length, word(maskedSum(length)), data, word(maskedSum(data)))
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

const key = (field: number, kind: number) => Uint8Array.of(8 * field + kind)

function varint(value: number): Uint8Array {
  const digits: number[] = []
  let left = value
  for (; left >= 128; left = Math.floor(left / 128)) digits.push((left % 128) + 128)
  return Uint8Array.of(...digits, left)
}

const bytes = (field: number, content: Uint8Array) => join(key(field, 2), varint(content.length), content)

function double(field: number, value: number): Uint8Array {
  const content = new Uint8Array(8)
  new DataView(content.buffer).setFloat64(0, value, true)
  return join(key(field, 1), content)
}

function float(field: number, value: number): Uint8Array {
  const content = new Uint8Array(4)
  new DataView(content.buffer).setFloat32(0, value, true)
  return join(key(field, 5), content)
}

function word(value: number): Uint8Array {
  const content = new Uint8Array(4)
  new DataView(content.buffer).setUint32(0, value, true)
  return content
}

/** CRC-32C, rotated and moved as TensorFlow does, so that a sum of sums is none of them. */
function maskedSum(data: Uint8Array): number {
  let sum = 0xffffffff
  for (const byte of data) {
    sum ^= byte
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0x82f63b78 : 0)
  }
  sum = ~sum >>> 0
  return (((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0
}
