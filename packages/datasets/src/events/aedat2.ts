import { damaged } from '../damaged.ts'
import { collect, given, type Reader, recordsOf, textHeader } from './event-list.ts'

/** Of a chip: the size of its sensor, and where an address holds what; `on` is the bit of the polarity that means on. */
const chips = [
  { chip: /DVS128/i, width: 128, height: 128, x: [1, 0x7f], y: [8, 0x7f], sign: 0, on: 0, dvs: false },
  { chip: /davis.*346/i, width: 346, height: 260, x: [12, 0x3ff], y: [22, 0x1ff], sign: 11, on: 1, dvs: true },
  { chip: /davis.*640/i, width: 640, height: 480, x: [12, 0x3ff], y: [22, 0x1ff], sign: 11, on: 1, dvs: true },
  { chip: /davis/i, width: 240, height: 180, x: [12, 0x3ff], y: [22, 0x1ff], sign: 11, on: 1, dvs: true },
] as const

/**
 * Reads AEDAT 2.0 of a DVS128 or a DAVIS: lines of text that begin with #, then 8 bytes an event, a 32-bit address and microseconds, big-endian. The chip
 * stands in the header (`AEChip`); without it, a DVS128 is assumed. x goes as jAER shows it, against the address. Frames, samples of the
 * inertial unit and external events of a DAVIS are counted in `skipped`. Times that go back by more than 2^31 us go on beyond 2^32.
 */
export const readAedat2: Reader = (bytes, options = {}) => {
  const { view, name } = given('readAedat2', bytes, options, { format: 'AEDAT 2 file' })
  const { header, start } = textHeader(view, '#')
  if (!/^!AER-DAT[12]\.0/.test(header[0] ?? ''))
    throw damaged(name, 'is not an AEDAT 2 file: it does not begin with #!AER-DAT2.0')
  const chip = header.map((line) => /^\s*(?:AEChip|chip):\s*(.*)/i.exec(line)?.[1]).find((found) => found !== undefined)
  const layout = chips.find((known) => known.chip.test(chip ?? 'DVS128'))
  if (layout === undefined)
    throw damaged(name, `is of a chip that is not known: ${chip}`, { hint: 'DVS128 and DAVIS are.' })
  const count = recordsOf(name, view, 8, start)
  const events = collect(name, count)
  let [later, before] = [0, 0]
  for (let at = start; at < view.byteLength; at += 8) {
    const address = view.getUint32(at)
    if (layout.dvs && address >>> 31 === 1) events.skip('samples of frames and of the inertial unit')
    else if (layout.dvs && (address >>> 10) & 1) events.skip('external events')
    else if (!layout.dvs && address >>> 15 > 0) events.skip('external events')
    else {
      const time = view.getUint32(at + 4)
      if (before - time > 2 ** 31) later += 2 ** 32
      before = time
      const x = layout.width - 1 - ((address >>> layout.x[0]) & layout.x[1])
      const y = (address >>> layout.y[0]) & layout.y[1]
      if (x < 0 || y >= layout.height)
        throw damaged(name, `is of another format: an event at ${at} lies outside of the chip`)
      events.add(x, y, Number(((address >>> layout.sign) & 1) === layout.on), time + later)
    }
  }
  return events.list({ width: options.width ?? layout.width, height: options.height ?? layout.height }, { header })
}
