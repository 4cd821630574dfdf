import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Need } from './where-found.ts'

/** What tests of queues need. */
export const redis: Need = {
  found: spawnSync('redis-server', ['--version']).status === 0,
  missing: 'there is no redis-server on this machine',
}

export interface RedisServer {
  /** Where it listens: a socket, no port. */
  readonly url: string
  stop(): Promise<void>
}

/** Starts a server of the tests' own, in a temporary folder that goes with it. */
export async function startRedis(): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'hillock-redis-'))
  const socket = join(folder, 'redis.sock')
  const options = ['--port', '0', '--unixsocket', socket, '--dir', folder, '--save', '', '--appendonly', 'no']
  const server = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'ignore'] })
  const ended = once(server, 'exit')
  let told = ''
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject)
    server.on('exit', () => reject(new Error(`redis-server ended: ${told}`)))
    server.stdout.on('data', (text) => {
      told += text
      if (/ready to accept connections/i.test(told)) resolve()
    })
  })
  return {
    url: `unix://${socket}`,
    async stop() {
      server.kill()
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
