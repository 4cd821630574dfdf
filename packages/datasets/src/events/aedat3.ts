import { damaged } from '../damaged.ts'
import { checkWhole, collect, given, latin, type Reader, textHeader } from './event-list.ts'

const kinds: Readonly<Record<number, string>> = {
  0: 'special events',
  2: 'frames',
  3: 'samples of the inertial unit',
}

/**
 * Reads AEDAT 3.1, as DVS Gesture is kept in: lines of text up to `#!END-HEADER`, then packets with a header of 28 bytes, little-endian. Of packets of
 * polarities an event has 8 bytes: valid, polarity, 15 bits of y, 15 of x, and 31 of microseconds, of which the packet says how often they have
 * overflowed. Invalid events and packets of other kinds are counted in `skipped`. Default size: that of the sources which the header names (DVS128: 128 x
 * 128), else as the events need.
 */
export const readAedat3: Reader = (bytes, options = {}) => {
  const { view, name } = given('readAedat3', bytes, options, { format: 'AEDAT 3 file' })
  const { header, start } = aedat3Header(view)
  if (!header[0]?.startsWith('!AER-DAT3.'))
    throw damaged(name, 'is not an AEDAT 3 file: it does not begin with #!AER-DAT3.1')
  if (!header.includes('!END-HEADER')) throw damaged(name, 'is cut short: its header has no end')
  const format = header.find((line) => line.startsWith('Format:'))
  if (format !== undefined && !/RAW/.test(format))
    throw damaged(name, `is of a format that is not known: ${format}`, { hint: 'RAW is.' })
  const events = collect(name)
  for (let at = start; at < view.byteLength; ) {
    checkWhole(name, view, at, 28)
    const [type, size, timeAt] = [view.getUint16(at, true), view.getUint32(at + 4, true), view.getUint32(at + 8, true)]
    const [overflow, capacity, number] = [12, 16, 20].map((field) => view.getUint32(at + field, true)) as [
      number,
      number,
      number,
    ]
    if (number > capacity)
      throw damaged(name, `is damaged: a packet at ${at} holds ${number} events, of ${capacity} at most`)
    const first = at + 28
    checkWhole(name, view, first, size * capacity)
    at = first + size * capacity
    if (type !== 1) {
      events.skip(kinds[type] ?? `events of type ${type}`, number)
      continue
    }
    if (size !== 8 || timeAt !== 4)
      throw damaged(name, `is damaged: polarity events of ${size} bytes, with times at ${timeAt}`)
    for (let i = 0; i < number; i++) {
      const data = view.getUint32(first + 8 * i, true)
      const time = view.getUint32(first + 8 * i + 4, true)
      if (data & 1) events.add(data >>> 17, (data >>> 2) & 0x7fff, (data >>> 1) & 1, time + overflow * 2 ** 31)
      else events.skip('invalid events')
    }
  }
  const square = header.some((line) => /^Source \d+: DVS128/.test(line)) ? 128 : undefined
  return events.list({ width: options.width ?? square, height: options.height ?? square }, { header })
}

/** Lines up to the one that says that the header ends: what follows may begin with a # as well. */
function aedat3Header(view: DataView): { readonly header: string[]; readonly start: number } {
  const end = latin(view, 0, 1 << 16).indexOf('#!END-HEADER\r\n')
  const length = end < 0 ? view.byteLength : end + 14
  const { header } = textHeader(new DataView(view.buffer, view.byteOffset, length), '#')
  return { header, start: length }
}
