import { choices, HillockError } from '@hillock/core/errors'

import { type Logger, pino } from 'pino'

/** Logs to standard error; HILLOCK_LOG sets the level ('silent' for none). Throws HILLOCK_USAGE if the level is unknown. */
export function logger(): Logger {
  const level = process.env.HILLOCK_LOG || 'info'
  const levels = [...Object.keys(pino.levels.values), 'silent']
  if (!levels.includes(level)) {
    throw new HillockError('HILLOCK_USAGE', `HILLOCK_LOG is '${level}'`, { hint: choices(level, levels) })
  }
  const destination = pino.destination({ dest: 2, sync: true })
  // where nobody reads it, nothing is lost
  destination.on('error', () => {})
  return pino({ name: 'hillock', level }, destination)
}
