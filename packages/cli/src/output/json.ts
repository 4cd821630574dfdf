import type { TrainOutput } from './events.ts'
import { logger } from './logger.ts'
import { printEvent } from './print-event.ts'

/** Shows a run to programs: events on standard output, a log on standard error. */
export function asJson(): TrainOutput {
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
