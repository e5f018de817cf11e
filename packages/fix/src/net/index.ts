export { type AcceptorEvents, FixAcceptor, type FixAcceptorOptions, type LogonIdentity } from "./acceptor.ts";
export type { ConnectionLog, ConnectionOptions } from "./connection.ts";
export { FixInitiator, type FixInitiatorOptions } from "./initiator.ts";
