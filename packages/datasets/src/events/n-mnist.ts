import { checkWhole, collect, given, type Reader, recordsOf } from './event-list.ts'

/**
 * Reads a sample of N-MNIST (`.bin`, `.bs2`; Orchard et al. 2015), or of N-Caltech101 with its `width` and `height`: 5 bytes an event, of x, y, and
 * polarity and 23 bits of microseconds, big-endian. A record with y = 240 says that the time has overflowed: it and what follows is 2^13
 * us later; it is counted in `skipped`. Default: 34 x 34.
 */
export const readNMnist: Reader = (bytes, options = {}) => {
  const { view, name } = given('readNMnist', bytes, options, { format: 'N-MNIST file' })
  const { width = 34, height = 34 } = options
  checkWhole(name, view, 0, 5)
  const count = recordsOf(name, view, 5)
  const events = collect(name, count)
  let later = 0
  for (let at = 0; at < 5 * count; at += 5) {
    const y = view.getUint8(at + 1)
    if (y === 240) {
      later += 2 ** 13
      events.skip('overflows of time')
      continue
    }
    const signed = view.getUint8(at + 2)
    events.add(view.getUint8(at), y, signed >> 7, ((signed & 0x7f) << 16) + view.getUint16(at + 3) + later)
  }
  return events.list({ width, height })
}
