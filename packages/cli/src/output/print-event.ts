/** One JSON object a line on standard output. */
export const printEvent = (event: string, fields: object): void => {
  process.stdout.write(`${JSON.stringify({ event, ...fields })}\n`)
}
