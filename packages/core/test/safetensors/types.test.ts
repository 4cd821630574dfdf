import { describe, expect, test } from '@jest/globals'
import { readSafetensors } from '../../src/safetensors/index.ts'
import { damaged, file, typed, unsupported } from './file.ts'

describe('a file of another tool', () => {
  const values = (bytes: Uint8Array) => readSafetensors(bytes).tensors.get('w')!.values

  test.each<[string, Uint8Array | ArrayBuffer, Float32Array | Float64Array]>([
    [
      'F16',
      Uint16Array.of(0x3c00, 0xc000, 0x3555, 1, 0x0400, 0x7bff, 0xfc00, 0x8000).buffer,
      Float32Array.of(1, -2, 0.333251953125, 2 ** -24, 2 ** -14, 65504, -Infinity, -0),
    ],
    [
      'BF16',
      Uint16Array.of(0x3f80, 0xc000, 0x3380, 1, 0x7f7f, 0x7f80, 0x8000).buffer,
      Float32Array.of(1, -2, 2 ** -24, 2 ** -133, 255 * 2 ** 120, Infinity, -0),
    ],
    ['F8_E5M2', Uint8Array.of(0x3c, 0xc0, 1, 0x7b, 0x7c), Float32Array.of(1, -2, 2 ** -16, 57344, Infinity)],
    ['F8_E4M3', Uint8Array.of(0x38, 0xc0, 1, 0x7e, 0xfe, 0x7f), Float32Array.of(1, -2, 2 ** -9, 448, -448, NaN)],
    ['BOOL', Uint8Array.of(0, 1), Float32Array.of(0, 1)],
    ['U8', Uint8Array.of(0, 255), Float32Array.of(0, 255)],
    ['I8', Int8Array.of(-128, 127).buffer, Float32Array.of(-128, 127)],
    ['U16', Uint16Array.of(65535).buffer, Float32Array.of(65535)],
    ['I16', Int16Array.of(-32768, 32767).buffer, Float32Array.of(-32768, 32767)],
    ['U32', Uint32Array.of(2 ** 32 - 1).buffer, Float64Array.of(2 ** 32 - 1)],
    ['I32', Int32Array.of(-(2 ** 31), 2 ** 24 + 1).buffer, Float64Array.of(-(2 ** 31), 2 ** 24 + 1)],
    ['U64', BigUint64Array.of(0n, 2n ** 53n - 1n).buffer, Float64Array.of(0, 2 ** 53 - 1)],
    [
      'I64',
      BigInt64Array.of(-1n, 1n - 2n ** 53n, 2n ** 40n + 1n).buffer,
      Float64Array.of(-1, 1 - 2 ** 53, 2 ** 40 + 1),
    ],
  ])('of %s is read as numbers that are exactly its values', (dtype, data, expected) => {
    expect(values(typed(dtype, data, expected.length))).toEqual(expected)
  })

  test('of F16, BF16 or F8_E5M2 is read right for all bits that there are', () => {
    const all = Uint16Array.from({ length: 2 ** 16 }, (_, bits) => bits)
    const float32 = (bits: number) => new Float32Array(Uint32Array.of(bits).buffer)[0]!
    expect(values(typed('BF16', all.buffer, all.length))).toEqual(Float32Array.from(all, (bits) => float32(bits << 16)))
    const halves = values(typed('F16', all.buffer, all.length))
    for (const bits of all) {
      const [sign, exponent, fraction] = [bits >> 15, (bits >> 10) & 31, bits & 1023]
      const found = halves[bits]!
      if (exponent === 0) expect(found).toBe((sign === 1 ? -1 : 1) * fraction * 2 ** -24)
      else
        expect(found).toBe(float32((sign << 31) | ((exponent === 31 ? 255 : exponent + 112) << 23) | (fraction << 13)))
    }
    const bytes = Uint8Array.from({ length: 256 }, (_, bits) => bits)
    expect(values(typed('F8_E5M2', bytes, 256))).toEqual(Float32Array.from(bytes, (bits) => halves[bits << 8]!))
  })

  test('may hold tensors of several types, in any order, not aligned', () => {
    const header = {
      n: { dtype: 'I64', shape: [], data_offsets: [9, 17] },
      w: { dtype: 'F32', shape: [2], data_offsets: [1, 9] },
      b: { dtype: 'BOOL', shape: [1], data_offsets: [0, 1] },
    }
    const data = Uint8Array.of(1, 0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 7, 0, 0, 0, 0, 0, 0, 0)
    expect(Object.fromEntries(readSafetensors(file(header, data)).tensors)).toEqual({
      n: { shape: [], values: Float64Array.of(7) },
      w: { shape: [2], values: Float32Array.of(1, -2) },
      b: { shape: [1], values: Float32Array.of(1) },
    })
  })

  test.each(['C64', 'F4', 'F6_E2M3', 'F8_E8M0', 'F8_E4M3FNUZ', 'U4'])(
    'of %s is not supported, and not called damaged',
    (dtype) => {
      expect(() => values(typed(dtype, new Uint8Array(8), 16))).toThrow(
        unsupported(new RegExp(`'w' has the type ${dtype}$`, 'm')),
      )
    },
  )

  test.each([
    ['I64', 2n ** 53n],
    ['I64', -(2n ** 53n)],
    ['I64', -(2n ** 63n)],
    ['U64', 2n ** 64n - 1n],
  ] as const)('with a whole number that is not exact in JavaScript is not supported: %s %i', (dtype, value) => {
    const data = BigUint64Array.of(0n, BigInt.asUintN(64, value)).buffer
    expect(() => values(typed(dtype, data, 2))).toThrow(unsupported(/'w' has a number beyond 2\^53/))
  })

  test('that is damaged is called so, whatever its types are', () => {
    expect(() => values(typed('C64', new Uint8Array(8), 1).slice(0, -1))).toThrow(damaged(/cut off/))
  })

  test('needs no checksum', () => {
    const w = { dtype: 'F32', shape: [2], data_offsets: [0, 8] }
    expect(readSafetensors(file({ __metadata__: { checksum: 'sha256:00' }, w }, 8))).toEqual({
      metadata: { checksum: 'sha256:00' },
      tensors: new Map([['w', { shape: [2], values: new Float32Array(2) }]]),
    })
  })
})
