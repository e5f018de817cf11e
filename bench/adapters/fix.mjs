// Adapter of @exchange-kit/fix (built) for an outside codec benchmark: through the public API only.
import { Dictionary, FixEncoder, FixParser, Validator } from "@exchange-kit/fix";
import { FIX44 } from "@exchange-kit/fix/fix44";

const dictionary = new Dictionary(FIX44);

/** @param view - a message */
function start(view) {
  return view.int(34) + view.length(49) + view.length(56);
}

/** What is read of each kind of message. */
const readers = {
  nos: (view) =>
    start(view) +
    view.length(11) +
    view.length(55) +
    view.char(54) +
    view.char(40) +
    view.int(38) +
    view.decimal(44, 4) +
    view.length(60),
  er(view) {
    let digest =
      start(view) +
      view.length(37) +
      view.length(17) +
      view.length(55) +
      view.char(150) +
      view.char(39) +
      view.char(54) +
      view.int(38) +
      view.int(32) +
      view.decimal(31, 4) +
      view.int(151) +
      view.int(14) +
      view.decimal(6, 4);
    const parties = view.group(453);
    while (parties.next()) digest += parties.length(448) + parties.int(452);
    return digest;
  },
  md(view) {
    let digest = start(view) + view.length(55) + view.int(268);
    const entries = view.group(268);
    while (entries.next()) digest += entries.char(269) + entries.decimal(270, 4) + entries.int(271);
    return digest;
  },
};

/** @param validator - checks each message when given */
function parsers(validator) {
  const parser = new FixParser({ dictionary });
  const view = parser.view;
  const parse = (read) => (bytes) => {
    if (parser.parse(bytes) !== bytes.length || parser.problem !== undefined)
      throw new Error("unsound message");
    if (validator && !validator.validate(view))
      throw new Error(`invalid: ${validator.reason} ${validator.tag}`);
    return read(view);
  };
  return { nos: parse(readers.nos), er: parse(readers.er), md: parse(readers.md) };
}

const encoder = new FixEncoder(new Uint8Array(65_536));
let length = 0;

function begin(message) {
  const { header } = message;
  encoder
    .begin("FIX.4.4", header.MsgType)
    .string(49, header.SenderCompID)
    .string(56, header.TargetCompID)
    .int(34, header.MsgSeqNum)
    .string(52, header.SendingTime);
}

function end() {
  length = encoder.end();
  return length;
}

/** The benchmark's prices are numbers with at most four decimals. */
function price(tag, value) {
  encoder.decimal(tag, Math.round(value * 10_000), 4);
}

const encode = {
  nos(message) {
    const b = message.body;
    begin(message);
    encoder.string(11, b.ClOrdID).string(1, b.Account).string(21, b.HandlInst).string(55, b.Symbol);
    encoder.string(54, b.Side).string(60, b.TransactTime).int(38, b.OrderQty).string(40, b.OrdType);
    price(44, b.Price);
    encoder.string(15, b.Currency).string(59, b.TimeInForce);
    return end();
  },
  er(message) {
    const b = message.body;
    begin(message);
    encoder.string(37, b.OrderID).string(11, b.ClOrdID).int(453, b.NoPartyIDs.length);
    for (const party of b.NoPartyIDs) {
      encoder.string(448, party.PartyID).string(447, party.PartyIDSource).int(452, party.PartyRole);
    }
    encoder.string(17, b.ExecID).string(150, b.ExecType).string(39, b.OrdStatus).string(1, b.Account);
    encoder.string(55, b.Symbol).string(54, b.Side).int(38, b.OrderQty).string(40, b.OrdType);
    price(44, b.Price);
    encoder.string(15, b.Currency).string(59, b.TimeInForce).int(32, b.LastQty);
    price(31, b.LastPx);
    encoder.string(30, b.LastMkt).int(151, b.LeavesQty).int(14, b.CumQty);
    price(6, b.AvgPx);
    encoder.string(75, b.TradeDate).string(60, b.TransactTime);
    return end();
  },
  md(message) {
    const b = message.body;
    begin(message);
    encoder.string(262, b.MDReqID).string(55, b.Symbol).int(268, b.NoMDEntries.length);
    for (const entry of b.NoMDEntries) {
      encoder.string(269, entry.MDEntryType);
      price(270, entry.MDEntryPx);
      encoder.int(271, entry.MDEntrySize).string(273, entry.MDEntryTime).int(290, entry.MDEntryPositionNo);
    }
    return end();
  },
};

/** Both ways of reading, and the encoder. */
export function benchAdapters() {
  return [
    {
      name: "@exchange-kit/fix: view",
      parse: parsers(),
      encode,
      latest: () => encoder.buffer.subarray(encoder.start, encoder.start + length),
    },
    { name: "@exchange-kit/fix: validated view", parse: parsers(new Validator(dictionary)) },
  ];
}
