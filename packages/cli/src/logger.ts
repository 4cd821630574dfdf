import { type Logger, pino } from 'pino'

/** Logs to standard error; HILLOCK_LOG sets the level ('silent' for none). */
export const logger = (): Logger =>
  pino({ name: 'hillock', level: process.env.HILLOCK_LOG ?? 'info' }, pino.destination({ dest: 2, sync: true }))
