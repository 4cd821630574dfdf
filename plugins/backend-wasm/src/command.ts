/** An argument of a command: whole numbers, addresses among them, or `{ f32 }`. */
export type Argument = number | { readonly f32: number }
