import { connect, createServer, type Server, type Socket } from "node:net";

/** A TCP proxy that cuts connections: each after so many bytes of a direction as `budget` says, wherever that is. */
export class CuttingProxy {
  /** Where connections go; 0: nowhere. */
  target = 0;
  cuts = 0;
  readonly #budget: () => number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(budget: () => number) {
    this.#budget = budget;
    this.#server = createServer((client) => this.#join(client));
  }

  listen(): Promise<number> {
    return new Promise((resolve) => {
      this.#server.listen(0, "127.0.0.1", () => {
        const address = this.#server.address();
        resolve(typeof address === "object" && address ? address.port : 0);
      });
    });
  }

  cutAll(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }

  close(): void {
    this.cutAll();
    this.#server.close();
  }

  #join(client: Socket): void {
    client.on("error", () => {});
    if (this.target === 0) return void client.destroy();
    const venue = connect({ host: "127.0.0.1", port: this.target });
    venue.on("error", () => {});
    for (const socket of [client, venue]) {
      this.#sockets.add(socket);
      socket.on("close", () => {
        this.#sockets.delete(socket);
        client.destroy();
        venue.destroy();
      });
    }
    const pass = (from: Socket, to: Socket): void => {
      let left = this.#budget();
      from.on("data", (bytes) => {
        if (to.destroyed) return;
        if (bytes.length < left) {
          left -= bytes.length;
          to.write(bytes);
          return;
        }
        this.cuts++;
        to.write(bytes.subarray(0, left), () => {
          client.destroy();
          venue.destroy();
        });
      });
    };
    pass(client, venue);
    pass(venue, client);
  }
}
