import { damaged } from '../damaged.ts'
import { checkWhole, collect, given, type Reader, recordsOf, textHeader } from './event-list.ts'
import { checkVersion } from './evt2.ts'
import { propheseeSize, unwrapped } from './prophesee.ts'

/**
 * Reads Prophesee's EVT 3.0 (`.raw`): lines of text that begin with %, then words of 2 bytes, little-endian, the first 4 bits the type. Words set the row, the
 * 12 low and the 12 high bits of the time (microseconds, going on beyond 2^24), and give single events (2) or up to 12 of a row (3, 4, 5).
 * Triggers and words of others are counted in `skipped`, as are events before the first row and time.
 */
export const readEvt3: Reader = (bytes, options = {}) => {
  const { view, name } = given('readEvt3', bytes, options, { format: 'EVT3 file' })
  const { header, start } = textHeader(view, '%')
  checkVersion(name, header, 3)
  checkWhole(name, view, start, 2)
  recordsOf(name, view, 2, start)
  const events = collect(name)
  const unwrap = unwrapped(24)
  let [high, low, y, base, polarity] = [-1, 0, -1, 0, 0]
  const add = (x: number, sign: number) => {
    if (high < 0 || y < 0) events.skip('events before the first row and time')
    else events.add(x, y, sign, high + low)
  }
  for (let at = start; at < view.byteLength; at += 2) {
    const word = view.getUint16(at, true)
    const value = word & 0xfff
    const type = word >>> 12
    if (type === 0) y = value & 0x7ff
    else if (type === 2) add(value & 0x7ff, value >> 11)
    else if (type === 3) [base, polarity] = [value & 0x7ff, value >> 11]
    else if (type === 4 || type === 5) {
      const width = type === 4 ? 12 : 8
      for (let bit = 0; bit < width; bit++) if ((value >> bit) & 1) add(base + bit, polarity)
      base += width
    } else if (type === 6) low = value
    else if (type === 8) {
      const next = unwrap(value * 4096)
      if (next !== high) low = 0
      high = next
    } else events.skip(names[type] ?? damagedWord(name, at, type))
  }
  return events.list(propheseeSize(header, options), { header })
}

const names: Readonly<Record<number, string>> = {
  7: 'words continued',
  10: 'external triggers',
  14: 'words of others',
  15: 'words continued',
}

function damagedWord(name: string, at: number, type: number): never {
  throw damaged(name, `is damaged, or of another format: a word of type ${type} at ${at}, which EVT3 does not define`)
}
