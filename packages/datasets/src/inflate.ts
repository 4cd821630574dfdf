/** A Huffman code. A symbol is found as symbol * 16 + how many bits it takes; 0 is for bits that stand for nothing. */
interface Code {
  /** By the next bits, for symbols that take no more than `short` of them; 0 for longer ones. */
  readonly entries: Uint16Array
  readonly mask: number
  /** How many symbols take so many bits. */
  readonly counts: Uint16Array
  /** In the order of their codes. */
  readonly symbols: Uint16Array
}

const longest = 15
/** A table for all bits would take longer to make than a small part of a file to read. */
const short = 10
/** The order in which the lengths of the code for lengths are given. */
const order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
const lengthExtra = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0]
const distanceExtra = Array.from({ length: 30 }, (_, i) => Math.max(0, (i >> 1) - 1))
const lengthBase = basesOf(3, lengthExtra).with(28, 258)
const distanceBase = basesOf(1, distanceExtra)

/**
 * Unpacks deflated data (RFC 1951) that begins at `input[from]` into `output`, from `output[start]` on. Gives where in both it ended;
 * undefined if there is more than `output` has room for. Throws an Error saying what is wrong with the data.
 */
export function inflate(
  input: Uint8Array,
  from: number,
  output: Uint8Array,
  start: number,
): { at: number; to: number } | undefined {
  let [at, to, hold, held] = [from, start, 0, 0]

  const refill = () => {
    for (; held <= 24 && at < input.length; held += 8) hold |= input[at++]! << held
  }
  const take = (count: number) => {
    if (held < count) refill()
    if (held < count) throw new Error('it is cut short')
    const value = hold & ((1 << count) - 1)
    hold >>>= count
    held -= count
    return value
  }
  const next = (code: Code) => {
    if (held < longest) refill()
    const entry = code.entries[hold & code.mask]! || longSymbol(code, hold)
    const bits = entry & 15
    if (bits > held) throw new Error('it is cut short')
    if (bits === 0) throw new Error(held < longest ? 'it is cut short' : 'it has bits that stand for nothing')
    hold >>>= bits
    held -= bits
    return entry >> 4
  }

  const stored = (): boolean => {
    at -= held >> 3
    hold = held = 0
    const length = take(16)
    if ((length ^ take(16)) !== 0xffff) throw new Error('the length of a part has two different values')
    at -= held >> 3
    hold = held = 0
    if (at + length > input.length) throw new Error('it is cut short')
    const fits = Math.min(length, output.length - to)
    output.set(input.subarray(at, at + fits), to)
    at += length
    to += fits
    return fits === length
  }
  const coded = (symbols: Code, distances: Code): boolean => {
    for (;;) {
      const symbol = next(symbols)
      if (symbol < 256) {
        if (to === output.length) return false
        output[to++] = symbol
        continue
      }
      if (symbol === 256) return true
      if (symbol > 285) throw new Error('it has a length that there is none of')
      const length = lengthBase[symbol - 257]! + take(lengthExtra[symbol - 257]!)
      const step = next(distances)
      if (step > 29) throw new Error('it has a distance that there is none of')
      const distance = distanceBase[step]! + take(distanceExtra[step]!)
      if (distance > to - start) throw new Error('it repeats what lies before its beginning')
      const end = Math.min(to + length, output.length)
      const fits = to + length <= output.length
      for (; to < end; to++) output[to] = output[to - distance]!
      if (!fits) return false
    }
  }
  const described = (): [symbols: Code, distances: Code] => {
    const [symbols, distances, given] = [take(5) + 257, take(5) + 1, take(4) + 4]
    if (symbols > 286 || distances > 30) throw new Error('it has too many symbols')
    const ofLengths = new Uint8Array(19)
    for (let i = 0; i < given; i++) ofLengths[order[i]!] = take(3)
    const code = codeOf(ofLengths)
    const lengths = new Uint8Array(symbols + distances)
    for (let i = 0; i < lengths.length; ) {
      const symbol = next(code)
      if (symbol < 16) {
        lengths[i++] = symbol
        continue
      }
      if (symbol === 16 && i === 0) throw new Error('it repeats a length before there is one')
      const value = symbol === 16 ? lengths[i - 1]! : 0
      const times = symbol === 16 ? 3 + take(2) : symbol === 17 ? 3 + take(3) : 11 + take(7)
      if (i + times > lengths.length) throw new Error('it has too many lengths')
      lengths.fill(value, i, i + times)
      i += times
    }
    if (lengths[256] === 0) throw new Error('it has no end')
    return [codeOf(lengths.subarray(0, symbols), true), codeOf(lengths.subarray(symbols), true)]
  }

  for (let last = false; !last; ) {
    last = take(1) === 1
    const kind = take(2)
    if (kind === 3) throw new Error('it has a part of a kind that there is none of')
    const whole = kind === 0 ? stored() : coded(...(kind === 1 ? fixed() : described()))
    if (!whole) return undefined
  }
  return { at: at - (held >> 3), to }
}

let fixedCodes: [symbols: Code, distances: Code] | undefined

function fixed(): [symbols: Code, distances: Code] {
  fixedCodes ??= [
    codeOf(Uint8Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8))),
    codeOf(new Uint8Array(32).fill(5)),
  ]
  return fixedCodes
}

/** The code in which each symbol takes so many bits, 0 for none; `sparse` for one that may have a single symbol, or no symbol. */
function codeOf(lengths: Uint8Array, sparse = false): Code {
  const counts = new Uint16Array(longest + 1)
  for (const length of lengths) if (length > 0) counts[length]!++
  const most = counts.findLastIndex((count) => count > 0)
  const used = counts.reduce((sum, count, length) => sum + count * 2 ** (longest - length), 0)
  if (used > 2 ** longest) throw new Error('it has more symbols than bits for them')
  if (used < 2 ** longest && !(sparse && most <= 1)) throw new Error('it has bits that stand for nothing')
  const [code, place] = [new Uint16Array(longest + 1), new Uint16Array(longest + 1)]
  for (let length = 1; length < longest; length++) {
    code[length + 1] = (code[length]! + counts[length]!) << 1
    place[length + 1] = place[length]! + counts[length]!
  }
  const entries = new Uint16Array(2 ** Math.min(Math.max(most, 1), short))
  const symbols = new Uint16Array(lengths.length)
  for (const [symbol, length] of lengths.entries()) {
    if (length === 0) continue
    symbols[place[length]!++] = symbol
    const bits = reversed(code[length]!++, length)
    if (length > short) continue
    for (let i = bits; i < entries.length; i += 2 ** length) entries[i] = symbol * 16 + length
  }
  return { entries, mask: entries.length - 1, counts, symbols }
}

/** The symbol that bits begin with, found one bit after another. */
function longSymbol({ counts, symbols }: Code, bits: number): number {
  let [code, first, place] = [0, 0, 0]
  for (let length = 1; length <= longest; length++) {
    const count = counts[length]!
    code |= (bits >> (length - 1)) & 1
    if (code - first < count) return symbols[place + code - first]! * 16 + length
    place += count
    first = (first + count) << 1
    code <<= 1
  }
  return 0
}

function reversed(bits: number, count: number): number {
  let result = 0
  for (let i = 0; i < count; i++) result |= ((bits >> i) & 1) << (count - 1 - i)
  return result
}

function basesOf(first: number, extra: readonly number[]): number[] {
  let base = first
  return extra.map((bits) => {
    base += 2 ** bits
    return base - 2 ** bits
  })
}
