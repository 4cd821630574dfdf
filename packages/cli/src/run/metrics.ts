import { appendFile } from 'node:fs/promises'
import { type EpochReport, HillockError, type Warning } from '@hillock/core'
import { firstRecord, scalarsRecord } from '../output/event-file.ts'
import { writeWhole } from '../output/files.ts'
import { reasonOf } from '../output/reasons.ts'
import { filesIn } from './run-files.ts'

export interface MetricsOptions {
  /** Writes `metrics.jsonl`: one line for each epoch. */
  readonly metrics?: boolean
  /** Writes an event file for TensorBoard. */
  readonly tensorboard?: boolean
}

/** Writes what was measured in each epoch as it comes. Where that fails, training goes on, and `warn` is told. */
export function metricsIn(
  folder: string,
  { metrics = false, tensorboard = false }: MetricsOptions,
  warn: (warning: Warning) => void,
): (reports: readonly EpochReport[]) => Promise<void> {
  const paths = filesIn(folder)
  let written = false
  return async (reports) => {
    try {
      if (metrics) await writeWhole(paths.metrics, reports.map((report) => `${JSON.stringify(report)}\n`).join(''))
      if (!tensorboard) return
      const time = Date.now() / 1000
      const records = (some: readonly EpochReport[]) =>
        some.map((report) => scalarsRecord({ step: report.epoch, time, values: scalarsOf(report) }))
      // TensorBoard reads on in a file that it has open
      if (written) await append(paths.events, records(reports.slice(-1)))
      else await writeWhole(paths.events, Buffer.concat([firstRecord(time), ...records(reports)]))
      written = true
    } catch (error) {
      if (!(error instanceof HillockError)) throw error
      warn({ code: error.code, message: `${error.message.split('\n')[0]}; training goes on` })
    }
  }
}

async function append(path: string, records: readonly Uint8Array[]): Promise<void> {
  await appendFile(path, Buffer.concat(records)).catch(async (cause: unknown) => {
    throw new HillockError('HILLOCK_OUTPUT', `${path} cannot be written: ${await reasonOf(cause, path)}`, { cause })
  })
}

/** An epoch as numbers by their names, as TensorBoard groups them. */
export function scalarsOf(report: EpochReport): Record<string, number> {
  const { density, metrics = {}, layers = {} } = report
  const named: Record<string, unknown> = {
    'loss/train': report.trainLoss,
    'loss/validation': report.validationLoss,
    'loss/test': report.testLoss,
    'accuracy/train': report.trainAccuracy,
    'accuracy/validation': report.validationAccuracy,
    'accuracy/test': report.testAccuracy,
    seconds: report.seconds,
    synapticOperations: report.synapticOperations,
    ...Object.fromEntries(density.map((value, i) => [`density/${i === 0 ? 'input' : `layer${i}`}`, value])),
    ...Object.fromEntries(Object.entries(metrics).map(([name, value]) => [`metrics/${name}`, value])),
    ...Object.fromEntries(
      Object.entries(layers).flatMap(([layer, some]) =>
        Object.entries(some).map(([name, value]) => [`${layer}/${name}`, value]),
      ),
    ),
  }
  const given = Object.entries(named).filter(([, value]) => typeof value === 'number' && !Number.isNaN(value))
  return Object.fromEntries(given) as Record<string, number>
}
