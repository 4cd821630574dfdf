import { HillockError } from '@hillock/core'
import { Redis } from 'ioredis'

export type Connection = Redis

/** In ms: how long what should be done at once may take when a connection is ended. */
const patience = 3000

/**
 * Connects to Redis. A connection that is lost later is taken up again, however long that takes. Throws HILLOCK_QUEUE if nothing answers, and
 * HILLOCK_OPTION if the address is not valid.
 */
export async function connect(url: string): Promise<Connection> {
  if (!/^(rediss?|unix):\/\/./.test(url)) {
    const hint = 'as in redis://localhost:6379, rediss://user:password@host:6380 or unix:///run/redis.sock'
    throw new HillockError('HILLOCK_OPTION', `'${withoutSecret(url)}' is no address of Redis`, { hint })
  }
  let begun = false
  let redis: Connection | undefined
  let cause: Error | undefined
  try {
    redis = new Redis(url.replace(/^unix:\/\//, ''), {
      lazyConnect: true,
      maxRetriesPerRequest: null,
      // a connection that never was is waited for, too
      disconnectTimeout: 200,
      // the first time nobody is there it is said at once
      retryStrategy: (times) => (begun ? Math.min(100 * times, 2000) : null),
    })
    redis.on('error', (error: Error) => {
      cause = error
    })
    await redis.connect()
    await redis.ping()
  } catch (error) {
    redis?.disconnect()
    const found = (cause ?? (error as Error)).message || 'no connection'
    const hint = 'start redis-server there, or give the address of one that runs'
    throw new HillockError('HILLOCK_QUEUE', `Redis does not answer at ${withoutSecret(url)}: ${found}`, { hint, cause })
  }
  begun = true
  return redis
}

/** Waits, but not for ever: without Redis nothing that is sent to it comes to an end. */
export async function timeLimit(done: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, patience)
  })
  await Promise.race([done, late]).catch(() => {})
  clearTimeout(timer)
}

const withoutSecret = (url: string): string => url.replace(/\/\/[^@/]*@/, '//')
