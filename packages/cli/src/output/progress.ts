import type { BatchProgress } from '@hillock/core'
import { duration, percent } from './table.ts'

const bars = '▁▂▃▄▅▆▇█'
const width = 16

/** Numbers as a row of bars, from the least to the greatest of them; at most 16, evenly picked, the last among them. */
export function sparkline(values: readonly number[]): string {
  const count = Math.min(width, values.length)
  const shown = Array.from({ length: count }, (_, i) => values[Math.ceil(((i + 1) * values.length) / count) - 1]!)
  const [least, greatest] = [Math.min(...shown), Math.max(...shown)]
  const level = (value: number) =>
    greatest > least ? Math.round(((value - least) / (greatest - least)) * (bars.length - 1)) : 0
  return shown.map((value) => bars[level(value)]).join('')
}

/** Shows how training goes, one line after each batch: the loss so far in this run, its accuracy, and how long the rest will take. */
export function progressLine(): (progress: BatchProgress) => string {
  const losses: number[] = []
  let [milliseconds, done] = [0, 0]
  return ({ epoch, epochs, batch, batches, loss, accuracy, milliseconds: last }) => {
    losses.push(loss)
    milliseconds += last
    done += 1
    const left = (((epochs - epoch + 1) * batches - batch) * milliseconds) / done / 1000
    const rest = batch === batches ? 'testing ...' : `${duration(left)} left`
    return `epoch ${epoch}/${epochs}  batch ${batch}/${batches}  loss ${loss.toFixed(3)} ${sparkline(losses)}${Number.isNaN(accuracy) ? '' : `  ${percent(accuracy)}`}  ${last.toFixed(0)} ms per batch  ${rest}`
  }
}
