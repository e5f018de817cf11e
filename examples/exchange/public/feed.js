// @ts-check
// The market-data WebSocket; it connects again for as long as it takes.

const RECONNECT_MILLIS = 1_000;

/** Channels of the page and what else is said when they are subscribed. */
const subscriptions = [
  { channel: "status" },
  { channel: "l2", depth: 10 },
  { channel: "trades" },
  { channel: "bars", interval: "1s" },
];

/**
 * @param {{ welcomed(instruments: any[]): void, received(message: any): void, lost(): void }} listener
 *   `welcomed` at each connection: everything is told from the beginning
 */
export function follow(listener) {
  const socket = new WebSocket(`${location.origin.replace("http", "ws")}/api/v1/market-data`);
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.type !== "welcome") return listener.received(message);
    listener.welcomed(message.instruments);
    for (const subscription of subscriptions) {
      socket.send(JSON.stringify({ op: "subscribe", ...subscription }));
    }
  };
  socket.onclose = () => {
    listener.lost();
    setTimeout(() => follow(listener), RECONNECT_MILLIS);
  };
}
