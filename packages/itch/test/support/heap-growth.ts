// Prints how much the heap grows while a million messages are decoded, once the code is compiled.
import { ItchBook, ItchDecoder, type ItchListener, type ItchMessage } from "@exchange-kit/itch";
import { EveryField } from "../../bench/every-field.ts";
import { framed, make } from "./messages.ts";

const messages: ItchMessage[] = [];
for (let id = 1; id <= 30_000; id++) {
  const side = id % 2 ? "B" : "S";
  messages.push(make.add(id * 1_000_003, side, 100, 1_000_000 + (id % 50) * (side === "B" ? -100 : 100)));
  if (id > 5000) {
    const old = (id - 5000) * 1_000_003;
    messages.push(make.execute(old, 1), make.cancel(old, 1), make.delete(old), make.trade(7, 1_000_000));
  }
}
const day = framed(messages);
const PASSES = 10;

function growth(listener: ItchListener, between: () => void): number {
  const decoder = new ItchDecoder(listener);
  const pass = (): void => {
    between();
    decoder.decodeFrames(day);
  };
  for (let index = 0; index < PASSES; index++) pass();
  globalThis.gc!();
  const before = process.memoryUsage().heapUsed;
  for (let index = 0; index < PASSES; index++) pass();
  return process.memoryUsage().heapUsed - before;
}

const book = new ItchBook();
const visitorBytes = growth(new EveryField(), () => {});
const bookBytes = growth(book, () => book.clear());
console.log(JSON.stringify({ messages: messages.length * PASSES, visitorBytes, bookBytes }));
