import * as catalog from './catalog'
import { PriceCard } from './components/PriceCard'
import { StockCard } from './components/StockCard'

const parts = Object.entries(catalog).map(([name, module], index) => ({ name, price: 5 + Object.keys(module).length, stock: index % 7 }))

/** One pair of cards for each react-admin module in the bundle. */
export function App() {
  return (
    <>
      <h1>
        {import.meta.env.VITE_SHOP_NAME}: {parts.length} parts
      </h1>
      <main className="parts">
        {parts.map((part) => (
          <section key={part.name}>
            <PriceCard {...part} />
            <StockCard {...part} />
          </section>
        ))}
      </main>
    </>
  )
}
