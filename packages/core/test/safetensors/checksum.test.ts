import { describe, expect, test } from '@jest/globals'
import { xxh32 } from '../../src/safetensors/checksum.ts'
import { readSafetensors, type SavedTensor, writeSafetensors } from '../../src/safetensors/index.ts'
import { damaged, file } from './file.ts'

const text = JSON.stringify

describe('the checksum', () => {
  test.each([
    ['', 0x02cc5d05],
    ['abc', 0x32d153ff],
    ['Nobody inspects the spammish repetition', 0xe2293b2f],
  ])('is XXH32: %s', (text, sum) => {
    expect(xxh32(new TextEncoder().encode(text))).toBe(sum)
  })

  const metadata = { format: 'x', recipe: '{"name":"a\\n","of":[1,2]}' }
  const tensors = new Map<string, SavedTensor>([
    ['layer1.weight', { shape: [2, 10], values: Float32Array.from({ length: 20 }, (_, i) => i / 3) }],
    ['layer0.weight', { shape: [20], values: new Float32Array(20) }],
    ['layer1.bias', { shape: [1, 3], values: Float64Array.of(0, 1, 2) }],
  ])
  const whole = writeSafetensors(tensors, metadata)

  test('refuses a file with any single bit altered', () => {
    let tried = 0
    for (let at = 0; at < whole.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const altered = whole.slice()
        altered[at]! ^= 1 << bit
        expect(() => readSafetensors(altered)).toThrow(damaged(/./))
        tried++
      }
    }
    expect(tried).toBe(8 * whole.length)
  })

  test('refuses values that were exchanged, and metadata that was', () => {
    const length = Number(new DataView(whole.buffer).getBigUint64(0, true))
    const exchange = (from: string, to: string) => {
      const header = new TextDecoder().decode(whole.subarray(8, 8 + length)).replace(from, to)
      return file(header, whole.slice(8 + length))
    }
    expect(readSafetensors(exchange('', '')).metadata).toEqual(metadata)
    for (const bytes of [
      exchange('"layer1.weight"', '"layer2.weight"'),
      exchange('[2,10]', '[10,2]'),
      exchange('"x"', '"y"'),
      exchange('"format":"x",', ''),
      exchange('"hillock.checksum"', '"other.checksum"'),
      exchange('[1,3],"data_offsets":[160,184]', '[3,1],"data_offsets":[160,184]'),
    ]) {
      expect(() => readSafetensors(bytes)).toThrow(damaged(/it was altered/))
    }
  })

  test('is not told apart from the file by those who read it, and holds however another tool lays the file out', () => {
    const length = Number(new DataView(whole.buffer).getBigUint64(0, true))
    const { __metadata__, ...described } = JSON.parse(new TextDecoder().decode(whole.subarray(8, 8 + length)))
    const [data, order] = [whole.slice(8 + length), ['layer1.bias', 'layer0.weight', 'layer1.weight']]
    const moved = new Uint8Array(data.length)
    let end = 0
    const places = order.map((name) => {
      const {
        dtype,
        shape,
        data_offsets: [from, to],
      } = described[name]
      moved.set(data.subarray(from, to), end)
      const begin = end
      end += to - from
      return [name, { shape, data_offsets: [begin, end], dtype }]
    })
    const told = Object.fromEntries(Object.entries(__metadata__).reverse())
    const read = readSafetensors(
      file(`${text(Object.fromEntries([...places, ['__metadata__', told]]), null, 1)} \n`, moved),
    )
    expect(read.metadata).toEqual(metadata)
    expect(Object.fromEntries(read.tensors)).toEqual(Object.fromEntries(tensors))
  })
})
