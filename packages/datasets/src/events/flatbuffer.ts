/** A table of a flatbuffer (flatbuffers.dev, internals): its fields by their numbers, each the default where it is absent. */
export interface Table {
  /** Default: 0. */
  int32(field: number): number
  /** Default: 0. Exact up to 2^53. */
  int64(field: number): number
  /** Default: ''. */
  text(field: number): string
  /** A list of structs of `size` bytes each. Default: none. */
  structs(field: number, size: number): DataView
}

/** The root table of a flatbuffer. Throws an Error, also from its members, where something points outside of the bytes. */
export function table(bytes: Uint8Array): Table {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const checked = (at: number, count: number) => {
    if (at < 0 || at + count > bytes.length) throw new Error('a flatbuffer points outside of itself')
    return at
  }
  const uint32 = (at: number) => view.getUint32(checked(at, 4), true)
  const uint16 = (at: number) => view.getUint16(checked(at, 2), true)
  const root = uint32(0)
  const fields = root - view.getInt32(checked(root, 4), true)
  const size = uint16(fields)
  const place = (field: number): number | undefined => {
    const at = 4 + 2 * field
    const offset = at < size ? uint16(fields + at) : 0
    return offset === 0 ? undefined : root + offset
  }
  const vector = (at: number, width: number) => {
    const from = at + uint32(at)
    const length = width * uint32(from)
    return new DataView(bytes.buffer, bytes.byteOffset + checked(from + 4, length), length)
  }
  return {
    int32(field) {
      const at = place(field)
      return at === undefined ? 0 : view.getInt32(checked(at, 4), true)
    },
    int64(field) {
      const at = place(field)
      return at === undefined ? 0 : uint32(at) + 2 ** 32 * view.getInt32(checked(at + 4, 4), true)
    },
    text(field) {
      const at = place(field)
      return at === undefined ? '' : new TextDecoder().decode(vector(at, 1))
    },
    structs(field, width) {
      const at = place(field)
      return at === undefined ? new DataView(new ArrayBuffer(0)) : vector(at, width)
    },
  }
}
