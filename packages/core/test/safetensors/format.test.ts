import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readSafetensors, type SavedTensor, writeSafetensors } from '../../src/safetensors/index.ts'
import { damaged, file, unsupported } from './file.ts'

const text = JSON.stringify
const tensor = { dtype: 'F32', shape: [2], data_offsets: [0, 8] }

describe('writing', () => {
  test('gives the bytes of the published format', () => {
    const bytes = writeSafetensors(new Map([['w', { shape: [1, 2], values: Float32Array.of(1, -2) }]]), { a: 'b' })
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true))
    const header = new TextDecoder().decode(bytes.subarray(8, 8 + length))
    expect(length % 8).toBe(0)
    expect(header).toMatch(/\} *$/)
    expect(JSON.parse(header)).toEqual({
      __metadata__: { a: 'b', 'hillock.checksum': expect.stringMatching(/^hillock xxh32 [0-9a-f]{8}$/) },
      w: { dtype: 'F32', shape: [1, 2], data_offsets: [0, 8] },
    })
    expect([...bytes.subarray(8 + length)]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0])
  })

  test('refuses what could not be read back', () => {
    const write = (tensor: object, name = 'w', metadata = {}) => {
      const tensors = new Map([[name, { shape: [3], values: Float32Array.of(1, 2, 3), ...tensor } as SavedTensor]])
      return () => writeSafetensors(tensors, metadata)
    }
    const coded = (code: string, message: RegExp) =>
      expect.objectContaining({ code, message: expect.stringMatching(message), hint: expect.any(String) })
    expect(write({ shape: [2] })).toThrow(coded('HILLOCK_SHAPE', /'w' has 3 values for the shape \[2\]/))
    expect(write({ shape: [0.5, 6] })).toThrow(coded('HILLOCK_SHAPE', /the shape \[0.5,6\]/))
    expect(write({ shape: 3 })).toThrow(coded('HILLOCK_SHAPE', /the shape \[3\]/))
    expect(write({}, '__metadata__')).toThrow(coded('HILLOCK_OPTION', /named '__metadata__'/))
    expect(write({ values: [1, 2, 3] })).toThrow(coded('HILLOCK_OPTION', /the values of 'w' are Array/))
    expect(write({ values: Int32Array.of(1, 2, 3) })).toThrow(coded('HILLOCK_OPTION', /are Int32Array/))
    expect(write({}, 'w', { epochs: 3 })).toThrow(coded('HILLOCK_OPTION', /'epochs' is number/))
    expect(write({}, 'w', { 'hillock.checksum': 'x' })).toThrow(coded('HILLOCK_OPTION', /'hillock.checksum'/))
  })
})

describe('reading', () => {
  test('gives back what was written', () => {
    const values = fc.oneof(fc.float32Array({ maxLength: 20 }), fc.float64Array({ maxLength: 20 })) as fc.Arbitrary<
      SavedTensor['values']
    >
    const name = fc.string().filter((text) => text !== '__metadata__' && text !== '__proto__')
    const property = fc.property(
      fc.array(fc.tuple(name, values), { maxLength: 5 }),
      fc.dictionary(name, fc.string(), { maxKeys: 3 }),
      (entries, metadata) => {
        const tensors = new Map(entries.map(([key, v]) => [key, { shape: [v.length, 1], values: v }]))
        const read = readSafetensors(writeSafetensors(tensors, metadata))
        expect([...read.tensors.keys()].sort()).toEqual([...tensors.keys()].sort())
        for (const [key, { shape, values }] of tensors) {
          const found = read.tensors.get(key)!
          expect(found.shape).toEqual(shape)
          expect(found.values.BYTES_PER_ELEMENT).toBe(values.BYTES_PER_ELEMENT)
          expect([...found.values]).toEqual([...values])
        }
        expect({ ...read.metadata }).toEqual({ ...metadata })
      },
    )
    fc.assert(property, { numRuns: 50 })
  })

  test('takes a tensor without dimensions, one without values, and bytes at any offset', () => {
    const tensors = new Map([
      ['scalar', { shape: [], values: Float32Array.of(3) }],
      ['empty', { shape: [0, 4], values: new Float32Array(0) }],
    ])
    const bytes = writeSafetensors(tensors)
    const shifted = new Uint8Array(bytes.length + 3).subarray(3)
    shifted.set(bytes)
    const read = readSafetensors(shifted).tensors
    expect(read.get('scalar')).toEqual(tensors.get('scalar'))
    expect(read.get('empty')).toEqual(tensors.get('empty'))
  })

  test('keeps a tensor of the name __proto__ a tensor', () => {
    const read = readSafetensors(file('{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', 4))
    expect([...read.tensors.keys()]).toEqual(['__proto__'])
    expect(Object.getPrototypeOf({})).toBe(Object.prototype)
  })

  test('refuses a header that is not UTF-8', () => {
    const bytes = file('{"__metadata__":{"a":"b"}}', 0)
    bytes[bytes.lastIndexOf(0x62)] = 0xff
    expect(() => readSafetensors(bytes)).toThrow(damaged(/not JSON/))
  })

  test('refuses a file cut off anywhere', () => {
    const bytes = writeSafetensors(new Map([['w', { shape: [2], values: Float32Array.of(1, 2) }]]), { a: 'b' })
    for (let length = 0; length < bytes.length; length++) {
      expect(() => readSafetensors(bytes.slice(0, length))).toThrow(damaged(/./))
    }
  })

  test('refuses a header longer than the file before looking at it', () => {
    const claims = (length: bigint) => {
      const bytes = file({}, 0)
      new DataView(bytes.buffer).setBigUint64(0, length, true)
      return () => readSafetensors(bytes)
    }
    expect(claims(3n)).toThrow(damaged(/claims 3 bytes, the file has 10 in all/))
    expect(claims(2n ** 53n + 1n)).toThrow(damaged(/the file has 10 in all/))
    expect(claims(2n ** 64n - 1n)).toThrow(damaged(/the file has 10 in all/))
  })

  test('refuses, and does not write, a header longer than 1 MiB and a sixteenth of the values', () => {
    const text = `{"a":${'['.repeat(2 ** 20)}`
    expect(() => readSafetensors(file(text, 64))).toThrow(unsupported(/has 1048581 bytes; at most 1048580/))
    expect(() => readSafetensors(file(text, 80))).toThrow(damaged(/not JSON/))
    const write = (values: number) => () =>
      writeSafetensors(new Map([['w', { shape: [values], values: new Float32Array(values) }]]), {
        a: 'x'.repeat(2 ** 20),
      })
    expect(write(0)).toThrow(expect.objectContaining({ code: 'HILLOCK_OPTION' }))
    expect(readSafetensors(write(1000)()).metadata.a).toHaveLength(2 ** 20)
  })

  test('keeps its messages short, and does not follow what is nested', () => {
    const deep = `${'['.repeat(2 ** 18)}${']'.repeat(2 ** 18)}`
    expect(() => readSafetensors(file(`{"w":{"dtype":${deep}}}`, 0))).toThrow(damaged(/'w' has the type object/))
    expect(() => readSafetensors(file({ ['x'.repeat(2 ** 19)]: 1 }, 0))).toThrow(damaged(/^.{1,300}\n/s))
  })

  test.each<[string, unknown, number, RegExp]>([
    ['text', 'hello', 0, /does not begin with '\{'$/m],
    ['an array', [], 0, /does not begin with '\{'$/m],
    ['a space before the header', ' {}', 0, /does not begin with '\{'$/m],
    ['a byte-order mark', '\ufeff{}', 0, /but with a byte-order mark/],
    ['a header that is not JSON', '{"w":}', 0, /not JSON/],
    ['more than a header', '{}{}', 0, /not JSON/],
    ['padding of another kind', '{}\0\0', 0, /not JSON/],
    ['a tensor twice', `{"w":${text(tensor)},"w":${text(tensor)}}`, 8, /has "w" twice/],
    [
      'a tensor twice, written in two ways',
      `{"w":${text(tensor)},"\\u0077" :${text(tensor)}}`,
      8,
      /has "\\u0077" twice/,
    ],
    ['metadata twice', '{"__metadata__":{"a":"b"},"__metadata__":{}}', 0, /has "__metadata__" twice/],
    ['a key of the metadata twice', '{"__metadata__":{"a":"}:\\"","b":"{","a":""}}', 0, /has "a" twice/],
    ['a shape twice', '{"w":{"dtype":"F32","shape":[1],"shape":[2],"data_offsets":[0,8]}}', 8, /has "shape" twice/],
    ['a tensor that is a number', { w: 1 }, 0, /not described/],
    ['no type', { w: { ...tensor, dtype: undefined } }, 8, /has the type undefined/],
    ['a type in small letters', { w: { ...tensor, dtype: 'f32' } }, 8, /has the type 'f32'/],
    ['values that do not fit their type', { w: { ...tensor, dtype: 'BF16' } }, 8, /\[2\] of BF16 needs 4/],
    ['a type of the prototype', { w: { ...tensor, dtype: 'toString' } }, 8, /has the type 'toString'/],
    ['a negative shape', { w: { ...tensor, shape: [-1, -2] } }, 8, /no proper shape/],
    ['a broken shape', { w: { ...tensor, shape: [0.5, 4] } }, 8, /no proper shape/],
    ['a huge shape', { w: { ...tensor, shape: [2 ** 40, 2 ** 40] } }, 8, /takes 8 bytes/],
    ['a shape that does not fit', { w: { ...tensor, shape: [3] } }, 8, /takes 8 bytes where \[3\] of F32 needs 12/],
    ['one offset', { w: { ...tensor, data_offsets: [8] } }, 8, /no proper offsets/],
    ['a reversed range', { w: { ...tensor, data_offsets: [8, 0] } }, 8, /ends before it begins/],
    ['values beyond the end', { w: tensor }, 4, /cut off: 8 bytes of values announced, 4 there/],
    ['values nobody owns', { w: tensor }, 12, /4 bytes at its end/],
    ['an overlap', { w: tensor, x: { ...tensor, data_offsets: [4, 12] } }, 12, /'x' overlaps/],
    ['the same bytes twice', { w: tensor, x: tensor }, 8, /'x' overlaps/],
    ['a gap', { w: tensor, x: { ...tensor, data_offsets: [12, 20] } }, 20, /4 bytes before 'x'/],
    ['metadata that is no object', { __metadata__: 'x' }, 0, /metadata is not an object/],
    ['metadata that is no text', { __metadata__: { epochs: 3 } }, 0, /metadata 'epochs' is not text/],
  ])('refuses %s', (_, header, data, message) => {
    expect(() => readSafetensors(file(header, data))).toThrow(damaged(message))
  })
})
