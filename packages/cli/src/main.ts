import { fail } from './failure.ts'
import { listen } from './interrupt.ts'
import { run } from './program.ts'

listen()
// a fault in what nobody awaits: told like any other
process.on('uncaughtException', (error) => process.exit(fail(error)))
process.exitCode = await run(process.argv.slice(2))
