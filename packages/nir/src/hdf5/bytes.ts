/** Bytes that are written one after another, numbers little-endian. */
export interface Bytes {
  /** How many there are. */
  readonly length: number
  u8(...values: readonly number[]): Bytes
  u16(value: number): Bytes
  u32(value: number): Bytes
  u64(value: number | bigint): Bytes
  raw(values: Uint8Array): Bytes
  /** Zeros up to a multiple of 8. */
  align(): Bytes
  /** A copy of all that was written. */
  done(): Uint8Array
}

export function bytes(): Bytes {
  let room = new Uint8Array(256)
  let view = new DataView(room.buffer)
  let end = 0
  /** Makes room, and returns where to write; `room` and `view` may be new after it. */
  function take(count: number): number {
    if (end + count > room.length) {
      const larger = new Uint8Array(Math.max(2 * room.length, end + count))
      larger.set(room)
      room = larger
      view = new DataView(room.buffer)
    }
    end += count
    return end - count
  }
  const self: Bytes = {
    get length() {
      return end
    },
    u8(...values) {
      const at = take(values.length)
      room.set(values, at)
      return self
    },
    u16(value) {
      const at = take(2)
      view.setUint16(at, value, true)
      return self
    },
    u32(value) {
      const at = take(4)
      view.setUint32(at, value, true)
      return self
    },
    u64(value) {
      const at = take(8)
      view.setBigUint64(at, BigInt(value), true)
      return self
    },
    raw(values) {
      const at = take(values.length)
      room.set(values, at)
      return self
    },
    align() {
      take(-end & 7)
      return self
    },
    done: () => room.slice(0, end),
  }
  return self
}
