import { damaged } from '../damaged.ts'
import { checkWhole, collect, given, type Reader, recordsOf } from './event-list.ts'

/**
 * Reads spikes of one dimension as SLAYER keeps them (`.bs1`; Shrestha and Orchard 2018): 5 bytes an event, of 16 bits for the neuron, 1 for the
 * polarity and 23 of microseconds, big-endian. `x` is the neuron. Default: as many neurons as the events need.
 */
export const readSlayer1d: Reader = (bytes, options = {}) => {
  const { view, name } = given('readSlayer1d', bytes, options, { format: 'SLAYER file' })
  checkWhole(name, view, 0, 5)
  const count = recordsOf(name, view, 5)
  const events = collect(name, count)
  for (let at = 0; at < 5 * count; at += 5) {
    const signed = view.getUint8(at + 2)
    events.add(view.getUint16(at), 0, signed >> 7, ((signed & 0x7f) << 16) + view.getUint16(at + 3))
  }
  return events.list({ height: 1, ...sizeOf(options) })
}

/**
 * Reads events of two dimensions and a polarity as SLAYER keeps them (`.bs3`): 7 bytes an event, of 12 bits for x, 12 for y, 8 for the polarity and 24
 * of microseconds, big-endian. Default: as many columns and rows as the events need.
 */
export const readSlayer3d: Reader = (bytes, options = {}) => {
  const { view, name } = given('readSlayer3d', bytes, options, { format: 'SLAYER file' })
  checkWhole(name, view, 0, 7)
  const count = recordsOf(name, view, 7)
  const events = collect(name, count)
  for (let at = 0; at < 7 * count; at += 7) {
    const polarity = view.getUint8(at + 3)
    if (polarity > 1) throw damaged(name, `is of another format: event ${at / 7} has polarity ${polarity}`)
    const middle = view.getUint8(at + 1)
    const x = (view.getUint8(at) << 4) | (middle >> 4)
    const y = ((middle & 15) << 8) | view.getUint8(at + 2)
    events.add(x, y, polarity, (view.getUint8(at + 4) << 16) + view.getUint16(at + 5))
  }
  return events.list(sizeOf(options))
}

const sizeOf = ({ width, height }: { width?: number; height?: number }) => ({
  ...(width !== undefined && { width }),
  ...(height !== undefined && { height }),
})
