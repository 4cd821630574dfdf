import { damaged } from '../damaged.ts'
import { checkWhole, collect, given, type Reader, recordsOf, textHeader } from './event-list.ts'
import { propheseeSize, unwrapped } from './prophesee.ts'

/**
 * Reads Prophesee's EVT 2.0 (`.raw`): lines of text that begin with %, then words of 4 bytes, little-endian, the first 4 bits the type: 0 and 1
 * an event, off or on, of 6 low bits of the time, 11 for x and 11 for y; 8 the 28 high bits of the time, in microseconds. Triggers (10) and words of
 * others are counted in `skipped`, as are events before the first high bits.
 */
export const readEvt2: Reader = (bytes, options = {}) => {
  const { view, name } = given('readEvt2', bytes, options, { format: 'EVT2 file' })
  const { header, start } = textHeader(view, '%')
  checkVersion(name, header, 2)
  checkWhole(name, view, start, 4)
  recordsOf(name, view, 4, start)
  const events = collect(name)
  const unwrap = unwrapped(34)
  let high = -1
  for (let at = start; at < view.byteLength; at += 4) {
    const word = view.getUint32(at, true)
    const type = word >>> 28
    if (type === 8) high = unwrap((word & 0x0fffffff) * 64)
    else if (type > 1) events.skip(names[type] ?? damagedWord(name, at, type))
    else if (high < 0) events.skip('events before the first time')
    else events.add((word >>> 11) & 0x7ff, word & 0x7ff, type, high + ((word >>> 22) & 0x3f))
  }
  return events.list(propheseeSize(header, options), { header })
}

const names: Readonly<Record<number, string>> = {
  10: 'external triggers',
  14: 'words of others',
  15: 'words continued',
}

function damagedWord(name: string, at: number, type: number): never {
  throw damaged(name, `is damaged, or of another format: a word of type ${type} at ${at}, which EVT2 does not define`)
}

/** Throws HILLOCK_DATA_DAMAGED unless there are lines of %, and none of them says another version. */
export function checkVersion(name: string, header: readonly string[], version: number): void {
  if (header.length === 0) throw damaged(name, `is not an EVT${version} file: it does not begin with lines of %`)
  const found = /\bevt\s*(\d)/i.exec(header.join('\n'))?.[1]
  if (found !== undefined && Number(found) !== version) throw damaged(name, `is of EVT${found}, not of EVT${version}`)
}
