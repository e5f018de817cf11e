import { expect, test } from "vitest";
import { ALFA, BETA, TestDesk } from "./support/desk.ts";

test("an incoming order trades with the one that rests, and both owners are told", () => {
  const desk = new TestDesk();
  desk.submit(ALFA, "a1", { side: "sell", price: 10_010, quantity: 300 });
  desk.submit(BETA, "b1", { side: "buy", price: 10_010, quantity: 100 });
  expect(desk.take()).toEqual([
    "orderAccepted #1(a1 new 0+300/300) 1",
    "bookAdded 0 1 sell 10010 300",
    "orderAccepted #2(b1 new 0+100/100) 2",
    "bookExecuted 0 1 sell 10010 100 200 1",
    "orderExecuted #1(a1 partially-filled 100+200/300) 3 1 10010 100 maker -200",
    "orderExecuted #2(b1 filled 100+0/100) 4 1 10010 100 taker 300",
    "traded 1 0 10010 100 #2(b1 filled 100+0/100) #1(a1 partially-filled 100+200/300) buy",
  ]);
});

test("a cancel ends what is open", () => {
  const desk = new TestDesk();
  desk.submit(ALFA, "a1");
  desk.take();
  desk.cancel(ALFA, "a1", { clientOrderId: "x1" });
  expect(desk.take()).toEqual([
    "bookDeleted 0 1 buy",
    "orderCancelled #1(a1 cancelled 0+0/100) 2 100 requested x1",
  ]);
  desk.cancel(ALFA, "a1", { clientOrderId: "x2" });
  expect(desk.take()).toEqual(["cancelRejected cancel:x2 3 #1(a1 cancelled 0+0/100) too-late"]);
});
