import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { setTimeout as delay } from "node:timers/promises";
import {
  MoldUdp64Publisher,
  type MoldUdp64PublisherOptions,
  MoldUdp64RequestServer,
  type MoldUdp64RequestServerOptions,
} from "../mold/publisher.ts";
import {
  MoldUdp64Receiver,
  type MoldUdp64ReceiverListener,
  type MoldUdp64ReceiverOptions,
} from "../mold/receiver.ts";
import { Alarm } from "./alarm.ts";

/** An address of a UDP socket. */
export interface UdpAddress {
  /** Address; a multicast group where it says so. */
  readonly host: string;
  /** Port. */
  readonly port: number;
}

/** Longest that a closing publisher waits for the system to take its last packets. */
const LAST_PACKETS_MILLIS = 1000;

/**
 * Publishes a MoldUDP64 session to one or several addresses: multicast groups (lines A and B) or receivers. Heartbeats begin
 * at once, so that receivers can tell a line without messages from one that is dead.
 */
export class MoldUdp64UdpPublisher {
  /** The protocol's state. */
  readonly publisher: MoldUdp64Publisher;
  readonly #socket: Socket;
  readonly #alarm: Alarm;
  /** Packets that the system has not taken yet, each line's counted. */
  #untaken = 0;
  /** Told when there are none left. */
  #onTaken: () => void = () => {};

  /**
   * @param options - of the session
   * @param lines - where every packet goes
   * @param onError - told when the system refuses to send; the packet counts as lost
   */
  constructor(
    options: MoldUdp64PublisherOptions,
    lines: readonly UdpAddress[],
    onError: (error: Error) => void = () => {},
  ) {
    this.#socket = createSocket("udp4");
    this.#socket.on("error", onError);
    this.publisher = new MoldUdp64Publisher(options, (packet) => {
      // The system sends later, when the publisher has reused its bytes: each packet goes out as a copy.
      const copy = packet.slice();
      for (const { host, port } of lines) {
        this.#untaken++;
        this.#socket.send(copy, port, host, (error) => {
          if (--this.#untaken === 0) this.#onTaken();
          if (error) onError(error);
        });
      }
    });
    this.#alarm = new Alarm(this.publisher);
    this.#alarm.set();
  }

  /**
   * Publishes a message; it goes out with those that follow, at the latest a millisecond or two after this turn of
   * the event loop.
   *
   * @returns its sequence number
   * @throws ItchError as {@link MoldUdp64Publisher.publish}
   */
  publish(message: Uint8Array): number {
    const sequence = this.publisher.publish(message, performance.now());
    this.#alarm.set();
    return sequence;
  }

  /** Sends what waits, now. */
  flush(): void {
    this.publisher.flush(performance.now());
    this.#alarm.set();
  }

  /** Ends the session; its end is repeated every heartbeat until {@link MoldUdp64UdpPublisher.close}. */
  end(): void {
    this.publisher.end(performance.now());
    this.#alarm.set();
  }

  /** Closes the socket, once the system has taken what was sent; it waits for that a second at most. */
  async close(): Promise<void> {
    this.#alarm.clear();
    if (this.#untaken > 0) {
      // A socket that is closed drops every packet whose address is still looked up.
      const taken = new Promise<void>((resolve) => {
        this.#onTaken = resolve;
      });
      await Promise.race([taken, delay(LAST_PACKETS_MILLIS, undefined, { ref: false })]);
    }
    await new Promise<void>((resolve) => this.#socket.close(() => resolve()));
  }
}

/** Options of a {@link MoldUdp64UdpReceiver}. */
export interface MoldUdp64UdpReceiverOptions extends MoldUdp64ReceiverOptions {
  /** Lines to listen on; a multicast address is joined, of any other only the port counts. Port 0 takes a free one. */
  readonly lines: readonly UdpAddress[];
  /** Address of the interface on which groups are joined; the system's choice by default. */
  readonly interfaceAddress?: string;
  /** Where requests go; without it nothing is requested. */
  readonly requestServer?: UdpAddress;
  /** Told when a socket fails. */
  readonly onError?: (error: Error) => void;
}

/** Receives a MoldUDP64 session from one or several lines, and asks a re-request server for what is missing. */
export class MoldUdp64UdpReceiver {
  /** The protocol's state. */
  readonly receiver: MoldUdp64Receiver;
  readonly #options: MoldUdp64UdpReceiverOptions;
  readonly #sockets: Socket[];
  /** Requests have a socket of their own, so that their answers can be told from the lines. */
  readonly #requestSocket: Socket | undefined;
  readonly #alarm: Alarm;

  /**
   * @param listener - gets messages; requests are sent by this receiver
   * @param options - see {@link MoldUdp64UdpReceiverOptions}
   */
  constructor(listener: Omit<MoldUdp64ReceiverListener, "request">, options: MoldUdp64UdpReceiverOptions) {
    const { lines, interfaceAddress: _interface, requestServer, onError = () => {}, ...others } = options;
    this.#options = options;
    this.#sockets = lines.map(() => createSocket({ type: "udp4", reuseAddr: true }));
    const requestSocket = requestServer && createSocket("udp4");
    this.#requestSocket = requestSocket;
    this.receiver = new MoldUdp64Receiver(
      {
        message: (bytes, offset, length, sequence) => listener.message(bytes, offset, length, sequence),
        lost: (from, to) => listener.lost?.(from, to),
        sessionEnded: (session) => listener.sessionEnded?.(session),
        sessionChanged: (session) => listener.sessionChanged?.(session),
        dropped: (error) => listener.dropped?.(error),
        ...(requestSocket
          ? {
              request: (packet: Uint8Array): void =>
                requestSocket.send(
                  packet,
                  requestServer.port,
                  requestServer.host,
                  (error) => error && onError(error),
                ),
            }
          : {}),
      },
      others,
    );
    this.#alarm = new Alarm(this.receiver);
    for (const socket of this.#all()) {
      socket.on("error", onError);
      socket.on("message", (packet) => {
        this.receiver.receive(packet, performance.now(), socket === requestSocket);
        this.#alarm.set();
      });
    }
  }

  /** Binds every line; resolves to their ports. */
  async open(): Promise<number[]> {
    await Promise.all(
      this.#sockets.map(async (socket, index) => {
        const { host, port } = this.#options.lines[index]!;
        await bind(socket, port, isMulticast(host) ? undefined : host);
        if (isMulticast(host)) socket.addMembership(host, this.#options.interfaceAddress);
      }),
    );
    return this.#sockets.map((socket) => socket.address().port);
  }

  /** Closes every line. */
  async close(): Promise<void> {
    this.#alarm.clear();
    await Promise.all(
      this.#all().map((socket) => new Promise<void>((resolve) => socket.close(() => resolve()))),
    );
  }

  #all(): Socket[] {
    return this.#requestSocket ? [...this.#sockets, this.#requestSocket] : this.#sockets;
  }
}

/** Answers re-requests over UDP. */
export class MoldUdp64UdpRequestServer {
  /** The protocol's state. */
  readonly requests: MoldUdp64RequestServer;
  readonly #socket: Socket;

  /**
   * @param options - of the session
   * @param onError - told when the system refuses to send; the requester will ask again
   */
  constructor(options: MoldUdp64RequestServerOptions, onError: (error: Error) => void = () => {}) {
    this.requests = new MoldUdp64RequestServer(options);
    this.#socket = createSocket("udp4");
    this.#socket.on("error", onError);
    this.#socket.on("message", (request: Uint8Array, from: RemoteInfo) => {
      const packet = this.requests.respond(request);
      if (packet) this.#socket.send(packet, from.port, from.address, (error) => error && onError(error));
    });
  }

  /** Binds; resolves to the port. Port 0 takes a free one. */
  async open(port = 0, host = "127.0.0.1"): Promise<number> {
    await bind(this.#socket, port, host);
    return this.#socket.address().port;
  }

  /** Closes the socket. */
  close(): Promise<void> {
    return new Promise((resolve) => this.#socket.close(() => resolve()));
  }
}

function isMulticast(host: string): boolean {
  const first = Number(host.split(".")[0]);
  return first >= 224 && first <= 239;
}

function bind(socket: Socket, port: number, host: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.bind(port, host, () => {
      socket.off("error", reject);
      resolve();
    });
  });
}
