import { damaged } from '../damaged.ts'
import { checkWhole, collect, given, type Reader, recordsOf, textHeader } from './event-list.ts'
import { propheseeSize } from './prophesee.ts'

/**
 * Reads Prophesee's DAT, version 2, of contrast detection (types 0 and 12): lines of text that begin with %, two bytes of type and size, then 8 bytes an
 * event, of 32 bits of microseconds, 14 for x, 14 for y and 4 for the polarity, little-endian. A time that goes back by more than half of its
 * range has overflowed: 2^32 us are added.
 */
export const readDat: Reader = (bytes, options = {}) => {
  const { view, name } = given('readDat', bytes, options, { format: 'DAT file' })
  const { header, start } = textHeader(view, '%')
  if (header.length === 0) throw damaged(name, 'is not a DAT file: it does not begin with lines of %')
  checkWhole(name, view, start, 2)
  const [type, size] = [view.getUint8(start), view.getUint8(start + 1)]
  if ((type !== 0 && type !== 12) || size !== 8) {
    throw damaged(name, `is not a DAT file of contrast detection: it has events of type ${type} and of ${size} bytes`)
  }
  const count = recordsOf(name, view, 8, start + 2)
  const events = collect(name, count)
  let [later, before] = [0, 0]
  for (let at = start + 2; at < view.byteLength; at += 8) {
    const time = view.getUint32(at, true)
    if (before - time > 2 ** 31) later += 2 ** 32
    before = time
    const word = view.getUint32(at + 4, true)
    events.add(word & 0x3fff, (word >>> 14) & 0x3fff, Number(word >>> 28 > 0), time + later)
  }
  return events.list(propheseeSize(header, options), { header })
}
