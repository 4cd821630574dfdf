import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { assemble, type Code, createCode, i32, v128 } from '../src/assembler.ts'

/** Runs a function on a memory of one page and gives the memory. */
function run(code: Code, args: readonly number[] = [0, 0, 0, 0]): DataView {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536 })
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(assemble(code, false)), { env: { memory } })
  ;(exports.run as (...args: readonly number[]) => void)(...args)
  return new DataView(memory.buffer)
}

const int32 = fc.oneof(
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  // where another byte is needed
  ...[6, 7, 13, 14, 20, 21, 27, 28].map((bits) => fc.integer({ min: 2 ** bits - 2, max: 2 ** bits + 2 })),
  ...[6, 13, 20, 27].map((bits) => fc.integer({ min: -(2 ** bits) - 2, max: -(2 ** bits) + 2 })),
)

describe('the assembler', () => {
  test('writes whole numbers, offsets and numbers of locals of any length', () => {
    const offset = fc.oneof(fc.nat(65532), fc.integer({ min: 126, max: 130 }), fc.integer({ min: 16382, max: 16386 }))
    fc.assert(
      fc.property(int32, offset, fc.nat(300), (value, at, others) => {
        const code = createCode()
        for (let i = 0; i < others; i++) code.local(i32)
        const local = code.local(i32)
        code.i32(value).set(local).i32(0).get(local).store('i32', at)
        expect(run(code).getInt32(at, true)).toBe(value)
      }),
      { seed: 1, numRuns: 1000 },
    )
  })

  test('writes vectors, to the bit', () => {
    fc.assert(
      fc.property(fc.float(), fc.tuple(int32, int32, int32, int32), (number, integers) => {
        const code = createCode()
        const vector = code.local(v128)
        code.f32x4(number).set(vector).i32(0).get(vector).store('v128', 16)
        code.i32(0).i32x4(integers).store('v128', 32)
        code.i32(0).i32(16).load('splat', 4).store('v128', 48)
        const memory = run(code)
        for (let lane = 0; lane < 4; lane++) {
          expect(memory.getFloat32(16 + 4 * lane, true)).toBe(number)
          expect(memory.getInt32(32 + 4 * lane, true)).toBe(integers[lane])
          expect(memory.getFloat32(48 + 4 * lane, true)).toBe(number)
        }
      }),
      { seed: 1 },
    )
  })

  test('makes modules of any length, with loops and parameters', () => {
    const code = createCode()
    // args: where; from, to: the loop's bounds
    code.do('block', 'loop').get(1).get(2).do('i32.ge_s').branchIf(1)
    for (let i = 0; i < 5000; i++) code.get(0).get(0).load('i32').i32(1).do('i32.add').store('i32')
    code.get(1).i32(1).do('i32.add').set(1).branch(0).do('end', 'end')
    expect(run(code, [64, 3, 10, 0]).getInt32(64, true)).toBe(35_000)
  })

  test('imports shared memory for threads, and refuses it otherwise', () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true })
    const code = createCode().i32(0).i32(7).store('i32')
    const instantiate = (shared: boolean) =>
      new WebAssembly.Instance(new WebAssembly.Module(assemble(code, shared)), { env: { memory } })
    ;(instantiate(true).exports.run as () => void)()
    expect(new Int32Array(memory.buffer)[0]).toBe(7)
    expect(() => instantiate(false)).toThrow(/memory/)
  })
})
