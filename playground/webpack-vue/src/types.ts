/** Both cards take these as their props, so an edit here changes what both compile to. */
export interface Part {
  name: string
  price: number
  stock?: number
}
