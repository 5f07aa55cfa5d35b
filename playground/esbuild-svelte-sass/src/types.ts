/** What both cards are given.
export interface Part {
  name: string
  price: number
  stock?: number
}
