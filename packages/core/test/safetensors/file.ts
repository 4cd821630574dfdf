import { expect } from '@jest/globals'

/** A file with any header and values: these bytes, or so many zeros. */
export function file(header: unknown, data: number | Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header))
  const values = typeof data === 'number' ? new Uint8Array(data) : data
  const bytes = new Uint8Array(8 + text.length + values.length)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true)
  bytes.set(text, 8)
  bytes.set(values, 8 + text.length)
  return bytes
}

/** A file of another tool with one tensor of this type. */
export const typed = (dtype: string, data: Uint8Array | ArrayBuffer, count: number) => {
  const bytes = new Uint8Array(data)
  return file({ w: { dtype, shape: [count], data_offsets: [0, bytes.length] } }, bytes)
}

export const damaged = (message: RegExp) =>
  expect.objectContaining({
    code: 'HILLOCK_DATA_DAMAGED',
    message: expect.stringMatching(message),
    hint: expect.any(String),
  })

export const unsupported = (message: RegExp) =>
  expect.objectContaining({
    code: 'HILLOCK_UNSUPPORTED',
    message: expect.stringMatching(message),
    hint: expect.any(String),
  })
