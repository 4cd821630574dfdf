import type { Backend, Events, Tensor } from './backend.ts'
import { rangeError } from './refusals.ts'
import { showShape, sizeOf } from './shape.ts'
import { wrongKind, wrongShape } from './shapes.ts'

/**
 * Checks lists that are to become spikes of a shape [..., N]. Throws HILLOCK_SHAPE unless there is a list for each row, one after the other,
 * HILLOCK_RANGE if a neuron does not exist or does not follow the one before it.
 */
function checkEvents({ start, index }: Events, shape: readonly number[]): void {
  const width = shape.at(-1) ?? 1
  const rows = sizeOf(shape.slice(0, -1))
  if (start.length !== rows + 1)
    wrongShape('starts of lists', [start.length], `${rows + 1}, for the rows of ${showShape(shape)}`)
  if (start[0] !== 0 || start[rows] !== index.length)
    wrongShape('the lists', [index.length], `as long as they say, from 0 to ${start[rows]}`)
  for (let row = 0; row < rows; row++) {
    const [from, to] = [start[row]!, start[row + 1]!]
    if (to < from) wrongShape(`list ${row}`, [to - from], 'of 0 or more events')
    for (let i = from, before = -1; i < to; i++) {
      const neuron = index[i]!
      if (neuron <= before || neuron >= width) strange(row, neuron, before, width)
      before = neuron
    }
  }
}

function strange(row: number, neuron: number, before: number, width: number): never {
  const found = neuron >= 0 && neuron < width ? `${neuron} after ${before}` : `${neuron} of ${width} neurons`
  const hint = `give each neuron that fires once, in rising order, from 0 to ${width - 1}`
  throw rangeError(`the list of row ${row} has ${found}`, hint)
}

/** Checks lists and writes them, as zeros and ones where the backend takes no lists. Throws HILLOCK_SHAPE and HILLOCK_RANGE. */
export function writeLists(backend: Backend, tensor: Tensor, events: Events): void {
  if (tensor.kind !== 'spikes') wrongKind('the tensor', 'spikes')
  checkEvents(events, tensor.shape)
  if (backend.writeEvents) backend.writeEvents(tensor, events)
  else backend.write(tensor, spread(events, tensor.shape))
}

/** Zeros and ones of lists, row-major. */
function spread({ start, index }: Events, shape: readonly number[]): Uint8Array {
  const width = shape.at(-1) ?? 1
  const rows = start.length - 1
  const values = new Uint8Array(rows * width)
  for (let row = 0; row < rows; row++)
    for (let i = start[row]!; i < start[row + 1]!; i++) values[row * width + index[i]!] = 1
  return values
}
