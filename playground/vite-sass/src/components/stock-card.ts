import type { Part } from '../types'
import './stock-card.scss'

export function stockCard({ name, stock }: Part): HTMLElement {
  const card = document.createElement('article')
  card.className = 'stock-card'
  card.textContent = stock ? `${stock} of ${name} in stock` : `${name} is sold out`
  return card
}
