/**
 * Unpacks deflated data (RFC 1951) that begins at `input[from]` into `output`, from `output[start]` on. Gives where in both it ended;
 * undefined if there is more than `output` has room for. Throws an Error saying what is wrong with the data.
 */
export declare function inflate(
  input: Uint8Array,
  from: number,
  output: Uint8Array,
  start: number,
):
  | {
      at: number
      to: number
    }
  | undefined
