// What tensor cores do, in f64: products of rounded numbers are exact there. Real ones add up in an order that nobody is told.

const bits = new DataView(new ArrayBuffer(4))
const real = (word: number): number => {
  bits.setUint32(0, word)
  return bits.getFloat32(0)
}
const word = (x: number): number => {
  bits.setFloat32(0, x)
  return bits.getUint32(0)
}

/** The word of a number rounded to 11 significant bits, ties away from 0. */
export const tf32 = (x: number): number =>
  Number.isFinite(x) ? ((word(x) + 0x1000) & 0xffffe000) >>> 0 : Number.isNaN(x) ? 0x7fffe000 : word(x)

/** The upper half of the word of a number rounded to 8 significant bits, ties to even. */
export const bf16 = (x: number): number => {
  const all = word(x)
  return Number.isNaN(x) ? 0x7fff : (all + 0x7fff + ((all >>> 16) & 1)) >>> 16
}

/** What a thread of a warp gives: four words of the one factor, two of the other, four sums. */
export interface Fragments {
  readonly format: 'tf32' | 'bf16'
  readonly words: readonly number[]
  readonly sums: readonly number[]
}

/** The sums of each thread of a warp after a product of tiles, laid out as the PTX ISA says (m16n8k8 of tf32, m16n8k16 of bf16). */
export function multiplyTiles(warp: readonly Fragments[]): number[][] {
  const { format } = warp[0]!
  const values = (words: readonly number[]): number[] =>
    format === 'tf32'
      ? words.map((one) => real((one & 0xffffe000) >>> 0))
      : words.flatMap((one) => [real((one << 16) >>> 0), real((one & 0xffff0000) >>> 0)])
  const inner = format === 'tf32' ? 8 : 16
  const pack = inner / 8
  const [a, b] = [new Float64Array(16 * inner), new Float64Array(inner * 8)]
  for (const [lane, { words }] of warp.entries()) {
    const [g, t] = [lane >> 2, lane % 4]
    // registers go down first, then to the second half of the columns
    for (const [i, x] of values(words.slice(0, 4)).entries()) {
      const register = Math.floor(i / pack)
      a[(g + 8 * (register % 2)) * inner + t * pack + (i % pack) + (register >> 1) * 4 * pack] = x
    }
    for (const [i, x] of values(words.slice(4)).entries())
      b[(t * pack + (i % pack) + Math.floor(i / pack) * 4 * pack) * 8 + g] = x
  }
  return warp.map(({ sums }, lane) =>
    sums.map((first, i) => {
      const [row, column] = [(lane >> 2) + 8 * (i >> 1), 2 * (lane % 4) + (i % 2)]
      let sum = first
      for (let k = 0; k < inner; k++) sum += a[row * inner + k]! * b[k * 8 + column]!
      return Math.fround(sum)
    }),
  )
}
