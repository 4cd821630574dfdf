import type { TrainOutput } from './events.ts'
import { logger } from './logger.ts'

/** One JSON object a line on standard output. */
export const printEvent = (event: string, fields: object): void => {
  process.stdout.write(`${JSON.stringify({ event, ...fields })}\n`)
}

/** Shows a run to programs: events on standard output, a log on standard error. */
export function forPrograms(): TrainOutput {
  const log = logger()
  let logged = performance.now()
  return {
    status: (message) => log.debug(message),
    note: (message) => log.info(message),
    start: (event) => printEvent('start', event),
    batch({ parts: _, ...progress }) {
      if (performance.now() - logged < 10_000) return
      logged = performance.now()
      log.info(progress, 'training')
    },
    epoch: (event) => printEvent('epoch', event),
    warning: (event) => printEvent('warning', event),
    result: (event) => printEvent('result', event),
  }
}
