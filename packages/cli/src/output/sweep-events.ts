import { type SweepEvent, settingsText } from '@hillock/sweeps'
import { printEvent } from './print-event.ts'
import { validationText } from './table.ts'
import type { liveLine } from './terminal.ts'

/** Tells what happens in a sweep of so many runs. */
export function tellEvents(
  runs: number,
  json: boolean | undefined,
  live: ReturnType<typeof liveLine>,
): (event: SweepEvent) => void {
  let ended = 0
  return (event) => {
    const { id, settings, seed } = event.run
    const name = `${settingsText(settings)}, seed ${seed}`
    if (json) {
      const { run: _, event: what, ...rest } = event
      printEvent(what, { id, settings, seed, ...rest })
    } else if (event.event === 'epoch')
      live.show(`${name}: epoch ${event.epoch}/${event.run.recipe.epochs}, validation ${validationText(event)}`)
    else if (event.event === 'end') {
      ended += 1
      live.clear()
      const came = event.state === 'done' ? `validation ${validationText(event)}` : event.state
      process.stdout.write(`${name}: ${came}  (${ended} of ${runs})\n`)
    }
  }
}
